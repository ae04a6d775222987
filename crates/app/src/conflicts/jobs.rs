//! What cases do by themselves: they climb when a level is out of time, and rest when nobody
//! appeals.

use std::sync::Arc;

use db::Tx;
use jiff::Timestamp;
use jobs::{Handlers, JobFailure, NewSchedule};

use super::course;
use crate::core::{clock::from_micros, ctx::Cx, error::AppError, state::App};

/// The job that does what the clocks of cases owe.
const SETTLE: &str = "conflicts.settle";

/// The jobs of this slice.
pub(super) fn handlers(app: &Arc<App>, handlers: Handlers) -> Handlers {
    let app = app.clone();
    handlers.transactional(SETTLE, move |tx, _job, now| {
        settle(tx, &app, from_micros(now)).map_err(|error| JobFailure::retry(error.to_string()))
    })
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

/// Does what the clocks of every vendor's cases owe.
pub fn settle(tx: &mut Tx<'_>, app: &Arc<App>, now: Timestamp) -> Result<(), AppError> {
    let vendors = tx.query_as::<String, _>(
        "SELECT DISTINCT vendor_id FROM conflict_cases WHERE attention_at IS NOT NULL \
         AND attention_at <= $1",
        db::params![now.as_microsecond()],
    )?;
    Cx::for_each_vendor(tx, app, (vendors, now), |cx| {
        let done = course::settle_due(cx)?;
        tracing::debug!(done, "conflict cases settled");
        Ok(())
    })
}
