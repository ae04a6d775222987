//! The kinds of files, and the fields each of them fills.

use serde::{Deserialize, Serialize};

domain::words! {
    /// What the rows of a file are, in the order in which an empty installation is filled.
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum Kind {
        /// People of the vendor.
        #[default]
        VendorUsers = "vendor_users", "Vendor users",
        /// Companies.
        Accounts = "accounts", "Accounts",
        /// Opportunities of direct sales.
        DirectOpportunities = "direct_opportunities", "Direct opportunities",
        /// Partner companies with track, tier and agreement.
        Partners = "partners", "Partners",
        /// People of partners.
        PartnerUsers = "partner_users", "Partner users",
        /// Deal registrations.
        Registrations = "registrations", "Registrations",
    }
}

/// How the values of a field look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// One line of text.
    Text,
    /// Text of several lines.
    Lines,
    /// A day.
    Day,
    /// An amount of money.
    Amount,
}

/// A field that a column can fill.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// The word in mappings.
    pub key: &'static str,
    /// The label people read.
    pub label: &'static str,
    /// Whether a column must fill it.
    pub required: bool,
    /// How its values look.
    pub shape: Shape,
    /// What columns that fill it are called elsewhere: lower case, words apart.
    pub called: &'static [&'static str],
}

const fn text(key: &'static str, label: &'static str, called: &'static [&'static str]) -> Field {
    Field { key, label, required: false, shape: Shape::Text, called }
}

const fn lines(key: &'static str, label: &'static str, called: &'static [&'static str]) -> Field {
    Field { key, label, required: false, shape: Shape::Lines, called }
}

const fn needed(key: &'static str, label: &'static str, called: &'static [&'static str]) -> Field {
    Field { key, label, required: true, shape: Shape::Text, called }
}

const fn day(key: &'static str, label: &'static str, called: &'static [&'static str]) -> Field {
    Field { key, label, required: false, shape: Shape::Day, called }
}

const fn amount(key: &'static str, label: &'static str, called: &'static [&'static str]) -> Field {
    Field { key, label, required: false, shape: Shape::Amount, called }
}

const ACCOUNTS: &[Field] = &[
    needed(
        "name",
        "Name",
        &[
            "account",
            "account name",
            "company",
            "company name",
            "customer",
            "firma",
            "organization",
            "organisation",
        ],
    ),
    text(
        "external_id",
        "Id in the CRM",
        &["id", "account id", "external id", "crm id", "record id", "company id"],
    ),
    text("other_names", "Other names", &["alias", "aliases", "also known as", "trading as"]),
    text(
        "domain",
        "Internet domain",
        &["website", "web site", "url", "homepage", "company domain name", "domains"],
    ),
    text(
        "country",
        "Country",
        &[
            "billing country",
            "office location",
            "country code",
            "country region",
            "land",
            "location",
        ],
    ),
    text("region", "Region", &["state", "province", "billing state", "state region"]),
    text(
        "postal_code",
        "Postal code",
        &["zip", "zip code", "postcode", "billing zip", "billing postal code", "plz"],
    ),
    text("city", "City", &["billing city", "town", "ort", "stadt"]),
    text("industry", "Industry", &["sector", "branch", "branche", "vertical"]),
    text("segment", "Segment", &["customer segment", "size"]),
    text(
        "employees",
        "Employees",
        &["number of employees", "employee count", "headcount", "staff"],
    ),
    text("status", "Status", &["type", "account type", "lifecycle stage", "account status"]),
    text(
        "owner",
        "Direct owner",
        &["account owner", "owner name", "sales rep", "sales agent", "rep"],
    ),
    text(
        "parent",
        "Parent company",
        &["parent account", "subsidiary of", "parent company", "parent name", "ultimate parent"],
    ),
];

const OPPORTUNITIES: &[Field] = &[
    text(
        "external_id",
        "Id in the CRM",
        &["id", "opportunity id", "deal id", "external id", "record id"],
    ),
    needed(
        "account",
        "Account",
        &["account name", "company", "company name", "customer", "associated company"],
    ),
    text("account_domain", "Account's domain", &["website", "domain", "company domain"]),
    text("account_country", "Account's country", &["country", "billing country"]),
    text(
        "name",
        "Name",
        &["opportunity", "opportunity name", "deal", "deal name", "title", "subject"],
    ),
    text(
        "owner",
        "Owner",
        &[
            "sales agent",
            "sales rep",
            "opportunity owner",
            "deal owner",
            "rep",
            "owner name",
            "salesperson",
        ],
    ),
    text("product", "Product", &["product line", "product name", "solution"]),
    needed("stage", "Stage", &["deal stage", "stage name", "status", "opportunity stage", "phase"]),
    day(
        "opened_on",
        "Opened on",
        &[
            "engage date",
            "created",
            "created date",
            "create date",
            "open date",
            "created at",
            "date created",
        ],
    ),
    day(
        "close_on",
        "Closed or expected on",
        &["close date", "closed date", "expected close date", "closing date"],
    ),
    amount(
        "amount",
        "Amount",
        &["close value", "value", "deal value", "opportunity amount", "revenue", "acv", "arr"],
    ),
    text("currency", "Currency", &["currency code", "currency iso code", "amount currency"]),
];

