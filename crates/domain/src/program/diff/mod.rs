//! What a change of the document means, in words of rules, and for whom.

mod grid;
mod terms;
#[cfg(test)]
mod tests;
mod walk;
mod words;

use std::collections::BTreeSet;

use serde::Serialize;

use super::document::Document;
use crate::rule_id::RuleId;

/// One difference between two documents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The rule that the change belongs to; `None` when no rule of its own stands behind the key.
    pub rule: Option<RuleId>,
    /// The key, with the codes of entries instead of their numbers: `tiers.premier.discount_bp`.
    pub key: String,
    /// The change in words, such as "validity of Premier: 90 → 120 days".
    pub words: String,
    /// Whether it takes something from a partner, so that notice has to be given (PG-02). What
    /// cannot be weighed, such as another currency, counts as worse; free text is not weighed.
    pub worsens_partner_terms: bool,
    /// Whom it touches.
    pub affects: Affects,
}

/// Whom a change touches. Tracks, tiers and territories are named by code.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case", tag = "whom")]
pub enum Affects {
    /// Every partner of the program.
    Everyone,
    /// Partners of one track.
    Track {
        /// Code of the track.
        track: String,
    },
    /// Partners of one tier.
    Tier {
        /// Code of the tier.
        tier: String,
    },
    /// Partners of one track and tier.
    TrackAndTier {
        /// Code of the track.
        track: String,
        /// Code of the tier.
        tier: String,
    },
    /// Partners whose agreement names one territory.
    Territory {
        /// Code of the territory.
        territory: String,
    },
    /// No partner: the vendor's own business, or a number that comes out the same.
    Nobody,
}

impl Affects {
    /// Whether a partner of `track` and `tier`, whose agreement names `territories`, is touched.
    /// An agreement that names none holds everywhere, so every territory touches it. Rule PG-04.
    pub fn touches(&self, track: &str, tier: &str, territories: &[&str]) -> bool {
        match self {
            Self::Everyone => true,
            Self::Track { track: changed } => changed == track,
            Self::Tier { tier: changed } => changed == tier,
            Self::TrackAndTier { track: changed_track, tier: changed_tier } => {
                changed_track == track && changed_tier == tier
            }
            Self::Territory { territory } => {
                territories.is_empty() || territories.contains(&territory.as_str())
            }
            Self::Nobody => false,
        }
    }
}

/// Every difference between two documents in words of rules, in the order of the document; empty
/// when they are the same. Rule PG-04.
pub fn diff(old: &Document, new: &Document) -> Vec<Change> {
    let from_grid = grid::changes(old, new);
    let told: BTreeSet<&'static str> = from_grid.iter().map(|(field, _)| *field).collect();
    let grid_is_empty = !grid::has_cells(old, new);
    let mut changes: Vec<Change> = Vec::new();
    let mut grid_changes = Some(from_grid);
    for mut change in walk::changes(old, new) {
        match grid::field_of(&change.key) {
            Some(field) if told.contains(field) => {
                let fitting = grid_changes.take().unwrap_or_default();
                changes.extend(fitting.into_iter().map(|(_, change)| change));
            }
            Some(_) if !grid_is_empty => {
                change.worsens_partner_terms = false;
                change.affects = Affects::Nobody;
                change.words.push_str(" (no effect on any partner)");
                changes.push(change);
            }
            Some(_) | None => changes.push(change),
        }
    }
    let untold = grid_changes.take().unwrap_or_default();
    changes.extend(untold.into_iter().map(|(_, change)| change));
    changes
}
