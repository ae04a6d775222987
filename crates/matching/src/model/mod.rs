//! From features to a probability.

mod flat;
mod trees;

use std::sync::LazyLock;

use flat::Flat;
use serde::{Deserialize, Serialize};

use crate::engine::Features;
use crate::evidence::FieldWeights;
pub use trees::{Forest, Node};

/// What a vendor's own data may change: how much the fields beside the name weigh, and how the
/// name's score is turned into a probability. Kept as JSON; the default is what is shipped.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Weights {
    /// Weights of domain, country, postal code, city and parent.
    pub fields: FieldWeights,
    /// Factor on the name's score, above zero.
    pub name_slope: f64,
    /// Added to the name's score, in nats.
    pub name_offset: f64,
}

impl Default for Weights {
    fn default() -> Self {
        Self { fields: FieldWeights::default(), name_slope: 1.0, name_offset: 0.0 }
    }
}

impl Weights {
    /// To six decimals, so that writing them as JSON and reading them back changes nothing.
    pub(crate) fn rounded(mut self) -> Self {
        let fields = &mut self.fields;
        let all = fields.agrees.iter_mut().chain(&mut fields.near).chain(&mut fields.differs);
        for value in all.chain([&mut self.name_slope, &mut self.name_offset]) {
            *value = (*value * 1e6).round() / 1e6;
        }
        self
    }

    /// The name's score after this vendor's correction, in nats.
    pub(crate) fn name_score(&self, raw: f64) -> f64 {
        let slope = if self.name_slope.is_finite() { self.name_slope.max(0.05) } else { 1.0 };
        let offset = if self.name_offset.is_finite() { self.name_offset } else { 0.0 };
        raw * slope + offset
    }
}

static SHIPPED: LazyLock<Flat> = LazyLock::new(|| Flat::new(trees::shipped()));

/// Scores of name pairs in nats against "none of them", by the shipped trees.
pub(crate) fn name_scores<'a>(all: impl Iterator<Item = &'a Features>) -> Vec<f64> {
    SHIPPED.scores(all).into_iter().map(f64::from).collect()
}

/// Score of one name pair.
pub(crate) fn name_score(features: &Features) -> f64 {
    name_scores(std::iter::once(features)).into_iter().sum()
}

/// Probabilities of rivals of which at most one is right: each score is in nats against none.
pub(crate) fn shares(scores: &[f64], further: f64) -> Vec<f64> {
    let highest = scores.iter().copied().fold(0.0, f64::max);
    let powers: Vec<f64> = scores.iter().map(|score| (score - highest).exp()).collect();
    let none = (-highest).exp();
    let total: f64 = none + further * none + powers.iter().sum::<f64>();
    powers.into_iter().map(|power| power / total).collect()
}
