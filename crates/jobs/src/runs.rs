//! One run of one job: its handler, its lease, its end.

use std::sync::Arc;
use std::time::Duration;

use db::{Db, DbError, Lane};
use tokio::task::JoinHandle;

use crate::SECOND;
use crate::handlers::Handler;
use crate::job::{Job, JobFailure};
use crate::lease::{self, AfterFailure};
use crate::sweep;
use crate::worker::{Inner, WorkerOptions, lane_of};

/// The time, in microseconds since 1970 UTC.
pub(crate) type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// How one run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    Done,
    Failed,
    Dead,
    /// The lease was lost; whoever holds it goes on.
    Lost,
}

/// Why a run did not complete its job.
enum Broken {
    Failure(JobFailure),
    Lost,
}

impl From<DbError> for Broken {
    fn from(error: DbError) -> Broken {
        Broken::Failure(error.into())
    }
}

impl From<JobFailure> for Broken {
    fn from(failure: JobFailure) -> Broken {
        Broken::Failure(failure)
    }
}

/// Runs a leased job to its end and notes how it ended.
///
/// It errs when the end could not be noted; the job is taken again when its lease has run out.
pub(crate) async fn run(inner: &Inner, job: Job, clock: &Clock) -> Result<Ended, DbError> {
    let Some(handler) = inner.handlers.get(&job.kind).cloned() else {
        return Ok(Ended::Lost);
    };
    let outcome = match handler {
        Handler::Transactional(work) => {
            let (now_micros, job) = (clock(), job.clone());
            // What the installation itself has to do may concern every vendor.
            let lane = if job.vendor_id.is_empty() { Lane::ALL } else { lane_of(&job.vendor_id) };
            inner
                .db
                .write_in(lane, move |tx| {
                    work(tx, &job, now_micros)?;
                    if lease::complete(tx, &job)? { Ok(()) } else { Err(Broken::Lost) }
                })
                .await
        }
        Handler::Sweep(sweep) => {
            let running = tokio::spawn(sweep::carry_out(inner.db.clone(), sweep, clock()));
            finish(inner, &job, running, clock).await
        }
        Handler::Effect(work) => {
            let running = tokio::spawn(work(job.clone(), clock()));
            finish(inner, &job, running, clock).await
        }
        Handler::Blocking(work) => {
            let (copy, now_micros) = (job.clone(), clock());
            let running = tokio::task::spawn_blocking(move || work(&copy, now_micros));
            finish(inner, &job, running, clock).await
        }
    };
    match outcome {
        Ok(()) => Ok(Ended::Done),
        Err(Broken::Lost) => {
            tracing::warn!(kind = job.kind, number = job.number, "a job's lease was lost");
            Ok(Ended::Lost)
        }
        Err(Broken::Failure(failure)) => note_failure(inner, job, failure, clock()).await,
    }
}

/// Waits for an effect, keeping its lease, and completes its job.
async fn finish(
    inner: &Inner,
    job: &Job,
    running: JoinHandle<Result<(), JobFailure>>,
    clock: &Clock,
) -> Result<(), Broken> {
    held_while(&inner.db, &inner.options, job, running, clock).await?;
    let job = job.clone();
    let held =
        inner.db.write_in(lane_of(&job.vendor_id), move |tx| lease::complete(tx, &job)).await;
    match held {
        Ok(true) => Ok(()),
        Ok(false) => Err(Broken::Lost),
        Err(error) => Err(error.into()),
    }
}

async fn held_while(
    db: &Db,
    options: &WorkerOptions,
    job: &Job,
    mut running: JoinHandle<Result<(), JobFailure>>,
    clock: &Clock,
) -> Result<(), Broken> {
    let lease_micros = i64::from(options.lease_seconds.max(1)) * SECOND;
    let renewal = Duration::from_secs(u64::from(options.lease_seconds.max(1))) / 3;
    let limit = Duration::from_secs(u64::from(options.effect_limit_seconds.max(1)));
    let mut spent = Duration::ZERO;
    loop {
        let wait = renewal.min(limit.saturating_sub(spent));
        match tokio::time::timeout(wait, &mut running).await {
            Ok(Ok(outcome)) => return outcome.map_err(Broken::Failure),
            Ok(Err(error)) => {
                return Err(JobFailure::retry(format!("the handler was aborted: {error}")).into());
            }
            Err(_) => spent += wait,
        }
        if spent >= limit {
            running.abort();
            let words = format!("not finished within {} seconds", options.effect_limit_seconds);
            return Err(JobFailure::retry(words).into());
        }
        let (copy, until) = (job.clone(), clock().saturating_add(lease_micros));
        let lane = lane_of(&job.vendor_id);
        match db.write_in(lane, move |tx| lease::extend_lease(tx, &copy, until)).await {
            Ok(true) => {}
            Ok(false) => {
                running.abort();
                return Err(Broken::Lost);
            }
            Err(error) => tracing::warn!(error = %error, "a job's lease could not be extended"),
        }
    }
}

async fn note_failure(
    inner: &Inner,
    job: Job,
    failure: JobFailure,
    now_micros: i64,
) -> Result<Ended, DbError> {
    tracing::warn!(
        kind = job.kind,
        number = job.number,
        attempt = job.attempt,
        error = failure.message(),
        "a job failed"
    );
    let (rule, seed) = (inner.options.back_off, inner.options.seed);
    let after = inner
        .db
        .write_in(lane_of(&job.vendor_id), move |tx| {
            lease::fail(tx, &job, &failure, (&rule, seed), now_micros)
        })
        .await?;
    Ok(match after {
        AfterFailure::Waits => Ended::Failed,
        AfterFailure::Dead => Ended::Dead,
        AfterFailure::NotHeld => Ended::Lost,
    })
}
