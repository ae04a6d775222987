//! Jobs through the API.

use http::StatusCode;
use jobs::JobRow;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::queue::{self, JobName, Mended, Mending};
use frame::{clock::from_micros, error::AppError, reply::Reply, request::Req};

/// A page of jobs.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct JobList {
    /// Jobs: the installation's, then the vendor's, each by number.
    data: Vec<JobBody>,
    /// Send it as `cursor` to get the next page; `null` on the last page.
    next_cursor: Option<String>,
}

/// A waiting, running or dead job.
#[derive(Debug, Serialize, JsonSchema)]
struct JobBody {
    /// Its number; prefixed with `i` for a job of the installation.
    id: String,
    /// The kind of job.
    kind: String,
    /// `waiting`, `running` or `dead`.
    state: &'static str,
    /// Attempts started so far.
    attempts: u32,
    /// Attempts before it becomes a dead letter.
    max_attempts: u32,
    /// When it may run next, or when its lease ends.
    due_at: String,
    /// When it was queued.
    created_at: String,
    /// When it became a dead letter.
    dead_at: Option<String>,
    /// Why the last attempt failed.
    last_error: Option<String>,
    /// The worker that runs it.
    worker: Option<String>,
}

/// Which dead letters to change.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Which {
    /// Their ids, at most 500; by default the first 500 dead letters.
    ids: Option<Vec<String>>,
}

/// The result.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Moved {
    /// How many were changed.
    done: u32,
    /// How many were left because the same job has been queued again; discard those.
    superseded: u32,
}

fn body(row: JobRow) -> JobBody {
    let at = |micros: i64| from_micros(micros).to_string();
    JobBody {
        id: JobName::of(&row).to_string(),
        kind: row.kind,
        state: queue::word(row.state),
        attempts: row.attempts,
        max_attempts: row.max_attempts,
        due_at: at(row.due_at_micros),
        created_at: at(row.created_at_micros),
        dead_at: row.dead_at_micros.map(at),
        last_error: row.last_error,
        worker: row.leased_by,
    }
}

/// `GET /api/v1/jobs`
pub(super) fn list(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let url = req.query();
    let state = match url.get("state") {
        None => None,
        Some(text) => Some(queue::state_of(text).ok_or_else(|| {
            AppError::field("state", "send waiting, running or dead, or omit it")
        })?),
    };
    let limit = u32::try_from(req.limit(50, 200)?).unwrap_or(50);
    let page = queue::page(&mut req.cx, state, ("cursor", url.get("cursor")), limit)?;
    let data = page.rows.into_iter().map(body).collect();
    Reply::json(&JobList { data, next_cursor: page.next })
}

fn one(req: &mut Req<'_, '_>, mending: Mending) -> Result<Mended, AppError> {
    let name: JobName = req.param("job_id")?.parse().map_err(|()| AppError::NotFound)?;
    queue::mend(&mut req.cx, name, mending)
}

/// `POST /api/v1/jobs/{job_id}/retry`
pub(super) fn retry(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let superseded = u32::from(one(req, Mending::Retry)? == Mended::Superseded);
    Reply::json_with(StatusCode::ACCEPTED, &Moved { done: 1 - superseded, superseded })
}

/// `DELETE /api/v1/jobs/{job_id}`
pub(super) fn discard(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    one(req, Mending::Discard)?;
    Ok(Reply::no_content())
}

fn many(req: &mut Req<'_, '_>, mending: Mending) -> Result<Reply, AppError> {
    let which: Which = req.json()?;
    let most = usize::try_from(queue::AT_ONCE).unwrap_or(usize::MAX);
    let names = match which.ids {
        None => None,
        Some(ids) if ids.len() > most => {
            return Err(AppError::field("ids", "send at most 500 ids"));
        }
        Some(ids) => {
            let names: Result<Vec<JobName>, ()> = ids.iter().map(|id| id.parse()).collect();
            Some(names.map_err(|()| AppError::field("ids", "each must be an id from the list"))?)
        }
    };
    let moved = queue::mend_many(&mut req.cx, names, mending)?;
    Reply::json(&Moved { done: moved.done, superseded: moved.superseded })
}

/// `POST /api/v1/job-retries`
pub(super) fn retry_many(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    many(req, Mending::Retry)
}

/// `POST /api/v1/job-discards`
pub(super) fn discard_many(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    many(req, Mending::Discard)
}
