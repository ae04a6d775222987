//! What each key means to a partner: its name, its rule, and which way is better.

mod clocks;
mod partners;

use crate::rule_id::RuleId;

/// Which way is better for a partner. A limit that is left out is no limit, the best there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Better {
    /// More is better, and true is better than false.
    Higher,
    /// Less is better, and false is better than true.
    Lower,
    /// Losing an entry of the list is worse.
    Longer,
    /// Gaining an entry of the list is worse.
    Shorter,
    /// Words from worst to best.
    Ranked(&'static [&'static str]),
    /// Cannot be weighed, so any change counts as worse.
    Unclear,
    /// Takes nothing from a partner.
    Neutral,
}

/// What a key means.
#[derive(Debug, Clone, Copy)]
pub(super) struct Term {
    path: &'static str,
    /// Its name in a sentence; empty when the key itself says it.
    pub(super) words: &'static str,
    rule: &'static str,
    /// Which way is better for a partner.
    pub(super) better: Better,
}

impl Term {
    /// The rule behind the key.
    pub(super) fn rule(&self) -> Option<RuleId> {
        (!self.rule.is_empty()).then(|| RuleId::new(self.rule))
    }
}

const fn term(path: &'static str, words: &'static str, rule: &'static str, better: Better) -> Term {
    Term { path, words, rule, better }
}

/// Every key that is known to mean something to partners.
fn all() -> impl Iterator<Item = &'static Term> {
    partners::TERMS.iter().chain(clocks::TERMS)
}

/// What a key means, found by the steps that lead to it; `None` for the vendor's own business and
/// for what has no meaning beside its name.
pub(super) fn find(steps: &[String]) -> Option<&'static Term> {
    all().find(|term| {
        let pattern = term.path.split('.');
        pattern.clone().count() == steps.len()
            && pattern.zip(steps).all(|(part, step)| part == "*" || part == step)
    })
}

/// Whether a partner loses something when an entry of a section appears or goes.
pub(super) fn entry_worsens(steps: &[String], appears: bool) -> bool {
    let section = steps.first().map_or("", String::as_str);
    match section {
        // A further house account is one more that cannot be registered.
        "house_accounts" => appears,
        "tracks" | "tiers" | "territories" | "products" | "incentives" | "segments"
        | "conflicts" | "discount_table" => !appears,
        "direct_coverage" => true,
        _ => false,
    }
}

/// Whether a section is the vendor's own business, which touches no partner.
pub(super) fn is_internal(section: &str) -> bool {
    matches!(
        section,
        "thesis"
            | "objectives"
            | "costs"
            | "roadmap"
            | "qualification"
            | "governance"
            | "launched_on"
            | "fiscal_year_starts_in_month"
            | "stages"
            | "matching"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pg_04_each_term_has_its_own_path_and_a_name() {
        let mut paths: Vec<_> = all().map(|term| term.path).collect();
        paths.sort_unstable();
        let count = paths.len();
        paths.dedup();
        assert_eq!(paths.len(), count);
        assert!(all().all(|term| !term.words.is_empty()));
    }
}
