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
        let furnished = furnished(&served.world).await?;
        let [vendor, partner] = furnished.keys(&served.world).await;
        let document = frame::openapi::document(&served.world.app.table);
        // Some operations have fewer cases than are asked of each.
        let each = (cases / len(&all(&document))).max(1).to_string();
        let phases = setting.of("", "fuzzing", "examples,coverage,fuzzing");
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
                phases,
                only: None,
            };
            let said = asked.run().await?;
            tried += said.cases;
            failures.extend(said.failures.into_iter().map(|words| format!("{side}: {words}")));
        }
        for (side, key) in [("vendor", &vendor), ("partner", &partner)] {
            let still = key.get("/api/v1/deal-registrations").await.status.as_u16();
            report.figure(format!("the {side}'s key afterwards"), still, "200", still == 200);
        }
        report.figure("cases of schemathesis", tried, cases.to_string(), tried >= cases);
        report.none("failures that it found", len(&failures));
        for words in failures.iter().take(20) {
            report.figure("schemathesis", words, "none", false);
        }
        let [fresh, _] = furnished.keys(&served.world).await;
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
            key: fresh.api_secret()?,
            seed: setting.seed.to_string(),
            each: "5".to_owned(),
            phases: "examples,coverage,fuzzing",
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
    phases: &'static str,
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
        let proof = format!("Authorization: Bearer {}", self.key);
        let mut command = Command::new(&self.program);
        // It leaves notes where it is started.
        command.current_dir(Path::new(&self.file).parent().unwrap_or(Path::new(".")));
        command
            .args(["run", &self.file, "--url", &self.url, "--header", &proof])
            .args(["--checks", CHECKS, "--max-examples", &self.each, "--seed", &self.seed])
            .args(["--phases", self.phases, "--continue-on-failure"])
            .args(["--suppress-health-check", "all", "--no-color", "--warnings", "off"])
            .args(["--no-shrink", "--workers", "2", "--generation-database", "none"]);
        // It finds the ids of keys and would end its own.
        command.args(["--exclude-path", "/api/v1/api-keys/{key_id}"]);
        if let Some(path) = self.only {
            command.args(["--include-path", path]);
        }
        let output = command.output().map_err(|e| format!("{}: {e}", self.program))?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        said(&text, output.status.code())
    }
}

/// Reads the closing lines: how many cases, and the titles of failures.
fn said(text: &str, code: Option<i32>) -> Outcome<Said> {
    let cases = text.lines().find_map(|line| {
        let (count, _) = line.split_once(" generated")?;
        count.trim().replace(',', "").parse().ok()
    });
    let cases = cases.ok_or_else(|| {
        let lines: Vec<&str> = text.lines().collect();
        let tail = lines.get(lines.len().saturating_sub(30)..).unwrap_or(&[]);
        format!("schemathesis ended with {code:?}: {}", tail.join(" | "))
    })?;
    // Each operation with a failure has a line of its own between rules, each failure a dash.
    let mut failures = Vec::new();
    let mut operation = "";
    for line in text.lines() {
        if line.starts_with("____") {
            operation = line.trim_matches(['_', ' ']);
        } else if line.starts_with("- ") && !operation.is_empty() {
            failures.push(format!("{operation}: {line}"));
        }
    }
    failures.sort_unstable();
    failures.dedup();
    if code != Some(0) && failures.is_empty() {
        let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        let tail = lines.get(lines.len().saturating_sub(24)..).unwrap_or(&[]);
        failures.push(format!("it ended with {code:?}: {}", tail.join(" | ")));
    }
    Ok(Said { cases, failures })
}

#[cfg(test)]
mod tests {
    use super::said;

    const CLOSING: &str = "____ GET /api/v1/accounts ____\n1. Test Case ID: x\n\n\
        - Response violates schema\n\n= SUMMARY =\nTest cases:\n  1,774 generated, 1 failed\n\n\
        Seed: 1\n\nReports:\n    - JSON: report.json\n";

    #[test]
    fn cases_and_failures_are_read_from_the_closing_lines() {
        let read = said(CLOSING, Some(1)).unwrap();
        assert_eq!(read.cases, 1_774);
        assert_eq!(read.failures, ["GET /api/v1/accounts: - Response violates schema"]);
        assert!(said("Traceback", Some(2)).is_err());
        assert_eq!(said("  5 generated, 5 passed", Some(1)).unwrap().failures.len(), 1);
    }
}
