//! What follows from the automatic checks of a submission.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::check::{Check, CheckOutcome, CheckSubject};
use super::explanation::Decided;
use super::policy::RegistrationPolicy;
use super::rules::DR_14;

/// What happens to a submission.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is approved without a person.
    ApproveAtOnce,
    /// A person decides.
    NeedsDecision,
    /// A rule refuses it.
    Refuse,
}

/// Draws the conclusion from the checks. Rule DR-14.
///
/// One refusal refuses; the decision then carries the refusing rule and the words for the
/// partner. The warning about the sales cycle concerns the program and never a single deal.
pub fn decide(checks: &[Check], policy: &RegistrationPolicy) -> Decided<Verdict> {
    let first = |outcome| checks.iter().find(|check| check.outcome == outcome);
    if let Some(refused) = first(CheckOutcome::Refused) {
        let words = refused.partner_words.clone();
        return Decided::new(Verdict::Refuse, refused.rule, words);
    }
    if let Some(open) = first(CheckOutcome::NeedsPerson) {
        let words = format!("A person decides. {}", open.partner_words);
        return Decided::new(Verdict::NeedsDecision, DR_14, words).with("because", open.rule);
    }
    let warning = checks.iter().find(|check| {
        check.outcome == CheckOutcome::Warned && check.subject != CheckSubject::SalesCycle
    });
    if let Some(warning) = warning.filter(|_| policy.warnings_need_person) {
        let words = "Every check passed, with a warning; a person decides.";
        return Decided::new(Verdict::NeedsDecision, DR_14, words).with("because", warning.rule);
    }
    if policy.auto_approve {
        let words = "Every check passed, and the policy approves at once.";
        return Decided::new(Verdict::ApproveAtOnce, DR_14, words);
    }
    let words = "Every check passed; the policy leaves the decision to a person.";
    Decided::new(Verdict::NeedsDecision, DR_14, words)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::submission_checks::tests::{checked, clean};
    use super::*;
    use crate::accounts::MatchVerdict;
    use crate::deal_registration::rules::{DR_13, DR_17};

    fn automatic() -> RegistrationPolicy {
        RegistrationPolicy { auto_approve: true, ..RegistrationPolicy::default() }
    }

    #[test]
    fn dr_14_clean_checks_are_approved_at_once_only_when_the_policy_says_so() {
        let checks = checked(&clean());
        assert_eq!(decide(&checks, &automatic()).value, Verdict::ApproveAtOnce);
        let by_hand = decide(&checks, &RegistrationPolicy::default());
        assert_eq!(by_hand.value, Verdict::NeedsDecision);
    }

    #[test]
    fn dr_14_an_open_question_goes_to_a_person() {
        let mut facts = clean();
        facts.identity = MatchVerdict::Possible;
        let decided = decide(&checked(&facts), &automatic());
        assert_eq!(decided.value, Verdict::NeedsDecision);
        assert_eq!(decided.words, "A person decides. A person checks which company is meant.");
    }

    #[test]
    fn dr_14_one_refusal_refuses_and_names_its_rule() {
        let mut facts = clean();
        facts.identity = MatchVerdict::Possible;
        facts.account.house_account = true;
        let decided = decide(&checked(&facts), &automatic());
        assert_eq!((decided.value, decided.rule), (Verdict::Refuse, DR_13));
    }

    #[test]
    fn dr_17_a_warning_refuses_nothing_and_brings_a_person_if_the_policy_says_so() {
        let mut facts = clean();
        facts.live_last_worked_on = vec![date(2025, 6, 1); 6];
        let checks = checked(&facts);
        let decided = decide(&checks, &automatic());
        assert_eq!(decided.value, Verdict::NeedsDecision);
        assert_eq!(decided.inputs["because"], DR_17.to_string());
        let lenient = RegistrationPolicy { warnings_need_person: false, ..automatic() };
        assert_eq!(decide(&checks, &lenient).value, Verdict::ApproveAtOnce);
    }

    #[test]
    fn dr_17_a_long_sales_cycle_stops_no_single_deal() {
        let mut facts = clean();
        facts.median_cycle_days = Some(365);
        assert_eq!(decide(&checked(&facts), &automatic()).value, Verdict::ApproveAtOnce);
    }
}
