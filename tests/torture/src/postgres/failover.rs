//! R5, as people run PostgreSQL: encrypted and checked, behind poolers, with a synchronous standby.
//! Servers and poolers are ended under load and the standby takes over; what was acknowledged is there
//! afterwards, and whoever follows the feed of events has missed none.

use std::time::{Duration, Instant};

use rig::Outcome;
use rig::percentiles::{Percentiles, shown};
use rig::server::is_ready;

use super::feed::{self, Follower};
use super::scene::Scene;
use super::told;
use crate::stand::{Attempt, Chance, Check, Home, Manner, Posting, Stand, micros, pause};
use crate::{Harness, Report, Setting};

/// The harness.
pub(crate) const FAILOVER: Harness = Harness {
    name: "failover",
    goals: "R5",
    about: "restarts and fails over an encrypted PostgreSQL behind PgBouncer, under load",
    run,
};

/// Requests a second.
const RATE: u32 = 200;

/// How long servers and poolers are left in peace.
const LIFE: (Duration, Duration) = (Duration::from_millis(300), Duration::from_millis(900));

/// How soon a write must be stored again once servers and poolers are there. In seconds: at the small
/// scale beside whatever else is tested, and at the others; less than the poolers keep waiting.
const SOON_SECONDS: (u64, u64) = (20, 10);

/// When waiting is given up.
const GIVEN_UP: Duration = Duration::from_secs(40);

/// Acknowledged writes that a standby lacks in the control.
const UNSEEN: u64 = 8;

/// How much of the log is shown with a figure that was not met.
const LOG_LINES: usize = 40;

/// What happens to servers and poolers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    /// The server is restarted in order.
    Restart,
    /// The server is ended at once and started again.
    Crash,
    /// The pooler before it is ended and started again.
    PoolerRestart,
    /// The pooler drops its connections on both sides.
    PoolerDrop,
    /// The server ends the sessions behind the pooler.
    SessionsEnd,
    /// The primary hands over and comes back as a standby.
    HandOver,
    /// The primary is gone for good.
    Loss,
}

impl Event {
    const SMALL: [Event; 5] =
        [Event::Restart, Event::Crash, Event::PoolerRestart, Event::PoolerDrop, Event::SessionsEnd];

    /// What is wanted, in order: each small one so often, and after each round a failover of both
    /// kinds.
    fn of(setting: &Setting) -> Vec<Event> {
        let (rounds, each): (usize, usize) = setting.of((1, 1), (2, 2), (10, 2));
        let round = || {
            let small = (0..each).flat_map(|_| Event::SMALL);
            small.chain([Event::HandOver, Event::Loss])
        };
        (0..rounds).flat_map(|_| round()).collect()
    }

    fn name(self) -> &'static str {
        match self {
            Event::Restart => "restart",
            Event::Crash => "crash",
            Event::PoolerRestart => "restart of the pooler",
            Event::PoolerDrop => "connections dropped by the pooler",
            Event::SessionsEnd => "sessions ended by the server",
            Event::HandOver => "handing over",
            Event::Loss => "loss of the primary",
        }
    }
}

fn run(setting: &Setting) -> Outcome<Report> {
    let mut scene = Scene::new(setting)?;
    let stand = Stand::on(setting, scene.primary().url())?;
    scene.encrypt()?;
    scene.follow()?;
    let home = stand.at(&scene.url())?;
    let mut report = Report::new();
    strangers(&stand, &scene, &mut report)?;
    let command = stand.command(&home, &[("ENTENTE_LOG", "warn,db=info")])?;
    let mut server = stand.serve_by(&home, command)?;
    let follower = Follower::start(&stand);
    let mut attempts = under_load(setting, &stand, &mut scene, &mut report)?;
    let is_same = server.ended_within(Duration::ZERO)?.is_none();
    report.figure("the same process throughout", is_same, "true", is_same);
    told(&attempts, &mut report);
    Check::of(&stand, &home).after(&mut attempts)?.report(&mut report);
    feed::caught_up(&follower, &home)?;
    feed::compared(&follower, &home)?.report(&mut report);
    let verified = stand.run(&home, &["verify"])?;
    report.figure("entente verify", verified.is_good, "true", verified.is_good);
    if !report.is_met() {
        report.note("the log", last_words(&home));
    }
    control(&stand, &home, &mut scene, &follower, &mut report)?;
    server.stop()?;
    Ok(report)
}

