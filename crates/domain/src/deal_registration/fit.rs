//! Whether an account and a deal are of the kind that the partner's agreement covers.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::check::{Check, CheckOutcome, CheckSubject};
use super::policy::RegistrationPolicy;
use super::rejection::RejectionReason;
use super::rules::DR_12;
use crate::money::Money;
use crate::wording::list;

/// What the agreement names, what the account is, and how large the deal is.
///
/// Where the account lies is known twice: from the partner, and from the vendor's own record. Only
/// the first may refuse the partner at once, because the second would tell it about the account.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FitFacts {
    /// Codes of the territories that the agreement names; empty when it names none.
    pub agreed_territories: BTreeSet<String>,
    /// Codes of the territories in which the account lies by the partner's own words; `None` when
    /// the partner named no country.
    pub stated_territories: Option<BTreeSet<String>>,
    /// Codes of the territories in which the account lies by the vendor's record; `None` when the
    /// vendor has no record or the record has no country.
    pub known_territories: Option<BTreeSet<String>>,
    /// Codes of the segments that the agreement names; empty when it names none.
    pub agreed_segments: BTreeSet<String>,
    /// Code of the account's segment; `None` when it is unknown.
    pub account_segment: Option<String>,
    /// The expected value of the deal as the partner gave it.
    pub amount: Option<Money>,
    /// The same value at the document's rate of exchange, when the document has one.
    pub amount_in_program_currency: Option<Money>,
}

/// Whether the account lies where the partner may sell and the deal is large enough. Rule DR-12.
pub fn check(facts: &FitFacts, policy: &RegistrationPolicy) -> Vec<Check> {
    let mut checks = Vec::new();
    if !facts.agreed_territories.is_empty() {
        checks.extend(territory(facts));
    }
    if !facts.agreed_segments.is_empty() {
        checks.push(segment(&facts.agreed_segments, facts.account_segment.as_deref()));
    }
    if !policy.minimum_amounts_minor.is_empty() {
        checks.push(size(facts, policy));
    }
    checks
}

/// What the partner said of the place is judged first, then what the vendor knows of it. The second
/// is left out when only the partner spoke.
fn territory(facts: &FitFacts) -> Vec<Check> {
    let agreed = &facts.agreed_territories;
    let named: Vec<&String> = agreed.iter().collect();
    let judged = |territories: &BTreeSet<String>, begins: &str| {
        if territories.is_disjoint(agreed) {
            let words =
                format!("{begins} is outside the territories of the agreement: {}.", list(&named));
            (CheckOutcome::Refused, words)
        } else {
            (CheckOutcome::Passed, format!("{begins} is in a territory of the agreement."))
        }
    };
    let mut checks = Vec::new();
    if let Some(stated) = &facts.stated_territories {
        let (outcome, words) = judged(stated, "The account");
        checks.push(fitting(Check::new(DR_12, CheckSubject::Territory, outcome, words)));
    }
    let known = match (&facts.known_territories, &facts.stated_territories) {
        (Some(known), _) => Some(judged(known, "According to our records the account")),
        (None, Some(_)) => None,
        (None, None) => {
            let words = "The territory of the account is unknown.".to_owned();
            Some((CheckOutcome::NeedsPerson, words))
        }
    };
    if let Some((outcome, words)) = known {
        let subject = CheckSubject::KnownTerritory;
        checks.push(fitting(Check::of_account(DR_12, subject, outcome, words)));
    }
    checks.into_iter().map(|check| check.with("agreed", list(&named))).collect()
}

fn segment(agreed: &BTreeSet<String>, account: Option<&str>) -> Check {
    let named: Vec<&String> = agreed.iter().collect();
    let (outcome, words) = match account {
        None => (CheckOutcome::NeedsPerson, "The segment of the account is unknown.".to_owned()),
        Some(account) if !agreed.contains(account) => (
            CheckOutcome::Refused,
            format!(
                "The account is in the segment {account}; the agreement covers {}.",
                list(&named)
            ),
        ),
        Some(account) => {
            (CheckOutcome::Passed, format!("The agreement covers the segment {account}."))
        }
    };
    let check = Check::of_account(DR_12, CheckSubject::Segment, outcome, words);
    fitting(check).with("agreed", list(&named))
}

fn fitting(check: Check) -> Check {
    match check.outcome {
        CheckOutcome::Refused => check.suggesting(RejectionReason::OutsideTerritory),
        CheckOutcome::Passed | CheckOutcome::Warned | CheckOutcome::NeedsPerson => check,
    }
}

