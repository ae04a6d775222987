//! Writing to cases through the API.

use domain::ids::{AccountId, CaseId, PartnerId, RegistrationId};
use http::StatusCode;

use super::{
    bodies::{
        CaseInput, ClosingInput, DecisionInput, EscalationInput, HoldInput, NoteInput, RequestInput,
    },
    reading::{body, file_body},
};
use crate::conflicts::{
    AddFile, AddNote, AnswerRequest, AppealCase, CaseKind, CloseCase, DecideCase, Escalate,
    GiveStatement, HoldClocks, OpenCase, RequestEvidence, Upload, statements::MOST_FILES, store,
};
use frame::{error::AppError, reply::Reply, request::Req};

fn shown(req: &mut Req<'_, '_>, case_id: &CaseId, status: StatusCode) -> Result<Reply, AppError> {
    let (body, version) = body(&mut req.cx, case_id)?;
    Ok(Reply::json_with(status, &body)?.etag(version))
}

/// An id that may be left out.
fn optional<T: std::str::FromStr>(field: &str, text: &str) -> Result<Option<T>, AppError> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| AppError::field(field, "there is no such thing"))
}

/// `POST /api/v1/conflicts`
pub(super) fn open(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let input: CaseInput = req.json()?;
    let kind = CaseKind::from_word(&input.kind).ok_or_else(|| {
        let words: Vec<&str> = CaseKind::ALL.iter().map(|kind| kind.word()).collect();
        AppError::field("kind", format!("one of {}", words.join(", ")))
    })?;
    let case_id = OpenCase {
        kind,
        registration_id: optional::<RegistrationId>("registration_id", &input.registration_id)?,
        account_id: optional::<AccountId>("account_id", &input.account_id)?,
        asked: input.asked,
        asked_of_partners: input.asked_of_partners,
    }
    .run(&mut req.cx)?;
    let (body, version) = body(&mut req.cx, &case_id)?;
    Ok(Reply::created(&format!("/api/v1/conflicts/{case_id}"), &body)?.etag(version))
}

/// `POST /api/v1/conflicts/{case_id}/notes`
pub(super) fn add_note(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let case_id: CaseId = req.id("case_id")?;
    let input: NoteInput = req.json()?;
    AddNote { case_id: case_id.clone(), words: input.words }.run(&mut req.cx)?;
    shown(req, &case_id, StatusCode::CREATED)
}

/// What a party says, as JSON, or as a form with files that show it.
fn said(req: &Req<'_, '_>) -> Result<(String, Vec<Upload>), AppError> {
    let Some(form) = req.multipart(MOST_FILES)? else {
        let input: NoteInput = req.json()?;
        return Ok((input.words, Vec::new()));
    };
    let files = form.files("file").into_iter();
    let files =
        files.map(|file| Upload { name: file.file_name.clone(), content: file.bytes.clone() });
    Ok((form.text("words").to_owned(), files.collect()))
}

/// `POST /api/v1/conflicts/{case_id}/statements`
pub(super) fn state(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let case_id: CaseId = req.id("case_id")?;
    let (words, files) = said(req)?;
    let give = GiveStatement { case_id: case_id.clone(), words, files, through: "api" };
    give.run(&mut req.cx)?;
    shown(req, &case_id, StatusCode::CREATED)
}

/// `POST /api/v1/conflicts/{case_id}/evidence`
pub(super) fn add_file(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let case_id: CaseId = req.id("case_id")?;
    let name = req.query().get("name").unwrap_or("").to_owned();
    let file = Upload { name, content: req.input.body.clone() };
    let file_id = AddFile { case_id: case_id.clone(), file }.run(&mut req.cx)?;
    let files = store::statements::files(&mut req.cx, &case_id)?;
    let row = files.into_iter().find(|row| row.file_id == file_id).ok_or(AppError::NotFound)?;
    let location = format!("/api/v1/conflicts/{case_id}/files/{file_id}");
    Reply::created(&location, &file_body(row))
}

/// `POST /api/v1/conflicts/{case_id}/evidence-requests/{request_id}/answer`
pub(super) fn answer(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let case_id: CaseId = req.id("case_id")?;
    let request_id = req.param("request_id")?.to_owned();
    store::find(&mut req.cx, &case_id)?;
    let (words, files) = said(req)?;
    let answer = AnswerRequest { case_id: case_id.clone(), request_id, words, files };
    answer.run(&mut req.cx)?;
    shown(req, &case_id, StatusCode::OK)
}

/// `POST /api/v1/conflicts/{case_id}/appeal`
pub(super) fn appeal(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let case_id: CaseId = req.id("case_id")?;
    let (words, files) = said(req)?;
    let appeal = AppealCase { case_id: case_id.clone(), words, files };
    appeal.run(&mut req.cx)?;
    shown(req, &case_id, StatusCode::CREATED)
}

/// `POST /api/v1/conflicts/{case_id}/decision`
pub(super) fn decide(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let case_id: CaseId = req.id("case_id")?;
    let input: DecisionInput = req.json()?;
    let decide = DecideCase {
        case_id: case_id.clone(),
        outcome: input.outcome,
        rule: input.rule,
        reason: input.reason,
        words: input.words,
        remedies: input.remedies,
    };
    decide.run(&mut req.cx)?;
    shown(req, &case_id, StatusCode::CREATED)
}

/// `POST /api/v1/conflicts/{case_id}/evidence-requests`
pub(super) fn request(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let case_id: CaseId = req.id("case_id")?;
    let input: RequestInput = req.json()?;
    let partner_id = optional::<PartnerId>("partner_id", &input.partner_id)?;
    RequestEvidence { case_id: case_id.clone(), partner_id, words: input.words }
        .run(&mut req.cx)?;
    shown(req, &case_id, StatusCode::CREATED)
}

/// `POST /api/v1/conflicts/{case_id}/escalation`
pub(super) fn escalate(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let case_id: CaseId = req.id("case_id")?;
    let input: EscalationInput = req.json()?;
    Escalate { case_id: case_id.clone(), reason: input.reason }.run(&mut req.cx)?;
    shown(req, &case_id, StatusCode::OK)
}

/// `PUT /api/v1/conflicts/{case_id}/clock-hold`
pub(super) fn hold(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let case_id: CaseId = req.id("case_id")?;
    let input: HoldInput = req.json()?;
    HoldClocks { case_id: case_id.clone(), hold: input.hold }.run(&mut req.cx)?;
    shown(req, &case_id, StatusCode::OK)
}

/// `POST /api/v1/conflicts/{case_id}/closing`
pub(super) fn close(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let case_id: CaseId = req.id("case_id")?;
    let input: ClosingInput = req.json()?;
    let action = CloseCase { case_id: case_id.clone(), note: input.note, words: input.words };
    action.run(&mut req.cx)?;
    shown(req, &case_id, StatusCode::OK)
}
