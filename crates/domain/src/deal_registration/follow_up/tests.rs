use jiff::civil::date;

use super::super::activity::ActivityKind;
use super::*;
use crate::calendar::Zone;
use crate::ids::IdSource;

fn calendar() -> BusinessCalendar {
    BusinessCalendar::western(Zone::utc())
}

fn noon(on: Date) -> Timestamp {
    calendar().start_of(on) + jiff::SignedDuration::from_hours(12)
}

fn activity(occurred_on: Date, logged_at: Timestamp) -> Activity {
    let id = ActivityId::new(
        &IdSource::seeded(u64::try_from(logged_at.as_second()).unwrap()),
        logged_at,
    );
    Activity { id, kind: ActivityKind::Call, occurred_on, logged_at }
}

fn timely(on: Date) -> Activity {
    activity(on, noon(on))
}

fn direct(at: Timestamp) -> DirectEngagement {
    DirectEngagement { at, by_consent: false }
}

/// The clock of a registration approved on 1 January, whose 14 days end with 15 January.
fn read(activities: &[Activity], engagements: &[DirectEngagement], on: Date) -> FollowUp {
    let frozen = FrozenDays::none();
    let facts = FollowUpFacts {
        approved_at: noon(date(2026, 1, 1)),
        ends_on: date(2026, 4, 1),
        activities,
        engagements,
        frozen: &frozen,
    };
    let end_of_day = calendar().end_of(on) - jiff::SignedDuration::from_micros(1);
    compute(&facts, end_of_day, &RegistrationPolicy::default(), &calendar())
}

#[test]
fn dr_06_the_lockout_holds_on_the_fourteenth_day_and_lapses_on_the_fifteenth() {
    let fourteenth = read(&[], &[], date(2026, 1, 15));
    assert_eq!(fourteenth.standing, FollowUpStanding::Running);
    assert_eq!((fourteenth.day, fourteenth.of), (14, 14));
    assert_eq!(fourteenth.lapses_on, Some(date(2026, 1, 16)));
    let fifteenth = read(&[], &[], date(2026, 1, 16));
    assert_eq!(fifteenth.standing, FollowUpStanding::Lapsed { from_on: date(2026, 1, 16) });
    assert_eq!(fifteenth.lapses_on, None);
}

#[test]
fn dr_06_an_activity_restarts_the_clock_on_its_day() {
    let worked = [timely(date(2026, 1, 15))];
    let clock = read(&worked, &[], date(2026, 1, 29));
    assert_eq!(clock.standing, FollowUpStanding::Running);
    assert_eq!((clock.restarted_on, clock.day), (date(2026, 1, 15), 14));
    assert!(clock.lapses.is_empty());
    let lapsed = read(&worked, &[], date(2026, 1, 30));
    assert_eq!(lapsed.standing, FollowUpStanding::Lapsed { from_on: date(2026, 1, 30) });
}

#[test]
fn dr_06_the_clock_ends_with_protection() {
    let ended = read(&[], &[], date(2026, 4, 2));
    assert_eq!(ended.standing, FollowUpStanding::Ended { on: date(2026, 4, 1) });
    let late = [timely(date(2026, 3, 20))];
    assert_eq!(read(&late, &[], date(2026, 4, 1)).lapses_on, None, "3 April lies after the end");
}

#[test]
fn dr_07_an_activity_heals_a_lapse_before_direct_has_engaged() {
    let worked = [timely(date(2026, 1, 20))];
    let engaged = [direct(noon(date(2026, 1, 20)) + jiff::SignedDuration::from_secs(1))];
    let clock = read(&worked, &engaged, date(2026, 1, 21));
    assert_eq!(clock.standing, FollowUpStanding::Running);
    let lapse = Lapse {
        from_on: date(2026, 1, 16),
        healed_on: Some(date(2026, 1, 20)),
        healed_by: Some(worked[0].id.clone()),
    };
    assert_eq!(clock.lapses, [lapse]);
    assert!(clock.is_lapsed_on(date(2026, 1, 19)));
    assert!(!clock.is_lapsed_on(date(2026, 1, 20)));
}

