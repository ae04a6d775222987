//! Refused attempts that still need action, for home pages.

use db::Value;
use domain::ids::AttemptId;
use jiff::civil::Date;

use super::attempts::{Attempt, SELECT};
use frame::{ctx::Cx, error::AppError};
use people::identity;

/// The most attempts that a list of what waits names.
const MOST: i64 = 8;

/// A refused attempt that waits for somebody.
#[derive(Debug, Clone)]
pub struct RefusedRow {
    /// The attempt.
    pub attempt_id: AttemptId,
    /// The company.
    pub account_name: String,
    /// What was attempted, in words.
    pub what: String,
    /// The last protected day when it was refused.
    pub protected_until: Option<Date>,
    /// True when it came from the CRM and is held back until someone records or drops it.
    pub held: bool,
}

/// What the acting person was refused while protection lasts and took no way on from, and what
/// came from the CRM and is held back, newest first, at most 8 of each. Rule DR-05.
pub fn refused_waiting(cx: &mut Cx<'_, '_>, today: Date) -> Result<Vec<RefusedRow>, AppError> {
    let vendor_id = cx.vendor();
    let sql = format!(
        "{SELECT} WHERE r.vendor_id = $1 AND r.held <> '' AND r.settled_at IS NULL \
         ORDER BY r.attempted_at DESC, r.refusal_id DESC LIMIT $2"
    );
    let mut rows: Vec<Attempt> = cx.tx.query_as(&sql, db::params![vendor_id.as_str(), MOST])?;
    let by = identity::references(cx)?;
    let marks: Vec<String> = (4..4 + by.len()).map(|place| format!("${place}")).collect();
    let sql = format!(
        "{SELECT} WHERE r.vendor_id = $1 AND r.attempted_by IN ({}) AND r.held = '' AND r.settled_at IS NULL \
         AND r.asked_for = '' AND r.protected_until >= $2 \
         ORDER BY r.attempted_at DESC, r.refusal_id DESC LIMIT $3",
        marks.join(", ")
    );
    let mut values: Vec<Value<'_>> =
        vec![vendor_id.as_str().into(), today.to_string().into(), MOST.into()];
    values.extend(by.iter().map(|reference| reference.as_str().into()));
    rows.extend(cx.tx.query_as::<Attempt, _>(&sql, &values)?);
    Ok(rows
        .into_iter()
        .map(|row| RefusedRow {
            held: row.waits(),
            attempt_id: row.attempt_id,
            account_name: row.account_name,
            what: row.what,
            protected_until: row.protected_until,
        })
        .collect())
}
