//! Why a registration is rejected, and what would change that.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A reason for rejection. Rule DR-15.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum RejectionReason {
    /// The account is held, or the same deal was registered.
    Duplicate,
    /// The account has bought this product line.
    ExistingCustomer,
    /// Direct sales worked the account first.
    ActiveDirectOpportunity,
    /// The account is reserved for the vendor.
    HouseAccount,
    /// The account lies outside what the agreement names.
    OutsideTerritory,
    /// The deal is too small.
    BelowMinimum,
    /// There is no need, budget or decision in sight.
    NotQualified,
    /// Nothing shows that the partner knows the buyer.
    NoVerifiableRelationship,
    /// Too little was told to decide.
    InsufficientInformation,
}

impl RejectionReason {
    /// Every reason in the order of a form.
    pub const ALL: [Self; 9] = [
        Self::Duplicate,
        Self::ExistingCustomer,
        Self::ActiveDirectOpportunity,
        Self::HouseAccount,
        Self::OutsideTerritory,
        Self::BelowMinimum,
        Self::NotQualified,
        Self::NoVerifiableRelationship,
        Self::InsufficientInformation,
    ];

    /// The word in tables and in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Duplicate => "duplicate",
            Self::ExistingCustomer => "existing_customer",
            Self::ActiveDirectOpportunity => "active_direct_opportunity",
            Self::HouseAccount => "house_account",
            Self::OutsideTerritory => "outside_territory",
            Self::BelowMinimum => "below_minimum",
            Self::NotQualified => "not_qualified",
            Self::NoVerifiableRelationship => "no_verifiable_relationship",
            Self::InsufficientInformation => "insufficient_information",
        }
    }

    /// The words on a page.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Duplicate => "Duplicate",
            Self::ExistingCustomer => "Existing customer",
            Self::ActiveDirectOpportunity => "Active direct opportunity",
            Self::HouseAccount => "House account",
            Self::OutsideTerritory => "Outside territory",
            Self::BelowMinimum => "Below minimum",
            Self::NotQualified => "Not qualified",
            Self::NoVerifiableRelationship => "No verifiable relationship",
            Self::InsufficientInformation => "Insufficient information",
        }
    }

    /// What would change the answer, told to the partner. Rule DR-15.
    pub const fn what_would_change_it(self) -> &'static str {
        match self {
            Self::Duplicate => {
                "Register again once the account is free; \"is it free?\" shows from when."
            }
            Self::ExistingCustomer => {
                "Register a product line that the customer does not have yet."
            }
            Self::ActiveDirectOpportunity => {
                "Offer to sell together, or register again when the direct opportunity is closed."
            }
            Self::HouseAccount => {
                "Ask your partner manager whether the account can be opened to partners."
            }
            Self::OutsideTerritory => {
                "Ask your partner manager to extend your agreement to this territory or segment."
            }
            Self::BelowMinimum => "Register again when the deal has reached the minimum size.",
            Self::NotQualified => {
                "Register again when need, budget and the person who decides are known."
            }
            Self::NoVerifiableRelationship => {
                "Register again with a dated meeting, a message from the buyer or another proof of contact."
            }
            Self::InsufficientInformation => {
                "Register again with the missing details that the decision names."
            }
        }
    }

    /// The reason of that word; `None` when there is none.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dr_15_each_reason_says_what_would_change_it_in_its_own_words() {
        let mut remedies: Vec<_> =
            RejectionReason::ALL.iter().map(|reason| reason.what_would_change_it()).collect();
        remedies.sort_unstable();
        remedies.dedup();
        assert_eq!(remedies.len(), RejectionReason::ALL.len());
    }

    #[test]
    fn dr_15_each_reason_is_read_back_by_its_word() {
        for reason in RejectionReason::ALL {
            assert_eq!(RejectionReason::parse(reason.as_str()), Some(reason));
            let stored = serde_json::to_string(&reason).unwrap();
            assert_eq!(stored, format!("\"{}\"", reason.as_str()));
        }
        assert_eq!(RejectionReason::parse("mood"), None);
    }
}
