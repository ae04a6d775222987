//! One registration as it is kept.

use db::{Column, DbError, Value};
use domain::{
    deal_registration::{
        check::CheckSubject,
        freeze::Freeze,
        rejection::RejectionReason,
        rules::{DR_10, DR_11, DR_17},
        stage::{LostReason, StageKind},
        status::StatusKind,
    },
    folding::folded,
    ids::{AccountId, PartnerId, ProgramId, RegistrationId},
    money::{Currency, Money},
};
use jiff::{Timestamp, civil::Date};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use frame::columns::{Json, Ours};

domain::words! {
    /// Through which door a registration came.
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "snake_case")]
    pub enum Source {
        /// A page of the portal.
        #[default]
        Portal = "portal", "Portal",
        /// The API.
        Api = "api", "API",
        /// A signed link.
        Link = "link", "Link",
        /// A file that was imported.
        Import = "import", "Import",
    }
}

frame::columns::words!(Source, Origin);

domain::words! {
    /// Who found the deal.
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "snake_case")]
    pub enum Origin {
        /// The partner found it.
        #[default]
        Sourced = "sourced", "Sourced",
        /// The vendor passed it on.
        Assigned = "assigned", "Assigned",
    }
}

/// A product line of a deal and how many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// The product line's code in the program document.
    pub code: String,
    /// How many, at least 1.
    pub quantity: u32,
}

db::row! {
    /// What the partner said of the deal. Empty text means that nothing was given.
    #[derive(Debug, Clone, PartialEq, Eq, Default)]
    pub struct Details {
        /// The company's legal name.
        pub account_name: String,
        /// Its internet domain in ASCII.
        pub account_domain: String,
        /// Its country, ISO 3166 alpha-2.
        pub account_country: String,
        /// Its postal code.
        pub account_postal_code: String,
        /// Its city.
        pub account_city: String,
        /// The person at the company.
        pub contact_name: String,
        /// What that person does.
        pub contact_role: String,
        /// Its e-mail address.
        pub contact_email: String,
        /// Its telephone number.
        pub contact_phone: String,
        /// How the partner and the company know each other.
        pub relationship: String,
        /// The product lines, at most 50.
        pub products: Vec<Product> => |products: Json<Vec<Product>>| products.0,
        /// Expected recurring revenue of a year.
        pub amount: Option<Money>,
        /// Expected value of the contract, in the same currency.
        pub contract_value: Option<Money>,
        /// When the order is expected.
        pub close_on: Option<Date> = "",
        /// What the company needs.
        pub need: String,
        /// Competitor or incumbent.
        pub competitor: String,
        /// Who found the deal.
        pub origin: Origin,
        /// The day on which the tender was published.
        pub rfp_on: Option<Date> = "",
        /// What the vendor should help with.
        pub help_wanted: String,
        /// What shows that the partner works this deal.
        pub evidence_note: String,
        /// The day of the first meeting.
        pub first_meeting_on: Option<Date> = "",
    }
}

/// An automatic check as it is kept with the submission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CheckView {
    /// The rule that was checked.
    pub rule: String,
    /// What was looked at; `None` for a submission from before this was kept.
    #[serde(default)]
    pub subject: Option<CheckSubject>,
    /// `passed`, `warned`, `needs_person` or `refused`.
    pub outcome: String,
    /// What the vendor reads.
    pub words: String,
    /// What the partner reads.
    pub partner_words: String,
}

impl CheckView {
    /// The words for a reader; `None` when it is a partner that does not read this check. Old
    /// submissions do not say what was looked at: of them a partner reads what is surely its own.
    /// Rules DR-18, AC-05.
    pub fn words_for(&self, for_vendor: bool) -> Option<&str> {
        if for_vendor {
            return Some(&self.words);
        }
        let own = [DR_10, DR_11, DR_17];
        let is_told = match self.subject {
            Some(subject) => subject.is_told(),
            None => own.iter().any(|rule| rule.as_str() == self.rule),
        };
        is_told.then_some(self.partner_words.as_str())
    }
}

