//! The log of the layer, record by record.

use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};

use rig::Outcome;

/// What every record begins with.
const MAGIC: u32 = 0x4d49_4853;

/// The bytes of a record before its path.
const HEAD: usize = 48;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Bytes were written.
    Write,
    /// The size was changed.
    Truncate,
    /// A file was synced.
    Sync,
    /// A sync failed: what it was for is lost, whatever a later one says.
    FailedSync,
    /// A file was made.
    Create,
    /// A name was taken away.
    Unlink,
    /// A file got this name; what was there is the old name.
    Rename,
    /// A folder was synced.
    FolderSync,
    /// The planned fault happened.
    Fault,
}

/// One record.
#[derive(Clone, Debug)]
pub(super) struct Record {
    pub(super) kind: Kind,
    pub(super) path: PathBuf,
    /// Where was written, or the new size.
    pub(super) offset: u64,
    /// The size before; of a rename: 1 when the name was taken.
    pub(super) old_size: u64,
    pub(super) before: Vec<u8>,
    pub(super) after: Vec<u8>,
}

/// All whole records of a log. The last one may be cut off: then what it tells of did not happen,
/// because each is written before the change itself.
pub(super) fn read(path: &Path) -> Outcome<Vec<Record>> {
    let bytes = fs::read(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let mut rest = bytes.as_slice();
    let mut records = Vec::new();
    while let Some((record, behind)) = first(rest)? {
        records.push(record);
        rest = behind;
    }
    Ok(records)
}

fn first(bytes: &[u8]) -> Outcome<Option<(Record, &[u8])>> {
    let Some((head, rest)) = bytes.split_at_checked(HEAD) else {
        return Ok(None);
    };
    if number(head, 0, 4) != u64::from(MAGIC) {
        return Err("the log of writes cannot be read".to_owned());
    }
    let kind = kind(number(head, 4, 4))?;
    let size = |at| usize::try_from(number(head, at, 8)).unwrap_or(usize::MAX);
    let Some((path, rest)) = rest.split_at_checked(size(24)) else {
        return Ok(None);
    };
    let Some((before, rest)) = rest.split_at_checked(size(32)) else {
        return Ok(None);
    };
    let Some((after, rest)) = rest.split_at_checked(size(40)) else {
        return Ok(None);
    };
    let record = Record {
        kind,
        path: PathBuf::from(OsString::from_vec(path.to_vec())),
        offset: number(head, 8, 8),
        old_size: number(head, 16, 8),
        before: before.to_vec(),
        after: after.to_vec(),
    };
    Ok(Some((record, rest)))
}

/// A number of so many bytes in the machine's own order, as the layer wrote it.
fn number(bytes: &[u8], at: usize, width: usize) -> u64 {
    let part = bytes.get(at..at + width).unwrap_or_default();
    let mut all = [0_u8; 8];
    let place = if cfg!(target_endian = "big") { 8 - width } else { 0 };
    if let Some(place) = all.get_mut(place..place + width)
        && part.len() == width
    {
        place.copy_from_slice(part);
    }
    u64::from_ne_bytes(all)
}

fn kind(number: u64) -> Outcome<Kind> {
    let letter = u8::try_from(number).unwrap_or(0);
    Ok(match letter {
        b'W' => Kind::Write,
        b'T' => Kind::Truncate,
        b'S' => Kind::Sync,
        b'X' => Kind::FailedSync,
        b'C' => Kind::Create,
        b'U' => Kind::Unlink,
        b'R' => Kind::Rename,
        b'D' => Kind::FolderSync,
        b'F' => Kind::Fault,
        _ => return Err(format!("the log of writes tells of something unknown: {number}")),
    })
}

#[cfg(test)]
mod tests {
    use super::{Kind, first};

    #[test]
    fn a_record_that_is_cut_off_is_none() {
        let mut bytes = Vec::new();
        bytes.extend(super::MAGIC.to_ne_bytes());
        bytes.extend(u32::from(b'W').to_ne_bytes());
        for number in [4096_u64, 0, 2, 0, 3] {
            bytes.extend(number.to_ne_bytes());
        }
        bytes.extend(b"/anew");
        let (record, rest) = first(&bytes).unwrap().unwrap();
        assert_eq!((record.kind, record.offset), (Kind::Write, 4096));
        assert_eq!((record.path.to_str(), record.after.as_slice()), (Some("/a"), &b"new"[..]));
        assert!(rest.is_empty());
        assert!(first(&bytes[..bytes.len() - 1]).unwrap().is_none());
        bytes[0] ^= 1;
        assert!(first(&bytes).is_err());
    }
}
