//! Direct sales through the API.

pub(super) mod attempts;

use std::collections::BTreeMap;

use domain::{
    deal_registration::activity::ActivityKind,
    ids::{AccountId, OpportunityId},
    money::{Currency, Money},
};
use http::StatusCode;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    Outcome, Refused, Through,
    close::CloseOpportunity,
    record::{RecordActivity, RecordOpportunity},
    store::{self, Filter, Opportunity},
};
use crate::core::{
    answer,
    ctx::Cx,
    error::{AppError, Refusal},
    reply::Reply,
    request::Req,
};

/// A page of direct opportunities.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct OpportunityPage {
    /// The latest opened first.
    data: Vec<OpportunityShort>,
    /// Give it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// An amount of money.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AmountBody {
    /// In the smallest unit of the currency.
    minor: i64,
    /// ISO 4217.
    currency: String,
}

/// A direct opportunity in a list.
#[derive(Debug, Serialize, JsonSchema)]
struct OpportunityShort {
    /// Its id.
    id: String,
    /// The account's id.
    account_id: String,
    /// The account's name.
    account_name: String,
    /// What it is called.
    name: String,
    /// The owner's id; empty when not known here.
    owner_user_id: String,
    /// The owner's name.
    owner_name: String,
    /// The product line's code, empty when open.
    product: String,
    /// `open`, `won` or `lost`.
    stage: &'static str,
    /// The expected amount.
    amount: AmountBody,
    /// When it was opened.
    opened_on: String,
    /// When the order is expected.
    close_on: Option<String>,
    /// When it was closed.
    closed_on: Option<String>,
    /// Its id in the CRM, empty for none.
    external_id: String,
}

/// A direct opportunity with its activities.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct OpportunityBody {
    #[serde(flatten)]
    short: OpportunityShort,
    /// Why it could be recorded although a partner protects the account; empty otherwise.
    permitted_by: String,
    /// `page`, `api`, `import` or `crm`.
    through: String,
    /// The note of its closing.
    closing_note: String,
    /// Its activities and those of the account, newest first.
    activities: Vec<ActivityBody>,
}

/// A direct activity.
#[derive(Debug, Serialize, JsonSchema)]
struct ActivityBody {
    /// Its id.
    id: String,
    /// `call`, `meeting`, `demo`, `proposal`, `email` or `visit`.
    kind: String,
    /// The day.
    occurred_on: String,
    /// What was said.
    note: String,
    /// Who recorded it.
    by: String,
    /// When it was recorded (RFC 3339, UTC).
    recorded_at: String,
}

/// A direct opportunity to be recorded.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OpportunityInput {
    /// The account's id.
    account_id: String,
    /// What it is called.
    name: String,
    /// The product line's code.
    #[serde(default)]
    product: String,
    /// The expected amount.
    amount: AmountBody,
    /// When it was opened; today when left out.
    opened_on: Option<String>,
    /// When the order is expected.
    close_on: Option<String>,
    /// Whose it is; the acting person's when left out.
    #[serde(default)]
    owner_user_id: String,
}

/// A direct activity to be recorded.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ActivityInput {
    /// `call`, `meeting`, `demo`, `proposal`, `email` or `visit`.
    kind: String,
    /// The day; today when left out.
    occurred_on: Option<String>,
    /// What was said.
    note: String,
}

/// How an opportunity ended.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ClosingInput {
    /// `won` or `lost`.
    outcome: String,
    /// The day; today when left out.
    closed_on: Option<String>,
    /// Why.
    #[serde(default)]
    note: String,
}

fn short(row: Opportunity) -> OpportunityShort {
    OpportunityShort {
        id: row.opportunity_id.into(),
        account_id: row.account_id.into(),
        account_name: row.account_name,
        name: row.name,
        owner_user_id: row.owner_user_id,
        owner_name: row.owner_name,
        product: row.product,
        stage: row.stage.word(),
        amount: AmountBody {
            minor: row.amount.minor,
            currency: row.amount.currency.as_str().to_owned(),
        },
        opened_on: row.opened_on.to_string(),
        close_on: row.close_on.map(|on| on.to_string()),
        closed_on: row.closed_on.map(|on| on.to_string()),
        external_id: row.external_id,
    }
}

pub(super) fn body(
    cx: &mut Cx<'_, '_>,
    id: &OpportunityId,
) -> Result<(OpportunityBody, i64), AppError> {
    let row = store::find(cx, id)?;
    let activities = store::activities(cx, &row)?.into_iter().map(|one| ActivityBody {
        id: one.activity_id,
        kind: one.kind,
        occurred_on: one.occurred_on.to_string(),
        note: one.note,
        by: one.by_name,
        recorded_at: one.recorded_at.to_string(),
    });
    let version = row.version;
    let body = OpportunityBody {
        permitted_by: row.permitted_by.clone(),
        through: row.through.clone(),
        closing_note: row.closing_note.clone(),
        activities: activities.collect(),
        short: short(row),
    };
    Ok((body, version))
}

