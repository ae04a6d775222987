//! Connecting to the one of several hosts that is wanted.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use postgres::{Client, NoTls, SimpleQueryMessage};

use super::Server;
use super::address::{Place, SslMode};
use super::explain;
use super::tls;
use super::verify::Seen;
use crate::connection::Purpose;
use crate::error::DbError;

/// What a session may do and how it is set, asked in one go.
const STANDING: &str = "SELECT pg_is_in_recovery(), current_setting('transaction_read_only'), \
     current_setting('synchronous_commit')";

/// How long a host may take to answer a question that asks for nothing. A pooler takes a connection
/// whose server is gone, and keeps what is asked waiting for another one.
pub(crate) const ANSWER_LIMIT: Duration = Duration::from_secs(5);

/// What a server says of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Standing {
    /// It follows another server.
    pub(crate) follows: bool,
    /// It takes no writes, for this reason or another.
    pub(crate) read_only: bool,
    /// Its commits do not wait for the disk unless that is asked for.
    pub(crate) lazy: bool,
}

/// A connection that was made.
pub(crate) struct Dialled {
    /// Which host of the address it leads to.
    pub(crate) at: usize,
    pub(crate) client: Client,
    pub(crate) standing: Standing,
    pub(super) seen: Option<Arc<Seen>>,
}

/// Connects. To write, the first host that takes writes, beginning with the one that did last
/// time. To read the same, so that a reader sees what was acknowledged; but while no host takes
/// writes, any will do. From a replica, the first that answers.
pub(crate) fn dial(server: &Server, purpose: Purpose) -> Result<Dialled, DbError> {
    let places = &server.address.places;
    let favourite = server.favourite.load(Ordering::Relaxed).min(places.len().saturating_sub(1));
    let order = (favourite..places.len()).chain(0..favourite);
    let (mut second_best, mut failures) = (None, Vec::new());
    for (at, place) in order.filter_map(|at| places.get(at).map(|place| (at, place))) {
        match to(server, (at, place)) {
            Ok(dialled) if purpose == Purpose::Replica => {
                server.favourite.store(at, Ordering::Relaxed);
                return Ok(dialled);
            }
            Ok(dialled) if !dialled.standing.read_only => {
                if server.favourite.swap(at, Ordering::Relaxed) != at {
                    server.went_elsewhere();
                }
                return Ok(dialled);
            }
            Ok(dialled) => {
                failures.push(format!("{place}: {}", no_writes(dialled.standing)));
                second_best.get_or_insert(dialled);
            }
            // The same files are read for every host.
            Err(error @ DbError::Other(_)) => return Err(error),
            Err(error) => failures.push(error.to_string()),
        }
    }
    match (purpose, second_best) {
        (Purpose::Read, Some(dialled)) => Ok(dialled),
        (Purpose::Read | Purpose::Write | Purpose::Replica, _) => Err(DbError::unavailable(
            format!("no connection to PostgreSQL: {}", failures.join("; ")),
        )),
    }
}

fn no_writes(standing: Standing) -> &'static str {
    if standing.follows {
        "it is a standby and does not accept writes; add the primary to the address, or promote one"
    } else {
        "it does not accept writes (default_transaction_read_only), which some providers set when \
         the disk is full"
    }
}

/// Connects to one host, whatever it does.
pub(super) fn to(server: &Server, (at, place): (usize, &Place)) -> Result<Dialled, DbError> {
    let address = &server.address;
    let config = address.config(place, server.password.as_deref())?;
    let failed = |error: &postgres::Error| DbError::Unavailable {
        detail: format!("{place}: {}", explain::words(error, address, place)),
    };
    let (mut client, seen) = if address.tls.mode == SslMode::Disable || place.is_socket() {
        (config.connect(NoTls).map_err(|error| failed(&error))?, None)
    } else {
        let (connector, seen) = tls::connector(&address.tls)?;
        (config.connect(connector).map_err(|error| failed(&error))?, Some(seen))
    };
    if let Err(error) = client.is_valid(ANSWER_LIMIT) {
        if is_silence(&error) {
            leave(client);
            return Err(DbError::unavailable(format!("{place}: {}", no_answer())));
        }
        return Err(failed(&error));
    }
    let standing = standing(&mut client).map_err(|error| failed(&error))?;
    Ok(Dialled { at, client, standing, seen })
}

/// Lets go of what still waits for an answer: whoever drops it waits too, which is somebody else.
pub(crate) fn leave<C: Send + 'static>(connection: C) {
    // Without a thread it is dropped here, late but well.
    let _ = thread::Builder::new().name("db-leave".to_owned()).spawn(move || drop(connection));
}

/// Whether nothing was said within the time, which is all that the driver tells of it.
pub(crate) fn is_silence(error: &postgres::Error) -> bool {
    let has_cause = std::error::Error::source(error).is_some();
    error.as_db_error().is_none() && !error.is_closed() && !has_cause
}

/// What a connection without an answer is told of.
pub(crate) fn no_answer() -> String {
    format!(
        "no answer within {} s, for example from a pooler whose server is down",
        ANSWER_LIMIT.as_secs()
    )
}

fn standing(client: &mut Client) -> Result<Standing, postgres::Error> {
    let mut standing = Standing::default();
    for message in client.simple_query(STANDING)? {
        if let SimpleQueryMessage::Row(row) = message {
            let is = |column, words: &[&str]| {
                row.try_get(column).is_ok_and(|text| words.contains(&text.unwrap_or("")))
            };
            standing.follows = is(0, &["t"]);
            standing.read_only = is(1, &["on"]);
            standing.lazy = is(2, &["off", "local"]);
        }
    }
    Ok(standing)
}
