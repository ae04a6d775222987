//! The activities that a partner documented.

use db::Record as _;
use domain::{
    deal_registration::activity::ActivityKind,
    ids::{ActivityId, RegistrationId},
};
use jiff::{Timestamp, civil::Date};

use crate::deal_registration::kept;
use frame::{ctx::Cx, error::AppError};
use people::audit;

db::record! {
    /// A documented activity.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct ActivityView in "deal_registration_activities" {
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
}

/// Writes an activity.
pub(crate) fn add_activity(
    cx: &mut Cx<'_, '_>,
    id: &RegistrationId,
    activity: &ActivityView,
) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    let of = [("vendor_id", vendor_id.as_str().into()), ("registration_id", id.as_str().into())];
    activity.insert(cx.tx, &of)?;
    audit::made(cx, &kept::ACTIVITIES, &[id.as_str(), activity.activity_id.as_str()])
}

/// The activities of a registration in the order in which they were logged, at most 2,000.
pub(crate) fn activities(
    cx: &mut Cx<'_, '_>,
    id: &RegistrationId,
) -> Result<Vec<ActivityView>, AppError> {
    let vendor_id = cx.vendor();
    let sql = format!(
        "{} WHERE vendor_id = $1 AND registration_id = $2 ORDER BY logged_at, activity_id LIMIT 2000",
        ActivityView::SELECT
    );
    Ok(cx.tx.query_as(&sql, db::params![vendor_id.as_str(), id.as_str()])?)
}
