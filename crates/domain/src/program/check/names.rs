//! Names: each stands for one thing, each place belongs to one territory.

use std::collections::{BTreeMap, BTreeSet};

use super::findings::Findings;
use super::source::KeyPath;
use super::structure::short;
use crate::program::coverage::Territory;
use crate::program::document::Document;

/// Notes names that stand for two things, and places that belong to two territories. Rule PG-03.
pub(super) fn check(document: &Document, findings: &mut Findings<'_>) {
    duplicate_codes(document, findings);
    duplicate_names(document, findings);
    house_accounts(document, findings);
    territories(document, findings);
}

/// Notes each value of `values` that stood before, at `list[index].field`.
fn no_twice<'d>(
    list: &KeyPath,
    field: &str,
    values: impl Iterator<Item = &'d str>,
    findings: &mut Findings<'_>,
) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for (index, value) in values.enumerate() {
        let folded = value.trim().to_lowercase();
        if let Some(first) = seen.get(&folded) {
            let message = format!("\"{}\" appears twice.", short(value));
            let remedy = format!("Rename or remove it; {}[{first}] has it already.", list.as_str());
            findings.error(&list.index(index).key(field), "duplicate", (message, remedy));
        } else {
            seen.insert(folded, index);
        }
    }
}

fn duplicate_codes(document: &Document, findings: &mut Findings<'_>) {
    let code = "code";
    no_twice(&"tracks".into(), code, document.tracks.iter().map(|one| one.code.as_str()), findings);
    no_twice(&"tiers".into(), code, document.tiers.iter().map(|one| one.code.as_str()), findings);
    let territories = document.territories.iter().map(|one| one.code.as_str());
    no_twice(&"territories".into(), code, territories, findings);
    let segments = document.segments.iter().map(|one| one.code.as_str());
    no_twice(&"segments".into(), code, segments, findings);
    let products = document.products.iter().map(|one| one.code.as_str());
    no_twice(&"products".into(), code, products, findings);
    let certifications = document.certifications.iter().map(|one| one.code.as_str());
    no_twice(&"certifications".into(), code, certifications, findings);
    let objectives = document.objectives.iter().map(|one| one.code.as_str());
    no_twice(&"objectives".into(), code, objectives, findings);
    let incentives = document.incentives.iter().map(|one| one.code.as_str());
    no_twice(&"incentives".into(), code, incentives, findings);
    if let Some(rubric) = &document.qualification {
        let criteria = rubric.criteria.iter().map(|one| one.code.as_str());
        no_twice(&"qualification.criteria".into(), code, criteria, findings);
        let bands = rubric.bands.iter().map(|one| one.code.as_str());
        no_twice(&"qualification.bands".into(), code, bands, findings);
    }
    if let Some(scorecard) = &document.scorecard {
        let dimensions = scorecard.dimensions.iter().map(|one| one.code.as_str());
        no_twice(&"scorecard.dimensions".into(), code, dimensions, findings);
        let bands = scorecard.bands.iter().map(|one| one.code.as_str());
        no_twice(&"scorecard.bands".into(), code, bands, findings);
    }
}

fn duplicate_names(document: &Document, findings: &mut Findings<'_>) {
    let name = "name";
    no_twice(&"tracks".into(), name, document.tracks.iter().map(|one| one.name.as_str()), findings);
    no_twice(&"tiers".into(), name, document.tiers.iter().map(|one| one.name.as_str()), findings);
    let territories = document.territories.iter().map(|one| one.name.as_str());
    no_twice(&"territories".into(), name, territories, findings);
    let segments = document.segments.iter().map(|one| one.name.as_str());
    no_twice(&"segments".into(), name, segments, findings);
    let products = document.products.iter().map(|one| one.name.as_str());
    no_twice(&"products".into(), name, products, findings);
    let certifications = document.certifications.iter().map(|one| one.name.as_str());
    no_twice(&"certifications".into(), name, certifications, findings);
    let incentives = document.incentives.iter().map(|one| one.name.as_str());
    no_twice(&"incentives".into(), name, incentives, findings);
    let phases = document.roadmap.iter().map(|one| one.name.as_str());
    no_twice(&"roadmap".into(), name, phases, findings);
    let kinds = document.decision_rights.iter().map(|right| right.decision.words());
    no_twice(&"decision_rights".into(), "decision", kinds, findings);
}

fn house_accounts(document: &Document, findings: &mut Findings<'_>) {
    let list = KeyPath::from("house_accounts");
    let names = document.house_accounts.iter().map(|account| account.name.as_str());
    no_twice(&list, "name", names, findings);
    let mut seen = BTreeSet::new();
    for (index, account) in document.house_accounts.iter().enumerate() {
        for (at, domain) in account.domains.iter().enumerate() {
            if !seen.insert(domain.to_lowercase()) {
                let path = list.index(index).key("domains").index(at);
                let message = format!("The domain \"{}\" appears twice.", short(domain));
                let remedy = "Keep it only with the account it belongs to.".to_owned();
                findings.error(&path, "duplicate", (message, remedy));
            }
        }
    }
}

/// A country belongs to one territory as a whole, or is divided among several by postal code.
fn territories(document: &Document, findings: &mut Findings<'_>) {
    let list = KeyPath::from("territories");
    let mut whole: BTreeMap<String, &Territory> = BTreeMap::new();
    for (index, territory) in document.territories.iter().enumerate() {
        let path = list.index(index);
        if territory.countries.is_empty() && territory.regions.is_empty() {
            let message = format!("The territory \"{}\" has no area.", short(&territory.name));
            let remedy = "Add `countries` or `regions`.".to_owned();
            findings.error(&path, "empty", (message, remedy));
        }
        for (at, country) in territory.countries.iter().enumerate() {
            if let Some(other) = whole.insert(country.to_string(), territory) {
                let message = format!("{country} already belongs to \"{}\".", short(&other.name));
                let remedy = "Keep it in one territory, or divide it by regions.".to_owned();
                findings.error(&path.key("countries").index(at), "overlap", (message, remedy));
            }
        }
    }
    let mut prefixes = BTreeSet::new();
    for (index, territory) in document.territories.iter().enumerate() {
        for (at, region) in territory.regions.iter().enumerate() {
            let path = list.index(index).key("regions").index(at).key("postal_prefixes");
            for (place, prefix) in region.postal_prefixes.iter().enumerate() {
                if !prefixes.insert((region.country.to_string(), prefix.as_str())) {
                    let message = format!(
                        "Postal codes {}{} already belong to a region.",
                        region.country,
                        short(prefix)
                    );
                    let remedy = "Keep them in one region.".to_owned();
                    findings.error(&path.index(place), "overlap", (message, remedy));
                }
            }
        }
    }
}
