//! The worker's own loop: it looks at the queue, takes jobs of several lanes at the same time, and
//! runs them. A lane that is held up holds up neither the look nor other lanes.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use db::{Db, DbError, Dialect, Lane};
use tokio::task::{JoinError, JoinSet};

use crate::job::Job;
use crate::lease::{self, Due};
use crate::runs::{self, Clock};
use crate::schedule;
use crate::slots::{Slot, Slots};
use crate::worker::{Inner, by_lane};

/// What a task of the loop brought.
enum Step {
    /// Jobs that were taken, each with its place.
    Taken(Vec<(Job, Slot)>),
    /// Something ended, and its places are free.
    Ended,
}

struct Rounds<'a> {
    inner: &'a Arc<Inner>,
    clock: &'a Clock,
    /// Jobs that run or are being taken.
    jobs: Slots,
    /// Vendors whose schedules are being ticked.
    ticks: Slots,
    steps: JoinSet<Step>,
}

/// Runs due jobs as `clock` moves until `stop` is done, then finishes those that run.
pub(crate) async fn run(inner: &Arc<Inner>, clock: &Clock, stop: impl Future<Output = ()> + Send) {
    let most = inner.options.concurrency.max(1);
    let of_one = match inner.db.dialect() {
        Dialect::Sqlite => most,
        Dialect::Postgres => most.div_ceil(2),
    };
    let (jobs, ticks) = (Slots::new(most, of_one), Slots::new(1, 1));
    let mut rounds = Rounds { inner, clock, jobs, ticks, steps: JoinSet::new() };
    tokio::pin!(stop);
    loop {
        let begun = rounds.look().await.unwrap_or_else(|error| {
            tracing::warn!(error = %error, "the queue could not be read");
            0
        });
        let full = rounds.jobs.free() == 0;
        if begun > 0 && !full {
            continue;
        }
        tokio::select! {
            () = &mut stop => break,
            Some(step) = rounds.steps.join_next() => rounds.go_on(step),
            () = inner.nudge.notified(), if !full => {}
            () = idle(inner.options.idle), if !full => {}
        }
    }
    while let Some(step) = rounds.steps.join_next().await {
        rounds.go_on(step);
    }
}

impl Rounds<'_> {
    /// Reads what is due, so that an idle worker never writes, and begins to take up as much as
    /// there is room for; says of how many lanes.
    async fn look(&mut self) -> Result<usize, DbError> {
        let room = self.jobs.free();
        if room == 0 {
            return Ok(0);
        }
        let now_micros = (self.clock)();
        let (vendors, due) = self.due(room, now_micros).await?;
        let mut begun = 0;
        for (lane, vendors) in by_lane(vendors, |vendor| self.inner.taken_in(vendor)) {
            begun += usize::from(self.tick(lane, vendors, now_micros));
        }
        for (lane, wanted) in by_lane(due, |due| self.inner.taken_in(&due.vendor_id)) {
            begun += usize::from(self.take(lane, wanted, now_micros));
        }
        Ok(begun)
    }

    /// The vendors whose schedules tick and the jobs that are due, without those of which nothing
    /// more can be begun.
    async fn due(&self, room: usize, now_micros: i64) -> Result<(Vec<String>, Vec<Due>), DbError> {
        let (inner, busy) = (Arc::clone(self.inner), self.jobs.left_out());
        let ticking = self.ticks.left_out();
        let look = move |tx: &mut db::Tx<'_>| {
            let vendors = schedule::due(tx, &ticking, now_micros)?;
            let due = lease::due(tx, (&inner.kinds, &busy), room, now_micros)?;
            Ok((vendors, due))
        };
        let db: &Db = &self.inner.db;
        db.read(look).await
    }

    /// Begins to tick the schedules of these vendors, unless that goes on already.
    fn tick(&mut self, lane: Lane, vendors: Vec<String>, now_micros: i64) -> bool {
        if self.ticks.free_in(lane) == 0 {
            return false;
        }
        let asking = self.ticks.ask(lane, vendors.iter().cloned());
        let inner = Arc::clone(self.inner);
        self.steps.spawn(async move {
            if let Err(error) = inner.tick(lane, vendors, now_micros).await {
                tracing::warn!(error = %error, "schedules could not be ticked");
                idle(inner.options.idle).await;
            }
            drop(asking);
            Step::Ended
        });
        true
    }

    /// Begins to take as many of these jobs as the lane may have, unless that goes on already.
    fn take(&mut self, lane: Lane, mut wanted: Vec<Due>, now_micros: i64) -> bool {
        wanted.truncate(self.jobs.free_in(lane));
        if wanted.is_empty() {
            return false;
        }
        let asking = self.jobs.ask(lane, wanted.iter().map(|due| due.vendor_id.clone()));
        let places: Vec<Slot> = wanted.iter().map(|_| self.jobs.take(lane)).collect();
        let inner = Arc::clone(self.inner);
        self.steps.spawn(async move {
            let claimed = inner.claim(lane, wanted, now_micros).await;
            let jobs = match claimed {
                Ok(claimed) => claimed.jobs,
                Err(error) => {
                    tracing::warn!(error = %error, "due jobs could not be leased");
                    idle(inner.options.idle).await;
                    Vec::new()
                }
            };
            drop(asking);
            Step::Taken(jobs.into_iter().zip(places).collect())
        });
        true
    }

    /// Runs jobs that were taken.
    fn go_on(&mut self, step: Result<Step, JoinError>) {
        let taken = match step {
            Ok(Step::Taken(taken)) => taken,
            Ok(Step::Ended) => return,
            Err(error) => {
                tracing::error!(error = %error, "a job run was aborted");
                return;
            }
        };
        for (job, place) in taken {
            let (inner, clock) = (Arc::clone(self.inner), Arc::clone(self.clock));
            self.steps.spawn(async move {
                if let Err(error) = runs::run(&inner, job, &clock).await {
                    tracing::warn!(error = %error, "the result of a job could not be recorded");
                }
                drop(place);
                Step::Ended
            });
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "an idle worker waits before it looks again")]
async fn idle(wait: Duration) {
    tokio::time::sleep(wait).await;
}
