//! The worker: looks for due jobs, runs them, and looks again.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use db::{Db, DbError, Dialect, Lane};
use tokio::sync::Notify;

use crate::SECOND;
use crate::back_off::BackOff;
use crate::handlers::Handlers;
use crate::lease::{self, Claimed, Due, Terms};
use crate::rounds;
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
    pub(crate) kinds: Vec<&'static str>,
    pub(crate) nudge: Notify,
}

/// The lane of a vendor; what belongs to the installation itself has one of its own.
pub(crate) fn lane_of(vendor_id: &str) -> Lane {
    Lane::of(vendor_id)
}

impl Inner {
    /// The lane in which jobs of a vendor are taken together: on SQLite all are.
    pub(crate) fn taken_in(&self, vendor_id: &str) -> Lane {
        match self.db.dialect() {
            Dialect::Sqlite => Lane::ALL,
            Dialect::Postgres => lane_of(vendor_id),
        }
    }

    /// Ticks the schedules of these vendors, which share a lane; says how many jobs were queued.
    pub(crate) async fn tick(
        &self,
        lane: Lane,
        vendors: Vec<String>,
        now_micros: i64,
    ) -> Result<u32, DbError> {
        let work = move |tx: &mut db::Tx<'_>| {
            let ticks = vendors.iter().map(|vendor| schedule::tick(tx, vendor, now_micros));
            ticks.sum::<Result<u32, DbError>>()
        };
        self.db.write_in(lane, work).await
    }

    /// Takes those of these jobs that are still due; their vendors share a lane.
    pub(crate) async fn claim(
        self: &Arc<Self>,
        lane: Lane,
        wanted: Vec<Due>,
        now_micros: i64,
    ) -> Result<Claimed, DbError> {
        let inner = Arc::clone(self);
        let work = move |tx: &mut db::Tx<'_>| {
            let terms = Terms {
                worker: &inner.options.name,
                lease_micros: i64::from(inner.options.lease_seconds.max(1)) * SECOND,
            };
            lease::claim(tx, &wanted, terms, now_micros)
        };
        self.db.write_in(lane, work).await
    }
}

/// What belongs to the same lane, side by side.
pub(crate) fn by_lane<T>(
    all: impl IntoIterator<Item = T>,
    lane: impl Fn(&T) -> Lane,
) -> BTreeMap<Lane, Vec<T>> {
    let mut lanes: BTreeMap<Lane, Vec<T>> = BTreeMap::new();
    for one in all {
        lanes.entry(lane(&one)).or_default().push(one);
    }
    lanes
}

impl Worker {
    /// A worker that does nothing until it is run.
    pub fn new(db: Db, handlers: Handlers, options: WorkerOptions) -> Worker {
        let kinds = handlers.kinds();
        let nudge = Notify::new();
        Worker(Arc::new(Inner { db, handlers, options, kinds, nudge }))
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
            if claimed.jobs.is_empty() && claimed.buried == 0 {
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
        rounds::run(&self.0, &clock, stop).await;
    }

    /// Lets an idle worker look at once, after something was queued.
    pub fn wake(&self) {
        self.0.nudge.notify_one();
    }

    async fn tick(&self, now_micros: i64) -> Result<u32, DbError> {
        let vendors = self.0.db.read(move |tx| schedule::due(tx, &[], now_micros)).await?;
        let mut ticks = 0;
        for (lane, vendors) in by_lane(vendors, |vendor| self.0.taken_in(vendor)) {
            ticks += self.0.tick(lane, vendors, now_micros).await?;
        }
        Ok(ticks)
    }

    /// Takes due jobs of all vendors, in the order in which they were due.
    async fn claim(&self, limit: usize, now_micros: i64) -> Result<Claimed, DbError> {
        let inner = Arc::clone(&self.0);
        let due = self.0.db.read(move |tx| lease::due(tx, (&inner.kinds, &[]), limit, now_micros));
        let due = due.await?;
        let mut all = Claimed::default();
        for (lane, wanted) in by_lane(due.clone(), |due| self.0.taken_in(&due.vendor_id)) {
            let claimed = self.0.claim(lane, wanted, now_micros).await?;
            all.jobs.extend(claimed.jobs);
            all.buried += claimed.buried;
        }
        all.jobs.sort_by_key(|job| {
            due.iter().position(|due| due.number == job.number && due.vendor_id == job.vendor_id)
        });
        Ok(all)
    }
}