db::row! {
    /// Everything kept of one registration; its parts (entries, activities …) have their own tables.
    #[derive(Debug, Clone)]
    #[expect(missing_docs, reason = "each is explained in the migration that makes its column")]
    pub struct Registration {
        pub registration_id: RegistrationId,
        pub number: i64,
        pub partner_id: PartnerId,
        pub account_id: Option<AccountId> = "",
        pub status: StatusKind,
        pub stage: StageKind,
        pub currency: Currency,
        pub submitted_at: Option<Timestamp>,
        pub decision_due_at: Option<Timestamp>,
        pub protected_until: Option<Date> = "",
        pub lapses_on: Option<Date> = "",
        pub co_sell_at: Option<Timestamp>,
        pub in_dispute: bool,
        pub escalation_level: u32,
        pub changed_at: Timestamp,
        pub version: i64,
        pub holds_account: bool,
        pub attention_at: Option<Timestamp>,
        pub last_activity_on: Option<Date> = "",
        pub program_id: ProgramId,
        pub policy_version: i64,
        pub track: String,
        pub tier: String,
        pub source: Source,
        pub submitted_by: String,
        pub created_at: Timestamp,
        pub ranked_at: Option<Timestamp>,
        pub returned_at: Option<Timestamp>,
        pub withdrawn_at: Option<Timestamp>,
        pub resubmissions: u32,
        pub breached_at: Option<Timestamp>,
        pub decided_at: Option<Timestamp>,
        pub decided_by: String,
        pub decision_reason: Option<RejectionReason> = "",
        pub approved_at: Option<Timestamp>,
        pub approved_on: Option<Date> = "",
        pub renewed_on: Option<Date> = "",
        pub renewals: u32,
        pub ended_at: Option<Timestamp>,
        pub closed_on: Option<Date> = "",
        pub lost_reason: Option<LostReason> = "",
        pub reminders: String,
        pub freezes: Vec<Freeze> => |freezes: Freezes| freezes.0,
        pub return_note: String,
        pub decision_note: String,
        pub checks: Vec<CheckView> => |checks: Json<Vec<CheckView>>| checks.0,
        pub details: Details,
    }
}

impl Registration {
    /// What people call it: `R-000123`.
    pub fn reference(&self) -> String {
        reference(self.number)
    }

    /// Whether everything of it can still be changed, the company as well (DR-16, DR-21).
    pub fn is_being_written(&self) -> bool {
        self.status.is_being_written(self.approved_at.is_some())
    }

    /// The page of it.
    pub fn href(&self) -> String {
        format!("/registrations/{}", self.registration_id)
    }

    /// True when the clocks already did `mark`.
    pub fn has_mark(&self, mark: &str) -> bool {
        self.reminders.split(' ').any(|done| done == mark)
    }

    /// Remembers that the clocks did `mark`.
    pub fn mark(&mut self, mark: &str) {
        if self.has_mark(mark) {
            return;
        }
        if !self.reminders.is_empty() {
            self.reminders.push(' ');
        }
        self.reminders.push_str(mark);
    }

    /// Forgets the marks that start with `prefix`, because their clock restarts.
    pub fn unmark(&mut self, prefix: &str) {
        let kept: Vec<&str> =
            self.reminders.split(' ').filter(|mark| !mark.starts_with(prefix)).collect();
        self.reminders = kept.join(" ");
    }
}

/// What people call the registration of that number.
pub fn reference(number: i64) -> String {
    format!("R-{number:06}")
}

/// The columns of a [`Registration`], in the order of its fields.
pub(super) const LIST: &str = "registration_id, number, partner_id, account_id, status, stage, currency, submitted_at, \
    decision_due_at, protected_until, lapses_on, co_sell_at, in_dispute, escalation_level, \
    changed_at, version, holds_account, attention_at, last_activity_on, program_id, \
    policy_version, track, tier, source, submitted_by, created_at, ranked_at, returned_at, \
    withdrawn_at, resubmissions, breached_at, decided_at, decided_by, decision_reason, \
    approved_at, approved_on, renewed_on, renewals, ended_at, closed_on, lost_reason, \
    reminders, freezes, return_note, decision_note, checks, account_name, account_domain, \
    account_country, account_postal_code, account_city, contact_name, contact_role, \
    contact_email, contact_phone, relationship, products, amount_minor, currency, \
    contract_minor, currency, close_on, need, competitor, origin, rfp_on, help_wanted, \
    evidence_note, first_meeting_on";

