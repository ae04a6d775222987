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
