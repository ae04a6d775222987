//! One bit of the stored content changes, as on a disk that ages: `entente verify` must notice. An
//! installation is made by the product's own actions, and each flip is made in a fresh copy.

mod cells;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use db::{Dialect, Tx, scratch::Scratch};
use frame::config::Config;
use frame::{AppError, Clock};
use rig::Outcome;
use run::operate::soundness::{self, Heads};

use crate::inside::dice::Dice;
use crate::{Report, Setting};
use cells::{Cells, Flip};

/// The share of flips that has to be noticed, of a hundred.
const WANTED: u64 = 95;

/// Takes the guards of the audit trail off; the database that is flipped has no say.
const UNGUARDED: &str = "DROP TRIGGER audit_entries_no_update; DROP TRIGGER audit_rows_no_update; \
     DROP TRIGGER audit_entries_no_delete; DROP TRIGGER audit_rows_no_delete;";

/// How many flips were made, and how many noticed.
#[derive(Debug, Default, Clone, Copy)]
struct Share {
    noticed: u64,
    made: u64,
}

impl Share {
    fn count(&mut self, is_noticed: bool) {
        self.made += 1;
        self.noticed += u64::from(is_noticed);
    }

    fn percent(self) -> u64 {
        (self.noticed * 100).checked_div(self.made).unwrap_or(0)
    }

    fn words(self) -> String {
        format!("{} of {} ({} %)", self.noticed, self.made, self.percent())
    }
}

/// Flips, verifies, counts.
pub(crate) fn run(setting: &Setting) -> Outcome<Report> {
    let mut report = Report::new();
    let stored = Stored::make(setting)?;
    let cells = db::look_into(&stored.whole, Cells::read).map_err(told)?;
    report.note("bytes of content in so many tables", cells.size());
    let untouched = stored.faults(|_| Ok(()))?;
    report.control("nothing is changed", "no fault", untouched.is_empty());
    let mut dice = Dice::of(setting.seed, "bits");
    let flips: u64 = setting.of(40, 400, 4_000);
    let mut over_all = Share::default();
    let mut by_table: BTreeMap<String, Share> = BTreeMap::new();
    for _ in 0..flips {
        let flip = cells.anywhere(&mut dice, &stored.whole)?;
        let Some(is_noticed) = stored.notices(&flip, "")? else { continue };
        over_all.count(is_noticed);
        by_table.entry(flip.table).or_default().count(is_noticed);
    }
    for table in cells.tables() {
        for _ in 0..setting.of(1, 5, 20) {
            let flip = cells.in_table(&table, &mut dice, &stored.whole)?;
            let Some(is_noticed) = stored.notices(&flip, "")? else { continue };
            by_table.entry(table.clone()).or_default().count(is_noticed);
        }
    }
    for (table, share) in &by_table {
        report.note(format!("noticed in {table}"), share.words());
    }
    let met = over_all.percent() >= WANTED;
    report.figure("flips of one bit of content noticed", over_all.words(), "at least 95 %", met);
    in_the_file(&stored, setting, &mut dice, &mut report)?;
    // Without the sums only the chains notice: the harness counts what is missed.
    let mut chains = Share::default();
    for table in cells.tables() {
        let flip = cells.in_table(&table, &mut dice, &stored.whole)?;
        let Some(is_noticed) = stored.notices(&flip, "DROP TABLE db_sums;")? else { continue };
        chains.count(is_noticed);
    }
    let is_less = chains.percent() < WANTED && chains.made > 0;
    report.control("without the sums, one flip in each table", chains.words(), is_less);
    Ok(report)
}

