//! What follows from the probability that two names are one company.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::accounts::MatchThresholds;
use crate::percentage::BasisPoints;

/// What is done with a candidate account.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum MatchVerdict {
    /// A new account is made.
    New,
    /// A person of the vendor decides.
    Possible,
    /// It is taken for the same account.
    Same,
}

/// Judges a probability by the thresholds of the policy; a threshold itself belongs to the stronger side. Rule AC-03.
pub fn match_verdict(probability: BasisPoints, thresholds: &MatchThresholds) -> MatchVerdict {
    if probability >= thresholds.sure_bp {
        MatchVerdict::Same
    } else if probability >= thresholds.possible_bp {
        MatchVerdict::Possible
    } else {
        MatchVerdict::New
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ac_03_each_threshold_belongs_to_the_stronger_side() {
        let thresholds = MatchThresholds::default();
        let judged = [9_920, 9_919, 2_500, 2_499]
            .map(|probability| match_verdict(BasisPoints::new(probability), &thresholds));
        assert_eq!(
            judged,
            [MatchVerdict::Same, MatchVerdict::Possible, MatchVerdict::Possible, MatchVerdict::New]
        );
    }
}
