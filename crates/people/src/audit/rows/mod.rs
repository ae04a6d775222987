//! What rows said: of each row that a decision rests on, every state that the product wrote is
//! kept in a chain of its own, so that a row that was changed behind the product's back is found.
//! Rule AU-01.
//!
//! A slice lists its rows in a [`Table`], calls [`made`] when it has inserted one and [`touch`]
//! before it changes one. What the row says at the end of the transaction is read back and
//! appended, where it differs from what was appended last. [`touch`] also compares the row as it
//! is with that; a difference is appended at once and marked as found, so that no later write
//! hides it.

mod accept;
mod begin;
mod chain;
mod compare;
mod keep;
mod select;

pub use accept::accept;
pub use begin::begin;
pub(super) use begin::{Tables, jobs, schedule};
pub use chain::{hash_at, head, verify_since};
pub use compare::{Differences, compare};
pub use keep::{made, touch};

/// The kind of the link after which every row of a vendor has one.
const ALL: &str = "all";
/// The kind of a link that says that what was found before it is known.
const ACCEPTED: &str = "accepted";

/// A table whose rows are kept.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// What one row is called in a report.
    pub title: &'static str,
    /// The columns of its key without the vendor; the first is a text.
    pub key: &'static [Key],
    /// The columns that are kept. New ones are only ever added at the end: what was kept before
    /// says nothing of them.
    pub columns: &'static [Column],
}

/// A column of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// Holds text without `/`.
    Text(&'static str),
    /// Holds a whole number.
    Number(&'static str),
}

impl Key {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text(name) | Self::Number(name) => name,
        }
    }
}

/// A column that is kept. None may hold personal data, unless as a [`Column::Hash`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// Holds text.
    Text(&'static str),
    /// Holds a whole number.
    Number(&'static str),
    /// Holds text of which only the first half of its SHA-256 is kept.
    Hash(&'static str),
}

impl Column {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text(name) | Self::Number(name) | Self::Hash(name) => name,
        }
    }
}
