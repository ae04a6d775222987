//! What people have long seen need not be kept for ever.

use std::sync::Arc;

use db::Tx;
use domain::ids::VendorId;
use jiff::Timestamp;

use super::mail_links;
use frame::{clock::from_micros, ctx::Cx, error::AppError, state::App};

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

/// How long the text of a mail is kept after it was sent, in microseconds: 90 days.
const TEXT_KEPT_MICROS: i64 = 90 * 24 * 3_600 * 1_000_000;

/// Empties the texts of at most `limit` mails that are older than 90 days and need not be sent any
/// more; how many there were. Who was written to, when and about what stays.
pub fn forget_old_texts(tx: &mut Tx<'_>, now_micros: i64, limit: u32) -> Result<u64, AppError> {
    Ok(tx.execute(
        "UPDATE mails SET body = '' WHERE (vendor_id, mail_id) IN ( \
         SELECT vendor_id, mail_id FROM mails WHERE created_at < $1 \
         AND state IN ('sent', 'kept') AND body <> '' LIMIT $2)",
        db::params![now_micros - TEXT_KEPT_MICROS, limit],
    )?)
}

db::row! {
    /// A mail of an earlier version.
    struct Old {
        vendor_id: String,
        mail_id: String,
        body: String,
        fault: String,
    }
}

/// Takes the addresses of links out of at most `limit` mails of an earlier version, which kept
/// them in the text; how many mails there were. They can be sent again all the same. Rule ID-01.
pub fn take_out_links(
    tx: &mut Tx<'_>,
    app: &Arc<App>,
    now_micros: i64,
    limit: u32,
) -> Result<u64, AppError> {
    let old = tx.query_as::<Old, _>(
        "SELECT vendor_id, mail_id, body, fault FROM mails WHERE links = '' \
         ORDER BY vendor_id, mail_id LIMIT $1",
        db::params![limit],
    )?;
    let count = u64::try_from(old.len()).unwrap_or(u64::MAX);
    for mail in old {
        let vendor_id = VendorId::parse(&mail.vendor_id).map_err(AppError::internal)?;
        let mut cx = Cx::system(tx, app, vendor_id, from_micros(now_micros));
        let (body, links) = mail_links::taken_out(&mut cx, &mail.body)?;
        tx.execute(
            "UPDATE mails SET body = $1, links = $2, fault = $3 \
             WHERE vendor_id = $4 AND mail_id = $5",
            db::params![
                body,
                mail_links::to_row(&links)?,
                mail_links::without_addresses(&mail.fault),
                &mail.vendor_id,
                &mail.mail_id
            ],
        )?;
    }
    Ok(count)
}
