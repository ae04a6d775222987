//! Senders of large bodies, each on a thread and a connection of its own.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rig::Outcome;

use crate::stand::pause;

/// What each sends.
const BYTES: usize = 60 << 20;

/// What is written at once.
const PIECE: usize = 64 << 10;

/// How long a sender waits for an answer.
const PATIENCE: Duration = Duration::from_mins(1);

/// A sender: the head of its request, and whether its body comes in chunks.
#[derive(Debug)]
struct Sender {
    head: String,
    chunked: bool,
    /// Between two pieces.
    rest: Duration,
}

/// Senders that have not begun.
#[derive(Debug)]
pub(super) struct Senders {
    address: SocketAddr,
    all: Vec<Sender>,
}

/// What they were told.
#[derive(Debug, Default)]
pub(super) struct Told {
    statuses: BTreeMap<u16, u64>,
    /// Those without an answer.
    pub(super) silent: u64,
}

/// Senders under way.
#[derive(Debug)]
pub(super) struct Sending {
    threads: Vec<JoinHandle<Option<u16>>>,
}

impl Senders {
    /// Strangers at doors of all kinds: to everybody, to people who are signed in, to holders of
    /// links, to programs; with a length, and in chunks.
    pub(super) fn strangers(address: SocketAddr, count: usize) -> Senders {
        let multipart = "content-type: multipart/form-data; boundary=x\r\n";
        let doors = [
            ("/sign-in", multipart, ""),
            ("/imports", multipart, ""),
            ("/links/case-statement/none", multipart, ""),
            ("/api/v1/imports?kind=accounts", "content-type: text/csv\r\n", ""),
            ("/imports", multipart, "cookie: session=none\r\n"),
            ("/api/v1/imports?kind=accounts", "", "authorization: Bearer none\r\n"),
        ];
        let all = (0..count).zip(doors.iter().cycle()).map(|(number, (path, kind, proof))| {
            let head = format!(
                "POST {path} HTTP/1.1\r\nhost: localhost\r\n{kind}{proof}\
                                sec-fetch-site: same-origin\r\nidempotency-key: s{number}\r\n"
            );
            Sender { head, chunked: number % 2 == 1, rest: Duration::ZERO }
        });
        Senders { address, all: all.collect() }
    }

    /// Callers with a key, who take their time, so that all of them send at once.
    pub(super) fn known(address: SocketAddr, count: usize, key: &str) -> Senders {
        let all = (0..count).map(|number| Sender {
            head: format!(
                "POST /api/v1/deal-registrations/reg_none/files?name=a.pdf HTTP/1.1\r\n\
                 host: localhost\r\nauthorization: Bearer {key}\r\nidempotency-key: k{number}\r\n\
                 content-type: application/pdf\r\n"
            ),
            chunked: number % 2 == 1,
            rest: Duration::from_micros(500),
        });
        Senders { address, all: all.collect() }
    }

    /// Begins.
    pub(super) fn start(self) -> Sending {
        let address = self.address;
        let one = |sender: Sender| thread::spawn(move || sender.send(address));
        Sending { threads: self.all.into_iter().map(one).collect() }
    }
}

impl Sending {
    /// True when every sender was answered or gave up.
    pub(super) fn is_over(&self) -> bool {
        self.threads.iter().all(JoinHandle::is_finished)
    }

    /// What they were told.
    pub(super) fn end(self) -> Outcome<Told> {
        let mut told = Told::default();
        for thread in self.threads {
            match thread.join().map_err(|_| "a sender broke off".to_owned())? {
                Some(status) => *told.statuses.entry(status).or_default() += 1,
                None => told.silent += 1,
            }
        }
        Ok(told)
    }
}

impl Told {
    pub(super) fn count(&self, status: u16) -> u64 {
        self.statuses.get(&status).copied().unwrap_or(0)
    }

    /// How many were told something else than these.
    pub(super) fn others(&self, expected: &[u16]) -> u64 {
        let others = self.statuses.iter().filter(|(status, _)| !expected.contains(status));
        others.map(|(_, count)| count).sum()
    }
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<String> =
            self.statuses.iter().map(|(status, count)| format!("{count} × {status}")).collect();
        write!(f, "{}", words.join(", "))
    }
}

impl Sender {
    /// Sends until somebody answers or hangs up; the status of the answer.
    fn send(self, address: SocketAddr) -> Option<u16> {
        let mut stream = TcpStream::connect(address).ok()?;
        stream.set_read_timeout(Some(PATIENCE)).ok()?;
        stream.set_write_timeout(Some(PATIENCE)).ok()?;
        let length = if self.chunked {
            "transfer-encoding: chunked\r\n\r\n".to_owned()
        } else {
            format!("content-length: {BYTES}\r\n\r\n")
        };
        stream.write_all(format!("{}{length}", self.head).as_bytes()).ok()?;
        // One who is refused may be hung up on while still sending: the answer has come before.
        let _sent = self.body(&mut stream);
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).ok()?;
        let status = answer.get(9..12)?;
        std::str::from_utf8(status).ok()?.parse().ok()
    }

    fn body(&self, stream: &mut TcpStream) -> std::io::Result<()> {
        let piece = vec![b'a'; PIECE];
        for _ in 0..BYTES / PIECE {
            if self.chunked {
                stream.write_all(format!("{PIECE:x}\r\n").as_bytes())?;
            }
            stream.write_all(&piece)?;
            if self.chunked {
                stream.write_all(b"\r\n")?;
            }
            if !self.rest.is_zero() {
                pause(self.rest);
            }
        }
        if self.chunked { stream.write_all(b"0\r\n\r\n") } else { Ok(()) }
    }
}
