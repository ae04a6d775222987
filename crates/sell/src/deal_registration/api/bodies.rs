//! The shapes of the bodies that the API gives.

use domain::{
    deal_registration::{
        rejection::RejectionReason,
        stage::{LostReason, StageKind},
        status::StatusKind,
    },
    ids::{AccountId, PartnerId, RegistrationId},
    money::Money,
};
use jiff::{Timestamp, civil::Date};
use schemars::JsonSchema;
use serde::Serialize;

use crate::deal_registration::store::{CheckView, ListRow, Product, Registration, reference};

/// An amount of money.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::deal_registration) struct MoneyBody {
    /// The amount in minor units, for example cents.
    minor: i64,
    /// ISO 4217.
    currency: String,
}

impl From<Money> for MoneyBody {
    fn from(money: Money) -> Self {
        Self { minor: money.minor, currency: money.currency.as_str().to_owned() }
    }
}

/// A registration as lists give it.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::deal_registration) struct RegistrationBody {
    #[schemars(with = "String")]
    id: RegistrationId,
    /// What people call it.
    reference: String,
    #[schemars(with = "String")]
    partner_id: PartnerId,
    /// The account; a partner reads it once the registration was approved.
    #[schemars(with = "Option<String>")]
    account_id: Option<AccountId>,
    account_name: String,
    status: StatusKind,
    stage: StageKind,
    amount: Option<MoneyBody>,
    #[schemars(with = "Option<String>")]
    close_on: Option<Date>,
    #[schemars(with = "Option<String>")]
    submitted_at: Option<Timestamp>,
    /// Until when the vendor promised an answer.
    #[schemars(with = "Option<String>")]
    decision_due_at: Option<Timestamp>,
    /// The last protected day.
    #[schemars(with = "Option<String>")]
    protected_until: Option<Date>,
    /// The first day without lockout when nothing is documented.
    #[schemars(with = "Option<String>")]
    lapses_on: Option<Date>,
    /// Since when direct sales is in under a lapse.
    #[schemars(with = "Option<String>")]
    co_sell_at: Option<Timestamp>,
    in_dispute: bool,
    /// Whether it holds its account. A live one that lost a conflict case does not, and protects nothing.
    holds_account: bool,
    escalation_level: u32,
    #[schemars(with = "String")]
    changed_at: Timestamp,
    version: i64,
}

impl RegistrationBody {
    /// The body of a row for a reader of the vendor or of the partner. Rule AC-05.
    pub(in crate::deal_registration) fn of(row: ListRow, for_vendor: bool) -> Self {
        let is_told = for_vendor || row.approved_at.is_some();
        Self {
            reference: reference(row.number),
            id: row.registration_id,
            partner_id: row.partner_id,
            account_id: row.account_id.filter(|_| is_told),
            account_name: row.account_name,
            status: row.status,
            stage: row.stage,
            amount: row.amount.map(MoneyBody::from),
            close_on: row.close_on,
            submitted_at: row.submitted_at,
            decision_due_at: row.decision_due_at,
            protected_until: row.protected_until,
            lapses_on: row.lapses_on,
            co_sell_at: row.co_sell_at,
            in_dispute: row.in_dispute,
            holds_account: row.holds_account,
            escalation_level: row.escalation_level,
            changed_at: row.changed_at,
            version: row.version,
        }
    }
}

/// A registration that waits for the vendor's decision.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::deal_registration) struct QueuedBody {
    #[serde(flatten)]
    registration: RegistrationBody,
    /// The name of the partner manager who decides first; empty when operations does.
    decider: String,
}

impl QueuedBody {
    pub(in crate::deal_registration) fn of(row: ListRow, decider: String, vendor: bool) -> Self {
        Self { registration: RegistrationBody::of(row, vendor), decider }
    }
}

