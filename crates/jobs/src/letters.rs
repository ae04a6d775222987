//! What waits, runs and is dead, for the people who run the installation.

use db::{DbError, Row, Tx, Value, params};

/// The most rows one call of [`list`] gives.
const LIST_LIMIT: u32 = 500;

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum JobState {
    /// It waits for its time or for a worker.
    Waiting,
    /// A worker holds a lease on it. The lease may have run out.
    Running,
    /// It failed too often and waits for a person.
    Dead,
}

/// A job as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRow {
    /// The vendor it is for; empty for the installation itself.
    pub vendor_id: String,
    /// Its number among the vendor's jobs.
    pub number: i64,
    /// The kind of job.
    pub kind: String,
    /// Where it stands.
    pub state: JobState,
    /// What its handler is given, as JSON.
    pub payload: String,
    /// Attempts started so far.
    pub attempts: u32,
    /// Attempts before it becomes a dead letter.
    pub max_attempts: u32,
    /// When it may run next, or when its lease ends, in microseconds since 1970 UTC.
    pub due_at_micros: i64,
    /// When it was queued, in microseconds since 1970 UTC.
    pub created_at_micros: i64,
    /// When it became a dead letter, in microseconds since 1970 UTC.
    pub dead_at_micros: Option<i64>,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
    /// The worker that holds its lease.
    pub leased_by: Option<String>,
}

/// Which jobs [`list`] gives.
#[derive(Debug, Clone, Copy, Default)]
pub struct JobFilter<'a> {
    /// Only those of this vendor; the empty text means the installation's own.
    pub vendor_id: Option<&'a str>,
    /// Only those in this state.
    pub state: Option<JobState>,
    /// Only those that come after this vendor and number: the last row of the page before.
    pub after: Option<(&'a str, i64)>,
    /// At most so many, and at most 500.
    pub limit: u32,
}

/// Figures of the whole queue, for metrics and readiness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Gauges {
    /// Jobs that wait, due or not.
    pub waiting: u64,
    /// Jobs that wait and could run now.
    pub due: u64,
    /// Jobs under lease.
    pub running: u64,
    /// Dead letters.
    pub dead: u64,
    /// How long the oldest due job has been waiting, in microseconds; 0 without one. A job whose
    /// lease has run out waits too.
    pub oldest_due_age_micros: i64,
}

/// Why a dead letter was not retried or discarded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LetterError {
    /// There is no dead letter with this number; it may have been retried already.
    #[error("there is no dead letter {number}")]
    NotFound {
        /// The number that was asked for.
        number: i64,
    },
    /// A job with the same key was queued since and does the same work; discard this one.
    #[error("the same job has been queued again; discard this one")]
    Superseded,
    /// The database did not do it.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// Jobs in order of vendor and number.
pub fn list(tx: &mut Tx<'_>, filter: &JobFilter<'_>) -> Result<Vec<JobRow>, DbError> {
    let mut wanted = vec![String::from(match filter.state {
        None => "1 = 1",
        Some(JobState::Waiting) => "dead_at IS NULL AND leased_by IS NULL",
        Some(JobState::Running) => "dead_at IS NULL AND leased_by IS NOT NULL",
        Some(JobState::Dead) => "dead_at IS NOT NULL",
    })];
    let mut values: Vec<Value<'_>> = vec![filter.limit.min(LIST_LIMIT).into()];
    if let Some(vendor_id) = filter.vendor_id {
        values.push(vendor_id.into());
        wanted.push(format!("vendor_id = ${}", values.len()));
    }
    if let Some((vendor_id, number)) = filter.after {
        values.extend([Value::from(vendor_id), Value::from(number)]);
        let last = values.len();
        wanted.push(format!("(vendor_id, number) > (${}, ${last})", last - 1));
    }
    let sql = format!(
        "SELECT vendor_id, number, kind, payload, attempts, max_attempts, due_at, created_at, \
         dead_at, last_error, leased_by FROM jobs_queue WHERE {} \
         ORDER BY vendor_id, number LIMIT $1",
        wanted.join(" AND ")
    );
    tx.query(&sql, &values, read)
}

/// Lets a dead letter run again, with all its attempts, from `now_micros` on.
pub fn retry(
    tx: &mut Tx<'_>,
    vendor_id: &str,
    number: i64,
    now_micros: i64,
) -> Result<(), LetterError> {
    let outcome = tx.attempt(|tx| {
        tx.execute(
            "UPDATE jobs_queue SET dead_at = NULL, attempts = 0, due_at = $3 \
             WHERE vendor_id = $1 AND number = $2 AND dead_at IS NOT NULL",
            params![vendor_id, number, now_micros],
        )
    });
    match outcome {
        Ok(0) => Err(LetterError::NotFound { number }),
        Ok(_) => Ok(()),
        Err(DbError::UniqueViolation { .. }) => Err(LetterError::Superseded),
        Err(error) => Err(error.into()),
    }
}

/// Removes a dead letter.
pub fn discard(tx: &mut Tx<'_>, vendor_id: &str, number: i64) -> Result<(), LetterError> {
    let removed = tx.execute(
        "DELETE FROM jobs_queue WHERE vendor_id = $1 AND number = $2 AND dead_at IS NOT NULL",
        params![vendor_id, number],
    )?;
    if removed == 0 { Err(LetterError::NotFound { number }) } else { Ok(()) }
}

/// How full the queue is, over all vendors.
pub fn gauges(tx: &mut Tx<'_>, now_micros: i64) -> Result<Gauges, DbError> {
    tx.query_one(
        "SELECT \
           COUNT(*) FILTER (WHERE dead_at IS NULL AND leased_by IS NULL), \
           COUNT(*) FILTER (WHERE dead_at IS NULL AND leased_by IS NULL AND due_at <= $1), \
           COUNT(*) FILTER (WHERE dead_at IS NULL AND leased_by IS NOT NULL), \
           COUNT(*) FILTER (WHERE dead_at IS NOT NULL), \
           MIN(due_at) FILTER (WHERE dead_at IS NULL) \
         FROM jobs_queue",
        params![now_micros],
        |row| {
            let ([waiting, due, running, dead], oldest): ([i64; 4], Option<i64>) = row.read()?;
            let oldest = oldest.unwrap_or(now_micros);
            Ok(Gauges {
                waiting: count(waiting)?,
                due: count(due)?,
                running: count(running)?,
                dead: count(dead)?,
                oldest_due_age_micros: now_micros.saturating_sub(oldest).max(0),
            })
        },
    )
}

fn count(number: i64) -> Result<u64, DbError> {
    u64::try_from(number).map_err(|error| DbError::Other(format!("{number}: {error}")))
}

fn read(row: &Row<'_>) -> Result<JobRow, DbError> {
    let (vendor_id, number, kind, payload, attempts, max_attempts, times, last_error, leased_by) =
        row.read()?;
    let (due_at_micros, created_at_micros, dead_at_micros): (i64, i64, Option<i64>) = times;
    let state = match (dead_at_micros, &leased_by) {
        (Some(_), _) => JobState::Dead,
        (None, Some(_)) => JobState::Running,
        (None, None) => JobState::Waiting,
    };
    Ok(JobRow {
        vendor_id,
        number,
        kind,
        state,
        payload,
        attempts,
        max_attempts,
        due_at_micros,
        created_at_micros,
        dead_at_micros,
        last_error,
        leased_by,
    })
}
