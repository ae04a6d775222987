//! The worker: looks for due jobs, runs them, and looks again.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use db::{Db, DbError, params};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::SECOND;
use crate::back_off::BackOff;
use crate::handlers::Handlers;
use crate::lease::{self, Claimed, Terms};
use crate::runs::{self, Clock, Ended};
use crate::schedule;

/// The most jobs one call of [`Worker::run_due_once`] runs, so that a job that queues itself
/// again at once cannot hold it forever.
const RUN_LIMIT: u32 = 100_000;

/// How a worker works.
#[derive(Debug, Clone)]
pub struct WorkerOptions {
    /// The name under which it takes leases, shown to operators; unique among nodes.
    pub name: String,
    /// Jobs that it runs at the same time. At least 1.
    pub concurrency: usize,
    /// How long a lease lasts, and so how long a killed worker's job waits for another. At
    /// least 1. Leases of effects are extended while they run.
    pub lease_seconds: u32,
    /// After how long an effect is broken off. At least 1.
    pub effect_limit_seconds: u32,
    /// How long a failed job waits.
    pub back_off: BackOff,
    /// How long it waits before it looks again when nothing was due.
    pub idle: Duration,
    /// Where the chance in waits comes from.
    pub seed: u64,
}

impl Default for WorkerOptions {
    fn default() -> WorkerOptions {
        WorkerOptions {
            name: format!("worker-{}", std::process::id()),
            concurrency: 8,
            lease_seconds: 60,
            effect_limit_seconds: 300,
            back_off: BackOff::default(),
            idle: Duration::from_millis(500),
            seed: u64::from(std::process::id()),
        }
    }
}

/// What [`Worker::run_due_once`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ran {
    /// Jobs that were done.
    pub done: u32,
    /// Jobs that failed and wait for another attempt.
    pub failed: u32,
    /// Jobs that became dead letters.
    pub dead: u32,
    /// Jobs whose lease another worker took meanwhile.
    pub lost: u32,
    /// Schedules that queued a job.
    pub ticks: u32,
}

impl Ran {
    /// Runs of jobs in all.
    pub fn runs(&self) -> u32 {
        self.done + self.failed + self.dead + self.lost
    }

    fn count(&mut self, ended: Ended) {
        match ended {
            Ended::Done => self.done += 1,
            Ended::Failed => self.failed += 1,
            Ended::Dead => self.dead += 1,
            Ended::Lost => self.lost += 1,
        }
    }
}

/// Runs due jobs. Any number of workers, on any number of nodes, share one queue; clones are the
/// same worker.
#[derive(Clone)]
pub struct Worker(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) db: Db,
    pub(crate) handlers: Handlers,
    pub(crate) options: WorkerOptions,
    kinds: Vec<&'static str>,
    claim_sql: String,
    nudge: Notify,
}

impl Worker {
    /// A worker that does nothing until it is run.
    pub fn new(db: Db, handlers: Handlers, options: WorkerOptions) -> Worker {
        let kinds = handlers.kinds();
        let claim_sql = lease::claim_sql(kinds.len());
        let nudge = Notify::new();
        Worker(Arc::new(Inner { db, handlers, options, kinds, claim_sql, nudge }))
    }

    /// Runs everything that is due at `now_micros`, one after the other, and what that makes due
    /// at the same instant; at most 100,000 jobs. For tests and for moving clocks: nothing waits.
    ///
    /// It errs when the database does; failures of jobs are counted instead.
    pub async fn run_due_once(&self, now_micros: i64) -> Result<Ran, DbError> {
        let clock: Clock = Arc::new(move || now_micros);
        let mut ran = Ran::default();
        while ran.runs() < RUN_LIMIT {
            ran.ticks += self.tick(now_micros).await?;
            let claimed = self.claim(16, now_micros).await?;
            ran.dead += claimed.buried;
            if claimed.jobs.is_empty() {
                break;
            }
            for job in claimed.jobs {
                ran.count(runs::run(&self.0, job, &clock).await?);
            }
        }
        Ok(ran)
    }

