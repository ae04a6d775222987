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

/// Who submits, and so who reads the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Submitter {
    /// The partner itself.
    Partner,
    /// A person or program of the vendor, which may know everything.
    Vendor,
}

/// The checks that refuse a submission at once, in the order in which they are told; none when
/// nothing does. Rules DR-02, DR-13, DR-18, AC-05.
///
/// The vendor is refused by every check. A partner is refused by what concerns itself or what it
/// said. Only without such a fault does it learn of the account, and then one of the two answers
/// that "is it free?" gives as well: a house account, or protected until a day. Whatever else the
/// vendor knows of the account would tell the partner about the vendor's own business: a person
/// decides it.
pub fn refusing(checks: &[Check], submitter: Submitter) -> Vec<&Check> {
    let refused = || checks.iter().filter(|check| check.outcome == CheckOutcome::Refused);
    if submitter == Submitter::Vendor {
        return refused().collect();
    }
    let own: Vec<&Check> = refused().filter(|check| check.subject.is_own()).collect();
    if !own.is_empty() {
        return own;
    }
    let of = |subject| refused().find(|check| check.subject == subject);
    of(CheckSubject::HouseAccount).or_else(|| of(CheckSubject::Holder)).into_iter().collect()
}

/// What is said of every submission on which a person decides. The partner reads it, so it says
/// nothing of the checks that look at the account.
const A_PERSON_DECIDES: &str = "A person of the vendor decides.";

/// Draws the conclusion from the checks. Rules DR-13, DR-14.
///
/// One refusal that the submitter may be told refuses; one that it may not be told goes to a
/// person, and nothing is approved at once. The warning about the sales cycle concerns the program
/// and never a single deal.
pub fn decide(
    checks: &[Check],
    policy: &RegistrationPolicy,
    submitter: Submitter,
) -> Decided<Verdict> {
    if let Some(refused) = refusing(checks, submitter).first() {
        let words = refused.partner_words.clone();
        return Decided::new(Verdict::Refuse, refused.rule, words);
    }
    let is_open =
        |check: &&Check| matches!(check.outcome, CheckOutcome::NeedsPerson | CheckOutcome::Refused);
    if let Some(open) = checks.iter().find(is_open) {
        let own = checks.iter().filter(is_open).find(|check| check.subject.is_own());
        let words = match own {
            Some(own) => format!("{A_PERSON_DECIDES} {}", own.partner_words),
            None => A_PERSON_DECIDES.to_owned(),
        };
        return Decided::new(Verdict::NeedsDecision, DR_14, words).with("because", open.rule);
    }
    let warning = checks.iter().find(|check| {
        check.outcome == CheckOutcome::Warned && check.subject != CheckSubject::SalesCycle
    });
    if let Some(warning) = warning.filter(|_| policy.warnings_need_person) {
        return Decided::new(Verdict::NeedsDecision, DR_14, A_PERSON_DECIDES)
            .with("because", warning.rule);
    }
    if policy.auto_approve {
        let words = "All checks passed and the policy approves automatically.";
        return Decided::new(Verdict::ApproveAtOnce, DR_14, words);
    }
    Decided::new(Verdict::NeedsDecision, DR_14, A_PERSON_DECIDES)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::civil::date;

    use super::super::submission_checks::tests::{checked, clean};
    use super::*;
    use crate::accounts::MatchVerdict;
    use crate::deal_registration::exclusivity::LiveHolder;
    use crate::deal_registration::rules::{DR_02, DR_10, DR_13, DR_17};
    use crate::deal_registration::submission_checks::SubmissionFacts;
    use crate::ids::{IdSource, PartnerId, RegistrationId};

    /// The verdict on what a partner submits.
    fn decide(checks: &[Check], policy: &RegistrationPolicy) -> Decided<Verdict> {
        super::decide(checks, policy, Submitter::Partner)
    }

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
        assert_eq!(decided.words, A_PERSON_DECIDES);
    }

    fn sold(facts: &mut SubmissionFacts) {
        facts.account.bought_lines = Some(["cloud".to_owned()].into());
    }

    fn worked(facts: &mut SubmissionFacts) {
        facts.account.direct_opportunities_opened_at = vec![Timestamp::UNIX_EPOCH];
    }

    fn held(facts: &mut SubmissionFacts) {
        let ids = IdSource::seeded(5);
        facts.holder = Some(LiveHolder {
            registration_id: RegistrationId::new(&ids, Timestamp::UNIX_EPOCH),
            partner_id: PartnerId::new(&ids, Timestamp::UNIX_EPOCH),
            partner_name: "North".to_owned(),
            protected_until: date(2026, 3, 1),
        });
    }

    #[test]
    fn dr_13_a_customer_and_a_deal_of_direct_sales_go_to_a_person_and_read_alike() {
        let mut seen = Vec::new();
        for change in [sold, worked, |facts: &mut SubmissionFacts| {
            facts.identity = MatchVerdict::Possible;
        }] {
            let mut facts = clean();
            change(&mut facts);
            let decided = decide(&checked(&facts), &automatic());
            assert_eq!(decided.value, Verdict::NeedsDecision);
            seen.push(decided.words);
        }
        seen.dedup();
        assert_eq!(seen, [A_PERSON_DECIDES], "one sentence for all three");
    }

    #[test]
    fn dr_13_the_vendor_is_refused_with_the_reason() {
        for change in [sold, worked] {
            let mut facts = clean();
            change(&mut facts);
            let decided = super::decide(&checked(&facts), &automatic(), Submitter::Vendor);
            assert_eq!((decided.value, decided.rule), (Verdict::Refuse, DR_13));
        }
    }

    #[test]
    fn dr_18_a_partner_learns_one_thing_of_the_account_and_its_own_faults_first() {
        let mut facts = clean();
        sold(&mut facts);
        held(&mut facts);
        let checks = checked(&facts);
        let told = |checks: &[Check]| -> Vec<_> {
            refusing(checks, Submitter::Partner).iter().map(|check| check.rule).collect()
        };
        assert_eq!(told(&checks), [DR_02], "the customer is not told");
        facts.account.house_account = true;
        assert_eq!(told(&checked(&facts)), [DR_13], "as \"is it free?\" answers");
        facts.partner.active = false;
        let checks = checked(&facts);
        assert_eq!(told(&checks), [DR_10], "nothing of the account");
        let vendor = refusing(&checks, Submitter::Vendor);
        assert_eq!(vendor.len(), 4, "{vendor:?}");
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
