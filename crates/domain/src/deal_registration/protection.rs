//! How long an approved registration holds its account.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::explanation::Decided;
use super::freeze::FrozenDays;
use super::rules::DR_01;
use crate::calendar::{BusinessCalendar, days_after, days_between};
use crate::wording::{count, day};

/// The last protected day of a registration approved on a day of the program's zone. Rule DR-01.
///
/// The day of approval is day 0; the day with the number of `validity_days` is still protected.
/// Frozen days do not count.
pub fn protected_until(
    approved_on: Date,
    validity_days: u32,
    frozen: &FrozenDays,
) -> Decided<Date> {
    let until = frozen.after(approved_on, validity_days);
    let stopped = days_between(days_after(approved_on, validity_days), until);
    let words = format!(
        "Approved on {}, protected for {} through {}{}.",
        day(approved_on),
        count(validity_days, "day"),
        day(until),
        if stopped > 0 {
            format!(", with {} stopped", count(stopped, "day"))
        } else {
            String::new()
        },
    );
    Decided::new(until, DR_01, words)
        .with("approved_on", approved_on)
        .with("validity_days", validity_days)
        .with("frozen_days", stopped.max(0))
}

/// The day from which the account is free when nothing else happens. Rules DR-01, DR-04.
pub fn free_from(protected_until: Date) -> Date {
    days_after(protected_until, 1)
}

/// How many days of protection remain after `on`; 0 on the last day, negative after it. Rule DR-01.
pub fn days_left(protected_until: Date, on: Date) -> i64 {
    days_between(on, protected_until)
}

/// The protection of one registration, with its end if that came early.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Protection {
    /// When it began.
    pub approved_at: Timestamp,
    /// Its last day in the program's zone, unless it ends early.
    pub protected_until: Date,
    /// When it was won, lost, withdrawn or released; `None` while nothing of that happened.
    pub ended_at: Option<Timestamp>,
}

impl Protection {
    /// Whether the account is held at that instant: from approval, through the last day, not after an early end. Rule DR-01.
    pub fn holds_at(&self, at: Timestamp, calendar: &BusinessCalendar) -> bool {
        self.approved_at <= at
            && at < calendar.end_of(self.protected_until)
            && self.ended_at.is_none_or(|ended_at| at < ended_at)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::calendar::Zone;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn dr_01_the_last_day_is_protected() {
        let calendar = BusinessCalendar::western(Zone::parse("America/New_York").unwrap());
        let until = protected_until(date(2026, 1, 1), 90, &FrozenDays::none()).value;
        assert_eq!(until, date(2026, 4, 1));
        let protection = Protection {
            approved_at: at("2026-01-01T15:00:00Z"),
            protected_until: until,
            ended_at: None,
        };
        assert!(!protection.holds_at(at("2026-01-01T14:59:59.999999Z"), &calendar));
        assert!(protection.holds_at(at("2026-01-01T15:00:00Z"), &calendar));
        assert!(protection.holds_at(at("2026-04-02T03:59:59.999999Z"), &calendar));
        assert!(!protection.holds_at(at("2026-04-02T04:00:00Z"), &calendar));
        assert_eq!(free_from(until), date(2026, 4, 2));
    }

    #[test]
    fn dr_01_an_early_end_frees_the_account_at_that_instant() {
        let calendar = BusinessCalendar::western(Zone::utc());
        let protection = Protection {
            approved_at: at("2026-01-01T15:00:00Z"),
            protected_until: date(2026, 4, 1),
            ended_at: Some(at("2026-02-01T00:00:00Z")),
        };
        assert!(protection.holds_at(at("2026-01-31T23:59:59Z"), &calendar));
        assert!(!protection.holds_at(at("2026-02-01T00:00:00Z"), &calendar));
    }

    #[test]
    fn dr_01_the_decision_says_what_it_counted() {
        let frozen = FrozenDays::from_intervals(vec![(date(2026, 2, 1), date(2026, 2, 2))]);
        let decided = protected_until(date(2026, 1, 1), 90, &frozen);
        assert_eq!(
            decided.words,
            "Approved on 1 January 2026, protected for 90 days through 3 April 2026, with 2 days \
             stopped."
        );
        assert_eq!(decided.inputs["frozen_days"], "2");
    }

    proptest! {
        #[test]
        fn dr_01_as_many_days_are_protected_as_promised_and_the_day_of_approval(
            start in 0u32..10_000, validity in 1u32..1_000,
        ) {
            let approved_on = days_after(date(2024, 1, 1), start);
            let until = protected_until(approved_on, validity, &FrozenDays::none()).value;
            prop_assert_eq!(days_left(until, approved_on), i64::from(validity));
            prop_assert_eq!(days_left(until, until), 0);
        }
    }
}
