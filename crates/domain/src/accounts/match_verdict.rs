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

/// Whether what is known of two companies fits together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signs {
    /// Nothing speaks against the other signs.
    Agree,
    /// One sign speaks against another: the same domain with another name, the same name with
    /// another domain, names that a number or place tells apart, two ids of one other system.
    Contradict,
}

/// So many different names under one domain make it one that companies share, such as that of a
/// site builder or a directory: it is evidence for none of them. Rule AC-02.
pub const SHARED_DOMAIN_NAMES: usize = 5;

/// Judges a probability by the thresholds of the policy; a threshold itself belongs to the stronger
/// side. Signs that contradict each other are a person's decision, whatever the probability. Rule AC-03.
pub fn match_verdict(
    probability: BasisPoints,
    signs: Signs,
    thresholds: &MatchThresholds,
) -> MatchVerdict {
    if probability < thresholds.possible_bp {
        MatchVerdict::New
    } else if probability < thresholds.sure_bp || signs == Signs::Contradict {
        MatchVerdict::Possible
    } else {
        MatchVerdict::Same
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(signs: Signs) -> [MatchVerdict; 4] {
        let thresholds = MatchThresholds::default();
        [9_920, 9_919, 2_500, 2_499]
            .map(|points| match_verdict(BasisPoints::new(points), signs, &thresholds))
    }

    #[test]
    fn ac_03_each_threshold_belongs_to_the_stronger_side() {
        use MatchVerdict::{New, Possible, Same};
        assert_eq!(judged(Signs::Agree), [Same, Possible, Possible, New]);
    }

    #[test]
    fn ac_03_what_contradicts_itself_is_never_certain() {
        use MatchVerdict::{New, Possible};
        assert_eq!(judged(Signs::Contradict), [Possible, Possible, Possible, New]);
        let sure = BasisPoints::new(10_000);
        let verdict = match_verdict(sure, Signs::Contradict, &MatchThresholds::default());
        assert_eq!(verdict, Possible);
    }
}
