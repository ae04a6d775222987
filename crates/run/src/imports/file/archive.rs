//! A workbook is an archive, and an archive can pretend to be small: it is looked at before
//! anything in it is unpacked.

use std::io::Cursor;

use super::FileFault;

/// The most parts of an archive.
const MOST_PARTS: usize = 2_000;
/// The most it may hold unpacked, in bytes.
const MOST_UNPACKED: u64 = 500 << 20;
/// The most it may grow when it is unpacked.
const MOST_GROWTH: u64 = 100;
/// Below this size growth is not looked at: small sheets of equal cells pack very well.
const SMALL: u64 = 10 << 20;

/// Refuses an archive that is no ordinary workbook.
pub(super) fn check(content: &[u8]) -> Result<(), FileFault> {
    let mut archive = zip::ZipArchive::new(Cursor::new(content))
        .map_err(|_| FileFault("The file is a damaged archive.".into()))?;
    if archive.len() > MOST_PARTS {
        return Err(refused(&format!("{} parts", archive.len())));
    }
    let mut unpacked = 0_u64;
    let mut is_workbook = false;
    for position in 0..archive.len() {
        let part = archive
            .by_index_raw(position)
            .map_err(|_| FileFault("The file is a damaged archive.".into()))?;
        unpacked = unpacked.saturating_add(part.size());
        if part.encrypted() {
            return Err(FileFault(
                "The workbook is encrypted: save it without a password and send that.".into(),
            ));
        }
        let leads_out = part.name().map_or(true, |name| {
            name.starts_with(['/', '\\']) || name.split(['/', '\\']).any(|step| step == "..")
        });
        if part.is_symlink() || leads_out {
            return Err(refused("links, or of parts with names that lead out of it"));
        }
        is_workbook |= part.name().is_ok_and(|name| name == "xl/workbook.xml");
    }
    let packed = u64::try_from(content.len()).unwrap_or(u64::MAX);
    if unpacked > MOST_UNPACKED {
        return Err(refused(&format!("{} MB unpacked", unpacked >> 20)));
    }
    if unpacked > SMALL && unpacked / packed.max(1) > MOST_GROWTH {
        return Err(refused(&format!("{} times its size unpacked", unpacked / packed.max(1))));
    }
    if !is_workbook {
        return Err(FileFault(
            "The file is an archive but not an XLSX workbook: send the table itself.".into(),
        ));
    }
    Ok(())
}

fn refused(what: &str) -> FileFault {
    FileFault(format!(
        "The file is an archive of {what}, which is unusual for a workbook. Save the sheet as CSV \
         and send that."
    ))
}
