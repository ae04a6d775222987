//! Reading cases through the API.

use domain::{
    conflicts::{course::Phase, precedent::Likeness},
    ids::{CaseId, FileId},
    percentage::BasisPoints,
};
use jiff::Timestamp;

use super::bodies::{
    CaseBody, CaseDetail, DecisionBody, FileBody, MeasuresBody, NoteBody, PartyBody, PrecedentBody,
    RemedyBody, RepeatBody, RequestBody, StatementBody,
};
use crate::conflicts::{
    AddFile, Upload,
    decide::words_for,
    evidence, figures,
    precedents::{self, Precedent},
    store::{
        self, Case, PartyRow,
        decisions::{self, Decision},
        statements::FileRow,
    },
    terms,
};
use frame::{ctx::Cx, error::AppError, reply::Reply, request::Req};

fn side(partner_id: &str) -> &'static str {
    if partner_id.is_empty() { "direct_sales" } else { "partner" }
}

pub(in crate::conflicts) fn case_body(case: &Case) -> CaseBody {
    CaseBody {
        reference: case.reference(),
        state: case.state().word(),
        phase: case.phase.word(),
        level: case.level,
        id: case.case_id.as_str().to_owned(),
        kind: case.kind.word(),
        account_id: case.account_id.clone(),
        account_name: case.account_name.clone(),
        asked: case.asked.clone(),
        opened_at: case.opened_at.to_string(),
        due_at: case.due_at.to_string(),
    }
}

/// The case as the one who acts may know it, with its version.
pub(in crate::conflicts) fn detail(
    cx: &mut Cx<'_, '_>,
    case_id: &CaseId,
) -> Result<(CaseDetail, i64), AppError> {
    let case = store::find(cx, case_id)?;
    let terms = terms::of(cx, &case)?;
    let clock = terms::clock_of(cx, &case, &terms)?;
    let of_vendor = cx.actor.partner_id().is_none();
    let similar = if of_vendor { precedents::similar(cx, &case, &terms)? } else { Vec::new() };
    let text = |at: Timestamp| at.to_string();
    let body = CaseDetail {
        short: case_body(&case),
        level_name: terms.level_name(case.level),
        level_due_at: case.level_due_at.map(text),
        stopped_until: clock.and_then(|clock| clock.stopped_until).map(text),
        appeal_until: match case.phase {
            Phase::Decided { appeal_until, .. } => Some(text(appeal_until)),
            Phase::Deciding { .. }
            | Phase::Appealed { .. }
            | Phase::Final { .. }
            | Phase::Closed { .. } => None,
        },
        decider_user_id: case
            .decider
            .as_ref()
            .filter(|_| of_vendor)
            .map_or(String::new(), ToString::to_string),
        clocks_held: case.clocks_held,
        opened_by: case.opened_by_name.clone(),
        parties: parties(cx, case_id)?,
        statements: statements(cx, case_id)?,
        evidence_requests: requests(cx, case_id)?,
        files: store::statements::files(cx, case_id)?.into_iter().map(file_body).collect(),
        notes: notes(cx, case_id)?,
        decisions: decided(cx, case_id)?,
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
    Ok((body, case.version))
}

fn parties(cx: &mut Cx<'_, '_>, case_id: &CaseId) -> Result<Vec<PartyBody>, AppError> {
    let each = |row: PartyRow| PartyBody {
        party: row.party,
        side: side(&row.partner_id),
        partner_id: row.partner_id,
        registration_id: row.registration_id,
    };
    Ok(store::parties(cx, case_id)?.into_iter().map(each).collect())
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

fn requests(cx: &mut Cx<'_, '_>, case_id: &CaseId) -> Result<Vec<RequestBody>, AppError> {
    let all = store::requests::list(cx, case_id)?.into_iter().map(|one| RequestBody {
        id: one.request_id,
        partner_id: one.partner_id,
        words: one.words,
        asked_at: one.asked_at.to_string(),
        stops_until: one.stops_until.to_string(),
        answered_at: one.answered_at.map(|at| at.to_string()),
        answer: one.answer,
    });
    Ok(all.collect())
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

fn decided(cx: &mut Cx<'_, '_>, case_id: &CaseId) -> Result<Vec<DecisionBody>, AppError> {
    let rows = store::all_parties(cx, case_id)?;
    let reader = cx.actor.partner_id().map(|id| id.as_str().to_owned());
    let each = |one: Decision| {
        let words = match &reader {
            Some(reader) => words_for(&one, &rows, reader),
            None => one.words.clone(),
        };
        let of_vendor = reader.is_none();
        let for_vendor = |text: String| if of_vendor { text } else { String::new() };
        DecisionBody {
            level: one.level,
            by: one.decided_by_name,
            at: one.decided_at.to_string(),
            outcome: of_vendor.then_some(one.outcome),
            rule: one.rule,
            reason: for_vendor(one.reason),
            words,
            evidence_hash: for_vendor(one.evidence_hash),
            reverses: one.reverses,
        }
    };
    Ok(decisions::list(cx, case_id)?.into_iter().map(each).collect())
}

pub(in crate::conflicts) fn precedent_body(
    one: Precedent,
    likeness: Option<Likeness>,
) -> PrecedentBody {
    PrecedentBody {
        reference: one.reference(),
        case_id: one.case_id.as_str().to_owned(),
        kind: one.kind.word(),
        outcome: one.decision.outcome,
        rule: one.decision.rule,
        reason: one.decision.reason,
        decided_at: one.decision.decided_at.to_string(),
        likeness_bp: likeness.as_ref().map(|like| like.share.get()),
        agrees: likeness.map(|like| like.agrees).unwrap_or_default(),
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
pub(in crate::conflicts) fn file(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
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
    let (measures, since) = figures::of_vendor(&mut req.cx)?;
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
