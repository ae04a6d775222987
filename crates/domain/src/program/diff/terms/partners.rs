//! Keys that say who partners are, where they sell and what a tier gives.

use super::{Better, Term, term};

/// Grants from the least to the most that a registration can give.
const GRANTS: &[&str] = &[
    "click_rule",
    "external_id",
    "influence_credit",
    "technology_role",
    "delivery_role",
    "distributor_tag",
    "protected_credit",
    "exclusivity_and_margin",
    "customer_lock",
];

/// Who leads, from the least to the most a partner can do.
const LEADS: &[&str] = &["direct", "shared", "partner"];

/// The keys, with what each means. `*` stands for one code or name.
pub(super) const TERMS: &[Term] = &[
    term("currency", "currency", "", Better::Unclear),
    term("zone", "time zone", "DR-01", Better::Unclear),
    term("notice_days", "notice of changes", "PG-02", Better::Higher),
    term("calendar.weekend", "weekend", "CF-08", Better::Neutral),
    term("calendar.country", "country for holidays", "CF-08", Better::Neutral),
    term("calendar.holidays.*.*", "holiday", "CF-08", Better::Neutral),
    term("certifications.*.valid_days", "validity of the certificate", "DR-10", Better::Higher),
    term("tracks.*.active", "open to partners", "", Better::Higher),
    term("tracks.*.agreement_required", "agreement required", "DR-10", Better::Lower),
    term("tracks.*.required_certifications", "required certifications", "DR-10", Better::Shorter),
    term(
        "tracks.*.registration_grants",
        "what a registration grants",
        "DR-22",
        Better::Ranked(GRANTS),
    ),
    term("tracks.*.in_tiers", "placed in tiers", "TR-01", Better::Unclear),
    term("tracks.*.customer_contract", "contract with the customer", "", Better::Unclear),
    term("tracks.*.economics", "what partners earn", "", Better::Unclear),
    term("tracks.*.motion", "motion", "", Better::Unclear),
    term("territories.*.countries", "countries", "DR-12", Better::Longer),
    term("territories.*.regions.*.postal_prefixes", "postal codes", "DR-12", Better::Longer),
    term("segments.*.employees.from", "minimum employees", "DR-12", Better::Lower),
    term("segments.*.employees.below", "employees below", "DR-12", Better::Higher),
    term("segments.*.named_domains", "named accounts", "DR-12", Better::Longer),
    term("direct_coverage.*.lead", "lead", "", Better::Ranked(LEADS)),
    term("house_accounts.*.domains", "domains", "DR-13", Better::Shorter),
    term("products.*.registrable", "open to registrations", "DR-13", Better::Higher),
    term("tiers.*.live_registrations", "live registration limit", "DR-11", Better::Higher),
    term("tiers.*.discount_bp", "discount", "", Better::Higher),
    term("tiers.*.registered_uplift_bp", "uplift of registered deals", "", Better::Higher),
    term("tiers.*.referral_fee_bp", "referral fee", "", Better::Higher),
    term("tiers.*.mdf_accrual_bp", "accrual of marketing funds", "MD-01", Better::Higher),
    term("tiers.*.sourced_arr_minor.from", "sourced revenue from", "TR-01", Better::Lower),
    term("tiers.*.sourced_arr_minor.below", "sourced revenue below", "TR-01", Better::Neutral),
    term("tiers.*.entry", "entry conditions", "TR-01", Better::Shorter),
    term("tiers.*.keep", "conditions to stay", "TR-01", Better::Shorter),
    term("tiers.*.benefits", "benefits", "TR-10", Better::Longer),
    term("tiers.*.certified_sales", "certified sellers required", "TR-01", Better::Lower),
    term("tiers.*.certified_technical", "certified engineers required", "TR-01", Better::Lower),
];
