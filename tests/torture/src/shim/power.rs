//! A loss of power: what was not synced is taken back, or some of it is, down to single sectors.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use rig::Outcome;

use super::is_index;
use super::log::{Kind, Record, read};
use crate::stand::Chance;

/// What a disk writes as a whole.
const SECTOR: u64 = 512;

/// How much of what was not synced is lost.
#[derive(Debug)]
pub(crate) enum Loss<'a> {
    /// All of it.
    All,
    /// By chance: the disk had written some sectors already, in any order.
    Some(&'a mut Chance),
}

/// What had not been synced.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Dropped {
    /// Changes that were taken back.
    pub(crate) changes: u64,
    /// Sectors of them that were kept by chance.
    pub(crate) kept_sectors: u64,
}

/// Takes it back in the files themselves.
pub(super) fn lose(log: &Path, loss: Loss<'_>) -> Outcome<Dropped> {
    let pending = pending(read(log)?);
    let mut dropped = Dropped::default();
    for record in pending.iter().rev() {
        undo(record).map_err(|e| format!("{}: {e}", record.path.display()))?;
        dropped.changes += 1;
    }
    if let Loss::Some(chance) = loss {
        // Anything from nothing to everything.
        let share = chance.below(5) * 25;
        for record in &pending {
            let kept = redo(record, chance, share);
            dropped.kept_sectors += kept.map_err(|e| format!("{}: {e}", record.path.display()))?;
        }
    }
    Ok(dropped)
}

/// The changes that no sync has confirmed, in order. Those of an index are none: the database
/// makes it anew.
fn pending(records: Vec<Record>) -> Vec<Record> {
    let mut pending: Vec<(Record, bool)> = Vec::new();
    for record in records {
        match record.kind {
            Kind::Sync => pending.retain(|(change, is_doomed)| {
                *is_doomed || !is_data(change) || change.path != record.path
            }),
            Kind::FailedSync => {
                for (change, is_doomed) in &mut pending {
                    *is_doomed |= is_data(change) && change.path == record.path;
                }
            }
            Kind::FolderSync => pending.retain(|(change, _)| {
                is_data(change) || change.path.parent() != Some(record.path.as_path())
            }),
            Kind::Fault => {}
            Kind::Write | Kind::Truncate | Kind::Create | Kind::Unlink | Kind::Rename => {
                if !is_index(&record.path) {
                    pending.push((record, false));
                }
            }
        }
    }
    pending.into_iter().map(|(change, _)| change).collect()
}

fn is_data(record: &Record) -> bool {
    matches!(record.kind, Kind::Write | Kind::Truncate)
}

fn undo(record: &Record) -> std::io::Result<()> {
    let path = &record.path;
    match record.kind {
        Kind::Write | Kind::Truncate => {
            let Some(file) = existing(path)? else {
                return Ok(());
            };
            file.write_all_at(&record.before, record.offset)?;
            file.set_len(record.old_size)
        }
        Kind::Create => gone(fs::remove_file(path)),
        Kind::Unlink => fs::write(path, &record.before),
        Kind::Rename => {
            gone(fs::rename(path, old_name(record)))?;
            if record.old_size == 1 { fs::write(path, &record.before) } else { Ok(()) }
        }
        Kind::Sync | Kind::FailedSync | Kind::FolderSync | Kind::Fault => Ok(()),
    }
}

/// Does what the disk had done by chance; how many sectors of it.
fn redo(record: &Record, chance: &mut Chance, share: u64) -> std::io::Result<u64> {
    let path = &record.path;
    if record.kind != Kind::Write && !chance.is_one_of_hundred(share) {
        return Ok(0);
    }
    match record.kind {
        Kind::Write => return redo_write(record, chance, share),
        Kind::Truncate => {
            if let Some(file) = existing(path)? {
                file.set_len(record.offset)?;
            }
        }
        Kind::Create => {
            File::options().create(true).append(true).open(path)?;
        }
        Kind::Unlink => gone(fs::remove_file(path))?,
        Kind::Rename => gone(fs::rename(old_name(record), path))?,
        Kind::Sync | Kind::FailedSync | Kind::FolderSync | Kind::Fault => {}
    }
    Ok(1)
}

fn redo_write(record: &Record, chance: &mut Chance, share: u64) -> std::io::Result<u64> {
    let Some(file) = existing(&record.path)? else {
        return Ok(0);
    };
    let mut kept = 0;
    let mut at = record.offset;
    let mut left = record.after.as_slice();
    while !left.is_empty() {
        let to_border = usize::try_from(SECTOR - at % SECTOR).unwrap_or(usize::MAX);
        let (sector, rest) = left.split_at(to_border.min(left.len()));
        if chance.is_one_of_hundred(share) {
            file.write_all_at(sector, at)?;
            kept += 1;
        }
        at += u64::try_from(sector.len()).unwrap_or(0);
        left = rest;
    }
    Ok(kept)
}

fn old_name(record: &Record) -> std::path::PathBuf {
    use std::os::unix::ffi::OsStringExt as _;
    std::ffi::OsString::from_vec(record.after.clone()).into()
}

fn existing(path: &Path) -> std::io::Result<Option<File>> {
    match File::options().write(true).open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn gone(outcome: std::io::Result<()>) -> std::io::Result<()> {
    match outcome {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Kind, Record, pending, undo};

    fn record(kind: Kind, path: &str) -> Record {
        let path = Path::new(path).to_path_buf();
        Record { kind, path, offset: 0, old_size: 0, before: Vec::new(), after: vec![1] }
    }

    fn left(records: &[(Kind, &str)]) -> usize {
        pending(records.iter().map(|(kind, path)| record(*kind, path)).collect()).len()
    }

    #[test]
    fn a_sync_confirms_what_was_written_to_its_file_before() {
        use Kind::{Create, FailedSync, FolderSync, Sync, Write};
        assert_eq!(left(&[(Write, "/f/a"), (Sync, "/f/a")]), 0);
        assert_eq!(left(&[(Write, "/f/a"), (Sync, "/f/b")]), 1);
        assert_eq!(left(&[(Sync, "/f/a"), (Write, "/f/a")]), 1);
        assert_eq!(left(&[(Write, "/f/a"), (FailedSync, "/f/a"), (Sync, "/f/a")]), 1);
        assert_eq!(left(&[(Create, "/f/a"), (Sync, "/f/a")]), 1);
        assert_eq!(left(&[(Create, "/f/a"), (FolderSync, "/f")]), 0);
        assert_eq!(left(&[(Write, "/f/a"), (FolderSync, "/f")]), 1);
        assert_eq!(left(&[(Write, "/f/a-shm")]), 0);
    }

    #[test]
    fn a_write_is_taken_back_with_the_size_it_gave() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, b"newer and longer").unwrap();
        let mut change = record(Kind::Write, path.to_str().unwrap());
        change.before = b"old".to_vec();
        change.old_size = 5;
        undo(&change).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"older");
    }
}
