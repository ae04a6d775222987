//! The HTTP server: connections with limits, and a graceful end.

use std::{
    convert::Infallible,
    future::Future,
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use http::{HeaderValue, Request, header};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
};
use tokio::{
    io::AsyncWriteExt as _,
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use super::{
    dispatch,
    lingering::{self, Lingering},
    patient::Patient,
    state::App,
};

/// What one is told who finds no place.
const FULL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\n\
    content-type: text/plain; charset=utf-8\r\n\
    content-length: 46\r\n\
    cache-control: no-store\r\n\
    retry-after: 2\r\n\
    connection: close\r\n\r\n\
    The server is busy. Please try again shortly.\n";

/// How many may be told at once that there is no place; further ones are hung up on.
const TOLD_AT_ONCE: usize = 64;

/// How long telling them may take.
const TELLING: Duration = Duration::from_secs(2);

/// What the last answer of a connection says of it.
const LAST: HeaderValue = HeaderValue::from_static("close");

/// How long connections that are kept open stay after the stop: a request that is on its way is
/// answered, and its answer says that it was the last.
const LINGERING: Duration = Duration::from_millis(500);

/// Limits of the server.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections at once; further ones are told to come back.
    pub connections: usize,
    /// Time in which the head of a request must arrive, and so how long an idle connection stays.
    pub head: Duration,
    /// Time in which a caller must take something of its answer.
    pub taking: Duration,
    /// Time in which running requests may end after the stop.
    pub farewell: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 2_048,
            head: Duration::from_secs(15),
            taking: Duration::from_secs(30),
            farewell: Duration::from_secs(20),
        }
    }
}

/// How serving ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Farewell {
    /// Every request that had begun was answered.
    Complete,
    /// Some requests were broken off when their time was over.
    BrokenOff,
}

/// Serves until `stop` ends, then takes no new connection and lets running requests end. A
/// connection that is kept open ends with its next answer, or after a moment without a request:
/// closing it at once would cross with a request that was just sent. Rule OP-03.
pub async fn serve(
    app: Arc<App>,
    listener: TcpListener,
    limits: Limits,
    stop: impl Future<Output = ()>,
) -> Farewell {
    let graceful = GracefulShutdown::new();
    let leaving = Arc::new(AtomicBool::new(false));
    let places = Arc::new(Semaphore::new(limits.connections));
    let tellings = Arc::new(Semaphore::new(TOLD_AT_ONCE));
    let unwanted = Arc::new(Semaphore::new(lingering::AT_ONCE));
    tokio::pin!(stop);
    loop {
        let accepted = tokio::select! {
            biased;
            () = &mut stop => break,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                breathe().await;
                continue;
            }
        };
        match places.clone().try_acquire_owned() {
            Ok(place) => {
                let (leaving, unwanted) = (leaving.clone(), unwanted.clone());
                let connection = Connection { app: app.clone(), limits, leaving, unwanted, place };
                tokio::spawn(connection.run(stream, peer.ip(), graceful.watcher()));
            }
            Err(_) => {
                if let Ok(turn) = tellings.clone().try_acquire_owned() {
                    tokio::spawn(turn_away(stream, turn));
                }
            }
        }
    }
    leaving.store(true, Ordering::Relaxed);
    drop(listener);
    linger(&places, limits.connections).await;
    if timeout(limits.farewell, graceful.shutdown()).await.is_ok() {
        return Farewell::Complete;
    }
    tracing::warn!("some requests did not finish in time and were aborted");
    Farewell::BrokenOff
}

/// Waits until nobody is connected any more, but not long: an idle connection may stay for ever.
async fn linger(places: &Semaphore, connections: usize) {
    let everyone = u32::try_from(connections).unwrap_or(u32::MAX);
    if timeout(LINGERING, places.acquire_many(everyone)).await.is_err() {
        tracing::debug!("some connections stayed open without a request");
    }
}

/// Without file descriptors every attempt fails at once; trying without a pause would leave no
/// time for those who could give one back.
#[expect(clippy::disallowed_methods, reason = "a server out of descriptors waits for one")]
async fn breathe() {
    tokio::time::sleep(Duration::from_millis(20)).await;
}

async fn turn_away(mut stream: TcpStream, turn: OwnedSemaphorePermit) {
    let told = timeout(TELLING, async {
        stream.write_all(FULL).await?;
        stream.shutdown().await
    });
    if !matches!(told.await, Ok(Ok(()))) {
        tracing::debug!("a client over the connection limit left before the answer was sent");
    }
    drop(turn);
}

struct Connection {
    app: Arc<App>,
    limits: Limits,
    leaving: Arc<AtomicBool>,
    /// Places of senders whose body is thrown away.
    unwanted: Arc<Semaphore>,
    place: OwnedSemaphorePermit,
}

impl Connection {
    async fn run(self, stream: TcpStream, peer: IpAddr, watcher: Watcher) {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "no TCP_NODELAY");
        }
        let (app, peer, leaving) = (self.app, peer.to_string(), self.leaving);
        let service = service_fn(move |request: Request<Incoming>| {
            let (app, peer, leaving) = (app.clone(), peer.clone(), leaving.clone());
            let waits = request.headers().contains_key(header::EXPECT);
            let request = request.map(|body| Lingering::new(body, waits, &self.unwanted));
            async move {
                let mut answer = dispatch::handle(&app, request, &peer).await;
                if leaving.load(Ordering::Relaxed) {
                    answer.headers_mut().insert(header::CONNECTION, LAST);
                }
                Ok::<_, Infallible>(answer)
            }
        });
        let stream = Patient::new(stream, self.limits.taking);
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.limits.head)
            .max_buf_size(64 * 1024)
            .serve_connection(TokioIo::new(stream), service);
        if let Err(error) = watcher.watch(connection).await {
            tracing::debug!(%error, "a connection ended early");
        }
        drop(self.place);
    }
}

#[cfg(test)]
mod tests {
    use super::FULL;

    #[test]
    fn the_words_for_those_without_a_place_are_as_long_as_announced() {
        let text = std::str::from_utf8(FULL).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("content-length: {}", body.len())), "{}", body.len());
    }
}
