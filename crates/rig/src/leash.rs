//! Servers that end when this process ends, however it ends.
//!
//! A watcher in a process group of its own holds the other end of a pipe. When the pipe closes,
//! by an ordinary end, Ctrl-C or kill, it runs the clean-up.

use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};

use crate::Outcome;

/// Runs its clean-up when dropped, or when this process is gone.
#[derive(Debug)]
pub struct Leash {
    watcher: Child,
}

impl Leash {
    /// Starts a watcher that will run the shell text `clean_up`.
    pub fn tie(clean_up: &str) -> Outcome<Leash> {
        let script = format!("trap '' INT TERM HUP; cat >/dev/null; {clean_up}");
        let watcher = Command::new("sh")
            .args(["-c", &script])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .map_err(|e| format!("sh: {e}"))?;
        Ok(Leash { watcher })
    }
}

impl Drop for Leash {
    fn drop(&mut self) {
        drop(self.watcher.stdin.take());
        let ended = self.watcher.wait();
        if let Err(error) = ended {
            eprintln!("clean-up: {error}");
        }
    }
}

/// `text` as one word of a shell.
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::{Leash, quoted};

    #[test]
    fn the_clean_up_has_run_when_the_leash_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let mark = folder.path().join("it's done");
        let leash = Leash::tie(&format!("touch {}", quoted(&mark.to_string_lossy()))).unwrap();
        assert!(!mark.exists());
        drop(leash);
        assert!(mark.exists());
    }
}
