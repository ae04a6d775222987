//! The clock against a slow reading of its rules, day by day, and what must hold for any facts.

use jiff::civil::date;
use proptest::prelude::*;

use super::super::activity::ActivityKind;
use super::*;
use crate::calendar::{Zone, days_after, days_between};
use crate::ids::IdSource;

const START: Date = date(2026, 1, 1);
const LAST: u32 = 80;

fn calendar() -> BusinessCalendar {
    BusinessCalendar::western(Zone::parse("America/Havana").unwrap())
}

fn at(day: u32, hour: i64) -> Timestamp {
    calendar().start_of(days_after(START, day)) + jiff::SignedDuration::from_hours(hour)
}

/// Activities by (day of record, how many days before it occurred, hour of record).
fn activities(rows: &[(u32, u32, i64)]) -> Vec<Activity> {
    let ids = IdSource::seeded(9);
    rows.iter()
        .map(|(logged, late, hour)| Activity {
            id: ActivityId::new(&ids, at(*logged, *hour)),
            kind: ActivityKind::Visit,
            occurred_on: days_after(START, logged.saturating_sub(*late)),
            logged_at: at(*logged, *hour),
        })
        .collect()
}

fn engagements(rows: &[(u32, i64)]) -> Vec<DirectEngagement> {
    rows.iter()
        .map(|(day, hour)| DirectEngagement { at: at(*day, *hour), by_consent: false })
        .collect()
}

fn read(
    activities: &[Activity],
    engagements: &[DirectEngagement],
    frozen: &FrozenDays,
    day: u32,
) -> FollowUp {
    let facts = FollowUpFacts {
        approved_at: at(0, 9),
        ends_on: days_after(START, LAST),
        activities,
        engagements,
        frozen,
    };
    compute(&facts, at(day, 23), &RegistrationPolicy::default(), &calendar())
}

/// Whether the lockout is gone at the end of a day, by counting every day since every restart.
fn slowly_lapsed(activities: &[Activity], frozen: &FrozenDays, on: Date) -> bool {
    let restart = activities
        .iter()
        .filter(|activity| {
            let logged_on = calendar().date_of(activity.logged_at);
            let late = days_between(activity.occurred_on, logged_on);
            on >= if late <= 3 { activity.occurred_on } else { logged_on }
        })
        .map(|activity| activity.occurred_on)
        .fold(START, Date::max);
    let mut passed = 0;
    let mut walked = restart;
    while walked < on {
        walked = walked.tomorrow().unwrap();
        passed += i32::from(!frozen.contains(walked));
    }
    passed > 14
}

fn rows() -> impl Strategy<Value = Vec<(u32, u32, i64)>> {
    prop::collection::vec((0..LAST, 0u32..10, 0i64..23), 0..8)
}

fn frozen() -> impl Strategy<Value = FrozenDays> {
    prop::collection::vec((0..LAST, 0u32..9), 0..3).prop_map(|rows| {
        let days = rows
            .iter()
            .map(|(first, more)| (days_after(START, *first), days_after(START, first + more)));
        FrozenDays::from_intervals(days.collect())
    })
}

proptest! {
    #[test]
    fn dr_06_the_clock_agrees_with_counting_day_by_day(rows in rows(), frozen in frozen()) {
        let activities = activities(&rows);
        let clock = read(&activities, &[], &frozen, LAST);
        for day in 0..=LAST {
            let on = days_after(START, day);
            prop_assert_eq!(clock.is_lapsed_on(on), slowly_lapsed(&activities, &frozen, on), "{}", on);
        }
    }

    #[test]
    fn dr_06_the_order_of_records_does_not_matter(
        rows in rows(),
        direct in prop::collection::vec((0..LAST, 0i64..23), 0..4),
        day in 0..LAST,
    ) {
        let (mut worked, mut engaged) = (activities(&rows), engagements(&direct));
        let forward = read(&worked, &engaged, &FrozenDays::none(), day);
        worked.reverse();
        engaged.reverse();
        prop_assert_eq!(forward, read(&worked, &engaged, &FrozenDays::none(), day));
    }

    #[test]
    fn dr_06_one_more_activity_never_brings_a_lapse_forward(rows in rows(), more in (0..LAST, 0u32..10, 0i64..23)) {
        let before = activities(&rows);
        let mut longer = rows;
        longer.push(more);
        let (before, after) = (
            read(&before, &[], &FrozenDays::none(), LAST),
            read(&activities(&longer), &[], &FrozenDays::none(), LAST),
        );
        for day in 0..=LAST {
            let on = days_after(START, day);
            prop_assert!(before.is_lapsed_on(on) || !after.is_lapsed_on(on), "{}", on);
        }
    }

    #[test]
    fn dr_07_direct_is_in_exactly_when_it_engaged_while_the_lockout_was_gone(
        rows in rows(), engaged in (0..LAST, 0i64..23),
    ) {
        let worked = activities(&rows);
        let at = at(engaged.0, engaged.1);
        let known: Vec<Activity> =
            worked.iter().filter(|activity| activity.logged_at < at).cloned().collect();
        let on = calendar().date_of(at);
        let expected = at >= self::at(0, 9) && slowly_lapsed(&known, &FrozenDays::none(), on);
        let clock = read(&worked, &engagements(&[engaged]), &FrozenDays::none(), LAST);
        prop_assert_eq!(matches!(clock.standing, FollowUpStanding::CoSell { .. }), expected);
    }

    #[test]
    fn dr_07_lapses_are_in_order_and_only_the_last_may_be_open(rows in rows(), day in 0..LAST) {
        let clock = read(&activities(&rows), &[], &FrozenDays::none(), day);
        for pair in clock.lapses.windows(2) {
            let healed_on = pair[0].healed_on;
            prop_assert!(healed_on.is_some_and(|healed_on| healed_on < pair[1].from_on));
        }
    }
}
