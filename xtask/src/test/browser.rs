//! The driver of a real Chromium.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::Outcome;
use rig::leash::Leash;
use rig::{cluster, install};

/// How long the driver may take to answer.
const START_LIMIT: Duration = Duration::from_secs(15);

/// A running chromedriver. It stops when this is dropped.
#[derive(Debug)]
pub(super) struct Driver {
    process: Child,
    leash: Option<Leash>,
    url: String,
}

impl Driver {
    /// Finds or installs the browser and its driver, and starts the driver.
    pub(super) fn start() -> Outcome<Driver> {
        let program = install::chromedriver()?;
        let port = cluster::free_port()?;
        let process = Command::new(&program)
            .arg(format!("--port={port}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|e| format!("{}: {e}", program.display()))?;
        let leash = Leash::tie(&format!("kill {}", process.id()))?;
        let driver =
            Driver { process, leash: Some(leash), url: format!("http://127.0.0.1:{port}") };
        if cluster::wait_for(port, START_LIMIT) {
            Ok(driver)
        } else {
            Err(format!("chromedriver does not answer on port {port}"))
        }
    }

    /// Where it answers.
    pub(super) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        drop(self.leash.take());
        if let Err(error) = self.process.wait() {
            eprintln!("chromedriver: {error}");
        }
    }
}
