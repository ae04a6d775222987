use super::*;
use crate::program::document::Document;
use crate::program::{Affects, diff};

fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn act(text: &str) -> Act {
    let at = instant(text);
    Act { by: "user:usr_1".to_owned(), at }
}

fn change(worsens_partner_terms: bool) -> Change {
    Change {
        rule: None,
        key: String::new(),
        words: String::new(),
        worsens_partner_terms,
        affects: Affects::Everyone,
    }
}

fn approved() -> Lifecycle {
    let submitted = Lifecycle::Draft.submit(act("2026-01-01T10:00:00Z")).unwrap();
    submitted.approve(act("2026-01-02T10:00:00Z")).unwrap()
}

fn announcement(effective_at: &str, earliest_at: &str) -> Announcement {
    Announcement {
        act: act("2026-01-03T10:00:00Z"),
        effective_at: instant(effective_at),
        earliest_at: instant(earliest_at),
        council_has_members: false,
    }
}

#[test]
fn pg_02_a_version_goes_its_way_step_by_step() {
    let announced =
        approved().announce(announcement("2026-02-02T10:00:00Z", "2026-02-02T10:00:00Z")).unwrap();
    assert_eq!(announced.as_str(), "announced");
    assert!(!announced.is_editable());
    let versions = [
        Version { number: 1, effective_at: instant("2025-01-01T00:00:00Z"), document: () },
        Version { number: 2, effective_at: instant("2026-02-02T10:00:00Z"), document: () },
    ];
    let is = |number, text| standing(&announced, number, &versions, instant(text));
    assert_eq!(is(2, "2026-02-02T09:59:59.999999Z"), Standing::Announced);
    assert_eq!(is(2, "2026-02-02T10:00:00Z"), Standing::InForce);
    let first = Lifecycle::Announced {
        submitted: act("2024-12-01T10:00:00Z"),
        approved: act("2024-12-01T10:00:00Z"),
        council_saw_at: None,
        announced: act("2024-12-01T10:00:00Z"),
        effective_at: instant("2025-01-01T00:00:00Z"),
    };
    let was = |text| standing(&first, 1, &versions, instant(text));
    assert_eq!(was("2026-02-02T09:59:59Z"), Standing::InForce);
    assert_eq!(was("2026-02-02T10:00:00Z"), Standing::Superseded);
    assert_eq!(standing(&Lifecycle::Draft, 3, &versions, Timestamp::MAX), Standing::Draft);
    assert_eq!(standing(&approved(), 3, &versions, Timestamp::MAX), Standing::Approved);
}

#[test]
fn pg_02_no_step_is_left_out() {
    let now = || act("2026-01-03T10:00:00Z");
    let announce = || announcement("2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z");
    let states = [
        Lifecycle::Draft,
        Lifecycle::Draft.submit(now()).unwrap(),
        approved(),
        approved().announce(announce()).unwrap(),
    ];
    let allowed = states.map(|state| {
        let name = state.as_str();
        let steps = [
            state.clone().submit(now()).is_ok(),
            state.clone().send_back().is_ok_and(|back| back.is_editable()),
            state.clone().approve(now()).is_ok(),
            state.clone().show_to_council(now().at).is_ok(),
            state.announce(announce()).is_ok(),
        ];
        (name, steps)
    });
    let expected = [
        ("draft", [true, false, false, false, false]),
        ("in_review", [false, true, true, false, false]),
        ("approved", [false, true, false, true, true]),
        ("announced", [false, false, false, false, false]),
    ];
    assert_eq!(allowed, expected);
}

#[test]
fn pg_02_a_refusal_says_where_the_version_is() {
    let refusal = Lifecycle::Draft.approve(act("2026-01-03T10:00:00Z")).unwrap_err();
    assert_eq!(refusal.rule().as_str(), "PG-02");
    let words = "this version is a draft; only one that is in review can be approved";
    assert_eq!(refusal.to_string(), words);
}

#[test]
fn pg_02_notice_is_kept_to_the_instant() {
    let earliest = "2026-02-02T10:00:00Z";
    assert!(approved().announce(announcement(earliest, earliest)).is_ok());
    let early = approved().announce(announcement("2026-02-02T09:59:59.999999Z", earliest));
    assert_eq!(
        early.unwrap_err(),
        LifecycleRefusal::NoticeTooShort { earliest_at: instant(earliest) }
    );
    let past = announcement("2026-01-03T09:59:59Z", "2026-01-01T00:00:00Z");
    assert!(approved().announce(past).is_err());
}

#[test]
fn pg_02_the_council_sees_a_version_before_it_is_announced() {
    let mut announcement = announcement("2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z");
    announcement.council_has_members = true;
    let unseen = approved().announce(announcement.clone());
    assert_eq!(unseen.unwrap_err(), LifecycleRefusal::CouncilHasNotSeen);
    let seen = approved().show_to_council(instant("2026-01-02T12:00:00Z")).unwrap();
    let seen = seen.show_to_council(instant("2026-01-02T18:00:00Z")).unwrap();
    let announced = seen.announce(announcement).unwrap();
    let Lifecycle::Announced { council_saw_at, .. } = announced else { panic!("announced") };
    assert_eq!(council_saw_at, Some(instant("2026-01-02T12:00:00Z")));
}

#[test]
fn pg_02_only_a_change_for_the_worse_needs_notice() {
    let calendar = Document::default_document().business_calendar(None);
    let announced_at = instant("2026-03-10T09:00:00Z");
    let earliest = |changes: &[Change]| earliest_effective_at(announced_at, 30, changes, &calendar);
    assert_eq!(earliest(&[]), announced_at);
    assert_eq!(earliest(&[change(false)]), announced_at);
    // The clocks of Berlin go forward in between; the time of day stays.
    assert_eq!(earliest(&[change(false), change(true)]), instant("2026-04-09T08:00:00Z"));
    assert_eq!(earliest_effective_at(announced_at, 0, &[change(true)], &calendar), announced_at);
}

#[test]
fn pg_02_a_shorter_validity_waits_for_the_notice_of_the_version_before() {
    let old = Document::default_document();
    let mut new = old.clone();
    new.registration.validity_days = 60;
    new.notice_days = 0;
    let changes = diff(&old, &new);
    let calendar = old.business_calendar(None);
    let announced_at = instant("2026-01-10T09:00:00Z");
    let earliest = earliest_effective_at(announced_at, old.notice_days, &changes, &calendar);
    assert_eq!(earliest, instant("2026-02-09T09:00:00Z"));
}
