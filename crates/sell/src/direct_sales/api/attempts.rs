//! Refused attempts through the API.

use domain::{deal_registration::lockout::WayOn, ids::AttemptId};
use http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    deal_registration::lockout::{Engagement, ask},
    direct_sales::{
        attempts::{self, Attempt},
        ways_on::{AskForConsent, DropHeld, ProposeCoSell, RecordHeld},
    },
};
use frame::{
    ctx::Cx,
    error::AppError,
    input::{Text, input},
    reply::Reply,
    request::Req,
};

/// A refused attempt.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::direct_sales) struct AttemptBody {
    /// Its id.
    id: String,
    /// The account's id.
    account_id: String,
    /// The account's name.
    account_name: String,
    /// The registration that protected the account.
    registration_id: String,
    /// Who tried.
    by: String,
    /// When (RFC 3339, UTC).
    at: String,
    /// What should have been recorded.
    what: String,
    /// `page`, `api`, `import` or `crm`.
    through: &'static str,
    /// The rule that refused.
    rule: String,
    /// The reason in words.
    words: String,
    /// The last protected day at that time.
    protected_until: String,
    /// True while something from the CRM or an import is held back.
    waits: bool,
    /// `recorded` or `dropped`; empty while it is not settled.
    settled_as: String,
    /// When that was (RFC 3339, UTC).
    settled_at: Option<String>,
    /// The option taken: `consent`, `co_sell` or empty.
    asked_for: String,
    /// The conflict case; empty for none.
    case_id: String,
}

/// A refused attempt with the current options.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::direct_sales) struct AttemptDetail {
    #[serde(flatten)]
    attempt: AttemptBody,
    /// True when the lockout permits engaging now.
    permitted: bool,
    /// The options now, quickest first.
    ways_on: Vec<Value>,
}

input! {
    /// A message to somebody else.
    pub(in crate::direct_sales) struct WordsInput {
        /// 1 to 4,000 characters.
        words: String => Text::lines("Words", 4_000).required("Enter what you want to do"),
    }
}

/// A way on as the API gives it; `here` is the address of the attempt.
pub(super) fn way(way: WayOn, here: &str) -> Value {
    match way {
        WayOn::AskConsent => json!({
            "way": "ask_consent", "words": way.words(), "post": format!("{here}/consent-request"),
        }),
        WayOn::CoSell => json!({
            "way": "co_sell", "words": way.words(), "post": format!("{here}/co-sell-proposal"),
        }),
        WayOn::WaitUntil { on } => json!({
            "way": "wait_until", "words": way.words(), "on": on.to_string(),
        }),
    }
}

pub(in crate::direct_sales) fn short(row: Attempt) -> AttemptBody {
    AttemptBody {
        waits: row.waits(),
        id: row.attempt_id.into(),
        account_id: row.account_id.into(),
        account_name: row.account_name,
        registration_id: row.registration_id.into(),
        by: row.by_name,
        at: row.at.to_string(),
        what: row.what,
        through: row.through.word(),
        rule: row.rule,
        words: row.words,
        protected_until: row.protected_until.map_or_else(String::new, |day| day.to_string()),
        settled_as: row.settled_as,
        settled_at: row.settled_at.map(|at| at.to_string()),
        asked_for: row.asked_for,
        case_id: row.case_id,
    }
}

fn body(cx: &mut Cx<'_, '_>, id: &AttemptId) -> Result<AttemptDetail, AppError> {
    let row = attempts::find(cx, id)?;
    let here = format!("/api/v1/direct-attempts/{id}");
    let (permitted, ways_on) = match ask(cx, &row.account_id)? {
        Engagement::Permitted { .. } => (true, Vec::new()),
        Engagement::Refused(lockout) => {
            (false, lockout.ways_on.iter().map(|one| way(*one, &here)).collect())
        }
    };
    Ok(AttemptDetail { attempt: short(row), permitted, ways_on })
}

/// `GET /api/v1/direct-attempts/{attempt_id}`
pub(in crate::direct_sales) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: AttemptId = req.id("attempt_id")?;
    Reply::json(&body(&mut req.cx, &id)?)
}

/// `POST /api/v1/direct-attempts/{attempt_id}/consent-request`
pub(in crate::direct_sales) fn ask_consent(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let attempt_id: AttemptId = req.id("attempt_id")?;
    let input: WordsInput = req.body_as()?;
    let action = AskForConsent { attempt_id: attempt_id.clone(), purpose: input.words };
    action.run(&mut req.cx)?;
    Reply::json_with(StatusCode::ACCEPTED, &body(&mut req.cx, &attempt_id)?)
}

/// `POST /api/v1/direct-attempts/{attempt_id}/co-sell-proposal`
pub(in crate::direct_sales) fn propose(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let attempt_id: AttemptId = req.id("attempt_id")?;
    let input: WordsInput = req.body_as()?;
    let action = ProposeCoSell { attempt_id: attempt_id.clone(), words: input.words };
    action.run(&mut req.cx)?;
    Reply::json_with(StatusCode::ACCEPTED, &body(&mut req.cx, &attempt_id)?)
}

/// `POST /api/v1/direct-attempts/{attempt_id}/recording`
pub(in crate::direct_sales) fn record_held(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let attempt_id: AttemptId = req.id("attempt_id")?;
    let id = RecordHeld { attempt_id }.run(&mut req.cx)?;
    let (body, version) = super::body(&mut req.cx, &id)?;
    let location = format!("/api/v1/direct-opportunities/{id}");
    Ok(Reply::created(&location, &body)?.etag(version))
}

/// `POST /api/v1/direct-attempts/{attempt_id}/dropping`
pub(in crate::direct_sales) fn drop_held(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let attempt_id: AttemptId = req.id("attempt_id")?;
    DropHeld { attempt_id }.run(&mut req.cx)?;
    Ok(Reply::no_content())
}
