//! What is forgotten every night: answers kept for repeated requests, texts of old mails, links
//! and sessions that are over. The first time after an upgrade it runs at once.

use std::sync::Arc;

use db::Tx;
use jobs::{Handlers, JobFailure, NewSchedule};

use frame::{clock::from_micros, error::AppError, idempotency, replica, state::App};
use people::{identity, notifications};

/// The job that forgets, once a day.
pub const HOUSEKEEPING: &str = "operate.housekeeping";

/// At 03:00 UTC, in seconds.
const OFFSET_SECONDS: u32 = 3 * 3_600;
const DAY_SECONDS: u32 = 24 * 3_600;

/// A portion that is smaller than this was the last. A portion is one write among others, so it
/// must not hold them up.
pub(super) const PORTION: u32 = 2_000;

/// At most so many portions of each kind in a night; the rest follows in the next.
const PORTIONS: u32 = 5_000;

type Forget = fn(&mut Tx<'_>, &Arc<App>, i64, u32) -> Result<u64, AppError>;

/// What is forgotten in portions, by name.
const KINDS: [(&str, Forget); 4] = [
    ("links in mails of an earlier version", notifications::take_out_links),
    ("answers to repeated requests", |tx, _, now, limit| idempotency::forget_old(tx, now, limit)),
    ("times of last writes", |tx, _, now, limit| replica::forget_old(tx, now, limit)),
    ("texts of old mails", |tx, _, now, limit| notifications::forget_old_texts(tx, now, limit)),
];

/// Puts the schedules of this slice and of identity in place; harmless when repeated.
pub(super) fn schedule(tx: &mut Tx<'_>, now_micros: i64) -> Result<(), AppError> {
    for kind in [HOUSEKEEPING, identity::FORGET_OLD] {
        let daily = NewSchedule {
            vendor_id: "",
            name: kind,
            kind,
            payload: "{}",
            every_seconds: DAY_SECONDS,
            offset_seconds: OFFSET_SECONDS,
            max_attempts: 5,
        };
        jobs::schedule(tx, &daily, now_micros)?;
    }
    Ok(())
}

/// The handler.
pub(super) fn handlers(app: &Arc<App>, handlers: Handlers) -> Handlers {
    let app = app.clone();
    handlers.blocking_effect(HOUSEKEEPING, move |_job, now_micros| {
        forget(&app, now_micros).map_err(|error| JobFailure::retry(error.to_string()))
    })
}

/// Forgets everything whose time is over at `now_micros`.
fn forget(app: &Arc<App>, now_micros: i64) -> Result<(), AppError> {
    for (what, portion) in KINDS {
        let mut rows = 0;
        for _ in 0..PORTIONS {
            let told = app.clone();
            let gone = app.db.write_blocking(move |tx| portion(tx, &told, now_micros, PORTION))?;
            rows += gone;
            if gone < u64::from(PORTION) {
                break;
            }
        }
        tracing::info!(what, rows, until = %from_micros(now_micros), "forgotten");
    }
    Ok(())
}
