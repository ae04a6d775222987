//! Enrolling a partner in a program, and changing how it stands there.

use domain::{
    ids::{PartnerId, ProgramId},
    program::Document,
};
use jiff::civil::Date;
use serde_json::{Value, json};
use web::FieldErrors;

use super::{
    Enrolment,
    changes::{self, Change},
    kept, questions, row,
};
use crate::program;
use frame::{ctx::Cx, error::AppError};
use people::audit;

/// How a partner is to stand in a program.
#[derive(Debug)]
pub struct NewEnrolment<'a> {
    /// The program.
    pub program_id: &'a ProgramId,
    /// The partner.
    pub partner_id: &'a PartnerId,
    /// The code of the track.
    pub track: &'a str,
    /// The code of the tier; `""` for the lowest, or for a track without tiers.
    pub tier: &'a str,
    /// Territory codes; empty means everywhere.
    pub territories: &'a [String],
    /// Segment codes; empty means all.
    pub segments: &'a [String],
    /// The first day of the agreement; `None` when none is signed.
    pub agreement_from: Option<Date>,
    /// The last day of the agreement; `None` for an open one.
    pub agreement_until: Option<Date>,
    /// Why track or tier change; needed when the partner is enrolled already.
    pub reason: &'a str,
}

/// Enrols a partner, or changes how it stands. Codes that the program document in force does not
/// know are refused by field. Rule PG-05.
pub fn enrol(cx: &mut Cx<'_, '_>, new: &NewEnrolment<'_>) -> Result<(), AppError> {
    let in_force = program::in_force(cx, new.program_id, cx.now)?;
    let mut errors = faults(new, &in_force.document);
    let tier = tier_of(new, &in_force.document);
    let old = questions::enrolment(cx, new.program_id, new.partner_id)?;
    let moved = old.as_ref().is_some_and(|old| old.track != new.track || old.tier != tier);
    if moved {
        changes::check_reason(new.reason, &mut errors);
    }
    if !errors.is_empty() {
        return Err(AppError::Invalid(errors));
    }
    save(cx, new, &tier)?;
    row::count_up(cx, new.partner_id)?;
    let Some(old) = old else {
        keep(cx, new, ("enrolment", "", &format!("{} {tier}", new.track)))?;
        let told = (json!(null), facts(new, &tier));
        return changes::tell(cx, new.partner_id, "partners.enrolled", told);
    };
    if old.track != new.track {
        keep(cx, new, ("track", &old.track, new.track))?;
    }
    if old.tier != tier {
        keep(cx, new, ("tier", &old.tier, &tier))?;
    }
    let told = (facts_before(&old), facts(new, &tier));
    changes::tell(cx, new.partner_id, "partners.enrolment_changed", told)
}

/// The tier given; on a track with tiers the lowest when none is.
fn tier_of(new: &NewEnrolment<'_>, document: &Document) -> String {
    let in_tiers = document.track(new.track).is_some_and(|track| track.in_tiers);
    if new.tier.is_empty() && in_tiers {
        document.lowest_tier().map_or_else(String::new, |tier| tier.code.clone())
    } else {
        new.tier.to_owned()
    }
}

fn faults(new: &NewEnrolment<'_>, document: &Document) -> FieldErrors {
    let mut errors = FieldErrors::new();
    if document.track(new.track).is_none() {
        let known: Vec<&str> = document.tracks.iter().map(|track| track.code.as_str()).collect();
        errors.add("track", unknown("track", new.track, &known));
    }
    if !new.tier.is_empty() && document.tier(new.tier).is_none() {
        let known: Vec<&str> = document.tiers.iter().map(|tier| tier.code.as_str()).collect();
        errors.add("tier", unknown("tier", new.tier, &known));
    }
    let territories: Vec<&str> = document.territories.iter().map(|t| t.code.as_str()).collect();
    if let Some(code) = first_unknown(new.territories, &territories) {
        errors.add("territories", unknown("territory", code, &territories));
    }
    let segments: Vec<&str> = document.segments.iter().map(|s| s.code.as_str()).collect();
    if let Some(code) = first_unknown(new.segments, &segments) {
        errors.add("segments", unknown("segment", code, &segments));
    }
    match (new.agreement_from, new.agreement_until) {
        (Some(from), Some(until)) if until < from => {
            errors.add("agreement_until_on", "The last day is before the first day");
        }
        (None, Some(_)) => {
            errors.add("agreement_from_on", "Enter the agreement's first day as well");
        }
        (Some(_) | None, None) | (Some(_), Some(_)) => {}
    }
    errors
}

fn first_unknown<'a>(given: &'a [String], known: &[&str]) -> Option<&'a str> {
    given.iter().map(String::as_str).find(|code| !known.contains(code))
}

