//! Reading registrations through the API.

use domain::{
    deal_registration::{
        availability::Availability, lockout::LockoutDecision, stage::StageKind, state_on::StateOn,
        status::StatusKind,
    },
    ids::{ProgramId, RegistrationId},
    rule_id::RuleId,
    text,
};
use schemars::JsonSchema;
use serde::Serialize;

use super::writing;
use crate::deal_registration::{availability, history, read, receipts, store::EntryView};
use channel::program;
use frame::{error::AppError, reply::Reply, request::Req};

/// What happened to a registration, or what was true of it on a day.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct TimelineBody {
    /// What happened, oldest first; empty when a day was asked for.
    data: Vec<EntryBody>,
    /// What was true at the end of the day asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<StateBody>,
}

/// One thing that happened.
#[derive(Debug, Serialize, JsonSchema)]
struct EntryBody {
    /// When it took effect.
    at: String,
    /// What, for example `approved`.
    kind: String,
    /// The rule that acted.
    rule: Option<&'static str>,
    /// One sentence.
    words: String,
    /// Reasons and arithmetic.
    why: String,
    /// Who did it.
    by: String,
    /// True when the partner does not see it.
    vendor_only: bool,
}

/// What was true of a registration at the end of a day.
#[derive(Debug, Serialize, JsonSchema)]
struct StateBody {
    /// The day, in the program's zone.
    on: String,
    /// Where it stood; `null` before it was begun.
    status: Option<&'static str>,
    /// The program version that judged it.
    policy_version: Option<u32>,
    /// The sales stage.
    stage: Option<&'static str>,
    /// Whether it held the account.
    holds_account: bool,
    /// The last protected day as it stood then.
    protected_until: Option<String>,
    /// Whether direct sales was locked out by it.
    locked_out: bool,
    /// Whether the clocks stood still.
    clocks_frozen: bool,
    /// All of it as sentences.
    words: Vec<String>,
}

impl From<StateOn> for StateBody {
    fn from(state: StateOn) -> Self {
        Self {
            on: state.on.to_string(),
            status: state.status.map(StatusKind::word),
            policy_version: state.policy_version,
            stage: state.stage.map(StageKind::word),
            holds_account: state.holder.is_some(),
            protected_until: state.protected_until.map(|on| on.to_string()),
            locked_out: matches!(state.lockout, LockoutDecision::Refused(_)),
            clocks_frozen: state.clocks_frozen,
            words: state.words,
        }
    }
}

impl From<EntryView> for EntryBody {
    fn from(entry: EntryView) -> Self {
        Self {
            at: entry.at.to_string(),
            kind: entry.kind,
            rule: entry.rule.map(RuleId::as_str),
            words: entry.words,
            why: entry.why,
            by: entry.by_name,
            vendor_only: entry.vendor_only,
        }
    }
}

/// The answer to “is it free?”. It has no room for a holder.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct AvailabilityBody {
    /// `free`, `protected`, `house_account`, `needs_review` or `needs_name`.
    answer: &'static str,
    /// The last protected day when it is protected, else `null`.
    protected_until: Option<String>,
    /// The answer as a sentence.
    words: String,
    /// How many answers about accounts are left within the hour; `null` for the vendor. Submissions
    /// that are refused or need a look count as well.
    questions_left: Option<u32>,
}

/// `GET /api/v1/deal-registrations/{id}`
pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: RegistrationId = req.id("id")?;
    let registration = read::find(&mut req.cx, &id)?;
    writing::reply(req, &registration)
}

/// `GET /api/v1/deal-registrations/{id}/timeline`
pub(super) fn timeline(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: RegistrationId = req.id("id")?;
    let on = req.query().get("on").map(text::day).transpose();
    let on = on.map_err(|error| AppError::field("on", error.to_string()))?;
    if let Some(on) = on {
        let state = history::state(&mut req.cx, &id, on)?;
        return Reply::json(&TimelineBody { data: Vec::new(), state: Some(state.into()) });
    }
    let entries = read::timeline(&mut req.cx, &id)?;
    let data = entries.into_iter().map(EntryBody::from).collect();
    Reply::json(&TimelineBody { data, state: None })
}

/// `GET /api/v1/deal-registrations/{id}/amendments`
pub(super) fn amendments(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: RegistrationId = req.id("id")?;
    let entries = read::timeline(&mut req.cx, &id)?;
    let data = entries
        .into_iter()
        .filter(|entry| entry.kind == "amended" || entry.kind == "stage_set")
        .map(EntryBody::from)
        .collect();
    Reply::json(&TimelineBody { data, state: None })
}

/// `GET /api/v1/deal-registrations/{id}/receipt`
pub(super) fn receipt(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: RegistrationId = req.id("id")?;
    Reply::json(&read::receipt(&mut req.cx, &id)?)
}

/// `GET /api/v1/receipt-key`
pub(super) fn receipt_key(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    Reply::json(&receipts::public_key(&mut req.cx)?)
}

/// `GET /api/v1/receipts`
pub(super) fn receipt_chain(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let url = req.query();
    let program_id: ProgramId = match url.get("program_id") {
        Some(text) => writing::id_of("program_id", text)?,
        None => program::only_program(&mut req.cx)?,
    };
    let after = url.get("after").unwrap_or("0").parse::<i64>().ok().filter(|after| *after >= 0);
    let after = after.ok_or_else(|| AppError::field("after", "Send a whole number from 0"))?;
    let chain = receipts::chain(&mut req.cx, &program_id, after)?;
    Reply::json(&serde_json::json!({ "data": chain }))
}

/// `GET /api/v1/availability`
pub(super) fn availability(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let url = req.query();
    let answer = availability::ask(&mut req.cx, url.get("q").unwrap_or(""))?;
    let protected_until = match answer.availability {
        Availability::Protected { until_on } => Some(until_on.to_string()),
        Availability::Free
        | Availability::HouseAccount
        | Availability::NeedsReview
        | Availability::NeedsName => None,
    };
    Reply::json(&AvailabilityBody {
        answer: answer.availability.as_str(),
        protected_until,
        words: answer.words,
        questions_left: answer.left,
    })
}
