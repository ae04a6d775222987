//! Conflict cases through the API.

use domain::ids::CaseId;
use http::StatusCode;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    close::CloseCase,
    notes::AddNote,
    store::{self, Case, Filter},
};
use crate::core::{ctx::Cx, error::AppError, reply::Reply, request::Req};

const SCOPE: &str = "conflicts";

/// A page of cases.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct CasePage {
    /// Newest first.
    data: Vec<CaseShort>,
    /// Give it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

/// A case in a list.
#[derive(Debug, Serialize, JsonSchema)]
struct CaseShort {
    /// Its id.
    id: String,
    /// What people call it, for example C-000012.
    reference: String,
    /// `partner_partner`, `partner_direct`, `duplicate_accounts` or `decision`.
    kind: &'static str,
    /// The account's id; empty for partners.
    account_id: String,
    /// The account's name.
    account_name: String,
    /// `open` or `closed`.
    state: &'static str,
    /// What is asked.
    asked: String,
    /// When it was opened (RFC 3339, UTC).
    opened_at: String,
    /// When the time of the case ends (RFC 3339, UTC).
    due_at: String,
}

/// A case with everything that the reader may know.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct CaseBody {
    /// Its id.
    id: String,
    /// What people call it, for example C-000012.
    reference: String,
    /// `partner_partner`, `partner_direct`, `duplicate_accounts` or `decision`.
    kind: &'static str,
    /// The account's id; empty for partners.
    account_id: String,
    /// The account's name.
    account_name: String,
    /// `open` or `closed`.
    state: &'static str,
    /// What is asked.
    asked: String,
    /// Who opened it.
    opened_by: String,
    /// When it was opened (RFC 3339, UTC).
    opened_at: String,
    /// When the time of the case ends (RFC 3339, UTC).
    due_at: String,
    /// Who is in it; a partner sees itself and direct sales.
    parties: Vec<PartyBody>,
    /// What was said; a partner reads its own notes.
    notes: Vec<NoteBody>,
    /// When it was closed (RFC 3339, UTC).
    closed_at: Option<String>,
    /// The outcome in words; empty while it is open.
    outcome: String,
    /// The vendor's note on the outcome; empty for partners.
    outcome_note: String,
}

/// A party.
#[derive(Debug, Serialize, JsonSchema)]
struct PartyBody {
    /// `partner` or `direct_sales`.
    side: &'static str,
    /// The partner's id; empty for direct sales.
    partner_id: String,
    /// Its registration's id; empty when there is none.
    registration_id: String,
}

/// A note.
#[derive(Debug, Serialize, JsonSchema)]
struct NoteBody {
    /// `partner` or `vendor`.
    side: &'static str,
    /// Who wrote it.
    by: String,
    /// When (RFC 3339, UTC).
    at: String,
    /// The words.
    words: String,
}

/// Something to say in a case.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NoteInput {
    /// 1 to 4,000 characters.
    words: String,
}

/// How a case was settled.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ClosingInput {
    /// For the vendor: what was decided and why.
    note: String,
    /// For the parties: the outcome; must not name another partner.
    words: String,
}

fn state(open: bool) -> &'static str {
    if open { "open" } else { "closed" }
}

fn short(case: Case) -> CaseShort {
    CaseShort {
        reference: case.reference(),
        id: case.case_id.into(),
        kind: case.kind.word(),
        account_id: case.account_id,
        account_name: case.account_name,
        state: state(case.open),
        asked: case.asked,
        opened_at: case.opened_at.to_string(),
        due_at: case.due_at.to_string(),
    }
}

/// The position that a cursor of the list names.
pub(super) fn before(cursor: Option<&str>, field: &str) -> Result<Option<i64>, AppError> {
    let Some(cursor) = cursor else {
        return Ok(None);
    };
    let values = db::keyset::decode(SCOPE, cursor, &[db::keyset::Kind::Int])
        .map_err(|error| AppError::field(field, error.to_string()))?;
    match values.as_slice() {
        [db::Value::Int(number)] => Ok(Some(*number)),
        _ => Err(AppError::field(field, "this is no cursor of the cases")),
    }
}

/// Cuts a list read one longer than `limit`, and gives the cursor of the next page.
pub(super) fn cut(cases: &mut Vec<Case>, limit: i64) -> Option<String> {
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = cases.len() > most;
    cases.truncate(most);
    let last = cases.last().filter(|_| more)?;
    Some(db::keyset::encode(SCOPE, db::params![last.number]))
}

/// `GET /api/v1/conflicts`
pub(super) fn list(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let limit = req.limit(50, 200)?;
    let url = req.query();
    let state = url.get("state").unwrap_or("").to_owned();
    if !["", "open", "closed"].contains(&state.as_str()) {
        return Err(AppError::field("state", "open or closed"));
    }
    let filter = Filter {
        state,
        account_id: url.get("account").unwrap_or("").to_owned(),
        before: before(url.get("cursor"), "cursor")?,
        limit: limit + 1,
    };
    let mut cases = store::list(&mut req.cx, &filter)?;
    let next_cursor = cut(&mut cases, limit);
    Reply::json(&CasePage { data: cases.into_iter().map(short).collect(), next_cursor })
}

fn body(cx: &mut Cx<'_, '_>, case_id: &CaseId) -> Result<(CaseBody, i64), AppError> {
    let case = store::find(cx, case_id)?;
    let parties = store::parties(cx, case_id)?.into_iter().map(|party| PartyBody {
        side: if party.partner_id.is_empty() { "direct_sales" } else { "partner" },
        partner_id: party.partner_id,
        registration_id: party.registration_id,
    });
    let notes = store::notes(cx, case_id)?.into_iter().map(|note| NoteBody {
        side: if note.from_partner { "partner" } else { "vendor" },
        by: note.by_name,
        at: note.written_at.to_string(),
        words: note.words,
    });
    let version = case.version;
    let body = CaseBody {
        reference: case.reference(),
        id: case.case_id.into(),
        kind: case.kind.word(),
        account_id: case.account_id,
        account_name: case.account_name,
        state: state(case.open),
        asked: case.asked,
        opened_by: case.opened_by_name,
        opened_at: case.opened_at.to_string(),
        due_at: case.due_at.to_string(),
        parties: parties.collect(),
        notes: notes.collect(),
        closed_at: case.closed_at.map(|at| at.to_string()),
        outcome: case.closing_words,
        outcome_note: case.closing_note,
    };
    Ok((body, version))
}

/// `GET /api/v1/conflicts/{case_id}`
pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let case_id: CaseId = req.id("case_id")?;
    let (body, version) = body(&mut req.cx, &case_id)?;
    Ok(Reply::json(&body)?.etag(version))
}

/// `POST /api/v1/conflicts/{case_id}/notes`
pub(super) fn add_note(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let case_id: CaseId = req.id("case_id")?;
    let input: NoteInput = req.json()?;
    AddNote { case_id: case_id.clone(), words: input.words }.run(&mut req.cx)?;
    let (body, version) = body(&mut req.cx, &case_id)?;
    Ok(Reply::json_with(StatusCode::CREATED, &body)?.etag(version))
}

/// `POST /api/v1/conflicts/{case_id}/closing`
pub(super) fn close(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let case_id: CaseId = req.id("case_id")?;
    let input: ClosingInput = req.json()?;
    let action = CloseCase { case_id: case_id.clone(), note: input.note, words: input.words };
    action.run(&mut req.cx)?;
    let (body, version) = body(&mut req.cx, &case_id)?;
    Ok(Reply::json(&body)?.etag(version))
}
