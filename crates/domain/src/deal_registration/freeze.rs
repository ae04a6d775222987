//! Days on which the clocks of a registration stand still.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::calendar::{BusinessCalendar, days_after, days_between};

/// A stretch in which a conflict case holds the clocks of a registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Freeze {
    /// From when.
    pub from_at: Timestamp,
    /// Until when; `None` while it goes on.
    pub until_at: Option<Timestamp>,
}

/// Days that do not count for any clock of one registration: disjoint, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FrozenDays {
    stretches: Vec<(Date, Date)>,
}

impl FrozenDays {
    /// No day is frozen.
    pub const fn none() -> Self {
        Self { stretches: Vec::new() }
    }

    /// Stretches by first and last day, in any order, overlapping or not; one that ends before it starts is dropped.
    pub fn from_intervals(mut intervals: Vec<(Date, Date)>) -> Self {
        intervals.retain(|(first, last)| first <= last);
        intervals.sort_unstable();
        let mut stretches: Vec<(Date, Date)> = Vec::with_capacity(intervals.len());
        for (first, last) in intervals {
            match stretches.last_mut() {
                Some(open) if first <= days_after(open.1, 1) => open.1 = open.1.max(last),
                Some(_) | None => stretches.push((first, last)),
            }
        }
        Self { stretches }
    }

    /// The days that freezes touch, each in full; one that goes on reaches to the day of `as_of`.
    pub fn from_freezes(freezes: &[Freeze], as_of: Timestamp, calendar: &BusinessCalendar) -> Self {
        let begun = freezes.iter().filter(|freeze| freeze.from_at <= as_of);
        let days = begun.map(|freeze| {
            let until_at = freeze.until_at.map_or(as_of, |until_at| until_at.min(as_of));
            (calendar.date_of(freeze.from_at), calendar.date_of(until_at))
        });
        Self::from_intervals(days.collect())
    }

    /// Whether the clocks stand still on that day.
    pub fn contains(&self, on: Date) -> bool {
        self.stretches.iter().any(|(first, last)| (*first..=*last).contains(&on))
    }

    /// How many days after `from`, up to and including `until`, count; 0 when `until` is not later.
    pub fn counted_between(&self, from: Date, until: Date) -> i64 {
        let frozen: i64 = self
            .stretches
            .iter()
            .map(|(first, last)| {
                let first = (*first).max(days_after(from, 1));
                (days_between(first, (*last).min(until)) + 1).max(0)
            })
            .sum();
        (days_between(from, until) - frozen).max(0)
    }

    /// The day on which so many counting days have passed since `from`.
    pub fn after(&self, from: Date, days: u32) -> Date {
        let mut on = days_after(from, days);
        if days == 0 {
            return on;
        }
        for (first, last) in &self.stretches {
            let first = (*first).max(days_after(from, 1));
            if first > on {
                break;
            }
            let stopped = (days_between(first, *last) + 1).max(0);
            on = days_after(on, u32::try_from(stopped).unwrap_or(u32::MAX));
        }
        on
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::calendar::Zone;

    fn day(offset: u32) -> Date {
        days_after(date(2026, 1, 1), offset)
    }

    #[test]
    fn dr_01_a_frozen_last_day_moves_the_end_and_a_later_one_does_not() {
        let frozen = |first, last| FrozenDays::from_intervals(vec![(day(first), day(last))]);
        assert_eq!(frozen(10, 12).after(day(0), 10), day(13));
        assert_eq!(frozen(11, 12).after(day(0), 10), day(10));
        assert_eq!(frozen(0, 3).after(day(0), 10), day(13), "the first day itself never counts");
        assert_eq!(frozen(0, 3).after(day(0), 0), day(0));
    }

    #[test]
    fn dr_06_a_freeze_takes_whole_days_and_reaches_to_now_while_open() {
        let calendar = BusinessCalendar::western(Zone::parse("Europe/Berlin").unwrap());
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let open = Freeze { from_at: at("2026-01-05T22:59:00Z"), until_at: None };
        let frozen = FrozenDays::from_freezes(&[open], at("2026-01-07T12:00:00Z"), &calendar);
        assert_eq!(frozen, FrozenDays::from_intervals(vec![(date(2026, 1, 5), date(2026, 1, 7))]));
        let before = FrozenDays::from_freezes(&[open], at("2026-01-05T22:58:59Z"), &calendar);
        assert_eq!(before, FrozenDays::none());
    }

    proptest! {
        #[test]
        fn dr_01_the_end_is_the_first_day_with_enough_counting_days(
            intervals in prop::collection::vec((0u32..80, 0u32..20), 0..5),
            days in 1u32..60,
        ) {
            let intervals = intervals.iter().map(|(first, length)| (day(*first), day(first + length)));
            let frozen = FrozenDays::from_intervals(intervals.collect());
            let end = frozen.after(day(5), days);
            let counted = |until: Date| {
                let mut on = day(5);
                let mut counted = 0;
                while on < until {
                    on = on.tomorrow().unwrap();
                    counted += i64::from(!frozen.contains(on));
                }
                counted
            };
            prop_assert_eq!(counted(end), i64::from(days));
            prop_assert!(!frozen.contains(end));
            prop_assert_eq!(frozen.counted_between(day(5), end), i64::from(days));
        }
    }
}
