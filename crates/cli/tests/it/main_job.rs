//! The script of the guide, from an empty folder to a won deal (OP-01).

use std::{net::TcpListener, path::Path, process::Command};

#[test]
fn op_01_the_guides_script_does_the_main_job_on_an_empty_installation() {
    let runs = |name: &str| Command::new(name).arg("--version").output().is_ok();
    if !runs("curl") || !runs("sh") {
        return;
    }
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let told = Command::new("sh")
        .arg(root.join("docs/guide/scripts/main-job.sh"))
        .env("ENTENTE", env!("CARGO_BIN_EXE_entente"))
        .env("PORT", port.to_string())
        .env_remove("CRM")
        .env_remove("WORK")
        .output()
        .unwrap();
    let words = format!(
        "{}\n{}",
        String::from_utf8_lossy(&told.stdout),
        String::from_utf8_lossy(&told.stderr)
    );
    assert!(told.status.success(), "{words}");
    assert!(words.contains("Done: the main job was done"), "{words}");
}

/// A wrong answer that holds the right word somewhere must end the script.
#[test]
fn op_01_the_guides_script_fails_on_a_wrong_answer() {
    if Command::new("sh").arg("-c").arg("true").output().is_err() {
        return;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let script = std::fs::read_to_string(root.join("docs/guide/scripts/main-job.sh")).unwrap();
    let checks: Vec<&str> = script
        .lines()
        .filter(|line| ["fail() ", "field() ", "is() "].iter().any(|name| line.starts_with(name)))
        .collect();
    assert_eq!(checks.len(), 3, "{checks:?}");
    let free =
        r#"{"answer":"free","protected_until":null,"words":"Available.","questions_left":9}"#;
    let review = r#"{"answer":"needs_review","protected_until":null,"words":"It may be free, or protected, or won."}"#;
    let held = r#"{"answer":"protected","protected_until":"2027-01-02","words":"Protected."}"#;
    for (answer, field, wanted, right) in [
        (free, "answer", "free", true),
        (review, "answer", "free", false),
        (free, "answer", "protected", false),
        (held, "answer", "protected", true),
        (held, "protected_until", "2027-01-02", true),
        (held, "protected_until", "2027-01-03", false),
        (free, "protected_until", "2027-01-02", false),
        (r#"{"detail":"DR-03 and DR-05","rule":"DR-03"}"#, "rule", "DR-05", false),
        (r#"{"approved_on":"","status":"submitted"}"#, "status", "approved", false),
    ] {
        let told = Command::new("sh")
            .arg("-c")
            .arg(format!("set -eu\n{}\nis {field} {wanted}", checks.join("\n")))
            .env("ANSWER", answer)
            .output()
            .unwrap();
        assert_eq!(told.status.success(), right, "{field} {wanted}: {answer}");
    }
}
