//! A load generator for HTTP/1.1: threads with one kept connection each, one request at a time.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::percentiles::Percentiles;

/// A server that does not answer within this time has failed the request.
const ANSWER_LIMIT: Duration = Duration::from_mins(1);

/// Larger answers are refused, so that a wrong length cannot take all memory.
const MAX_BODY_BYTES: usize = 64 * 1024 * 1024;

/// What to send, how often, over how many connections.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// The server.
    pub address: SocketAddr,
    /// Connections, each with at most one request under way.
    pub connections: u16,
    /// Requests in all.
    pub requests: u64,
}

/// What came of a load.
#[derive(Clone, Debug)]
pub struct Report {
    /// Latencies in microseconds.
    pub latency: Percentiles,
    /// Answers by status.
    pub statuses: BTreeMap<u16, u64>,
    /// Requests without an answer.
    pub failed: u64,
    /// From the first request to the last answer.
    pub elapsed: Duration,
}

impl Report {
    /// Answers with a status below 400.
    pub fn succeeded(&self) -> u64 {
        let good = self.statuses.iter().filter(|(status, _)| **status < 400);
        good.map(|(_, count)| count).sum()
    }

    /// Good answers per second of `time`: of the wall clock, or of a processor.
    pub fn per_second(&self, time: Duration) -> u128 {
        let micros = time.as_micros().max(1);
        u128::from(self.succeeded()) * 1_000_000 / micros
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rate = self.per_second(self.elapsed);
        write!(f, "{} good answers, {rate}/s, latency {}", self.succeeded(), self.latency)?;
        for (status, count) in self.statuses.iter().filter(|(status, _)| **status >= 400) {
            write!(f, ", {count} × {status}")?;
        }
        match self.failed {
            0 => Ok(()),
            failed => write!(f, ", {failed} without an answer"),
        }
    }
}

/// One answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The body, chunks put together.
    pub body: Vec<u8>,
    closes: bool,
}

/// A kept connection that opens again after the server has closed it.
#[derive(Debug)]
pub struct Connection {
    address: SocketAddr,
    stream: Option<BufReader<TcpStream>>,
    patience: Duration,
}

impl Connection {
    /// Nothing is opened before the first request.
    pub fn to(address: SocketAddr) -> Connection {
        Connection { address, stream: None, patience: ANSWER_LIMIT }
    }

    /// The same, waiting for each answer no longer than that.
    #[must_use]
    pub fn patient_for(self, patience: Duration) -> Connection {
        Connection { patience, ..self }
    }

    /// Sends `request`, which is a whole HTTP/1.1 request, and reads the answer.
    pub fn exchange(&mut self, request: &[u8]) -> io::Result<Answer> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => open(self.address, self.patience)?,
        };
        stream.get_mut().write_all(request)?;
        let answer = read_answer(&mut stream)?;
        if !answer.closes {
            self.stream = Some(stream);
        }
        Ok(answer)
    }
}

fn open(address: SocketAddr, patience: Duration) -> io::Result<BufReader<TcpStream>> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(patience))?;
    Ok(BufReader::new(stream))
}

fn read_answer(stream: &mut BufReader<TcpStream>) -> io::Result<Answer> {
    let mut line = String::new();
    stream.read_line(&mut line)?;
    let status = line.split(' ').nth(1).and_then(|word| word.parse().ok());
    let mut answer =
        Answer { status: status.ok_or_else(|| broken("no status line"))?, ..Answer::default() };
    let mut length = 0_usize;
    let mut is_chunked = false;
    loop {
        line.clear();
        stream.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        let value = value.trim();
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().map_err(|_| broken("length"))?,
            "transfer-encoding" => is_chunked = value.eq_ignore_ascii_case("chunked"),
            "connection" => answer.closes = value.eq_ignore_ascii_case("close"),
            _ => {}
        }
    }
    if is_chunked {
        while read_chunk(stream, &mut answer.body)? {}
    } else {
        read_exactly(stream, length, &mut answer.body)?;
    }
    Ok(answer)
}