/// Compares in the currency of the deal if the policy names it, else at the document's rate.
fn size(facts: &FitFacts, policy: &RegistrationPolicy) -> Check {
    let check = |outcome, words: String| Check::new(DR_12, CheckSubject::DealSize, outcome, words);
    let Some(amount) = facts.amount else {
        let words = "No expected value was given, so the minimum cannot be checked.";
        return check(CheckOutcome::NeedsPerson, words.to_owned());
    };
    let mut comparable = [Some(amount), facts.amount_in_program_currency].into_iter().flatten();
    let compared = comparable
        .find_map(|amount| Some((amount, *policy.minimum_amounts_minor.get(&amount.currency)?)));
    let Some((amount, minimum)) = compared else {
        let words = format!("The policy has no minimum in {}.", amount.currency);
        return check(CheckOutcome::NeedsPerson, words);
    };
    let minimum = Money::new(minimum, amount.currency);
    let (given, least) = (amount.words(), minimum.words());
    let checked = if amount.minor >= minimum.minor {
        check(CheckOutcome::Passed, format!("{given} meets the minimum of {least}."))
    } else {
        check(CheckOutcome::Refused, format!("{given} is below the minimum of {least}."))
            .suggesting(RejectionReason::BelowMinimum)
    };
    checked.with("amount", amount).with("minimum", minimum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;

    fn codes(codes: &[&str]) -> BTreeSet<String> {
        codes.iter().map(|code| (*code).to_owned()).collect()
    }

    fn outcome(facts: &FitFacts) -> Vec<CheckOutcome> {
        let policy = RegistrationPolicy::default();
        check(facts, &policy).into_iter().map(|check| check.outcome).collect()
    }

    #[test]
    fn dr_12_an_agreement_that_names_nothing_asks_nothing() {
        assert_eq!(outcome(&FitFacts::default()), []);
    }

    #[test]
    fn dr_12_the_account_must_lie_in_a_named_territory() {
        let facts = |stated: Option<&[&str]>| placed(stated, None);
        assert_eq!(outcome(&facts(Some(&["emea", "dach"]))), [CheckOutcome::Passed]);
        assert_eq!(outcome(&facts(Some(&["emea"]))), [CheckOutcome::Refused]);
        assert_eq!(outcome(&facts(Some(&[]))), [CheckOutcome::Refused]);
        assert_eq!(outcome(&facts(None)), [CheckOutcome::NeedsPerson]);
    }

    fn placed(stated: Option<&[&str]>, known: Option<&[&str]>) -> FitFacts {
        FitFacts {
            agreed_territories: codes(&["dach", "nordics"]),
            stated_territories: stated.map(codes),
            known_territories: known.map(codes),
            ..FitFacts::default()
        }
    }

    #[test]
    fn ac_05_what_the_vendor_knows_of_the_place_is_judged_apart_and_not_told() {
        let policy = RegistrationPolicy::default();
        let outside = check(&placed(Some(&["dach"]), Some(&["apac"])), &policy);
        let seen: Vec<_> = outside.iter().map(|check| (check.subject, check.outcome)).collect();
        assert_eq!(
            seen,
            [
                (CheckSubject::Territory, CheckOutcome::Passed),
                (CheckSubject::KnownTerritory, CheckOutcome::Refused)
            ]
        );
        assert_eq!(outside[1].suggests, Some(RejectionReason::OutsideTerritory));
        assert!(!outside[1].subject.is_told());
        // What the partner itself says is enough to refuse it, whatever the vendor knows.
        let own = check(&placed(Some(&["apac"]), Some(&["dach"])), &policy);
        assert_eq!(own[0].outcome, CheckOutcome::Refused);
        assert!(own[0].subject.is_own());
        // Without a country the partner reads the same of a known and of an unknown account.
        for known in [Some(&["dach"][..]), Some(&["apac"][..]), None] {
            let silent = check(&placed(None, known), &policy);
            assert!(silent.iter().all(|check| !check.subject.is_told()), "{silent:?}");
        }
    }

    #[test]
    fn dr_12_the_account_must_be_of_a_named_segment() {
        let facts = |segment: Option<&str>| FitFacts {
            agreed_segments: codes(&["enterprise"]),
            account_segment: segment.map(str::to_owned),
            ..FitFacts::default()
        };
        assert_eq!(outcome(&facts(Some("enterprise"))), [CheckOutcome::Passed]);
        assert_eq!(outcome(&facts(Some("small"))), [CheckOutcome::Refused]);
        assert_eq!(outcome(&facts(None)), [CheckOutcome::NeedsPerson]);
    }

    fn sized(amount: Option<&str>, converted: Option<&str>) -> CheckOutcome {
        let mut policy = RegistrationPolicy::default();
        policy.minimum_amounts_minor.insert(Currency::parse("EUR").unwrap(), 500_000);
        let money = |text: &str| Money::parse(text).unwrap();
        let facts = FitFacts {
            amount: amount.map(money),
            amount_in_program_currency: converted.map(money),
            ..FitFacts::default()
        };
        check(&facts, &policy)[0].outcome
    }

    #[test]
    fn dr_12_the_minimum_itself_is_enough_and_a_cent_less_is_not() {
        assert_eq!(sized(Some("5000.00 EUR"), None), CheckOutcome::Passed);
        assert_eq!(sized(Some("4999.99 EUR"), None), CheckOutcome::Refused);
        assert_eq!(sized(None, None), CheckOutcome::NeedsPerson);
    }

    #[test]
    fn dr_12_another_currency_is_compared_at_the_documents_rate_or_by_a_person() {
        assert_eq!(sized(Some("1 USD"), Some("5000 EUR")), CheckOutcome::Passed);
        assert_eq!(sized(Some("9000 USD"), Some("4999.99 EUR")), CheckOutcome::Refused);
        assert_eq!(sized(Some("9000 USD"), None), CheckOutcome::NeedsPerson);
    }
}
