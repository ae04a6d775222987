//! Scheduled jobs: the clocks every minute, the figures of the checks daily.

use std::sync::Arc;

use db::Tx;
use jiff::Timestamp;
use jobs::{Handlers, JobFailure, NewSchedule};

use super::{attempts, budget, clocks};
use frame::{clock::from_micros, ctx::Cx, error::AppError, state::App};

/// The job that does what the clocks owe.
pub(super) const SETTLE: &str = "deal_registration.settle";
/// The job that computes what checks read of a program's history.
pub(super) const FIGURES: &str = "deal_registration.figures";
/// Won deals from which a median sales cycle means something.
const ENOUGH_WON: usize = 5;

/// The jobs of this slice.
pub(super) fn handlers(app: &Arc<App>, handlers: Handlers) -> Handlers {
    let app = app.clone();
    handlers
        .sweep(
            SETTLE,
            |tx, now| owing(tx, from_micros(now)).map_err(|error| failure(&error)),
            move |tx, vendor, now| {
                let settled = Cx::sweeping(tx, &app, vendor, from_micros(now))
                    .and_then(|mut cx| settle(&mut cx));
                settled.map_err(|error| failure(&error))
            },
        )
        .sweep(
            FIGURES,
            |tx, _| {
                let sql = "SELECT DISTINCT vendor_id FROM deal_registrations WHERE status = 'won'";
                Ok(tx.query_as::<String, _>(sql, &[])?)
            },
            |tx, vendor, now| {
                figures(tx, vendor, from_micros(now)).map_err(|error| failure(&error))
            },
        )
}

fn failure(error: &AppError) -> JobFailure {
    JobFailure::retry(error.to_string())
}

/// Puts the schedules in place; harmless when repeated.
pub(super) fn schedule(tx: &mut Tx<'_>, now_micros: i64) -> Result<(), AppError> {
    for (kind, every_seconds, offset_seconds) in [(SETTLE, 60, 0), (FIGURES, 86_400, 7_200)] {
        let new = NewSchedule {
            vendor_id: "",
            name: kind,
            kind,
            payload: "{}",
            every_seconds,
            offset_seconds,
            max_attempts: 5,
        };
        jobs::schedule(tx, &new, now_micros)?;
    }
    Ok(())
}

/// The vendors for which [`settle`] has something to do.
fn owing(tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<String>, AppError> {
    Ok(tx.query_as(
        "SELECT vendor_id FROM deal_registrations WHERE attention_at IS NOT NULL \
           AND attention_at <= $1 \
         UNION SELECT vendor_id FROM availability_questions WHERE asked_at < $2 \
         UNION SELECT vendor_id FROM deal_registration_refusals WHERE refused_at < $3 \
         ORDER BY vendor_id",
        db::params![
            now.as_microsecond(),
            budget::kept_since(now).as_microsecond(),
            attempts::kept_since(now).as_microsecond()
        ],
    )?)
}

/// Does what the vendor's clocks owe.
pub fn settle(cx: &mut Cx<'_, '_>) -> Result<(), AppError> {
    let now = cx.now;
    let settled = clocks::settle_due(cx, now)?;
    tracing::debug!(?settled, "clocks settled");
    budget::forget_old(cx)?;
    attempts::forget_old(cx)?;
    Ok(())
}

/// Computes the median sales cycle of each program of a vendor: from submission to the order. Rule
/// DR-17.
fn figures(tx: &mut Tx<'_>, vendor: &str, now: Timestamp) -> Result<(), AppError> {
    let programs = tx.query_as::<String, _>(
        "SELECT DISTINCT program_id FROM deal_registrations WHERE vendor_id = $1 \
         AND status = 'won'",
        db::params![vendor],
    )?;
    for program in programs {
        let mut days: Vec<i64> = tx.query_as::<i64, _>(
            "SELECT (ended_at - approved_at) / 86400000000 FROM deal_registrations \
             WHERE vendor_id = $1 AND program_id = $2 AND status = 'won' \
             AND ended_at IS NOT NULL AND approved_at IS NOT NULL \
             ORDER BY number DESC LIMIT 2000",
            db::params![vendor, &program],
        )?;
        days.sort_unstable();
        let median = if days.len() < ENOUGH_WON { None } else { days.get(days.len() / 2).copied() };
        let counted = i64::try_from(days.len()).unwrap_or(i64::MAX);
        tx.execute(
            "INSERT INTO deal_registration_figures (vendor_id, program_id, sales_cycle_days, \
             counted, computed_at) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT (vendor_id, program_id) DO UPDATE SET \
             sales_cycle_days = excluded.sales_cycle_days, counted = excluded.counted, \
             computed_at = excluded.computed_at",
            db::params![vendor, &program, median, counted, now.as_microsecond()],
        )?;
    }
    Ok(())
}
