//! R2: the power fails under load, again and again: the server is killed and everything that it had
//! not synced is dropped, or some of it by chance, down to single sectors.

use std::net::TcpStream;
use std::time::{Duration, Instant};

use rig::Outcome;
use rig::server::Server;

use crate::shim::{self, Call, Dropped, Fault, How, Loss, Shim, Ways};
use crate::stand::{Attempt, Chance, Check, Found, Home, Manner, Posting, Stand, pause};
use crate::{Harness, Report, Setting};

/// The harness.
pub(crate) const POWER: Harness = Harness {
    name: "power",
    goals: "R2",
    about: "drops what was not synced and looks for every write that was acknowledged",
    run,
};

/// Cycles on one installation before a fresh one is taken.
const CYCLES_PER_HOME: u64 = 25;

/// Callers at once.
const CALLERS: u32 = 8;

/// How long a server works before the power fails.
const LIFE: (Duration, Duration) = (Duration::from_millis(5), Duration::from_millis(250));

/// How long a sync takes, as on a disk that is not the quickest.
const SYNC: Duration = Duration::from_millis(2);

/// In so many of a hundred cycles the power fails in the middle of a sync or of a write, the others
/// end at any time.
const IN_A_CALL: u64 = 70;

/// The highest number of the sync, and of the write, in which it fails.
const LAST_CALL: (u64, u64) = (12, 600);

/// A server that is not ready by then never will be.
const START_LIMIT: Duration = Duration::from_secs(30);

/// How long that call is waited for.
const CALL_LIMIT: Duration = Duration::from_secs(5);

#[derive(Debug, Default)]
struct Tally {
    found: Found,
    dropped: Dropped,
    losses_of_something: u64,
    stored: u64,
    unanswered: u64,
    unsound: u64,
}

fn run(setting: &Setting) -> Outcome<Report> {
    let (stand, shim) = (Stand::new(setting)?, Shim::build(setting)?);
    let bench = Bench { stand, shim, durability: "full" };
    let mut chance = Chance::of(setting.seed);
    let mut left: u64 = setting.of(6, 150, 2_000);
    let cycles = left;
    let mut tally = Tally::default();
    while left > 0 {
        let here = left.min(CYCLES_PER_HOME);
        tally.on_one_home(&bench, &mut chance, here)?;
        left -= here;
    }
    let mut report = Report::new();
    report.note("cycles", cycles);
    report.note("acknowledged", tally.stored);
    report.note("without an answer, repeated", tally.unanswered);
    let changes = tally.dropped.changes;
    report.figure("unsynced changes taken back", changes, "some", changes > 0);
    report.note("losses of power that took something", tally.losses_of_something);
    report.note("sectors of them kept by chance", tally.dropped.kept_sectors);
    tally.found.report(&mut report);
    report.none("chains or pages with a fault", tally.unsound);
    control(&Bench { durability: "normal", ..bench }, &mut report)?;
    Ok(report)
}

/// When the power fails.
#[derive(Clone, Copy, Debug)]
enum End {
    /// In a call that has begun and will not return.
    In(Fault),
    /// After a time of work.
    After(Duration),
}

impl End {
    fn by(chance: &mut Chance) -> End {
        if !chance.is_one_of_hundred(IN_A_CALL) {
            return End::After(chance.between(LIFE.0, LIFE.1));
        }
        let (call, last) = match chance.below(2) {
            0 => (Call::Sync, LAST_CALL.0),
            _ => (Call::Write, LAST_CALL.1),
        };
        End::In(Fault { call, number: 1 + chance.below(last), how: How::Hang })
    }

    fn fault(self) -> Option<Fault> {
        match self {
            End::In(fault) => Some(fault),
            End::After(_) => None,
        }
    }
}

/// What all cycles work on.
#[derive(Debug)]
struct Bench {
    stand: Stand,
    shim: Shim,
    durability: &'static str,
}

