//! The numbers of a registration that tracks and tiers may have for themselves, compared by what
//! comes out for each track and tier rather than by where it is written.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::terms;
use super::walk::is_worse;
use super::words::from_to;
use super::{Affects, Change};
use crate::program::document::Document;

/// The keys that a track or a tier may have for itself.
const FIELDS: [&str; 7] = [
    "validity_days",
    "renewals",
    "renewal_window_days",
    "follow_up_days",
    "decision_business_days",
    "minimum_amounts_minor",
    "auto_approve",
];

/// One track and tier that both documents have, with what it had and what it gets.
struct Cell<'d> {
    track: &'d str,
    tier: &'d str,
    old: Value,
    new: Value,
}

/// The field that a key of the document is a number of; `None` for all other keys.
pub(super) fn field_of(key: &str) -> Option<&'static str> {
    let mut steps = key.split('.');
    if steps.next() != Some("registration") {
        return None;
    }
    let first = steps.next()?;
    let field = if first == "by_track" || first == "by_tier" { steps.nth(1)? } else { first };
    FIELDS.into_iter().find(|known| *known == field)
}

/// Whether the two documents share a track and a tier, so that partners can be compared.
pub(super) fn has_cells(old: &Document, new: &Document) -> bool {
    let track = new.tracks.iter().any(|track| old.track(&track.code).is_some());
    track && new.tiers.iter().any(|tier| old.tier(&tier.code).is_some())
}

/// The differences, each with its field, for as many partners at once as have the same one.
pub(super) fn changes(old: &Document, new: &Document) -> Vec<(&'static str, Change)> {
    FIELDS.into_iter().flat_map(|field| field_changes(field, old, new)).collect()
}

fn field_changes(
    field: &'static str,
    old: &Document,
    new: &Document,
) -> Vec<(&'static str, Change)> {
    let cells = cells(field, old, new);
    let is_changed = |cell: &&Cell<'_>| cell.old != cell.new;
    let Some(first) = cells.iter().find(is_changed) else {
        return Vec::new();
    };
    let write = |affects: Affects, cell: &Cell<'_>| (field, change(field, affects, cell, new));
    if uniform(cells.iter()) {
        return vec![write(Affects::Everyone, first)];
    }
    let tiers: BTreeSet<&str> = cells.iter().map(|cell| cell.tier).collect();
    let tracks: BTreeSet<&str> = cells.iter().map(|cell| cell.track).collect();
    let of_tier =
        |tier: &str| cells.iter().filter(move |cell| cell.tier == tier).collect::<Vec<_>>();
    let of_track =
        |track: &str| cells.iter().filter(move |cell| cell.track == track).collect::<Vec<_>>();
    if tiers.iter().all(|tier| uniform(of_tier(tier).into_iter())) {
        let in_order = new.tiers.iter().map(|tier| tier.code.as_str());
        let changed = in_order.filter_map(|tier| of_tier(tier).into_iter().find(is_changed));
        let whom = |cell: &Cell<'_>| Affects::Tier { tier: cell.tier.to_owned() };
        return changed.map(|cell| write(whom(cell), cell)).collect();
    }
    if tracks.iter().all(|track| uniform(of_track(track).into_iter())) {
        let in_order = new.tracks.iter().map(|track| track.code.as_str());
        let changed = in_order.filter_map(|track| of_track(track).into_iter().find(is_changed));
        let whom = |cell: &Cell<'_>| Affects::Track { track: cell.track.to_owned() };
        return changed.map(|cell| write(whom(cell), cell)).collect();
    }
    let whom = |cell: &Cell<'_>| Affects::TrackAndTier {
        track: cell.track.to_owned(),
        tier: cell.tier.to_owned(),
    };
    cells.iter().filter(is_changed).map(|cell| write(whom(cell), cell)).collect()
}

