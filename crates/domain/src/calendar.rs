//! Days and business days of a program: the only place that turns instants into dates and back.
//!
//! A day belongs to a zone. Its first instant is not always midnight, since clocks may jump
//! over it; the end of a day is the first instant of the next. Zones come from [`zones`]: the data
//! that is built in, or newer data of the machine.

use std::collections::BTreeSet;
use std::fmt;

use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::percentage::BasisPoints;

pub mod zones;

#[cfg(test)]
mod oracle_tests;
#[cfg(test)]
mod tests;

/// Most holidays that one calendar accepts: thirty a year for a century and a half.
pub const MOST_HOLIDAYS: usize = 4_500;

/// The seconds of a business day on the wall clock.
const DAY_SECONDS: i64 = 86_400;

/// Why a calendar cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// The data knows no such zone.
    #[error("unknown time zone {name}; use a name such as Europe/Berlin")]
    UnknownZone {
        /// The name, cut to a readable length.
        name: String,
    },
    /// Every day of the week is free, so that no deadline would ever come.
    #[error("all seven days are weekend days; leave at least one business day")]
    NoBusinessDay,
    /// More holidays than anyone observes.
    #[error("{count} holidays were given, at most {MOST_HOLIDAYS} are accepted")]
    TooManyHolidays {
        /// How many were given.
        count: usize,
    },
}

/// A day of the week, Monday first; stored as its English name in lower case.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the seven days need no explanation")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl From<jiff::civil::Weekday> for Weekday {
    fn from(day: jiff::civil::Weekday) -> Self {
        match day {
            jiff::civil::Weekday::Monday => Self::Monday,
            jiff::civil::Weekday::Tuesday => Self::Tuesday,
            jiff::civil::Weekday::Wednesday => Self::Wednesday,
            jiff::civil::Weekday::Thursday => Self::Thursday,
            jiff::civil::Weekday::Friday => Self::Friday,
            jiff::civil::Weekday::Saturday => Self::Saturday,
            jiff::civil::Weekday::Sunday => Self::Sunday,
        }
    }
}

/// A time zone of the IANA database, by the name it was asked for.
#[derive(Clone, PartialEq, Eq)]
pub struct Zone {
    name: String,
    rules: TimeZone,
}

impl Zone {
    /// Looks a zone up; `UTC` is one of them.
    pub fn parse(name: &str) -> Result<Self, CalendarError> {
        let rules = zones::find(name)
            .map_err(|_| CalendarError::UnknownZone { name: name.chars().take(60).collect() })?;
        let name = rules.iana_name().unwrap_or(name).to_owned();
        Ok(Self { name, rules })
    }

    /// Coordinated universal time.
    pub fn utc() -> Self {
        Self { name: "UTC".to_owned(), rules: TimeZone::UTC }
    }

    /// The name of the zone, as the IANA database spells it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The rules of the zone, for showing an instant to a reader.
    pub const fn tz(&self) -> &TimeZone {
        &self.rules
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({})", self.name)
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.name)
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::parse(&name).map_err(serde::de::Error::custom)
    }
}

/// A zone with its free days: what all deadlines of a program are computed with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BusinessCalendar {
    zone: Zone,
    weekend: BTreeSet<Weekday>,
    holidays: BTreeSet<Date>,
}

impl BusinessCalendar {
    /// A calendar; errs when every weekday is free or the holidays are too many.
    pub fn new(
        zone: Zone,
        weekend: BTreeSet<Weekday>,
        holidays: BTreeSet<Date>,
    ) -> Result<Self, CalendarError> {
        if weekend.len() >= 7 {
            return Err(CalendarError::NoBusinessDay);
        }
        if holidays.len() > MOST_HOLIDAYS {
            return Err(CalendarError::TooManyHolidays { count: holidays.len() });
        }
        Ok(Self { zone, weekend, holidays })
    }

    /// Saturday and Sunday free, no holidays.
    pub fn western(zone: Zone) -> Self {
        let weekend = [Weekday::Saturday, Weekday::Sunday].into();
        Self { zone, weekend, holidays: BTreeSet::new() }
    }

    /// The zone of the calendar.
    pub const fn zone(&self) -> &Zone {
        &self.zone
    }

    /// The days of the week on which nobody works.
    pub const fn weekend(&self) -> &BTreeSet<Weekday> {
        &self.weekend
    }

    /// The single days on which nobody works.
    pub const fn holidays(&self) -> &BTreeSet<Date> {
        &self.holidays
    }

    /// The date that the calendar's zone shows at that instant.
    pub fn date_of(&self, at: Timestamp) -> Date {
        self.wall_time(at).date()
    }

    /// The first instant of a day in the calendar's zone; where clocks jump over midnight, the instant of the jump.
    pub fn start_of(&self, on: Date) -> Timestamp {
        self.instant_of(on.at(0, 0, 0, 0))
    }

    /// The first instant after a day, which no longer belongs to it.
    pub fn end_of(&self, on: Date) -> Timestamp {
        on.tomorrow().map_or(Timestamp::MAX, |next| self.start_of(next))
    }

    /// Whether people work on that day. A day that the zone skips, as Samoa did with 30 December
    /// 2011, is none.
    pub fn is_business_day(&self, on: Date) -> bool {
        !self.weekend.contains(&on.weekday().into())
            && !self.holidays.contains(&on)
            && !self.is_skipped(on)
    }

    /// Whether no clock of the zone ever shows that day. Its noon is skipped then, which is rare
    /// enough to be asked first.
    fn is_skipped(&self, on: Date) -> bool {
        let noon = self.zone.rules.to_ambiguous_timestamp(on.at(12, 0, 0, 0));
        matches!(noon.offset(), AmbiguousOffset::Gap { .. })
            && self.date_of(self.start_of(on)) != on
    }