/// One bit of any byte of the file. Where that changes what is stored, it must be noticed.
fn in_the_file(
    stored: &Stored,
    setting: &Setting,
    dice: &mut Dice,
    report: &mut Report,
) -> Outcome<()> {
    let whole = fs::read(&stored.whole).map_err(|e| format!("the copy: {e}"))?;
    let content = content_of(&stored.whole);
    let (mut share, mut harmless) = (Share::default(), 0_u64);
    for _ in 0..setting.of(20, 200, 2_000) {
        let mut changed = whole.clone();
        let at = dice.place(changed.len());
        if let Some(byte) = changed.get_mut(at) {
            *byte ^= 1 << dice.below(8);
        }
        fs::write(&stored.flipped, &changed).map_err(|e| format!("the copy: {e}"))?;
        if content_of(&stored.flipped) == content {
            harmless += 1;
        } else {
            share.count(!stored.verified().is_ok_and(|faults| faults.is_empty()));
        }
    }
    let met = share.percent() >= WANTED;
    report.figure(
        "flips in the file that change content, noticed",
        share.words(),
        "at least 95 %",
        met || share.made == 0,
    );
    report.note("flips in the file that change no content", harmless);
    Ok(())
}

/// An installation as one file, and the place of its copy.
struct Stored {
    whole: PathBuf,
    flipped: PathBuf,
}

impl Stored {
    /// Two years of an invented program, made by the product's own actions.
    fn make(setting: &Setting) -> Outcome<Stored> {
        let scratch = Scratch::migrated(Dialect::Sqlite, app::migrations::ALL);
        let config = Config { demo: true, ..Config::for_tests() };
        let app = app::open(scratch.open(), Clock::machine(), config).map_err(told)?;
        let options = demo::Options {
            seed: setting.seed,
            accounts: 60,
            registrations: setting.of(30, 60, 60),
        };
        demo::seed(&app, options, &|_| {}).map_err(told)?;
        let whole = setting.folder().join("whole.db");
        app.db.backup_to(&whole).map_err(|error| error.to_string())?;
        app.db.close();
        drop(Arc::clone(&app));
        db::scratch::behind(&whole, UNGUARDED).map_err(|error| error.to_string())?;
        Ok(Stored { whole, flipped: setting.folder().join("flipped.db") })
    }

    /// What the verification finds in a copy after a change.
    fn faults(&self, change: impl FnOnce(&Path) -> Outcome<()>) -> Outcome<Vec<String>> {
        fs::copy(&self.whole, &self.flipped).map_err(|e| format!("a copy: {e}"))?;
        change(&self.flipped)?;
        self.verified()
    }

    /// What `entente verify` does with a file; an error is a row that cannot be read.
    fn verified(&self) -> Outcome<Vec<String>> {
        db::look_into(&self.flipped, |tx: &mut Tx<'_>| {
            let tables = db::table_names(tx)?;
            db::content_hash(tx, &tables)?;
            let mut found = Vec::new();
            found.extend(db::integrity_check(tx).err().map(|error| error.to_string()));
            let inside = soundness::examine(tx, &app::kept_tables(), &Heads::new())?;
            found.extend(inside.faults.into_iter().chain(inside.differences.words));
            Ok(found)
        })
        .map_err(told)
    }

    /// Whether it notices a flip; `None` where the flipped key is that of another row.
    fn notices(&self, flip: &Flip, before: &str) -> Outcome<Option<bool>> {
        let sql = format!("{before} {}", flip.sql);
        fs::copy(&self.whole, &self.flipped).map_err(|e| format!("a copy: {e}"))?;
        match db::scratch::behind(&self.flipped, &sql) {
            Ok(()) => Ok(Some(!self.verified().is_ok_and(|faults| faults.is_empty()))),
            Err(error) if error.to_string().contains("UNIQUE") => Ok(None),
            Err(error) => Err(format!("{}: {error}", flip.sql)),
        }
    }
}

/// The hash of everything stored; `None` when it cannot be read.
fn content_of(file: &Path) -> Option<String> {
    db::look_into(file, |tx: &mut Tx<'_>| {
        let tables = db::table_names(tx)?;
        db::content_hash(tx, &tables)
    })
    .ok()
}

fn told(error: AppError) -> String {
    error.to_string()
}
