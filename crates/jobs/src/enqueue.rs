//! Queueing a job inside the transaction that makes it necessary.

use db::{DbError, Tx, params};

/// A job to be queued.
#[derive(Debug, Clone, Copy)]
pub struct NewJob<'a> {
    /// The vendor it is for; empty for the installation itself.
    pub vendor_id: &'a str,
    /// What is to be done: the name of its handler.
    pub kind: &'a str,
    /// Names at most one waiting or running job of the kind and vendor. `None` queues each time.
    pub key: Option<&'a str>,
    /// What the handler needs to know, as JSON.
    pub payload: &'a str,
    /// Not to be run before, in microseconds since 1970 UTC.
    pub run_at_micros: i64,
    /// After how many failed attempts it becomes a dead letter; at least 1.
    pub max_attempts: u32,
}

/// What [`enqueue`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enqueued {
    /// A new job with this number waits.
    New(i64),
    /// The job with this number has the same key and waits: it runs with the new payload, no
    /// later than asked for now.
    Merged(i64),
    /// The job with this number has the same key and runs: it runs once more afterwards, because
    /// it may have missed what the new request is about.
    Again(i64),
}

/// Queues a job. It is there exactly if the transaction is committed.
pub fn enqueue(tx: &mut Tx<'_>, job: &NewJob<'_>, now_micros: i64) -> Result<Enqueued, DbError> {
    if let Some(key) = job.key
        && let Some(live) = live_with_key(tx, job, key)?
    {
        return join(tx, job, live);
    }
    let number = next_number(tx, job.vendor_id)?;
    tx.execute(
        "INSERT INTO jobs_queue (vendor_id, number, kind, dedupe_key, payload, due_at, attempts, \
         max_attempts, fencing, created_at) VALUES ($1, $2, $3, $4, $5, $6, 0, $7, 0, $8)",
        params![
            job.vendor_id,
            number,
            job.kind,
            job.key,
            job.payload,
            job.run_at_micros,
            job.max_attempts.max(1),
            now_micros
        ],
    )?;
    Ok(Enqueued::New(number))
}

db::row! {
    /// A waiting or running job with the same key.
    #[derive(Clone, Copy)]
    struct Live {
        number: i64,
        leased: bool,
    }
}

fn live_with_key(tx: &mut Tx<'_>, job: &NewJob<'_>, key: &str) -> Result<Option<Live>, DbError> {
    tx.query_opt_as(
        "SELECT number, CASE WHEN leased_by IS NULL THEN 0 ELSE 1 END FROM jobs_queue \
         WHERE vendor_id = $1 AND kind = $2 AND dedupe_key = $3 AND dead_at IS NULL",
        params![job.vendor_id, job.kind, key],
    )
}

fn join(tx: &mut Tx<'_>, job: &NewJob<'_>, live: Live) -> Result<Enqueued, DbError> {
    let values = params![job.vendor_id, live.number, job.payload, job.run_at_micros];
    if live.leased {
        tx.execute(
            "UPDATE jobs_queue SET repeat_payload = $3, \
             repeat_at = CASE WHEN repeat_at < $4 THEN repeat_at ELSE $4 END \
             WHERE vendor_id = $1 AND number = $2",
            values,
        )?;
        return Ok(Enqueued::Again(live.number));
    }
    // A job that waits after a failure keeps its wait.
    tx.execute(
        "UPDATE jobs_queue SET payload = $3, \
         due_at = CASE WHEN attempts = 0 AND $4 < due_at THEN $4 ELSE due_at END \
         WHERE vendor_id = $1 AND number = $2",
        values,
    )?;
    Ok(Enqueued::Merged(live.number))
}

fn next_number(tx: &mut Tx<'_>, vendor_id: &str) -> Result<i64, DbError> {
    tx.query_one_as::<i64, _>(
        "INSERT INTO jobs_numbers (vendor_id, last_number) VALUES ($1, 1) \
         ON CONFLICT (vendor_id) DO UPDATE SET last_number = jobs_numbers.last_number + 1 \
         RETURNING last_number",
        params![vendor_id],
    )
}
