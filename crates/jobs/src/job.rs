//! A job as its handler sees it, and how a handler says that it failed.

use db::DbError;
use serde::de::DeserializeOwned;

db::row! {
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
}

/// The columns of a [`Job`], in its order.
pub(crate) const COLUMNS: &str = "vendor_id, number, kind, dedupe_key, payload, attempts, \
     max_attempts, created_at, fencing";

impl Job {
    /// The payload as a value. It errs with a failure that gives the job up: the same text would
    /// not be understood the next time either.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, JobFailure> {
        serde_json::from_str(&self.payload).map_err(|error| {
            JobFailure::give_up(format!("the payload of {} cannot be parsed: {error}", self.kind))
        })
    }
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
