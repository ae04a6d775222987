//! Merges, duplicates and questions about the same company through the API.

use domain::ids::AccountId;
use http::StatusCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::CandidateBody;
use crate::{
    accounts::{
        duplicates,
        merge::{MergeAccounts, MergeId, UndoMerge, contradictions, find},
        pages::duplicates::judge_different,
        questions::{self, Answer, AnswerQuestion, QuestionId},
        resolve::candidates_of,
        store,
    },
    core::{ctx::Cx, error::AppError, reply::Reply, request::Req},
};

/// Which account is taken in, and why.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::accounts) struct MergeInput {
    /// The account that is taken in by the one in the address.
    merged_account_id: String,
    /// How one knows that they are one company.
    reason: String,
}

/// A merge.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::accounts) struct MergeBody {
    /// Its id.
    id: String,
    /// The account that stayed.
    kept_account_id: String,
    /// The account that was taken in.
    merged_account_id: String,
    /// Why.
    reason: String,
    /// Who merged.
    merged_by: String,
    /// When (RFC 3339, UTC).
    merged_at: String,
    /// When it was undone (RFC 3339, UTC).
    undone_at: Option<String>,
    /// True while it can be undone.
    can_be_undone: bool,
    /// Why it cannot, in words.
    contradictions: Vec<String>,
}

fn body(cx: &mut Cx<'_, '_>, merge_id: &MergeId) -> Result<MergeBody, AppError> {
    let merge = find(cx, merge_id)?;
    let contradictions = contradictions(cx, &merge)?;
    Ok(MergeBody {
        id: merge.merge_id.into(),
        kept_account_id: merge.merging.kept.into(),
        merged_account_id: merge.merging.merged.into(),
        reason: merge.reason,
        merged_by: merge.merged_by_name,
        merged_at: merge.merged_at.to_string(),
        undone_at: merge.undone_at.map(|at| at.to_string()),
        can_be_undone: contradictions.is_empty(),
        contradictions,
    })
}

/// `POST /api/v1/accounts/{account_id}/merges`
pub(in crate::accounts) fn merge(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let kept: AccountId = req.id("account_id")?;
    store::get(&mut req.cx, &kept)?;
    let input: MergeInput = req.json()?;
    let unknown = || AppError::field("merged_account_id", "there is no such account");
    let merged = AccountId::parse(&input.merged_account_id).map_err(|_| unknown())?;
    match store::get(&mut req.cx, &merged) {
        Ok(_) => {}
        Err(AppError::NotFound) => return Err(unknown()),
        Err(error) => return Err(error),
    }
    let merge_id = MergeAccounts { kept, merged, reason: input.reason }.run(&mut req.cx)?;
    let location = format!("/api/v1/account-merges/{merge_id}");
    Reply::created(&location, &body(&mut req.cx, &merge_id)?)
}

/// `GET /api/v1/account-merges/{merge_id}`
pub(in crate::accounts) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let merge_id: MergeId = req.id("merge_id")?;
    Reply::json(&body(&mut req.cx, &merge_id)?)
}

/// `POST /api/v1/account-merges/{merge_id}/undoing`
pub(in crate::accounts) fn undo(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let merge_id: MergeId = req.id("merge_id")?;
    UndoMerge { merge_id: merge_id.clone() }.run(&mut req.cx)?;
    Reply::json(&body(&mut req.cx, &merge_id)?)
}

/// `GET /api/v1/accounts/{account_id}/candidates`
pub(in crate::accounts) fn candidates(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: AccountId = req.id("account_id")?;
    store::get(&mut req.cx, &id)?;
    let found = candidates_of(&mut req.cx, &id)?;
    let data = found.into_iter().map(CandidateBody::from).collect();
    Reply::json(&super::CandidatePage { data })
}

/// A page of possible duplicates.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::accounts) struct DuplicatePage {
    /// The most probable first.
    data: Vec<DuplicateBody>,
    /// Give it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
    /// When duplicates were last looked for (RFC 3339, UTC); `null` when never.
    searched_at: Option<String>,
}

/// Two accounts that may be one company.
#[derive(Debug, Serialize, JsonSchema)]
struct DuplicateBody {
    /// One account.
    left_account_id: String,
    /// Its name.
    left_name: String,
    /// The other account.
    right_account_id: String,
    /// Its name.
    right_name: String,
    /// How probable it is that they are one, in basis points (10,000 = certain).
    probability_bp: u32,
    /// Why, in words.
    reasons: Vec<String>,
}

