//! Weights from data: without labels, and from what people decided.
//!
//! The names' own score comes from the shipped trees. What is learned here is how far to trust it
//! in this vendor's data, and how much each field beside the name weighs. Both ways start from the
//! weights in use and stay near them while there is little data.

mod mixture;
mod regression;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::engine::{Index, PairView};
use crate::model::Weights;
use crate::record::{Query, Record};
use crate::{POSSIBLE_BASIS_POINTS, SURE_BASIS_POINTS};

/// What a person decided about a pair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// What was looked for.
    pub query: Query,
    /// The record it was compared with.
    pub record: Record,
    /// Whether they are the same company.
    pub same: bool,
}

/// How good a set of weights is on labelled pairs.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Figures {
    /// Of the pairs called the same at one half or above, the share that is.
    pub precision: f64,
    /// Of the same pairs, the share called so.
    pub recall: f64,
    /// Harmonic mean of both.
    pub f1: f64,
    /// Mean of the logarithmic loss in nats; smaller is better.
    pub log_loss: f64,
    /// Different pairs at or above the sure threshold.
    pub false_links_at_sure: usize,
    /// Pairs between the possible and the sure threshold, which a person has to decide.
    pub to_decide: usize,
}

/// New weights, not yet in use.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Learned {
    /// To be given to [`Index::set_weights`] when somebody has looked at the figures.
    pub weights: Weights,
    /// The weights in use, measured on the same pairs. Without labels nothing can be measured.
    pub before: Option<Figures>,
    /// The new weights; each pair is measured with weights learned from the others.
    pub after: Option<Figures>,
    /// Pairs learned from.
    pub cases: usize,
}

/// Why nothing was learned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum LearnError {
    /// Fewer decisions than needed, of both kinds together or of one kind.
    #[error(
        "{have} decisions are too few: {need} are needed, at least {each} of them 'same' and {each} 'different'"
    )]
    TooFew {
        /// Decisions given.
        have: usize,
        /// Decisions needed.
        need: usize,
        /// Needed of each kind.
        each: usize,
    },
}

/// Least number of decisions to learn from.
pub const LEAST_DECISIONS: usize = 30;
/// Least number of either kind.
pub const LEAST_OF_EACH: usize = 8;

/// Learns the weights of the fields from look-ups whose answers nobody knows, by expectation
/// maximisation (AC-02). The names' score says which pairs are probably the same; how often fields
/// agree among those and among the rest gives their weights.
pub fn without_labels(index: &Index, queries: &[Query]) -> Learned {
    let views: Vec<mixture::View> = queries
        .iter()
        .flat_map(|query| {
            let mut seen = index.observe(query);
            seen.sort_by(|left, right| {
                right.name_score.total_cmp(&left.name_score).then(left.key.cmp(&right.key))
            });
            seen.truncate(3);
            seen
        })
        .map(|one| mixture::View { name: one.name_score, evidence: one.evidence })
        .collect();
    let weights = mixture::learn(&views, &index.weights());
    Learned { weights, before: None, after: None, cases: views.len() }
}

/// Learns from decisions, with figures before and after (AC-02).
///
/// # Errors
/// [`LearnError::TooFew`] below [`LEAST_DECISIONS`], or [`LEAST_OF_EACH`] of a kind.
pub fn from_decisions(index: &Index, decisions: &[Decision]) -> Result<Learned, LearnError> {
    let same = decisions.iter().filter(|decision| decision.same).count();
    let enough = decisions.len() >= LEAST_DECISIONS;
    if !enough || same < LEAST_OF_EACH || decisions.len() - same < LEAST_OF_EACH {
        return Err(LearnError::TooFew {
            have: decisions.len(),
            need: LEAST_DECISIONS,
            each: LEAST_OF_EACH,
        });
    }
    let current = index.weights();
    let cases: Vec<(PairView, bool)> = decisions
        .iter()
        .map(|decision| {
            (index.view(&decision.query, &Query::from(&decision.record)), decision.same)
        })
        .collect();
    let before: Vec<(f64, bool)> =
        cases.iter().map(|(view, same)| (view.score(&current), *same)).collect();
    let mut after = Vec::with_capacity(cases.len());
    for fold in 0..FOLDS {
        let others =
            cases.iter().enumerate().filter(|(at, _)| at % FOLDS != fold).map(|(_, case)| case);
        let weights = regression::fit(others, &current);
        let held_out = cases.iter().enumerate().filter(|(at, _)| at % FOLDS == fold);
        after.extend(held_out.map(|(_, (view, same))| (view.score(&weights), *same)));
    }
    Ok(Learned {
        weights: regression::fit(cases.iter(), &current),
        before: Some(figures(&before)),
        after: Some(figures(&after)),
        cases: cases.len(),
    })
}

/// Parts for measuring each pair with weights learned from the other parts.
const FOLDS: usize = 5;

fn figures(scored: &[(f64, bool)]) -> Figures {
    let mut found = Figures::default();
    let (mut right, mut called, mut same, mut loss) = (0.0, 0.0, 0.0, 0.0);
    let sure = f64::from(SURE_BASIS_POINTS) / 10_000.0;
    let possible = f64::from(POSSIBLE_BASIS_POINTS) / 10_000.0;
    for (score, truth) in scored {
        let probability = 1.0 / (1.0 + (-score).exp());
        let calls = probability >= 0.5;
        right += f64::from(u8::from(calls && *truth));
        called += f64::from(u8::from(calls));
        same += f64::from(u8::from(*truth));
        let told = if *truth { probability } else { 1.0 - probability };
        loss -= told.max(1e-6).ln();
        found.false_links_at_sure += usize::from(!truth && probability >= sure);
        found.to_decide += usize::from((possible..sure).contains(&probability));
    }
    found.precision = right / f64::max(called, 1.0);
    found.recall = right / f64::max(same, 1.0);
    found.f1 = 2.0 * right / f64::max(called + same, 1.0);
    found.log_loss = loss / (scored.len() as f64).max(1.0);
    found
}

#[cfg(test)]
mod tests;
