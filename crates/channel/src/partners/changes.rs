//! Keeping each change of status, manager, track and tier with its reason, and telling of it.

use domain::ids::PartnerId;
use jiff::Timestamp;
use serde_json::{Value, json};
use web::FieldErrors;

use frame::{ctx::Cx, error::AppError};
use people::audit;

/// The most changes that a page shows.
const MOST_SHOWN: i64 = 200;

/// A change that a reason belongs to.
pub(super) struct Change<'a> {
    pub(super) program_id: &'a str,
    /// `status`, `manager`, `track`, `tier`, `enrolment`.
    pub(super) what: &'a str,
    pub(super) old: &'a str,
    pub(super) new: &'a str,
    pub(super) reason: &'a str,
}

db::row! {
    /// A change as the history shows it.
    pub(super) struct ChangeRow {
        pub(super) what: String,
        pub(super) old: String,
        pub(super) new: String,
        pub(super) reason: String,
        pub(super) changed_by: String,
        pub(super) changed_at: Timestamp,
    }
}

/// Keeps a change for the partner's history.
pub(super) fn keep(
    cx: &mut Cx<'_, '_>,
    partner_id: &PartnerId,
    change: &Change<'_>,
) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    let change_id = cx.ids().text("chg", cx.now);
    cx.tx.execute(
        "INSERT INTO partner_changes (vendor_id, partner_id, change_id, program_id, what, \
         old_value, new_value, reason, changed_by, changed_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        db::params![
            vendor_id.as_str(),
            partner_id.as_str(),
            change_id,
            change.program_id,
            change.what,
            change.old,
            change.new,
            change.reason,
            &cx.actor.name,
            cx.now.as_microsecond()
        ],
    )?;
    Ok(())
}

/// A partner's changes, the latest first, at most 200.
pub(super) fn list(
    cx: &mut Cx<'_, '_>,
    partner_id: &PartnerId,
) -> Result<Vec<ChangeRow>, AppError> {
    let vendor_id = cx.vendor();
    Ok(cx.tx.query_as(
        "SELECT what, old_value, new_value, reason, changed_by, changed_at FROM partner_changes \
         WHERE vendor_id = $1 AND partner_id = $2 ORDER BY changed_at DESC, change_id DESC \
         LIMIT $3",
        db::params![vendor_id.as_str(), partner_id.as_str(), MOST_SHOWN],
    )?)
}

/// A reason that was given for a change that needs one; a missing one becomes an error.
pub(super) fn check_reason(reason: &str, errors: &mut FieldErrors) {
    let length = reason.trim().chars().count();
    if length == 0 {
        errors.add("reason", "Enter a short reason: it appears in the partner's history");
    } else if length > 1_000 {
        errors.add("reason", "Enter a reason of at most 1,000 characters");
    }
}

/// Writes the audit entry and the event of a change.
pub(super) fn tell(
    cx: &mut Cx<'_, '_>,
    partner_id: &PartnerId,
    kind: &str,
    (before, after): (Value, Value),
) -> Result<(), AppError> {
    let id = partner_id.as_str();
    let entry = audit::Entry { action: kind, object_kind: "partner", object_id: id, before, after };
    audit::tell(cx, &entry, (id, json!({ "partner_id": id })))
}
