//! The remaining constants of a program: cadences, cohorts, reviews, targets, and its governance.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::value::Cadence;

/// The remaining constants of the program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Policies {
    /// Days from signature to the first registered deal that the onboarding plan allows.
    #[schemars(range(min = 1, max = 730))]
    pub onboarding_days: u32,
    /// Fewest partners of the first cohort.
    #[schemars(range(min = 1, max = 1000))]
    pub first_cohort_minimum: u32,
    /// Most partners before the first cohort is reviewed.
    #[schemars(range(min = 1, max = 1000))]
    pub first_cohort_maximum: u32,
    /// How often the pipeline is reviewed with a partner.
    pub pipeline_review: Cadence,
    /// How often the business is reviewed with a partner.
    pub business_review: Cadence,
    /// How often the strategy is.
    pub strategy_session: Cadence,
    /// Whether the weekly tactical update is made.
    pub weekly_update: bool,
    /// Whether the monthly summary of performance is made.
    pub monthly_summary: bool,
    /// How often the performance of a partner is reviewed.
    pub performance_review: Cadence,
    /// Quarters without result after which the fit is talked about.
    #[schemars(range(min = 1, max = 12))]
    pub fit_conversation_after_quarters: u32,
    /// How often tiers are reviewed (TR-04).
    pub tier_review: Cadence,
    /// A partner that misses its quota by more than this goes down a tier, in basis points (TR-05).
    #[schemars(range(min = 1, max = 10_000))]
    pub downgrade_when_missed_by_more_than_bp: u32,
    /// Days of warning before a downgrade (TR-07).
    #[schemars(range(min = 0, max = 365))]
    pub downgrade_warning_days: u32,
    /// Months without a registered deal after which a partner falls to the lowest tier (TR-06).
    #[schemars(range(min = 1, max = 60))]
    pub sunset_months: u32,
    /// How often metrics, incentives and priorities are refreshed.
    pub framework_refresh: Cadence,
    /// Lower end of the return that is aimed at, in percent of the cost.
    #[schemars(range(min = 0, max = 10_000))]
    pub return_target_from_percent: u32,
    /// Upper end of the return that is aimed at, in percent of the cost.
    #[schemars(range(min = 0, max = 10_000))]
    pub return_target_to_percent: u32,
    /// Year of the program in which the return is to be reached.
    #[schemars(range(min = 1, max = 10))]
    pub return_target_year: u32,
    /// Earliest month of material revenue.
    #[schemars(range(min = 1, max = 60))]
    pub material_revenue_from_month: u32,
    /// Latest month of material revenue.
    #[schemars(range(min = 1, max = 60))]
    pub material_revenue_to_month: u32,
    /// Active resellers that one partner manager looks after at most.
    #[schemars(range(min = 1, max = 1000))]
    pub partners_per_manager: u32,
    /// Most that a deal may cost in discounts and incentives together, in basis points.
    #[schemars(range(min = 0, max = 10_000))]
    pub incentive_ceiling_bp: u32,
    /// Usual length of a sale, until the program has measured its own; left out when unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 3650))]
    pub sales_cycle_days: Option<u32>,
}

/// Who stands for the program, and who is heard before it changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Governance {
    /// Name or position of the person in the vendor's management who stands for the program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 120))]
    pub executive_sponsor: Option<String>,
    /// The council of partners that sees changes before they are announced (PG-02).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub council: Option<Council>,
}

/// The council of partners.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Council {
    /// How often it meets.
    pub meets: Cadence,
    /// Fewest members.
    #[schemars(range(min = 1, max = 100))]
    pub members_minimum: u32,
    /// Most members.
    #[schemars(range(min = 1, max = 100))]
    pub members_maximum: u32,
}
