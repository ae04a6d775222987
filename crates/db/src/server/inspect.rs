//! What a server shows to whoever looks after an installation.

use std::thread;

use postgres::SimpleQueryMessage;

use super::address::{Authorities, Place, SslMode};
use super::{Server, dial, pooler};
use crate::error::DbError;
use crate::options::Options;

/// What was found of a PostgreSQL server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// The mode of encryption as in the address: `disable`, `prefer`, `require`, `verify-ca` or
    /// `verify-full`.
    pub sslmode: &'static str,
    /// Whether the server has to show a certificate that is checked.
    pub verified: bool,
    /// Whether the certificate has to be for the host's name.
    pub compared: bool,
    /// Each host of the address in order, with what it is or why it cannot be reached.
    pub hosts: Vec<Host>,
    /// Whether a pooler hands out another session for each transaction; `None` when no host could
    /// be asked.
    pub pooled: Option<bool>,
    /// Whether the settings say that there is one.
    pub pooler_told: bool,
}

/// One host of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    /// Host and port, or the folder of a socket.
    pub name: String,
    /// Whether it is this machine.
    pub local: bool,
    /// What it is, or why it cannot be reached and what to do.
    pub found: Result<Role, String>,
}

/// What a host is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// It takes writes.
    pub primary: bool,
    /// It follows another server.
    pub standby: bool,
    /// The version it names, for example `15.6 (Debian 15.6-0+deb12u1)`.
    pub version: String,
    /// How the server keeps new passwords, for example `scram-sha-256`.
    pub password_encryption: String,
    /// The encrypted connection; `None` when it is not encrypted.
    pub encryption: Option<Encryption>,
}

/// An encrypted connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encryption {
    /// `TLS 1.2` or `TLS 1.3`.
    pub version: &'static str,
    /// The last second at which the server's certificate counts, since 1970; `None` when it could
    /// not be read.
    pub certificate_ends_at: Option<u64>,
}

/// Looks at every host of a PostgreSQL address, each by a connection of its own.
///
/// It errs when the address or a file that it names cannot be used. It may be called on a thread
/// that runs tasks, and holds it until all hosts have answered or 5 seconds have passed for each.
pub fn inspect(url: &str, options: &Options) -> Result<Inspection, DbError> {
    let server = Server::parse(url, options)?;
    // The driver runs a runtime of its own, which a thread that runs tasks does not allow.
    thread::scope(|scope| {
        let looking = scope.spawn(|| look(&server));
        looking.join().unwrap_or_else(|_| Err(DbError::other("the server inspection was aborted")))
    })
}

fn look(server: &Server) -> Result<Inspection, DbError> {
    let tls = &server.address.tls;
    let mut hosts = Vec::with_capacity(server.address.places.len());
    for (at, place) in server.address.places.iter().enumerate() {
        hosts.push(Host {
            name: place.to_string(),
            local: place.is_local(),
            found: match role(server, (at, place)) {
                Ok(role) => Ok(role),
                Err(DbError::Unavailable { detail }) => Err(detail),
                Err(other) => return Err(other),
            },
        });
    }
    let reached = hosts.iter().any(|host| host.found.is_ok());
    let verified = match (tls.mode, &tls.authorities) {
        (SslMode::Disable | SslMode::Prefer, _) | (SslMode::Require, Authorities::Unnamed) => false,
        (SslMode::Require | SslMode::VerifyCa | SslMode::VerifyFull, _) => true,
    };
    Ok(Inspection {
        sslmode: tls.mode.word(),
        verified,
        compared: tls.mode == SslMode::VerifyFull,
        hosts,
        pooled: if reached { Some(pooler::is_between(server)?) } else { None },
        pooler_told: server.is_pooled(),
    })
}

fn role(server: &Server, (at, place): (usize, &Place)) -> Result<Role, DbError> {
    let mut dialled = dial::to(server, (at, place))?;
    let asked = "SELECT current_setting('server_version'), current_setting('password_encryption')";
    let answer = dialled.client.simple_query(asked).map_err(|error| {
        DbError::unavailable(format!("{place}: the server did not report its version: {error}"))
    })?;
    let mut told = (String::new(), String::new());
    for message in answer {
        if let SimpleQueryMessage::Row(row) = message {
            let text = |column| row.get(column).unwrap_or("").to_owned();
            told = (text(0), text(1));
        }
    }
    let encryption = dialled.seen.filter(|seen| !seen.version().is_empty());
    Ok(Role {
        primary: !dialled.standing.read_only,
        standby: dialled.standing.follows,
        version: told.0,
        password_encryption: told.1,
        encryption: encryption.map(|seen| Encryption {
            version: seen.version(),
            certificate_ends_at: seen.certificate().map(|shown| shown.ends_at),
        }),
    })
}
