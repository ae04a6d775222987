//! The product, built for release and started for a measurement.

use std::ffi::OsStr;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::load::Connection;

/// A server that is not ready by then never will be.
const START_LIMIT: Duration = Duration::from_secs(30);

/// One that does not answer the question by then is not ready.
const READY_LIMIT: Duration = Duration::from_secs(3);

/// Between two questions whether it is ready.
const PAUSE: Duration = Duration::from_millis(1);

/// Builds the binary for release and says where it is.
pub fn build(root: &Path) -> Outcome<PathBuf> {
    let status = Command::new("cargo")
        .args(["build", "--release", "--locked", "--package", "cli"])
        .current_dir(root)
        .status()
        .map_err(|e| format!("cargo build: {e}"))?;
    if !status.success() {
        return Err("the release build failed".to_owned());
    }
    Ok(root.join("target/release/entente"))
}

/// A running server. It is killed when this is dropped.
#[derive(Debug)]
pub struct Server {
    process: Child,
    address: SocketAddr,
    began: Instant,
    ready_after: Duration,
}

/// `binary serve` at `address` with its data in `folder`, not started yet. Each of `settings` is a
/// variable of its environment.
pub fn command(
    binary: &Path,
    folder: &Path,
    address: SocketAddr,
    settings: &[(&str, &str)],
) -> Command {
    let mut command = Command::new(binary);
    command
        .arg("serve")
        .env("ENTENTE_DATA_DIR", folder)
        .env("ENTENTE_LISTEN", address.to_string())
        .env("ENTENTE_LOG", OsStr::new("warn"))
        .envs(settings.iter().copied())
        .stdin(Stdio::null());
    command
}

impl Server {
    /// Starts `binary serve` with its data in `folder` and waits until it is ready. Each of
    /// `settings` is a variable of its environment.
    pub fn start(binary: &Path, folder: &Path, settings: &[(&str, &str)]) -> Outcome<Server> {
        let address = free_address()?;
        let mut server = Server::launch(command(binary, folder, address, settings), address)?;
        server.wait_until_ready()?;
        Ok(server)
    }

    /// Starts a prepared command that will answer at `address`, and does not wait for it.
    pub fn launch(mut command: Command, address: SocketAddr) -> Outcome<Server> {
        let began = Instant::now();
        let process = command
            .spawn()
            .map_err(|e| format!("{}: {e}", command.get_program().to_string_lossy()))?;
        Ok(Server { process, address, began, ready_after: Duration::ZERO })
    }

    /// Waits until it says that it is ready.
    pub fn wait_until_ready(&mut self) -> Outcome<()> {
        while !is_ready(self.address) {
            let ended = self.process.try_wait().map_err(|e| format!("the server: {e}"))?;
            if let Some(status) = ended {
                return Err(format!("the server ended before it was ready: {status}"));
            }
            if self.began.elapsed() > START_LIMIT {
                return Err(format!("the server is not ready after {} s", START_LIMIT.as_secs()));
            }
            thread::sleep(PAUSE);
        }
        self.ready_after = self.began.elapsed();
        Ok(())
    }

    /// Where it answers.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its process, for what it has used.
    pub fn process(&self) -> u32 {
        self.process.id()
    }

    /// From the start of the process to the first good answer of `/readyz`.
    pub fn ready_after(&self) -> Duration {
        self.ready_after
    }

    /// Ends it without a word, as `kill -9` does.
    pub fn kill(mut self) -> Outcome<()> {
        self.process.kill().map_err(|e| format!("the server: {e}"))?;
        self.process.wait().map(|_| ()).map_err(|e| format!("the server: {e}"))
    }

    /// Whether it has ended by itself, and how, after at most `limit`.
    pub fn ended_within(&mut self, limit: Duration) -> Outcome<Option<ExitStatus>> {
        let began = Instant::now();
        loop {
            let ended = self.process.try_wait().map_err(|e| format!("the server: {e}"))?;
            if ended.is_some() || began.elapsed() > limit {
                return Ok(ended);
            }
            thread::sleep(PAUSE);
        }
    }

    /// Asks it to stop and waits; how long that took.
    pub fn stop(mut self) -> Outcome<Duration> {
        let began = Instant::now();
        let process = self.process.id().to_string();
        let asked = Command::new("kill").args(["-TERM", &process]).status();
        if !asked.is_ok_and(|status| status.success()) {
            return Err("the server could not be asked to stop".to_owned());
        }
        let status = self.process.wait().map_err(|e| format!("the server: {e}"))?;
        if status.success() {
            Ok(began.elapsed())
        } else {
            Err(format!("the server did not stop well: {status}"))
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // After `stop` there is nothing left to kill, which is no fault.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// An address of this machine that was free a moment ago.
pub fn free_address() -> Outcome<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map_err(|e| format!("port: {e}"))
}

/// Whether `/readyz` answers that it is ready.
pub fn is_ready(address: SocketAddr) -> bool {
    let request = b"GET /readyz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    let answer = Connection::to(address).patient_for(READY_LIMIT).exchange(request);
    answer.is_ok_and(|answer| answer.status == 200)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Server, is_ready};
    use crate::responder::Responder;

    #[test]
    fn only_a_good_answer_is_ready() {
        let good = Responder::start("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").unwrap();
        assert!(is_ready(good.address()));
        let busy = Responder::start("HTTP/1.1 503 Wait\r\ncontent-length: 0\r\n\r\n").unwrap();
        assert!(!is_ready(busy.address()));
    }

    #[test]
    fn a_program_that_ends_at_once_is_told_from_a_slow_one() {
        let folder = tempfile::tempdir().unwrap();
        let error = Server::start(Path::new("false"), folder.path(), &[]).unwrap_err();
        assert!(error.contains("ended before it was ready"), "{error}");
    }
}
