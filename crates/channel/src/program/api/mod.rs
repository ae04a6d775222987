//! Programs and versions through the API.

use domain::{
    ids::ProgramId,
    program::{EngagementSection, rules_of_engagement},
};
use jiff::Timestamp;

mod bodies;

pub(super) use bodies::{
    AnnouncementInput, CheckBody, DiffBody, DocumentInput, DraftBody, ProgramBody, ProgramPage,
    RulesBody, TouchedBody, VersionBody, VersionPage, VersionShort,
};

use super::{
    actions::{
        announce::{Announce, Effective},
        approve::Approve,
        draft::{DraftFault, SaveDraft, TakeBack},
        found::{CreateProgram, compare},
        propose::Propose,
    },
    in_force,
    review::{Review, review},
    store::{self, VersionRow},
};
use frame::{error::AppError, reply::Reply, request::Req};

fn rules_body(number: i64, sections: &[EngagementSection]) -> Result<RulesBody, AppError> {
    let sections = serde_json::to_value(sections).map_err(AppError::internal)?;
    Ok(RulesBody { version: number, sections })
}

/// `GET /api/v1/programs`
pub(super) fn programs(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let mut data = Vec::new();
    for program in store::programs(&mut req.cx)? {
        data.push(program_body(req, &program)?);
    }
    Reply::json(&ProgramPage { data, next_cursor: None })
}

/// `GET /api/v1/programs/{program_id}`
pub(super) fn program(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let program_id: ProgramId = req.id("program_id")?;
    let program = store::program(&mut req.cx, &program_id)?;
    let body = program_body(req, &program)?;
    Reply::json(&body)
}

fn program_body(req: &mut Req<'_, '_>, program: &store::Program) -> Result<ProgramBody, AppError> {
    let announced = store::announced(&mut req.cx, &program.program_id)?;
    let holds = domain::program::version_in_force(&announced, req.cx.now);
    Ok(ProgramBody {
        id: program.program_id.to_string(),
        name: program.name.clone(),
        created_at: program.created_at.to_string(),
        version_in_force: holds.map(|version| i64::from(version.number)),
    })
}

/// `GET /api/v1/programs/{program_id}/rules-of-engagement`
pub(super) fn rules(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let program_id: ProgramId = req.id("program_id")?;
    store::program(&mut req.cx, &program_id)?;
    if store::announced(&mut req.cx, &program_id)?.is_empty() {
        return Err(AppError::NotFound);
    }
    let now = req.cx.now;
    let held = in_force(&mut req.cx, &program_id, now)?;
    Reply::json(&rules_body(held.number, &rules_of_engagement(&held.document))?)
}

/// `POST /api/v1/programs`
pub(super) fn create(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let input: DocumentInput = req.json()?;
    let made = CreateProgram { document: &input.document }.run(&mut req.cx);
    let (program_id, row, report) = made.map_err(faulty)?;
    let version = short(req, &row)?;
    let warnings = serde_json::to_value(&report.warnings).map_err(AppError::internal)?;
    let location = format!("/api/v1/programs/{program_id}");
    Ok(Reply::created(&location, &DraftBody { version, warnings })?.etag(row.version))
}

/// `GET /api/v1/program-versions`
pub(super) fn versions(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let program_id = program_of(req, None)?;
    let mut data = Vec::new();
    for row in store::versions(&mut req.cx, &program_id)? {
        data.push(short(req, &row)?);
    }
    Reply::json(&VersionPage { data, next_cursor: None })
}

/// `GET /api/v1/program-versions/{number}`
pub(super) fn version(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let (program_id, number) = target(req)?;
    let row = store::version(&mut req.cx, &program_id, number)?;
    let approved_changes = row.approved_diff.as_deref().and_then(|t| serde_json::from_str(t).ok());
    let body =
        VersionBody { short: short(req, &row)?, document: row.source.clone(), approved_changes };
    Ok(Reply::json(&body)?.etag(row.version))
}

