use std::collections::BTreeSet;

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

const UNTIL: Date = date(2026, 4, 1);

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_767_225_600 + second).unwrap()
}

fn step(kind: StepKind, second: i64) -> Step {
    let at = at(second);
    match kind {
        StepKind::Submit => Step::Submit { at },
        StepKind::TakeUp => Step::TakeUp { at },
        StepKind::Return => Step::Return { at },
        StepKind::Approve => Step::Approve { at, protected_until: UNTIL },
        StepKind::Reject => Step::Reject { at, reason: RejectionReason::NotQualified },
        StepKind::Renew => Step::Renew { at, protected_until: date(2026, 6, 30) },
        StepKind::Win => Step::Win { at },
        StepKind::Lose => Step::Lose { at, reason: LostReason::Price },
        StepKind::Expire => Step::Expire { on: date(2026, 7, 1) },
        StepKind::Withdraw => Step::Withdraw { at },
        StepKind::Release => Step::Release { at },
    }
}

fn walked(kinds: &[StepKind]) -> Result<Status, Refusal> {
    let mut steps = kinds.iter().zip(0..);
    steps.try_fold(Status::Draft, |status, (kind, second)| transition(&status, step(*kind, second)))
}

#[test]
fn dr_16_a_registration_lives_from_draft_to_won() {
    use StepKind::{Approve, Renew, Return, Submit, TakeUp, Win};
    let approved = walked(&[Submit, TakeUp, Return, Submit, Approve]).unwrap();
    assert_eq!(approved, Status::Approved { approved_at: at(4), protected_until: UNTIL });
    let renewed = walked(&[Submit, Approve, Renew]).unwrap();
    let protected_until = date(2026, 6, 30);
    let expected = Status::Renewed { approved_at: at(1), renewed_at: at(2), protected_until };
    assert_eq!(renewed, expected);
    assert_eq!(walked(&[Submit, Approve, Renew, Win]).unwrap(), Status::Won { won_at: at(3) });
}

#[test]
fn dr_16_a_returned_registration_goes_back_under_review() {
    use StepKind::{Return, Submit, TakeUp};
    let again = walked(&[Submit, TakeUp, Return, Submit]).unwrap();
    assert_eq!(again, Status::UnderReview { submitted_at: at(3), taken_up_at: at(3) });
}

#[test]
fn dr_01_it_expires_on_the_day_after_the_last_and_not_on_it() {
    let approved = walked(&[StepKind::Submit, StepKind::Approve]).unwrap();
    let early = transition(&approved, Step::Expire { on: UNTIL }).unwrap_err();
    assert_eq!(early.rule, DR_01);
    assert_eq!(early.remedy, "It expires on 2 April 2026.");
    let expired = transition(&approved, Step::Expire { on: date(2026, 4, 2) }).unwrap();
    assert_eq!(expired, Status::Expired { protected_until: UNTIL });
}

#[test]
fn dr_16_only_a_withdrawn_registration_that_never_protected_is_submitted_again() {
    use StepKind::{Approve, Submit, Withdraw};
    assert!(walked(&[Submit, Withdraw, Submit]).is_ok());
    let refused = walked(&[Submit, Approve, Withdraw, Submit]).unwrap_err();
    assert_eq!(refused.rule, DR_16);
}

#[test]
fn dr_15_what_is_over_stays_over_and_says_so() {
    use StepKind::{Approve, Reject, Submit};
    let refused = walked(&[Submit, Reject, Approve]).unwrap_err();
    assert_eq!(refused.words, "A registration that is rejected cannot be approved.");
    assert_eq!(refused.remedy, "Its status is final.");
    let drafts = walked(&[Approve]).unwrap_err();
    assert_eq!(drafts.remedy, "It can be submitted, withdrawn.");
}

#[test]
fn dr_02_the_table_of_steps_is_this_one() {
    let mut edges = BTreeSet::new();
    for from in StatusKind::ALL {
        for kind in StepKind::ALL {
            if let Some(to) = target(*from, kind) {
                edges.insert(format!("{} -{}-> {}", from.word(), kind.as_str(), to.word()));
            }
        }
    }
    let live =
        ["expire-> expired", "lose-> lost", "release-> released", "renew-> renewed", "win-> won"];
    let mut expected: BTreeSet<String> = ["approved", "renewed"]
        .iter()
        .flat_map(|from| live.iter().map(move |rest| format!("{from} -{rest}")))
        .collect();
    for from in ["submitted", "under_review"] {
        expected.insert(format!("{from} -approve-> approved"));
        expected.insert(format!("{from} -reject-> rejected"));
    }
    for from in ["draft", "submitted", "under_review", "returned", "approved", "renewed"] {
        expected.insert(format!("{from} -withdraw-> withdrawn"));
    }
    for edge in [
        "draft -submit-> submitted",
        "withdrawn -submit-> submitted",
        "returned -submit-> under_review",
        "submitted -take_up-> under_review",
        "under_review -return-> returned",
    ] {
        expected.insert(edge.to_owned());
    }
    assert_eq!(edges, expected);
}

#[test]
fn dr_02_each_status_is_read_back_by_its_word() {
    for kind in StatusKind::ALL {
        assert_eq!(StatusKind::from_word(kind.word()), Some(*kind));
    }
    assert_eq!(StatusKind::from_word("open"), None);
}

proptest! {
    #[test]
    fn dr_02_a_step_leads_where_the_table_says_or_nowhere(kinds in prop::collection::vec(0usize..11, 0..30)) {
        let mut status = Status::Draft;
        for (second, kind) in kinds.into_iter().enumerate() {
            let kind = StepKind::ALL[kind];
            let expected = target(status.kind(), kind);
            match transition(&status, step(kind, i64::try_from(second).unwrap())) {
                Ok(next) => {
                    prop_assert_eq!(Some(next.kind()), expected);
                    prop_assert_eq!(next.kind().is_live(), next.protected_until().is_some());
                    status = next;
                }
                Err(refused) => {
                    let known = expected.is_none() || refused.rule == DR_16 || refused.rule == DR_01;
                    prop_assert!(known, "{refused}");
                }
            }
        }
    }
}
