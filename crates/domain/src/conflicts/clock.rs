//! The clock of a case: business time, which stands still only while evidence is awaited.

use jiff::{SignedDuration, Timestamp};

use crate::calendar::BusinessCalendar;
use crate::program::dispute::Conflicts;

/// A request for evidence as the clock sees it. Rule CF-08.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// When it was asked.
    pub from_at: Timestamp,
    /// When it was answered or taken back; `None` while it is awaited.
    pub answered_at: Option<Timestamp>,
}

/// A stretch in which the clock stands. Rule CF-08.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stop {
    /// From when.
    pub from_at: Timestamp,
    /// The first instant at which it runs again.
    pub until_at: Timestamp,
}

/// The stretches in which the clock stands, in order and disjoint. Requests that overlap stop it
/// once, and all of them together no longer than `most_days` business days. Rule CF-08.
pub fn stops(waits: &[Wait], most_days: u32, calendar: &BusinessCalendar) -> Vec<Stop> {
    let mut waits = waits.to_vec();
    waits.sort_unstable_by_key(|wait| (wait.from_at, wait.answered_at));
    let mut left = SignedDuration::from_hours(24 * i64::from(most_days));
    let mut stops: Vec<Stop> = Vec::new();
    for wait in waits {
        let from_at = stops.last().map_or(wait.from_at, |last| wait.from_at.max(last.until_at));
        if left <= SignedDuration::ZERO {
            break;
        }
        let most = calendar.add_business_time(from_at, left);
        let until_at = wait.answered_at.map_or(most, |answered_at| answered_at.min(most));
        if until_at <= from_at {
            continue;
        }
        left = left.saturating_sub(calendar.business_time_between(from_at, until_at));
        match stops.last_mut() {
            Some(last) if last.until_at == from_at => last.until_at = until_at,
            Some(_) | None => stops.push(Stop { from_at, until_at }),
        }
    }
    stops
}

/// When so many business days from `from_at` are over, the stops not counted. Rules CF-02, CF-08.
pub fn due(
    from_at: Timestamp,
    days: u32,
    stops: &[Stop],
    calendar: &BusinessCalendar,
) -> Timestamp {
    let mut left = SignedDuration::from_hours(24 * i64::from(days));
    let mut at = from_at;
    for stop in stops.iter().filter(|stop| stop.until_at > from_at) {
        let stands_at = stop.from_at.max(from_at);
        let passes = calendar.business_time_between(at, stands_at);
        if passes >= left {
            break;
        }
        left = left.saturating_sub(passes);
        at = stop.until_at;
    }
    calendar.add_business_time(at, left)
}

/// The clock of a case at one moment. Rules CF-02, CF-08.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CaseClock {
    /// When the time of the present level is over.
    pub level_due_at: Timestamp,
    /// When the time of the whole case is over.
    pub case_due_at: Timestamp,
    /// Until when the clock stands still at the longest; `None` while it runs.
    pub stopped_until: Option<Timestamp>,
}

/// The clock of a case that was opened, and reached a level, at these instants. A request that is
/// still open is counted as if nobody answered. Rules CF-02, CF-08.
pub fn clock(
    (opened_at, level, level_since_at): (Timestamp, u32, Timestamp),
    waits: &[Wait],
    as_of: Timestamp,
    (terms, calendar): (&Conflicts, &BusinessCalendar),
) -> CaseClock {
    let stops = stops(waits, terms.evidence_wait_business_days, calendar);
    let days = terms.level(level).map_or(0, |step| step.business_days);
    let open = |stop: &&Stop| stop.from_at <= as_of && as_of < stop.until_at;
    CaseClock {
        level_due_at: due(level_since_at, days, &stops, calendar),
        case_due_at: due(opened_at, terms.case_business_days, &stops, calendar),
        stopped_until: stops.iter().find(open).map(|stop| stop.until_at),
    }
}

#[cfg(test)]
mod tests {
    use super::super::worlds::{at, berlin, terms};
    use super::*;

    fn wait(from: &str, answered: Option<&str>) -> Wait {
        Wait { from_at: at(from), answered_at: answered.map(at) }
    }

    #[test]
    fn cf_02_five_business_days_pass_over_weekend_and_holidays() {
        // Friday 19 December, 10:00 in Berlin; the 25th and 26th are holidays.
        let due = due(at("2025-12-19T09:00:00Z"), 5, &[], &berlin());
        assert_eq!(due, at("2025-12-30T09:00:00Z"));
    }

    #[test]
    fn cf_02_a_case_opened_on_a_saturday_starts_on_monday() {
        let due = due(at("2026-01-10T11:00:00Z"), 2, &[], &berlin());
        assert_eq!(due, at("2026-01-13T23:00:00Z"), "from Monday 00:00 to Wednesday 00:00");
    }

