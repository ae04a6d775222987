//! How a database is opened.

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

/// Limits and sizes of an open database.
#[derive(Debug, Clone)]
pub struct Options {
    /// Threads that read, each with its own connection, opened when first needed. At least 1.
    pub readers: usize,
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
            durability: Durability::Full,
            max_queue: 1024,
            max_batch: 256,
            gather: Duration::from_micros(200),
            statement_cache: 256,
            seam: None,
        }
    }
}
