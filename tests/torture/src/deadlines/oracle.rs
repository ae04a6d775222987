//! Days and deadlines by counting alone: integers of seconds and days, and a table of the instants
//! at which a zone changes its clocks. Nothing of the product's calendar is used.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::tz::TimeZoneDatabase;
use rig::Outcome;

/// Seconds of a day on the wall clock.
pub(super) const DAY: i64 = 86_400;

/// What is known of zones from their own announcements: an instant at which clocks changed, and
/// by how many seconds they were ahead of UTC from then on. The table must say the same.
pub(super) const KNOWN: [(&str, &str, i64); 21] = [
    ("Africa/Cairo", "2026-04-23T22:00:00Z", 10_800),
    ("Africa/Cairo", "2026-10-29T21:00:00Z", 7_200),
    ("America/Havana", "2026-03-08T05:00:00Z", -14_400),
    ("America/Havana", "2026-11-01T05:00:00Z", -18_000),
    ("America/New_York", "2026-03-08T07:00:00Z", -14_400),
    ("America/New_York", "2026-11-01T06:00:00Z", -18_000),
    ("America/Santiago", "2026-04-05T03:00:00Z", -14_400),
    ("America/Santiago", "2026-09-06T04:00:00Z", -10_800),
    ("America/Sao_Paulo", "2017-10-15T03:00:00Z", -7_200),
    ("America/Sao_Paulo", "2018-02-18T02:00:00Z", -10_800),
    ("Asia/Beirut", "2026-03-28T22:00:00Z", 10_800),
    ("Asia/Beirut", "2026-10-24T21:00:00Z", 7_200),
    ("Atlantic/Azores", "2026-03-29T01:00:00Z", 0),
    ("Atlantic/Azores", "2026-10-25T01:00:00Z", -3_600),
    ("Australia/Lord_Howe", "2026-04-04T15:00:00Z", 37_800),
    ("Australia/Lord_Howe", "2026-10-03T15:30:00Z", 39_600),
    ("Europe/Berlin", "2026-03-29T01:00:00Z", 7_200),
    ("Europe/Berlin", "2026-10-25T01:00:00Z", 3_600),
    ("Pacific/Apia", "2011-12-30T10:00:00Z", 50_400),
    ("Pacific/Chatham", "2026-04-04T14:00:00Z", 45_900),
    ("Pacific/Chatham", "2026-09-26T14:00:00Z", 49_500),
];

/// The number of a day: 1 January 1970 is 0.
pub(super) fn number(year: i64, month: i64, day: i64) -> i64 {
    // March is the first month, so that the day of a leap year comes last.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * month + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Year, month and day of a number.
pub(super) fn civil(number: i64) -> (i64, i64, i64) {
    let days = number + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year + i64::from(month < 3), month, day)
}

/// The changes of a zone, and its business days.
#[derive(Debug)]
pub(super) struct Oracle {
    /// From when (UTC, seconds), and how many seconds the clocks are ahead; in order.
    changes: Vec<(i64, i64)>,
    /// The business days, in order.
    business: Vec<i64>,
}

impl Oracle {
    /// The table of a zone from its first to its last year, with free days of the week (0 is
    /// Monday) and free days.
    pub(super) fn of(
        zone: &str,
        years: (i64, i64),
        weekend: &[i64],
        holidays: &BTreeSet<i64>,
    ) -> Outcome<Oracle> {
        let rules = TimeZoneDatabase::bundled().get(zone).map_err(|e| e.to_string())?;
        let at = |seconds: i64| Timestamp::from_second(seconds).map_err(|e| e.to_string());
        let (first, last) = (number(years.0 - 1, 1, 1), number(years.1 + 4, 1, 1));
        let begin = at(first * DAY)?;
        let mut changes = vec![(i64::MIN / 4, i64::from(rules.to_offset(begin).seconds()))];
        for change in rules.following(begin) {
            let from = change.timestamp().as_second();
            if from > last * DAY {
                break;
            }
            changes.push((from, i64::from(change.offset().seconds())));
        }
        let is_free =
            |day: i64| weekend.contains(&(day + 3).rem_euclid(7)) || holidays.contains(&day);
        let clocks = Oracle { changes, business: Vec::new() };
        let works = |day: &i64| !is_free(*day) && !clocks.skips(*day);
        let business = (first..last).filter(works).collect();
        Ok(Oracle { business, ..clocks })
    }