    /// Runs due jobs as `clock` moves until `stop` is done, then finishes those that run.
    pub async fn run_forever(
        &self,
        clock: impl Fn() -> i64 + Send + Sync + 'static,
        stop: impl Future<Output = ()> + Send,
    ) {
        let clock: Clock = Arc::new(clock);
        let mut running = JoinSet::new();
        tokio::pin!(stop);
        loop {
            let taken = self.take_up(&mut running, &clock).await;
            let full = running.len() >= self.0.options.concurrency.max(1);
            if taken > 0 && !full {
                continue;
            }
            tokio::select! {
                () = &mut stop => break,
                Some(ended) = running.join_next() => report(ended),
                () = self.0.nudge.notified(), if !full => {}
                () = idle(self.0.options.idle), if !full => {}
            }
        }
        while let Some(ended) = running.join_next().await {
            report(ended);
        }
    }

    /// Lets an idle worker look at once, after something was queued.
    pub fn wake(&self) {
        self.0.nudge.notify_one();
    }

    /// Starts as many due jobs as there is room for; says how many.
    async fn take_up(&self, running: &mut JoinSet<Result<Ended, DbError>>, clock: &Clock) -> usize {
        let room = self.0.options.concurrency.max(1).saturating_sub(running.len());
        if room == 0 {
            return 0;
        }
        let now_micros = clock();
        let claimed = match self.look(room, now_micros).await {
            Ok(claimed) => claimed,
            Err(error) => {
                tracing::warn!(error = %error, "the queue could not be read");
                return 0;
            }
        };
        let taken = claimed.jobs.len();
        for job in claimed.jobs {
            let (inner, clock) = (Arc::clone(&self.0), Arc::clone(clock));
            running.spawn(async move { runs::run(&inner, job, &clock).await });
        }
        taken
    }

    /// Reads first, so that an idle worker never writes.
    async fn look(&self, room: usize, now_micros: i64) -> Result<Claimed, DbError> {
        let due = self.0.db.read(move |tx| {
            tx.query_one_as::<(bool, bool), _>(
                "SELECT CASE WHEN EXISTS (SELECT 1 FROM jobs_queue \
                   WHERE dead_at IS NULL AND due_at <= $1) THEN 1 ELSE 0 END, \
                 CASE WHEN EXISTS (SELECT 1 FROM jobs_schedules \
                   WHERE next_at <= $1) THEN 1 ELSE 0 END",
                params![now_micros],
            )
        });
        let (jobs, ticks) = due.await?;
        if ticks {
            self.tick(now_micros).await?;
        }
        if jobs || ticks {
            let limit = u32::try_from(room).unwrap_or(u32::MAX);
            self.claim(limit, now_micros).await
        } else {
            Ok(Claimed::default())
        }
    }

    async fn tick(&self, now_micros: i64) -> Result<u32, DbError> {
        self.0.db.write(move |tx| schedule::tick(tx, now_micros)).await
    }

    async fn claim(&self, limit: u32, now_micros: i64) -> Result<Claimed, DbError> {
        if self.0.kinds.is_empty() {
            return Ok(Claimed::default());
        }
        let inner = Arc::clone(&self.0);
        let work = move |tx: &mut db::Tx<'_>| {
            let terms = Terms {
                worker: &inner.options.name,
                lease_micros: i64::from(inner.options.lease_seconds.max(1)) * SECOND,
                limit,
            };
            lease::claim(tx, &inner.claim_sql, &inner.kinds, terms, now_micros)
        };
        self.0.db.write(work).await
    }
}

fn report(ended: Result<Result<Ended, DbError>, tokio::task::JoinError>) {
    match ended {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => tracing::warn!(error = %error, "the end of a job could not be noted"),
        Err(error) => tracing::error!(error = %error, "a run of a job broke off"),
    }
}

#[expect(clippy::disallowed_methods, reason = "an idle worker waits before it looks again")]
async fn idle(wait: Duration) {
    tokio::time::sleep(wait).await;
}
