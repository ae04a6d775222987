//! What every use case works with.

use std::sync::Arc;

use db::Tx;
use domain::ids::IdSource;
use jiff::Timestamp;

use super::{actor::Actor, error::AppError, state::App};

/// One use case's surroundings: the transaction it runs in, the time, who acts.
///
/// A use case may run several times (a collision of two writes repeats it), so it touches nothing
/// but the transaction; mail and other effects leave as rows that jobs carry out.
pub struct Cx<'a, 't> {
    /// The transaction; everything happens in it or not at all.
    pub tx: &'a mut Tx<'t>,
    /// The time of this request or job.
    pub now: Timestamp,
    /// The application: configuration, signing key, caches, index.
    pub app: &'a Arc<App>,
    /// Who acts.
    pub actor: Actor,
    /// Where the request came from (address), for audit; empty for the system.
    pub origin: String,
    /// True in a write transaction; what it sees may not be committed yet.
    pub writes: bool,
    /// What stays of this request even if everything else of it is undone.
    pub trace: Option<Box<Trace>>,
}

type Keep = dyn Fn(&mut Cx<'_, '_>) -> Result<(), AppError> + Send + Sync;

/// What stays of a request that is refused and undone: a refusal that tells its reader something
/// must be counted although it changes nothing. The dispatcher keeps it before it gives the answer,
/// in the request's own transaction when that is committed, else in a second one.
pub struct Trace {
    actor: Actor,
    keep: Box<Keep>,
}

impl std::fmt::Debug for Trace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Trace").field("actor", &self.actor).finish_non_exhaustive()
    }
}

impl Trace {
    /// The vendor of the one who acted.
    pub(super) fn vendor_id(&self) -> domain::ids::VendorId {
        self.actor.vendor_id.clone()
    }

    /// Writes what stays. When it fails, the answer that it belongs to must not be given.
    pub(super) fn keep(&self, cx: &mut Cx<'_, '_>) -> Result<(), AppError> {
        let caller = std::mem::replace(&mut cx.actor, self.actor.clone());
        let kept = (self.keep)(cx);
        cx.actor = caller;
        kept
    }
}

impl std::fmt::Debug for Cx<'_, '_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cx")
            .field("now", &self.now)
            .field("actor", &self.actor)
            .finish_non_exhaustive()
    }
}

impl<'a, 't> Cx<'a, 't> {
    /// The system's own surroundings for `vendor_id`, for jobs and sweeps.
    pub fn system(
        tx: &'a mut Tx<'t>,
        app: &'a Arc<App>,
        vendor_id: domain::ids::VendorId,
        now: Timestamp,
    ) -> Self {
        let actor = Actor::system(vendor_id);
        Self { tx, now, app, actor, origin: String::new(), writes: true, trace: None }
    }

    /// The same for one of the vendors of a sweep, whose id is a text there.
    pub fn sweeping(
        tx: &'a mut Tx<'t>,
        app: &'a Arc<App>,
        vendor_id: &str,
        now: Timestamp,
    ) -> Result<Self, AppError> {
        let vendor_id = domain::ids::VendorId::parse(vendor_id).map_err(AppError::internal)?;
        Ok(Self::system(tx, app, vendor_id, now))
    }

    /// The vendor as a query parameter.
    pub fn vendor(&self) -> domain::ids::VendorId {
        self.actor.vendor_id.clone()
    }

    /// Where new ids come from.
    pub fn ids(&self) -> &'a IdSource {
        &self.app.ids
    }

    /// The time in microseconds, as tables keep it.
    pub fn now_micros(&self) -> i64 {
        self.now.as_microsecond()
    }

    /// Lets `keep` stay of this request, in the name of the one who acts, even if the request is
    /// refused and everything else of it is undone. It may run more than once, as a handler may.
    pub fn leave(
        &mut self,
        keep: impl Fn(&mut Cx<'_, '_>) -> Result<(), AppError> + Send + Sync + 'static,
    ) {
        self.trace = Some(Box::new(Trace { actor: self.actor.clone(), keep: Box::new(keep) }));
    }

    /// Runs `f` as the system, in the same transaction: for what a rule does and not the person.
    pub fn as_system<T>(
        &mut self,
        f: impl FnOnce(&mut Cx<'_, 't>) -> Result<T, AppError>,
    ) -> Result<T, AppError> {
        let mut inner = Cx {
            tx: &mut *self.tx,
            now: self.now,
            app: self.app,
            actor: Actor::system(self.actor.vendor_id.clone()),
            origin: String::new(),
            writes: self.writes,
            trace: self.trace.take(),
        };
        let done = f(&mut inner);
        let trace = inner.trace.take();
        self.trace = trace;
        done
    }
}
