//! Durable jobs on the same database: leases, back-off, schedules, dead letters.
//!
//! A job is queued by [`enqueue`] inside the transaction that makes it necessary, so it exists
//! exactly when that transaction stayed. A [`Worker`] takes due jobs under a lease and runs their
//! handler, of which there are three kinds:
//!
//! * A **transactional** handler changes the database and nothing else. Its changes and the
//!   completion of the job are one transaction, so its effect happens once.
//! * A **sweep** changes the database for several vendors, in a transaction for each.
//! * An **effect** leaves the database: a mail, a request. It happens at least once, because a
//!   worker may be killed between the effect and its completion; the receiver needs a key by which
//!   it knows repetitions.
//!
//! A job whose lease ran out is taken by another worker under the next fencing number, and the
//! late worker's completion is refused. A job that failed too often becomes a dead letter, which is
//! kept with its last error until a person retries or discards it.
//!
//! Everything about a job happens in the lane of its vendor ([`db::Lane`]), so that jobs of one
//! vendor do not wait for long writes of another. Workers see in a read what is due, and take it in
//! the lane.
//!
//! This crate has no clock: the time is passed to every function, in microseconds since 1970 UTC.

mod back_off;
mod enqueue;
mod handlers;
mod job;
mod lease;
mod letters;
mod rounds;
mod runs;
mod schedule;
mod slots;
mod sweep;
mod worker;

pub use back_off::BackOff;
pub use enqueue::{Enqueued, NewJob, enqueue};
pub use handlers::Handlers;
pub use job::{Job, JobFailure};
pub use lease::extend_lease;
pub use letters::{Gauges, JobFilter, JobRow, JobState, LetterError, discard, gauges, list, retry};
pub use schedule::{NewSchedule, Schedule, schedule, schedules, unschedule};
pub use worker::{Ran, Worker, WorkerOptions};

/// The tables of this crate, the first migration of an installation.
pub const MIGRATION: db::Migration = db::Migration {
    number: 1,
    name: "jobs_queue",
    sql: include_str!("../../../migrations/0001_jobs_queue.sql"),
    fill: None,
};

/// Microseconds in a second.
pub(crate) const SECOND: i64 = 1_000_000;
