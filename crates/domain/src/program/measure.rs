//! How companies are scored: candidates by the qualification rubric, partners by the scorecard.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::value::{self, Band};

/// How candidates are scored before they are signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Qualification {
    /// What a candidate has to meet before it is scored.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20), inner(length(min = 1, max = 200)))]
    pub gates: Vec<String>,
    /// What is scored from 0 to 5; the weights sum to 100.
    #[schemars(length(min = 1, max = 30))]
    pub criteria: Vec<Criterion>,
    /// What follows from a score of 0 to 100. The bands have to meet.
    #[schemars(length(min = 1, max = 10))]
    pub bands: Vec<ScoreBand>,
}

/// One criterion of the rubric.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// Short name for references, unique in the rubric.
    #[schemars(schema_with = "value::code")]
    pub code: String,
    /// What is judged.
    #[schemars(length(min = 1, max = 160))]
    pub name: String,
    /// Its share of the score, in percent.
    #[schemars(range(min = 0, max = 100))]
    pub weight: u32,
    /// What is taken as evidence.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(length(max = 300))]
    pub evidence: String,
}

/// How active partners are scored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scorecard {
    /// The sides from which a partner is looked at; the weights sum to 100.
    #[schemars(length(min = 1, max = 12))]
    pub dimensions: Vec<Dimension>,
    /// What follows from a score of 0 to 100. The bands have to meet.
    #[schemars(length(min = 1, max = 10))]
    pub bands: Vec<ScoreBand>,
}

/// One side from which a partner is looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Dimension {
    /// Short name for references, unique in the scorecard; `revenue` is limited to half.
    #[schemars(schema_with = "value::code")]
    pub code: String,
    /// Name that partners read.
    #[schemars(length(min = 1, max = 80))]
    pub name: String,
    /// Its share of the score, in percent.
    #[schemars(range(min = 0, max = 100))]
    pub weight: u32,
    /// Whether it tells what will come or what has been.
    pub indicator: Indicator,
}

/// Whether a measure tells what will come or what has been.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Indicator {
    /// Moves before the result does.
    Leading,
    /// Is the result.
    Lagging,
}

/// What follows from a range of scores.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScoreBand {
    /// Short name for references, unique among the bands.
    #[schemars(schema_with = "value::code")]
    pub code: String,
    /// Scores that belong to it.
    pub score: Band,
    /// What is done by default.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(length(max = 300))]
    pub action: String,
}