fn unknown(what: &str, code: &str, known: &[&str]) -> String {
    if code.is_empty() {
        format!("Choose a {what}: {}", known.join(", "))
    } else {
        format!("The program has no {what} “{code}”. It has: {}", known.join(", "))
    }
}

fn save(cx: &mut Cx<'_, '_>, new: &NewEnrolment<'_>, tier: &str) -> Result<(), AppError> {
    let key = [new.program_id.as_str(), new.partner_id.as_str()];
    audit::touch(cx, &kept::ENROLMENTS, &key)?;
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "INSERT INTO partner_enrolments (vendor_id, program_id, partner_id, track, tier, \
         territories, segments, agreement_from, agreement_until, enrolled_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
         ON CONFLICT (vendor_id, program_id, partner_id) DO UPDATE SET track = excluded.track, \
          tier = excluded.tier, territories = excluded.territories, \
          segments = excluded.segments, agreement_from = excluded.agreement_from, \
          agreement_until = excluded.agreement_until, ended_at = NULL, \
          version = partner_enrolments.version + 1",
        db::params![
            vendor_id.as_str(),
            new.program_id.as_str(),
            new.partner_id.as_str(),
            new.track,
            tier,
            new.territories.join(" "),
            new.segments.join(" "),
            new.agreement_from.map(|day| day.to_string()),
            new.agreement_until.map(|day| day.to_string()),
            cx.now.as_microsecond()
        ],
    )?;
    Ok(())
}

fn keep(
    cx: &mut Cx<'_, '_>,
    new: &NewEnrolment<'_>,
    (what, old, value): (&str, &str, &str),
) -> Result<(), AppError> {
    let change = Change {
        program_id: new.program_id.as_str(),
        what,
        old,
        new: value.trim(),
        reason: new.reason.trim(),
    };
    changes::keep(cx, new.partner_id, &change)
}

fn facts(new: &NewEnrolment<'_>, tier: &str) -> Value {
    json!({
        "program_id": new.program_id, "track": new.track, "tier": tier,
        "territories": new.territories, "segments": new.segments,
        "agreement_from": new.agreement_from, "agreement_until": new.agreement_until,
        "reason": new.reason,
    })
}

fn facts_before(old: &Enrolment) -> Value {
    json!({
        "program_id": old.program_id, "track": old.track, "tier": old.tier,
        "territories": old.territories, "segments": old.segments,
        "agreement_from": old.agreement_from, "agreement_until": old.agreement_until,
    })
}

/// The partner is on this tier from now on, and why. One that is not enrolled is not found.
pub fn change_tier(
    cx: &mut Cx<'_, '_>,
    (program_id, partner_id): (&ProgramId, &PartnerId),
    tier: &str,
    reason: &str,
) -> Result<(), AppError> {
    let old = questions::enrolment(cx, program_id, partner_id)?.ok_or(AppError::NotFound)?;
    enrol(
        cx,
        &NewEnrolment {
            program_id,
            partner_id,
            track: &old.track,
            tier,
            territories: &old.territories,
            segments: &old.segments,
            agreement_from: old.agreement_from,
            agreement_until: old.agreement_until,
            reason,
        },
    )
}

/// The partner is no longer in the program, and why. One that is not enrolled is not found.
pub(super) fn end(
    cx: &mut Cx<'_, '_>,
    (program_id, partner_id): (&ProgramId, &PartnerId),
    reason: &str,
) -> Result<(), AppError> {
    let old = questions::enrolment(cx, program_id, partner_id)?.ok_or(AppError::NotFound)?;
    let mut errors = FieldErrors::new();
    changes::check_reason(reason, &mut errors);
    if !errors.is_empty() {
        return Err(AppError::Invalid(errors));
    }
    audit::touch(cx, &kept::ENROLMENTS, &[program_id.as_str(), partner_id.as_str()])?;
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "UPDATE partner_enrolments SET ended_at = $4, version = version + 1 \
         WHERE vendor_id = $1 AND program_id = $2 AND partner_id = $3",
        db::params![
            vendor_id.as_str(),
            program_id.as_str(),
            partner_id.as_str(),
            cx.now.as_microsecond()
        ],
    )?;
    row::count_up(cx, partner_id)?;
    let change = Change {
        program_id: program_id.as_str(),
        what: "enrolment",
        old: &old.track,
        new: "",
        reason: reason.trim(),
    };
    changes::keep(cx, partner_id, &change)?;
    let told = (facts_before(&old), json!({ "reason": reason }));
    changes::tell(cx, partner_id, "partners.enrolment_ended", told)
}
