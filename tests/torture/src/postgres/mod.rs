//! R5: the PostgreSQL server below a running node is ended at once and started again, under load. What
//! was acknowledged is there, what was not is repeated and has one effect, and the node is healthy
//! again by itself.

mod failover;
mod feed;
mod scene;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use rig::Outcome;
use rig::cluster::Cluster;
use rig::percentiles::{Percentiles, shown};
use rig::server::is_ready;

use crate::stand::{
    Attempt, Chance, Check, Home, Manner, Posting, Said, Stand, micros, of_outcome, pause,
};
use crate::{Harness, Report, Setting};

pub(crate) use self::failover::FAILOVER;

/// The harness.
pub(crate) const POSTGRES: Harness = Harness {
    name: "postgres",
    goals: "R5",
    about: "restarts PostgreSQL at once, below a node at 200 requests a second",
    run,
};

/// Requests a second.
const RATE: u32 = 200;

/// How long the database is left in peace.
const LIFE: (Duration, Duration) = (Duration::from_millis(400), Duration::from_millis(1_200));

/// How soon the node must be ready once the database is. How long the database itself takes depends
/// on its disk, and is told beside. In seconds: at the small scale beside whatever else is tested, and
/// at the others.
const SOON_SECONDS: (u64, u64) = (30, 5);

/// When waiting for it is given up.
const GIVEN_UP: Duration = Duration::from_secs(30);

fn run(setting: &Setting) -> Outcome<Report> {
    let cluster = Cluster::durable()?;
    let stand = Stand::on(setting, cluster.url())?;
    let home = stand.at(cluster.url())?;
    let mut chance = Chance::of(setting.seed);
    let restarts: u64 = setting.of(2, 20, 100);
    let mut server = stand.serve(&home)?;
    let posting = Posting::start(&stand, Manner::a_second(RATE, setting.of(8, 32, 32)));
    posting.wait_for_stored(1, GIVEN_UP);
    let (mut away, mut ready) = (Vec::new(), Vec::new());
    let (mut again, mut whole) = (Vec::new(), Vec::new());
    for _ in 0..restarts {
        pause(chance.between(LIFE.0, LIFE.1));
        let ended = Instant::now();
        cluster.restart_immediately()?;
        away.push(micros(ended.elapsed()));
        let began = Instant::now();
        while !is_ready(stand.address) && began.elapsed() < GIVEN_UP {
            pause(Duration::from_millis(2));
        }
        ready.push(micros(began.elapsed()));
        posting.wait_for_stored(posting.stored() + 1, GIVEN_UP);
        again.push(micros(began.elapsed()));
        whole.push(micros(ended.elapsed()));
    }
    let is_same = server.ended_within(Duration::ZERO)?.is_none();
    let mut attempts = posting.end()?;
    let mut report = Report::new();
    report.note("restarts of the database at once", restarts);
    told(&attempts, &mut report);
    let soon = Duration::from_secs(setting.of(SOON_SECONDS.0, SOON_SECONDS.1, SOON_SECONDS.1));
    let words = format!("at most {} s", soon.as_secs());
    for (name, times) in [("ready again", ready), ("stored again", again)] {
        let times = Percentiles::of(times);
        let is_soon = times.at(100) <= micros(soon);
        report.figure(format!("{name}, longest"), shown(times.at(100)), &words, is_soon);
        report.note(name, times);
    }
    report.note("the database itself was away", Percentiles::of(away));
    report.note("from its end to the next write stored", Percentiles::of(whole));
    report.figure("the same process throughout", is_same, "true", is_same);
    Check::of(&stand, &home).after(&mut attempts)?.report(&mut report);
    let verified = stand.run(&home, &["verify"])?;
    report.figure("entente verify", verified.is_good, "true", verified.is_good);
    control(&stand, &home, &attempts, &mut report)?;
    server.stop()?;
    Ok(report)
}

/// How many were answered how; without an answer, or refused otherwise than with 503, is a fault.
fn told(attempts: &[Attempt], report: &mut Report) {
    let (mut stored, mut silent, mut otherwise) = (0_u64, 0_u64, 0_u64);
    let mut refused: BTreeMap<u16, u64> = BTreeMap::new();
    let mut words = Vec::new();
    for attempt in attempts {
        match &attempt.said {
            Said::Stored { .. } => stored += 1,
            Said::Nothing => silent += 1,
            Said::Refused(status, text) => {
                *refused.entry(*status).or_default() += 1;
                if *status != 503 {
                    otherwise += 1;
                    words.push(text.clone());
                }
            }
        }
    }
    report.note("acknowledged", stored);
    let list: Vec<String> = refused.iter().map(|(s, count)| format!("{count} × {s}")).collect();
    report.note("refused, repeated afterwards", list.join(", "));
    report.none("without an answer", silent);
    report.none("refused otherwise than with 503", otherwise);
    words.truncate(3);
    if !words.is_empty() {
        report.note("refusals", words.join("; "));
    }
}

/// A registration that was acknowledged is taken out of its table behind the server's back.
fn control(stand: &Stand, home: &Home, attempts: &[Attempt], report: &mut Report) -> Outcome<()> {
    let db = db::Db::open(&home.url, db::Options::default()).map_err(|e| e.to_string())?;
    let taken =
        db.write_blocking(|tx| tx.execute("DELETE FROM deal_registrations WHERE number = 1", &[]));
    db.close();
    taken.map_err(|error: db::DbError| error.to_string())?;
    let (is_found, words) = of_outcome(Check::of(stand, home).rows(attempts));
    report.control("a registration taken out of its table", words, is_found);
    Ok(())
}