    /// Whether the clocks never show a day, as those of Samoa did not show 30 December 2011.
    fn skips(&self, day: i64) -> bool {
        self.wall(self.first_showing(day * DAY)).div_euclid(DAY) > day
    }

    /// The instants at which the clocks change.
    pub(super) fn changes(&self) -> impl Iterator<Item = (i64, i64)> {
        self.changes.iter().skip(1).copied()
    }

    /// What the wall clock shows, in seconds since midnight of day 0.
    pub(super) fn wall(&self, at: i64) -> i64 {
        let ahead = self.changes.iter().rev().find(|(from, _)| *from <= at);
        at + ahead.map_or(0, |(_, ahead)| *ahead)
    }

    /// The first instant at which the wall clock shows this or more.
    pub(super) fn first_showing(&self, wall: i64) -> i64 {
        let ends = self.changes.iter().skip(1).map(|(from, _)| *from).chain([i64::MAX / 4]);
        let stretches = self.changes.iter().zip(ends);
        stretches
            .filter(|((_, ahead), end)| end + ahead > wall)
            .map(|((from, ahead), _)| (wall - ahead).max(*from))
            .next()
            .unwrap_or(0)
    }

    /// How many business days lie before a day.
    fn before(&self, day: i64) -> i64 {
        i64::try_from(self.business.partition_point(|known| *known < day)).unwrap_or(0)
    }

    /// That day or the next on which people work.
    pub(super) fn next_business_day(&self, day: i64) -> i64 {
        self.nth(self.before(day))
    }

    /// How many business days lie after `from`, up to and with `until`.
    pub(super) fn business_days_between(&self, from: i64, until: i64) -> i64 {
        (self.before(until + 1) - self.before(from + 1)).max(0)
    }

    fn nth(&self, number: i64) -> i64 {
        let place = usize::try_from(number).unwrap_or(usize::MAX);
        self.business.get(place).copied().unwrap_or(0)
    }

    /// All business time before an instant, and whether the instant lies on a free day.
    pub(super) fn position(&self, at: i64) -> (i64, bool) {
        let wall = self.wall(at);
        let (day, time) = (wall.div_euclid(DAY), wall.rem_euclid(DAY));
        let is_free = self.next_business_day(day) != day;
        (self.before(day) * DAY + if is_free { 0 } else { time }, is_free)
    }

    /// The instant before which there is so much business time.
    pub(super) fn instant(&self, position: i64) -> i64 {
        let day = self.nth(position.div_euclid(DAY));
        self.first_showing(day * DAY + position.rem_euclid(DAY))
    }

    /// The instant so much business time after another.
    pub(super) fn later(&self, from: i64, seconds: i64) -> i64 {
        let (position, is_free) = self.position(from);
        if seconds <= 0 && !is_free { from } else { self.instant(position + seconds.max(0)) }
    }

    /// The day so many days later that are not among these.
    pub(super) fn counted(from: i64, days: i64, frozen: (i64, i64)) -> i64 {
        let (mut day, mut left) = (from, days);
        while left > 0 {
            day += 1;
            left -= i64::from(!(frozen.0..=frozen.1).contains(&day));
        }
        day
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_numbered_as_calendars_do() {
        assert_eq!(number(1970, 1, 1), 0);
        assert_eq!(number(2000, 3, 1), 11_017);
        assert_eq!(number(2024, 2, 29) + 1, number(2024, 3, 1));
        assert_eq!(number(2025, 2, 28) + 1, number(2025, 3, 1));
        for day in number(2023, 12, 30)..number(2037, 1, 2) {
            let (year, month, of_month) = civil(day);
            assert_eq!(number(year, month, of_month), day);
        }
    }

    #[test]
    fn a_day_begins_after_the_jump_over_its_midnight() {
        let none = BTreeSet::new();
        let oracle = Oracle::of("Asia/Beirut", (2026, 2026), &[5, 6], &none).unwrap();
        let day = number(2026, 3, 29);
        assert_eq!(oracle.first_showing(day * DAY), day * DAY - 7_200);
        assert_eq!(oracle.wall(day * DAY - 7_200), day * DAY + 3_600);
        assert_eq!(oracle.wall(day * DAY - 7_201), day * DAY - 1);
    }
}
