//! What the tests of this folder share.

use jiff::Timestamp;
use jiff::civil::date;

use crate::calendar::{BusinessCalendar, Weekday, Zone};
use crate::ids::{IdSource, UserId};
use crate::program::Document;
use crate::program::dispute::Conflicts;

/// An instant.
pub(super) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Berlin, Saturday and Sunday free, with the two days of Christmas.
pub(super) fn berlin() -> BusinessCalendar {
    let weekend = [Weekday::Saturday, Weekday::Sunday].into();
    let holidays = [date(2025, 12, 25), date(2025, 12, 26), date(2026, 1, 1)].into();
    BusinessCalendar::new(Zone::parse("Europe/Berlin").unwrap(), weekend, holidays).unwrap()
}

/// What the default program says of conflicts.
pub(super) fn terms() -> Conflicts {
    Document::default_document().conflicts
}

/// So many people.
pub(super) fn people(count: u32) -> Vec<UserId> {
    let ids = IdSource::seeded(7);
    (0..count).map(|_| UserId::new(&ids, Timestamp::UNIX_EPOCH)).collect()
}