/// The last lines that the server logged.
fn last_words(home: &Home) -> String {
    let log = Stand::log_of(home);
    let mut lines: Vec<&str> = log.lines().rev().take(LOG_LINES).collect();
    lines.reverse();
    lines.join("\n    ")
}

/// Disturbs servers and poolers one after the other, with callers at work.
fn under_load(
    setting: &Setting,
    stand: &Stand,
    scene: &mut Scene,
    report: &mut Report,
) -> Outcome<Vec<Attempt>> {
    let mut chance = Chance::of(setting.seed);
    let posting = Posting::start(stand, Manner::a_second(RATE, setting.of(4, 16, 16)));
    posting.wait_for_stored(1, GIVEN_UP);
    let (mut again, mut whole, mut unencrypted) = (Vec::new(), Vec::new(), 0);
    for event in Event::of(setting) {
        pause(chance.between(LIFE.0, LIFE.1));
        unencrypted += scene.unencrypted()?;
        let ended = Instant::now();
        happens(event, scene)?;
        let began = Instant::now();
        posting.wait_for_stored(posting.stored() + 1, GIVEN_UP);
        while !is_ready(stand.address) && began.elapsed() < GIVEN_UP {
            pause(Duration::from_millis(2));
        }
        again.push((event, micros(began.elapsed())));
        whole.push(micros(ended.elapsed()));
        if matches!(event, Event::HandOver | Event::Loss) {
            pause(chance.between(LIFE.0, LIFE.1));
            scene.follow()?;
        }
    }
    let attempts = posting.end()?;
    let soon = Duration::from_secs(setting.of(SOON_SECONDS.0, SOON_SECONDS.1, SOON_SECONDS.1));
    let words = format!("at most {} s", soon.as_secs());
    for event in Event::SMALL.into_iter().chain([Event::HandOver, Event::Loss]) {
        let times = again.iter().filter(|(which, _)| *which == event).map(|(_, took)| *took);
        let times = Percentiles::of(times.collect());
        let longest = times.at(100);
        let what = format!("stored and ready after: {}, longest", event.name());
        report.figure(what, shown(longest), &words, longest <= micros(soon));
    }
    report.note("from each of them to the next write stored", Percentiles::of(whole));
    report.none("sessions of a server without encryption", unencrypted);
    Ok(attempts)
}

fn happens(event: Event, scene: &mut Scene) -> Outcome<()> {
    match event {
        Event::Restart => scene.primary().restart_fast()?,
        Event::Crash => scene.primary().restart_immediately()?,
        Event::PoolerRestart => scene.pooler()?.restart()?,
        Event::PoolerDrop => scene.pooler()?.drop_connections("postgres")?,
        Event::SessionsEnd => scene.primary().end_sessions()?,
        Event::HandOver => return scene.hand_over(),
        Event::Loss => return scene.lose(),
    }
    // Only a standby that follows again has what is acknowledged from now on.
    scene.primary().wait_for_standby()
}

/// Who does not show a certificate of the authority that was named is not spoken to.
fn strangers(stand: &Stand, scene: &Scene, report: &mut Report) -> Outcome<()> {
    let stranger = stand.at(&scene.url_with_another_authority())?;
    let migrated = stand.run(&stranger, &["migrate"])?;
    let is_refused = !migrated.is_good && migrated.said.contains("was not signed by an authority");
    let words = if is_refused { "refused with words" } else { migrated.said.trim() };
    report.control("a server of another authority", words, is_refused);
    Ok(())
}

/// Nobody waits for a standby, which lacks what is acknowledged from then on and takes over.
fn control(
    stand: &Stand,
    home: &Home,
    scene: &mut Scene,
    follower: &Follower,
    report: &mut Report,
) -> Outcome<()> {
    scene.leave_standby_behind()?;
    let posting = Posting::start(stand, Manner::a_second(RATE, 8));
    posting.wait_for_stored(UNSEEN, GIVEN_UP);
    // Whoever follows the feed has seen events that will be gone.
    feed::caught_up(follower, home)?;
    scene.lose()?;
    posting.wait_for_stored(posting.stored() + 1, GIVEN_UP);
    let attempts = posting.end()?;
    let gone = feed::compared(follower, home)?;
    let found = Check::of(stand, home).rows(&attempts)?;
    let planted = "a standby that nobody waited for takes over";
    report.control(planted, format!("{} lost", found.lost), found.lost > 0);
    let words = format!("{} followed that are not there", gone.vanished);
    report.control("the feed of events after it", words, gone.vanished > 0);
    Ok(())
}
