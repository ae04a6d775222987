//! Leases: who may run a job until when, and how it ends.
//!
//! A lease has a fencing number. Every statement here that ends or extends one asks for that
//! number, so a worker that was too slow changes nothing any more.

use db::{DbError, Tx, Value, params};

use crate::back_off::BackOff;
use crate::job::{COLUMNS, Job, JobFailure};

/// The longest kept error, in characters.
const ERROR_LENGTH: usize = 1_000;

/// What one look at the queue brought.
#[derive(Debug, Default)]
pub(crate) struct Claimed {
    /// Jobs that are now leased, in order of when they were due.
    pub(crate) jobs: Vec<Job>,
    /// Jobs that became dead letters because their last lease ran out.
    pub(crate) buried: u32,
}

/// Who takes leases and how long they last.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terms<'a> {
    pub(crate) worker: &'a str,
    pub(crate) lease_micros: i64,
}

db::row! {
    /// A job that is due, as a look at the queue shows it.
    #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
    pub(crate) struct Due {
        pub(crate) vendor_id: String,
        pub(crate) number: i64,
    }
}

/// The jobs of these kinds that are due, among them those whose lease ran out, except those of
/// some vendors: in order of when they were due, at most `limit`.
pub(crate) fn due(
    tx: &mut Tx<'_>,
    (kinds, left_out): (&[&'static str], &[String]),
    limit: usize,
    now_micros: i64,
) -> Result<Vec<Due>, DbError> {
    if kinds.is_empty() {
        return Ok(Vec::new());
    }
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut values = vec![Value::from(now_micros), Value::from(limit)];
    values.extend(kinds.iter().map(|kind| Value::from(*kind)));
    let of_kind = markers(3, kinds.len());
    let except = except(&mut values, left_out);
    let sql = format!(
        "SELECT vendor_id, number FROM jobs_queue WHERE dead_at IS NULL AND due_at <= $1 \
         AND kind IN ({of_kind}){except} ORDER BY due_at, vendor_id, number LIMIT $2"
    );
    tx.query_as(&sql, &values)
}

/// A condition that leaves out these vendors, to which it adds their values.
pub(crate) fn except<'v>(values: &mut Vec<Value<'v>>, left_out: &'v [String]) -> String {
    if left_out.is_empty() {
        return String::new();
    }
    let first = values.len() + 1;
    values.extend(left_out.iter().map(|vendor| Value::from(vendor.as_str())));
    format!(" AND vendor_id NOT IN ({})", markers(first, left_out.len()))
}

/// So many markers, from this number on.
fn markers(first: usize, count: usize) -> String {
    let markers: Vec<String> = (first..first + count).map(|number| format!("${number}")).collect();
    markers.join(", ")
}

/// Takes leases on those of these jobs that are still due.
pub(crate) fn claim(
    tx: &mut Tx<'_>,
    wanted: &[Due],
    terms: Terms<'_>,
    now_micros: i64,
) -> Result<Claimed, DbError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM jobs_queue WHERE vendor_id = $1 AND number = $2 \
         AND dead_at IS NULL AND due_at <= $3"
    );
    let mut claimed = Claimed::default();
    for due in wanted {
        let values = params![&due.vendor_id, due.number, now_micros];
        let Some(mut job) = tx.query_opt_as::<Job, _>(&sql, values)? else {
            continue;
        };
        if job.attempt >= job.max_attempts {
            let words = "the worker stopped while running this job, every time";
            bury(tx, &job, words, now_micros)?;
            claimed.buried += 1;
            continue;
        }
        job.attempt += 1;
        job.fencing += 1;
        tx.execute(
            "UPDATE jobs_queue SET attempts = $3, fencing = $4, leased_by = $5, due_at = $6 \
             WHERE vendor_id = $1 AND number = $2",
            params![
                &job.vendor_id,
                job.number,
                job.attempt,
                job.fencing,
                terms.worker,
                now_micros.saturating_add(terms.lease_micros)
            ],
        )?;
        claimed.jobs.push(job);
    }
    Ok(claimed)
}