/// `GET /api/v1/account-duplicates`
pub(in crate::accounts) fn duplicates(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let limit = req.limit(50, 200)?;
    let url = req.query();
    let cursor = url.get("cursor").map(str::to_owned);
    let (pairs, next_cursor) = duplicates::list(&mut req.cx, cursor.as_deref(), limit)?;
    let last = duplicates::last_search(&mut req.cx)?;
    let data = pairs.into_iter().map(|pair| DuplicateBody {
        left_account_id: pair.left.into(),
        left_name: pair.left_name,
        right_account_id: pair.right.into(),
        right_name: pair.right_name,
        probability_bp: pair.probability_bp,
        reasons: pair.reasons,
    });
    Reply::json(&DuplicatePage {
        data: data.collect(),
        next_cursor,
        searched_at: last.map(|last| last.at.to_string()),
    })
}

/// `POST /api/v1/account-duplicates/searches`
pub(in crate::accounts) fn search(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    duplicates::request_search(&mut req.cx)?;
    Reply::json_with(StatusCode::ACCEPTED, &serde_json::json!({ "state": "waiting" }))
}

/// Two accounts that are different companies.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::accounts) struct PairInput {
    /// One account.
    left_account_id: String,
    /// The other account.
    right_account_id: String,
}

/// `POST /api/v1/account-duplicates/different`
pub(in crate::accounts) fn different(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let input: PairInput = req.json()?;
    let id = |text: &str, field: &str| {
        AccountId::parse(text).map_err(|_| AppError::field(field, "there is no such account"))
    };
    let left = id(&input.left_account_id, "left_account_id")?;
    let right = id(&input.right_account_id, "right_account_id")?;
    judge_different(req, &left, &right)?;
    Ok(Reply::no_content())
}

/// A page of questions that wait.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::accounts) struct QuestionPage {
    /// Oldest first.
    data: Vec<QuestionBody>,
    /// Give it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// Whether an account is one that existed before.
#[derive(Debug, Serialize, JsonSchema)]
struct QuestionBody {
    /// Its id.
    id: String,
    /// The account made meanwhile.
    account_id: String,
    /// Its name.
    account_name: String,
    /// Who asked: `import`, `crm`, `api` or `page`.
    asked_by: String,
    /// When (RFC 3339, UTC).
    asked_at: String,
    /// The accounts that it may be, best first.
    candidates: Vec<CandidateBody>,
}

/// `GET /api/v1/account-questions`
pub(in crate::accounts) fn questions(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let limit = req.limit(20, 100)?;
    let url = req.query();
    let cursor = url.get("cursor").map(str::to_owned);
    let (waiting, next_cursor) = questions::waiting(&mut req.cx, cursor.as_deref(), limit)?;
    let mut data = Vec::new();
    for one in waiting {
        let found = questions::possible(&mut req.cx, &one)?;
        data.push(QuestionBody {
            id: one.question_id.into(),
            account_id: one.account_id.into(),
            account_name: one.account_name,
            asked_by: one.asked_by,
            asked_at: one.asked_at.to_string(),
            candidates: found.into_iter().map(CandidateBody::from).collect(),
        });
    }
    Reply::json(&QuestionPage { data, next_cursor })
}

/// The answer to a question.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::accounts) struct AnswerInput {
    /// `same` or `different`.
    answer: String,
    /// With `same`: the account that it is; the two are merged into it.
    account_id: Option<String>,
}

/// `POST /api/v1/account-questions/{question_id}/answer`
pub(in crate::accounts) fn answer(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let question_id: QuestionId = req.id("question_id")?;
    let input: AnswerInput = req.json()?;
    let answer = match (input.answer.as_str(), input.account_id.as_deref()) {
        ("same", Some(id)) => {
            let id = AccountId::parse(id)
                .map_err(|_| AppError::field("account_id", "there is no such account"))?;
            Answer::Same(id)
        }
        ("same", None) => return Err(AppError::field("account_id", "say which account it is")),
        ("different", _) => Answer::Different,
        _ => return Err(AppError::field("answer", "same or different")),
    };
    AnswerQuestion { question_id, answer }.run(&mut req.cx)?;
    Ok(Reply::no_content())
}
