//! Changing the terms of a registered deal.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::explanation::Decided;
use super::rules::DR_21;
use super::status::StatusKind;
use crate::refusal::Refusal;
use crate::wording::list;

/// A field of a registration that someone wants to change.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum AmendedField {
    /// Which company it is about.
    Account,
    /// The expected value.
    Amount,
    /// The expected close date.
    CloseDate,
    /// Product lines and quantity.
    Products,
    /// The sales stage.
    Stage,
    /// The person at the account.
    Contact,
    /// Need, competitor, request for proposal, help wanted and other notes.
    Details,
    /// What shows the relationship to the buyer.
    Evidence,
}

impl AmendedField {
    /// Every field in the order of the form.
    pub const ALL: [Self; 8] = [
        Self::Account,
        Self::Amount,
        Self::CloseDate,
        Self::Products,
        Self::Stage,
        Self::Contact,
        Self::Details,
        Self::Evidence,
    ];

    /// The word in tables and in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Amount => "amount",
            Self::CloseDate => "close_date",
            Self::Products => "products",
            Self::Stage => "stage",
            Self::Contact => "contact",
            Self::Details => "details",
            Self::Evidence => "evidence",
        }
    }

    /// The words in a sentence.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Amount => "amount",
            Self::CloseDate => "close date",
            Self::Products => "products",
            Self::Stage => "stage",
            Self::Contact => "contact",
            Self::Details => "details",
            Self::Evidence => "evidence",
        }
    }

    /// The field of that word; `None` when there is none.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.as_str() == word)
    }
}

/// Accepts a change of fields, which leaves holder and clocks as they are, or refuses it. Rule DR-21.
///
/// A draft and a returned registration can still be changed freely, the account included.
pub fn check(fields: &BTreeSet<AmendedField>, status: StatusKind) -> Result<Decided<()>, Refusal> {
    let titles: Vec<&str> = fields.iter().map(|field| field.title()).collect();
    if titles.is_empty() {
        return Err(Refusal::new(DR_21, "Nothing was changed.", "Change at least one field."));
    }
    if status.is_final() {
        let words = format!("The registration is {} and can no longer be changed.", status.title());
        return Err(Refusal::new(DR_21, words, "Register the deal again."));
    }
    let open = matches!(status, StatusKind::Draft | StatusKind::Returned);
    if fields.contains(&AmendedField::Account) && !open {
        return Err(Refusal::new(
            DR_21,
            "The account of a submitted registration cannot be changed.",
            "Withdraw this registration and register the other account.",
        ));
    }
    let words = format!("Changed: {}. Holder and clocks are not affected.", list(&titles));
    Ok(Decided::new((), DR_21, words).with("fields", titles.join(",")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(field: AmendedField) -> BTreeSet<AmendedField> {
        [field].into()
    }

    #[test]
    fn dr_21_terms_can_be_changed_while_the_registration_lives() {
        let fields = [AmendedField::Amount, AmendedField::CloseDate].into();
        let decided = check(&fields, StatusKind::Approved).unwrap();
        assert_eq!(
            decided.words,
            "Changed: amount and close date. Holder and clocks are not affected."
        );
        for status in StatusKind::ALL {
            let accepted = check(&only(AmendedField::Amount), *status).is_ok();
            assert_eq!(accepted, !status.is_final(), "{status:?}");
        }
    }

    #[test]
    fn dr_21_another_account_is_a_new_registration_once_it_was_submitted() {
        let account = only(AmendedField::Account);
        assert!(check(&account, StatusKind::Draft).is_ok());
        assert!(check(&account, StatusKind::Returned).is_ok());
        for status in [StatusKind::Submitted, StatusKind::UnderReview, StatusKind::Approved] {
            assert_eq!(check(&account, status).unwrap_err().rule, DR_21, "{status:?}");
        }
        assert!(check(&BTreeSet::new(), StatusKind::Draft).is_err());
    }

    #[test]
    fn dr_21_each_field_is_read_back_by_its_word() {
        for field in AmendedField::ALL {
            assert_eq!(AmendedField::parse(field.as_str()), Some(field));
        }
    }
}