/// Ends a job that was done; false if the lease is no longer held. A job that was asked for
/// again meanwhile waits again.
pub(crate) fn complete(tx: &mut Tx<'_>, job: &Job) -> Result<bool, DbError> {
    let Some(repeat) = held(tx, job)? else {
        return Ok(false);
    };
    if repeat {
        begin_anew(tx, job, None)?;
    } else {
        tx.execute(
            "DELETE FROM jobs_queue WHERE vendor_id = $1 AND number = $2",
            params![&job.vendor_id, job.number],
        )?;
    }
    Ok(true)
}

/// How a failed job goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AfterFailure {
    Waits,
    Dead,
    /// Another worker holds the lease; nothing was changed.
    NotHeld,
}

/// Notes a failure: the job waits for its next attempt or becomes a dead letter. A job that was
/// asked for again meanwhile begins anew instead of dying.
pub(crate) fn fail(
    tx: &mut Tx<'_>,
    job: &Job,
    failure: &JobFailure,
    back_off: (&BackOff, u64),
    now_micros: i64,
) -> Result<AfterFailure, DbError> {
    let Some(repeat) = held(tx, job)? else {
        return Ok(AfterFailure::NotHeld);
    };
    let last = !failure.is_worth_retrying() || job.attempt >= job.max_attempts;
    let message: String = failure.message().chars().take(ERROR_LENGTH).collect();
    let message = message.replace('\0', "\u{fffd}");
    if last && repeat {
        begin_anew(tx, job, Some(&message))?;
        return Ok(AfterFailure::Waits);
    }
    if last {
        bury(tx, job, &message, now_micros)?;
        return Ok(AfterFailure::Dead);
    }
    let (rule, seed) = back_off;
    let number = u64::try_from(job.number).unwrap_or(0);
    let wait = rule.delay_micros(job.attempt, seed ^ (number << 8));
    tx.execute(
        "UPDATE jobs_queue SET leased_by = NULL, due_at = $3, last_error = $4, \
         payload = COALESCE(repeat_payload, payload), repeat_payload = NULL, repeat_at = NULL \
         WHERE vendor_id = $1 AND number = $2",
        params![&job.vendor_id, job.number, now_micros.saturating_add(wait), message],
    )?;
    Ok(AfterFailure::Waits)
}

/// Keeps a lease until the given instant, in microseconds since 1970 UTC; false if it is no
/// longer held, and then the work should be left to the one who holds it.
pub fn extend_lease(tx: &mut Tx<'_>, job: &Job, until_micros: i64) -> Result<bool, DbError> {
    let changed = tx.execute(
        "UPDATE jobs_queue SET due_at = $4 WHERE vendor_id = $1 AND number = $2 \
         AND fencing = $3 AND leased_by IS NOT NULL AND dead_at IS NULL",
        params![&job.vendor_id, job.number, job.fencing, until_micros],
    )?;
    Ok(changed > 0)
}

/// Whether the lease is still held, and if so, whether the job was asked for again.
fn held(tx: &mut Tx<'_>, job: &Job) -> Result<Option<bool>, DbError> {
    tx.query_opt_as::<bool, _>(
        "SELECT CASE WHEN repeat_at IS NULL THEN 0 ELSE 1 END FROM jobs_queue \
         WHERE vendor_id = $1 AND number = $2 AND fencing = $3 \
         AND leased_by IS NOT NULL AND dead_at IS NULL",
        params![&job.vendor_id, job.number, job.fencing],
    )
}

fn begin_anew(tx: &mut Tx<'_>, job: &Job, error: Option<&str>) -> Result<(), DbError> {
    tx.execute(
        "UPDATE jobs_queue SET leased_by = NULL, attempts = 0, last_error = $3, \
         due_at = COALESCE(repeat_at, due_at), payload = COALESCE(repeat_payload, payload), \
         repeat_at = NULL, repeat_payload = NULL \
         WHERE vendor_id = $1 AND number = $2",
        params![&job.vendor_id, job.number, error],
    )?;
    Ok(())
}

fn bury(tx: &mut Tx<'_>, job: &Job, error: &str, now_micros: i64) -> Result<(), DbError> {
    tx.execute(
        "UPDATE jobs_queue SET leased_by = NULL, dead_at = $3, last_error = $4 \
         WHERE vendor_id = $1 AND number = $2",
        params![&job.vendor_id, job.number, now_micros, error],
    )?;
    Ok(())
}
