//! R1: the server is killed under load, again and again. Whatever it acknowledged is there after the
//! next start, nothing is there by half, and it is ready at once.

use std::fs;
use std::time::Duration;

use rig::Outcome;
use rig::percentiles::{Percentiles, shown};
use rig::server::Server;

use crate::stand::{
    Attempt, Chance, Check, Found, Home, Manner, Posting, Stand, copy_files, micros, of_outcome,
    pause,
};
use crate::{Harness, Report, Setting};

/// The harness.
pub(crate) const KILL: Harness = Harness {
    name: "kill",
    goals: "R1",
    about: "kills the server under load and looks for every write it acknowledged",
    run,
};

/// Cycles on one installation before a fresh one is taken, so that looking at all of it stays quick.
const CYCLES_PER_HOME: u64 = 50;

/// Callers at once.
const CALLERS: u32 = 8;

/// How long a server works before it is killed.
const LIFE: (Duration, Duration) = (Duration::from_millis(10), Duration::from_millis(300));

/// In one of so many cycles the server that starts again is killed too, while it recovers.
const KILLED_TWICE: u64 = 5;

/// How long that one lives.
const SHORT_LIFE: (Duration, Duration) = (Duration::ZERO, Duration::from_millis(60));

#[derive(Debug, Default)]
struct Tally {
    found: Found,
    stored: u64,
    unanswered: u64,
    recoveries_killed: u64,
    ready_micros: Vec<u64>,
    unsound: u64,
}

fn run(setting: &Setting) -> Outcome<Report> {
    let stand = Stand::new(setting)?;
    let mut chance = Chance::of(setting.seed);
    let mut left: u64 = setting.of(6, 250, 10_000);
    let cycles = left;
    let mut tally = Tally::default();
    while left > 0 {
        let here = left.min(CYCLES_PER_HOME);
        tally.on_one_home(&stand, &mut chance, here)?;
        left -= here;
    }
    let mut report = Report::new();
    report.note("cycles", cycles);
    report.note("acknowledged", tally.stored);
    report.note("without an answer, repeated", tally.unanswered);
    report.note("killed once more while it recovered", tally.recoveries_killed);
    tally.found.report(&mut report);
    report.none("chains or pages with a fault", tally.unsound);
    let ready = Percentiles::of(tally.ready_micros);
    // A debug build on a busy machine is no measure; what is promised is asked of the others.
    let limit = setting.of(10, 1, 1) * 1_000_000;
    let words = format!("at most {} s", limit / 1_000_000);
    report.figure("ready again, longest", shown(ready.at(100)), words, ready.at(100) <= limit);
    report.note("ready again", ready);
    controls(&stand, &mut report)?;
    Ok(report)
}

impl Tally {
    fn on_one_home(&mut self, stand: &Stand, chance: &mut Chance, cycles: u64) -> Outcome<()> {
        let home = stand.fresh()?;
        let mut server = stand.serve(&home)?;
        let mut known: Vec<Attempt> = Vec::new();
        for _ in 0..cycles {
            let mut attempts = life(stand, server, chance.between(LIFE.0, LIFE.1))?;
            if chance.below(KILLED_TWICE) == 0 {
                let command = stand.command(&home, &[])?;
                let recovering = Server::launch(command, stand.address)?;
                pause(chance.between(SHORT_LIFE.0, SHORT_LIFE.1));
                recovering.kill()?;
                self.recoveries_killed += 1;
            }
            server = stand.serve(&home)?;
            self.ready_micros.push(micros(server.ready_after()));
            let stored = count(attempts.iter().filter(|attempt| attempt.is_stored()));
            self.stored += stored;
            self.unanswered += count(attempts.iter()) - stored;
            self.found.add(Check::of(stand, &home).after(&mut attempts)?);
            known.extend(attempts);
        }
        self.found.add(Check::of(stand, &home).rows(&known)?);
        let verified = stand.run(&home, &["verify"])?;
        self.unsound += u64::from(!verified.is_good);
        server.stop()?;
        Stand::forget(&home)
    }
}

fn count<'a>(attempts: impl Iterator<Item = &'a Attempt>) -> u64 {
    u64::try_from(attempts.count()).unwrap_or(u64::MAX)
}

/// Load, then the end: what was said until then.
fn life(stand: &Stand, server: Server, time: Duration) -> Outcome<Vec<Attempt>> {
    let posting = Posting::start(stand, Manner::fast(CALLERS));
    posting.wait_for_stored(1, Duration::from_secs(10));
    pause(time);
    server.kill()?;
    posting.end()
}

/// The same look at an installation that was put back by a moment, and at one with a row taken out.
fn controls(stand: &Stand, report: &mut Report) -> Outcome<()> {
    let home = stand.fresh()?;
    let before = stand.folder()?;
    copy_files(&home.folder, &before)?;
    let attempts = life(stand, stand.serve(&home)?, LIFE.1)?;
    put_back(&before, &home)?;
    let server = stand.serve(&home)?;
    let (is_found, words) = of_outcome(Check::of(stand, &home).after(&mut attempts.clone()));
    report.control("the data of a moment before", words, is_found);
    server.kill()?;
    Stand::forget(&home)?;
    let home = stand.fresh()?;
    let mut attempts = life(stand, stand.serve(&home)?, LIFE.1)?;
    let server = stand.serve(&home)?;
    take_out_a_receipt(&home)?;
    let found = Check::of(stand, &home).after(&mut attempts)?;
    report.control(
        "a receipt taken out of its table",
        format!("{} by half", found.half_done),
        found.half_done > 0,
    );
    let verified = stand.run(&home, &["verify"])?;
    report.control("the chain it was taken out of", "entente verify fails", !verified.is_good);
    server.kill()?;
    Stand::forget(&home)
}

fn put_back(before: &std::path::Path, home: &Home) -> Outcome<()> {
    fs::remove_dir_all(&home.folder).map_err(|e| format!("{}: {e}", home.folder.display()))?;
    copy_files(before, &home.folder)
}

fn take_out_a_receipt(home: &Home) -> Outcome<()> {
    let db = db::Db::open(&home.url, db::Options::default()).map_err(|e| e.to_string())?;
    let taken = db.write_blocking(|tx| {
        tx.execute("DELETE FROM deal_registration_receipts WHERE number = 1", &[])
    });
    db.close();
    match taken {
        Ok(1) => Ok(()),
        Ok(rows) => Err(format!("{rows} receipts were taken out")),
        Err(error) => Err(db::DbError::to_string(&error)),
    }
}
