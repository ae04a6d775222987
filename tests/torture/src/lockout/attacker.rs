//! Somebody who guesses, and asks for mails, without waiting for answers.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use rig::Outcome;
use testkit::{Caller, World};
use tokio::task::{JoinHandle, JoinSet};

use super::owner::{at, is_let_in};

/// Between two guesses.
const EVERY: Duration = Duration::from_millis(10);

/// After so many guesses the attack has begun.
const BEGUN: u64 = 60;

/// From where the guesses come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Places {
    /// Always the same address.
    One,
    /// Each from another network.
    Many,
}

/// What the attacker saw.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) places: Places,
    guesses: BTreeMap<u16, u64>,
    mails: u64,
    pub(super) let_in: u64,
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<String> =
            self.guesses.iter().map(|(status, count)| format!("{count} × {status}")).collect();
        write!(f, "{}; {} mails", words.join(", "), self.mails)
    }
}

/// An attack under way.
#[derive(Debug)]
pub(super) struct Attack {
    over: Arc<AtomicBool>,
    sent: Arc<AtomicU64>,
    task: JoinHandle<Seen>,
}

/// One guess, or one mail that is asked for; the status of a guess, and whether it let in.
async fn act(caller: Caller, email: String, number: u64) -> Option<(u16, bool)> {
    if number % 10 == 9 {
        let _asked = caller.post("/sign-in/link", &[("email", &email)]).await;
        return None;
    }
    let password = format!("guess number {number}");
    let answer = caller.post("/sign-in", &[("email", &email), ("password", &password)]).await;
    Some((answer.status.as_u16(), is_let_in(&answer)))
}

impl Attack {
    /// Begins guessing the password of `email`, and now and then of an address that nobody has.
    pub(super) fn start(world: &World, email: &'static str, places: Places) -> Attack {
        let (over, sent) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let (seen_over, counted, stranger) = (over.clone(), sent.clone(), world.anonymous());
        let task = tokio::spawn(async move {
            let mut seen = Seen { places, guesses: BTreeMap::new(), mails: 0, let_in: 0 };
            let mut running = JoinSet::new();
            let mut tick = tokio::time::interval(EVERY);
            for number in 0_u64.. {
                if seen_over.load(Ordering::Relaxed) {
                    break;
                }
                tick.tick().await;
                let place = match places {
                    Places::One => "203.0.113.1".to_owned(),
                    Places::Many => format!("2001:db8:{:x}:{:x}::1", number >> 16, number & 0xffff),
                };
                let whom = match number % 3 {
                    2 => format!("nobody{number}@acme.example"),
                    _ => email.to_owned(),
                };
                running.spawn(act(at(&stranger, &place), whom, number));
                counted.fetch_add(1, Ordering::Relaxed);
                while let Some(done) = running.try_join_next() {
                    seen.take(done.ok().flatten());
                }
            }
            while let Some(done) = running.join_next().await {
                seen.take(done.ok().flatten());
            }
            seen
        });
        Attack { over, sent, task }
    }

    /// Returns when it has done what there is to do at once.
    pub(super) async fn has_begun(&self) {
        while self.sent.load(Ordering::Relaxed) < BEGUN {
            tokio::time::sleep(EVERY).await;
        }
    }

    /// Ends it.
    pub(super) async fn end(self) -> Outcome<Seen> {
        self.over.store(true, Ordering::Relaxed);
        self.task.await.map_err(|error| format!("the attacker broke off: {error}"))
    }
}

impl Seen {
    fn take(&mut self, done: Option<(u16, bool)>) {
        match done {
            Some((status, let_in)) => {
                *self.guesses.entry(status).or_default() += 1;
                self.let_in += u64::from(let_in);
            }
            None => self.mails += 1,
        }
    }
}
