//! What people have long seen need not be kept for ever.

use db::Tx;
use domain::ids::VendorId;
use jiff::Timestamp;

use crate::core::error::AppError;

/// Marks as read what was told before `read_before`, removes notices from before `notices_before`
/// and mails from before `mails_before`. Mails that still wait to be sent stay.
pub fn tidy(
    tx: &mut Tx<'_>,
    vendor_id: &VendorId,
    (read_before, notices_before, mails_before): (Timestamp, Timestamp, Timestamp),
) -> Result<(), AppError> {
    tx.execute(
        "UPDATE notices SET read_at = created_at WHERE vendor_id = $1 AND created_at < $2 \
         AND read_at IS NULL",
        db::params![vendor_id.as_str(), read_before.as_microsecond()],
    )?;
    tx.execute(
        "DELETE FROM notices WHERE vendor_id = $1 AND created_at < $2",
        db::params![vendor_id.as_str(), notices_before.as_microsecond()],
    )?;
    tx.execute(
        "DELETE FROM mails WHERE vendor_id = $1 AND created_at < $2 AND state <> 'waiting'",
        db::params![vendor_id.as_str(), mails_before.as_microsecond()],
    )?;
    Ok(())
}