/// A registration, with everything that is kept of it.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RegistrationDetail<'a> {
    id: &'a str,
    /// What people call it.
    reference: String,
    program_id: &'a str,
    /// The version of the program that judges it.
    policy_version: i64,
    partner_id: &'a str,
    /// The account; a partner reads it once the registration was approved.
    account_id: Option<&'a str>,
    account_name: &'a str,
    account_domain: &'a str,
    account_country: &'a str,
    account_postal_code: &'a str,
    account_city: &'a str,
    contact_name: &'a str,
    contact_role: &'a str,
    contact_email: &'a str,
    contact_phone: &'a str,
    relationship: &'a str,
    products: &'a [Product],
    amount: Option<MoneyBody>,
    contract_value: Option<MoneyBody>,
    close_on: Option<String>,
    need: &'a str,
    competitor: &'a str,
    origin: &'a str,
    rfp_on: Option<String>,
    help_wanted: &'a str,
    evidence_note: &'a str,
    first_meeting_on: Option<String>,
    track: &'a str,
    tier: &'a str,
    stage: &'a str,
    lost_reason: Option<&'a str>,
    status: &'a str,
    in_dispute: bool,
    /// Whether it holds its account. A live one that lost a conflict case does not, and protects nothing.
    holds_account: bool,
    source: &'a str,
    created_at: String,
    submitted_at: Option<String>,
    /// The submission time that counts against rivals.
    ranked_at: Option<String>,
    resubmissions: u32,
    return_note: &'a str,
    /// Until when the vendor promised an answer.
    decision_due_at: Option<String>,
    escalation_level: u32,
    breached_at: Option<String>,
    decided_at: Option<String>,
    decision_reason: Option<&'a str>,
    decision_note: &'a str,
    approved_on: Option<String>,
    /// The last protected day.
    protected_until: Option<String>,
    renewals: u32,
    last_activity_on: Option<String>,
    /// The first day without lockout when nothing is documented.
    lapses_on: Option<String>,
    /// Since when direct sales is in under a lapse.
    co_sell_at: Option<String>,
    closed_on: Option<String>,
    /// The automatic checks of the latest submission. The vendor reads all of them in its own words,
    /// a partner those about itself and one line about the account.
    checks: Vec<CheckBody>,
    changed_at: String,
    /// The version for `If-Match`.
    version: i64,
}

/// An automatic check.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::deal_registration) struct CheckBody {
    rule: String,
    /// `passed`, `warned`, `needs_person` or `refused`.
    outcome: String,
    words: String,
}

impl CheckBody {
    /// The check for a reader; `None` when it is a partner that does not read it.
    pub(in crate::deal_registration) fn of(check: &CheckView, for_vendor: bool) -> Option<Self> {
        let words = check.words_for(for_vendor)?.to_owned();
        Some(Self { rule: check.rule.clone(), outcome: check.outcome.clone(), words })
    }
}

fn text<T: ToString>(value: Option<T>) -> Option<String> {
    value.map(|value| value.to_string())
}

impl<'a> RegistrationDetail<'a> {
    /// The body of a registration for a reader of the vendor or of the partner.
    pub(super) fn of(r: &'a Registration, for_vendor: bool) -> Self {
        let d = &r.details;
        Self {
            id: r.registration_id.as_str(),
            reference: r.reference(),
            program_id: r.program_id.as_str(),
            policy_version: r.policy_version,
            partner_id: r.partner_id.as_str(),
            account_id: account_id(r, for_vendor),
            account_name: &d.account_name,
            account_domain: &d.account_domain,
            account_country: &d.account_country,
            account_postal_code: &d.account_postal_code,
            account_city: &d.account_city,
            contact_name: &d.contact_name,
            contact_role: &d.contact_role,
            contact_email: &d.contact_email,
            contact_phone: &d.contact_phone,
            relationship: &d.relationship,
            products: &d.products,
            amount: d.amount.map(MoneyBody::from),
            contract_value: d.contract_value.map(MoneyBody::from),
            close_on: text(d.close_on),
            need: &d.need,
            competitor: &d.competitor,
            origin: d.origin.word(),
            rfp_on: text(d.rfp_on),
            help_wanted: &d.help_wanted,
            evidence_note: &d.evidence_note,
            first_meeting_on: text(d.first_meeting_on),
            track: &r.track,
            tier: &r.tier,
            stage: r.stage.word(),
            lost_reason: r.lost_reason.map(LostReason::word),
            status: r.status.word(),
            in_dispute: r.in_dispute,
            holds_account: r.holds_account,
            source: r.source.word(),
            created_at: r.created_at.to_string(),
            submitted_at: text(r.submitted_at),
            ranked_at: text(r.ranked_at),
            resubmissions: r.resubmissions,
            return_note: &r.return_note,
            decision_due_at: text(r.decision_due_at),
            escalation_level: r.escalation_level,
            breached_at: text(r.breached_at),
            decided_at: text(r.decided_at),
            decision_reason: r.decision_reason.map(RejectionReason::word),
            decision_note: &r.decision_note,
            approved_on: text(r.approved_on),
            protected_until: text(r.protected_until),
            renewals: r.renewals,
            last_activity_on: text(r.last_activity_on),
            lapses_on: text(r.lapses_on),
            co_sell_at: text(r.co_sell_at),
            closed_on: text(r.closed_on),
            checks: checks(r, for_vendor),
            changed_at: r.changed_at.to_string(),
            version: r.version,
        }
    }
}

/// The account that the vendor recognised. Before it approves, its id would tell a partner whether
/// the vendor knew the company before. Rule AC-05.
fn account_id(r: &Registration, for_vendor: bool) -> Option<&str> {
    let is_told = for_vendor || r.approved_at.is_some();
    r.account_id.as_ref().filter(|_| is_told).map(AccountId::as_str)
}

/// The checks that the side may read, in its words.
fn checks(r: &Registration, for_vendor: bool) -> Vec<CheckBody> {
    r.checks.iter().filter_map(|check| CheckBody::of(check, for_vendor)).collect()
}