impl Bench {
    /// A server over the layer, not waited for.
    fn launch(&self, home: &Home, end: End) -> Outcome<Server> {
        let setting = [("ENTENTE_DATABASE_DURABILITY", self.durability)];
        let mut command = self.stand.command(home, &setting)?;
        let ways = Ways { sync: SYNC, fault: end.fault(), ..Ways::default() };
        self.shim.under(&mut command, home, &ways)?;
        Server::launch(command, self.stand.address)
    }

    /// A server over the layer that goes on until it is killed.
    fn serve(&self, home: &Home) -> Outcome<Server> {
        let mut server = self.launch(home, End::After(Duration::ZERO))?;
        let ready = server.wait_until_ready();
        ready.map_err(|words| format!("{words}: {}", Stand::log_of(home)))?;
        Ok(server)
    }

    /// A server's life until the power fails; what callers were told.
    fn life(&self, home: &Home, end: End) -> Outcome<Vec<Attempt>> {
        let server = self.launch(home, end)?;
        let began = Instant::now();
        // It listens before it opens the database; callers wait for that.
        while TcpStream::connect(self.stand.address).is_err() {
            if began.elapsed() > START_LIMIT {
                return Err(format!("the server does not start: {}", Stand::log_of(home)));
            }
            pause(Duration::from_millis(1));
        }
        let posting = Posting::start(&self.stand, Manner::fast(CALLERS));
        match end {
            End::After(time) => {
                posting.wait_for_stored(1, CALL_LIMIT);
                pause(time);
            }
            End::In(_) => {
                let began = Instant::now();
                while !shim::is_reached(home) && began.elapsed() < CALL_LIMIT {
                    pause(Duration::from_millis(1));
                }
            }
        }
        server.kill()?;
        posting.end()
    }
}

impl Tally {
    fn on_one_home(&mut self, bench: &Bench, chance: &mut Chance, cycles: u64) -> Outcome<()> {
        let home = bench.stand.fresh()?;
        let mut known: Vec<Attempt> = Vec::new();
        for cycle in 0..cycles {
            let mut attempts = bench.life(&home, End::by(chance))?;
            let loss = if cycle % 2 == 0 { Loss::All } else { Loss::Some(chance) };
            self.lost_power(shim::lose_power(&home, loss)?);
            let stored = attempts.iter().filter(|attempt| attempt.is_stored()).count();
            self.stored += u64::try_from(stored).unwrap_or(0);
            self.unanswered += u64::try_from(attempts.len() - stored).unwrap_or(0);
            let server = bench.serve(&home)?;
            self.found.add(Check::of(&bench.stand, &home).rows(&known)?);
            self.found.add(Check::of(&bench.stand, &home).after(&mut attempts)?);
            known.extend(attempts);
            server.kill()?;
            self.lost_power(shim::lose_power(&home, Loss::All)?);
        }
        let server = bench.serve(&home)?;
        self.found.add(Check::of(&bench.stand, &home).rows(&known)?);
        let verified = bench.stand.run(&home, &["verify"])?;
        self.unsound += u64::from(!verified.is_good);
        server.kill()?;
        shim::forget(&home)
    }

    fn lost_power(&mut self, dropped: Dropped) {
        self.losses_of_something += u64::from(dropped.changes > 0);
        self.dropped.changes += dropped.changes;
        self.dropped.kept_sectors += dropped.kept_sectors;
    }
}

/// The same with commits that do not wait for the disk: the harness must see what is lost.
fn control(bench: &Bench, report: &mut Report) -> Outcome<()> {
    let home = bench.stand.fresh()?;
    let attempts = bench.life(&home, End::After(LIFE.1))?;
    let dropped = shim::lose_power(&home, Loss::All)?;
    let server = bench.serve(&home)?;
    let found = Check::of(&bench.stand, &home).rows(&attempts)?;
    let words = format!("{} lost, {} changes taken back", found.lost, dropped.changes);
    report.control("database.durability = normal", words, found.lost > 0);
    server.kill()?;
    shim::forget(&home)
}
