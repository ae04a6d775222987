//! The index and its look-ups.

mod align;
mod asked;
mod background;
mod credits;
pub(crate) mod edit;
mod explain;
mod features;
mod likeness;
mod names;
pub(crate) mod pairs;
mod pairwise;
mod postings;
mod search;
mod signs;
mod store;
mod tally;
mod terms;
mod units;
mod verdict;
mod within;

use std::sync::{Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

pub use features::{FEATURE_NAMES, FEATURES, Features};
pub(crate) use pairwise::PairView;
use search::Scratch;
use serde::Serialize;
use store::Store;
pub use verdict::Observation;
use verdict::Reasons;

use crate::model::Weights;
use crate::record::{Candidate, Query, Record, RecordError};

/// How an index works.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Config {
    /// The weights to begin with; the default is what is shipped.
    pub weights: Weights,
}

/// Sizes of an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct IndexStats {
    /// Records held.
    pub records: usize,
    /// Distinct names after normalisation; equal names count once.
    pub names: usize,
    /// Distinct words.
    pub words: usize,
    /// Memory in bytes, about.
    pub bytes: usize,
}

/// Records that can be looked up by likeness (AC-01, AC-02).
///
/// Any number of threads look up at once. A change waits for the look-ups under way, holds others
/// up for far less than a millisecond, and is seen whole by every look-up that begins after it.
/// What a look-up answers depends on the records alone, not on the order in which they came.
#[derive(Debug)]
pub struct Index {
    store: RwLock<Store>,
    weights: RwLock<Weights>,
    scratches: Mutex<Vec<Scratch>>,
}

impl Index {
    /// An empty index.
    pub fn new(config: Config) -> Self {
        Self {
            store: RwLock::new(Store::default()),
            weights: RwLock::new(config.weights),
            scratches: Mutex::new(Vec::new()),
        }
    }

    /// Takes a record in; one with the same key is replaced.
    #[expect(clippy::needless_pass_by_value, reason = "the record is the index's from here on")]
    pub fn insert(&self, record: Record) -> Result<(), RecordError> {
        let mut store = self.write();
        let taken = store.insert(&record);
        store.settle();
        taken
    }

    /// Takes many records in under one lock. The records that were refused come back by their
    /// place in the input, counted from zero.
    pub fn insert_all(
        &self,
        records: impl IntoIterator<Item = Record>,
    ) -> Vec<(usize, RecordError)> {
        let mut store = self.write();
        let records = records.into_iter();
        store.reserve(records.size_hint().0);
        let refused =
            |(at, record): (usize, Record)| store.insert(&record).err().map(|error| (at, error));
        let refused = records.enumerate().filter_map(refused).collect();
        store.settle();
        refused
    }

    /// Takes a record out; says whether it was there.
    pub fn remove(&self, key: &str) -> bool {
        self.write().remove(key)
    }

    /// Whether a record with this key is held.
    pub fn contains(&self, key: &str) -> bool {
        self.read().find_key(key).is_some()
    }

    /// Number of records.
    pub fn len(&self) -> usize {
        self.read().records()
    }

    /// Whether there are no records.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The records that may be the one looked for, best first, at most `limit` (AC-01, AC-02).
    /// Equal probabilities are ordered by key.
    pub fn candidates(&self, query: &Query, limit: usize) -> Vec<Candidate> {
        self.look_up(query, None, limit, Reasons::From(0))
    }

    /// The same without those below `least` basis points, for which no reasons are put together.
    pub fn candidates_from(&self, query: &Query, limit: usize, least: u16) -> Vec<Candidate> {
        let mut found = self.look_up(query, None, limit, Reasons::From(least));
        found.retain(|candidate| candidate.basis_points() >= least);
        found
    }

    /// The same without one record: for asking which other records are like it.
    pub fn candidates_except(
        &self,
        query: &Query,
        except_key: &str,
        limit: usize,
    ) -> Vec<Candidate> {
        self.look_up(query, Some(except_key), limit, Reasons::From(0))
    }

    /// The same without reasons, which is faster for long lists.
    pub fn probabilities(
        &self,
        query: &Query,
        except_key: Option<&str>,
        limit: usize,
    ) -> Vec<(String, f64)> {
        let found = self.look_up(query, except_key, limit, Reasons::None);
        found.into_iter().map(|candidate| (candidate.key, candidate.probability)).collect()
    }

    /// The same with reasons and signs from so many basis points on; the others have neither.
    pub(crate) fn weighed(
        &self,
        query: &Query,
        except_key: Option<&str>,
        (limit, from): (usize, u16),
    ) -> Vec<Candidate> {
        self.look_up(query, except_key, limit, Reasons::From(from))
    }

    fn look_up(
        &self,
        query: &Query,
        except: Option<&str>,
        limit: usize,
        reasons: Reasons,
    ) -> Vec<Candidate> {
        let mut scratch =
            self.scratches.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
        let found = {
            let weights = self.weights.read().unwrap_or_else(PoisonError::into_inner);
            let store = self.read();
            verdict::Look { store: &store, weights: &weights, except, limit, reasons }
                .candidates(query, &mut scratch)
        };
        self.scratches.lock().unwrap_or_else(PoisonError::into_inner).push(scratch);
        found
    }

    /// Two companies side by side: how probable it is that they are the same, with reasons but
    /// without a key. The same whichever comes first; how rare a word is, is taken from the records
    /// held.
    pub fn compare(&self, left: &Query, right: &Query) -> Candidate {
        let weights = self.weights.read().unwrap_or_else(PoisonError::into_inner);
        self.view(left, right).candidate(&weights)
    }

    pub(crate) fn view(&self, left: &Query, right: &Query) -> PairView {
        pairwise::view(&self.read(), left, right)
    }

    /// What a look-up sees before it weighs it: for learning.
    pub fn observe(&self, query: &Query) -> Vec<Observation> {
        let mut scratch =
            self.scratches.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
        let found = {
            let weights = self.weights.read().unwrap_or_else(PoisonError::into_inner);
            let store = self.read();
            verdict::Look {
                store: &store,
                weights: &weights,
                except: None,
                limit: usize::MAX,
                reasons: Reasons::None,
            }
            .observations(query, &mut scratch)
        };
        self.scratches.lock().unwrap_or_else(PoisonError::into_inner).push(scratch);
        found
    }

    /// The weights in use.
    pub fn weights(&self) -> Weights {
        self.weights.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Replaces the weights; the next look-up uses them.
    pub fn set_weights(&self, weights: Weights) {
        *self.weights.write().unwrap_or_else(PoisonError::into_inner) = weights;
    }

    /// Whether each word of this name, legal forms aside, is a word of a longer name held: half a name
    /// does not tell which of the companies is meant. Rule DR-18.
    pub fn has_longer_name(&self, name: &str) -> bool {
        within::stands_in_a_longer_name(&self.read(), name)
    }

    /// Sizes.
    pub fn stats(&self) -> IndexStats {
        let store = self.read();
        IndexStats {
            records: store.records(),
            names: store.distinct_names(),
            words: store.terms.len(),
            bytes: store.bytes(),
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, Store> {
        self.store.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Store> {
        self.store.write().unwrap_or_else(PoisonError::into_inner)
    }
}
