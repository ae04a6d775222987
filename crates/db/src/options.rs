//! How a database is opened.

use std::fmt;
use std::time::Duration;

use crate::seam::Seam;

/// What survives what. The default keeps every acknowledged write through a power loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// Each commit waits until the disk has it (SQLite `synchronous=FULL`, PostgreSQL
    /// `synchronous_commit=on`).
    #[default]
    Full,
    /// A power loss may take the last commits, a crash of the program may not (SQLite
    /// `synchronous=NORMAL`; on PostgreSQL the same as [`Durability::Off`]). Serves as the negative
    /// control of the power-loss harness.
    Normal,
    /// Nothing waits for the disk: for loading data that can be loaded again, and for tests.
    Off,
}

/// Whether a pooler stands between the program and a PostgreSQL server. One that hands out another
/// session for each transaction, as `PgBouncer` does in transaction mode, keeps neither prepared
/// statements nor settings of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pooler {
    /// There is none, or one that keeps a session for each connection.
    #[default]
    None,
    /// It is looked for once, when the database is opened, with two connections.
    Auto,
    /// There is one that hands out a session for each transaction: no statement is kept.
    Transaction,
}

impl Pooler {
    /// `auto`, `none` or `transaction`.
    pub fn from_word(word: &str) -> Option<Pooler> {
        match word {
            "auto" => Some(Pooler::Auto),
            "none" => Some(Pooler::None),
            "transaction" => Some(Pooler::Transaction),
            _ => None,
        }
    }
}

/// Limits and sizes of an open database.
#[derive(Clone)]
pub struct Options {
    /// Threads that read, each with its own connection, opened when first needed. At least 1.
    pub readers: usize,
    /// Connections that write, 1 to 64, each for one lane at a time ([`Lane`](crate::Lane)), opened
    /// when first needed. PostgreSQL only: SQLite has one writer.
    pub writers: usize,
    /// Whether lanes write side by side. Without it every write takes the turn of everything, which
    /// is what lanes are measured against.
    pub lanes: bool,
    /// Whether a pooler stands before the server, unless the address says so itself (`pooler=…`).
    pub pooler: Pooler,
    /// The password for the server, where the address has none.
    pub password: Option<String>,
    /// The address of a replica to read from, and how far it may be behind ([`Db::read_replica`]).
    ///
    /// [`Db::read_replica`]: crate::Db::read_replica
    pub replica: Option<(String, Duration)>,
    /// What an acknowledged write survives.
    pub durability: Durability,
    /// Writes, and reads, that may wait; one more is refused with [`DbError::Busy`](crate::DbError).
    pub max_queue: usize,
    /// Writes that may share one commit. At least 1.
    pub max_batch: usize,
    /// How long a batch may wait for callers of the previous batch to come back before it commits.
    /// A lone caller never waits. Zero switches it off.
    pub gather: Duration,
    /// Prepared statements kept per connection.
    pub statement_cache: usize,
    /// Where a harness plants faults in what is written; `None` everywhere else.
    pub seam: Option<Seam>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            readers: 4,
            writers: 4,
            lanes: true,
            pooler: Pooler::None,
            password: None,
            replica: None,
            durability: Durability::Full,
            max_queue: 1024,
            max_batch: 256,
            gather: Duration::from_micros(200),
            statement_cache: 256,
            seam: None,
        }
    }
}

/// Everything but the password.
impl fmt::Debug for Options {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Options")
            .field("readers", &self.readers)
            .field("writers", &self.writers)
            .field("pooler", &self.pooler)
            .field("durability", &self.durability)
            .field("max_queue", &self.max_queue)
            .field("max_batch", &self.max_batch)
            .finish_non_exhaustive()
    }
}