/// What is stored of a registration: the columns and their values, the two keys first.
pub(super) fn columns<'a>(
    vendor_id: &'a str,
    r: &'a Registration,
) -> Result<Vec<(&'static str, Value<'a>)>, DbError> {
    let d = &r.details;
    let mut all = vec![
        ("vendor_id", vendor_id.into()),
        ("registration_id", r.registration_id.as_str().into()),
        ("number", r.number.into()),
        ("partner_id", r.partner_id.as_str().into()),
        ("account_id", r.account_id.as_ref().map_or("", AccountId::as_str).into()),
        ("account_name", d.account_name.as_str().into()),
        ("search_key", folded(&d.account_name).into()),
        ("status", r.status.word().into()),
        ("stage", r.stage.word().into()),
        ("amount_minor", d.amount.map(|money| money.minor).into()),
        ("currency", r.currency.as_str().into()),
        ("close_on", date_text(d.close_on).into()),
        ("submitted_at", micros(r.submitted_at).into()),
        ("decision_due_at", micros(r.decision_due_at).into()),
        ("protected_until", date_text(r.protected_until).into()),
        ("lapses_on", date_text(r.lapses_on).into()),
        ("co_sell_at", micros(r.co_sell_at).into()),
        ("in_dispute", r.in_dispute.into()),
        ("escalation_level", r.escalation_level.into()),
        ("changed_at", r.changed_at.as_microsecond().into()),
        ("version", r.version.into()),
        ("holds_account", r.holds_account.into()),
        ("attention_at", micros(r.attention_at).into()),
        ("last_activity_on", date_text(r.last_activity_on).into()),
        ("program_id", r.program_id.as_str().into()),
        ("policy_version", r.policy_version.into()),
        ("track", r.track.as_str().into()),
        ("tier", r.tier.as_str().into()),
        ("source", r.source.word().into()),
        ("submitted_by", r.submitted_by.as_str().into()),
        ("created_at", r.created_at.as_microsecond().into()),
        ("ranked_at", micros(r.ranked_at).into()),
        ("returned_at", micros(r.returned_at).into()),
        ("withdrawn_at", micros(r.withdrawn_at).into()),
        ("resubmissions", r.resubmissions.into()),
        ("breached_at", micros(r.breached_at).into()),
        ("decided_at", micros(r.decided_at).into()),
        ("decided_by", r.decided_by.as_str().into()),
        ("decision_reason", r.decision_reason.map_or("", RejectionReason::word).into()),
        ("approved_at", micros(r.approved_at).into()),
        ("approved_on", date_text(r.approved_on).into()),
        ("renewed_on", date_text(r.renewed_on).into()),
        ("renewals", r.renewals.into()),
        ("ended_at", micros(r.ended_at).into()),
        ("closed_on", date_text(r.closed_on).into()),
        ("lost_reason", r.lost_reason.map_or("", LostReason::word).into()),
        ("reminders", r.reminders.as_str().into()),
        ("freezes", freezes_text(&r.freezes).into()),
    ];
    all.extend(detail_columns(r)?);
    Ok(all)
}

/// What the partner said, and what was answered.
fn detail_columns(r: &Registration) -> Result<Vec<(&'static str, Value<'_>)>, DbError> {
    let d = &r.details;
    Ok(vec![
        ("account_domain", d.account_domain.as_str().into()),
        ("account_country", d.account_country.as_str().into()),
        ("account_postal_code", d.account_postal_code.as_str().into()),
        ("account_city", d.account_city.as_str().into()),
        ("contact_name", d.contact_name.as_str().into()),
        ("contact_role", d.contact_role.as_str().into()),
        ("contact_email", d.contact_email.as_str().into()),
        ("contact_phone", d.contact_phone.as_str().into()),
        ("products", json(&d.products)?.into()),
        ("contract_minor", d.contract_value.map(|money| money.minor).into()),
        ("origin", d.origin.word().into()),
        ("rfp_on", date_text(d.rfp_on).into()),
        ("first_meeting_on", date_text(d.first_meeting_on).into()),
        ("relationship", d.relationship.as_str().into()),
        ("need", d.need.as_str().into()),
        ("competitor", d.competitor.as_str().into()),
        ("help_wanted", d.help_wanted.as_str().into()),
        ("evidence_note", d.evidence_note.as_str().into()),
        ("return_note", r.return_note.as_str().into()),
        ("decision_note", r.decision_note.as_str().into()),
        ("checks", json(&r.checks)?.into()),
    ])
}

fn json<T: Serialize>(value: &T) -> Result<String, DbError> {
    serde_json::to_string(value).map_err(|error| DbError::Other(error.to_string()))
}

fn freezes_text(freezes: &[Freeze]) -> String {
    let words: Vec<String> = freezes
        .iter()
        .map(|freeze| {
            let until = micros(freeze.until_at).map_or_else(String::new, |at| at.to_string());
            format!("{}/{until}", freeze.from_at.as_microsecond())
        })
        .collect();
    words.join(" ")
}

/// The freezes as a column keeps them.
#[derive(Debug)]
struct Freezes(Vec<Freeze>);

impl Column<Ours> for Freezes {
    fn from_value(value: Value<'_>) -> Result<Self, String> {
        let freezes = freezes_of(db::text_of(&value)?);
        freezes.map(Self).ok_or_else(|| "these are no freezes".to_owned())
    }

    fn to_value(&self) -> Value<'_> {
        freezes_text(&self.0).into()
    }
}

/// The freezes of a column; `None` when they cannot be read.
pub(in crate::deal_registration) fn freezes_of(text: &str) -> Option<Vec<Freeze>> {
    let instant = |text: &str| Timestamp::from_microsecond(text.parse().ok()?).ok();
    text.split_whitespace()
        .map(|word| {
            let (from, until) = word.split_once('/')?;
            let until_at = if until.is_empty() { None } else { Some(instant(until)?) };
            Some(Freeze { from_at: instant(from)?, until_at })
        })
        .collect()
}

pub(super) fn date_text(on: Option<Date>) -> String {
    on.map_or_else(String::new, |on| on.to_string())
}

pub(super) fn micros(at: Option<Timestamp>) -> Option<i64> {
    at.map(Timestamp::as_microsecond)
}