/// `POST /api/v1/program-versions`
pub(super) fn draft(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let input: DocumentInput = req.json()?;
    let program_id = program_of(req, input.program_id.as_deref())?;
    save(req, &input, (&program_id, None))
}

/// `PATCH /api/v1/program-versions/{number}`
pub(super) fn edit(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let input: DocumentInput = req.json()?;
    let program_id = program_of(req, input.program_id.as_deref())?;
    let number = number(req)?;
    let row = store::version(&mut req.cx, &program_id, number)?;
    req.if_match(row.version)?;
    save(req, &input, (&program_id, Some(number)))
}

fn save(
    req: &mut Req<'_, '_>,
    input: &DocumentInput,
    (program_id, number): (&ProgramId, Option<i64>),
) -> Result<Reply, AppError> {
    let saving = SaveDraft {
        program_id,
        number,
        document: &input.document,
        note: &input.note,
        expected_version: None,
    };
    let (row, report) = saving.run(&mut req.cx).map_err(faulty)?;
    let warnings = serde_json::to_value(&report.warnings).map_err(AppError::internal)?;
    let body = DraftBody { version: short(req, &row)?, warnings };
    let reply = if number.is_some() {
        Reply::json(&body)?
    } else {
        let number = row.number;
        Reply::created(
            &format!("/api/v1/program-versions/{number}?program_id={program_id}"),
            &body,
        )?
    };
    Ok(reply.etag(row.version))
}

/// A faulty document as a problem that lists every finding.
fn faulty(fault: DraftFault) -> AppError {
    match fault {
        DraftFault::Other(error) => error,
        DraftFault::Faulty(report) => {
            let mut errors = web::FieldErrors::new();
            errors.add("document", report.to_string());
            let findings = serde_json::to_value(&report.errors).unwrap_or_default();
            let problem = web::Problem::new(422, "The document is not valid")
                .detail("Each error gives line, column, key and what to do")
                .errors(&errors)
                .rule("PG-03")
                .extra("findings", findings);
            Reply::new(http::StatusCode::UNPROCESSABLE_ENTITY, web::PROBLEM_JSON, problem.to_json())
                .undone()
        }
    }
}

/// `POST /api/v1/program-versions/check`
pub(super) fn check(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let input: DocumentInput = req.json()?;
    let report = domain::program::check(&input.document);
    Reply::json(&CheckBody {
        accepted: report.is_accepted(),
        errors: serde_json::to_value(&report.errors).map_err(AppError::internal)?,
        warnings: serde_json::to_value(&report.warnings).map_err(AppError::internal)?,
    })
}

/// `POST /api/v1/program-versions/diff`
pub(super) fn diff_document(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let input: DocumentInput = req.json()?;
    let program_id = program_of(req, input.program_id.as_deref())?;
    let (review, _) = compare(&mut req.cx, &program_id, &input.document).map_err(faulty)?;
    Reply::json(&diff_body(&review)?)
}

/// `GET /api/v1/program-versions/{number}/diff`
pub(super) fn diff(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let (program_id, number) = target(req)?;
    let row = store::version(&mut req.cx, &program_id, number)?;
    let review = review(&mut req.cx, &program_id, &row.document()?)?;
    Reply::json(&diff_body(&review)?)
}

fn diff_body(review: &Review) -> Result<DiffBody, AppError> {
    Ok(DiffBody {
        base: review.base,
        changes: serde_json::to_value(&review.changes).map_err(AppError::internal)?,
        partners: review
            .touched
            .iter()
            .map(|touched| TouchedBody {
                partner_id: touched.partner.partner_id.clone(),
                name: touched.partner.name.clone(),
                changes: touched.changes.clone(),
                worse_terms: touched.worse,
            })
            .collect(),
        earliest_effective_at: review.earliest_at.to_string(),
    })
}

/// `POST /api/v1/program-versions/{number}/proposal`
pub(super) fn propose(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let (program_id, number) = target(req)?;
    let expected_version = None;
    let row = Propose { program_id: &program_id, number, expected_version }.run(&mut req.cx)?;
    answer(req, &row)
}

