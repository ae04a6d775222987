//! What a case is about. Rule CF-01.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

crate::words! {
    /// What a case is about. Rule CF-01.
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "snake_case")]
    pub enum CaseKind {
        /// Two partners hold or claim the same account.
        #[default]
        PartnerPartner = "partner_partner", "Partner against partner",
        /// Direct sales acts on an account that a partner protects.
        PartnerDirect = "partner_direct", "Partner against direct sales",
        /// It is disputed whether two accounts are one company.
        DuplicateAccounts = "duplicate_accounts", "Duplicate accounts",
        /// A decision is disputed.
        Decision = "decision", "Disputed decision",
        /// It is disputed whose deal it was, or what is paid for it.
        Attribution = "attribution", "Attribution or payment",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cf_01_each_kind_has_its_own_word() {
        for kind in CaseKind::ALL.iter().copied() {
            assert_eq!(CaseKind::from_word(kind.word()), Some(kind));
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{}\"", kind.word()));
        }
        assert_eq!(CaseKind::from_word("quarrel"), None);
    }
}
