//! A property tester of others, schemathesis, on the same document. It is installed into a folder
//! of the run, so it needs the network of a package index.

use std::path::Path;
use std::process::Command;

use db::Dialect;
use rig::Outcome;
use serde_json::{Value, json};
use testkit::World;

use super::{furnished, operation::all};
use crate::inside::told;
use crate::{Report, Setting};

/// The release that is installed.
const RELEASE: &str = "schemathesis==4.32.5";

/// What it looks at.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
    response_schema_conformance,response_headers_conformance";

/// Installs it, lets it try every operation with the vendor's key and the partner's, and plants a
/// wrong schema.
pub(super) fn run(setting: &Setting, report: &mut Report) -> Outcome<()> {
    let program = installed(setting.folder())?;
    let cases = setting.of(0, 2_000, 200_000);
    told(async {
        let served = World::served(Dialect::Sqlite).await;
        let [vendor, partner] = furnished(&served.world).await?.keys(&served.world).await;
        let document = app::core::openapi::document(&served.world.app.table);
        let each = (cases / 2 / len(&all(&document))).max(1).to_string();
        let (mut tried, mut failures) = (0, Vec::new());
        for (side, key) in [("vendor", &vendor), ("partner", &partner)] {
            let file = written(setting.folder(), side, &document)?;
            let asked = Asked {
                program: program.clone(),
                file,
                url: served.base_url.clone(),
                key: key.api_secret()?,
                seed: setting.seed.to_string(),
                each: each.clone(),
                only: None,
            };
            let said = asked.run().await?;
            tried += said.cases;
            failures.extend(said.failures.into_iter().map(|words| format!("{side}: {words}")));
        }
        report.figure("cases of schemathesis", tried, cases.to_string(), tried >= cases);
        report.none("failures that it found", len(&failures));
        for words in failures.iter().take(20) {
            report.figure("schemathesis", words, "none", false);
        }
        let mut wrong = document.clone();
        if let Some(place) =
            wrong.pointer_mut("/components/schemas/AccountPage/properties/data/type")
        {
            *place = json!("string");
        }
        let asked = Asked {
            program,
            file: written(setting.folder(), "wrong", &wrong)?,
            url: served.base_url.clone(),
            key: vendor.api_secret()?,
            seed: setting.seed.to_string(),
            each: "5".to_owned(),
            only: Some("/api/v1/accounts"),
        };
        let found = len(&asked.run().await?.failures);
        report.control("a wrong schema, for schemathesis", format!("{found} found"), found > 0);
        Ok(())
    })
}

fn len<T>(list: &[T]) -> u64 {
    u64::try_from(list.len()).unwrap_or(u64::MAX)
}

fn written(folder: &Path, name: &str, document: &Value) -> Outcome<String> {
    let path = folder.join(format!("{name}.json"));
    std::fs::write(&path, document.to_string()).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(path.display().to_string())
}

/// The program, in a Python of its own.
fn installed(folder: &Path) -> Outcome<String> {
    let place = folder.join("python");
    let shown = place.display().to_string();
    let pip = place.join("bin/pip").display().to_string();
    done("python3", &["-m", "venv", &shown])?;
    done(&pip, &["install", "--quiet", "--disable-pip-version-check", RELEASE])?;
    Ok(place.join("bin/schemathesis").display().to_string())
}

fn done(program: &str, arguments: &[&str]) -> Outcome<()> {
    let output = Command::new(program)
        .args(arguments)
        .output()
        .map_err(|e| format!("{program}: {e}; the tester needs Python with venv and pip"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{program}: {}", String::from_utf8_lossy(&output.stderr)))
}

/// One run of the program.
struct Asked {
    program: String,
    file: String,
    url: String,
    key: String,
    seed: String,
    each: String,
    only: Option<&'static str>,
}

/// What it said.
struct Said {
    cases: u64,
    failures: Vec<String>,
}

impl Asked {
    /// Runs it beside the server, which lives in this process.
    async fn run(self) -> Outcome<Said> {
        let ended = tokio::task::spawn_blocking(move || self.carry_out()).await;
        ended.map_err(|e| e.to_string())?
    }

    fn carry_out(&self) -> Outcome<Said> {
        let report = format!("{}.report.json", self.file);
        let proof = format!("Authorization: Bearer {}", self.key);
        let mut command = Command::new(&self.program);
        command
            .args(["run", &self.file, "--url", &self.url, "--header", &proof])
            .args(["--checks", CHECKS, "--max-examples", &self.each, "--seed", &self.seed])
            .args(["--phases", "examples,coverage,fuzzing", "--continue-on-failure"])
            .args(["--suppress-health-check", "all", "--no-color", "--warnings", "off"])
            .args(["--report", "json", "--report-json-path", &report, "--no-shrink"])
            .args(["--workers", "2", "--generation-database", "none"]);
        if let Some(path) = self.only {
            command.args(["--include-path", path, "--include-method", "GET"]);
        }
        let output = command.output().map_err(|e| format!("{}: {e}", self.program))?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        said(&text, output.status.code())
    }
}

/// Reads the closing lines: how many cases, and the titles of failures.
fn said(text: &str, code: Option<i32>) -> Outcome<Said> {
    let number_before = |line: &str, word: &str| -> Option<u64> {
        let before = line.split(word).next()?.trim_end();
        before.rsplit(' ').next()?.replace(',', "").parse().ok()
    };
    let cases = text.lines().rev().find_map(|line| number_before(line, " generated"));
    let cases = cases.ok_or_else(|| {
        let tail: Vec<&str> = text.lines().rev().take(30).collect();
        format!("schemathesis ended with {code:?}: {}", tail.join(" | "))
    })?;
    let titles = text.lines().filter(|line| line.trim_start().starts_with("- "));
    let mut failures: Vec<String> = titles.map(|line| line.trim().to_owned()).collect();
    if code != Some(0) && failures.is_empty() {
        failures.push(format!("it ended with {code:?}"));
    }
    Ok(Said { cases, failures })
}
