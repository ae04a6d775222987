//! Tracks: a partner type's variant of the program, and the certifications that open it.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::value;

/// One partner type's variant of the program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Track {
    /// Short name for references, unique in the document.
    #[schemars(schema_with = "value::code")]
    pub code: String,
    /// Name that partners read.
    #[schemars(length(min = 1, max = 80))]
    pub name: String,
    /// How partners of this track sell.
    pub motion: Motion,
    /// Whether partners are taken into the track now.
    pub active: bool,
    /// Day from which the track is open; left out when it opened with the program.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "value::optional_date")]
    pub active_from_on: Option<Date>,
    /// Whether a current agreement is needed to submit a registration (DR-10).
    pub agreement_required: bool,
    /// Certifications of which a partner must hold every one to submit (DR-10).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "value::codes")]
    pub required_certifications: Vec<String>,
    /// What an approved registration gives to a partner of the track.
    pub registration_grants: RegistrationGrant,
    /// Whether partners of the track are placed in tiers.
    pub in_tiers: bool,
    /// Who signs with the customer and invoices it.
    pub customer_contract: CustomerContract,
    /// What the partner earns, in words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(length(max = 400))]
    pub economics: String,
    /// How long a new partner usually takes to the first revenue, in words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(length(max = 120))]
    pub time_to_revenue: String,
    /// What a new partner has to learn, in words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(length(max = 400))]
    pub enablement: String,
    /// The measure that tells best whether the track works.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schemars(length(max = 200))]
    pub main_measure: String,
    /// How likely the track is to collide with direct sales or other partners.
    pub conflict_risk: ConflictRisk,
}

/// How a track sells.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Motion {
    /// Introduces a buyer; the vendor sells.
    Refer,
    /// Sells together with the vendor's own people.
    CoSell,
    /// Buys and sells on.
    Resell,
    /// Runs the product for the customer.
    Manage,
    /// Builds the product into its own.
    Embed,
    /// Sells through a marketplace of a third company.
    Marketplace,
    /// Sends visitors who buy by themselves.
    Promote,
}

/// What an approved registration gives.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum RegistrationGrant {
    /// The account exclusively, and the credit for the introduction.
    ProtectedCredit,
    /// The account exclusively, and the higher margin of a registered deal.
    ExclusivityAndMargin,
    /// The customer exclusively, for as long as it is served.
    CustomerLock,
    /// A distributor's mark on the deal of a reseller.
    DistributorTag,
    /// The role of delivery on the deal, not exclusive.
    DeliveryRole,
    /// The role of technology on the deal, not exclusive.
    TechnologyRole,
    /// Credit for having influenced the deal, not exclusive.
    InfluenceCredit,
    /// The identifier of the offer on the marketplace, not exclusive.
    ExternalId,
    /// Credit by the click that led to the purchase, not exclusive.
    ClickRule,
}

impl RegistrationGrant {
    /// Whether the grant holds the account exclusively (DR-02) rather than a role on the deal (DR-22).
    pub fn is_exclusive(self) -> bool {
        match self {
            Self::ProtectedCredit | Self::ExclusivityAndMargin | Self::CustomerLock => true,
            Self::DistributorTag
            | Self::DeliveryRole
            | Self::TechnologyRole
            | Self::InfluenceCredit
            | Self::ExternalId
            | Self::ClickRule => false,
        }
    }

    /// What the partner is told it gets.
    pub fn words(self) -> &'static str {
        match self {
            Self::ProtectedCredit => "exclusivity for the account and credit for the introduction",
            Self::ExclusivityAndMargin => {
                "exclusivity for the account and the registered-deal margin"
            }
            Self::CustomerLock => "exclusivity for the customer while it is served",
            Self::DistributorTag => "the distributor's mark on a reseller's deal",
            Self::DeliveryRole => "the delivery role on the deal",
            Self::TechnologyRole => "the technology role on the deal",
            Self::InfluenceCredit => "credit for influence on the deal",
            Self::ExternalId => "the link to the marketplace offer",
            Self::ClickRule => "credit for the click that led to the purchase",
        }
    }
}

/// Who signs with the customer and invoices it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum CustomerContract {
    /// The vendor.
    Vendor,
    /// The partner.
    Partner,
    /// The vendor for the product, the partner for its services.
    Shared,
    /// The marketplace.
    Marketplace,
}

/// How likely a track is to collide with others.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ConflictRisk {
    /// Rarely.
    Low,
    /// Now and then.
    Medium,
    /// Often, unless the rules are kept.
    High,
    /// Not by collision, but by invented business.
    Fraud,
}

/// Something a person of a partner can be certified in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Certification {
    /// Short name for references, unique in the document.
    #[schemars(schema_with = "value::code")]
    pub code: String,
    /// Name that partners read.
    #[schemars(length(min = 1, max = 80))]
    pub name: String,
    /// Kind of skill it shows; tiers count holders by kind.
    pub kind: CertificationKind,
    /// Days after which it has to be renewed; left out when it never lapses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 3650))]
    pub valid_days: Option<u32>,
}

/// Kind of skill that a certification shows.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum CertificationKind {
    /// What everyone has to know: economics, rules of engagement, how to register.
    Essentials,
    /// Finding and winning customers.
    Sales,
    /// Showing and designing solutions, delivering them.
    Technical,
}