fn read_chunk(stream: &mut BufReader<TcpStream>, body: &mut Vec<u8>) -> io::Result<bool> {
    let mut line = String::new();
    stream.read_line(&mut line)?;
    let digits = line.trim_end().split(';').next().unwrap_or_default();
    let length = usize::from_str_radix(digits, 16).map_err(|_| broken("chunk"))?;
    read_exactly(stream, length, body)?;
    line.clear();
    stream.read_line(&mut line)?;
    Ok(length > 0)
}

fn read_exactly(
    stream: &mut BufReader<TcpStream>,
    length: usize,
    body: &mut Vec<u8>,
) -> io::Result<()> {
    if body.len().saturating_add(length) > MAX_BODY_BYTES {
        return Err(broken("an answer too large"));
    }
    let wanted = u64::try_from(length).map_err(|_| broken("length"))?;
    let read = stream.by_ref().take(wanted).read_to_end(body)?;
    if read == length { Ok(()) } else { Err(broken("the answer breaks off")) }
}

fn broken(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.to_owned())
}

/// Sends `load.requests` requests; `request` makes the one of a given number, counted from 0.
pub fn run(load: Load, request: &(dyn Fn(u64) -> Vec<u8> + Sync)) -> Outcome<Report> {
    let next = AtomicU64::new(0);
    let began = Instant::now();
    let parts: Vec<Part> = thread::scope(|scope| {
        let worker = || drive(load, &next, request);
        let threads: Vec<_> = (0..load.connections).map(|_| scope.spawn(worker)).collect();
        threads.into_iter().filter_map(|thread| thread.join().ok()).collect()
    });
    let elapsed = began.elapsed();
    if parts.len() != usize::from(load.connections) {
        return Err("a connection of the load generator broke off".to_owned());
    }
    let mut whole = Part::default();
    for part in parts {
        whole.micros.extend(part.micros);
        whole.failed += part.failed;
        for (status, count) in part.statuses {
            *whole.statuses.entry(status).or_default() += count;
        }
    }
    Ok(Report {
        latency: Percentiles::of(whole.micros),
        statuses: whole.statuses,
        failed: whole.failed,
        elapsed,
    })
}

#[derive(Debug, Default)]
struct Part {
    micros: Vec<u64>,
    statuses: BTreeMap<u16, u64>,
    failed: u64,
}

fn drive(load: Load, next: &AtomicU64, request: &(dyn Fn(u64) -> Vec<u8> + Sync)) -> Part {
    let mut part = Part::default();
    let mut connection = Connection::to(load.address);
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= load.requests {
            return part;
        }
        let bytes = request(number);
        let began = Instant::now();
        match connection.exchange(&bytes) {
            Ok(answer) => {
                let micros = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
                part.micros.push(micros);
                *part.statuses.entry(answer.status).or_default() += 1;
            }
            Err(_) => part.failed += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Connection, Load, run};
    use crate::responder::Responder;

    const GET: &[u8] = b"GET / HTTP/1.1\r\nhost: here\r\n\r\n";

    #[test]
    fn every_request_is_answered_and_counted() {
        let responder = Responder::start("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").unwrap();
        let load = Load { address: responder.address(), connections: 3, requests: 100 };
        let report = run(load, &|_| GET.to_vec()).unwrap();
        assert_eq!((report.succeeded(), report.failed), (100, 0));
        assert!(report.latency.at(50) <= report.latency.at(99));
    }

    #[test]
    fn refusals_are_counted_apart() {
        let responder = Responder::start("HTTP/1.1 409 No\r\ncontent-length: 0\r\n\r\n").unwrap();
        let load = Load { address: responder.address(), connections: 1, requests: 5 };
        let report = run(load, &|_| GET.to_vec()).unwrap();
        assert_eq!(report.succeeded(), 0);
        assert!(report.to_string().contains("5 × 409"), "{report}");
    }

    #[test]
    fn chunks_are_put_together_and_a_closed_connection_opens_again() {
        let text = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n\
                    3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n";
        let responder = Responder::start(text).unwrap();
        let mut connection = Connection::to(responder.address());
        for _ in 0..2 {
            assert_eq!(connection.exchange(GET).unwrap().body, b"abcde");
        }
    }

    #[test]
    fn an_answer_that_breaks_off_is_a_failure() {
        let text = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 9\r\n\r\nshort";
        let responder = Responder::start(text).unwrap();
        assert!(Connection::to(responder.address()).exchange(GET).is_err());
    }
}
