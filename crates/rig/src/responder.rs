//! The simplest server: the same answer to every request. What the load generator reaches
//! against it is the most that it can show of any server on the machine.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use crate::Outcome;

/// A running responder. Its threads end with the process.
#[derive(Debug)]
pub struct Responder {
    address: SocketAddr,
}

impl Responder {
    /// Answers each request without a body with `answer`. When that says `connection: close`,
    /// the connection is closed after it.
    pub fn start(answer: &str) -> Outcome<Responder> {
        let fault = |e: std::io::Error| format!("responder: {e}");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(fault)?;
        let address = listener.local_addr().map_err(fault)?;
        let answer: Arc<str> = Arc::from(answer);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let answer = Arc::clone(&answer);
                thread::spawn(move || serve(&stream, &answer));
            }
        });
        Ok(Responder { address })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

/// Ends when the other side has gone; there is nobody left to tell of an error.
fn serve(stream: &TcpStream, answer: &str) {
    let closes = answer.contains("connection: close");
    let _ = stream.set_nodelay(true);
    let mut reader = BufReader::new(stream);
    let mut writer = stream;
    let mut line = String::new();
    while reader.read_line(&mut line).is_ok_and(|size| size > 0) {
        let is_end_of_head = line.trim_end().is_empty();
        line.clear();
        if is_end_of_head && (writer.write_all(answer.as_bytes()).is_err() || closes) {
            return;
        }
    }
}
