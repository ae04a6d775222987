//! Carrying out a request that writes: in its vendor's lane, once for each idempotency key, and with
//! what stays of it when it is refused.

use std::sync::Arc;

use db::{DbError, Dialect, Lane};

use super::{
    ctx::{Cx, Trace},
    dispatch,
    error::AppError,
    idempotency,
    lanes::{self, Stop},
    replica,
    reply::Reply,
    request::{Input, Req},
    routes::Route,
    state::App,
};

/// Carries out a request that writes.
pub(super) async fn write(
    app: &Arc<App>,
    (route, input): (&Route, &Arc<Input>),
    guessed: Lane,
    handler: impl Fn(&mut Req<'_, '_>) -> Result<Reply, AppError> + Send + Sync + 'static,
) -> Result<Reply, AppError> {
    let (app_, route_, input_) = (app.clone(), route.clone(), input.clone());
    let work = move |tx: &mut db::Tx<'_>| {
        let mut req = dispatch::request(&app_, &route_, &input_, tx).map_err(Failed::from)?;
        lanes::right_lane(req.cx.tx, &req.cx.actor.vendor_id)?;
        let done = written(&mut req, &route_, &handler);
        let trace = req.cx.trace.take();
        match (done, trace) {
            (Ok(reply), None) => Ok(reply),
            (Ok(reply), Some(trace)) => {
                trace.keep(&mut req.cx).map_err(Failed::from)?;
                Ok(reply)
            }
            (Err(error), trace) => Err(Stop::Failed(Failed { error, trace })),
        }
    };
    match lanes::write(app, guessed, work).await {
        Ok(reply) => Ok(reply),
        Err(Failed { error, trace: None }) => Err(error),
        Err(Failed { error, trace: Some(trace) }) => {
            leave(app, input, trace).await?;
            Err(error)
        }
    }
}

fn written(
    req: &mut Req<'_, '_>,
    route: &Route,
    handler: &impl Fn(&mut Req<'_, '_>) -> Result<Reply, AppError>,
) -> Result<Reply, AppError> {
    let authenticator = req.cx.app.authenticator;
    if let Some(caller) = (authenticator.stale)(req) {
        (authenticator.touch)(req.cx.tx, &caller, req.cx.now)?;
    }
    let claim = if req.input.reads() { None } else { idempotency::claim(req, route)? };
    let Some(claim) = claim else {
        let reply = handler(req)?;
        replica::note(req)?;
        return Ok(reply);
    };
    if let Some(kept) = claim.kept(req)? {
        // What a server has brought back after a crash may have reached no standby yet. Only a
        // transaction that writes waits for one, and with it for everything before.
        if req.cx.tx.dialect() == Dialect::Postgres {
            replica::write_down(req)?;
        }
        return Ok(kept);
    }
    let reply = handler(req)?;
    claim.keep(req, &reply)?;
    replica::note(req)?;
    Ok(reply)
}

/// A request of which everything is undone but its trace.
struct Failed {
    error: AppError,
    trace: Option<Box<Trace>>,
}

impl From<AppError> for Failed {
    fn from(error: AppError) -> Self {
        Self { error, trace: None }
    }
}

impl From<DbError> for Failed {
    fn from(error: DbError) -> Self {
        AppError::from(error).into()
    }
}

impl From<Failed> for Stop<Failed> {
    fn from(failed: Failed) -> Self {
        Self::Failed(failed)
    }
}

/// Keeps the trace of a request that was undone. Its answer is given only afterwards: it must not
/// be had for nothing, whatever goes on at the same moment.
async fn leave(app: &Arc<App>, input: &Arc<Input>, trace: Box<Trace>) -> Result<(), AppError> {
    let (app_, input_, vendor_id) = (app.clone(), input.clone(), trace.vendor_id());
    let keep = move |tx: &mut db::Tx<'_>| {
        let now = app_.clock.now();
        let mut cx = Cx::system(tx, &app_, trace.vendor_id(), now);
        cx.origin.clone_from(&input_.origin);
        trace.keep(&mut cx)
    };
    app.write_for(&vendor_id, keep).await
}
