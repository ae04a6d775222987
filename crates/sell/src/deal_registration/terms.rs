//! The terms of a registration: the policy, calendar and document of the version by which it is
//! judged, for its track and tier. Versions never change, so terms are kept once made.

use std::{collections::BTreeMap, sync::Arc};

use domain::{
    calendar::BusinessCalendar, deal_registration::policy::RegistrationPolicy, ids::ProgramId,
    program::Document,
};
use jiff::{Timestamp, civil::Date};
use parking_lot::RwLock;
use web::{Field, FieldErrors, day_text};

use super::store::Registration;
use channel::program;
use frame::{ctx::Cx, error::AppError, request::Req};

/// The most terms kept; beyond it all are made again.
const MOST_KEPT: usize = 4_096;

/// What a registration is judged by.
#[derive(Debug)]
pub struct Terms {
    /// The number of the program version.
    pub number: i64,
    /// The document.
    pub document: Arc<Document>,
    /// Its registration policy for this track and tier.
    pub policy: RegistrationPolicy,
    /// The program's calendar.
    pub calendar: BusinessCalendar,
}

impl Terms {
    /// The date that the program's zone shows at that instant.
    pub fn day(&self, at: Timestamp) -> Date {
        self.calendar.date_of(at)
    }
}

/// The day today in the zone of the vendor's program.
pub(super) fn today(cx: &mut Cx<'_, '_>) -> Result<Date, AppError> {
    let program_id = program::only_program(cx)?;
    let now = cx.now;
    let document = program::in_force(cx, &program_id, now)?.document;
    Ok(now.to_zoned(document.time_zone()).date())
}

/// A field for a day offers none after today.
pub(super) fn until_today(req: &mut Req<'_, '_>, field: Field) -> Result<Field, AppError> {
    Ok(field.max(today(&mut req.cx)?.to_string()).short())
}

/// A field for a day offers none before today.
pub(super) fn from_today(req: &mut Req<'_, '_>, field: Field) -> Result<Field, AppError> {
    Ok(field.min(today(&mut req.cx)?.to_string()).short())
}

/// Notes that the day in this field is past.
pub(super) fn not_past(errors: &mut FieldErrors, (name, on): (&str, Option<Date>), today: Date) {
    if on.is_some_and(|on| on < today) {
        errors.add(name, format!("This date is in the past; today is {}", day_text(today)));
    }
}

/// Notes that the day in this field is yet to come.
pub(super) fn not_future(errors: &mut FieldErrors, (name, on): (&str, Option<Date>), today: Date) {
    if on.is_some_and(|on| on > today) {
        errors.add(name, format!("This date is in the future; today is {}", day_text(today)));
    }
}

type Key = (String, String, i64, String, String);

/// Terms by vendor, program, version, track and tier.
#[derive(Debug, Default)]
pub struct TermsCache {
    kept: RwLock<BTreeMap<Key, Arc<Terms>>>,
}

/// The terms by which this registration is judged: those of the version in force when it was
/// last submitted, for the track and tier of then. Rule PG-01.
pub(super) fn of(cx: &mut Cx<'_, '_>, registration: &Registration) -> Result<Arc<Terms>, AppError> {
    let r = registration;
    made(cx, &r.program_id, r.policy_version, (&r.track, &r.tier))
}

/// The terms in force now for a partner of that track and tier. Rule PG-01.
pub(super) fn in_force(
    cx: &mut Cx<'_, '_>,
    program_id: &ProgramId,
    track_and_tier: (&str, &str),
) -> Result<Arc<Terms>, AppError> {
    let now = cx.now;
    let in_force = program::in_force(cx, program_id, now)?;
    made(cx, program_id, in_force.number, track_and_tier)
}

fn made(
    cx: &mut Cx<'_, '_>,
    program_id: &ProgramId,
    number: i64,
    (track, tier): (&str, &str),
) -> Result<Arc<Terms>, AppError> {
    let key = (
        cx.actor.vendor_id.as_str().to_owned(),
        program_id.as_str().to_owned(),
        number,
        track.to_owned(),
        tier.to_owned(),
    );
    if let Some(terms) = cx.app.shared::<TermsCache>()?.kept.read().get(&key) {
        return Ok(terms.clone());
    }
    let document = program::document(cx, program_id, number)?;
    let terms = Arc::new(Terms {
        number,
        policy: document.registration_policy(track, tier),
        calendar: document.business_calendar(None),
        document,
    });
    let mut kept = cx.app.shared::<TermsCache>()?.kept.write();
    if kept.len() >= MOST_KEPT {
        kept.clear();
    }
    kept.insert(key, terms.clone());
    Ok(terms)
}
