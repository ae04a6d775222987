//! R4: the disk is full and free again, under load: reading goes on, writing is refused with words,
//! and service is whole again soon after, by the same process.

mod reading;

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use rig::Outcome;
use rig::percentiles::{Percentiles, shown};
use rig::server::Server;

use crate::shim::{self, Call, EIO, Fault, How, Shim, Ways};
use crate::stand::{
    Attempt, Chance, Check, Home, Manner, OnSilence, Posting, Said, Stand, micros, pause,
};
use crate::{Harness, Report, Setting};
use reading::Reading;

/// The harness.
pub(crate) const DISK_FULL: Harness = Harness {
    name: "disk_full",
    goals: "R4",
    about: "fills the disk and frees it again under load",
    run,
};

/// How long it is full, and free.
const SPELL: (Duration, Duration) = (Duration::from_millis(150), Duration::from_millis(500));

/// How soon writes are stored again, in seconds: at the small scale beside whatever else is tested,
/// and at the others.
const SOON_SECONDS: (u64, u64) = (20, 5);

/// When waiting for it is given up.
const GIVEN_UP: Duration = Duration::from_secs(30);

const MANNER: Manner =
    Manner { callers: 4, every: Duration::from_millis(15), on_silence: OnSilence::GoOn };

#[derive(Debug)]
struct Bench {
    stand: Stand,
    shim: Shim,
    marker: PathBuf,
}

/// A time without room.
#[derive(Clone, Copy, Debug)]
struct Spell {
    from: Instant,
    until: Instant,
}

#[derive(Debug, Default)]
struct Judged {
    refused: u64,
    /// Refused otherwise than with 503 or 507 and words about the full disk.
    wrongly: u64,
    unanswered: u64,
    back_micros: Vec<u64>,
    never_back: u64,
    words: Vec<String>,
}

fn run(setting: &Setting) -> Outcome<Report> {
    let (stand, shim) = (Stand::new(setting)?, Shim::build(setting)?);
    let bench = Bench { stand, shim, marker: setting.folder().join("full") };
    let mut chance = Chance::of(setting.seed);
    let cycles: u64 = setting.of(4, 40, 100);
    let home = bench.stand.fresh()?;
    let mut server = bench.serve(&home, None)?;
    let reading = Reading::start(&bench.stand);
    let posting = Posting::start(&bench.stand, MANNER);
    posting.wait_for_stored(1, GIVEN_UP);
    let mut spells = Vec::new();
    for _ in 0..cycles {
        pause(chance.between(SPELL.0, SPELL.1));
        spells.push(bench.spell(&posting, chance.between(SPELL.0, SPELL.1))?);
    }
    let is_same = server.ended_within(Duration::ZERO)?.is_none();
    let mut attempts = posting.end()?;
    let read = reading.end()?;
    let judged = judge(&attempts, &spells);
    let mut report = Report::new();
    report.note("times full and free again", cycles);
    report.figure("reads answered with 200", read.good, "some", read.good > 0);
    report.none("reads answered otherwise or not at all", read.bad);
    report.figure(
        "writes refused with 503 or 507 and words",
        judged.refused,
        "some",
        judged.refused > 0,
    );
    report.none("writes refused otherwise", judged.wrongly);
    report.none("writes without an answer", judged.unanswered);
    report.none("times after which no write was stored", judged.never_back);
    let back = Percentiles::of(judged.back_micros.clone());
    let soon = Duration::from_secs(setting.of(SOON_SECONDS.0, SOON_SECONDS.1, SOON_SECONDS.1));
    let words = format!("at most {} s", soon.as_secs());
    let is_soon = back.at(100) <= micros(soon);
    report.figure(
        "stored again after space was free, longest",
        shown(back.at(100)),
        words,
        is_soon,
    );
    report.note("stored again", back);
    report.figure("the same process throughout", is_same, "true", is_same);
    if !judged.words.is_empty() {
        report.note("refusals", judged.words.join("; "));
    }
    Check::of(&bench.stand, &home).after(&mut attempts)?.report(&mut report);
    server.stop()?;
    shim::forget(&home)?;
    control(&bench, &mut report)?;
    Ok(report)
}

impl Bench {
    fn serve(&self, home: &Home, fault: Option<Fault>) -> Outcome<Server> {
        let mut command = self.stand.command(home, &[])?;
        let full = Some(self.marker.clone());
        self.shim.under(&mut command, home, &Ways { fault, full, ..Ways::default() })?;
        self.stand.serve_by(home, command)
    }

    /// Takes the room away for that time and gives it back; returns when a write was stored again
    /// or should have been.
    fn spell(&self, posting: &Posting, time: Duration) -> Outcome<Spell> {
        let at = |error: std::io::Error| format!("{}: {error}", self.marker.display());
        fs::write(&self.marker, "").map_err(at)?;
        let from = Instant::now();
        pause(time);
        let stored = posting.stored();
        fs::remove_file(&self.marker).map_err(at)?;
        let until = Instant::now();
        posting.wait_for_stored(stored + 1, GIVEN_UP);
        Ok(Spell { from, until })
    }
}

/// What callers were told while there was no room, and how soon after.
fn judge(attempts: &[Attempt], spells: &[Spell]) -> Judged {
    let mut judged = Judged::default();
    for attempt in attempts {
        match &attempt.said {
            Said::Stored { .. } => {}
            Said::Refused(503 | 507, words) if words.contains("disk") && words.contains("full") => {
                judged.refused += 1;
                if judged.words.is_empty() {
                    judged.words.push(words.clone());
                }
            }
            Said::Refused(status, words) => {
                judged.wrongly += 1;
                if judged.words.len() < 5 {
                    judged.words.push(format!("{status} {words}"));
                }
            }
            Said::Nothing => judged.unanswered += 1,
        }
    }
    for spell in spells {
        let stored = attempts.iter().filter(|attempt| attempt.is_stored());
        let next = stored.map(|attempt| attempt.at).filter(|at| *at > spell.until).min();
        match next {
            Some(at) => judged.back_micros.push(micros(at.duration_since(spell.until))),
            None => judged.never_back += 1,
        }
        debug_assert!(spell.from < spell.until, "a spell has a length");
    }
    judged
}

/// A disk that fails instead of being full: the same look finds refusals of another kind and a
/// server that is gone.
fn control(bench: &Bench, report: &mut Report) -> Outcome<()> {
    let home = bench.stand.fresh()?;
    let fault = Fault { call: Call::Write, number: 1_500, how: How::Error(EIO) };
    let mut server = bench.serve(&home, Some(fault))?;
    let posting = Posting::start(&bench.stand, MANNER);
    let ended = server.ended_within(Duration::from_mins(1))?.is_some();
    let judged = judge(&posting.end()?, &[]);
    let faults = judged.wrongly + judged.unanswered;
    let words = format!("ended: {ended}, {faults} refused otherwise or not answered");
    report.control("a disk that fails instead of being full", words, ended && faults > 0);
    server.kill()?;
    shim::forget(&home)
}
