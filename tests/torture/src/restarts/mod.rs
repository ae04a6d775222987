//! R14: the server is restarted in an orderly way under load, with the listening socket held outside of
//! it. Where the new process begins before the old one ends, no request fails and none waits long;
//! where it begins afterwards, requests wait for it.

use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::process::Command;
use std::time::{Duration, Instant};

use rig::Outcome;
use rig::cluster::Cluster;
use rig::percentiles::{Percentiles, shown};
use rig::server::Server;

use crate::stand::{
    Attempt, Chance, Check, Found, Home, Manner, Posting, Stand, micros, own_address, pause,
};
use crate::{Harness, Report, Setting};

/// The harness.
pub(crate) const RESTARTS: Harness = Harness {
    name: "restarts",
    goals: "R14",
    about: "restarts the server at 200 requests a second and counts those that failed",
    run,
};

/// How often, by scale.
const RESTARTS_OF: (u64, u64, u64) = (2, 20, 100);

/// Requests a second.
const RATE: u32 = 200;

/// How long a process serves.
const LIFE: (Duration, Duration) = (Duration::from_millis(200), Duration::from_millis(800));

/// The longest that a request may wait for a restart, in seconds: at the small scale beside whatever
/// else is tested, and at the others.
const PAUSE_SECONDS: (u64, u64) = (15, 2);

/// How long a new process may take until it says that it serves.
const START_LIMIT: Duration = Duration::from_secs(30);

/// In which order the old process ends and the new one begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    /// Both serve for a moment.
    HandOver,
    /// Nobody serves for a moment, and connections wait.
    Pause,
    /// As `Pause`, with a socket that belongs to the process: connections are refused.
    Unheld,
}

#[derive(Debug)]
struct Bench {
    stand: Stand,
    socket: TcpListener,
    restarts: u64,
    callers: u32,
}

#[derive(Debug)]
struct Outcomes {
    requests: u64,
    /// Requests a second.
    rate: u128,
    failed: u64,
    took: Percentiles,
    stop: Percentiles,
    found: Found,
    words: Vec<String>,
}

fn run(setting: &Setting) -> Outcome<Report> {
    let mut report = Report::new();
    let mut chance = Chance::of(setting.seed);
    let bench = Bench::over(Stand::new(setting)?, setting)?;
    for (order, name) in [
        (Order::HandOver, "embedded database, handed over"),
        (Order::Pause, "embedded database, one after the other"),
    ] {
        let home = bench.stand.fresh()?;
        bench.go(&home, order, &mut chance)?.report(name, setting, &mut report);
        Stand::forget(&home)?;
    }
    let home = bench.stand.fresh()?;
    let mut unheld = Bench { restarts: bench.restarts.min(5), ..bench };
    unheld.stand.address = own_address()?;
    let refused = unheld.go(&home, Order::Unheld, &mut chance)?;
    report.control(
        "a socket that nobody holds",
        format!("{} failed", refused.failed),
        refused.failed > 0,
    );
    let cluster = Cluster::start()?;
    let bench = Bench::over(Stand::on(setting, cluster.url())?, setting)?;
    let home = bench.stand.at(cluster.url())?;
    let done = bench.go(&home, Order::HandOver, &mut chance)?;
    done.report("PostgreSQL, handed over", setting, &mut report);
    Ok(report)
}

impl Outcomes {
    fn report(&self, name: &str, setting: &Setting, report: &mut Report) {
        let (small, limit) = PAUSE_SECONDS;
        let limit = Duration::from_secs(setting.of(small, limit, limit));
        let restarts = setting.of(RESTARTS_OF.0, RESTARTS_OF.1, RESTARTS_OF.2);
        let done = format!("{restarts}, {} at {} a second", self.requests, self.rate);
        report.note(format!("{name}: restarts, requests"), done);
        report.none(format!("{name}: failed"), self.failed);
        let longest = self.took.at(100);
        let words = format!("at most {} s", limit.as_secs());
        report.figure(
            format!("{name}: longest wait"),
            shown(longest),
            words,
            longest <= micros(limit),
        );
        report.note(format!("{name}: answered in"), &self.took);
        report.note(format!("{name}: the old process ended in"), &self.stop);
        report.none(format!("{name}: lost, doubled or by half"), self.found.faults());
        if !self.words.is_empty() {
            report.note("refusals", self.words.join("; "));
        }
    }
}

