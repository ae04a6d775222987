//! Accounts that the vendor already sells to, keeps for itself, or works directly.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::check::{Check, CheckOutcome, CheckSubject};
use super::rejection::RejectionReason;
use super::rules::DR_13;
use crate::calendar::BusinessCalendar;
use crate::wording::{day, list};

/// The account as the vendor knows it, and what is registered on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountFacts {
    /// Codes of the product lines it has bought; `None` when it is no customer, empty when the lines are unknown.
    pub bought_lines: Option<BTreeSet<String>>,
    /// Codes of the product lines that the registration is about.
    pub registered_lines: BTreeSet<String>,
    /// Whether the account is reserved for the vendor.
    pub house_account: bool,
    /// When each active direct opportunity on it was opened, in any order.
    pub direct_opportunities_opened_at: Vec<Timestamp>,
    /// The submission time that counts for the registration.
    pub counts_from: Timestamp,
}

/// Whether the vendor's own business stands against the registration. Rule DR-13.
pub fn check(facts: &AccountFacts, calendar: &BusinessCalendar) -> Vec<Check> {
    vec![customer(facts), house_account(facts.house_account), direct(facts, calendar)]
}

fn customer(facts: &AccountFacts) -> Check {
    let check =
        |outcome, words: String| Check::of_account(DR_13, CheckSubject::Customer, outcome, words);
    let Some(bought) = &facts.bought_lines else {
        return check(CheckOutcome::Passed, "The account is not a customer yet.".to_owned());
    };
    let known: Vec<&String> = facts.registered_lines.intersection(bought).collect();
    let all_new = !bought.is_empty() && !facts.registered_lines.is_empty() && known.is_empty();
    let checked = if all_new {
        check(CheckOutcome::Passed, "The customer does not have this product line yet.".to_owned())
    } else if known.is_empty() {
        check(CheckOutcome::Refused, "The account is already a customer.".to_owned())
    } else if known.len() < facts.registered_lines.len() {
        let words = format!("The customer already has {}; the other lines are new.", list(&known));
        check(CheckOutcome::NeedsPerson, words)
    } else {
        check(CheckOutcome::Refused, format!("The customer already has {}.", list(&known)))
    };
    match checked.outcome {
        CheckOutcome::Refused => checked.suggesting(RejectionReason::ExistingCustomer),
        CheckOutcome::Passed | CheckOutcome::Warned | CheckOutcome::NeedsPerson => checked,
    }
}

fn house_account(is_one: bool) -> Check {
    if is_one {
        let words = "The account is a house account, reserved for the vendor.";
        Check::new(DR_13, CheckSubject::HouseAccount, CheckOutcome::Refused, words)
            .suggesting(RejectionReason::HouseAccount)
    } else {
        let words = "The account is not a house account.";
        Check::of_account(DR_13, CheckSubject::HouseAccount, CheckOutcome::Passed, words)
    }
}

fn direct(facts: &AccountFacts, calendar: &BusinessCalendar) -> Check {
    let older = facts.direct_opportunities_opened_at.iter().copied();
    let oldest = older.filter(|opened_at| *opened_at < facts.counts_from).min();
    let Some(opened_at) = oldest else {
        let words = "No active direct opportunity is older than the submission.";
        return Check::of_account(
            DR_13,
            CheckSubject::DirectOpportunity,
            CheckOutcome::Passed,
            words,
        );
    };
    let words = format!(
        "Direct sales has been working the account since {}, before the submission.",
        day(calendar.date_of(opened_at))
    );
    Check::of_account(DR_13, CheckSubject::DirectOpportunity, CheckOutcome::Refused, words)
        .with("opened_at", opened_at)
        .with("counts_from", facts.counts_from)
        .suggesting(RejectionReason::ActiveDirectOpportunity)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Zone;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn codes(codes: &[&str]) -> BTreeSet<String> {
        codes.iter().map(|code| (*code).to_owned()).collect()
    }

    fn facts() -> AccountFacts {
        AccountFacts {
            bought_lines: None,
            registered_lines: codes(&["cloud"]),
            house_account: false,
            direct_opportunities_opened_at: Vec::new(),
            counts_from: at("2026-01-10T09:00:00Z"),
        }
    }

    fn outcome(facts: &AccountFacts, subject: CheckSubject) -> CheckOutcome {
        let calendar = BusinessCalendar::western(Zone::utc());
        let checks = check(facts, &calendar);
        checks.into_iter().find(|check| check.subject == subject).unwrap().outcome
    }

    #[test]
    fn dr_13_a_customer_is_refused_unless_the_product_line_is_new() {
        let bought = |bought: Option<&[&str]>, registered: &[&str]| {
            let facts = AccountFacts {
                bought_lines: bought.map(codes),
                registered_lines: codes(registered),
                ..facts()
            };
            outcome(&facts, CheckSubject::Customer)
        };
        assert_eq!(bought(None, &["cloud"]), CheckOutcome::Passed);
        assert_eq!(bought(Some(&["cloud"]), &["cloud"]), CheckOutcome::Refused);
        assert_eq!(bought(Some(&["desk"]), &["cloud"]), CheckOutcome::Passed);
        assert_eq!(bought(Some(&["cloud"]), &["cloud", "desk"]), CheckOutcome::NeedsPerson);
        assert_eq!(bought(Some(&[]), &["cloud"]), CheckOutcome::Refused);
        assert_eq!(bought(Some(&["desk"]), &[]), CheckOutcome::Refused);
    }

    #[test]
    fn dr_13_a_house_account_is_refused() {
        assert_eq!(outcome(&facts(), CheckSubject::HouseAccount), CheckOutcome::Passed);
        let house = AccountFacts { house_account: true, ..facts() };
        assert_eq!(outcome(&house, CheckSubject::HouseAccount), CheckOutcome::Refused);
    }

    #[test]
    fn dr_13_only_a_direct_opportunity_older_than_the_submission_refuses() {
        let opened = |text: &str| {
            let facts = AccountFacts { direct_opportunities_opened_at: vec![at(text)], ..facts() };
            outcome(&facts, CheckSubject::DirectOpportunity)
        };
        assert_eq!(opened("2026-01-10T08:59:59.999999Z"), CheckOutcome::Refused);
        assert_eq!(opened("2026-01-10T09:00:00Z"), CheckOutcome::Passed);
        assert_eq!(outcome(&facts(), CheckSubject::DirectOpportunity), CheckOutcome::Passed);
    }

    #[test]
    fn dr_13_a_customer_and_an_account_of_direct_sales_read_alike_to_the_partner() {
        let calendar = BusinessCalendar::western(Zone::utc());
        let opened_at = at("2026-01-02T00:00:00Z");
        let worked = AccountFacts { direct_opportunities_opened_at: vec![opened_at], ..facts() };
        let worked = direct(&worked, &calendar);
        assert!(worked.words.contains("2 January 2026"));
        for bought in [None, Some(codes(&["cloud"])), Some(codes(&["desk"])), Some(codes(&[]))] {
            let sold = customer(&AccountFacts { bought_lines: bought, ..facts() });
            assert_eq!(sold.partner_words, worked.partner_words);
        }
    }
}
