//! Merges, duplicates and questions about the same company through the API.

use domain::ids::AccountId;
use http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;

use super::CandidateBody;
use crate::accounts::{
    duplicates,
    merge::{MergeAccounts, MergeId, UndoMerge, contradictions, find},
    pages::duplicates::judge_different,
    questions::{self, Answer, AnswerQuestion, QuestionId},
    resolve::candidates_of,
    store,
};
use frame::{
    ctx::Cx,
    error::AppError,
    input::{IdOf, OneOf, Text, input},
    list::PageOf,
    reply::Reply,
    request::Req,
};

input! {
    /// The account to merge, and why.
    pub(in crate::accounts) struct MergeInput {
        /// The account to merge into the one in the URL.
        merged_account_id: AccountId => IdOf::<AccountId>::new("Account")
            .required("Choose the account to merge"),
        /// Why they are the same company.
        reason: String => Text::lines("Reason", 4_000),
    }
}

/// A merge.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::accounts) struct MergeBody {
    /// Its id.
    id: String,
    /// The account that was kept.
    kept_account_id: String,
    /// The account that was merged.
    merged_account_id: String,
    /// Why.
    reason: String,
    /// Who merged them.
    merged_by: String,
    /// When (RFC 3339, UTC).
    merged_at: String,
    /// When it was undone (RFC 3339, UTC).
    undone_at: Option<String>,
    /// True while it can be undone.
    can_be_undone: bool,
    /// Why it cannot be undone, in words.
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
    let MergeInput { merged_account_id: merged, reason } = req.body_as()?;
    match store::get(&mut req.cx, &merged) {
        Ok(_) => {}
        Err(AppError::NotFound) => {
            return Err(AppError::field("merged_account_id", "Account not found"));
        }
        Err(error) => return Err(error),
    }
    let merge_id = MergeAccounts { kept, merged, reason }.run(&mut req.cx)?;
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
    /// Most likely first.
    data: Vec<DuplicateBody>,
    /// Send it as `cursor` to get the next page; `null` on the last page.
    next_cursor: Option<String>,
    /// When duplicates were last searched (RFC 3339, UTC); `null` if never.
    searched_at: Option<String>,
}

/// Two accounts that may be the same company.
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
    /// The probability that they are the same, in basis points (10,000 = certain).
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

input! {
    /// Two accounts that are different companies.
    pub(in crate::accounts) struct PairInput {
        /// One account.
        left_account_id: AccountId => IdOf::<AccountId>::new("Account")
            .required("Choose an account"),
        /// The other account.
        right_account_id: AccountId => IdOf::<AccountId>::new("Other account")
            .required("Choose the other account"),
    }
}

/// `POST /api/v1/account-duplicates/different`
pub(in crate::accounts) fn different(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let input: PairInput = req.body_as()?;
    judge_different(req, &input.left_account_id, &input.right_account_id)?;
    Ok(Reply::no_content())
}

/// Whether an account already existed.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::accounts) struct QuestionBody {
    /// Its id.
    id: String,
    /// The account created in the meantime.
    account_id: String,
    /// Its name.
    account_name: String,
    /// Who asked: `import`, `crm`, `api` or `page`.
    asked_by: String,
    /// When (RFC 3339, UTC).
    asked_at: String,
    /// The accounts it may be, best first.
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
    Reply::json(&PageOf { data, next_cursor })
}

domain::words! {
    /// What a person says of two accounts.
    enum Verdict {
        /// They are one company.
        #[default]
        Same = "same", "Same company",
        /// They are two companies.
        Different = "different", "Different companies",
    }
}

input! {
    /// The answer to a question.
    pub(in crate::accounts) struct AnswerInput {
        /// Whether they are the same company.
        answer: Verdict => OneOf::<Verdict>::new("Answer").required("Send `same` or `different`"),
        /// With `same`: the account to merge into.
        account_id: Option<AccountId> => IdOf::<AccountId>::new("Account").optional(),
    }
}

impl AnswerInput {
    /// The answer, with the account that `same` needs.
    pub(in crate::accounts) fn answer(self) -> Result<Answer, AppError> {
        match (self.answer, self.account_id) {
            (Verdict::Same, Some(id)) => Ok(Answer::Same(id)),
            (Verdict::Same, None) => {
                Err(AppError::field("account_id", "Send the id of the matching account"))
            }
            (Verdict::Different, _) => Ok(Answer::Different),
        }
    }
}

/// `POST /api/v1/account-questions/{question_id}/answer`
pub(in crate::accounts) fn answer(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let question_id: QuestionId = req.id("question_id")?;
    let answer = req.body_as::<AnswerInput>()?.answer()?;
    AnswerQuestion { question_id, answer }.run(&mut req.cx)?;
    Ok(Reply::no_content())
}
