//! Making a program, and bringing a whole document into force in one go, as the command line, a
//! first installation and the demo do.

use domain::{
    ids::ProgramId,
    program::{Document, Report, check},
};
use jiff::Timestamp;
use serde_json::json;

use super::{
    announce::{Announce, Effective},
    approve::Approve,
    draft::{DraftFault, SaveDraft},
    propose::Propose,
};
use crate::program::{
    review::{Review, review},
    store::{self, VersionRow},
};
use frame::{access::Permission, ctx::Cx, error::AppError};
use people::{audit, events};

/// Makes a further program whose first draft is this document. Rule PG-05.
#[derive(Debug)]
pub struct CreateProgram<'a> {
    /// The document as TOML; its name is the program's.
    pub document: &'a str,
}

impl CreateProgram<'_> {
    /// Makes it, unless a program of that name exists.
    pub fn run(&self, cx: &mut Cx<'_, '_>) -> Result<(ProgramId, VersionRow, Report), DraftFault> {
        let report = check(self.document);
        if !report.is_accepted() {
            return Err(DraftFault::Faulty(Box::new(report)));
        }
        let document = Document::parse_stored(self.document).map_err(AppError::internal)?;
        if store::programs(cx)?.iter().any(|program| program.name == document.name) {
            return Err(AppError::field(
                "document",
                format!(
                    "A program called “{}” already exists: choose another name, or draft a new \
                     version of that program.",
                    document.name
                ),
            )
            .into());
        }
        let program_id = ProgramId::new(cx.ids(), cx.now);
        let vendor_id = cx.vendor();
        cx.tx.execute(
            "INSERT INTO programs (vendor_id, program_id, name, created_at) \
             VALUES ($1, $2, $3, $4)",
            db::params![
                vendor_id.as_str(),
                program_id.as_str(),
                &document.name,
                cx.now.as_microsecond()
            ],
        )?;
        let after = json!({ "name": document.name });
        audit::record(
            cx,
            &audit::Entry {
                action: "program.created",
                object_kind: "program",
                object_id: program_id.as_str(),
                before: json!(null),
                after: after.clone(),
            },
        )?;
        events::append(
            cx,
            &events::Event {
                kind: "program.created",
                object_kind: "program",
                object_id: program_id.as_str(),
                partner_id: "",
                data: after,
            },
        )?;
        let draft = SaveDraft {
            program_id: &program_id,
            number: None,
            document: self.document,
            note: "",
            expected_version: None,
        };
        let (row, report) = draft.run(cx)?;
        Ok((program_id, row, report))
    }
}

/// A document that becomes a version of a program, as `entente program apply` does it.
#[derive(Debug)]
pub struct Apply<'a> {
    /// The program; `None` for the only one, which is made when there is none yet.
    pub program_id: Option<&'a ProgramId>,
    /// The document as TOML.
    pub document: &'a str,
    /// The author's note.
    pub note: &'a str,
    /// True to propose, approve and announce it too; false leaves it for approval by someone else.
    pub at_once: bool,
    /// When it is to take effect.
    pub effective: Effective,
}

/// What came of applying a document.
#[derive(Debug)]
pub struct Applied {
    /// The program.
    pub program_id: ProgramId,
    /// The new version; `None` when the document holds the very rules announced last.
    pub version: Option<VersionRow>,
    /// The difference to the version before, and whom it touches.
    pub review: Review,
    /// The warnings of the check.
    pub report: Report,
}

impl Apply<'_> {
    /// Drafts and proposes the document, and carries it through to announced when asked to and
    /// the actor has the right. Rules PG-02, PG-03.
    pub fn run(&self, cx: &mut Cx<'_, '_>) -> Result<Applied, DraftFault> {
        let known = match self.program_id {
            Some(program_id) => Some(store::program(cx, program_id)?.program_id),
            None => store::programs(cx)?.into_iter().next().map(|program| program.program_id),
        };
        let (program_id, row, report, review) = if let Some(program_id) = known {
            let report = check(self.document);
            if !report.is_accepted() {
                return Err(DraftFault::Faulty(Box::new(report)));
            }
            let document = Document::parse_stored(self.document).map_err(AppError::internal)?;
            let review = review(cx, &program_id, &document)?;
            if review.base.is_some() && review.changes.is_empty() {
                return Ok(Applied { program_id, version: None, review, report });
            }
            let draft = SaveDraft {
                program_id: &program_id,
                number: None,
                document: self.document,
                note: self.note,
                expected_version: None,
            };
            let (row, report) = draft.run(cx)?;
            (program_id, row, report, review)
        } else {
            let (program_id, row, report) = CreateProgram { document: self.document }.run(cx)?;
            let review = review(cx, &program_id, &row.document()?)?;
            (program_id, row, report, review)
        };
        let row = self.carry_on(cx, row)?;
        Ok(Applied { program_id, version: Some(row), review, report })
    }

    fn carry_on(&self, cx: &mut Cx<'_, '_>, row: VersionRow) -> Result<VersionRow, AppError> {
        let (program_id, number) = (row.program_id, row.number);
        let expected_version = None;
        let row = Propose { program_id: &program_id, number, expected_version }.run(cx)?;
        if !self.at_once {
            return Ok(row);
        }
        if !cx.actor.may(Permission::ProgramApprove) {
            return Err(AppError::needs(Permission::ProgramApprove));
        }
        Approve { program_id: &program_id, number, expected_version, expected_base: None }
            .run(cx)?;
        let effective = self.effective;
        Announce { program_id: &program_id, number, effective, expected_version }.run(cx)
    }
}

/// Makes a program with this document in force at once. The name given stands in place of the
/// document's own. For first installations, the demo and tests. Rule PG-01.
pub fn bootstrap(
    cx: &mut Cx<'_, '_>,
    name: &str,
    document: &Document,
) -> Result<ProgramId, AppError> {
    let mut document = document.clone();
    name.clone_into(&mut document.name);
    let source = document.to_toml();
    let (program_id, row, _) = CreateProgram { document: &source }.run(cx)?;
    let apply = Apply {
        program_id: Some(&program_id),
        document: &source,
        note: "",
        at_once: true,
        effective: Effective::Earliest,
    };
    apply.carry_on(cx, row)?;
    Ok(program_id)
}

/// The document of a program as TOML, as it was written: of that version, or of the one in force
/// at `at`.
pub fn export(
    cx: &mut Cx<'_, '_>,
    program_id: &ProgramId,
    (number, at): (Option<i64>, Timestamp),
) -> Result<String, AppError> {
    let number = match number {
        Some(number) => number,
        None => crate::program::in_force(cx, program_id, at)?.number,
    };
    Ok(store::version(cx, program_id, number)?.source)
}

/// What a document would change, without saving anything: for `entente program diff`.
pub fn compare(
    cx: &mut Cx<'_, '_>,
    program_id: &ProgramId,
    document: &str,
) -> Result<(Review, Report), DraftFault> {
    store::program(cx, program_id)?;
    let report = check(document);
    if !report.is_accepted() {
        return Err(DraftFault::Faulty(Box::new(report)));
    }
    let parsed = Document::parse_stored(document).map_err(AppError::internal)?;
    Ok((review(cx, program_id, &parsed)?, report))
}
