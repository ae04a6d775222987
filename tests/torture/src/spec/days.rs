//! Days and business days, counted one day after the other on the wall clock of a zone.

use std::collections::BTreeSet;

use jiff::{
    SignedDuration, Timestamp, ToSpan,
    civil::{Date, DateTime, Weekday},
    tz::TimeZone,
};

/// Hours of a business day.
const DAY_HOURS: i64 = 24;

/// A zone with its free days.
#[derive(Debug, Clone)]
pub struct Days {
    zone: TimeZone,
    weekend: Vec<Weekday>,
    holidays: BTreeSet<Date>,
}

impl Days {
    /// The days of a zone with these free days of the week and these holidays.
    pub fn new(zone: TimeZone, weekend: Vec<Weekday>, holidays: BTreeSet<Date>) -> Days {
        Days { zone, weekend, holidays }
    }

    /// The day that the zone shows.
    pub fn day(&self, at: Timestamp) -> Date {
        self.zone.to_datetime(at).date()
    }

    /// The instant of a wall time; where clocks jump over it, the end of the jump.
    pub fn instant(&self, wall: DateTime) -> Timestamp {
        let mut wall = wall;
        // A jump is never longer than a day; looking minute by minute needs no rule about it.
        for _ in 0..1_440 {
            if let Ok(zoned) = self.zone.to_ambiguous_zoned(wall).unambiguous() {
                return zoned.timestamp();
            }
            if let Ok(zoned) = self.zone.to_ambiguous_zoned(wall).earlier()
                && zoned.datetime() == wall
            {
                return zoned.timestamp();
            }
            wall = wall.saturating_add(1.minute()).with().second(0).build().unwrap_or(wall);
        }
        Timestamp::MAX
    }

    /// The first instant of a day.
    pub fn start(&self, on: Date) -> Timestamp {
        self.instant(on.at(0, 0, 0, 0))
    }

    /// The first instant after a day.
    pub fn end(&self, on: Date) -> Timestamp {
        self.start(next(on))
    }

    /// Whether people work on that day.
    pub fn is_open(&self, on: Date) -> bool {
        !self.weekend.contains(&on.weekday()) && !self.holidays.contains(&on)
    }

    /// The instant so many parts of ten thousand of so many business days later.
    pub fn later(&self, from: Timestamp, days: u32, share_bp: u32) -> Timestamp {
        let whole = u64::from(days) * 86_400 * u64::from(share_bp);
        let seconds = i64::try_from(whole.div_ceil(10_000)).unwrap_or(i64::MAX);
        self.after(from, SignedDuration::from_secs(seconds))
    }

    /// The instant after so much business time: each business day has twenty-four hours.
    pub fn after(&self, from: Timestamp, time: SignedDuration) -> Timestamp {
        let wall = self.zone.to_datetime(from);
        let begins = self.opens(wall);
        if time <= SignedDuration::ZERO {
            return if begins == wall { from } else { self.instant(begins) };
        }
        let (mut on, clock) = (begins.date(), begins.time());
        let mut left = time;
        let day = SignedDuration::from_hours(DAY_HOURS);
        while left >= day {
            on = self.next_open(on);
            left = left.saturating_sub(day);
        }
        let reached = on.to_datetime(clock).saturating_add(left);
        let reached = if reached.date() == on {
            reached
        } else {
            self.next_open(on).to_datetime(reached.time())
        };
        self.instant(reached)
    }

    /// The business time between two instants.
    pub fn between(&self, from: Timestamp, until: Timestamp) -> SignedDuration {
        let begins = self.opens(self.zone.to_datetime(from));
        let ends = self.opens(self.zone.to_datetime(until));
        if until <= from || ends <= begins {
            return SignedDuration::ZERO;
        }
        let mut hours = 0;
        let mut on = begins.date();
        while on < ends.date() {
            hours += DAY_HOURS;
            on = self.next_open(on);
        }
        let clock = |wall: DateTime| wall.duration_since(wall.date().at(0, 0, 0, 0));
        SignedDuration::from_hours(hours).saturating_add(clock(ends)).saturating_sub(clock(begins))
    }

    /// That wall time, or the beginning of the next day on which people work.
    fn opens(&self, wall: DateTime) -> DateTime {
        let mut on = wall.date();
        if self.is_open(on) {
            return wall;
        }
        while !self.is_open(on) {
            on = next(on);
        }
        on.at(0, 0, 0, 0)
    }

    fn next_open(&self, on: Date) -> Date {
        let mut on = next(on);
        while !self.is_open(on) {
            on = next(on);
        }
        on
    }
}

/// The next day.
pub fn next(on: Date) -> Date {
    on.tomorrow().unwrap_or(on)
}

/// The day so many days later, or earlier.
pub fn plus(on: Date, days: i64) -> Date {
    on.saturating_add(days.days())
}

/// How many days lie between; negative when `until` is earlier.
pub fn distance(from: Date, until: Date) -> i64 {
    until.duration_since(from).as_hours() / DAY_HOURS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin() -> Days {
        let holidays = ["2025-12-25", "2025-12-26"].map(|day| day.parse().unwrap());
        let weekend = vec![Weekday::Saturday, Weekday::Sunday];
        Days::new(TimeZone::get("Europe/Berlin").unwrap(), weekend, holidays.into())
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn business_days_pass_over_weekends_and_holidays_on_the_wall_clock() {
        let days = berlin();
        let later = |from: &str, count| days.later(at(from), count, 10_000);
        assert_eq!(later("2025-12-19T09:00:00Z", 5), at("2025-12-30T09:00:00Z"));
        assert_eq!(later("2026-01-10T11:00:00Z", 2), at("2026-01-13T23:00:00Z"));
        assert_eq!(later("2026-03-27T09:00:00Z", 1), at("2026-03-30T08:00:00Z"));
        assert_eq!(days.later(at("2026-01-05T09:00:00Z"), 1, 5_000), at("2026-01-05T21:00:00Z"));
        assert_eq!(days.later(at("2026-01-09T21:00:00Z"), 1, 5_000), at("2026-01-12T09:00:00Z"));
    }

    #[test]
    fn business_time_between_is_what_after_adds() {
        let days = berlin();
        for hours in [1, 20, 24, 30, 49] {
            let from = at("2026-01-08T15:30:00Z");
            let time = SignedDuration::from_hours(hours);
            assert_eq!(days.between(from, days.after(from, time)), time, "{hours}");
        }
    }
}
