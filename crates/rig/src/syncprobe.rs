//! What it costs to make a write durable in a folder.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::time::Instant;

use crate::Outcome;
use crate::percentiles::Percentiles;

/// One page of a database.
const BLOCK: [u8; 4096] = [0x5a; 4096];

/// Times of `rounds` appends of 4 KiB, each followed by a sync of the data.
pub fn measure(folder: &Path, rounds: usize) -> Outcome<Percentiles> {
    let path = folder.join(format!("sync-probe-{}", std::process::id()));
    let measured = append_and_sync(&path, rounds).map_err(|e| format!("{}: {e}", path.display()));
    let removed = fs::remove_file(&path).map_err(|e| format!("{}: {e}", path.display()));
    let times = measured?;
    removed?;
    Ok(Percentiles::of(times))
}

fn append_and_sync(path: &Path, rounds: usize) -> std::io::Result<Vec<u64>> {
    let mut file = OpenOptions::new().create_new(true).append(true).open(path)?;
    let mut times = Vec::with_capacity(rounds);
    for _ in 0..rounds {
        let began = Instant::now();
        file.write_all(&BLOCK)?;
        file.sync_data()?;
        times.push(u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX));
    }
    Ok(times)
}

#[cfg(test)]
mod tests {
    use super::measure;

    #[test]
    fn the_probe_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let times = measure(folder.path(), 5).unwrap();
        assert!(times.at(100) >= times.at(50));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        assert!(measure(&folder.path().join("missing"), 1).is_err());
    }
}