fn uniform<'c>(mut cells: impl Iterator<Item = &'c Cell<'c>>) -> bool {
    cells
        .next()
        .is_none_or(|first| cells.all(|cell| cell.old == first.old && cell.new == first.new))
}

fn cells<'d>(field: &str, old: &Document, new: &'d Document) -> Vec<Cell<'d>> {
    let tracks = new.tracks.iter().filter(|track| old.track(&track.code).is_some());
    let tiers = new.tiers.iter().filter(|tier| old.tier(&tier.code).is_some());
    tracks
        .flat_map(|track| tiers.clone().map(move |tier| (track.code.as_str(), tier.code.as_str())))
        .map(|(track, tier)| Cell {
            track,
            tier,
            old: effective(field, old, track, tier),
            new: effective(field, new, track, tier),
        })
        .collect()
}

fn effective(field: &str, document: &Document, track: &str, tier: &str) -> Value {
    let terms = document.registration.terms(track, tier);
    match field {
        "validity_days" => json!(terms.validity_days),
        "renewals" => json!(terms.renewals),
        "renewal_window_days" => json!(terms.renewal_window_days),
        "follow_up_days" => json!(terms.follow_up_days),
        "decision_business_days" => json!(terms.decision_business_days),
        "minimum_amounts_minor" => json!(terms.minimum_amounts_minor),
        _ => json!(terms.auto_approve),
    }
}

fn change(field: &str, affects: Affects, cell: &Cell<'_>, document: &Document) -> Change {
    let term = terms::find(&["registration".to_owned(), field.to_owned()]);
    let name = |code: &str, name: Option<&str>| name.unwrap_or(code).to_owned();
    let track = name(cell.track, document.track(cell.track).map(|track| track.name.as_str()));
    let tier = name(cell.tier, document.tier(cell.tier).map(|tier| tier.name.as_str()));
    let (key, of_whom) = match &affects {
        Affects::Track { track: code } => {
            (format!("by_track.{code}.{field}"), format!(" of {track}"))
        }
        Affects::Tier { tier: code } => (format!("by_tier.{code}.{field}"), format!(" of {tier}")),
        Affects::TrackAndTier { tier: code, .. } => {
            (format!("by_tier.{code}.{field}"), format!(" of {track}, {tier}"))
        }
        Affects::Everyone | Affects::Territory { .. } | Affects::Nobody => {
            (field.to_owned(), String::new())
        }
    };
    let what = term.map_or(field, |term| term.words);
    let difference = if field == "minimum_amounts_minor" {
        amounts_change(&cell.old, &cell.new, document)
    } else {
        from_to(field, Some(&cell.old), Some(&cell.new), document.currency)
    };
    Change {
        rule: term.and_then(terms::Term::rule),
        key: format!("registration.{key}"),
        words: format!("{what}{of_whom}: {difference}"),
        worsens_partner_terms: is_worse_cell(field, cell),
        affects,
    }
}

fn is_worse_cell(field: &str, cell: &Cell<'_>) -> bool {
    let Some(term) = terms::find(&["registration".to_owned(), field.to_owned()]) else {
        return false;
    };
    match (&cell.old, &cell.new) {
        (Value::Object(old), Value::Object(new)) => {
            let mut currencies = old.keys().chain(new.keys());
            currencies.any(|currency| is_worse(term.better, old.get(currency), new.get(currency)))
        }
        (old, new) => is_worse(term.better, Some(old), Some(new)),
    }
}

fn amounts_change(old: &Value, new: &Value, document: &Document) -> String {
    let (Some(before), Some(after)) = (old.as_object(), new.as_object()) else {
        return String::new();
    };
    let currencies: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let differing = currencies.into_iter().filter(|code| before.get(*code) != after.get(*code));
    let said = differing.map(|code| {
        let key = format!("minimum_amounts_minor.{code}");
        from_to(&key, before.get(code), after.get(code), document.currency)
    });
    said.collect::<Vec<_>>().join("; ")
}
