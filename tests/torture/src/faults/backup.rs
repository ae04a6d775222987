//! A backup whose calls to the disk fail: one that says it was made is whole, even if the power fails
//! right after it, and one that failed says so.

use rig::Outcome;

use crate::shim::{self, Call, EIO, ENOSPC, Fault, How, Loss, Shim, Ways};
use crate::stand::{Manner, Posting, Stand, ran};
use crate::{Report, Setting};

/// Rows to back up.
const ROWS: u64 = 20;

/// Fails each call of a backup in turn.
pub(super) fn run(
    stand: &Stand,
    shim: &Shim,
    setting: &Setting,
    report: &mut Report,
) -> Outcome<()> {
    let home = stand.fresh()?;
    let server = stand.serve(&home)?;
    let posting = Posting::start(stand, Manner::fast(4));
    posting.wait_for_stored(ROWS, std::time::Duration::from_secs(10));
    posting.end()?;
    let (mut made, mut refused, mut unfit) = (0_u64, 0_u64, Vec::new());
    for fault in plan(setting) {
        // The layer watches the folder of the copy; the database itself is healthy.
        let target = stand.at(&home.url)?;
        let file = target.folder.join("copy.db");
        let file_text = file.to_string_lossy().into_owned();
        let mut command = stand.tool(&home, &["backup", &file_text]);
        let ways = Ways { fault, ..Ways::default() };
        shim.under(&mut command, &target, &ways)?;
        let is_made = ran(&mut command)?.is_good;
        let shown = fault.map_or("nothing failed".to_owned(), |fault| fault.to_string());
        shim::lose_power(&target, Loss::All)?;
        let verified = stand.run(&home, &["verify", &file_text])?;
        let manifest = target.folder.join("copy.db.manifest.json");
        if is_made {
            made += 1;
            if !verified.is_good || !manifest.exists() {
                unfit.push(format!("{shown}: {}", verified.said));
            }
        } else {
            refused += 1;
        }
        shim::forget(&target)?;
    }
    server.stop()?;
    report.figure("backups made", made, "some", made > 0);
    report.figure("backups that said that they failed", refused, "some", refused > 0);
    report.none(
        "backups said to be made and unfit after a loss of power",
        u64::try_from(unfit.len()).unwrap_or(u64::MAX),
    );
    if !unfit.is_empty() {
        report.note("unfit", unfit.join("; "));
    }
    Stand::forget(&home)
}

fn plan(setting: &Setting) -> Vec<Option<Fault>> {
    let ways = [How::Error(EIO), How::Error(ENOSPC), How::Short];
    let fault = |call, number, how| Some(Fault { call, number, how });
    let mut plan = vec![None, fault(Call::Rename, 1, How::Error(EIO))];
    for number in 1..=setting.of(1, 6, 8) {
        plan.push(fault(Call::Sync, number, How::Error(EIO)));
    }
    let (last, step) = setting.of((1, 1), (400, 40), (1_000, 1));
    let writes = (1..=last).step_by(step);
    plan.extend(writes.zip(ways.iter().cycle()).map(|(at, how)| fault(Call::Write, at, *how)));
    plan
}
