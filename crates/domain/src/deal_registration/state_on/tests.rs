use jiff::civil::date;
use proptest::prelude::*;

use super::super::activity::{Activity, ActivityKind};
use super::super::facts::{
    DecidedBy, DecisionFact, DecisionOutcome, EndingFact, RenewalFact, StageFact, SubmissionFact,
};
use super::super::lockout::AllowedBecause;
use super::super::policy::RegistrationPolicy;
use super::super::policy_history::PolicyInForce;
use super::super::status::Dispute;
use super::super::timeline::timeline;
use super::*;
use crate::calendar::{Zone, days_after};
use crate::ids::{ActivityId, IdSource, RegistrationId};

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn calendar() -> BusinessCalendar {
    BusinessCalendar::western(Zone::utc())
}

/// Version 1 is the default; version 2, in force from February on, halves every promise.
pub(crate) fn history() -> PolicyHistory {
    let shorter = RegistrationPolicy {
        validity_days: 45,
        follow_up_days: 7,
        ..RegistrationPolicy::default()
    };
    let version = |version, effective_at: &str, policy| PolicyInForce {
        version,
        effective_at: at(effective_at),
        policy,
    };
    PolicyHistory::new(vec![
        version(1, "2025-01-01T00:00:00Z", RegistrationPolicy::default()),
        version(2, "2026-02-01T00:00:00Z", shorter),
    ])
}

pub(crate) fn activity(occurred_on: Date, logged_at: &str) -> Activity {
    let logged_at = at(logged_at);
    let id = ActivityId::new(&IdSource::seeded(4), logged_at);
    Activity { id, kind: ActivityKind::Meeting, occurred_on, logged_at }
}

/// Begun on 29 December, submitted on the 30th, approved on 1 January at noon under version 1.
pub(crate) fn approved() -> RegistrationFacts {
    let ids = IdSource::seeded(1);
    let drafted_at = at("2025-12-29T08:00:00Z");
    let mut facts = RegistrationFacts::drafted(
        RegistrationId::new(&ids, drafted_at),
        PartnerId::new(&ids, drafted_at),
        drafted_at,
    );
    let submitted_at = at("2025-12-30T08:00:00Z");
    facts.submissions =
        vec![SubmissionFact { at: submitted_at, counts_from: submitted_at, policy_version: 1 }];
    facts.decision = Some(DecisionFact {
        at: at("2026-01-01T12:00:00Z"),
        policy_version: 1,
        outcome: DecisionOutcome::Approved,
        by: DecidedBy::Policy,
    });
    facts
}

fn on(facts: &RegistrationFacts, on: Date) -> StateOn {
    state_on(facts, &history(), &calendar(), on).unwrap()
}

#[test]
fn dr_01_the_status_follows_the_days() {
    let facts = approved();
    let status = |date| on(&facts, date).status;
    assert_eq!(status(date(2025, 12, 28)), None);
    assert_eq!(status(date(2025, 12, 29)), Some(StatusKind::Draft));
    assert_eq!(status(date(2025, 12, 30)), Some(StatusKind::Submitted));
    assert_eq!(status(date(2025, 12, 31)), Some(StatusKind::Submitted));
    assert_eq!(status(date(2026, 1, 1)), Some(StatusKind::Approved));
    assert_eq!(status(date(2026, 4, 1)), Some(StatusKind::Approved));
    assert_eq!(status(date(2026, 4, 2)), Some(StatusKind::Expired));
}

#[test]
fn dr_01_the_holder_holds_through_the_last_protected_day() {
    let facts = approved();
    let last = on(&facts, date(2026, 4, 1));
    assert_eq!(last.holder, Some(facts.partner_id.clone()));
    assert_eq!(last.protected_until, Some(date(2026, 4, 1)));
    let after = on(&facts, date(2026, 4, 2));
    assert_eq!((after.holder, after.protected_until, after.follow_up), (None, None, None));
    assert_eq!(after.lockout, LockoutDecision::Allowed(AllowedBecause::NotProtected));
}

#[test]
fn pg_01_a_later_version_changes_nothing_that_was_approved_before() {
    let facts = approved();
    let march = on(&facts, date(2026, 3, 1));
    assert_eq!(march.policy_version, Some(1));
    assert_eq!(march.protected_until, Some(date(2026, 4, 1)));
    assert_eq!(march.follow_up.unwrap().of, 14);
}

#[test]
fn dr_03_before_its_renewal_the_old_last_day_was_true() {
    let mut facts = approved();
    facts.renewals = vec![RenewalFact { at: at("2026-03-20T10:00:00Z"), policy_version: 2 }];
    assert_eq!(on(&facts, date(2026, 3, 19)).protected_until, Some(date(2026, 4, 1)));
    let renewed = on(&facts, date(2026, 3, 20));
    assert_eq!(renewed.status, Some(StatusKind::Renewed));
    let days_of_version_2 = date(2026, 5, 16);
    assert_eq!(renewed.protected_until, Some(days_of_version_2));
    assert_eq!(on(&facts, days_of_version_2).status, Some(StatusKind::Renewed));
    assert_eq!(on(&facts, days_after(days_of_version_2, 1)).status, Some(StatusKind::Expired));
}

