//! What can go wrong, in the same words on both databases.

/// A refused or failed piece of storage work.
///
/// No variant depends on the name of a constraint, because the two databases name them
/// differently. `detail` is text for the log: it never holds values of rows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DbError {
    /// A row with the same unique key is already there.
    #[error("a row with this unique key already exists: {detail}")]
    UniqueViolation {
        /// The database's own words.
        detail: String,
    },
    /// A row names another row that is not there, or is still named by one.
    #[error("a row refers to one that does not exist: {detail}")]
    ForeignKeyViolation {
        /// The database's own words.
        detail: String,
    },
    /// A value breaks a CHECK or NOT NULL of its table.
    #[error("a value breaks a rule of its table: {detail}")]
    CheckViolation {
        /// The database's own words.
        detail: String,
    },
    /// A trigger refused the change, as on a table to which rows are only ever added.
    #[error("the table refuses this change: {detail}")]
    Refused {
        /// The words of the trigger.
        detail: String,
    },
    /// [`Tx::query_one`](crate::Tx::query_one) found no row.
    #[error("no such row")]
    NotFound,
    /// The queue of waiting work is full, or another process holds the database too long.
    #[error("the database has too much pending work; try again shortly")]
    Busy,
    /// Transactions collided and ten retries did not resolve it.
    #[error("transactions conflicted too often; try again shortly")]
    Serialization,
    /// A change was attempted inside a read.
    #[error("a read transaction cannot change anything")]
    ReadOnly,
    /// The disk has no room; nothing of the batch was kept. Service resumes when room is made.
    #[error("the disk is full; nothing was stored")]
    DiskFull,
    /// The database cannot be reached or refuses work. Where the connection broke during a
    /// commit the outcome is unknown, and `detail` says so.
    #[error("the database is not available: {detail}")]
    Unavailable {
        /// What happened and, where it is known, what to do.
        detail: String,
    },
    /// An earlier statement of the transaction failed and its error was not passed on.
    /// Use [`Tx::attempt`](crate::Tx::attempt) for a statement that may fail.
    #[error("an earlier statement of this transaction failed")]
    Spoiled,
    /// A column holds another type than the one asked for.
    #[error("column {column}: {detail}")]
    Type {
        /// The column's name in the answer; its number, from 0, where there is no such column.
        column: String,
        /// What was found and what was asked for.
        detail: String,
    },
    /// A text holds the character U+0000, which PostgreSQL cannot store.
    #[error("a text holds the character U+0000, which cannot be stored")]
    ZeroByte,
    /// The schema is newer than this program, was changed, or a migration failed.
    #[error("{0}")]
    Schema(String),
    /// Anything else: a mistake in a statement, a panic inside a closure, a damaged file.
    #[error("{0}")]
    Other(String),
}

impl DbError {
    /// Whether a unique key was already taken.
    pub fn is_unique(&self) -> bool {
        matches!(self, DbError::UniqueViolation { .. })
    }

    /// Whether the same work may succeed later without being changed: the queue was full, writers
    /// collided, the database was away, or the disk was full.
    pub fn is_transient(&self) -> bool {
        matches!(
            self,
            DbError::Busy
                | DbError::Serialization
                | DbError::Unavailable { .. }
                | DbError::DiskFull
        )
    }

    pub(crate) fn unavailable(detail: impl Into<String>) -> DbError {
        DbError::Unavailable { detail: detail.into() }
    }

    pub(crate) fn other(detail: impl Into<String>) -> DbError {
        DbError::Other(detail.into())
    }
}

/// A failed statement, with what the write path must know about it.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    pub(crate) error: DbError,
    /// The disk did not confirm a write: what was in flight is in doubt and the process must end.
    pub(crate) fatal: bool,
    /// Whether the database itself failed the statement, which spoils the transaction. An error
    /// of the caller's row mapping does not.
    pub(crate) spoils: bool,
}

impl Fault {
    pub(crate) fn statement(error: DbError) -> Fault {
        Fault { error, fatal: false, spoils: true }
    }

    pub(crate) fn caller(error: DbError) -> Fault {
        Fault { error, fatal: false, spoils: false }
    }
}

impl From<Fault> for DbError {
    fn from(fault: Fault) -> DbError {
        fault.error
    }
}