/// `POST /api/v1/program-versions/{number}/approval`
pub(super) fn approve(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let (program_id, number) = target(req)?;
    let (expected_version, expected_base) = (None, None);
    let approving = Approve { program_id: &program_id, number, expected_version, expected_base };
    let row = approving.run(&mut req.cx)?;
    answer(req, &row)
}

/// `POST /api/v1/program-versions/{number}/announcement`
pub(super) fn announce(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let (program_id, number) = target(req)?;
    let input: AnnouncementInput =
        if req.input.body.is_empty() { AnnouncementInput::default() } else { req.json()? };
    let effective = match (&input.effective_on, &input.effective_at) {
        (None, None) => Effective::Earliest,
        (Some(day), None) => Effective::On(
            domain::text::day(day)
                .map_err(|error| AppError::field("effective_on", error.to_string()))?,
        ),
        (None, Some(at)) => Effective::At(at.parse::<Timestamp>().map_err(|_| {
            AppError::field("effective_at", "send a date and time such as 2026-04-01T00:00:00Z")
        })?),
        (Some(_), Some(_)) => {
            return Err(AppError::field(
                "effective_at",
                "send effective_on or effective_at, not both",
            ));
        }
    };
    let expected_version = None;
    let announcing = Announce { program_id: &program_id, number, effective, expected_version };
    let row = announcing.run(&mut req.cx)?;
    answer(req, &row)
}

/// `POST /api/v1/program-versions/{number}/withdrawal`
pub(super) fn withdraw(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    take_back(req, true)
}

/// `POST /api/v1/program-versions/{number}/return`
pub(super) fn send_back(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    take_back(req, false)
}

fn take_back(req: &mut Req<'_, '_>, for_good: bool) -> Result<Reply, AppError> {
    let (program_id, number) = target(req)?;
    let row = TakeBack { program_id: &program_id, number, for_good }.run(&mut req.cx)?;
    answer(req, &row)
}

fn answer(req: &mut Req<'_, '_>, row: &VersionRow) -> Result<Reply, AppError> {
    let body = short(req, row)?;
    Ok(Reply::json(&body)?.etag(row.version))
}

fn short(req: &mut Req<'_, '_>, row: &VersionRow) -> Result<VersionShort, AppError> {
    let announced = store::announced(&mut req.cx, &row.program_id)?;
    Ok(VersionShort {
        id: super::actions::subject(&row.program_id, row.number),
        program_id: row.program_id.to_string(),
        number: row.number,
        state: row.standing(&announced, req.cx.now).to_owned(),
        fingerprint: row.fingerprint.clone(),
        note: row.note.clone(),
        drafted_at: row.drafted.at.to_string(),
        approved_at: row.approved.as_ref().map(|signature| signature.at.to_string()),
        announced_at: row.announced.as_ref().map(|signature| signature.at.to_string()),
        effective_at: row.effective_at.map(|at| at.to_string()),
    })
}

/// The program of a request: as given, by the query's `program_id`, or the first.
fn program_of(req: &mut Req<'_, '_>, given: Option<&str>) -> Result<ProgramId, AppError> {
    let query = req.query();
    if let Some(text) = given.or_else(|| query.get("program_id")) {
        let program_id = text.parse().map_err(|_| AppError::NotFound)?;
        Ok(store::program(&mut req.cx, &program_id)?.program_id)
    } else {
        let first = store::programs(&mut req.cx)?.into_iter().next();
        first.map(|program| program.program_id).ok_or(AppError::NotFound)
    }
}

fn number(req: &Req<'_, '_>) -> Result<i64, AppError> {
    req.param("number")?.parse().map_err(|_| AppError::NotFound)
}

fn target(req: &mut Req<'_, '_>) -> Result<(ProgramId, i64), AppError> {
    let program_id = program_of(req, None)?;
    Ok((program_id, number(req)?))
}
