use jiff::civil::date;

use super::super::follow_up::{DirectEngagement, FollowUpFacts, compute};
use super::super::freeze::FrozenDays;
use super::super::policy::RegistrationPolicy;
use super::*;
use crate::calendar::Zone;
use crate::ids::IdSource;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn calendar() -> BusinessCalendar {
    BusinessCalendar::western(Zone::utc())
}

fn protection() -> Protection {
    Protection {
        approved_at: at("2026-01-01T12:00:00Z"),
        protected_until: date(2026, 4, 1),
        ended_at: None,
    }
}

fn consent(ends_on: Option<Date>, withdrawn_at: Option<Timestamp>) -> Consent {
    let given_at = at("2026-01-03T10:00:00Z");
    Consent { id: ConsentId::new(&IdSource::seeded(1), given_at), given_at, ends_on, withdrawn_at }
}

/// The decision with the follow-up clock as it stands at that instant.
fn decided(
    consents: &[Consent],
    engagements: &[DirectEngagement],
    at: Timestamp,
) -> LockoutDecision {
    let protection = protection();
    let frozen = FrozenDays::none();
    let facts = FollowUpFacts {
        approved_at: protection.approved_at,
        ends_on: protection.protected_until,
        activities: &[],
        engagements,
        frozen: &frozen,
    };
    let follow_up = compute(&facts, at, &RegistrationPolicy::default(), &calendar());
    let facts =
        LockoutFacts { protection: Some(&protection), consents, follow_up: Some(&follow_up) };
    decide(&facts, at, &calendar())
}

fn is_refused(decision: &LockoutDecision) -> bool {
    matches!(decision, LockoutDecision::Refused(_))
}

#[test]
fn dr_05_direct_is_refused_from_approval_with_the_ways_on() {
    let refused = decided(&[], &[], at("2026-01-01T12:00:00Z"));
    let LockoutDecision::Refused(refused) = refused else { panic!("allowed: {refused:?}") };
    assert_eq!(refused.rule, DR_05);
    assert_eq!(refused.protected_until, date(2026, 4, 1));
    let wait = WayOn::WaitUntil { on: date(2026, 4, 2) };
    assert_eq!(refused.ways_on, [WayOn::AskConsent, WayOn::CoSell, wait]);
    assert_eq!(
        Refusal::from(refused).remedy,
        "Ask the partner for consent. Propose co-sell to the partner. Wait until 2 April 2026."
    );
    let before = decided(&[], &[], at("2026-01-01T11:59:59.999999Z"));
    assert_eq!(before, LockoutDecision::Allowed(AllowedBecause::NotProtected));
}

#[test]
fn dr_05_nobody_is_locked_out_after_the_last_protected_day() {
    let facts = LockoutFacts { protection: Some(&protection()), consents: &[], follow_up: None };
    assert!(is_refused(&decide(&facts, at("2026-04-01T23:59:59.999999Z"), &calendar())));
    let free = decide(&facts, at("2026-04-02T00:00:00Z"), &calendar());
    assert_eq!(free, LockoutDecision::Allowed(AllowedBecause::NotProtected));
}

#[test]
fn dr_05_a_consent_opens_the_account_from_its_instant_through_its_last_day() {
    let limited = [consent(Some(date(2026, 1, 5)), None)];
    assert!(is_refused(&decided(&limited, &[], at("2026-01-03T09:59:59Z"))));
    assert!(!is_refused(&decided(&limited, &[], at("2026-01-03T10:00:00Z"))));
    assert!(!is_refused(&decided(&limited, &[], at("2026-01-05T23:59:59Z"))));
    assert!(is_refused(&decided(&limited, &[], at("2026-01-06T00:00:00Z"))));
}

#[test]
fn dr_05_a_consent_taken_back_no_longer_opens() {
    let taken_back = [consent(None, Some(at("2026-01-04T00:00:00Z")))];
    assert!(!is_refused(&decided(&taken_back, &[], at("2026-01-03T23:59:59Z"))));
    assert!(is_refused(&decided(&taken_back, &[], at("2026-01-04T00:00:00Z"))));
}

#[test]
fn dr_06_a_lapse_opens_the_account_from_its_first_day() {
    assert!(is_refused(&decided(&[], &[], at("2026-01-15T23:59:59Z"))));
    let lapsed = decided(&[], &[], at("2026-01-16T00:00:00Z"));
    let from_on = date(2026, 1, 16);
    assert_eq!(lapsed, LockoutDecision::Allowed(AllowedBecause::Lapsed { from_on }));
}

#[test]
fn dr_07_direct_that_engaged_under_a_lapse_is_named_before_other_reasons() {
    let engaged = DirectEngagement { at: at("2026-01-17T09:00:00Z"), by_consent: false };
    let open = [consent(None, None)];
    let co_sell = decided(&open, &[engaged], at("2026-01-18T00:00:00Z"));
    let since_on = date(2026, 1, 17);
    assert_eq!(co_sell, LockoutDecision::Allowed(AllowedBecause::CoSell { since_on }));
}
