//! Reading cases through the API.

use domain::{
    ids::{CaseId, FileId},
    percentage::BasisPoints,
};
use jiff::Timestamp;

use super::bodies::{
    CaseDetail, DecisionBody, FileBody, MeasuresBody, NoteBody, PartyBody, RemedyBody, RepeatBody,
    RequestBody, StatementBody,
};
use super::rows::{case_body, precedent_body};
use crate::conflicts::{
    AddFile, Upload,
    decide::words_for,
    evidence,
    file::CaseFile,
    measures, similar,
    store::{
        self, PartyRow,
        decisions::{self, Decision},
        requests::Request,
        statements::FileRow,
    },
    terms,
};
use frame::{ctx::Cx, error::AppError, reply::Reply, request::Req};

fn side(partner_id: &str) -> &'static str {
    if partner_id.is_empty() { "direct_sales" } else { "partner" }
}

/// The case as the one who acts may know it, with its version.
pub(crate) fn detail(cx: &mut Cx<'_, '_>, case_id: &CaseId) -> Result<(CaseDetail, i64), AppError> {
    let file = CaseFile::open(cx, case_id)?;
    let (case, requests) = (&file.case, store::requests::of_all(cx, case_id)?);
    let clock = terms::clock(&file, &requests, cx.now);
    let reader = cx.actor.partner_id().map_or(String::new(), ToString::to_string);
    let of_vendor = reader.is_empty();
    let similar = if of_vendor { similar::similar(cx, &file)? } else { Vec::new() };
    let text = |at: Timestamp| at.to_string();
    let body = CaseDetail {
        short: case_body(case),
        level_name: file.terms.level_name(case.level),
        level_due_at: case.level_due_at.map(text),
        stopped_until: clock.and_then(|clock| clock.stopped_until).map(text),
        appeal_until: case.appeal_until().map(text),
        decider_user_id: case
            .decider
            .as_ref()
            .filter(|_| of_vendor)
            .map_or(String::new(), ToString::to_string),
        clocks_held: case.clocks_held,
        opened_by: case.opened_by_name.clone(),
        parties: file.seen(&reader).map(party_body).collect(),
        statements: statements(cx, case_id)?,
        evidence_requests: requests_of(requests, &reader),
        files: store::statements::files(cx, case_id)?.into_iter().map(file_body).collect(),
        notes: notes(cx, case_id)?,
        decisions: file.decisions.iter().map(|one| decision_body(&file, one, &reader)).collect(),
        appeal: decisions::appeal(cx, case_id)?.map(|appeal| NoteBody {
            side: if appeal.partner_id.is_empty() { "vendor" } else { "partner" },
            by: appeal.by_name,
            at: text(appeal.appealed_at),
            words: appeal.words,
        }),
        remedies: decisions::remedies(cx, case_id)?
            .into_iter()
            .map(|row| RemedyBody {
                words: row.remedy.words(),
                remedy: row.remedy,
                until_on: row.until_on.map(|on| on.to_string()),
            })
            .collect(),
        similar: similar.into_iter().map(|(one, like)| precedent_body(one, Some(like))).collect(),
        closed_at: case.closed_at.map(text),
        outcome: case.closing_words.clone(),
        outcome_note: case.closing_note.clone(),
    };
    Ok((body, file.case.version))
}

fn party_body(row: &PartyRow) -> PartyBody {
    PartyBody {
        party: row.party,
        side: side(&row.partner_id),
        partner_id: row.partner_id.clone(),
        registration_id: row.registration_id.clone(),
    }
}

fn statements(cx: &mut Cx<'_, '_>, case_id: &CaseId) -> Result<Vec<StatementBody>, AppError> {
    let all = store::statements::list(cx, case_id)?.into_iter().map(|one| StatementBody {
        side: side(&one.partner_id),
        partner_id: one.partner_id,
        by: one.by_name,
        at: one.written_at.to_string(),
        through: one.through,
        words: one.words,
    });
    Ok(all.collect())
}

