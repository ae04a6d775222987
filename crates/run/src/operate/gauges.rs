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
        put(text, Kind::Gauge, "jobs_waiting", "Waiting jobs, due or not", queue.waiting);
        put(text, Kind::Gauge, "jobs_due", "Jobs that are due", queue.due);
        put(text, Kind::Gauge, "jobs_running", "Jobs under lease", queue.running);
        put(text, Kind::Gauge, "jobs_dead", "Dead letters", queue.dead);
        let age = u64::try_from(queue.oldest_due_age_micros / 1_000_000).unwrap_or(0);
        put(
            text,
            Kind::Gauge,
            "jobs_oldest_due_seconds",
            "Waiting time of the oldest due job",
            age,
        );
    }
    if let Some(space) = space {
        put(
            text,
            Kind::Gauge,
            "disk_free_bytes",
            "Free disk space of the data directory",
            space.free,
        );
        put(text, Kind::Gauge, "disk_bytes", "Disk size of the data directory", space.total);
    }
    text.push_str(END);
}

fn database(text: &mut String, db: &Db) {
    let stats = db.stats();
    for (name, help, value) in [
        ("db_commits", "Durable commits", stats.commits),
        ("db_actions", "Committed write actions", stats.actions),
        ("db_actions_undone", "Refused or failed write actions", stats.undone),
        ("db_failed_commits", "Batches that were not committed", stats.failed_commits),
        ("db_retries", "Batches retried after a conflict", stats.retries),
        ("db_reads", "Reads", stats.reads),
        ("db_checkpoints", "Log checkpoints", stats.checkpoints),
        ("db_reconnects", "Reconnections", stats.reconnects),
        ("db_sync_microseconds", "Time spent committing", stats.sync_nanos / 1_000),
    ] {
        put(text, Kind::Counter, name, help, value);
    }
    if let Some(standing) = db.replica_standing() {
        let help = "1 when the replica is in use, 0 when it is not";
        let is_current = u64::from(standing == db::Standing::Current);
        put(text, Kind::Gauge, "db_replica_up", help, is_current);
        put(text, Kind::Counter, "db_replica_reads", "Reads on the replica", stats.replica_reads);
    }
    put(text, Kind::Gauge, "db_write_queue", "Waiting writes", stats.write_queue);
    put(text, Kind::Gauge, "db_read_queue", "Waiting reads", stats.read_queue);
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
