//! The server itself, over real connections of this machine.

use std::{future::Future, sync::Arc, time::Duration};

use frame::App;
use frame::serve::{Farewell, Limits, serve};
use testkit::on_sqlite;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinHandle,
};

/// A running server, where it answers, and what stops it.
struct Running {
    address: std::net::SocketAddr,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<Farewell>,
}

async fn start(app: &Arc<App>, limits: Limits) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let app = app.clone();
    let serving =
        tokio::spawn(
            async move { serve(app, listener, limits, async { drop(stopped.await) }).await },
        );
    Running { address, stop, serving }
}

async fn connect(running: &Running) -> TcpStream {
    TcpStream::connect(running.address).await.unwrap()
}

/// Everything until the other side hangs up.
async fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    // A connection that is reset has nothing more to say.
    drop(stream.read_to_end(&mut bytes).await);
    String::from_utf8_lossy(&bytes).into_owned()
}

async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(10), what).await.expect("it took too long")
}

const ASK: &[u8] = b"GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";

#[test]
fn op_03_a_stop_answers_what_had_begun_and_takes_nothing_new() {
    on_sqlite(async |world| {
        let running = start(&world.app, Limits::default()).await;
        let mut begun = connect(&running).await;
        begun
            .write_all(b"POST /sign-in HTTP/1.1\r\nhost: a\r\nsec-fetch-site: same-origin\r\ncontent-length: 3\r\n\r\na")
            .await
            .unwrap();
        let mut idle = connect(&running).await;
        idle.write_all(b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
        let mut answer = [0; 15];
        idle.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 200 OK");
        running.stop.send(()).unwrap();
        // The idle connection is closed, so the stop has begun; the request under way is not.
        soon(rest(&mut idle)).await;
        begun.write_all(b"bc").await.unwrap();
        let answer = soon(rest(&mut begun)).await;
        assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
        assert_eq!(soon(running.serving).await.unwrap(), Farewell::Complete);
        assert!(TcpStream::connect(running.address).await.is_err());
    });
}

/// Reads until that was said.
async fn until(stream: &mut TcpStream, words: &str) {
    let mut said = Vec::new();
    while !String::from_utf8_lossy(&said).contains(words) {
        said.push(stream.read_u8().await.unwrap());
    }
}

#[test]
fn op_03_a_connection_that_is_kept_open_is_answered_once_more_after_the_stop() {
    on_sqlite(async |world| {
        let running = start(&world.app, Limits::default()).await;
        let mut kept = connect(&running).await;
        let ask = b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n";
        kept.write_all(ask).await.unwrap();
        soon(until(&mut kept, "alive\n")).await;
        running.stop.send(()).unwrap();
        // Nothing new is taken, so the stop has begun.
        while TcpStream::connect(running.address).await.is_ok() {}
        kept.write_all(ask).await.unwrap();
        let answer = soon(rest(&mut kept)).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(answer.contains("connection: close"), "{answer}");
        assert_eq!(soon(running.serving).await.unwrap(), Farewell::Complete);
    });
}

#[test]
fn op_03_a_request_that_never_ends_does_not_hold_up_the_stop() {
    on_sqlite(async |world| {
        let limits = Limits { farewell: Duration::from_millis(50), ..Limits::default() };
        let running = start(&world.app, limits).await;
        let mut hanging = connect(&running).await;
        hanging
            .write_all(b"POST /sign-in HTTP/1.1\r\nhost: a\r\nsec-fetch-site: same-origin\r\nexpect: 100-continue\r\ncontent-length: 3\r\n\r\n")
            .await
            .unwrap();
        let mut proceed = [0; 12];
        hanging.read_exact(&mut proceed).await.unwrap();
        running.stop.send(()).unwrap();
        assert_eq!(soon(running.serving).await.unwrap(), Farewell::BrokenOff);
    });
}

#[test]
fn a_head_that_does_not_arrive_is_given_up() {
    on_sqlite(async |world| {
        let limits = Limits { head: Duration::from_millis(50), ..Limits::default() };
        let running = start(&world.app, limits).await;
        let mut slow = connect(&running).await;
        slow.write_all(b"GET /healthz HTT").await.unwrap();
        soon(rest(&mut slow)).await;
        let mut silent = connect(&running).await;
        soon(rest(&mut silent)).await;
    });
}

#[test]
fn one_too_many_is_told_to_come_back() {
    on_sqlite(async |world| {
        let limits = Limits { connections: 1, ..Limits::default() };
        let running = start(&world.app, limits).await;
        let mut first = connect(&running).await;
        first.write_all(b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap();
        let mut answer = [0; 15];
        first.read_exact(&mut answer).await.unwrap();
        let mut second = connect(&running).await;
        let answer = soon(rest(&mut second)).await;
        assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
        assert!(answer.contains("retry-after: 2"), "{answer}");
        drop(first);
        // The place is free again once the server has noticed.
        let again = async {
            loop {
                let mut third = connect(&running).await;
                if third.write_all(ASK).await.is_ok()
                    && rest(&mut third).await.starts_with("HTTP/1.1 200")
                {
                    break;
                }
            }
        };
        soon(again).await;
    });
}

#[test]
fn a_body_that_is_not_wanted_is_not_asked_for() {
    on_sqlite(async |world| {
        let running = start(&world.app, Limits::default()).await;
        let mut asking = connect(&running).await;
        let head = b"POST /imports HTTP/1.1\r\nhost: a\r\nsec-fetch-site: same-origin\r\n\
            content-type: multipart/form-data; boundary=x\r\nexpect: 100-continue\r\n\
            content-length: 62914560\r\n\r\n";
        asking.write_all(head).await.unwrap();
        let answer = soon(rest(&mut asking)).await;
        assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
        assert!(answer.contains("connection: close"), "{answer}");
        assert!(!answer.contains("HTTP/1.1 100"), "{answer}");
        let mut asking = connect(&running).await;
        let head = b"POST /sign-in HTTP/1.1\r\nhost: a\r\nsec-fetch-site: same-origin\r\n\
            expect: 100-continue\r\ncontent-length: 3\r\n\r\n";
        asking.write_all(head).await.unwrap();
        soon(until(&mut asking, "HTTP/1.1 100 Continue")).await;
        asking.write_all(b"a=b").await.unwrap();
        soon(until(&mut asking, "HTTP/1.1 422")).await;
    });
}

#[test]
fn one_who_goes_on_sending_what_is_not_wanted_reads_the_answer() {
    on_sqlite(async |world| {
        let running = start(&world.app, Limits::default()).await;
        let mut sending = connect(&running).await;
        let head = b"POST /sign-in HTTP/1.1\r\nhost: a\r\nsec-fetch-site: same-origin\r\n\
            content-length: 33554432\r\n\r\n";
        sending.write_all(head).await.unwrap();
        let body = vec![b'a'; 32 << 20];
        soon(sending.write_all(&body)).await.expect("a connection that stays until all was sent");
        let answer = soon(rest(&mut sending)).await;
        assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
        // A little that was not wanted does not end the connection.
        let mut kept = connect(&running).await;
        let form = b"POST /imports HTTP/1.1\r\nhost: a\r\nsec-fetch-site: same-origin\r\n\
            content-length: 3\r\n\r\na=b";
        for _ in 0..2 {
            kept.write_all(form).await.unwrap();
            soon(until(&mut kept, "HTTP/1.1 303")).await;
            soon(until(&mut kept, "\r\n\r\n")).await;
        }
    });
}
