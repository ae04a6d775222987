//! In which time zone dates are shown.

use domain::calendar::zones;
use jiff::tz::TimeZone;

use frame::{ctx::Cx, error::AppError};

/// The zone of the acting person where it has set one, else the vendor's.
pub fn zone_of(cx: &mut Cx<'_, '_>) -> Result<TimeZone, AppError> {
    let own = match cx.actor.reader().cloned() {
        Some(user_id) => {
            let vendor_id = cx.vendor();
            cx.tx.query_opt_as::<String, _>(
                "SELECT zone FROM identity_users WHERE vendor_id = $1 AND user_id = $2",
                db::params![vendor_id.as_str(), user_id.as_str()],
            )?
        }
        None => None,
    };
    match own.filter(|name| !name.is_empty()).and_then(|name| zones::find(&name).ok()) {
        Some(zone) => Ok(zone),
        None => vendor_zone(cx),
    }
}

/// The vendor's zone; UTC when its name is no longer known.
pub fn vendor_zone(cx: &mut Cx<'_, '_>) -> Result<TimeZone, AppError> {
    let name = vendor_zone_name(cx)?;
    Ok(zones::find(&name).unwrap_or(TimeZone::UTC))
}

/// The name of the vendor's zone.
pub(super) fn vendor_zone_name(cx: &mut Cx<'_, '_>) -> Result<String, AppError> {
    let vendor_id = cx.vendor();
    Ok(cx.tx.query_one_as(
        "SELECT zone FROM vendors WHERE vendor_id = $1",
        db::params![vendor_id.as_str()],
    )?)
}

/// The names of zones with a city, as suggestions.
pub(super) fn names() -> Vec<String> {
    const PARTS: [&str; 7] =
        ["Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Pacific/"];
    zones::names()
        .into_iter()
        .filter(|name| PARTS.iter().any(|part| name.starts_with(part)))
        .collect()
}
