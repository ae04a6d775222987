//! Counters of an open database, for metrics and for tests of group commit.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Counters since the database was opened, and the queues' lengths now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stats {
    /// Write closures whose changes were committed.
    pub actions: u64,
    /// Write closures that ended in an error and were rolled back alone.
    pub undone: u64,
    /// Durable commits. Fewer than `actions` when callers shared one.
    pub commits: u64,
    /// Commits that failed; nobody in such a batch was told of a success.
    pub failed_commits: u64,
    /// Batches run again after a collision or a lost connection.
    pub retries: u64,
    /// The largest number of closures that shared one commit.
    pub largest_batch: u64,
    /// Time spent in commits, in nanoseconds: mostly waiting for the disk.
    pub sync_nanos: u64,
    /// SQLite checkpoints made by the writer.
    pub checkpoints: u64,
    /// Connections made again after one was lost.
    pub reconnects: u64,
    /// Read closures that ran, but for those on a replica.
    pub reads: u64,
    /// Read closures that ran on a replica.
    pub replica_reads: u64,
    /// Writes that wait now.
    pub write_queue: u64,
    /// Reads that wait now.
    pub read_queue: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) actions: AtomicU64,
    pub(crate) undone: AtomicU64,
    pub(crate) commits: AtomicU64,
    pub(crate) failed_commits: AtomicU64,
    pub(crate) retries: AtomicU64,
    pub(crate) largest_batch: AtomicU64,
    pub(crate) sync_nanos: AtomicU64,
    pub(crate) checkpoints: AtomicU64,
    pub(crate) reconnects: AtomicU64,
    pub(crate) reads: AtomicU64,
    pub(crate) replica_reads: AtomicU64,
    /// Transactions that were begun in order to write.
    begun: AtomicU64,
}

impl Counters {
    pub(crate) fn add(counter: &AtomicU64, more: usize) {
        counter.fetch_add(u64::try_from(more).unwrap_or(0), Ordering::Relaxed);
    }

    /// The number of one more transaction that writes, from 1.
    pub(crate) fn begin(&self) -> u64 {
        self.begun.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(crate) fn committed(&self, kept: usize, took: Duration) {
        Counters::add(&self.commits, 1);
        Counters::add(&self.actions, kept);
        let kept = u64::try_from(kept).unwrap_or(u64::MAX);
        self.largest_batch.fetch_max(kept, Ordering::Relaxed);
        let nanos = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        self.sync_nanos.fetch_add(nanos, Ordering::Relaxed);
    }

    pub(crate) fn snapshot(&self, write_queue: usize, read_queue: usize) -> Stats {
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Stats {
            actions: get(&self.actions),
            undone: get(&self.undone),
            commits: get(&self.commits),
            failed_commits: get(&self.failed_commits),
            retries: get(&self.retries),
            largest_batch: get(&self.largest_batch),
            sync_nanos: get(&self.sync_nanos),
            checkpoints: get(&self.checkpoints),
            reconnects: get(&self.reconnects),
            reads: get(&self.reads),
            replica_reads: get(&self.replica_reads),
            write_queue: u64::try_from(write_queue).unwrap_or(u64::MAX),
            read_queue: u64::try_from(read_queue).unwrap_or(u64::MAX),
        }
    }
}
