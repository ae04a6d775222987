//! One registration as it is kept.

use db::{DbError, Value};
use domain::{
    deal_registration::{
        check::CheckSubject,
        freeze::Freeze,
        rejection::RejectionReason,
        rules::{DR_10, DR_11, DR_17},
        stage::{LostReason, StageKind},
        status::StatusKind,
    },
    ids::{AccountId, PartnerId, ProgramId, RegistrationId},
    money::{Currency, Money},
};
use jiff::{Timestamp, civil::Date};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Through which door a registration came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A page of the portal.
    Portal,
    /// The API.
    Api,
    /// A signed link.
    Link,
    /// A file that was imported.
    Import,
}

impl Source {
    /// The word in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Portal => "portal",
            Self::Api => "api",
            Self::Link => "link",
            Self::Import => "import",
        }
    }

    pub(super) fn parse(word: &str) -> Option<Self> {
        [Self::Portal, Self::Api, Self::Link, Self::Import]
            .into_iter()
            .find(|source| source.as_str() == word)
    }
}

/// Who found the deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The partner found it.
    #[default]
    Sourced,
    /// The vendor passed it on.
    Assigned,
}

impl Origin {
    /// The word in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sourced => "sourced",
            Self::Assigned => "assigned",
        }
    }

    /// The origin of a word; `None` for an unknown one.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Sourced, Self::Assigned].into_iter().find(|origin| origin.as_str() == word)
    }
}

/// A product line of a deal and how many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// The code of the product line in the program document.
    pub code: String,
    /// How many, at least 1.
    pub quantity: u32,
}

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
    pub products: Vec<Product>,
    /// Expected recurring revenue of a year.
    pub amount: Option<Money>,
    /// Expected value of the contract, in the same currency.
    pub contract_value: Option<Money>,
    /// When the order is expected.
    pub close_on: Option<Date>,
    /// What the company needs.
    pub need: String,
    /// Competitor or incumbent.
    pub competitor: String,
    /// Who found the deal.
    pub origin: Origin,
    /// The day on which the tender was published.
    pub rfp_on: Option<Date>,
    /// What the vendor should help with.
    pub help_wanted: String,
    /// What shows that the partner works this deal.
    pub evidence_note: String,
    /// The day of the first meeting.
    pub first_meeting_on: Option<Date>,
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

/// Everything kept of one registration; its parts (entries, activities …) have their own tables.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "each is explained in the migration that makes its column")]
pub struct Registration {
    pub registration_id: RegistrationId,
    pub number: i64,
    pub partner_id: PartnerId,
    pub account_id: Option<AccountId>,
    pub status: StatusKind,
    pub stage: StageKind,
    pub details: Details,
    pub currency: Currency,
    pub submitted_at: Option<Timestamp>,
    pub decision_due_at: Option<Timestamp>,
    pub protected_until: Option<Date>,
    pub lapses_on: Option<Date>,
    pub co_sell_at: Option<Timestamp>,
    pub in_dispute: bool,
    pub escalation_level: u32,
    pub changed_at: Timestamp,
    pub version: i64,
    pub holds_account: bool,
    pub attention_at: Option<Timestamp>,
    pub last_activity_on: Option<Date>,
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
    pub decision_reason: Option<RejectionReason>,
    pub approved_at: Option<Timestamp>,
    pub approved_on: Option<Date>,
    pub renewed_on: Option<Date>,
    pub renewals: u32,
    pub ended_at: Option<Timestamp>,
    pub closed_on: Option<Date>,
    pub lost_reason: Option<LostReason>,
    pub reminders: String,
    pub freezes: Vec<Freeze>,
    pub return_note: String,
    pub decision_note: String,
    pub checks: Vec<CheckView>,
}

