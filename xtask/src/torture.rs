//! `cargo xtask torture NAME|all|list [--scale small|ci|full] [--seed N]`: builds the product and
//! the harnesses for release, starts a PostgreSQL for those that want one, and runs what is asked
//! for.

use std::path::Path;
use std::process::Command;

use crate::Outcome;

/// Builds, then runs with the same arguments.
pub(crate) fn run(root: &Path, arguments: &[&str]) -> Outcome<()> {
    let build = ["build", "--release", "--locked", "--package", "cli", "--package", "torture"];
    let built = Command::new("cargo")
        .args(build)
        .current_dir(root)
        .status()
        .map_err(|e| format!("cargo build: {e}"))?;
    if !built.success() {
        return Err("the release build failed".to_owned());
    }
    let program = root.join("target/release/torture");
    let cluster = rig::cluster::Cluster::start()?;
    let status = Command::new(&program)
        .args(arguments)
        .env("ENTENTE_TEST_POSTGRES", cluster.url())
        .current_dir(root)
        .status()
        .map_err(|e| format!("{}: {e}", program.display()))?;
    if status.success() { Ok(()) } else { Err(String::new()) }
}
