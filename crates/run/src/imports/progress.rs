//! How far a running import is: counted in memory on the node that runs it, because the one
//! transaction that writes the rows shows nothing of itself until it is done.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use parking_lot::RwLock;

/// How far one import is.
#[derive(Debug, Default)]
pub struct Counter {
    done: AtomicU64,
    total: AtomicU64,
}

impl Counter {
    /// Begins anew with so many rows to go.
    pub fn begin(&self, total: usize) {
        self.done.store(0, Ordering::Relaxed);
        self.total.store(u64::try_from(total).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// So many rows more are done.
    pub fn add(&self, rows: usize) {
        self.done.fetch_add(u64::try_from(rows).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// Rows done and rows in all.
    pub fn standing(&self) -> (u64, u64) {
        (self.done.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed))
    }
}

/// The imports that run on this node.
#[derive(Debug, Default)]
pub struct Progress {
    running: RwLock<BTreeMap<String, Arc<Counter>>>,
}

impl Progress {
    /// The counter of an import, made when there is none yet.
    pub fn of(&self, import_id: &str) -> Arc<Counter> {
        self.running.write().entry(import_id.to_owned()).or_default().clone()
    }

    /// Where an import stands that runs on this node.
    pub fn standing(&self, import_id: &str) -> Option<(u64, u64)> {
        self.running.read().get(import_id).map(|counter| counter.standing())
    }

    /// It is over.
    pub fn end(&self, import_id: &str) {
        self.running.write().remove(import_id);
    }
}
