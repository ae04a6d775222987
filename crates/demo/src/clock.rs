//! The demo's clock: it goes on while the demo runs, stands while it does not, and is moved
//! forward by the banner, day by day with everything that the rules do.

use std::sync::Arc;

use domain::ids::VendorId;
use jiff::{Timestamp, ToSpan, tz::TimeZone};

use super::{
    span::day_at,
    state::{self, Move},
    world::cast::ZONE,
};
use frame::{ctx::Cx, error::AppError, state::App};
use people::{audit, events};
use sell::deal_registration;

/// The job that keeps where the clock stands.
pub(super) const KEEP_CLOCK: &str = "demo.keep_clock";

/// How far the clock is moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// One day.
    Day,
    /// Seven days.
    Week,
    /// Thirteen weeks.
    Quarter,
}

impl Step {
    /// The step of a word; `None` for an unknown one.
    pub(super) fn from_word(word: &str) -> Option<Self> {
        match word {
            "day" => Some(Self::Day),
            "week" => Some(Self::Week),
            "quarter" => Some(Self::Quarter),
            _ => None,
        }
    }

    /// So many days.
    pub(super) const fn days(self) -> i64 {
        match self {
            Self::Day => 1,
            Self::Week => 7,
            Self::Quarter => 91,
        }
    }
}

/// The zone in which the demo counts its days.
pub(super) fn zone() -> Result<TimeZone, AppError> {
    domain::calendar::zones::find(ZONE).map_err(AppError::internal)
}

/// Moves the time of this request forward: the clocks of registrations do at the beginning of
/// each day what they owe. The caller sets the application's clock to the answer.
pub(super) fn forward(cx: &mut Cx<'_, '_>, step: Step) -> Result<Timestamp, AppError> {
    let (vendor_id, mut state) = vendor(cx)?;
    let zone = zone()?;
    let from = cx.now;
    let after_event = events::last(cx)?;
    let start = from.to_zoned(zone.clone());
    let to = start.checked_add(step.days().days()).map_err(AppError::internal)?.timestamp();
    for day in 1..=step.days() {
        let on = start.date().checked_add(day.days()).map_err(AppError::internal)?;
        let at = day_at(&zone, on, (0, 1))?.min(to);
        settle(cx, at)?;
    }
    settle(cx, to)?;
    let (from_at, to_at) = (from.as_microsecond(), to.as_microsecond());
    state.moved = Some(Move { from_at, to_at, after_event });
    state::write(cx.tx, &vendor_id, to, &state)?;
    Ok(to)
}

/// The clocks of registrations do what they owe at that time.
fn settle(cx: &mut Cx<'_, '_>, at: Timestamp) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    deal_registration::settle(&mut Cx::system(cx.tx, cx.app, vendor_id, at))
}

/// Sets the clock of a demo that is started again to where it stood. False when there is no demo
/// yet.
pub fn resume(app: &Arc<App>) -> Result<bool, AppError> {
    let kept = app.db.read_blocking(state::read)?;
    let Some((_, at, _)) = kept else {
        return Ok(false);
    };
    // Where it stood is kept every minute; what was stored since is not older.
    let newest = app.db.read_blocking(audit::last_entry_at)?;
    let at = newest.map_or(at, |newest| newest.max(at));
    app.clock.set(at);
    app.db.write_blocking(move |tx| schedule(tx, at))?;
    Ok(true)
}

/// True when the database holds a demo.
pub fn is_seeded(app: &Arc<App>) -> Result<bool, AppError> {
    Ok(app.db.read_blocking(state::read)?.is_some())
}

/// Has the clock's place kept every minute.
pub(super) fn schedule(tx: &mut db::Tx<'_>, now: Timestamp) -> Result<(), AppError> {
    let new = jobs::NewSchedule {
        vendor_id: "",
        name: KEEP_CLOCK,
        kind: KEEP_CLOCK,
        payload: "{}",
        every_seconds: 60,
        offset_seconds: 30,
        max_attempts: 3,
    };
    Ok(jobs::schedule(tx, &new, now.as_microsecond())?)
}

/// The vendor of the demo, which must be the one that is asked.
pub(super) fn vendor(cx: &mut Cx<'_, '_>) -> Result<(VendorId, state::State), AppError> {
    let kept = state::read(cx.tx)?.filter(|(vendor_id, ..)| *vendor_id == cx.actor.vendor_id);
    kept.map(|(vendor_id, _, state)| (vendor_id, state)).ok_or(AppError::NotFound)
}
