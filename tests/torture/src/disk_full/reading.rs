//! Someone who reads all the time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rig::Outcome;
use rig::load::Connection;

use crate::stand::{Stand, pause};

/// What came of it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Read {
    /// Answers with 200.
    pub(super) good: u64,
    /// Others, and requests without an answer.
    pub(super) bad: u64,
}

/// A thread that reads lists and single pages.
#[derive(Debug)]
pub(super) struct Reading {
    over: Arc<AtomicBool>,
    thread: JoinHandle<Read>,
}

impl Reading {
    /// Begins.
    pub(super) fn start(stand: &Stand) -> Reading {
        let over = Arc::new(AtomicBool::new(false));
        let (seen, address) = (Arc::clone(&over), stand.address);
        let list = format!(
            "GET /api/v1/deal-registrations?limit=20 HTTP/1.1\r\nhost: localhost\r\n\
             authorization: Bearer {}\r\n\r\n",
            stand.filled.vendor_key
        );
        let session = stand.filled.partner_sessions.first().cloned().unwrap_or_default();
        let page = format!(
            "GET /registrations HTTP/1.1\r\nhost: localhost\r\ncookie: session={session}\r\n\
             accept: text/html\r\n\r\n"
        );
        let thread = thread::spawn(move || {
            let mut read = Read::default();
            let mut connection = Connection::to(address);
            while !seen.load(Ordering::Relaxed) {
                for request in [&list, &page] {
                    match connection.exchange(request.as_bytes()) {
                        Ok(answer) if answer.status == 200 => read.good += 1,
                        Ok(_) | Err(_) => read.bad += 1,
                    }
                }
                pause(Duration::from_millis(20));
            }
            read
        });
        Reading { over, thread }
    }

    /// Ends, and says what came of it.
    pub(super) fn end(self) -> Outcome<Read> {
        self.over.store(true, Ordering::Relaxed);
        self.thread.join().map_err(|_| "the reader broke off".to_owned())
    }
}