#[test]
fn dr_07_once_direct_has_engaged_under_a_lapse_it_stays_in() {
    let engaged_at = noon(date(2026, 1, 20));
    let worked = [activity(date(2026, 1, 20), engaged_at + jiff::SignedDuration::from_micros(1))];
    let clock = read(&worked, &[direct(engaged_at)], date(2026, 1, 21));
    let since_on = date(2026, 1, 20);
    assert_eq!(clock.standing, FollowUpStanding::CoSell { since_at: engaged_at, since_on });
    assert_eq!(clock.lapses.last().unwrap().healed_on, None);
}

#[test]
fn dr_07_an_engagement_before_the_lapse_or_by_consent_changes_nothing() {
    let early = direct(noon(date(2026, 1, 15)));
    assert_eq!(read(&[], &[early], date(2026, 1, 15)).standing, FollowUpStanding::Running);
    let lapsed = FollowUpStanding::Lapsed { from_on: date(2026, 1, 16) };
    assert_eq!(read(&[], &[early], date(2026, 1, 17)).standing, lapsed);
    let consented = DirectEngagement { at: noon(date(2026, 1, 17)), by_consent: true };
    assert_eq!(read(&[], &[consented], date(2026, 1, 18)).standing, lapsed);
}

#[test]
fn dr_08_an_activity_documented_three_days_later_undoes_a_lapse_and_after_four_it_does_not() {
    let reaches_back = [activity(date(2026, 1, 15), noon(date(2026, 1, 18)))];
    assert!(read(&reaches_back, &[], date(2026, 1, 18)).lapses.is_empty());
    let too_late = [activity(date(2026, 1, 15), noon(date(2026, 1, 19)))];
    let clock = read(&too_late, &[], date(2026, 1, 19));
    assert_eq!(clock.lapses[0].from_on, date(2026, 1, 16));
    assert_eq!(clock.lapses[0].healed_on, Some(date(2026, 1, 19)), "it counts from its record on");
    assert_eq!(clock.restarted_on, date(2026, 1, 15), "and restarts the clock on its own day");
}

#[test]
fn dr_08_an_old_activity_documented_today_heals_nothing_when_its_fourteen_days_are_over() {
    let old = [activity(date(2026, 1, 3), noon(date(2026, 1, 20)))];
    let clock = read(&old, &[], date(2026, 1, 20));
    assert_eq!(clock.standing, FollowUpStanding::Lapsed { from_on: date(2026, 1, 16) });
}

#[test]
fn dr_07_a_record_that_reaches_back_does_not_drive_direct_out_again() {
    let engaged_at = noon(date(2026, 1, 16));
    let backdated = [activity(date(2026, 1, 15), noon(date(2026, 1, 17)))];
    let clock = read(&backdated, &[direct(engaged_at)], date(2026, 1, 18));
    assert!(matches!(clock.standing, FollowUpStanding::CoSell { .. }));
}

#[test]
fn dr_08_an_activity_in_the_future_of_its_record_does_not_count() {
    let future = [activity(date(2026, 1, 20), noon(date(2026, 1, 10)))];
    let clock = read(&future, &[], date(2026, 1, 21));
    assert_eq!(clock.standing, FollowUpStanding::Lapsed { from_on: date(2026, 1, 16) });
}

#[test]
fn dr_06_frozen_days_do_not_count() {
    let frozen = FrozenDays::from_intervals(vec![(date(2026, 1, 10), date(2026, 1, 12))]);
    let facts = FollowUpFacts {
        approved_at: noon(date(2026, 1, 1)),
        ends_on: date(2026, 4, 4),
        activities: &[],
        engagements: &[],
        frozen: &frozen,
    };
    let policy = RegistrationPolicy::default();
    let on = |on| compute(&facts, noon(on), &policy, &calendar());
    assert_eq!(on(date(2026, 1, 12)).day, 8);
    assert_eq!(on(date(2026, 1, 18)).standing, FollowUpStanding::Running);
    let lapsed = FollowUpStanding::Lapsed { from_on: date(2026, 1, 19) };
    assert_eq!(on(date(2026, 1, 19)).standing, lapsed);
}

#[test]
fn dr_06_the_words_say_the_day_and_the_date_of_the_lapse() {
    let clock = read(&[], &[], date(2026, 1, 6));
    assert_eq!(
        clock.words(),
        "Day 5 of 14; without an activity the lockout lapses on 16 January 2026."
    );
}
