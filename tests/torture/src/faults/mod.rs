//! R3: one call to the disk fails, once, in every place in turn. Nothing that was acknowledged is
//! lost even if the power fails right after it, and a server whose write was not confirmed says so
//! and ends.

mod backup;

use std::time::{Duration, Instant};

use rig::Outcome;
use rig::server::{Server, is_ready};

use crate::shim::{self, Call, EIO, ENOSPC, Fault, How, Loss, Shim, Ways};
use crate::stand::{Attempt, Check, Found, Home, Manner, Posting, Stand, of_outcome, pause};
use crate::{Harness, Report, Setting};

/// The harness.
pub(crate) const FAULTS: Harness = Harness {
    name: "faults",
    goals: "R3",
    about: "fails each sync, write and rename once and looks for every write acknowledged",
    run,
};

/// Callers at once: few, so that there are many syncs.
const CALLERS: u32 = 4;

/// A server that is not ready by then never will be.
const START_LIMIT: Duration = Duration::from_secs(30);

/// How long a server may take to end after an unconfirmed write. Kept connections are given half a
/// second.
const END_LIMIT: Duration = Duration::from_secs(10);

/// How long callers go on after the fault.
const AFTER: Duration = Duration::from_millis(40);

/// What a server says that ends.
const UNCONFIRMED: &str = "did not confirm a write";

#[derive(Debug)]
struct Bench {
    stand: Stand,
    shim: Shim,
    /// How long the call is waited for.
    patience: Duration,
}

#[derive(Debug, Default)]
struct Tally {
    found: Found,
    runs: u64,
    stored: u64,
    not_reached: u64,
    at_the_start: u64,
    ended: u64,
    went_on: u64,
    silent: u64,
    words: Vec<String>,
}

/// What became of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// It never was ready.
    AtTheStart,
    /// It ended by itself with a failure.
    Ended,
    /// It went on and was killed.
    Killed,
}

fn run(setting: &Setting) -> Outcome<Report> {
    let patience = Duration::from_secs(setting.of(30, 30, 60));
    let bench = Bench { stand: Stand::new(setting)?, shim: Shim::build(setting)?, patience };
    let mut tally = Tally::default();
    for fault in plan(setting) {
        tally.one(&bench, fault)?;
    }
    let mut report = Report::new();
    report.note("calls failed", tally.runs);
    report.note("acknowledged", tally.stored);
    report.note("of them at the start, before anything was served", tally.at_the_start);
    report.note("ended by itself, as it should", tally.ended);
    tally.found.report(&mut report);
    report.none("went on after a write that was not confirmed", tally.went_on);
    report.none("ended without saying why", tally.silent);
    report.none("calls that were never made", tally.not_reached);
    if !tally.words.is_empty() {
        report.note("which", tally.words.join("; "));
    }
    backup::run(&bench.stand, &bench.shim, setting, &mut report)?;
    control(&bench, &mut report)?;
    Ok(report)
}

/// Which calls fail, and how: every one at the full scale, some of them spread evenly at others.
fn plan(setting: &Setting) -> Vec<Fault> {
    let ways = [How::Error(EIO), How::Error(ENOSPC), How::Short];
    let mut plan = Vec::new();
    let (last, step) = setting.of((5, 1), (160, 8), (1_000, 1));
    let syncs = (1..=last).step_by(step);
    plan.extend(syncs.zip(ways.iter().take(2).cycle()).map(|(number, how)| Fault {
        call: Call::Sync,
        number,
        how: *how,
    }));
    let (last, step) = setting.of((600, 150), (1_000, 40), (1_000, 1));
    let writes = (1..=last).step_by(step);
    plan.extend(writes.zip(ways.iter().cycle()).map(|(number, how)| Fault {
        call: Call::Write,
        number,
        how: *how,
    }));
    plan
}

