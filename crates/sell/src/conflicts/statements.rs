//! Statements and files of the parties (CF-04).

use bytes::Bytes;
use domain::{
    conflicts::rules::CF_04,
    ids::{CaseId, FileId},
};
use serde_json::{Value, json};

use super::{
    course,
    store::{
        self, PartyRow,
        statements::{FileRow, Statement},
    },
    tell,
};
use frame::{
    access::Permission,
    ctx::Cx,
    error::AppError,
    evidence,
    input::{Text, input},
    secrets,
};
use people::identity::links::{self, LinkPurpose};

/// The most files of one party.
pub(super) const MOST_FILES: usize = 10;
/// What the field for a file is called.
pub(super) const FILE_LABEL: &str = "Supporting file";

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
pub(super) fn acting_side(cx: &Cx<'_, '_>, parties: &[PartyRow]) -> Result<String, AppError> {
    if let Some(partner_id) = cx.actor.partner_id() {
        return Ok(partner_id.as_str().to_owned());
    }
    if !parties.iter().any(PartyRow::is_direct) {
        return Err(AppError::refused(
            CF_04,
            "Direct sales is not a party to this case. Add a note instead.",
        ));
    }
    if cx.actor.may(Permission::DirectRecord) {
        return Ok(String::new());
    }
    Err(AppError::needs(Permission::DirectRecord))
}

input! {
    /// Your side's statement.
    pub struct StatementInput {
        /// 1 to 4,000 characters.
        pub words: String => Text::lines("Your statement", 4_000)
            .required("Enter your statement")
            .hint("One statement per party; the deciders read it, other partners do not"),
    }
}

impl StatementInput {
    /// Keeps the statement with its files; `through` is `page`, `api` or `link`. Each party gives
    /// one, while somebody has to decide. Rule CF-04.
    pub fn run(
        &self,
        cx: &mut Cx<'_, '_>,
        case_id: &CaseId,
        (files, through): (&[Upload], &str),
    ) -> Result<(), AppError> {
        let case = store::find(cx, case_id)?;
        let parties = store::all_parties(cx, case_id)?;
        let side = acting_side(cx, &parties)?;
        if !case.is_open() {
            let words = "The case is decided; you can no longer give a statement.";
            return Err(AppError::refused(CF_04, words));
        }
        let statement = Statement {
            partner_id: side.clone(),
            words: self.words.clone(),
            by_ref: cx.actor.reference(),
            by_name: cx.actor.name.clone(),
            written_at: cx.now,
            through: through.to_owned(),
        };
        if !store::statements::insert(cx, case_id, &statement)? {
            return Err(AppError::refused(
                CF_04,
                "Your side has already given its statement, and each party gives one. Add \
                 anything new as a note or file.",
            ));
        }
        keep_files(cx, case_id, &side, files)?;
        links::revoke_for_subject(
            cx,
            LinkPurpose::CaseStatement,
            &tell::link_subject(&case, &side),
        )?;
        let who = if side.is_empty() { "Direct sales" } else { "A partner" };
        let told = format!("{who} gave its statement.");
        let partner_words = if side.is_empty() { told.as_str() } else { "" };
        course::entry(cx, &case, (CF_04, &told, partner_words))?;
        let after = json!({ "words": self.words, "through": through });
        tell::record(cx, case_id, "conflict.stated", (Value::Null, after))
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
        let parties = store::all_parties(cx, &self.case_id)?;
        let side = acting_side(cx, &parties)?;
        if !case.is_open() {
            let words = "The case is decided. Add new evidence through an appeal.";
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
        let words = format!("at most {MOST_FILES} files per party");
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
