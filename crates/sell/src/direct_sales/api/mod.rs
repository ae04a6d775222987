//! Direct sales through the API.

pub(super) mod attempts;

use std::collections::BTreeMap;

use domain::ids::OpportunityId;
use http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::{
    Outcome, Refused, Through,
    close::ClosingInput,
    record::{ActivityInput, OnAccount, OpportunityInput, RecordActivity},
    store::{self, Opportunity},
};
use frame::{
    answer,
    ctx::Cx,
    error::{AppError, Refusal},
    reply::Reply,
    request::Req,
};

/// An amount of money.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct AmountBody {
    /// In minor units of the currency, for example cents.
    minor: i64,
    /// ISO 4217.
    currency: String,
}

/// A direct opportunity.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct OpportunityBody {
    /// Its id.
    id: String,
    /// The account's id.
    account_id: String,
    /// The account's name.
    account_name: String,
    /// The name.
    name: String,
    /// The owner's id; empty if unknown.
    owner_user_id: String,
    /// The owner's name.
    owner_name: String,
    /// The product line's code; empty if undecided.
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
pub(super) struct OpportunityDetail {
    #[serde(flatten)]
    opportunity: OpportunityBody,
    /// Why it was allowed although a partner protects the account; empty otherwise.
    permitted_by: String,
    /// `page`, `api`, `import` or `crm`.
    through: &'static str,
    /// The closing note.
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
    /// The note.
    note: String,
    /// Who recorded it.
    by: String,
    /// When it was recorded (RFC 3339, UTC).
    recorded_at: String,
}

pub(super) fn short(row: Opportunity) -> OpportunityBody {
    OpportunityBody {
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
) -> Result<(OpportunityDetail, i64), AppError> {
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
    let body = OpportunityDetail {
        permitted_by: row.permitted_by.clone(),
        through: row.through.word(),
        closing_note: row.closing_note.clone(),
        activities: activities.collect(),
        opportunity: short(row),
    };
    Ok((body, version))
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

/// `POST /api/v1/direct-opportunities`
pub(super) fn create(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let (input, on) = req.body_as::<(OpportunityInput, OnAccount)>()?;
    match input.run(&mut req.cx, (on.account_id, Through::Api))? {
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
    let input: ActivityInput = req.body_as()?;
    let action = RecordActivity {
        account_id: opportunity.account_id,
        opportunity_id: Some(id.clone()),
        kind: input.kind,
        occurred_on: input.occurred_on,
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
    req.body_as::<ClosingInput>()?.run(&mut req.cx, &id)?;
    let (body, version) = body(&mut req.cx, &id)?;
    Ok(Reply::json(&body)?.etag(version))
}