fn optional_date(field: &str, text: Option<&str>) -> Result<Option<Date>, AppError> {
    text.map(|text| {
        text.parse::<Date>()
            .map_err(|_| AppError::field(field, "is no date; write it as 2026-03-31"))
    })
    .transpose()
}

/// The answer to a refused attempt, which is kept: 409 with the ways on.
fn refused(req: &Req<'_, '_>, refused: Refused) -> Reply {
    let here = format!("/api/v1/direct-attempts/{}", refused.attempt_id);
    let ways: Vec<serde_json::Value> =
        refused.ways_on.iter().map(|way| attempts::way(*way, &here)).collect();
    let words: Vec<String> = refused.ways_on.iter().map(|way| way.words()).collect();
    let extras = BTreeMap::from([
        ("attempt_id".to_owned(), json!(refused.attempt_id.as_str())),
        ("protected_until".to_owned(), json!(refused.protected_until.to_string())),
        ("ways_on".to_owned(), json!(ways)),
    ]);
    let message = format!("{} {}", refused.words, words.join(" "));
    answer::refusal_kept(req.input, &Refusal { rule: refused.rule, message, extras })
}

/// `GET /api/v1/direct-opportunities`
pub(super) fn list(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let limit = req.limit(50, 200)?;
    let url = req.query();
    let text = |name: &str| url.get(name).unwrap_or("").to_owned();
    let filter = Filter {
        stage: text("stage"),
        account_id: text("account"),
        owner_user_id: text("owner"),
        text: String::new(),
        cursor: url.get("cursor").map(str::to_owned),
        limit,
    };
    let (rows, next_cursor) = store::list(&mut req.cx, &filter)?;
    Reply::json(&OpportunityPage { data: rows.into_iter().map(short).collect(), next_cursor })
}

/// `POST /api/v1/direct-opportunities`
pub(super) fn create(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let input: OpportunityInput = req.json()?;
    let currency = Currency::parse(&input.amount.currency)
        .map_err(|error| AppError::field("amount", error.to_string()))?;
    let account_id = AccountId::parse(&input.account_id)
        .map_err(|_| AppError::field("account_id", "there is no such account"))?;
    let action = RecordOpportunity {
        account_id,
        name: input.name,
        product: input.product,
        amount: Money::new(input.amount.minor, currency),
        opened_on: optional_date("opened_on", input.opened_on.as_deref())?,
        close_on: optional_date("close_on", input.close_on.as_deref())?,
        owner_user_id: input.owner_user_id,
        through: Through::Api,
    };
    match action.run(&mut req.cx)? {
        Outcome::Refused(attempt) => Ok(refused(req, *attempt)),
        Outcome::Recorded(id) => {
            let (body, version) = body(&mut req.cx, &id)?;
            let location = format!("/api/v1/direct-opportunities/{id}");
            Ok(Reply::created(&location, &body)?.etag(version))
        }
    }
}

/// `GET /api/v1/direct-opportunities/{opportunity_id}`
pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: OpportunityId = req.id("opportunity_id")?;
    let (body, version) = body(&mut req.cx, &id)?;
    Ok(Reply::json(&body)?.etag(version))
}

/// `POST /api/v1/direct-opportunities/{opportunity_id}/activities`
pub(super) fn add_activity(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: OpportunityId = req.id("opportunity_id")?;
    let opportunity = store::find(&mut req.cx, &id)?;
    let input: ActivityInput = req.json()?;
    let kind = ActivityKind::parse(&input.kind).ok_or_else(|| {
        AppError::field("kind", "one of call, meeting, demo, proposal, email, visit")
    })?;
    let action = RecordActivity {
        account_id: opportunity.account_id,
        opportunity_id: Some(id.clone()),
        kind,
        occurred_on: optional_date("occurred_on", input.occurred_on.as_deref())?,
        note: input.note,
        through: Through::Api,
    };
    match action.run(&mut req.cx)? {
        Outcome::Refused(attempt) => Ok(refused(req, *attempt)),
        Outcome::Recorded(_) => {
            let (body, version) = body(&mut req.cx, &id)?;
            Ok(Reply::json_with(StatusCode::CREATED, &body)?.etag(version))
        }
    }
}

/// `POST /api/v1/direct-opportunities/{opportunity_id}/closing`
pub(super) fn close(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: OpportunityId = req.id("opportunity_id")?;
    let input: ClosingInput = req.json()?;
    let won = match input.outcome.as_str() {
        "won" => true,
        "lost" => false,
        _ => return Err(AppError::field("outcome", "won or lost")),
    };
    let action = CloseOpportunity {
        opportunity_id: id.clone(),
        won,
        closed_on: optional_date("closed_on", input.closed_on.as_deref())?,
        note: input.note,
    };
    action.run(&mut req.cx)?;
    let (body, version) = body(&mut req.cx, &id)?;
    Ok(Reply::json(&body)?.etag(version))
}
