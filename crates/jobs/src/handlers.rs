//! What is done for each kind of job.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use db::Tx;

use crate::job::{Job, JobFailure};

type Transactional =
    dyn Fn(&mut Tx<'_>, &Job, i64) -> Result<(), JobFailure> + Send + Sync + 'static;
type Vendors = dyn Fn(&mut Tx<'_>, i64) -> Result<Vec<String>, JobFailure> + Send + Sync + 'static;
type Part = dyn Fn(&mut Tx<'_>, &str, i64) -> Result<(), JobFailure> + Send + Sync + 'static;
type Blocking = dyn Fn(&Job, i64) -> Result<(), JobFailure> + Send + Sync + 'static;
pub(crate) type Running = Pin<Box<dyn Future<Output = Result<(), JobFailure>> + Send + 'static>>;
type Effect = dyn Fn(Job, i64) -> Running + Send + Sync + 'static;

#[derive(Clone)]
pub(crate) enum Handler {
    Transactional(Arc<Transactional>),
    Sweep(Sweep),
    Effect(Arc<Effect>),
    Blocking(Arc<Blocking>),
}

/// What is done for each of several vendors.
#[derive(Clone)]
pub(crate) struct Sweep {
    /// For whom there is something to do.
    pub(crate) vendors: Arc<Vendors>,
    /// Does it for one of them.
    pub(crate) part: Arc<Part>,
}

/// The handlers of a worker by kind. The `i64` given to each is the time of the run, in
/// microseconds since 1970 UTC.
///
/// A worker leaves jobs of kinds it does not know to others: during an upgrade the older program
/// does not spoil what the newer one queued.
#[derive(Clone, Default)]
pub struct Handlers(BTreeMap<&'static str, Handler>);

impl Handlers {
    /// No handlers yet.
    pub fn new() -> Handlers {
        Handlers::default()
    }

    /// A handler that changes only the database, in the lane of the job's vendor; a job of the
    /// installation itself concerns everything. Its changes and the completion of the job are
    /// one transaction; it may run several times, and only the last run's changes stay.
    #[must_use]
    pub fn transactional(
        mut self,
        kind: &'static str,
        work: impl Fn(&mut Tx<'_>, &Job, i64) -> Result<(), JobFailure> + Send + Sync + 'static,
    ) -> Handlers {
        self.0.insert(kind, Handler::Transactional(Arc::new(work)));
        self
    }

    /// A handler that changes the database for every vendor that `vendors` names, in a transaction
    /// of its own for each, so that no vendor waits for all others. A part may be done again when
    /// the worker is killed or another part fails, so it must do only what is still to be done.
    #[must_use]
    pub fn sweep(
        mut self,
        kind: &'static str,
        vendors: impl Fn(&mut Tx<'_>, i64) -> Result<Vec<String>, JobFailure> + Send + Sync + 'static,
        part: impl Fn(&mut Tx<'_>, &str, i64) -> Result<(), JobFailure> + Send + Sync + 'static,
    ) -> Handlers {
        let sweep = Sweep { vendors: Arc::new(vendors), part: Arc::new(part) };
        self.0.insert(kind, Handler::Sweep(sweep));
        self
    }

    /// A handler whose effect leaves the database, outside any transaction, at least once. Its
    /// lease is extended while it runs, up to the worker's time limit.
    #[must_use]
    pub fn effect<F>(
        mut self,
        kind: &'static str,
        work: impl Fn(Job, i64) -> F + Send + Sync + 'static,
    ) -> Handlers
    where
        F: Future<Output = Result<(), JobFailure>> + Send + 'static,
    {
        let boxed = move |job: Job, now_micros: i64| -> Running { Box::pin(work(job, now_micros)) };
        self.0.insert(kind, Handler::Effect(Arc::new(boxed)));
        self
    }

    /// As [`Handlers::effect`], for work that occupies its thread. It is not interrupted at the
    /// time limit; it only loses its lease.
    #[must_use]
    pub fn blocking_effect(
        mut self,
        kind: &'static str,
        work: impl Fn(&Job, i64) -> Result<(), JobFailure> + Send + Sync + 'static,
    ) -> Handlers {
        self.0.insert(kind, Handler::Blocking(Arc::new(work)));
        self
    }

    /// The kinds that have a handler, in order.
    pub fn kinds(&self) -> Vec<&'static str> {
        self.0.keys().copied().collect()
    }

    pub(crate) fn get(&self, kind: &str) -> Option<&Handler> {
        self.0.get(kind)
    }
}
