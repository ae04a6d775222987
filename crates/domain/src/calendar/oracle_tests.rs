//! Deadlines against an oracle that knows nothing of gaps and folds: it only asks what the wall
//! clock shows at an instant, and looks for the first instant that shows enough (R16).

use jiff::civil::{Date, DateTime, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::*;

/// Zones with changes at midnight, by half an hour, in the southern summer, in Ramadan, and none.
const ZONES: [&str; 12] = [
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/Havana",
    "America/New_York",
    "America/Santiago",
    "America/Sao_Paulo",
    "Asia/Beirut",
    "Asia/Tehran",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "Pacific/Auckland",
    "Pacific/Chatham",
];

/// The first instant at which the wall clock shows `wall` or later, by bisection in quarter hours and then seconds.
fn first_showing(zone: &TimeZone, wall: DateTime) -> Timestamp {
    let middle = TimeZone::UTC.to_timestamp(wall).unwrap();
    let quarter = SignedDuration::from_mins(15);
    let mut at = middle - SignedDuration::from_hours(16);
    while zone.to_datetime(at + quarter) < wall {
        at += quarter;
    }
    let (mut low, mut high) = (0, 900);
    while low < high {
        let half = i64::midpoint(low, high);
        if zone.to_datetime(at + SignedDuration::from_secs(half)) >= wall {
            high = half;
        } else {
            low = half + 1;
        }
    }
    at + SignedDuration::from_secs(low)
}

/// Days on which the offset changes, with their neighbours, and the ends of months.
fn interesting_days(zone: &TimeZone) -> Vec<Date> {
    let mut days = Vec::new();
    let mut on = date(2024, 1, 1);
    while on < date(2037, 1, 1) {
        let noon =
            |day: Date| zone.to_offset(TimeZone::UTC.to_timestamp(day.at(12, 0, 0, 0)).unwrap());
        let next = on.tomorrow().unwrap();
        if noon(on) != noon(next) {
            days.extend([on.yesterday().unwrap(), on, next, next.tomorrow().unwrap()]);
        }
        if on.month() == 2 && on.day() >= 28 || on.month() == 12 && on.day() == 31 {
            days.push(on);
        }
        on = next;
    }
    days
}

#[test]
fn dr_01_each_day_around_a_change_starts_where_the_oracle_says() {
    let mut checked = 0;
    for name in ZONES {
        let zone = Zone::parse(name).unwrap();
        let calendar = BusinessCalendar::western(zone.clone());
        for on in interesting_days(zone.tz()) {
            let expected = first_showing(zone.tz(), on.at(0, 0, 0, 0));
            assert_eq!(calendar.start_of(on), expected, "{name} {on}");
            assert_eq!(calendar.date_of(expected), on, "{name} {on}");
            checked += 1;
        }
    }
    assert!(checked > 800, "only {checked} days were checked");
}

#[test]
fn dr_09_deadlines_around_each_change_are_those_of_the_oracle() {
    let holidays: BTreeSet<Date> = [date(2026, 1, 1), date(2028, 2, 29), date(2030, 4, 1)].into();
    for name in ZONES {
        let zone = Zone::parse(name).unwrap();
        let weekend = [Weekday::Friday, Weekday::Saturday].into();
        let calendar = BusinessCalendar::new(zone.clone(), weekend, holidays.clone()).unwrap();
        for on in interesting_days(zone.tz()) {
            for (hour, minute, days) in [(0, 0, 1), (2, 15, 2), (23, 59, 5)] {
                let from = first_showing(zone.tz(), on.at(hour, minute, 0, 0));
                let expected = oracle_deadline(&zone, &holidays, from, days);
                let due = calendar.add_business_days(from, days);
                assert_eq!(due, expected, "{name} {on} {hour}:{minute} +{days}");
            }
        }
    }
}

/// Walks day by day; Friday and Saturday are free.
fn oracle_deadline(
    zone: &Zone,
    holidays: &BTreeSet<Date>,
    from: Timestamp,
    days: u32,
) -> Timestamp {
    let free = |on: Date| {
        let since_monday = on.duration_since(date(2024, 1, 1)).as_hours() / 24 % 7;
        [4, 5].contains(&since_monday) || holidays.contains(&on)
    };
    let mut wall = zone.tz().to_datetime(from);
    if free(wall.date()) {
        while free(wall.date()) {
            wall = wall.date().tomorrow().unwrap().at(0, 0, 0, 0);
        }
    }
    let mut left = days;
    while left > 0 {
        wall = wall.date().tomorrow().unwrap().to_datetime(wall.time());
        if !free(wall.date()) {
            left -= 1;
        }
    }
    first_showing(zone.tz(), wall)
}
