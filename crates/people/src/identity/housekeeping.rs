//! Forgetting what is over: counted attempts, dead links, sessions that ended, devices that are no
//! longer used.

use db::Tx;
use jiff::Timestamp;

use super::devices;
use frame::error::AppError;

/// The job that does it, once a day.
pub const FORGET_OLD: &str = "identity.forget_old";

const DAY_MICROS: i64 = 24 * 3_600 * 1_000_000;
/// Ended sessions and dead links stay for a month, so that questions about them can be answered.
const KEPT_DAYS: i64 = 30;

/// Deletes attempts that are no longer counted, links and sessions that expired a month ago, and devices that
/// were not used for a year; how many rows there were.
pub fn forget_old(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, AppError> {
    let now = now.as_microsecond();
    let attempts = tx.execute(
        "DELETE FROM identity_attempts WHERE window_at < $1",
        db::params![now - DAY_MICROS],
    )?;
    let long_ago = now - KEPT_DAYS * DAY_MICROS;
    tx.execute(
        "DELETE FROM identity_link_secrets WHERE (vendor_id, link_id) IN ( \
         SELECT vendor_id, link_id FROM identity_links WHERE expires_at < $1)",
        db::params![long_ago],
    )?;
    let links =
        tx.execute("DELETE FROM identity_links WHERE expires_at < $1", db::params![long_ago])?;
    let sessions =
        tx.execute("DELETE FROM identity_sessions WHERE expires_at < $1", db::params![long_ago])?;
    let devices = devices::forget_old(tx, now)?;
    Ok(attempts + links + sessions + devices)
}
