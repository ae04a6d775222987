//! What a case is about. Rule CF-01.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a case is about. Rule CF-01.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum CaseKind {
    /// Two partners hold or claim the same account.
    PartnerPartner,
    /// Direct sales acts on an account that a partner protects.
    PartnerDirect,
    /// It is disputed whether two accounts are one company.
    DuplicateAccounts,
    /// A decision is disputed.
    Decision,
    /// It is disputed whose deal it was, or what is paid for it.
    Attribution,
}

impl CaseKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [
        Self::PartnerPartner,
        Self::PartnerDirect,
        Self::DuplicateAccounts,
        Self::Decision,
        Self::Attribution,
    ];

    /// The word in tables and the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::PartnerPartner => "partner_partner",
            Self::PartnerDirect => "partner_direct",
            Self::DuplicateAccounts => "duplicate_accounts",
            Self::Decision => "decision",
            Self::Attribution => "attribution",
        }
    }

    /// The label people read.
    pub const fn label(self) -> &'static str {
        match self {
            Self::PartnerPartner => "Partner and partner",
            Self::PartnerDirect => "Partner and direct sales",
            Self::DuplicateAccounts => "Duplicate accounts",
            Self::Decision => "Disputed decision",
            Self::Attribution => "Attribution or payment",
        }
    }

    /// The kind of a word; `None` for an unknown one.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cf_01_each_kind_has_its_own_word() {
        for kind in CaseKind::ALL {
            assert_eq!(CaseKind::from_word(kind.word()), Some(kind));
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{}\"", kind.word()));
        }
        assert_eq!(CaseKind::from_word("quarrel"), None);
    }
}