/// The requests that a reader sees: those to a partner itself, the vendor all.
fn requests_of(all: Vec<Request>, reader: &str) -> Vec<RequestBody> {
    let seen = all.into_iter().filter(|one| reader.is_empty() || one.partner_id == reader);
    let bodies = seen.map(|one| RequestBody {
        id: one.request_id,
        partner_id: one.partner_id,
        words: one.words,
        asked_at: one.asked_at.to_string(),
        stops_until: one.stops_until.to_string(),
        answered_at: one.answered_at.map(|at| at.to_string()),
        answer: one.answer,
    });
    bodies.collect()
}

fn file_body(row: FileRow) -> FileBody {
    FileBody {
        id: row.file_id.as_str().to_owned(),
        partner_id: row.partner_id,
        name: row.name,
        size: row.size,
        sha256: row.sha256,
        added_at: row.added_at.to_string(),
    }
}

fn notes(cx: &mut Cx<'_, '_>, case_id: &CaseId) -> Result<Vec<NoteBody>, AppError> {
    let all = store::notes(cx, case_id)?.into_iter().map(|note| NoteBody {
        side: if note.partner_id.is_empty() { "vendor" } else { "partner" },
        by: note.by_name,
        at: note.written_at.to_string(),
        words: note.words,
    });
    Ok(all.collect())
}

/// A decision; a partner reads the words for its side.
fn decision_body(file: &CaseFile, one: &Decision, reader: &str) -> DecisionBody {
    let of_vendor = reader.is_empty();
    let for_vendor = |text: &String| if of_vendor { text.clone() } else { String::new() };
    let words = if of_vendor { one.words.clone() } else { words_for(file, one, reader) };
    DecisionBody {
        level: one.level,
        by: one.decided_by_name.clone(),
        at: one.decided_at.to_string(),
        outcome: of_vendor.then(|| one.outcome.clone()),
        rule: one.rule.clone(),
        reason: for_vendor(&one.reason),
        words,
        evidence_hash: for_vendor(&one.evidence_hash),
        reverses: one.reverses,
    }
}

/// `GET /api/v1/conflicts/{case_id}`
pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let case_id: CaseId = req.id("case_id")?;
    let (body, version) = detail(&mut req.cx, &case_id)?;
    Ok(Reply::json(&body)?.etag(version))
}

/// `GET /api/v1/conflicts/{case_id}/evidence`
pub(super) fn evidence(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let case_id: CaseId = req.id("case_id")?;
    Reply::json(&evidence::signed(&mut req.cx, &case_id)?)
}

/// `GET /api/v1/conflicts/{case_id}/files/{file_id}`
pub(crate) fn file(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let case_id: CaseId = req.id("case_id")?;
    let file_id: FileId = req.id("file_id")?;
    store::find(&mut req.cx, &case_id)?;
    let found = store::statements::content(&mut req.cx, &case_id, &file_id)?;
    let (row, content) = found.ok_or(AppError::NotFound)?;
    Ok(Reply::download("application/octet-stream", &row.name, content))
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

/// `GET /api/v1/conflict-measures`
pub(super) fn measures(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let (measures, since) = measures::of_vendor(&mut req.cx)?;
    let repeats = |list: Vec<(String, u32)>| {
        list.into_iter().map(|(id, cases)| RepeatBody { id, cases }).collect()
    };
    Reply::json(&MeasuresBody {
        since: since.to_string(),
        open: measures.open,
        overdue: measures.overdue,
        resolved: measures.resolved,
        median_business_days: measures.median_days,
        in_time_bp: measures.in_time.map(BasisPoints::get),
        for_partner_bp: measures.for_partner.map(BasisPoints::get),
        reversals: measures.reversals,
        accounts: repeats(measures.accounts),
        reps: repeats(measures.reps),
    })
}