impl Bench {
    /// A server's life with that fault; what callers were told, and how it ended.
    fn life(&self, home: &Home, ways: &Ways) -> Outcome<(Vec<Attempt>, End)> {
        let mut command = self.stand.command(home, &[])?;
        self.shim.under(&mut command, home, ways)?;
        let mut server = Server::launch(command, self.stand.address)?;
        let began = Instant::now();
        while !is_ready(self.stand.address) {
            if server.ended_within(Duration::ZERO)?.is_some() {
                return Ok((Vec::new(), End::AtTheStart));
            }
            if began.elapsed() > START_LIMIT {
                return Err(format!("no server: {}", Stand::log_of(home)));
            }
            pause(Duration::from_millis(1));
        }
        let posting = Posting::start(&self.stand, Manner::fast(CALLERS));
        let began = Instant::now();
        while !shim::is_reached(home) && began.elapsed() < self.patience {
            pause(Duration::from_millis(1));
        }
        pause(AFTER);
        let limit = if must_end(home, ways)? { END_LIMIT } else { Duration::ZERO };
        let end = match server.ended_within(limit)? {
            Some(status) if status.success() => End::Killed,
            Some(_) => End::Ended,
            None => End::Killed,
        };
        server.kill()?;
        Ok((posting.end()?, end))
    }
}

/// Whether the fault was one after which nothing may be promised any more: a failed sync of a file, or
/// a write to the database or its log that failed for another reason than a full disk. The folder is
/// synced at the start, which fails then, and once more by SQLite, which does not matter any more.
fn must_end(home: &Home, ways: &Ways) -> Outcome<bool> {
    let Some(fault) = ways.fault else {
        return Ok(false);
    };
    let Some(file) = shim::failed_file(home)? else {
        return Ok(false);
    };
    let matters = file != home.folder && !file.to_string_lossy().ends_with("-shm");
    Ok(matters && (fault.call == Call::Sync || fault.how == How::Error(EIO)))
}

impl Tally {
    fn one(&mut self, bench: &Bench, fault: Fault) -> Outcome<()> {
        let home = bench.stand.fresh()?;
        let ways = Ways { fault: Some(fault), ..Ways::default() };
        let (mut attempts, end) = bench.life(&home, &ways)?;
        let stored = attempts.iter().filter(|attempt| attempt.is_stored()).count();
        self.runs += 1;
        self.stored += u64::try_from(stored).unwrap_or(0);
        if !shim::is_reached(&home) {
            self.not_reached += 1;
            self.words.push(format!("{fault} not reached"));
        }
        self.judge(&home, &ways, end)?;
        shim::lose_power(&home, Loss::All)?;
        let server = bench.stand.serve(&home)?;
        let found = Check::of(&bench.stand, &home).after(&mut attempts);
        let found = found.map_err(|words| format!("{fault}: {words}"))?;
        if found.faults() > 0 {
            self.words.push(format!("{fault} lost or spoiled something"));
        }
        self.found.add(found);
        server.kill()?;
        shim::forget(&home)
    }

    fn judge(&mut self, home: &Home, ways: &Ways, end: End) -> Outcome<()> {
        let log = Stand::log_of(home);
        match end {
            End::AtTheStart => self.at_the_start += 1,
            End::Ended => self.ended += 1,
            End::Killed if must_end(home, ways)? => {
                self.went_on += 1;
                self.words.push(format!("{ways:?} and it went on"));
            }
            End::Killed => {}
        }
        let is_silent = match end {
            End::AtTheStart => !log.contains("entente: "),
            End::Ended => !log.contains(UNCONFIRMED),
            End::Killed => false,
        };
        if is_silent {
            self.silent += 1;
            self.words.push(format!("{ways:?} and it said: {log}"));
        }
        Ok(())
    }
}

/// A disk whose syncs lie loses what was acknowledged, and the harness says so.
fn control(bench: &Bench, report: &mut Report) -> Outcome<()> {
    let home = bench.stand.fresh()?;
    let ways = Ways { lies: true, ..Ways::default() };
    let mut command = bench.stand.command(&home, &[])?;
    bench.shim.under(&mut command, &home, &ways)?;
    let server = bench.stand.serve_by(&home, command)?;
    let posting = Posting::start(&bench.stand, Manner::fast(CALLERS));
    posting.wait_for_stored(20, Duration::from_secs(10));
    server.kill()?;
    let attempts = posting.end()?;
    shim::lose_power(&home, Loss::All)?;
    let server = bench.stand.serve(&home)?;
    let (is_found, words) = of_outcome(Check::of(&bench.stand, &home).rows(&attempts));
    report.control("a disk whose syncs lie", words, is_found);
    server.kill()?;
    shim::forget(&home)
}