impl Bench {
    fn over(mut stand: Stand, setting: &Setting) -> Outcome<Bench> {
        let socket = TcpListener::bind(("127.0.0.1", 0)).map_err(|e| format!("socket: {e}"))?;
        stand.address = socket.local_addr().map_err(|e| format!("socket: {e}"))?;
        let restarts = setting.of(RESTARTS_OF.0, RESTARTS_OF.1, RESTARTS_OF.2);
        Ok(Bench { stand, socket, restarts, callers: setting.of(8, 32, 32) })
    }

    /// A process on the held socket, as the service manager starts it, once it says that it serves.
    fn launch(&self, home: &Home, order: Order) -> Outcome<Server> {
        if order == Order::Unheld {
            return self.stand.serve(home);
        }
        let plain = self.stand.command(home, &[])?;
        let mut command = Command::new("sh");
        let script = "exec 3<&0 </dev/null; LISTEN_PID=$$ LISTEN_FDS=1 exec \"$0\" serve";
        command.args(["-c", script]).arg(plain.get_program());
        for (name, value) in plain.get_envs() {
            if let Some(value) = value {
                command.env(name, value);
            }
        }
        let socket = self.socket.try_clone().map_err(|e| format!("socket: {e}"))?;
        let (said, words) = self.stand.new_file()?;
        let (_, log) = self.stand.new_file()?;
        command.stdin(OwnedFd::from(socket)).stdout(words).stderr(log);
        let server = Server::launch(command, self.stand.address)?;
        let began = Instant::now();
        loop {
            let text = std::fs::read_to_string(&said).unwrap_or_default();
            if text.contains("Entente serves") {
                return Ok(server);
            }
            if began.elapsed() > START_LIMIT {
                return Err("a process on the held socket does not serve".to_owned());
            }
            pause(Duration::from_millis(2));
        }
    }

    /// Restarts under load.
    fn go(&self, home: &Home, order: Order, chance: &mut Chance) -> Outcome<Outcomes> {
        let mut server = self.launch(home, order)?;
        let posting = Posting::start(&self.stand, Manner::a_second(RATE, self.callers));
        posting.wait_for_stored(1, START_LIMIT);
        let mut stops = Vec::new();
        let began = Instant::now();
        for _ in 0..self.restarts {
            pause(chance.between(LIFE.0, LIFE.1));
            if order == Order::HandOver {
                let next = self.launch(home, order)?;
                stops.push(micros(server.stop()?));
                server = next;
            } else {
                stops.push(micros(server.stop()?));
                server = self.launch(home, order)?;
            }
        }
        pause(LIFE.0);
        let mut attempts = posting.end()?;
        let outcomes = self.outcomes(home, &mut attempts, stops, began.elapsed());
        server.stop()?;
        outcomes
    }

    fn outcomes(
        &self,
        home: &Home,
        attempts: &mut [Attempt],
        stops: Vec<u64>,
        elapsed: Duration,
    ) -> Outcome<Outcomes> {
        let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        let failed = attempts.iter().filter(|attempt| !attempt.is_stored());
        let words = failed.clone().take(3).map(|attempt| format!("{:?}", attempt.said)).collect();
        Ok(Outcomes {
            requests: number(attempts.len()),
            rate: u128::from(number(attempts.len())) * 1_000 / elapsed.as_millis().max(1),
            failed: number(failed.count()),
            took: Percentiles::of(attempts.iter().map(|attempt| micros(attempt.took)).collect()),
            stop: Percentiles::of(stops),
            found: Check::of(&self.stand, home).after(attempts)?,
            words,
        })
    }
}
