//! Tiers: the levels of a program, in order.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::value::{self, Band};

/// One level of the program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// Short name for references, unique in the document.
    #[schemars(schema_with = "value::code")]
    pub code: String,
    /// Name that partners read.
    #[schemars(length(min = 1, max = 80))]
    pub name: String,
    /// How many registrations a partner of the tier may hold live at once (DR-11).
    #[schemars(range(min = 1, max = 100_000))]
    pub live_registrations: u32,
    /// Discount on the list price, in basis points.
    #[schemars(range(min = 0, max = 10_000))]
    pub discount_bp: u32,
    /// Further discount when the deal is registered, in basis points of the list price.
    #[schemars(range(min = 0, max = 10_000))]
    pub registered_uplift_bp: u32,
    /// Share of first-year revenue paid for a referral, in basis points.
    #[schemars(range(min = 0, max = 10_000))]
    pub referral_fee_bp: u32,
    /// Share of purchases put aside for joint marketing, in basis points.
    #[serde(default)]
    #[schemars(range(min = 0, max = 10_000))]
    pub mdf_accrual_bp: u32,
    /// Sourced annual revenue of twelve months that belongs to the tier, in minor units.
    /// The bands of all tiers have to meet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sourced_arr_minor: Option<Band>,
    /// What a partner has to show to enter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20), inner(length(min = 1, max = 300)))]
    pub entry: Vec<String>,
    /// What a partner has to show to stay.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20), inner(length(min = 1, max = 300)))]
    pub keep: Vec<String>,
    /// What a partner gets besides money.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 20), inner(length(min = 1, max = 300)))]
    pub benefits: Vec<String>,
    /// Certified sellers that entry asks for.
    #[serde(default)]
    #[schemars(range(min = 0, max = 1000))]
    pub certified_sales: u32,
    /// Certified technical people that entry asks for.
    #[serde(default)]
    #[schemars(range(min = 0, max = 1000))]
    pub certified_technical: u32,
}
