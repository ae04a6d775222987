//! The project's own commands: `cargo xtask help` lists them.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "these commands talk to the person who runs them"
)]
#![expect(
    clippy::disallowed_methods,
    reason = "benchmarks measure elapsed time and the test runner waits for servers to come up"
)]

mod bench;
mod lex;
mod mail_domains;
mod manifest;
mod migrations;
mod rules;
mod scaffold;
mod source;
mod spdx;
mod sql;
mod test;
mod tidy;
mod torture;
mod tree;
mod vendors;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

pub(crate) use rig::Outcome;

const HELP: &str = "\
cargo xtask COMMAND

  test [--scale small|ci|full] [--databases both|sqlite] [--runner nextest|cargo] [-- FILTER…]
                    run every test, with a throw-away PostgreSQL and a real browser
  tidy              check the rules of the house
  circles           list the files that import each other in a circle
  rules             write docs/RULES.md
  access [--check]  write docs/ACCESS.md and docs/openapi.json from the router, or compare them
  migrations        list migrations with their owners and tables
  statements FOLDER whether each statement that tests wrote down there names one vendor; `test` does it
  scaffold GROUP SLICE [THING]
                    lay out a new capability that works, with its story
  mail-domains      fetch the newest list of mail providers into crates/matching
  bench [NAME]      measure; `cargo xtask bench help` lists what
  torture NAME      try to break the product; `cargo xtask torture list` lists how
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let root = root();
    let outcome = match words.split_first() {
        Some((&"test", rest)) => test::run(&root, rest),
        Some((&"tidy", [])) => tidy::run(&root),
        Some((&"circles", [])) => tidy::circles::print(&root),
        Some((&"rules", [])) => rules::write(&root),
        Some((&"access", rest)) => access(&root, rest),
        Some((&"migrations", [])) => migrations::list(&root),
        Some((&"scaffold", [group, slice])) => scaffold::run(&root, group, slice, None),
        Some((&"scaffold", [group, slice, thing])) => {
            scaffold::run(&root, group, slice, Some(thing))
        }
        Some((&"mail-domains", [])) => mail_domains::renew(&root),
        Some((&"bench", rest)) => bench::run(&root, rest),
        Some((&"statements", [folder])) => vendors::run(&root, folder),
        Some((&"torture", rest)) => torture::run(&root, rest),
        None | Some((&"help" | &"--help" | &"-h", _)) => {
            print!("{HELP}");
            Ok(())
        }
        Some(_) => Err(format!("no such command: {}\n\n{HELP}", words.join(" "))),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            if !message.is_empty() {
                eprintln!("{}", message.trim_end());
            }
            ExitCode::FAILURE
        }
    }
}

/// The folder of the workspace.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// The documents that the product tells of itself: what it calls them, and where they are kept.
const TOLD: [(&str, &str); 2] = [("access", "docs/ACCESS.md"), ("openapi", "docs/openapi.json")];

/// Asks the product for its access table and its `OpenAPI` document and stores them, or says
/// which stored one is stale.
fn access(root: &Path, arguments: &[&str]) -> Outcome<()> {
    for (what, place) in TOLD {
        let path = root.join(place);
        let output = Command::new("cargo")
            .args(["run", "--quiet", "--locked", "--package", "cli", "--", "internals", what])
            .current_dir(root)
            .output()
            .map_err(|e| format!("cargo run: {e}"))?;
        if !output.status.success() {
            let shown = String::from_utf8_lossy(&output.stderr);
            return Err(format!("`entente internals {what}` failed:\n{shown}"));
        }
        match arguments {
            [] => {
                std::fs::write(&path, output.stdout).map_err(|e| format!("{place}: {e}"))?;
                println!("wrote {place}");
            }
            ["--check"] if std::fs::read(&path).is_ok_and(|stored| stored == output.stdout) => {}
            ["--check"] => return Err(format!("{place} is not current: run `cargo xtask access`")),
            _ => return Err("access takes nothing or --check".to_owned()),
        }
    }
    Ok(())
}
