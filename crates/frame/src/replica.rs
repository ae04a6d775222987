//! Reading from a replica: who may, and how whoever has written sees it ([ADR 19]). Who asks, and what
//! they may, is always decided on the primary.
//!
//! Each write of a signed-in caller notes when its person wrote, in its own transaction. A later read
//! learns that from the primary together with who asks, on whatever node, and is carried out on the
//! replica only if its snapshot shows the same.
//!
//! [ADR 19]: https://github.com/entente-prm/entente/blob/main/docs/adr/0019-read-replicas.md

use std::sync::Arc;

use db::{DbError, Dialect, Left, Standing, Tx};

use crate::{
    access::Access,
    actor::Actor,
    caller::{Caller, StaleCaller},
    dispatch,
    error::AppError,
    metrics::Place,
    reply::Reply,
    request::{Input, Req},
    routes::{Handler, Route},
    state::App,
};

/// How long the time of a write is kept. No replica that is read from is so far behind.
const KEPT_MICROS: i64 = 24 * 3_600 * 1_000_000;

/// Why a read is not answered by the replica although it was carried out there.
enum Stop {
    /// It does not know the caller, or not as the primary does, or lacks what they wrote.
    Lacks,
    /// The handler refused, perhaps because of what the replica lacks.
    Refused,
}

/// Notes that the person wrote, by whatever session, key or link. A public page notes nothing: what
/// it begins is a session, which a replica knows or not.
pub(super) fn note(req: &mut Req<'_, '_>) -> Result<(), AppError> {
    if (req.signed_in || req.cx.actor.person().is_some())
        && req.cx.tx.dialect() == Dialect::Postgres
    {
        write_down(req)?;
    }
    Ok(())
}

/// Writes whoever asks, so that the transaction waits for a standby like every one that writes.
pub(super) fn write_down(req: &mut Req<'_, '_>) -> Result<(), AppError> {
    let (vendor_id, now) = (req.cx.vendor(), req.cx.now_micros());
    req.cx.tx.execute(
        "INSERT INTO core_last_writes (vendor_id, writer, wrote_at) VALUES ($1, $2, $3) \
         ON CONFLICT (vendor_id, writer) DO UPDATE SET wrote_at = \
         CASE WHEN core_last_writes.wrote_at < $3 THEN $3 ELSE core_last_writes.wrote_at + 1 END",
        db::params![vendor_id.as_str(), req.cx.actor.reference(), now],
    )?;
    Ok(())
}

/// When this person wrote last, by whatever session or key; 0 when that is long ago.
fn wrote_at(tx: &mut Tx<'_>, actor: &Actor) -> Result<i64, DbError> {
    let found: Option<i64> = tx.query_opt_as(
        "SELECT wrote_at FROM core_last_writes WHERE vendor_id = $1 AND writer = $2",
        db::params![actor.vendor_id.as_str(), actor.reference()],
    )?;
    Ok(found.unwrap_or(0))
}

/// Forgets at most `limit` times that are older than needed; how many there were.
pub fn forget_old(tx: &mut Tx<'_>, now_micros: i64, limit: u32) -> Result<u64, AppError> {
    Ok(tx.execute(
        "DELETE FROM core_last_writes WHERE (vendor_id, writer) IN ( \
         SELECT vendor_id, writer FROM core_last_writes WHERE wrote_at < $1 \
         ORDER BY wrote_at LIMIT $2)",
        db::params![now_micros - KEPT_MICROS, limit],
    )?)
}

/// Whether two snapshots know the same caller with the same rights.
fn is_same(one: &Actor, other: &Actor) -> bool {
    one.vendor_id == other.vendor_id
        && one.side == other.side
        && one.who == other.who
        && one.permissions == other.permissions
}

/// What a read on the replica gave; `None` when it has to be carried out on the primary.
///
/// It errs as the request itself would when the primary does not let the caller in.
pub(super) async fn read(
    app: &Arc<App>,
    route: &Route,
    input: &Arc<Input>,
    handler: Handler,
) -> Result<Option<(Reply, Option<StaleCaller>)>, AppError> {
    let Some(standing) = app.db.replica_standing() else {
        return Ok(None);
    };
    if !input.reads() || matches!(route.access, Access::Public | Access::Link(_)) {
        app.metrics.read_from(Place::Newest);
        return Ok(None);
    }
    if let Standing::Left(left, _) = standing {
        app.metrics.read_from(place(left));
        return Ok(None);
    }
    let (caller, wrote) = asked(app, route, input).await?;
    let read = on_replica(app, route, input, (caller, wrote), handler).await;
    app.metrics.read_from(match &read {
        Ok(Ok(_)) => Place::Replica,
        Ok(Err(Stop::Lacks)) => Place::Lacks,
        Ok(Err(Stop::Refused)) => Place::Refused,
        Err(left) => place(*left),
    });
    Ok(read.ok().and_then(Result::ok))
}

fn place(left: Left) -> Place {
    match left {
        Left::Away => Place::Away,
        Left::Behind => Place::Behind,
        Left::Failed => Place::Failed,
    }
}

/// Who asks and when they wrote last, from the primary, once the access row lets them in.
async fn asked(
    app: &Arc<App>,
    route: &Route,
    input: &Arc<Input>,
) -> Result<(Caller, i64), AppError> {
    let (app_, route_, input_) = (app.clone(), route.clone(), input.clone());
    let read = move |tx: &mut Tx<'_>| {
        let req = dispatch::asked(&app_, &route_, &input_, tx)?;
        let wrote = wrote_at(req.cx.tx, &req.cx.actor)?;
        Ok::<_, AppError>((req.into_caller(), wrote))
    };
    app.db.read(read).await
}

async fn on_replica(
    app: &Arc<App>,
    route: &Route,
    input: &Arc<Input>,
    (caller, wrote): (Caller, i64),
    handler: Handler,
) -> Result<Result<(Reply, Option<StaleCaller>), Stop>, Left> {
    let (app_, route_, input_) = (app.clone(), route.clone(), input.clone());
    let read = move |tx: &mut Tx<'_>| {
        // A failed statement ends the read whatever comes of it here.
        let known = (app_.authenticator.authenticate)(tx, &app_, &input_, app_.clock.now());
        let known = known.is_ok_and(|known| is_same(&known.actor, &caller.actor));
        if !known || !wrote_at(tx, &caller.actor).is_ok_and(|shown| shown >= wrote) {
            return Err(Stop::Lacks);
        }
        let req = dispatch::asked_by(&app_, &route_, &input_, (tx, caller));
        let mut req = req.map_err(|_| Stop::Refused)?;
        let stale = (app_.authenticator.stale)(&req);
        let reply = handler(&mut req).map_err(|_| Stop::Refused)?;
        Ok((reply, stale))
    };
    app.db.read_replica(read).await
}