#[test]
fn dr_06_the_lockout_was_open_from_the_lapse_to_its_healing() {
    let mut facts = approved();
    facts.activities = vec![activity(date(2026, 1, 20), "2026-01-20T09:00:00Z")];
    let open = |date| matches!(on(&facts, date).lockout, LockoutDecision::Allowed(_));
    assert!(!open(date(2026, 1, 15)));
    assert!(open(date(2026, 1, 16)));
    assert!(open(date(2026, 1, 19)));
    assert!(!open(date(2026, 1, 20)));
    let clock = on(&facts, date(2026, 1, 25)).follow_up.unwrap();
    assert_eq!((clock.day, clock.of), (5, 14));
}

#[test]
fn dr_08_an_activity_that_reaches_back_was_true_on_its_day() {
    let mut facts = approved();
    facts.activities = vec![activity(date(2026, 1, 15), "2026-01-17T09:00:00Z")];
    let held = matches!(on(&facts, date(2026, 1, 16)).lockout, LockoutDecision::Refused(_));
    assert!(held);
}

#[test]
fn dr_04_an_end_before_time_frees_the_account() {
    let mut facts = approved();
    facts.endings = vec![EndingFact { at: at("2026-02-10T09:00:00Z"), ending: Ending::Won }];
    assert_eq!(on(&facts, date(2026, 2, 9)).status, Some(StatusKind::Approved));
    let won = on(&facts, date(2026, 2, 10));
    assert_eq!((won.status, won.holder), (Some(StatusKind::Won), None));
    assert_eq!(on(&facts, date(2026, 6, 1)).status, Some(StatusKind::Won));
}

#[test]
fn dr_16_a_return_and_a_new_submission_are_seen_on_their_days() {
    let mut facts = approved();
    facts.decision = None;
    facts.taken_up_at = vec![at("2025-12-30T09:00:00Z")];
    facts.returned_at = vec![at("2025-12-31T09:00:00Z")];
    let again = at("2026-01-02T09:00:00Z");
    let first = facts.submissions[0];
    facts.submissions.push(SubmissionFact { at: again, ..first });
    let status = |date| on(&facts, date).status;
    assert_eq!(status(date(2025, 12, 30)), Some(StatusKind::UnderReview));
    assert_eq!(status(date(2026, 1, 1)), Some(StatusKind::Returned));
    assert_eq!(status(date(2026, 1, 2)), Some(StatusKind::UnderReview));
}

#[test]
fn dr_01_a_case_that_freezes_the_clocks_moves_the_end() {
    let mut facts = approved();
    facts.disputes = vec![Dispute {
        case_id: CaseId::new(&IdSource::seeded(1), Timestamp::UNIX_EPOCH),
        opened_at: at("2026-01-10T09:00:00Z"),
        closed_at: Some(at("2026-01-12T09:00:00Z")),
        freezes_clocks: true,
    }];
    let frozen = on(&facts, date(2026, 1, 11));
    assert!(frozen.clocks_frozen && frozen.in_dispute.is_some());
    assert_eq!(frozen.follow_up.unwrap().day, 8);
    let closed = on(&facts, date(2026, 1, 12));
    assert!(closed.in_dispute.is_none());
    assert_eq!(closed.protected_until, Some(date(2026, 4, 4)));
}

#[test]
fn dr_21_the_stage_is_the_latest_named_by_then() {
    let mut facts = approved();
    let stage = |text: &str, stage| StageFact { at: at(text), stage };
    facts.stages = vec![
        stage("2026-01-20T00:00:00Z", StageKind::Proposal),
        stage("2026-01-10T00:00:00Z", StageKind::Meeting),
    ];
    assert_eq!(on(&facts, date(2026, 1, 9)).stage, None);
    assert_eq!(on(&facts, date(2026, 1, 19)).stage, Some(StageKind::Meeting));
    assert_eq!(on(&facts, date(2026, 1, 20)).stage, Some(StageKind::Proposal));
}

#[test]
fn dr_05_the_words_tell_the_day() {
    let words = on(&approved(), date(2026, 1, 6)).words;
    assert_eq!(
        words,
        [
            "On 6 January 2026 the registration was approved.",
            "It protected the account through 1 April 2026.",
            "Day 5 of 14; without an activity the lockout lapses on 16 January 2026.",
            "Direct sales could not engage.",
        ]
    );
}

proptest! {
    #[test]
    fn dr_07_the_order_of_facts_changes_neither_state_nor_timeline(
        days in prop::collection::vec((0u32..80, 0u32..5), 0..6),
        engaged in prop::collection::vec(0u32..80, 0..3),
        asked in 0u32..120,
    ) {
        let start = date(2026, 1, 1);
        let instant = |day: u32| calendar().start_of(days_after(start, day)) + SignedDuration::from_hours(13);
        let mut facts = approved();
        facts.activities = days
            .iter()
            .map(|(day, late)| activity(days_after(start, day.saturating_sub(*late)), &instant(*day).to_string()))
            .collect();
        facts.direct_engaged_at = engaged.iter().map(|day| instant(*day)).collect();
        let mut turned = facts.clone();
        turned.activities.reverse();
        turned.direct_engaged_at.reverse();
        let day = days_after(start, asked);
        prop_assert_eq!(on(&facts, day), on(&turned, day));
        let told = |facts| timeline(facts, &history(), &calendar(), instant(asked)).unwrap();
        prop_assert_eq!(told(&facts), told(&turned));
    }
}
