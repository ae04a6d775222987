//! A disk whose sync is slow, made of one whose sync is fast. Each sync really takes place, and
//! nothing else is watched, so that a measurement shows the disk and not the layer.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::{Outcome, preload};

const SOURCE: &str = include_str!("../shim/slow_sync.c");

/// A built library and how long it makes a sync last.
#[derive(Debug)]
pub struct SlowSync {
    library: PathBuf,
    lasts: Duration,
}

impl SlowSync {
    /// Builds the library in `folder`; each sync will last at least `lasts`.
    pub fn build(folder: &Path, lasts: Duration) -> Outcome<SlowSync> {
        let library = preload::library(folder, "slow_sync", SOURCE)?;
        Ok(SlowSync { library, lasts })
    }

    /// What the environment of a program has to say for its syncs to be slow.
    pub fn settings(&self) -> [(&'static str, String); 2] {
        [
            ("LD_PRELOAD", self.library.to_string_lossy().into_owned()),
            ("SLOW_SYNC_MICROS", self.lasts.as_micros().to_string()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;
    use std::time::{Duration, Instant};

    use super::SlowSync;

    #[test]
    fn a_sync_lasts_as_long_as_asked() {
        let folder = tempfile::tempdir().unwrap();
        let lasts = Duration::from_millis(30);
        let slow = SlowSync::build(folder.path(), lasts).unwrap();
        let file = folder.path().join("file");
        let began = Instant::now();
        let status = Command::new("dd")
            .args(["if=/dev/zero", "bs=16", "count=1", "conv=fsync", "status=none"])
            .arg(format!("of={}", file.display()))
            .envs(slow.settings())
            .status()
            .unwrap();
        assert!(status.success());
        assert!(began.elapsed() >= lasts);
    }
}
