//! The evidence of cases that ended, as each reader has it (CF-04).

use domain::ids::CaseId;

use crate::conflicts::kept;
use frame::{ctx::Cx, error::AppError};
use people::audit;

/// The reader that the one who acts is: its partner's id, or `""` for the vendor.
fn reader(cx: &Cx<'_, '_>) -> String {
    cx.actor.partner_id().map_or(String::new(), |id| id.as_str().to_owned())
}

/// Keeps what the one who acts reads of a case from now on.
pub(crate) fn insert(cx: &mut Cx<'_, '_>, case_id: &CaseId, signed: &str) -> Result<(), AppError> {
    let (vendor_id, reader) = (cx.vendor(), reader(cx));
    cx.tx.execute(
        "INSERT INTO conflict_bundles (vendor_id, case_id, reader, sealed_at, signed) \
         VALUES ($1, $2, $3, $4, $5)",
        db::params![vendor_id.as_str(), case_id.as_str(), &reader, cx.now.as_microsecond(), signed],
    )?;
    audit::made(cx, &kept::BUNDLES, &[case_id.as_str(), &reader])
}

/// What the one who acts reads of a case that was found before and has ended; `None` for another.
pub(crate) fn find(cx: &mut Cx<'_, '_>, case_id: &CaseId) -> Result<Option<String>, AppError> {
    let (vendor_id, reader) = (cx.vendor(), reader(cx));
    Ok(cx.tx.query_opt_as(
        "SELECT signed FROM conflict_bundles WHERE vendor_id = $1 AND case_id = $2 \
         AND reader = $3",
        db::params![vendor_id.as_str(), case_id.as_str(), &reader],
    )?)
}
