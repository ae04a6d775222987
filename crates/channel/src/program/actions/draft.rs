//! Writing a version: a new draft, a further edit, giving it up.

use domain::{
    ids::ProgramId,
    program::{Document, Report, check},
    rule_id::RuleId,
};
use serde_json::json;

use super::{record, refused, unchanged, withdrawn};
use crate::program::{
    kept,
    store::{self, State, VersionRow},
};
use frame::{ctx::Cx, error::AppError};
use people::{audit, notifications};

/// Why a document was not saved.
#[derive(Debug)]
pub enum DraftFault {
    /// The document is faulty: the whole report, with lines and keys.
    Faulty(Box<Report>),
    /// Anything else.
    Other(AppError),
}

impl From<AppError> for DraftFault {
    fn from(error: AppError) -> Self {
        Self::Other(error)
    }
}

impl From<db::DbError> for DraftFault {
    fn from(error: db::DbError) -> Self {
        Self::Other(error.into())
    }
}

impl From<DraftFault> for AppError {
    fn from(fault: DraftFault) -> Self {
        match fault {
            DraftFault::Faulty(report) => Self::field("document", report.to_string()),
            DraftFault::Other(error) => error,
        }
    }
}

/// Saves a document as a draft: a new version, or an edit of one that is still a draft.
#[derive(Debug)]
pub struct SaveDraft<'a> {
    /// The program.
    pub program_id: &'a ProgramId,
    /// The draft to be edited; `None` makes a new version.
    pub number: Option<i64>,
    /// The document as TOML.
    pub document: &'a str,
    /// What the author says of it, enter at most 1,000 characters.
    pub note: &'a str,
    /// The count of the draft's changes as it was read.
    pub expected_version: Option<i64>,
}

impl SaveDraft<'_> {
    /// Checks the document and saves it with its warnings. A faulty one is not saved. Rules PG-02,
    /// PG-03.
    pub fn run(&self, cx: &mut Cx<'_, '_>) -> Result<(VersionRow, Report), DraftFault> {
        store::program(cx, self.program_id)?;
        if self.note.chars().count() > 1_000 {
            return Err(AppError::field("note", "enter at most 1,000 characters").into());
        }
        let report = check(self.document);
        if !report.is_accepted() {
            return Err(DraftFault::Faulty(Box::new(report)));
        }
        let document = Document::parse_stored(self.document).map_err(AppError::internal)?;
        let fingerprint = document.fingerprint();
        let number = match self.number {
            Some(number) => {
                self.edit(cx, number, &fingerprint)?;
                number
            }
            None => self.insert(cx, &fingerprint)?,
        };
        let row = store::version(cx, self.program_id, number)?;
        let verb = if self.number.is_some() { "edited" } else { "drafted" };
        record(cx, &row, (verb, State::Draft, State::Draft), json!({ "note": self.note }))?;
        Ok((row, report))
    }

    fn insert(&self, cx: &mut Cx<'_, '_>, fingerprint: &str) -> Result<i64, AppError> {
        let vendor_id = cx.vendor();
        let number: i64 = cx.tx.query_one_as(
            "INSERT INTO program_versions (vendor_id, program_id, number, state, document, \
             fingerprint, note, drafted_by, drafted_at) \
             SELECT $1, $2, COALESCE((SELECT MAX(number) FROM program_versions \
              WHERE vendor_id = $1 AND program_id = $2), 0) + 1, 'draft', $3, $4, $5, $6, $7 \
             RETURNING number",
            db::params![
                vendor_id.as_str(),
                self.program_id.as_str(),
                self.document,
                fingerprint,
                self.note,
                cx.actor.reference(),
                cx.now.as_microsecond()
            ],
        )?;
        audit::made(cx, &kept::VERSIONS, &[self.program_id.as_str(), &number.to_string()])?;
        Ok(number)
    }

    fn edit(&self, cx: &mut Cx<'_, '_>, number: i64, fingerprint: &str) -> Result<(), AppError> {
        let row = store::version(cx, self.program_id, number)?;
        if row.state != State::Draft {
            return Err(AppError::refused(
                RuleId::new("PG-01"),
                "Only a draft can be edited: send this version back to draft first, or start a \
                 new draft from it.",
            ));
        }
        unchanged(&row, self.expected_version)?;
        kept::touch(cx, self.program_id, number)?;
        let vendor_id = cx.vendor();
        cx.tx.execute(
            "UPDATE program_versions SET document = $1, fingerprint = $2, note = $3, \
             drafted_by = $4, drafted_at = $5, version = version + 1 \
             WHERE vendor_id = $6 AND program_id = $7 AND number = $8",
            db::params![
                self.document,
                fingerprint,
                self.note,
                cx.actor.reference(),
                cx.now.as_microsecond(),
                vendor_id.as_str(),
                self.program_id.as_str(),
                number
            ],
        )?;
        Ok(())
    }
}

/// Takes a version in review, or an approved one, back to draft; or gives up one that was not
/// announced.
#[derive(Debug)]
pub struct TakeBack<'a> {
    /// The program.
    pub program_id: &'a ProgramId,
    /// The version.
    pub number: i64,
    /// True to give it up for good.
    pub for_good: bool,
}

impl TakeBack<'_> {
    /// Takes it back. What was announced stays. Rule PG-02.
    pub fn run(&self, cx: &mut Cx<'_, '_>) -> Result<VersionRow, AppError> {
        store::program(cx, self.program_id)?;
        let row = store::version(cx, self.program_id, self.number)?;
        let life = row.lifecycle().ok_or_else(withdrawn)?;
        if !(self.for_good && row.state == State::Draft) {
            life.send_back().map_err(|refusal| refused(&refusal))?;
        }
        let (to, verb) = if self.for_good {
            (State::Withdrawn, "withdrawn")
        } else {
            (State::Draft, "sent_back")
        };
        kept::touch(cx, self.program_id, self.number)?;
        let vendor_id = cx.vendor();
        cx.tx.execute(
            "UPDATE program_versions SET state = $1, proposed_by = NULL, proposed_at = NULL, \
             approved_by = NULL, approved_at = NULL, approved_base = NULL, approved_diff = NULL, \
             council_saw_at = NULL, version = version + 1 \
             WHERE vendor_id = $2 AND program_id = $3 AND number = $4",
            db::params![to.word(), vendor_id.as_str(), self.program_id.as_str(), self.number],
        )?;
        notifications::finish(cx, &super::subject(self.program_id, self.number))?;
        record(cx, &row, (verb, row.state, to), json!(null))?;
        store::version(cx, self.program_id, self.number)
    }
}
