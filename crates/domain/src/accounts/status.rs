//! What an account is to the vendor.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What an account is to the vendor at this moment.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum AccountStatus {
    /// Known, without business so far.
    Prospect,
    /// Direct sales works an opportunity on it.
    OpenDirectOpportunity,
    /// It has bought.
    Customer,
    /// Reserved for the vendor; no partner can register it.
    HouseAccount,
}

impl AccountStatus {
    /// Every status, in the order in which an account usually passes them.
    pub const ALL: [Self; 4] =
        [Self::Prospect, Self::OpenDirectOpportunity, Self::Customer, Self::HouseAccount];

    /// The word in tables and in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Prospect => "prospect",
            Self::OpenDirectOpportunity => "open_direct_opportunity",
            Self::Customer => "customer",
            Self::HouseAccount => "house_account",
        }
    }

    /// The words on a page.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Prospect => "Prospect",
            Self::OpenDirectOpportunity => "Open direct opportunity",
            Self::Customer => "Customer",
            Self::HouseAccount => "House account",
        }
    }

    /// The status of that word; `None` when there is none.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ac_03_each_status_is_read_back_by_its_word() {
        for status in AccountStatus::ALL {
            assert_eq!(AccountStatus::parse(status.as_str()), Some(status));
            assert_eq!(serde_json::to_string(&status).unwrap(), format!("\"{}\"", status.as_str()));
        }
        assert_eq!(AccountStatus::parse("lead"), None);
    }
}
