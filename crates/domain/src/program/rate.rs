//! Rates: tables by amount, and what partners earn besides their discount.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::value::{self, Band};

/// A rate that depends on an amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RateTable {
    /// How a band's rate is applied.
    pub method: RateMethod,
    /// The bands, in order; they have to meet and to begin at 0.
    #[schemars(length(min = 1, max = 50))]
    pub bands: Vec<RateBand>,
}

/// How a band's rate is applied.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum RateMethod {
    /// To the part of the amount that lies in the band.
    Marginal,
    /// To the whole amount, once it reaches the band.
    Retroactive,
}

/// One band of a rate table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RateBand {
    /// Amounts that belong to it, in minor units.
    pub amount_minor: Band,
    /// The rate, in basis points.
    #[schemars(range(min = 0, max = 10_000))]
    pub rate_bp: u32,
}

/// Something that partners earn besides their discount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IncentivePlan {
    /// Short name for references, unique in the document.
    #[schemars(schema_with = "value::code")]
    pub code: String,
    /// Name that partners read.
    #[schemars(length(min = 1, max = 80))]
    pub name: String,
    /// Codes of the tracks it is for; all of them when left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "value::codes")]
    pub tracks: Vec<String>,
    /// Codes of the tiers it is for; all of them when left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "value::codes")]
    pub tiers: Vec<String>,
    /// What is paid by amount.
    pub rates: RateTable,
    /// The steps in which a partner calculates it, in words.
    #[schemars(length(min = 1, max = 20), inner(length(min = 1, max = 200)))]
    pub calculation: Vec<String>,
}
