//! The activities that a partner documented.

use db::DbError;
use domain::{
    deal_registration::activity::ActivityKind,
    ids::{ActivityId, RegistrationId},
};
use jiff::{Timestamp, civil::Date};

use super::reader::Reader;
use crate::deal_registration::kept;
use frame::{ctx::Cx, error::AppError};
use people::audit;

/// A documented activity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivityView {
    /// Its id.
    pub activity_id: ActivityId,
    /// What was done.
    pub kind: ActivityKind,
    /// The day on which it occurred.
    pub occurred_on: Date,
    /// Whom the partner spoke with.
    pub contact: String,
    /// What came of it.
    pub note: String,
    /// Who logged it, as audit names actors.
    pub logged_by: String,
    /// The name of the one who logged it.
    pub logged_by_name: String,
    /// When it was logged.
    pub logged_at: Timestamp,
    /// The day from which it restarts the follow-up clock (DR-08).
    pub counts_from: Date,
}

/// Writes an activity.
pub(crate) fn add_activity(
    cx: &mut Cx<'_, '_>,
    id: &RegistrationId,
    activity: &ActivityView,
) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "INSERT INTO deal_registration_activities (vendor_id, registration_id, activity_id, kind, \
         occurred_on, contact, note, logged_by, logged_by_name, logged_at, counts_from) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        db::params![
            vendor_id.as_str(),
            id.as_str(),
            activity.activity_id.as_str(),
            activity.kind.as_str(),
            activity.occurred_on.to_string(),
            &activity.contact,
            &activity.note,
            &activity.logged_by,
            &activity.logged_by_name,
            activity.logged_at.as_microsecond(),
            activity.counts_from.to_string()
        ],
    )?;
    audit::made(cx, &kept::ACTIVITIES, &[id.as_str(), activity.activity_id.as_str()])
}

/// The activities of a registration in the order in which they were logged, at most 2,000.
pub(crate) fn activities(
    cx: &mut Cx<'_, '_>,
    id: &RegistrationId,
) -> Result<Vec<ActivityView>, AppError> {
    let vendor_id = cx.vendor();
    Ok(cx.tx.query(
        "SELECT activity_id, kind, occurred_on, contact, note, logged_by, logged_by_name, \
         logged_at, counts_from FROM deal_registration_activities \
         WHERE vendor_id = $1 AND registration_id = $2 ORDER BY logged_at, activity_id LIMIT 2000",
        db::params![vendor_id.as_str(), id.as_str()],
        |row| {
            let mut r = Reader::new(row, 0);
            Ok::<_, DbError>(ActivityView {
                activity_id: r.with(|text| ActivityId::parse(text).ok())?,
                kind: r.with(ActivityKind::parse)?,
                occurred_on: r.date()?,
                contact: r.text()?,
                note: r.text()?,
                logged_by: r.text()?,
                logged_by_name: r.text()?,
                logged_at: r.instant()?,
                counts_from: r.date()?,
            })
        },
    )?)
}
