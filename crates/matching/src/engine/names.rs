//! Distinct names and the places of records.

use crate::evidence::Fields;

/// A record as a bearer of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bearer {
    pub(super) slot: u32,
    /// It is not the record's first name.
    pub(super) other: bool,
}

/// A distinct name: equal names of many records are kept and compared once.
#[derive(Debug, Default)]
pub(super) struct Name {
    /// Hash of the words: the same in every index, so that it breaks ties.
    pub(super) hash: u64,
    /// The bearer with the least key; none in an unused place.
    pub(super) first: Option<Bearer>,
    /// The others, ordered by the records' keys.
    pub(super) more: Vec<Bearer>,
}

impl Name {
    /// The records that bear it, ordered by key.
    pub(super) fn bearers(&self) -> impl Iterator<Item = Bearer> {
        self.first.into_iter().chain(self.more.iter().copied())
    }

    /// How many records bear it.
    pub(super) fn bearer_count(&self) -> usize {
        usize::from(self.first.is_some()) + self.more.len()
    }
}

/// A record's place.
#[derive(Debug, Default)]
pub(super) struct Slot {
    pub(super) key: Box<str>,
    pub(super) first_name: Option<u32>,
    pub(super) more_names: Box<[u32]>,
    pub(super) fields: Fields,
}

impl Slot {
    /// The names it bears.
    pub(super) fn names(&self) -> impl Iterator<Item = u32> {
        self.first_name.into_iter().chain(self.more_names.iter().copied())
    }
}
