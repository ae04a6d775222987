//! Why a registration is rejected, and what would change that.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

crate::words! {
    /// A reason for rejection. Rule DR-15.
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "snake_case")]
    pub enum RejectionReason {
        /// The account is held, or the same deal was registered.
        #[default]
        Duplicate = "duplicate", "Duplicate",
        /// The account has bought this product line.
        ExistingCustomer = "existing_customer", "Existing customer",
        /// Direct sales was working the account first.
        ActiveDirectOpportunity = "active_direct_opportunity", "Active direct opportunity",
        /// The account is reserved for the vendor.
        HouseAccount = "house_account", "House account",
        /// The account is outside the agreement's scope.
        OutsideTerritory = "outside_territory", "Outside territory",
        /// The deal is too small.
        BelowMinimum = "below_minimum", "Below minimum",
        /// There is no need, budget or decision in sight.
        NotQualified = "not_qualified", "Not qualified",
        /// Nothing shows that the partner knows the buyer.
        NoVerifiableRelationship = "no_verifiable_relationship", "No verifiable relationship",
        /// There is too little information to decide.
        InsufficientInformation = "insufficient_information", "Insufficient information",
    }
}

impl RejectionReason {
    /// What would change the answer, told to the partner. Rule DR-15.
    pub const fn what_would_change_it(self) -> &'static str {
        match self {
            Self::Duplicate => {
                "Register again once the account is free; the availability check shows when."
            }
            Self::ExistingCustomer => "Register a product line the customer does not have yet.",
            Self::ActiveDirectOpportunity => {
                "Offer co-sell, or register again when the direct opportunity is closed."
            }
            Self::HouseAccount => {
                "Ask your partner manager whether the account can be opened to partners."
            }
            Self::OutsideTerritory => {
                "Ask your partner manager to extend your agreement to this territory or segment."
            }
            Self::BelowMinimum => "Register again when the deal reaches the minimum size.",
            Self::NotQualified => "Register again when need, budget and decision-maker are known.",
            Self::NoVerifiableRelationship => {
                "Register again with a dated meeting, a message from the buyer or other proof of \
                 contact."
            }
            Self::InsufficientInformation => {
                "Register again with the details the decision asks for."
            }
        }
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
            assert_eq!(RejectionReason::from_word(reason.word()), Some(*reason));
            let stored = serde_json::to_string(&reason).unwrap();
            assert_eq!(stored, format!("\"{}\"", reason.word()));
        }
        assert_eq!(RejectionReason::from_word("mood"), None);
    }
}
