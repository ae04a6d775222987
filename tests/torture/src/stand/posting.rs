//! Callers who register deals, each on its own thread, and note what they are told.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rig::Outcome;
use rig::load::Connection;

use super::book::{self, Attempt, Said};
use super::{Stand, pause};

/// What a caller does who gets no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnSilence {
    /// It stops: the server is gone.
    End,
    /// It goes on with the next request.
    GoOn,
}

/// How callers go about it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manner {
    /// How many there are, each with one request under way at a time.
    pub(crate) callers: u32,
    /// How long each waits from the beginning of a request to the beginning of the next one.
    pub(crate) every: Duration,
    /// What they do without an answer.
    pub(crate) on_silence: OnSilence,
}

impl Manner {
    /// So many callers, each as fast as it can, until the server is gone.
    pub(crate) fn fast(callers: u32) -> Manner {
        Manner { callers, every: Duration::ZERO, on_silence: OnSilence::End }
    }

    /// So many requests a second, at most, by so many callers who go on whatever happens.
    pub(crate) fn a_second(requests: u32, callers: u32) -> Manner {
        let every = Duration::from_secs(1) * callers / requests.max(1);
        Manner { callers, every, on_silence: OnSilence::GoOn }
    }
}

/// Callers at work.
#[derive(Debug)]
pub(crate) struct Posting {
    over: Arc<AtomicBool>,
    stored: Arc<AtomicU64>,
    threads: Vec<JoinHandle<Vec<Attempt>>>,
}

struct Caller {
    /// When it begins, so that callers with a pace come one after the other and not all at once.
    after: Duration,
    address: SocketAddr,
    keys: Vec<String>,
    manner: Manner,
    next: Arc<AtomicU64>,
    over: Arc<AtomicBool>,
    stored: Arc<AtomicU64>,
}

impl Posting {
    /// Sets them to work.
    pub(crate) fn start(stand: &Stand, manner: Manner) -> Posting {
        let (over, stored) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let threads = (0..manner.callers).map(|place| {
            let caller = Caller {
                after: manner.every * place / manner.callers.max(1),
                address: stand.address,
                keys: stand.filled.partner_keys.clone(),
                manner,
                next: Arc::clone(&stand.next),
                over: Arc::clone(&over),
                stored: Arc::clone(&stored),
            };
            thread::spawn(move || caller.work())
        });
        let threads = threads.collect();
        Posting { over, stored, threads }
    }

    /// How many requests were said to be stored so far.
    pub(crate) fn stored(&self) -> u64 {
        self.stored.load(Ordering::Relaxed)
    }

    /// Waits until so many were said to be stored, at most for `limit`.
    pub(crate) fn wait_for_stored(&self, count: u64, limit: Duration) {
        let began = Instant::now();
        while self.stored() < count
            && began.elapsed() < limit
            && self.threads.iter().any(|thread| !thread.is_finished())
        {
            pause(Duration::from_millis(1));
        }
    }

    /// Lets each end its request and gives what all of them noted, in order of their numbers.
    pub(crate) fn end(self) -> Outcome<Vec<Attempt>> {
        self.over.store(true, Ordering::Relaxed);
        let mut all = Vec::new();
        for thread in self.threads {
            all.extend(thread.join().map_err(|_| "a caller broke off".to_owned())?);
        }
        all.sort_by_key(|attempt| attempt.number);
        Ok(all)
    }
}

impl Caller {
    fn work(self) -> Vec<Attempt> {
        pause(self.after);
        let mut noted = Vec::new();
        let mut connection = Connection::to(self.address);
        while !self.over.load(Ordering::Relaxed) {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let request = book::request(&self.keys, number);
            let began = Instant::now();
            let said = exchange(&mut connection, &request);
            let took = began.elapsed();
            let is_silence = said == Said::Nothing;
            if matches!(said, Said::Stored { .. }) {
                self.stored.fetch_add(1, Ordering::Relaxed);
            }
            noted.push(Attempt { number, said, at: Instant::now(), took });
            if is_silence && self.manner.on_silence == OnSilence::End {
                break;
            }
            pause(self.manner.every.saturating_sub(took));
        }
        noted
    }
}

/// Sends one request and reads what is said.
pub(crate) fn exchange(connection: &mut Connection, request: &[u8]) -> Said {
    match connection.exchange(request) {
        Ok(answer) => Said::of(answer.status, answer.body),
        Err(_) => Said::Nothing,
    }
}
