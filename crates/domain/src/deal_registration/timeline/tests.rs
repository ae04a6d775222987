use jiff::civil::date;

use super::super::facts::{
    DecidedBy, DecisionFact, DecisionOutcome, Ending, EndingFact, RenewalFact, SubmissionFact,
};
use super::super::lockout::Consent;
use super::super::rejection::RejectionReason;
use super::super::state_on::tests::{activity, approved, at, calendar, history};
use super::*;
use crate::ids::{ConsentId, IdSource};

fn told(facts: &RegistrationFacts, as_of: &str) -> Vec<(String, String, EntryKind)> {
    let entries = timeline(facts, &history(), &calendar(), at(as_of)).unwrap();
    let short = |entry: Entry| (entry.on.to_string(), entry.rule.to_string(), entry.kind);
    entries.into_iter().map(short).collect()
}

fn row(on: &str, rule: &str, kind: EntryKind) -> (String, String, EntryKind) {
    (on.to_owned(), rule.to_owned(), kind)
}

#[test]
fn dr_01_a_registration_left_alone_lapses_and_expires() {
    let rows = told(&approved(), "2026-05-01T00:00:00Z");
    assert_eq!(
        rows,
        [
            row("2025-12-30", "DR-19", EntryKind::Submitted),
            row("2025-12-31", "DR-09", EntryKind::OwnerReminded),
            row("2026-01-01", "DR-09", EntryKind::DecisionOverdue),
            row("2026-01-01", "DR-09", EntryKind::Escalated),
            row("2026-01-01", "DR-14", EntryKind::Approved),
            row("2026-01-01", "DR-01", EntryKind::Protected),
            row("2026-01-16", "DR-06", EntryKind::Lapsed),
            row("2026-03-03", "DR-03", EntryKind::RenewalOpened),
            row("2026-04-02", "DR-04", EntryKind::Expired),
        ]
    );
}

#[test]
fn dr_06_nothing_is_told_before_it_happens() {
    let kinds = |as_of| told(&approved(), as_of).pop().map(|(_, _, kind)| kind);
    assert_eq!(kinds("2026-01-15T23:59:59Z"), Some(EntryKind::Protected));
    assert_eq!(kinds("2026-01-16T00:00:00Z"), Some(EntryKind::Lapsed));
    assert_eq!(kinds("2026-04-01T23:59:59Z"), Some(EntryKind::RenewalOpened));
    assert_eq!(kinds("2026-04-02T00:00:00Z"), Some(EntryKind::Expired));
}

#[test]
fn dr_07_lapse_healing_and_co_sell_are_told_with_their_rules() {
    let mut facts = approved();
    facts.activities = vec![activity(date(2026, 1, 18), "2026-01-18T09:00:00Z")];
    facts.direct_refused_at = vec![at("2026-01-20T10:00:00Z")];
    facts.direct_engaged_at = vec![at("2026-02-03T10:00:00Z")];
    let rows = told(&facts, "2026-02-10T00:00:00Z");
    assert_eq!(
        rows[6..],
        [
            row("2026-01-16", "DR-06", EntryKind::Lapsed),
            row("2026-01-18", "DR-08", EntryKind::ActivityDocumented),
            row("2026-01-18", "DR-07", EntryKind::LapseHealed),
            row("2026-01-20", "DR-05", EntryKind::DirectRefused),
            row("2026-02-02", "DR-06", EntryKind::Lapsed),
            row("2026-02-03", "DR-07", EntryKind::DirectEngaged),
            row("2026-02-03", "DR-07", EntryKind::CoSell),
        ]
    );
}

#[test]
fn dr_05_an_engagement_by_consent_is_told_as_one() {
    let mut facts = approved();
    let given_at = at("2026-01-05T10:00:00Z");
    let id = ConsentId::new(&IdSource::seeded(1), given_at);
    facts.consents = vec![Consent { id, given_at, ends_on: None, withdrawn_at: None }];
    facts.direct_engaged_at = vec![at("2026-01-06T10:00:00Z")];
    let rows = told(&facts, "2026-01-07T00:00:00Z");
    assert_eq!(
        rows[6..],
        [
            row("2026-01-05", "DR-05", EntryKind::ConsentGiven),
            row("2026-01-06", "DR-05", EntryKind::DirectEngaged),
        ]
    );
}

#[test]
fn dr_03_a_renewal_tells_both_dates() {
    let mut facts = approved();
    facts.renewals = vec![RenewalFact { at: at("2026-03-20T10:00:00Z"), policy_version: 1 }];
    let entries = timeline(&facts, &history(), &calendar(), at("2026-03-21T00:00:00Z")).unwrap();
    let renewed = entries.iter().find(|entry| entry.kind == EntryKind::Renewed).unwrap();
    assert_eq!(
        renewed.words,
        "Renewed: 90 days added to 1 April 2026, protected through 30 June 2026."
    );
}

#[test]
fn dr_15_a_rejection_tells_what_would_change_it() {
    let mut facts = approved();
    let reason = RejectionReason::BelowMinimum;
    facts.decision = Some(DecisionFact {
        at: at("2025-12-30T10:00:00Z"),
        policy_version: 1,
        outcome: DecisionOutcome::Rejected { reason },
        by: DecidedBy::Policy,
    });
    let entries = timeline(&facts, &history(), &calendar(), at("2026-05-01T00:00:00Z")).unwrap();
    assert_eq!(entries.len(), 2);
    assert!(entries[1].words.ends_with(reason.what_would_change_it()));
}

#[test]
fn dr_16_a_withdrawal_and_a_new_submission_are_told() {
    let mut facts = approved();
    facts.decision = None;
    facts.endings = vec![EndingFact { at: at("2025-12-30T09:00:00Z"), ending: Ending::Withdrawn }];
    let again = at("2026-01-05T09:00:00Z");
    facts.submissions.push(SubmissionFact { at: again, counts_from: again, policy_version: 1 });
    let rows = told(&facts, "2026-01-05T10:00:00Z");
    assert_eq!(
        rows,
        [
            row("2025-12-30", "DR-19", EntryKind::Submitted),
            row("2025-12-30", "DR-02", EntryKind::Withdrawn),
            row("2026-01-05", "DR-16", EntryKind::SubmittedAgain),
        ]
    );
}

#[test]
fn pg_01_a_version_that_nobody_knows_is_an_error_and_no_guess() {
    let mut facts = approved();
    facts.submissions[0].policy_version = 9;
    let missing = timeline(&facts, &history(), &calendar(), at("2026-05-01T00:00:00Z"));
    assert_eq!(missing.unwrap_err().version, 9);
}