const PARTNERS: &[Field] = &[
    needed("name", "Name", &["partner", "partner name", "company", "company name", "account name"]),
    text("external_id", "Id in another system", &["id", "partner id", "external id", "record id"]),
    text("domain", "Internet domain", &["website", "url", "homepage"]),
    text("country", "Country", &["country code", "billing country", "location"]),
    text("city", "City", &["billing city", "town"]),
    text("status", "Status", &["partner status"]),
    text(
        "manager",
        "Partner manager",
        &[
            "pam",
            "partner account manager",
            "channel manager",
            "owner",
            "account owner",
            "manager email",
        ],
    ),
    text("track", "Track", &["partner type", "type", "program track"]),
    text("tier", "Tier", &["level", "partner tier", "partner level"]),
    text("territories", "Territories", &["territory", "region", "regions"]),
    text("segments", "Segments", &["segment"]),
    day(
        "agreement_from",
        "Agreement from",
        &["agreement start", "contract start", "signed on", "start date", "agreement from on"],
    ),
    day(
        "agreement_until",
        "Agreement until",
        &["agreement end", "contract end", "end date", "expiry", "agreement until on"],
    ),
];

const PARTNER_USERS: &[Field] = &[
    needed(
        "partner",
        "Partner",
        &["partner name", "company", "company name", "account name", "partner id"],
    ),
    needed("email", "E-mail", &["e mail", "email address", "mail", "work email"]),
    needed("name", "Name", &["full name", "contact", "contact name", "person"]),
    text("roles", "Roles", &["role", "function"]),
    text("phone", "Phone", &["telephone", "phone number", "mobile"]),
];

const VENDOR_USERS: &[Field] = &[
    needed("name", "Name", &["full name", "sales agent", "agent", "employee", "person", "user"]),
    text("email", "E-mail", &["e mail", "email address", "mail", "work email"]),
    text("roles", "Roles", &["role", "function"]),
    text("territories", "Territories", &["territory", "regional office", "region", "office"]),
    text("phone", "Phone", &["telephone", "phone number", "mobile"]),
    text("manager", "Manager", &["sales manager", "reports to", "supervisor"]),
];

const REGISTRATIONS: &[Field] = &[
    needed("partner", "Partner", &["partner name", "reseller", "partner id", "registered by"]),
    needed(
        "account_name",
        "Account",
        &["account", "company", "company name", "customer", "end customer"],
    ),
    text("account_domain", "Account's domain", &["website", "domain", "company domain"]),
    text("account_country", "Account's country", &["country", "billing country"]),
    text("account_postal_code", "Account's postal code", &["postal code", "zip", "zip code"]),
    text("account_city", "Account's city", &["city", "town"]),
    text("contact_name", "Contact", &["contact name", "contact person", "buyer"]),
    text("contact_role", "Contact's role", &["contact title", "job title", "title"]),
    text("contact_email", "Contact's e-mail", &["contact mail", "email", "e mail"]),
    text("contact_phone", "Contact's phone", &["phone", "telephone"]),
    text("relationship", "Relationship", &["how do you know them"]),
    text("products", "Products", &["product", "product line", "solution"]),
    amount(
        "amount",
        "Expected annual revenue",
        &["arr", "deal value", "value", "expected arr", "deal size"],
    ),
    text("currency", "Currency", &["currency code"]),
    day("close_on", "Expected to close on", &["close date", "expected close date"]),
    lines("need", "Need", &["customer need", "pain", "description", "use case"]),
    text("competitor", "Competitor", &["competition", "competitors"]),
    lines("evidence_note", "Evidence", &["evidence", "notes", "note", "activity", "proof"]),
    day("first_meeting_on", "First meeting on", &["first meeting", "meeting date"]),
    text("decision", "Decision", &["status", "registration status", "state"]),
];

impl Kind {
    /// What a file of this kind brings, in a sentence.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Accounts => "The companies you sell to, with parents and CRM ids.",
            Self::DirectOpportunities => {
                "Opportunities of direct sales, open or closed; open ones are checked against \
                 partners' protection."
            }
            Self::Partners => "Partner companies with track, tier, territories and agreement.",
            Self::PartnerUsers => "Partner users; each is invited by mail.",
            Self::VendorUsers => "Your own users: sellers, partner managers and others.",
            Self::Registrations => "Deals that partners registered in another system.",
        }
    }

    /// The fields that columns can fill, in the order shown.
    pub const fn fields(self) -> &'static [Field] {
        match self {
            Self::Accounts => ACCOUNTS,
            Self::DirectOpportunities => OPPORTUNITIES,
            Self::Partners => PARTNERS,
            Self::PartnerUsers => PARTNER_USERS,
            Self::VendorUsers => VENDOR_USERS,
            Self::Registrations => REGISTRATIONS,
        }
    }
}
