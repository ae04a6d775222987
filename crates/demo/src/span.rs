//! The days of the demo's story, which lie where they lie whatever the real date is.

use jiff::{
    Timestamp,
    civil::{Date, date},
    tz::TimeZone,
};

use frame::error::AppError;

/// The first day on which partners register.
pub(super) const FIRST_DAY: Date = date(2024, 11, 20);
/// The demo's today: a Friday, with a week of work behind it.
pub(super) const TODAY: Date = date(2026, 11, 20);
/// The time of day at which the demo begins, in the program's zone.
pub(super) const BEGINS: (i8, i8) = (9, 0);

/// That time of that day in the program's zone.
pub(super) fn day_at(
    zone: &TimeZone,
    on: Date,
    (hour, minute): (i8, i8),
) -> Result<Timestamp, AppError> {
    let zoned = on.at(hour, minute, 0, 0).to_zoned(zone.clone()).map_err(AppError::internal)?;
    Ok(zoned.timestamp())
}
