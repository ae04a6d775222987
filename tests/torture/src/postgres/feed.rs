//! Somebody who follows the feed of events while servers come and go, and what the feed is afterwards:
//! numbered without a gap, and in the order in which it was followed.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use db::{Db, DbError, NO_PARAMS, Options};
use rig::Outcome;
use rig::load::Connection;
use serde_json::Value;

use crate::Report;
use crate::stand::{Home, Stand, pause};

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(50);

/// How long the last events may take to be seen.
const LAST_LIMIT: Duration = Duration::from_secs(30);

/// One event: its number, what happened, to what.
type Told = (i64, String, String);

/// Somebody who asks the API for what is new, again and again.
#[derive(Debug)]
pub(super) struct Follower {
    seen: Arc<Mutex<Vec<Told>>>,
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Follower {
    /// Begins at the beginning.
    pub(super) fn start(stand: &Stand) -> Follower {
        let (seen, over) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let (address, key) = (stand.address, stand.filled.vendor_key.clone());
        let (noted, ended) = (Arc::clone(&seen), Arc::clone(&over));
        let thread = thread::spawn(move || {
            let mut connection = Connection::to(address);
            let mut cursor = "e0".to_owned();
            while !ended.load(Ordering::Relaxed) {
                if let Some((events, next)) = page(&mut connection, address, &key, &cursor) {
                    noted.lock().unwrap_or_else(PoisonError::into_inner).extend(events);
                    cursor = next;
                }
                pause(PAUSE);
            }
        });
        Follower { seen, over, thread: Some(thread) }
    }

    fn seen(&self) -> Vec<Told> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // What it has seen is kept elsewhere.
            let _ = thread.join();
        }
    }
}

/// What follows `cursor`, and the next one; `None` when the answer is no page.
fn page(
    connection: &mut Connection,
    address: SocketAddr,
    key: &str,
    cursor: &str,
) -> Option<(Vec<Told>, String)> {
    let request = format!(
        "GET /api/v1/events?limit=200&cursor={cursor} HTTP/1.1\r\nhost: localhost\r\n\
         authorization: Bearer {key}\r\n\r\n"
    );
    let Ok(answer) = connection.exchange(request.as_bytes()) else {
        *connection = Connection::to(address);
        return None;
    };
    let body: Value = serde_json::from_slice(&answer.body).ok().filter(|_| answer.status == 200)?;
    let text = |value: &Value, name: &str| value.get(name)?.as_str().map(str::to_owned);
    let told = |event: &Value| {
        let number = event.get("sequence")?.as_i64()?;
        Some((number, text(event, "kind")?, text(event, "object_id")?))
    };
    let events: Option<Vec<Told>> = body.get("data")?.as_array()?.iter().map(told).collect();
    Some((events?, text(&body, "next_cursor")?))
}

/// What a look at the feed found; every number but the first should be 0.
#[derive(Clone, Debug)]
pub(super) struct Compared {
    events: usize,
    gaps: usize,
    /// Events that were not followed as they stand there, or not in this order.
    pub(super) unlike: usize,
    /// Events that were followed and are not there.
    pub(super) vanished: usize,
}

impl Compared {
    pub(super) fn report(&self, report: &mut Report) {
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        report.note("events", self.events);
        report.none("gaps in the feed", count(self.gaps));
        report.none("events not followed, or otherwise", count(self.unlike));
    }
}

/// Waits until the last event was seen.
pub(super) fn caught_up(follower: &Follower, home: &Home) -> Outcome<()> {
    let (there, began) = (stored(home)?.len(), Instant::now());
    while follower.seen().len() < there && began.elapsed() < LAST_LIMIT {
        pause(PAUSE);
    }
    Ok(())
}

/// Compares what was followed so far with what is there. Nobody may write meanwhile.
pub(super) fn compared(follower: &Follower, home: &Home) -> Outcome<Compared> {
    let (there, seen) = (stored(home)?, follower.seen());
    let gaps = there.iter().zip(1_i64..).filter(|((number, ..), wanted)| number != wanted).count();
    let alike = there.iter().zip(&seen).filter(|(event, followed)| event == followed).count();
    let unlike = there.len().max(seen.len()) - alike;
    let vanished = seen.iter().filter(|event| !there.contains(event)).count();
    Ok(Compared { events: there.len(), gaps, unlike, vanished })
}

fn stored(home: &Home) -> Outcome<Vec<Told>> {
    let options = Options { readers: 1, ..Options::default() };
    let db = Db::open(&home.url, options).map_err(|e| e.to_string())?;
    let sql = "SELECT seq, kind, object_id FROM events_feed ORDER BY vendor_id, seq";
    let rows = db.read_blocking(move |tx| tx.query_as::<Told, _>(sql, NO_PARAMS));
    db.close();
    rows.map_err(|error: DbError| error.to_string())
}
