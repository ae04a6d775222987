//! What is measured at the moment of asking: the database, the queue, the disk.

use std::fmt::Write as _;

use db::Db;
use jobs::Gauges;

use super::disk::Space;

const END: &str = "# EOF\n";

#[derive(Clone, Copy)]
enum Kind {
    Counter,
    Gauge,
}

/// Adds the figures to a text of `OpenMetrics`, before its end.
pub(super) fn append(text: &mut String, db: &Db, queue: Option<&Gauges>, space: Option<Space>) {
    let kept = text.strip_suffix(END).map_or(text.len(), str::len);
    text.truncate(kept);
    database(text, db);
    put(
        text,
        Kind::Gauge,
        "up",
        "1 when the database answers a small read",
        u64::from(queue.is_some()),
    );
    if let Some(queue) = queue {
        put(text, Kind::Gauge, "jobs_waiting", "Jobs that wait, due or not", queue.waiting);
        put(text, Kind::Gauge, "jobs_due", "Jobs that could run now", queue.due);
        put(text, Kind::Gauge, "jobs_running", "Jobs under lease", queue.running);
        put(text, Kind::Gauge, "jobs_dead", "Dead letters", queue.dead);
        let age = u64::try_from(queue.oldest_due_age_micros / 1_000_000).unwrap_or(0);
        put(text, Kind::Gauge, "jobs_oldest_due_seconds", "How long the oldest due job waits", age);
    }
    if let Some(space) = space {
        put(text, Kind::Gauge, "disk_free_bytes", "Free where the data lies", space.free);
        put(text, Kind::Gauge, "disk_bytes", "Size of the disk where the data lies", space.total);
    }
    text.push_str(END);
}

fn database(text: &mut String, db: &Db) {
    let stats = db.stats();
    for (name, help, value) in [
        ("db_commits", "Durable commits", stats.commits),
        ("db_actions", "Write actions that were stored", stats.actions),
        ("db_actions_undone", "Write actions that were refused or failed", stats.undone),
        ("db_failed_commits", "Batches that were not stored", stats.failed_commits),
        ("db_retries", "Batches run again after a collision", stats.retries),
        ("db_reads", "Reads", stats.reads),
        ("db_checkpoints", "Checkpoints of the log", stats.checkpoints),
        ("db_reconnects", "Connections made again", stats.reconnects),
        ("db_sync_microseconds", "Time spent in commits", stats.sync_nanos / 1_000),
    ] {
        put(text, Kind::Counter, name, help, value);
    }
    if let Some(standing) = db.replica_standing() {
        let help = "1 when the replica is read from, 0 when it is left alone";
        let is_current = u64::from(standing == db::Standing::Current);
        put(text, Kind::Gauge, "db_replica_up", help, is_current);
        put(text, Kind::Counter, "db_replica_reads", "Reads on the replica", stats.replica_reads);
    }
    put(text, Kind::Gauge, "db_write_queue", "Writes that wait", stats.write_queue);
    put(text, Kind::Gauge, "db_read_queue", "Reads that wait", stats.read_queue);
}

fn put(text: &mut String, kind: Kind, name: &str, help: &str, value: u64) {
    let (word, suffix) = match kind {
        Kind::Counter => ("counter", "_total"),
        Kind::Gauge => ("gauge", ""),
    };
    let line = write!(
        text,
        "# HELP entente_{name} {help}.\n# TYPE entente_{name} {word}\n\
         entente_{name}{suffix} {value}\n"
    );
    debug_assert!(line.is_ok(), "writing into a text does not fail");
}
