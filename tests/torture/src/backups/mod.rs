//! R13: backups are made at any time under load. Each restores to the content it was said to have,
//! which holds everything acknowledged before it was begun, and a database moved to PostgreSQL and
//! back is the same.

mod moving;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rig::Outcome;

use crate::stand::{Attempt, Chance, Check, DATABASE, Found, Home, Manner, Posting, Stand, pause};
use crate::{Harness, Report, Setting};

/// The harness.
pub(crate) const BACKUPS: Harness = Harness {
    name: "backups",
    goals: "R13",
    about: "makes backups under load, restores each, and moves to PostgreSQL and back",
    run,
};

/// Backups of one installation before a fresh one is taken.
const BACKUPS_PER_HOME: u64 = 20;

/// How long the load goes on between two backups.
const BETWEEN: (Duration, Duration) = (Duration::ZERO, Duration::from_millis(300));

/// Requests a second: so many that every backup differs, so few that it stays small.
const RATE: u32 = 100;

/// Callers at once.
const CALLERS: u32 = 4;

#[derive(Debug, Default)]
struct Tally {
    found: Found,
    backups: u64,
    stored: u64,
    /// Restored to another content than the backup was said to have.
    unequal: u64,
    contents: Vec<String>,
}

/// A backup and the installation that was restored from it.
#[derive(Debug)]
struct Restored {
    /// When the backup was begun.
    began: Instant,
    home: Home,
}

fn run(setting: &Setting) -> Outcome<Report> {
    let stand = Stand::new(setting)?;
    let mut chance = Chance::of(setting.seed);
    let mut left: u64 = setting.of(2, 40, 200);
    let mut tally = Tally::default();
    let mut last = None;
    while left > 0 {
        let here = left.min(BACKUPS_PER_HOME);
        if let Some(home) = last.replace(tally.on_one_home(&stand, &mut chance, here)?) {
            Stand::forget(&home)?;
        }
        left -= here;
    }
    let mut report = Report::new();
    report.note("backups under load, each restored", tally.backups);
    report.note("acknowledged meanwhile", tally.stored);
    report.none("restored to another content than recorded", tally.unequal);
    tally.contents.sort();
    tally.contents.dedup();
    let different = tally.contents.len();
    report.figure("different contents among them", different, "more than one", different > 1);
    tally.found.report(&mut report);
    if let Some(home) = last {
        moving::run(&stand, &home, setting, &mut report)?;
        control(&stand, &home, setting, &mut report)?;
    }
    Ok(report)
}

impl Tally {
    /// Gives the installation back, its server stopped.
    fn on_one_home(&mut self, stand: &Stand, chance: &mut Chance, backups: u64) -> Outcome<Home> {
        let home = stand.fresh()?;
        let server = stand.serve(&home)?;
        let posting = Posting::start(stand, Manner::a_second(RATE, CALLERS));
        let mut restored = Vec::new();
        for _ in 0..backups {
            pause(chance.between(BETWEEN.0, BETWEEN.1));
            restored.push(self.back_up_and_restore(stand, &home)?);
        }
        let attempts = posting.end()?;
        server.stop()?;
        let stored = attempts.iter().filter(|attempt| attempt.is_stored()).count();
        self.stored += u64::try_from(stored).unwrap_or(0);
        for Restored { began, home } in restored {
            // A snapshot holds what was acknowledged before, and each registration as a whole.
            let before: Vec<Attempt> =
                attempts.iter().filter(|attempt| attempt.at < began).cloned().collect();
            self.found.add(Check::of(stand, &home).rows(&before)?);
            Stand::forget(&home)?;
        }
        Ok(home)
    }

    fn back_up_and_restore(&mut self, stand: &Stand, home: &Home) -> Outcome<Restored> {
        let began = Instant::now();
        let (file, content) = back_up(stand, home)?;
        let target = stand.fresh_folder()?;
        let folder = target.folder.to_string_lossy().into_owned();
        stand.run(home, &["restore", &shown(&file), "--to", &folder])?.good()?;
        let restored = stand.run(&target, &["verify"])?.good()?;
        self.unequal += u64::from(restored.value_of("content hash")? != content);
        self.backups += 1;
        self.contents.push(content);
        remove(&file)?;
        Ok(Restored { began, home: target })
    }
}

/// Makes a backup beside the installation; the file, and the content that it is said to have.
fn back_up(stand: &Stand, home: &Home) -> Outcome<(PathBuf, String)> {
    let file = stand.folder()?.join("backup.db");
    let made = stand.run(home, &["backup", &shown(&file)])?.good()?;
    Ok((file, made.value_of("content hash")?))
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn remove(file: &Path) -> Outcome<()> {
    let folder = file.parent().unwrap_or(file);
    fs::remove_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))
}

/// One bit of a backup changed, anywhere: neither looking at it nor restoring it may go well.
fn control(stand: &Stand, home: &Home, setting: &Setting, report: &mut Report) -> Outcome<()> {
    let (file, _) = back_up(stand, home)?;
    let whole = fs::read(&file).map_err(|e| format!("{}: {e}", file.display()))?;
    let mut chance = Chance::of(setting.seed ^ 0xb17);
    let rounds: u64 = setting.of(2, 20, 200);
    let mut found = 0_u64;
    for _ in 0..rounds {
        let place = chance.below(u64::try_from(whole.len()).unwrap_or(1));
        let mut changed = whole.clone();
        if let Some(byte) = usize::try_from(place).ok().and_then(|at| changed.get_mut(at)) {
            *byte ^= 1 << chance.below(8);
        }
        fs::write(&file, &changed).map_err(|e| format!("{}: {e}", file.display()))?;
        let target = stand.fresh_folder()?;
        let folder = shown(&target.folder);
        let looked = stand.run(home, &["verify", &shown(&file)])?;
        let restored = stand.run(home, &["restore", &shown(&file), "--to", &folder])?;
        let is_there = target.folder.join(DATABASE).exists();
        found += u64::from(!looked.is_good && !restored.is_good && !is_there);
        Stand::forget(&target)?;
    }
    report.control("one bit of a backup changed", format!("{found} of {rounds}"), found == rounds);
    remove(&file)
}
