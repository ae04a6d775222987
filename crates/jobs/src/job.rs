//! A job as its handler sees it, and how a handler says that it failed.

use db::{DbError, Row};
use serde::de::DeserializeOwned;

/// A job under lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// The vendor it is for; empty for the installation itself.
    pub vendor_id: String,
    /// Its number among the vendor's jobs, never given twice.
    pub number: i64,
    /// What is to be done: the name under which its handler is registered.
    pub kind: String,
    /// The key that kept it from being queued twice.
    pub key: Option<String>,
    /// What the handler needs to know, as JSON.
    pub payload: String,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// After how many failed attempts it becomes a dead letter.
    pub max_attempts: u32,
    /// When it was queued, in microseconds since 1970 UTC.
    pub created_at_micros: i64,
    /// Which lease this is: the number grows with each, and only the last one counts.
    pub fencing: i64,
}

/// The columns that [`Job::read`] expects, in its order.
pub(crate) const COLUMNS: &str = "vendor_id, number, kind, dedupe_key, payload, attempts, \
     max_attempts, created_at, fencing";

impl Job {
    pub(crate) fn read(row: &Row<'_>) -> Result<Job, DbError> {
        Ok(Job {
            vendor_id: row.text(0)?,
            number: row.int(1)?,
            kind: row.text(2)?,
            key: row.opt_text(3)?,
            payload: row.text(4)?,
            attempt: small(row, 5)?,
            max_attempts: small(row, 6)?,
            created_at_micros: row.int(7)?,
            fencing: row.int(8)?,
        })
    }

    /// The payload as a value. It errs with a failure that gives the job up: the same text would
    /// not be understood the next time either.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, JobFailure> {
        serde_json::from_str(&self.payload).map_err(|error| {
            JobFailure::give_up(format!("the payload of {} is not understood: {error}", self.kind))
        })
    }
}

/// A count of attempts in a row's column.
pub(crate) fn small(row: &Row<'_>, column: usize) -> Result<u32, DbError> {
    let number = row.int(column)?;
    u32::try_from(number).map_err(|error| DbError::Type {
        column: column.to_string(),
        detail: format!("{number}: {error}"),
    })
}

/// Why a handler did not do its job.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct JobFailure {
    message: String,
    again: bool,
}

impl JobFailure {
    /// A failure that may pass: the job is tried again, later each time.
    pub fn retry(message: impl Into<String>) -> JobFailure {
        JobFailure { message: message.into(), again: true }
    }

    /// A failure that stays: the job becomes a dead letter at once.
    pub fn give_up(message: impl Into<String>) -> JobFailure {
        JobFailure { message: message.into(), again: false }
    }

    /// Whether another attempt makes sense.
    pub fn is_worth_retrying(&self) -> bool {
        self.again
    }

    /// What went wrong, as it is kept with the job.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl From<DbError> for JobFailure {
    fn from(error: DbError) -> JobFailure {
        JobFailure::retry(error.to_string())
    }
}
