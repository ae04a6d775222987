//! One connection to either database, with the few verbs the threads need.

mod faults;
mod named;
mod postgres;
mod sqlite;
mod statements;
mod untyped;
mod watch;

pub(crate) use self::faults::fault;
pub(crate) use self::postgres::{LANE, PostgresConnection, TURN};
pub(crate) use self::sqlite::SqliteConnection;

use crate::dialect::{Dialect, Target};
use crate::error::{DbError, Fault};
use crate::lane::Lane;
use crate::options::{Durability, Options};
pub(crate) use crate::purpose::Purpose;
use crate::row::Row;
use crate::server::leave;
use crate::value::Value;

/// How a row is shown to its reader; the answer says whether to go on.
pub(crate) type Each<'e> = &'e mut dyn FnMut(&Row<'_>) -> Result<bool, DbError>;

pub(crate) enum Connection {
    Sqlite(SqliteConnection),
    Postgres(Box<PostgresConnection>),
}

impl Connection {
    /// Connects. Must not be called on a thread that runs an async runtime, because the
    /// PostgreSQL driver runs one of its own.
    pub(crate) fn open(
        target: &Target,
        options: &Options,
        purpose: Purpose,
    ) -> Result<Connection, DbError> {
        match target {
            Target::Sqlite(path) => {
                SqliteConnection::open(path, options, purpose).map(Connection::Sqlite)
            }
            Target::Postgres(server) => PostgresConnection::open(server, options, purpose)
                .map(|connection| Connection::Postgres(Box::new(connection))),
        }
    }

    pub(crate) fn dialect(&self) -> Dialect {
        match self {
            Connection::Sqlite(_) => Dialect::Sqlite,
            Connection::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Begins a transaction that sees one snapshot and changes nothing.
    pub(crate) fn begin_read(&mut self) -> Result<(), Fault> {
        match self {
            Connection::Sqlite(connection) => connection.control("BEGIN DEFERRED"),
            Connection::Postgres(connection) => connection.begin_read(),
        }
    }

    /// Begins a transaction for writing, after waiting until no node writes in the lane.
    pub(crate) fn begin_write(&mut self, lane: Lane) -> Result<(), Fault> {
        match self {
            Connection::Sqlite(connection) => connection.begin_write(),
            Connection::Postgres(connection) => connection.begin_write(lane),
        }
    }

    /// Commits and leaves the lane.
    pub(crate) fn commit(&mut self) -> Result<(), Fault> {
        match self {
            Connection::Sqlite(connection) => connection.commit(),
            Connection::Postgres(connection) => connection.commit(),
        }
    }

    /// Undoes what is open and leaves the lane. Never fails: a connection that
    /// cannot roll back is found broken when it is used next.
    pub(crate) fn rollback(&mut self) {
        match self {
            Connection::Sqlite(connection) => connection.rollback(),
            Connection::Postgres(connection) => connection.rollback(),
        }
    }

    /// Whether a transaction is open. SQLite ends it by itself when the disk is full.
    pub(crate) fn in_transaction(&self) -> bool {
        match self {
            Connection::Sqlite(connection) => connection.in_transaction(),
            Connection::Postgres(connection) => connection.in_transaction(),
        }
    }

    /// How many rows this connection has changed so far; `None` where the database does not tell.
    pub(crate) fn total_changes(&self) -> Option<u64> {
        match self {
            Connection::Sqlite(connection) => Some(connection.total_changes()),
            Connection::Postgres(_) => None,
        }
    }

    /// Whether it leads to a server that is only read from because no host took writes.
    pub(crate) fn is_second_best(&self) -> bool {
        match self {
            Connection::Sqlite(_) => false,
            Connection::Postgres(connection) => connection.is_second_best(),
        }
    }

    /// Whether the connection is lost and has to be made again.
    pub(crate) fn is_lost(&self) -> bool {
        match self {
            Connection::Sqlite(_) => false,
            Connection::Postgres(connection) => connection.is_lost(),
        }
    }

    /// Ends it, without waiting for an answer that may never come.
    pub(crate) fn end(self) {
        match self {
            Connection::Postgres(connection) if connection.is_silent() => leave(connection),
            Connection::Sqlite(_) | Connection::Postgres(_) => {}
        }
    }

    /// Runs a statement of transaction control, the same text each time.
    pub(crate) fn control(&mut self, sql: &'static str) -> Result<(), Fault> {
        match self {
            Connection::Sqlite(connection) => connection.control(sql),
            Connection::Postgres(connection) => connection.control(sql),
        }
    }

    pub(crate) fn execute(&mut self, sql: &str, params: &[Value<'_>]) -> Result<u64, Fault> {
        match self {
            Connection::Sqlite(connection) => connection.execute(sql, params),
            Connection::Postgres(connection) => connection.execute(sql, params),
        }
    }

    pub(crate) fn batch(&mut self, sql: &str) -> Result<(), Fault> {
        match self {
            Connection::Sqlite(connection) => connection.batch(sql),
            Connection::Postgres(connection) => connection.batch(sql),
        }
    }

    pub(crate) fn visit(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        each: Each<'_>,
    ) -> Result<(), Fault> {
        match self {
            Connection::Sqlite(connection) => connection.visit(sql, params, each),
            Connection::Postgres(connection) => connection.visit(sql, params, each),
        }
    }

    /// Stops keeping the sums of rows, or goes on.
    pub(crate) fn watch(&mut self, on: bool) -> Result<(), Fault> {
        match self {
            Connection::Sqlite(connection) => connection.watch(on),
            Connection::Postgres(_) => Ok(()),
        }
    }

    /// What the open transaction adds to the sums of rows.
    pub(crate) fn pending_sums(&self) -> Vec<(usize, u128)> {
        match self {
            Connection::Sqlite(connection) => connection.pending_sums(),
            Connection::Postgres(_) => Vec::new(),
        }
    }

    /// Forgets what the open transaction adds to the sums of rows.
    pub(crate) fn forget_sums(&mut self) {
        match self {
            Connection::Sqlite(connection) => connection.forget_sums(),
            Connection::Postgres(_) => {}
        }
    }

    /// Changes what later commits survive.
    pub(crate) fn set_durability(&mut self, durability: Durability) -> Result<(), Fault> {
        match self {
            Connection::Sqlite(connection) => connection.set_durability(durability),
            Connection::Postgres(connection) => connection.set_durability(durability),
        }
    }

    /// Takes note of what another connection has been told by [`Connection::set_durability`].
    pub(crate) fn note_durability(&mut self, durability: Durability) {
        match self {
            // It has one connection that writes, which is the one that was told.
            Connection::Sqlite(_) => {}
            Connection::Postgres(connection) => connection.note_durability(durability),
        }
    }

    /// Moves what was committed into the main file when enough of it has gathered; says whether
    /// it did.
    pub(crate) fn tidy_up(&mut self) -> Result<bool, Fault> {
        match self {
            Connection::Sqlite(connection) => connection.checkpoint_when_due(),
            Connection::Postgres(_) => Ok(false),
        }
    }
}
