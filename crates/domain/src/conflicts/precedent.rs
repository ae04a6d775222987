//! How like two cases are. Rule CF-06.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::kind::CaseKind;
use super::rule_level::Claim;
use crate::percentage::BasisPoints;

/// What a case is compared by; names nobody. Rule CF-06.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Features {
    /// Tracks of the partners in it.
    pub tracks: BTreeSet<String>,
    /// Codes of the product lines that were registered.
    pub products: BTreeSet<String>,
    /// Country of the account, ISO 3166 alpha-2; empty when unknown.
    pub country: String,
    /// The standings of the claims, as words.
    pub claims: BTreeSet<String>,
    /// True when direct sales had an opportunity on the account.
    pub direct_opportunity: bool,
    /// True when a partner had documented an activity.
    pub worked: bool,
    /// True when the lockout had lapsed.
    pub lapsed: bool,
    /// How many digits the largest amount has, in minor units; 0 without one.
    pub magnitude: u32,
}

impl Features {
    /// The word of a claim's standing.
    pub const fn claim_word(claim: Claim) -> &'static str {
        match claim {
            Claim::Direct => "direct",
            Claim::None => "none",
            Claim::Asked => "asked",
            Claim::Protects => "protects",
            Claim::Over => "over",
        }
    }
}

/// How like two cases are, and in what. Rule CF-06.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Likeness {
    /// The weight of what agrees in the weight of all that was compared.
    pub share: BasisPoints,
    /// What agrees, in words.
    pub agrees: Vec<&'static str>,
}

/// How like two cases of a kind are; `None` for cases of different kinds, which are no precedents
/// for each other. What neither of them has counts as nothing on both sides. Rule CF-06.
pub fn likeness(
    (kind, one): (CaseKind, &Features),
    (other_kind, other): (CaseKind, &Features),
) -> Option<Likeness> {
    if kind != other_kind {
        return None;
    }
    let shared = |one: &BTreeSet<String>, other: &BTreeSet<String>| {
        (one.is_disjoint(other), one.is_empty() && other.is_empty())
    };
    let sets = |weight, words, (disjoint, empty): (bool, bool)| {
        (if empty { 0 } else { weight }, !disjoint, words)
    };
    let compared: [(u64, bool, &'static str); 8] = [
        (6, one.claims == other.claims, "the same status of the claims"),
        (4, one.lapsed == other.lapsed, "the same follow-up status"),
        (4, one.worked == other.worked, "the same activity status"),
        (
            4,
            one.direct_opportunity == other.direct_opportunity,
            "the same progress of direct sales",
        ),
        sets(3, "the same track", shared(&one.tracks, &other.tracks)),
        sets(2, "the same product line", shared(&one.products, &other.products)),
        (2, one.magnitude == other.magnitude, "a deal of the same size"),
        (1, one.country == other.country, "the same country"),
    ];
    let all: u64 = compared.iter().map(|(weight, _, _)| weight).sum();
    let alike: u64 = compared.iter().filter(|(_, agrees, _)| *agrees).map(|(w, _, _)| w).sum();
    let agrees = compared
        .iter()
        .filter(|(weight, agrees, _)| *agrees && *weight > 0)
        .map(|(_, _, words)| *words)
        .collect();
    Some(Likeness { share: BasisPoints::ratio(alike, all)?, agrees })
}

/// The precedents most like a case: their places in the list and how like they are, the likest
/// first and of equally like ones the later in the list, at most `most`, none that is less than
/// half alike. Rule CF-06.
pub fn likest(
    (kind, features): (CaseKind, &Features),
    precedents: &[(CaseKind, Features)],
    most: u32,
) -> Vec<(usize, Likeness)> {
    let mut found: Vec<(usize, Likeness)> = precedents
        .iter()
        .enumerate()
        .filter_map(|(place, (other, theirs))| {
            Some((place, likeness((kind, features), (*other, theirs))?))
        })
        .filter(|(_, likeness)| likeness.share >= BasisPoints::percent(50))
        .collect();
    found.sort_by_key(|(place, likeness)| {
        (std::cmp::Reverse(likeness.share), std::cmp::Reverse(*place))
    });
    found.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn features() -> Features {
        Features {
            tracks: ["reseller".to_owned()].into(),
            products: ["core".to_owned()].into(),
            country: "DE".into(),
            claims: ["protects".to_owned(), "direct".to_owned()].into(),
            direct_opportunity: true,
            worked: true,
            lapsed: false,
            magnitude: 7,
        }
    }

    #[test]
    fn cf_06_the_same_case_is_wholly_alike_and_another_kind_is_no_precedent() {
        let same = likeness(
            (CaseKind::PartnerDirect, &features()),
            (CaseKind::PartnerDirect, &features()),
        );
        assert_eq!(same.unwrap().share, BasisPoints::WHOLE);
        let other = likeness(
            (CaseKind::PartnerDirect, &features()),
            (CaseKind::PartnerPartner, &features()),
        );
        assert_eq!(other, None);
    }

    #[test]
    fn cf_06_what_differs_counts_by_its_weight_and_is_not_named() {
        let lapsed = Features { lapsed: true, country: "FR".into(), ..features() };
        let kind = CaseKind::PartnerDirect;
        let found = likeness((kind, &features()), (kind, &lapsed)).unwrap();
        assert_eq!(found.share.get(), 21 * 10_000 / 26);
        assert!(!found.agrees.contains(&"the same country"));
        assert!(found.agrees.contains(&"the same track"));
        let bare = Features::default();
        let nothing = likeness((kind, &bare), (kind, &bare)).unwrap();
        assert!(!nothing.agrees.contains(&"the same track"), "nothing shared is no track");
    }

    #[test]
    fn cf_06_the_likest_come_first_and_what_is_less_than_half_alike_not_at_all() {
        let kind = CaseKind::PartnerDirect;
        let far = Features { claims: BTreeSet::new(), worked: false, lapsed: true, ..features() };
        let near = Features { country: "FR".into(), ..features() };
        let list = [(kind, far), (kind, near.clone()), (kind, features()), (kind, near)];
        let found = likest((kind, &features()), &list, 5);
        assert_eq!(found.iter().map(|(place, _)| *place).collect::<Vec<_>>(), [2, 3, 1]);
        assert_eq!(likest((kind, &features()), &list, 1).len(), 1);
    }
}