    #[test]
    fn cf_02_the_change_of_clocks_moves_no_wall_time() {
        // Clocks go forward on Sunday 29 March 2026 and back on Sunday 25 October 2026.
        let spring = due(at("2026-03-27T09:00:00Z"), 1, &[], &berlin());
        assert_eq!(spring, at("2026-03-30T08:00:00Z"));
        let autumn = due(at("2026-10-23T08:00:00Z"), 1, &[], &berlin());
        assert_eq!(autumn, at("2026-10-26T09:00:00Z"));
    }

    #[test]
    fn cf_08_the_clock_stands_while_evidence_is_awaited_and_no_longer_than_it_may() {
        let calendar = berlin();
        let from = "2026-01-05T09:00:00Z";
        let quick = [wait("2026-01-05T15:00:00Z", Some("2026-01-06T15:00:00Z"))];
        let stop = stops(&quick, 2, &calendar);
        assert_eq!(due(at(from), 2, &stop, &calendar), at("2026-01-08T09:00:00Z"));
        let never = [wait("2026-01-05T15:00:00Z", None)];
        let stop = stops(&never, 2, &calendar);
        assert_eq!(stop[0].until_at, at("2026-01-07T15:00:00Z"));
        assert_eq!(due(at(from), 2, &stop, &calendar), at("2026-01-09T09:00:00Z"));
        let late = [wait("2026-01-05T15:00:00Z", Some("2026-01-07T15:00:00.000001Z"))];
        assert_eq!(stops(&late, 2, &calendar), stop, "an answer after the longest wait is late");
    }

    #[test]
    fn cf_08_a_weekend_in_the_wait_is_no_business_time() {
        let calendar = berlin();
        let never = [wait("2026-01-09T15:00:00Z", None)];
        assert_eq!(stops(&never, 2, &calendar)[0].until_at, at("2026-01-13T15:00:00Z"));
        let over = stops(&[wait("2026-01-10T08:00:00Z", None)], 1, &calendar);
        assert_eq!(over[0].until_at, at("2026-01-12T23:00:00Z"));
    }

    #[test]
    fn cf_08_all_requests_together_stop_it_no_longer_than_it_may() {
        let calendar = berlin();
        let waits = [
            wait("2026-01-05T09:00:00Z", Some("2026-01-06T09:00:00Z")),
            wait("2026-01-05T21:00:00Z", Some("2026-01-06T21:00:00Z")),
            wait("2026-01-08T09:00:00Z", None),
            wait("2026-01-12T09:00:00Z", None),
        ];
        let stops = stops(&waits, 2, &calendar);
        let seen: Vec<(Timestamp, Timestamp)> =
            stops.iter().map(|stop| (stop.from_at, stop.until_at)).collect();
        let first = (at("2026-01-05T09:00:00Z"), at("2026-01-06T21:00:00Z"));
        let second = (at("2026-01-08T09:00:00Z"), at("2026-01-08T21:00:00Z"));
        assert_eq!(seen, [first, second]);
        assert_eq!(super::stops(&waits, 0, &calendar), []);
    }

    #[test]
    fn cf_08_a_stop_before_the_level_or_after_its_end_counts_nothing() {
        let calendar = berlin();
        let early =
            stops(&[wait("2026-01-05T09:00:00Z", Some("2026-01-06T09:00:00Z"))], 2, &calendar);
        assert_eq!(
            due(at("2026-01-06T09:00:00Z"), 1, &early, &calendar),
            at("2026-01-07T09:00:00Z")
        );
        let after = stops(&[wait("2026-01-08T09:00:00Z", None)], 2, &calendar);
        assert_eq!(
            due(at("2026-01-06T09:00:00Z"), 2, &after, &calendar),
            at("2026-01-08T09:00:00Z"),
            "asked at the very end"
        );
    }

    #[test]
    fn cf_08_the_clock_says_whether_it_stands() {
        let (terms, calendar) = (terms(), berlin());
        let opened = at("2026-01-05T09:00:00Z");
        let waits = [wait("2026-01-05T15:00:00Z", None)];
        let seen = |as_of| clock((opened, 1, opened), &waits, at(as_of), (&terms, &calendar));
        assert_eq!(seen("2026-01-05T14:59:59Z").stopped_until, None);
        let stands = seen("2026-01-05T15:00:00Z");
        assert_eq!(stands.stopped_until, Some(at("2026-01-07T15:00:00Z")));
        assert_eq!(stands.case_due_at, at("2026-01-14T09:00:00Z"));
        assert_eq!(seen("2026-01-07T15:00:00Z").stopped_until, None);
    }
}
