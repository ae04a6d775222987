//! The document itself: its head, and the list of its sections.

use std::collections::BTreeMap;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::business_case::{CostLine, Objective, Phase, Thesis};
use super::coverage::{DirectCoverage, HouseAccount, ProductLine, Segment, Territory};
use super::dispute::{Conflicts, DecisionRight};
use super::measure::{Qualification, Scorecard};
use super::policy::{Governance, Policies};
use super::rate::{IncentivePlan, RateTable};
use super::registration::{Availability, Matching, Registration, StageProbabilities};
use super::tier::Tier;
use super::track::{Certification, Track};
use super::value;
use crate::accounts::Country;
use crate::calendar::{Weekday, Zone};
use crate::money::Currency;

/// Everything a partner program is and every rule it runs on.
///
/// Plain data: reading it from TOML checks it (see [`super::check()`]), and code may rely on what was
/// checked. Amounts are in the minor unit of `currency`, shares in basis points (1 % = 100).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "Partner program")]
pub struct Document {
    /// Name of the program as partners read it.
    #[schemars(length(min = 1, max = 120))]
    pub name: String,
    /// Time zone in which the days of all clocks begin and end.
    #[schemars(schema_with = "value::zone")]
    pub zone: Zone,
    /// Currency of every amount of this document.
    #[schemars(schema_with = "value::currency")]
    pub currency: Currency,
    /// Month in which the fiscal year begins, 1 for January.
    #[schemars(range(min = 1, max = 12))]
    pub fiscal_year_starts_in_month: u8,
    /// Day on which the program opened to partners; left out before it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "value::optional_date")]
    pub launched_on: Option<Date>,
    /// Days between the announcement of a change and the first day it may take effect, when it
    /// worsens a partner's terms (PG-02).
    #[schemars(range(min = 0, max = 365))]
    pub notice_days: u32,
    /// Weekends and public holidays.
    pub calendar: Calendar,
    /// What partners can be certified in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 100))]
    pub certifications: Vec<Certification>,
    /// The partner types and how each of them sells.
    #[schemars(length(min = 1, max = 30))]
    pub tracks: Vec<Track>,
    /// Where partners sell.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 500))]
    pub territories: Vec<Territory>,
    /// To whom partners sell.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 50))]
    pub segments: Vec<Segment>,
    /// Who sells where, when the vendor also sells directly.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 500))]
    pub direct_coverage: Vec<DirectCoverage>,
    /// Accounts that the vendor serves itself and that cannot be registered (DR-13).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 5000))]
    pub house_accounts: Vec<HouseAccount>,
    /// The product lines that deals are registered for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 500))]
    pub products: Vec<ProductLine>,
    /// The levels of the program, the lowest first.
    #[schemars(length(min = 1, max = 10))]
    pub tiers: Vec<Tier>,
    /// What a registration gives and asks.
    pub registration: Registration,
    /// Limits of the question "is it free?" (DR-18).
    pub availability: Availability,
    /// When two company records are the same account (AC-03).
    pub matching: Matching,
    /// Default probability of each sales stage.
    pub stages: StageProbabilities,
    /// How conflicts are decided, and by when.
    pub conflicts: Conflicts,
    /// Who decides what, and who is asked and told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 50))]
    pub decision_rights: Vec<DecisionRight>,
    /// The remaining constants of the program.
    pub policies: Policies,
    /// Sponsor and council.
    pub governance: Governance,
    /// Text that partners read before the rules themselves.
    pub rules_of_engagement: EngagementText,
    /// Why there is a channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thesis: Option<Thesis>,
    /// What the program is to reach, and by when.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 50))]
    pub objectives: Vec<Objective>,
    /// What the program costs by month.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 2000))]
    pub costs: Vec<CostLine>,
    /// The first twelve months in phases.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 24))]
    pub roadmap: Vec<Phase>,
    /// How candidates are scored before they are signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub qualification: Option<Qualification>,
    /// How active partners are scored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scorecard: Option<Scorecard>,
    /// Discount by size of the deal, on top of the tier's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discount_table: Option<RateTable>,
    /// What partners earn besides their discount.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 100))]
    pub incentives: Vec<IncentivePlan>,
}

/// Weekends and public holidays, by country.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    /// Country whose holidays hold for the program's own clocks.
    #[schemars(schema_with = "value::country")]
    pub country: Country,
    /// Days of the week on which nobody works.
    #[schemars(length(max = 6))]
    pub weekend: Vec<Weekday>,
    /// Public holidays of each country: the date and what it is called.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(schema_with = "holidays")]
    pub holidays: BTreeMap<Country, BTreeMap<Date, String>>,
}

impl Calendar {
    /// The last holiday known for `country`; after it a clock no longer sees holidays there.
    /// `None` when the calendar has no table of that country.
    pub fn known_until(&self, country: Country) -> Option<Date> {
        self.holidays.get(&country)?.keys().next_back().copied()
    }
}

/// What partners read before the rules themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EngagementText {
    /// Opening paragraphs, divided by empty lines. Shown as plain text.
    #[schemars(length(max = 20000))]
    pub text: String,
}

fn holidays(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({
        "type": "object",
        "description": "Public holidays of each country: the date and what it is called.",
        "propertyNames": value::country(generator),
        "maxProperties": 249,
        "additionalProperties": {
            "type": "object",
            "propertyNames": value::date(generator),
            "maxProperties": 2000,
            "additionalProperties": { "type": "string", "minLength": 1, "maxLength": 120 },
        },
    })
}
