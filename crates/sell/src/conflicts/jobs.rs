//! Scheduled jobs: cases escalate when a level misses its deadline, and become final when nobody
//! appeals.

use std::sync::Arc;

use db::Tx;
use jobs::{Handlers, JobFailure, NewSchedule};

use super::course;
use frame::{clock::from_micros, ctx::Cx, error::AppError, state::App};

/// The job that does what the clocks of cases owe.
const SETTLE: &str = "conflicts.settle";

/// The jobs of this slice.
pub(super) fn handlers(app: &Arc<App>, handlers: Handlers) -> Handlers {
    let app = app.clone();
    handlers.sweep(
        SETTLE,
        |tx, now| {
            let sql = "SELECT DISTINCT vendor_id FROM conflict_cases \
                       WHERE attention_at IS NOT NULL AND attention_at <= $1 ORDER BY vendor_id";
            Ok(tx.query_as::<String, _>(sql, db::params![now])?)
        },
        move |tx, vendor, now| {
            let settled =
                Cx::sweeping(tx, &app, vendor, from_micros(now)).and_then(|mut cx| settle(&mut cx));
            settled.map_err(|error| JobFailure::retry(error.to_string()))
        },
    )
}

/// Puts the schedule in place; harmless when repeated.
pub(super) fn schedule(tx: &mut Tx<'_>, now_micros: i64) -> Result<(), AppError> {
    let new = NewSchedule {
        vendor_id: "",
        name: SETTLE,
        kind: SETTLE,
        payload: "{}",
        every_seconds: 60,
        offset_seconds: 20,
        max_attempts: 5,
    };
    jobs::schedule(tx, &new, now_micros)?;
    Ok(())
}

/// Does what the clocks of the vendor's cases owe.
pub fn settle(cx: &mut Cx<'_, '_>) -> Result<(), AppError> {
    let done = course::settle_due(cx)?;
    tracing::debug!(done, "conflict cases settled");
    Ok(())
}
