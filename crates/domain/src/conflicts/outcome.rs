//! What a decision says. Rule CF-05.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::rules::CF_05;
use crate::percentage::BasisPoints;
use crate::refusal::Refusal;

/// One party's share in a co-sell deal. Rule CF-05.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// The party's number in the case, from 0.
    pub party: u32,
    /// Its share in basis points.
    #[schemars(range(min = 1, max = 9_999))]
    pub share_bp: u32,
}

/// The outcome of a decision. Rule CF-05.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "outcome", rename_all = "snake_case", deny_unknown_fields)]
pub enum Outcome {
    /// One party gets the account.
    Award {
        /// Its number in the case, from 0.
        party: u32,
    },
    /// The parties co-sell, each with its share.
    CoSell {
        /// One share per party; the shares add up to the whole.
        split: Vec<Share>,
    },
    /// Neither claim is valid.
    RejectBoth,
    /// Protection of the account ends; the account is free.
    Release,
}

impl Outcome {
    /// The word in tables and the API.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Award { .. } => "award",
            Self::CoSell { .. } => "co_sell",
            Self::RejectBoth => "reject_both",
            Self::Release => "release",
        }
    }

    /// The label people read.
    pub const fn label(&self) -> &'static str {
        match self {
            Self::Award { .. } => "Awarded to one party",
            Self::CoSell { .. } => "Sold together",
            Self::RejectBoth => "Both rejected",
            Self::Release => "Account released",
        }
    }

    /// Fails unless the outcome fits a case of so many parties: who gets something is in it, and
    /// the shares of a co-sell are of different parties and together the whole. Rule CF-05.
    pub fn check(&self, parties: u32) -> Result<(), Refusal> {
        let refuse = |words: &str, remedy: &str| Err(Refusal::new(CF_05, words, remedy));
        match self {
            Self::Award { party } if *party >= parties => {
                refuse("That party is not in the case.", "Choose one of its parties.")
            }
            Self::Award { .. } | Self::RejectBoth | Self::Release => Ok(()),
            Self::CoSell { split } => {
                let different = split
                    .iter()
                    .map(|share| share.party)
                    .collect::<std::collections::BTreeSet<u32>>();
                if split.len() < 2 || different.len() < split.len() {
                    return refuse(
                        "Co-sell needs at least two parties, each with one share.",
                        "Enter one share for each party.",
                    );
                }
                if different.iter().any(|party| *party >= parties) {
                    return refuse("That party is not in the case.", "Choose one of its parties.");
                }
                if split.iter().any(|share| share.share_bp == 0) {
                    return refuse(
                        "A share cannot be zero.",
                        "Give each party a share above zero, or award the deal to one party.",
                    );
                }
                let sum: u64 = split.iter().map(|share| u64::from(share.share_bp)).sum();
                if sum == u64::from(BasisPoints::WHOLE.get()) {
                    return Ok(());
                }
                let words = format!("The shares add up to {}, not 100 %.", percent_text(sum));
                Err(Refusal::new(CF_05, words, "Change them to add up to 100 %."))
            }
        }
    }

    /// Who works the account from now on: the winner, or the party with the largest share, the
    /// first of several; `None` when nobody does. Rule CF-05.
    pub fn leader(&self) -> Option<u32> {
        match self {
            Self::Award { party } => Some(*party),
            Self::CoSell { split } => split
                .iter()
                .min_by_key(|share| (std::cmp::Reverse(share.share_bp), share.party))
                .map(|share| share.party),
            Self::RejectBoth | Self::Release => None,
        }
    }

    /// True when that party gets something.
    pub fn favours(&self, party: u32) -> bool {
        match self {
            Self::Award { party: winner } => *winner == party,
            Self::CoSell { split } => split.iter().any(|share| share.party == party),
            Self::RejectBoth | Self::Release => false,
        }
    }
}

/// A share in basis points as people read it: `62.5 %`.
pub fn percent_text(basis_points: u64) -> String {
    let (whole, rest) = (basis_points / 100, basis_points % 100);
    match rest {
        0 => format!("{whole} %"),
        rest if rest % 10 == 0 => format!("{whole}.{} %", rest / 10),
        rest => format!("{whole}.{rest:02} %"),
    }
}

/// An amount in minor units divided by the shares, in their order. What rounding leaves goes to
/// the first shares, one unit each, so that the parts sum to the whole. Rule CF-05.
pub fn divide(minor: i64, split: &[Share]) -> Vec<i64> {
    let whole = i128::from(BasisPoints::WHOLE.get());
    let part = |share: &Share| i128::from(minor) * i128::from(share.share_bp) / whole;
    let mut parts: Vec<i64> =
        split.iter().map(|share| i64::try_from(part(share)).unwrap_or(0)).collect();
    let given = parts.iter().fold(0_i64, |sum, part| sum.saturating_add(*part));
    let mut left = minor.saturating_sub(given);
    for part in &mut parts {
        let one = left.signum();
        *part = part.saturating_add(one);
        left -= one;
    }
    parts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn co_sell(shares: &[(u32, u32)]) -> Outcome {
        let split =
            shares.iter().map(|(party, share_bp)| Share { party: *party, share_bp: *share_bp });
        Outcome::CoSell { split: split.collect() }
    }

    #[test]
    fn cf_05_the_shares_of_a_co_sell_are_the_whole() {
        assert!(co_sell(&[(0, 6_000), (1, 4_000)]).check(2).is_ok());
        let short = co_sell(&[(0, 6_000), (1, 3_999)]).check(2).unwrap_err();
        assert!(short.words.contains("99.99 %"), "{short}");
        assert!(co_sell(&[(0, 6_000), (1, 4_001)]).check(2).is_err());
        assert!(co_sell(&[(0, 10_000), (1, 0)]).check(2).is_err());
        assert!(co_sell(&[(0, 10_000)]).check(2).is_err());
        assert!(co_sell(&[(0, 5_000), (0, 5_000)]).check(2).is_err());
        assert!(co_sell(&[(0, 5_000), (2, 5_000)]).check(2).is_err());
    }

    #[test]
    fn cf_05_who_wins_is_in_the_case() {
        assert!(Outcome::Award { party: 1 }.check(2).is_ok());
        assert!(Outcome::Award { party: 2 }.check(2).is_err());
        assert_eq!(Outcome::Award { party: 1 }.leader(), Some(1));
        assert_eq!(co_sell(&[(0, 4_000), (1, 6_000)]).leader(), Some(1));
        assert_eq!(co_sell(&[(0, 5_000), (1, 5_000)]).leader(), Some(0));
        assert_eq!(Outcome::RejectBoth.leader(), None);
        assert!(!Outcome::Release.favours(0));
    }

    #[test]
    fn cf_05_shares_read_as_percentages() {
        assert_eq!([6_000, 6_250, 3_333].map(percent_text), ["60 %", "62.5 %", "33.33 %"]);
    }

    proptest! {
        #[test]
        fn cf_05_nothing_is_lost_when_an_amount_is_divided(
            minor in -1_000_000_000_000_i64..1_000_000_000_000,
            first in 1_u32..9_998,
            second in 1_u32..5_000,
        ) {
            let second = second.min(9_999 - first);
            let split = [
                Share { party: 0, share_bp: first },
                Share { party: 1, share_bp: second },
                Share { party: 2, share_bp: 10_000 - first - second },
            ];
            prop_assert_eq!(divide(minor, &split).iter().sum::<i64>(), minor);
        }
    }
}
