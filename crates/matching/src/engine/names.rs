//! Distinct names and the places of records.

use std::collections::BTreeMap;

use crate::evidence::Fields;

/// A record as a bearer of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bearer {
    pub(super) slot: u32,
    /// It is not the record's first name.
    pub(super) other: bool,
}

/// So many bearers are kept in a list; more of them in a tree, so that the millionth is as quick to
/// add and remove as the first.
const FEW: usize = 512;

/// Bearers ordered by the records' keys.
#[derive(Debug)]
pub(super) enum Bearers {
    /// Their keys are those of the records.
    Few(Vec<Bearer>),
    /// Each under its key.
    #[expect(clippy::box_collection, reason = "nearly all names have few bearers and stay small")]
    Many(Box<BTreeMap<Box<str>, Bearer>>),
}

impl Default for Bearers {
    fn default() -> Self {
        Self::Few(Vec::new())
    }
}

impl Bearers {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Few(few) => few.len(),
            Self::Many(many) => many.len(),
        }
    }

    fn iter(&self) -> impl Iterator<Item = Bearer> {
        let (few, many) = match self {
            Self::Few(few) => (few.as_slice(), None),
            Self::Many(many) => (&[][..], Some(many.values())),
        };
        few.iter().copied().chain(many.into_iter().flatten().copied())
    }

    /// Adds a bearer, unless it is there already; `key` tells the key of a record's place.
    pub(super) fn insert<'a>(&mut self, bearer: Bearer, key: impl Fn(u32) -> &'a str) {
        match self {
            Self::Few(few) => {
                let at = few.partition_point(|held| key(held.slot) < key(bearer.slot));
                if few.get(at).is_none_or(|held| held.slot != bearer.slot) {
                    few.insert(at, bearer);
                }
                if few.len() > FEW {
                    let all = few.iter().map(|bearer| (Box::from(key(bearer.slot)), *bearer));
                    *self = Self::Many(Box::new(all.collect()));
                }
            }
            Self::Many(many) => {
                many.entry(Box::from(key(bearer.slot))).or_insert(bearer);
            }
        }
    }

    /// Takes the bearer with this key away, if it is there.
    pub(super) fn remove<'a>(&mut self, gone: &str, key: impl Fn(u32) -> &'a str) {
        match self {
            Self::Few(few) => {
                let at = few.partition_point(|held| key(held.slot) < gone);
                if few.get(at).is_some_and(|held| key(held.slot) == gone) {
                    few.remove(at);
                }
            }
            Self::Many(many) => {
                many.remove(gone);
            }
        }
    }

    /// Takes the bearer with the least key out.
    pub(super) fn take_first(&mut self) -> Option<Bearer> {
        match self {
            Self::Few(few) => (!few.is_empty()).then(|| few.remove(0)),
            Self::Many(many) => many.pop_first().map(|(_, bearer)| bearer),
        }
    }

    /// Bytes in use beside its own, about.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Few(few) => few.capacity() * size_of::<Bearer>(),
            Self::Many(many) => many.keys().map(|key| key.len() + 56).sum(),
        }
    }
}

/// A distinct name: equal names of many records are kept and compared once.
#[derive(Debug, Default)]
pub(super) struct Name {
    /// Hash of the words: the same in every index, so that it breaks ties.
    pub(super) hash: u64,
    /// The bearer with the least key; none in an unused place.
    pub(super) first: Option<Bearer>,
    /// The others.
    pub(super) more: Bearers,
}

impl Name {
    /// The records that bear it, ordered by key.
    pub(super) fn bearers(&self) -> impl Iterator<Item = Bearer> {
        self.first.into_iter().chain(self.more.iter())
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
