//! The result of one automatic check of a submission.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::rejection::RejectionReason;
use crate::rule_id::RuleId;

/// What a check looked at.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum CheckSubject {
    /// Whether the partner is active in the program.
    PartnerActive,
    /// Whether the partner has a current agreement.
    Agreement,
    /// Whether the partner holds the certifications that the track asks for.
    Certification,
    /// How many live registrations the partner has.
    Capacity,
    /// Where the account lies, by the partner's own words.
    Territory,
    /// Where the account lies, by what the vendor knows of it.
    KnownTerritory,
    /// Of which segment the account is.
    Segment,
    /// How large the deal is.
    DealSize,
    /// Whether the account could be told apart from others.
    Identity,
    /// Whether the account is held already.
    Holder,
    /// Whether the account is a customer.
    Customer,
    /// Whether the account is a house account.
    HouseAccount,
    /// Whether direct sales was there before.
    DirectOpportunity,
    /// Whether the partner works what it holds.
    Hoarding,
    /// Whether protection is long enough for the program's sales cycle.
    SalesCycle,
    /// What the question "is it free?" is answered for the account.
    Availability,
}

impl CheckSubject {
    /// Whether the check looks at the partner, the program or what the partner itself said of the
    /// deal, and at nothing that the vendor knows of the account.
    pub const fn is_own(self) -> bool {
        match self {
            Self::PartnerActive
            | Self::Agreement
            | Self::Certification
            | Self::Capacity
            | Self::Territory
            | Self::DealSize
            | Self::Hoarding
            | Self::SalesCycle => true,
            Self::KnownTerritory
            | Self::Segment
            | Self::Identity
            | Self::Holder
            | Self::Customer
            | Self::HouseAccount
            | Self::DirectOpportunity
            | Self::Availability => false,
        }
    }

    /// Whether the partner reads the check beside its submission. Of the account it reads one line
    /// only, which says what the question "is it free?" would say. Rules DR-18, AC-05.
    pub const fn is_told(self) -> bool {
        self.is_own() || matches!(self, Self::Availability)
    }
}

/// How a check ended, from harmless to final.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum CheckOutcome {
    /// Nothing stands against it.
    Passed,
    /// Something worth knowing that refuses nothing.
    Warned,
    /// The facts do not suffice; a person has to look.
    NeedsPerson,
    /// The rule refuses.
    Refused,
}

/// All that a partner reads about an account that is neither free, protected nor a house account.
/// It is the same sentence whatever the vendor knows. Rules DR-13, DR-18, AC-05.
pub const VENDOR_LOOKS: &str = "The vendor reviews the account before deciding.";

/// One check with its reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// The rule that was applied.
    pub rule: RuleId,
    /// What was looked at.
    pub subject: CheckSubject,
    /// How it ended.
    pub outcome: CheckOutcome,
    /// The reason as the vendor reads it; may name other partners.
    pub words: String,
    /// The reason as the submitting partner reads it; tells nothing about others.
    pub partner_words: String,
    /// What the rule looked at, by name; for the vendor.
    pub data: BTreeMap<String, String>,
    /// The reason for rejection that fits, when the check refused.
    pub suggests: Option<RejectionReason>,
}

impl Check {
    /// A check whose words both sides may read.
    pub fn new(
        rule: RuleId,
        subject: CheckSubject,
        outcome: CheckOutcome,
        words: impl Into<String>,
    ) -> Self {
        let words = words.into();
        let partner_words = words.clone();
        let data = BTreeMap::new();
        Self { rule, subject, outcome, words, partner_words, data, suggests: None }
    }

    /// A check of what the vendor knows of the account, of which the partner learns nothing.
    pub fn of_account(
        rule: RuleId,
        subject: CheckSubject,
        outcome: CheckOutcome,
        words: impl Into<String>,
    ) -> Self {
        Self::new(rule, subject, outcome, words).told_to_partner(VENDOR_LOOKS)
    }

    /// The same check with other words for the partner.
    #[must_use]
    pub fn told_to_partner(mut self, words: impl Into<String>) -> Self {
        self.partner_words = words.into();
        self
    }

    /// The same check with one more input named.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "a chain of inputs reads better unborrowed")]
    pub fn with(mut self, name: &str, input: impl ToString) -> Self {
        self.data.insert(name.to_owned(), input.to_string());
        self
    }

    /// The same check with the reason for rejection that it amounts to.
    #[must_use]
    pub fn suggesting(mut self, reason: RejectionReason) -> Self {
        self.suggests = Some(reason);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ac_05_of_the_account_a_partner_reads_one_line_only() {
        let of_account = [
            CheckSubject::KnownTerritory,
            CheckSubject::Segment,
            CheckSubject::Identity,
            CheckSubject::Holder,
            CheckSubject::Customer,
            CheckSubject::HouseAccount,
            CheckSubject::DirectOpportunity,
        ];
        assert!(of_account.iter().all(|subject| !subject.is_told()));
        assert!(CheckSubject::Availability.is_told());
        assert!(CheckSubject::Territory.is_told());
    }
}
