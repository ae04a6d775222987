//! Why there is a channel, what it is to reach, what it costs, and in which steps it is built.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::value;

/// Why there is a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Thesis {
    /// Gaps of direct sales that partners fill.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 50))]
    pub coverage_gaps: Vec<CoverageGap>,
    /// What partners get in money.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20), inner(length(min = 1, max = 300)))]
    pub partners_get_economic: Vec<String>,
    /// What partners get besides money.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20), inner(length(min = 1, max = 300)))]
    pub partners_get_non_economic: Vec<String>,
    /// Annual revenue that the channel is to bring, by quarter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 40))]
    pub targets: Vec<QuarterTarget>,
    /// What is believed of each track, and how it is tested.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 50))]
    pub hypotheses: Vec<Hypothesis>,
}

/// A gap of direct sales.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CoverageGap {
    /// In what the gap lies.
    pub kind: GapKind,
    /// What it is, in words.
    #[schemars(length(min = 1, max = 400))]
    pub words: String,
}

/// In what a gap lies.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum GapKind {
    /// A country or region.
    Geography,
    /// A line of business.
    Vertical,
    /// Deals too small or too large.
    DealSize,
    /// A use of the product.
    UseCase,
}

/// Annual revenue that the channel is to bring in one quarter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QuarterTarget {
    /// First day of the quarter.
    #[schemars(schema_with = "value::date")]
    pub begins_on: Date,
    /// Sourced annual revenue, in minor units.
    #[schemars(range(min = 0))]
    pub sourced_arr_minor: i64,
    /// Influenced annual revenue, in minor units; never added to the sourced.
    #[schemars(range(min = 0))]
    pub influenced_arr_minor: i64,
}

/// What is believed of one track.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hypothesis {
    /// Code of the track.
    #[schemars(length(min = 1, max = 40))]
    pub track: String,
    /// Which company is placed best.
    #[schemars(length(min = 1, max = 400))]
    pub best_placed: String,
    /// Why it would recommend the vendor.
    #[schemars(length(min = 1, max = 400))]
    pub why_recommend: String,
    /// What it gets.
    #[schemars(length(min = 1, max = 400))]
    pub gets: String,
    /// How the belief is tested.
    #[schemars(length(min = 1, max = 400))]
    pub test: String,
    /// Who answers for the test.
    pub owner: super::dispute::Role,
    /// When the result is looked at.
    #[schemars(schema_with = "value::date")]
    pub review_on: Date,
    /// What came out; left out until it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
}

/// What came out of a test.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It held.
    Confirmed,
    /// It did not hold.
    Refuted,
    /// It has to be tested again.
    Open,
}

/// What the program is to reach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Objective {
    /// Short name for references, unique in the document.
    #[schemars(schema_with = "value::code")]
    pub code: String,
    /// What is measured.
    #[schemars(length(min = 1, max = 200))]
    pub name: String,
    /// Unit of baseline and target.
    pub unit: ObjectiveUnit,
    /// Where it stood at the start; left out when nobody knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<i64>,
    /// Where it is to stand.
    pub target: i64,
    /// By when.
    #[schemars(schema_with = "value::date")]
    pub target_on: Date,
}

/// Unit of an objective.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ObjectiveUnit {
    /// Minor units of the program's currency.
    Minor,
    /// Basis points.
    BasisPoints,
    /// Whole things.
    Count,
    /// Days.
    Days,
}

/// What the program costs in one month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CostLine {
    /// First day of the month.
    #[schemars(schema_with = "value::date")]
    pub month_on: Date,
    /// What it is spent for.
    pub kind: CostKind,
    /// Amount, in minor units.
    #[schemars(range(min = 0))]
    pub amount_minor: i64,
    /// What exactly.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(length(max = 200))]
    pub note: String,
}

/// What money of the program is spent for.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum CostKind {
    /// People.
    Headcount,
    /// Software and services.
    Tools,
    /// Market development funds.
    Mdf,
    /// Incentives.
    Incentives,
    /// Courses and content.
    Enablement,
    /// Events.
    Events,
}

/// A phase of the first twelve months.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Phase {
    /// Name of the phase.
    #[schemars(length(min = 1, max = 80))]
    pub name: String,
    /// First month, 1 for the month of the launch.
    #[schemars(range(min = 1, max = 60))]
    pub from_month: u32,
    /// Last month, itself included.
    #[schemars(range(min = 1, max = 60))]
    pub to_month: u32,
    /// What the records must show before the next phase begins.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20), inner(length(min = 1, max = 300)))]
    pub gates: Vec<String>,
}
