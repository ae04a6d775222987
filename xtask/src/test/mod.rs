//! `cargo xtask test`: every test, with the servers they need, and one line at the end.

mod browser;
mod budget;
mod summary;

use std::io::{BufRead as _, BufReader, Read};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use crate::Outcome;
use crate::vendors;
use summary::{Counts, Form};

/// What the command line asks for.
#[derive(Debug, PartialEq, Eq)]
struct Wanted<'a> {
    scale: &'a str,
    /// `both`, or `sqlite` for stories that both databases must tell alike.
    databases: &'a str,
    nextest: bool,
    rest: &'a [&'a str],
}

/// Starts the servers, runs the tests, stops the servers, and prints `N passed, N failed`.
pub(crate) fn run(root: &Path, arguments: &[&str]) -> Outcome<()> {
    let wanted = parse(arguments)?;
    // Tests start these themselves, several at once, but only one may install something.
    rig::install::pgbouncer()?;
    rig::install::openssl()?;
    let cluster = rig::cluster::Cluster::in_memory()?;
    let driver = browser::Driver::start()?;
    let folder = tempfile::tempdir().map_err(|e| format!("a temporary folder: {e}"))?;
    let (times, statements) = (folder.path().join("times"), folder.path().join("statements"));
    std::fs::create_dir(&statements).map_err(|e| format!("{}: {e}", statements.display()))?;
    let environment = [
        ("ENTENTE_TEST_TIMES", times.to_str().unwrap_or_default()),
        ("ENTENTE_TEST_STATEMENTS", statements.to_str().unwrap_or_default()),
        ("ENTENTE_TEST_DATABASES", wanted.databases),
        ("ENTENTE_TEST_POSTGRES", cluster.url()),
        ("ENTENTE_TEST_CHROMEDRIVER", driver.url()),
        ("ENTENTE_TEST_SCALE", wanted.scale),
    ];
    let mut counts = Counts::default();
    for command in commands(&wanted) {
        counts = counts.plus(observed(root, &command, &environment)?);
    }
    drop(driver);
    drop(cluster);
    for line in budget::lines(&times) {
        println!("{line}");
    }
    // Statements say nothing while tests fail: some that are listed were not run.
    let everything = wanted.rest.is_empty() && wanted.databases == "both";
    let complete = everything && counts.failed == 0;
    if let Err(words) = vendors::check(root, &statements, complete) {
        println!("{words}");
        counts.failed += 1;
    }
    println!("{} passed, {} failed", counts.passed, counts.failed);
    match counts.failed {
        0 => Ok(()),
        _ => Err(String::new()),
    }
}

fn parse<'a>(arguments: &'a [&'a str]) -> Outcome<Wanted<'a>> {
    let mut wanted = Wanted { scale: "small", databases: "both", nextest: false, rest: &[] };
    let mut left = arguments;
    loop {
        left = match left {
            [] => return Ok(wanted),
            ["--", rest @ ..] => {
                wanted.rest = rest;
                return Ok(wanted);
            }
            ["--scale", scale @ ("small" | "ci" | "full"), rest @ ..] => {
                wanted.scale = scale;
                rest
            }
            ["--databases", databases @ ("both" | "sqlite"), rest @ ..] => {
                wanted.databases = databases;
                rest
            }
            ["--runner", runner @ ("nextest" | "cargo"), rest @ ..] => {
                wanted.nextest = *runner == "nextest";
                rest
            }
            [other, ..] => {
                return Err(format!(
                    "cannot read `{other}`: test [--scale small|ci|full] \
                     [--databases both|sqlite] [--runner nextest|cargo] [-- FILTER…]"
                ));
            }
        };
    }
}

/// `cargo test` runs everything and keeps the templates of databases, which are made once per
/// process. nextest, a process per test, is for whoever wants its reports; it runs no documentation
/// tests, so `cargo test` does.
fn commands<'a>(wanted: &Wanted<'a>) -> Vec<Vec<&'a str>> {
    let common = ["--workspace", "--locked", "--no-fail-fast"];
    let with = |first: &[&'a str], last: &[&'a str]| [first, &common, last].concat();
    if wanted.nextest {
        let tests = with(&["nextest", "run"], &[&["--no-tests=pass"], wanted.rest].concat());
        let mut all = vec![tests];
        if wanted.rest.is_empty() {
            all.push(with(&["test", "--doc"], &[]));
        }
        all
    } else {
        vec![with(&["test"], wanted.rest)]
    }
}

/// Runs cargo, passes its output on and counts along.
fn observed(root: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Outcome<Counts> {
    println!("cargo {}", arguments.join(" "));
    let form = match arguments.first() {
        Some(&"nextest") => Form::Nextest,
        Some(_) | None => Form::Cargo,
    };
    let mut child = Command::new("cargo")
        .args(arguments)
        .envs(environment.iter().copied())
        .current_dir(root)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| format!("cargo: {e}"))?;
    let errors = child.stderr.take();
    let beside =
        thread::spawn(move || errors.map_or(Counts::default(), |out| passed_on(form, out, true)));
    let output = child.stdout.take();
    let counts = output.map_or(Counts::default(), |out| passed_on(form, out, false));
    let status = child.wait().map_err(|e| format!("cargo: {e}"))?;
    let beside = beside.join().map_err(|_| "a reader of the output broke off")?;
    Ok(counts.plus(beside).finish(status.success()))
}

fn passed_on(form: Form, stream: impl Read, is_error: bool) -> Counts {
    let mut counts = Counts::default();
    let mut reader = BufReader::new(stream);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line).is_ok_and(|size| size > 0) {
        let text = String::from_utf8_lossy(&line);
        counts.take(form, &text);
        if is_error {
            eprint!("{text}");
        } else {
            print!("{text}");
        }
        line.clear();
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::{commands, parse};

    #[test]
    fn arguments_are_read_and_others_refused() {
        let wanted = parse(&["--runner", "cargo", "--scale", "ci", "--", "dr_01"]).unwrap();
        assert_eq!((wanted.scale, wanted.nextest), ("ci", false));
        assert_eq!(wanted.rest, ["dr_01"]);
        assert_eq!(parse(&[]).unwrap().scale, "small");
        assert_eq!(parse(&[]).unwrap().databases, "both");
        assert_eq!(parse(&["--databases", "sqlite"]).unwrap().databases, "sqlite");
        assert!(parse(&["--scale", "huge"]).is_err());
        assert!(parse(&["--fast"]).is_err());
    }

    #[test]
    fn documentation_tests_are_run_beside_nextest() {
        let both = commands(&parse(&["--runner", "nextest"]).unwrap());
        assert_eq!(both.len(), 2);
        assert!(both[1].contains(&"--doc"));
        let one = commands(&parse(&[]).unwrap());
        assert_eq!(one, [["test", "--workspace", "--locked", "--no-fail-fast"]]);
    }
}