impl Registration {
    /// What people call it: `R-000123`.
    pub fn reference(&self) -> String {
        reference(self.number)
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

    /// Forgets the marks that start with `prefix`, because their clock starts anew.
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

/// The columns in the order in which [`read`] and [`values`] take them, the two keys first.
pub(super) const COLUMNS: &str = "vendor_id, registration_id, number, partner_id, account_id, \
    account_name, status, stage, amount_minor, currency, close_on, submitted_at, decision_due_at, \
    protected_until, lapses_on, co_sell_at, in_dispute, escalation_level, changed_at, version, \
    holds_account, attention_at, last_activity_on, program_id, policy_version, track, tier, \
    source, submitted_by, created_at, ranked_at, returned_at, withdrawn_at, resubmissions, \
    breached_at, decided_at, decided_by, decision_reason, approved_at, approved_on, renewed_on, \
    renewals, ended_at, closed_on, lost_reason, reminders, freezes, account_domain, account_country, \
    account_postal_code, account_city, contact_name, contact_role, contact_email, contact_phone, \
    products, contract_minor, origin, rfp_on, first_meeting_on, relationship, need, competitor, \
    help_wanted, evidence_note, return_note, decision_note, checks";

/// The values of a registration in the order of [`COLUMNS`].
pub(super) fn values<'a>(
    vendor_id: &'a str,
    r: &'a Registration,
) -> Result<Vec<Value<'a>>, DbError> {
    let d = &r.details;
    let mut all = vec![
        vendor_id.into(),
        r.registration_id.as_str().into(),
        r.number.into(),
        r.partner_id.as_str().into(),
        r.account_id.as_ref().map_or("", AccountId::as_str).into(),
        d.account_name.as_str().into(),
        r.status.as_str().into(),
        r.stage.as_str().into(),
        d.amount.map(|money| money.minor).into(),
        r.currency.as_str().into(),
        date_text(d.close_on).into(),
        micros(r.submitted_at).into(),
        micros(r.decision_due_at).into(),
        date_text(r.protected_until).into(),
        date_text(r.lapses_on).into(),
        micros(r.co_sell_at).into(),
        r.in_dispute.into(),
        r.escalation_level.into(),
        r.changed_at.as_microsecond().into(),
        r.version.into(),
        r.holds_account.into(),
        micros(r.attention_at).into(),
        date_text(r.last_activity_on).into(),
        r.program_id.as_str().into(),
        r.policy_version.into(),
        r.track.as_str().into(),
        r.tier.as_str().into(),
        r.source.as_str().into(),
        r.submitted_by.as_str().into(),
        r.created_at.as_microsecond().into(),
        micros(r.ranked_at).into(),
        micros(r.returned_at).into(),
        micros(r.withdrawn_at).into(),
        r.resubmissions.into(),
        micros(r.breached_at).into(),
        micros(r.decided_at).into(),
        r.decided_by.as_str().into(),
        r.decision_reason.map_or("", RejectionReason::as_str).into(),
        micros(r.approved_at).into(),
        date_text(r.approved_on).into(),
        date_text(r.renewed_on).into(),
        r.renewals.into(),
        micros(r.ended_at).into(),
        date_text(r.closed_on).into(),
        r.lost_reason.map_or("", LostReason::as_str).into(),
        r.reminders.as_str().into(),
        freezes_text(&r.freezes).into(),
    ];
    all.extend(detail_values(r)?);
    Ok(all)
}

/// What the partner said, and what was answered: the end of [`COLUMNS`].
fn detail_values(r: &Registration) -> Result<Vec<Value<'_>>, DbError> {
    let d = &r.details;
    Ok(vec![
        d.account_domain.as_str().into(),
        d.account_country.as_str().into(),
        d.account_postal_code.as_str().into(),
        d.account_city.as_str().into(),
        d.contact_name.as_str().into(),
        d.contact_role.as_str().into(),
        d.contact_email.as_str().into(),
        d.contact_phone.as_str().into(),
        json(&d.products)?.into(),
        d.contract_value.map(|money| money.minor).into(),
        d.origin.as_str().into(),
        date_text(d.rfp_on).into(),
        date_text(d.first_meeting_on).into(),
        d.relationship.as_str().into(),
        d.need.as_str().into(),
        d.competitor.as_str().into(),
        d.help_wanted.as_str().into(),
        d.evidence_note.as_str().into(),
        r.return_note.as_str().into(),
        r.decision_note.as_str().into(),
        json(&r.checks)?.into(),
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

/// The freezes of a row; `None` when they cannot be read.
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

/// A JSON text of a row; `None` when it does not hold what it should.
pub(super) fn json_of<T: serde::de::DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_str(text).ok()
}

pub(super) fn date_text(on: Option<Date>) -> String {
    on.map_or_else(String::new, |on| on.to_string())
}

pub(super) fn micros(at: Option<Timestamp>) -> Option<i64> {
    at.map(Timestamp::as_microsecond)
}
