//! Connections that send a plan, a server behind them that is killed, and what they hear.
#![expect(
    clippy::disallowed_methods,
    reason = "it waits for a server that was killed to come back"
)]

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use rig::Outcome;
use rig::load::{Answer, Connection};
use rig::server::Server;

use super::plan::{Plan, request};

/// Connections, each with one request under way.
const CONNECTIONS: usize = 16;

/// How often a request is sent again whose answer was lost, before the run is given up.
const MOST_TRIES: u32 = 600;

/// Between two tries while the server is away.
const PAUSE: Duration = Duration::from_millis(20);

/// The server that answers now.
pub(super) struct Gate {
    server: Mutex<Option<Server>>,
}

impl Gate {
    pub(super) fn new(server: Server) -> Gate {
        Gate { server: Mutex::new(Some(server)) }
    }

    /// Where it answers.
    pub(super) fn address(&self) -> Outcome<SocketAddr> {
        let server = self.server.lock().map_err(|_| "the gate is broken")?;
        server.as_ref().map(Server::address).ok_or_else(|| "no server".to_owned())
    }

    /// Kills it at once and starts another over the same data. Whoever asks for the address
    /// meanwhile waits.
    fn replace(&self, start: &dyn Fn() -> Outcome<Server>) -> Outcome<()> {
        let mut server = self.server.lock().map_err(|_| "the gate is broken")?;
        // Dropping a server kills it.
        drop(server.take());
        *server = Some(start()?);
        Ok(())
    }

    /// Stops it in order.
    pub(super) fn stop(&self) -> Outcome<()> {
        let mut server = self.server.lock().map_err(|_| "the gate is broken")?;
        match server.take() {
            Some(server) => server.stop().map(|_| ()),
            None => Ok(()),
        }
    }
}

/// What was heard.
#[derive(Debug, Default)]
pub(super) struct Heard {
    pub(super) kills: u64,
    pub(super) lost: u64,
    pub(super) repeated: u64,
    pub(super) busy: u64,
    pub(super) differ: u64,
    pub(super) odd: u64,
    pub(super) first: Vec<String>,
    answers: BTreeMap<String, Vec<u8>>,
}

impl Heard {
    fn take(&mut self, key: String, answer: Answer) {
        match (answer.status, self.answers.get(&key)) {
            (201, None) => {
                self.answers.insert(key, answer.body);
            }
            (201, Some(first)) if *first == answer.body => self.repeated += 1,
            (201, Some(_)) => self.differ += 1,
            (409, _) => self.busy += 1,
            (status, _) => {
                self.odd += 1;
                if self.first.len() < 5 {
                    let text = String::from_utf8_lossy(&answer.body).into_owned();
                    self.first.push(format!("{status} {text}"));
                }
            }
        }
    }
}

/// Sends the plan while the server is killed so many times.
pub(super) fn send_all(
    plan: &Plan,
    keys: &[String; 2],
    (gate, kills): (&Gate, u64),
    start: &(dyn Fn() -> Outcome<Server> + Sync),
) -> Outcome<Heard> {
    let heard = Mutex::new(Heard::default());
    let next = AtomicUsize::new(0);
    let done: Outcome<u64> = thread::scope(|scope| {
        let senders: Vec<_> = (0..CONNECTIONS)
            .map(|_| scope.spawn(|| send(plan, keys, (gate, &next), &heard)))
            .collect();
        let killed = kill(plan, (gate, kills), &next, start);
        for sender in senders {
            sender.join().map_err(|_| "a sender broke off".to_owned())??;
        }
        killed
    });
    let mut heard = heard.into_inner().map_err(|_| "what was heard is broken")?;
    heard.kills = done?;
    Ok(heard)
}

/// Kills the server whenever another part of the plan was begun.
fn kill(
    plan: &Plan,
    (gate, kills): (&Gate, u64),
    next: &AtomicUsize,
    start: &dyn Fn() -> Outcome<Server>,
) -> Outcome<u64> {
    let parts = usize::try_from(kills).unwrap_or(0) + 1;
    let mut killed = 0;
    for part in 1..parts {
        let begun = plan.sends.len() * part / parts;
        while next.load(Ordering::Relaxed) < begun {
            thread::sleep(Duration::from_millis(2));
        }
        gate.replace(start)?;
        killed += 1;
    }
    Ok(killed)
}

fn send(
    plan: &Plan,
    keys: &[String; 2],
    (gate, next): (&Gate, &AtomicUsize),
    heard: &Mutex<Heard>,
) -> Outcome<()> {
    let mut connection: Option<(SocketAddr, Connection)> = None;
    loop {
        let place = next.fetch_add(1, Ordering::Relaxed);
        let Some(number) = plan.sends.get(place).copied() else { return Ok(()) };
        let key = plan.key(number, place);
        let bytes = request(keys, number, &key, "one");
        let mut lost = 0;
        let answer = loop {
            let address = gate.address()?;
            let open = connection.take().filter(|(known, _)| *known == address);
            let (_, mut open) = open.unwrap_or_else(|| (address, Connection::to(address)));
            if let Ok(answer) = open.exchange(&bytes) {
                connection = Some((address, open));
                break answer;
            }
            lost += 1;
            if lost > MOST_TRIES {
                return Err(format!("request {number} gets no answer"));
            }
            thread::sleep(PAUSE);
        };
        let mut heard = heard.lock().map_err(|_| "what was heard is broken")?;
        heard.lost += u64::from(lost);
        heard.take(key, answer);
    }
}
