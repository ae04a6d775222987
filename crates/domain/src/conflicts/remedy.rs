//! What the other side gets. Rule CF-05.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::outcome::{Outcome, percent_text};
use super::rules::CF_05;
use crate::refusal::Refusal;

/// A remedy for the other side. Rule CF-05.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RemedyKind {
    /// A share of the revenue counts as influenced by the partner.
    InfluenceCredit,
    /// The partner gets priority on the next comparable lead.
    Priority,
    /// Points of margin on the partner's next deal.
    MarginAccommodation,
    /// The rep's quota is lowered by a share of the deal.
    QuotaRelief,
}

impl RemedyKind {
    /// Every kind.
    pub const ALL: [Self; 4] =
        [Self::InfluenceCredit, Self::Priority, Self::MarginAccommodation, Self::QuotaRelief];

    /// The word in tables and the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::InfluenceCredit => "influence_credit",
            Self::Priority => "priority",
            Self::MarginAccommodation => "margin_accommodation",
            Self::QuotaRelief => "quota_relief",
        }
    }

    /// The label people read.
    pub const fn label(self) -> &'static str {
        match self {
            Self::InfluenceCredit => "Influence credit",
            Self::Priority => "Priority on the next comparable lead",
            Self::MarginAccommodation => "Margin accommodation",
            Self::QuotaRelief => "Quota relief for the rep",
        }
    }

    /// The kind of a word; `None` for an unknown one.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Whether it is measured as a share; priority is not.
    pub const fn has_share(self) -> bool {
        match self {
            Self::InfluenceCredit | Self::MarginAccommodation | Self::QuotaRelief => true,
            Self::Priority => false,
        }
    }
}

/// A remedy for one party. Rule CF-05.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Remedy {
    /// What.
    pub remedy: RemedyKind,
    /// The party: its number in the case, from 0.
    pub party: u32,
    /// The share in basis points; 0 for priority.
    #[serde(default)]
    #[schemars(range(min = 0, max = 10_000))]
    pub share_bp: u32,
}

impl Remedy {
    /// The remedy in words: `Influence credit of 10 %`.
    pub fn words(&self) -> String {
        if self.remedy.has_share() {
            format!("{} of {}", self.remedy.label(), percent_text(u64::from(self.share_bp)))
        } else {
            self.remedy.label().to_owned()
        }
    }

    /// Fails unless it fits: it is for a party that did not win all, a rep's for direct sales and
    /// the others for a partner, and with a share where it has one. `is_direct` says of each party
    /// whether it is direct sales. Rule CF-05.
    pub fn check(&self, outcome: &Outcome, is_direct: &[bool]) -> Result<(), Refusal> {
        let refuse = |words: &str, remedy: &str| Err(Refusal::new(CF_05, words, remedy));
        let Some(direct) =
            usize::try_from(self.party).ok().and_then(|party| is_direct.get(party)).copied()
        else {
            return refuse("That party is not in the case.", "Choose one of its parties.");
        };
        if *outcome == (Outcome::Award { party: self.party }) {
            return refuse(
                "A remedy is only for the side that does not get the account.",
                "Choose the other party.",
            );
        }
        match (self.remedy, direct) {
            (RemedyKind::QuotaRelief, false) => {
                return refuse("Quota relief is only for a rep.", "Choose direct sales.");
            }
            (
                RemedyKind::InfluenceCredit
                | RemedyKind::Priority
                | RemedyKind::MarginAccommodation,
                true,
            ) => return refuse("This remedy is only for a partner.", "Choose a partner."),
            (RemedyKind::QuotaRelief, true) | (_, false) => {}
        }
        let fits = if self.remedy.has_share() {
            (1..=10_000).contains(&self.share_bp)
        } else {
            self.share_bp == 0
        };
        if fits {
            Ok(())
        } else {
            refuse(
                "The share does not fit the remedy.",
                "Enter a share above 0 and up to 100 %; leave it out for priority.",
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remedy(remedy: RemedyKind, party: u32, share_bp: u32) -> Remedy {
        Remedy { remedy, party, share_bp }
    }

    #[test]
    fn cf_05_a_remedy_is_for_the_side_that_does_not_get_the_account() {
        let parties = [false, true];
        let won = Outcome::Award { party: 0 };
        assert!(remedy(RemedyKind::QuotaRelief, 1, 5_000).check(&won, &parties).is_ok());
        assert!(remedy(RemedyKind::InfluenceCredit, 0, 500).check(&won, &parties).is_err());
        let lost = Outcome::Award { party: 1 };
        assert!(remedy(RemedyKind::InfluenceCredit, 0, 500).check(&lost, &parties).is_ok());
        assert!(remedy(RemedyKind::QuotaRelief, 0, 500).check(&lost, &parties).is_err());
        assert!(remedy(RemedyKind::Priority, 1, 0).check(&Outcome::Release, &parties).is_err());
        assert!(remedy(RemedyKind::Priority, 2, 0).check(&Outcome::Release, &parties).is_err());
    }

    #[test]
    fn cf_05_a_share_is_more_than_nothing_and_at_most_all() {
        let parties = [false, false];
        let fits = |kind, share_bp| {
            remedy(kind, 1, share_bp).check(&Outcome::RejectBoth, &parties).is_ok()
        };
        let margin = RemedyKind::MarginAccommodation;
        assert_eq!([0, 1, 10_000, 10_001].map(|bp| fits(margin, bp)), [false, true, true, false]);
        assert_eq!([0, 1].map(|bp| fits(RemedyKind::Priority, bp)), [true, false]);
    }

    #[test]
    fn cf_05_remedies_read_as_words() {
        let credit = remedy(RemedyKind::InfluenceCredit, 0, 1_000);
        assert_eq!(credit.words(), "Influence credit of 10 %");
        for kind in RemedyKind::ALL {
            assert_eq!(RemedyKind::from_word(kind.word()), Some(kind));
        }
    }
}