    /// That day if people work on it, else the next on which they do.
    pub fn next_business_day(&self, from: Date) -> Date {
        let mut on = from;
        while !self.is_business_day(on) {
            let Ok(next) = on.tomorrow() else { return on };
            on = next;
        }
        on
    }

    /// The instant so many business days later, at the same time of the wall clock.
    ///
    /// A start on a free day counts from the first instant of the next business day. Where the
    /// wall clock skips the time, the instant after the skip; where it shows it twice, the first.
    pub fn add_business_days(&self, from: Timestamp, days: u32) -> Timestamp {
        self.add_business_share(from, days, BasisPoints::WHOLE)
    }

    /// The middle of a deadline of so many business days. Rule DR-09.
    pub fn half_way(&self, from: Timestamp, days: u32) -> Timestamp {
        self.add_business_share(from, days, BasisPoints::percent(50))
    }

    /// The instant at which a share of so many business days has passed.
    ///
    /// A business day counts twenty-four hours of the wall clock, whatever its length; what goes
    /// beyond its midnight continues at the first instant of the next business day.
    pub fn add_business_share(&self, from: Timestamp, days: u32, share: BasisPoints) -> Timestamp {
        let seconds =
            share.of_rounded_up(u64::from(days).saturating_mul(DAY_SECONDS.unsigned_abs()));
        let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
        self.add_business_time(from, SignedDuration::from_secs(seconds))
    }

    /// The instant at which so much business time has passed, counted as in
    /// [`Self::add_business_share`]; nothing passes when the time is negative.
    pub fn add_business_time(&self, from: Timestamp, time: SignedDuration) -> Timestamp {
        let (start, moved) = self.business_start(from);
        if time <= SignedDuration::ZERO {
            return if moved { self.instant_of(start) } else { from };
        }
        let whole_days = time.as_secs() / DAY_SECONDS;
        let rest = time.saturating_sub(SignedDuration::from_secs(whole_days * DAY_SECONDS));
        let on =
            self.business_date_after(start.date(), u32::try_from(whole_days).unwrap_or(u32::MAX));
        let same_time = on.to_datetime(start.time());
        let later = same_time.saturating_add(rest);
        if later.date() == on {
            return self.instant_of(later);
        }
        let next = self.business_date_after(on, 1);
        self.instant_of(next.to_datetime(later.time()))
    }

    /// How much business time passes from one instant to another, twenty-four hours of the wall
    /// clock for each business day; zero when `until` is not later.
    pub fn business_time_between(&self, from: Timestamp, until: Timestamp) -> SignedDuration {
        let ((start, _), (end, _)) = (self.business_start(from), self.business_start(until));
        if until <= from || end <= start {
            return SignedDuration::ZERO;
        }
        let days = i64::from(self.business_days_between(start.date(), end.date()));
        let into = |at: DateTime| at.duration_since(at.date().at(0, 0, 0, 0));
        SignedDuration::from_secs(days * DAY_SECONDS)
            .saturating_add(into(end))
            .saturating_sub(into(start))
    }

    /// How many business days lie after `from` up to and including `until`; 0 when `until` is not later.
    pub fn business_days_between(&self, from: Date, until: Date) -> u32 {
        let mut count = 0;
        let mut on = from;
        while on < until {
            let Ok(next) = on.tomorrow() else {
                return count;
            };
            on = next;
            count += u32::from(self.is_business_day(on));
        }
        count
    }

    fn wall_time(&self, at: Timestamp) -> DateTime {
        self.zone.rules.to_datetime(at)
    }

    /// Where counting starts on the wall clock, and whether that is later than the instant given.
    fn business_start(&self, from: Timestamp) -> (DateTime, bool) {
        let wall = self.wall_time(from);
        let day = self.next_business_day(wall.date());
        if day == wall.date() { (wall, false) } else { (day.at(0, 0, 0, 0), true) }
    }

    fn business_date_after(&self, from: Date, days: u32) -> Date {
        let mut on = from;
        for _ in 0..days {
            let Ok(next) = on.tomorrow() else { return on };
            on = self.next_business_day(next);
        }
        on
    }

    /// The instant of a wall time: the first of two; the end of the jump when the clock skips it.
    fn instant_of(&self, wall: DateTime) -> Timestamp {
        let rules = &self.zone.rules;
        let ambiguous = rules.to_ambiguous_timestamp(wall);
        let beyond = if wall.year() > 0 { Timestamp::MAX } else { Timestamp::MIN };
        match ambiguous.offset() {
            AmbiguousOffset::Unambiguous { offset } => offset.to_timestamp(wall).unwrap_or(beyond),
            AmbiguousOffset::Fold { before, .. } => before.to_timestamp(wall).unwrap_or(beyond),
            AmbiguousOffset::Gap { after, .. } => {
                let before_jump = after.to_timestamp(wall).unwrap_or(beyond);
                rules.following(before_jump).next().map_or(before_jump, |jump| jump.timestamp())
            }
        }
    }
}

/// The day so many days later; the last day that can be written when it lies beyond.
pub fn days_after(on: Date, days: u32) -> Date {
    on.saturating_add(SignedDuration::from_hours(i64::from(days) * 24))
}

/// The day so many days earlier; the first day that can be written when it lies beyond.
pub fn days_before(on: Date, days: u32) -> Date {
    on.saturating_sub(SignedDuration::from_hours(i64::from(days) * 24))
}

/// How many days `until` lies after `from`; negative when it lies before.
pub fn days_between(from: Date, until: Date) -> i64 {
    until.duration_since(from).as_hours() / 24
}
