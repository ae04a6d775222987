//! What the parties say and show (CF-04).

use bytes::Bytes;
use domain::{
    conflicts::rules::CF_04,
    ids::{CaseId, FileId},
    text::Note,
};
use serde_json::json;

use super::{
    course,
    store::{
        self,
        statements::{FileRow, Statement},
    },
    tell,
};
use frame::{access::Permission, ctx::Cx, error::AppError, evidence, secrets};
use people::{
    audit,
    identity::links::{self, LinkPurpose},
};

/// The most files of one party.
pub(super) const MOST_FILES: usize = 10;

/// A file that comes with a statement.
#[derive(Debug, Clone)]
pub struct Upload {
    /// Its name, as it was sent.
    pub name: String,
    /// Its content.
    pub content: Bytes,
}

impl Upload {
    /// The SHA-256 of its content in hexadecimal.
    pub(super) fn sha256(&self) -> String {
        secrets::hash_bytes(&self.content)
    }
}

/// The side of the case on which the actor stands: its partner's id, or `""` for direct sales. A
/// person of the vendor speaks for direct sales only when it records direct sales. Rule CF-04.
pub(super) fn acting_side(cx: &mut Cx<'_, '_>, case_id: &CaseId) -> Result<String, AppError> {
    if let Some(partner_id) = cx.actor.partner_id() {
        return Ok(partner_id.as_str().to_owned());
    }
    let parties = store::all_parties(cx, case_id)?;
    if !parties.iter().any(store::PartyRow::is_direct) {
        return Err(AppError::refused(
            CF_04,
            "Direct sales is no party of this case. Say what you know in a note.",
        ));
    }
    if cx.actor.may(Permission::DirectRecord) {
        return Ok(String::new());
    }
    Err(AppError::needs(Permission::DirectRecord))
}

/// Gives a party's statement.
#[derive(Debug)]
pub struct GiveStatement {
    /// The case.
    pub case_id: CaseId,
    /// The words, as typed.
    pub words: String,
    /// Files that show it.
    pub files: Vec<Upload>,
    /// Through what: `page`, `api` or `link`.
    pub through: &'static str,
}

impl GiveStatement {
    /// Keeps the statement. Each party gives one, while somebody has to decide. Rule CF-04.
    pub fn run(&self, cx: &mut Cx<'_, '_>) -> Result<(), AppError> {
        let case = store::find(cx, &self.case_id)?;
        let side = acting_side(cx, &self.case_id)?;
        let words = Note::parse(&self.words)
            .map_err(|error| AppError::field("words", error.to_string()))?;
        if !case.is_open() {
            let words = "The case is decided; it takes no more statements.";
            return Err(AppError::refused(CF_04, words));
        }
        let statement = Statement {
            partner_id: side.clone(),
            words: words.as_str().to_owned(),
            by_ref: cx.actor.reference(),
            by_name: cx.actor.name.clone(),
            written_at: cx.now,
            through: self.through.to_owned(),
        };
        if !store::statements::insert(cx, &self.case_id, &statement)? {
            return Err(AppError::refused(
                CF_04,
                "Your side has given its statement; there is one of each party. Add what came up \
                 since as a note or a file.",
            ));
        }
        keep_files(cx, &self.case_id, &side, &self.files)?;
        links::revoke_for_subject(
            cx,
            LinkPurpose::CaseStatement,
            &tell::link_subject(&case, &side),
        )?;
        let who = if side.is_empty() { "Direct sales" } else { "A partner" };
        let told = format!("{who} gave its statement.");
        let partner_words = if side.is_empty() { told.as_str() } else { "" };
        course::entry(cx, &case, (CF_04, &told, partner_words))?;
        audit::record(
            cx,
            &audit::Entry {
                action: "conflict.stated",
                object_kind: "conflict",
                object_id: self.case_id.as_str(),
                before: serde_json::Value::Null,
                after: json!({ "words": statement.words, "through": self.through }),
            },
        )
    }
}

/// Adds a file to what a party has shown.
#[derive(Debug)]
pub struct AddFile {
    /// The case.
    pub case_id: CaseId,
    /// The file.
    pub file: Upload,
}

impl AddFile {
    /// Keeps the file, while somebody has to decide. Rule CF-04.
    pub fn run(&self, cx: &mut Cx<'_, '_>) -> Result<FileId, AppError> {
        let case = store::find(cx, &self.case_id)?;
        let side = acting_side(cx, &self.case_id)?;
        if !case.is_open() {
            let words = "The case is decided. New evidence belongs to an appeal.";
            return Err(AppError::refused(CF_04, words));
        }
        let mut ids = keep_files(cx, &self.case_id, &side, std::slice::from_ref(&self.file))?;
        ids.pop().ok_or_else(|| AppError::internal("no file was kept"))
    }
}

/// Keeps the files of a party, if they are of a kind that is taken as evidence.
pub(super) fn keep_files(
    cx: &mut Cx<'_, '_>,
    case_id: &CaseId,
    side: &str,
    files: &[Upload],
) -> Result<Vec<FileId>, AppError> {
    let known = store::statements::files(cx, case_id)?;
    let own = known.iter().filter(|file| file.partner_id == side).count();
    if own + files.len() > MOST_FILES {
        let words = format!("at most {MOST_FILES} files of each party");
        return Err(AppError::field("file", words));
    }
    let mut kept = Vec::new();
    for upload in files {
        let name = evidence::file_name(&upload.name)?;
        evidence::recognise(&name, &upload.content)?;
        let file = FileRow {
            file_id: FileId::new(cx.ids(), cx.now),
            partner_id: side.to_owned(),
            name,
            size: i64::try_from(upload.content.len()).map_err(AppError::internal)?,
            sha256: upload.sha256(),
            added_by_name: cx.actor.name.clone(),
            added_at: cx.now,
        };
        store::statements::add_file(cx, case_id, &file, &upload.content)?;
        kept.push(file.file_id);
    }
    Ok(kept)
}
