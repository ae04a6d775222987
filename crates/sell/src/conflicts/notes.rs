//! What a party says in a case.

use domain::{ids::CaseId, text::Note};
use serde_json::json;

use super::store;
use frame::{ctx::Cx, error::AppError, secrets};
use people::audit;

/// A note of the acting side.
#[derive(Debug)]
pub struct AddNote {
    /// The case.
    pub case_id: CaseId,
    /// The words, as typed.
    pub words: String,
}

impl AddNote {
    /// Keeps the note. A closed case takes none (409 in words).
    pub fn run(&self, cx: &mut Cx<'_, '_>) -> Result<(), AppError> {
        let case = store::find(cx, &self.case_id)?;
        let words = Note::parse(&self.words)
            .map_err(|error| AppError::field("words", error.to_string()))?;
        if !case.is_open() {
            return Err(AppError::field("words", "the case is closed; it takes no more notes"));
        }
        let vendor_id = cx.vendor();
        let note_id = format!("note_{}", secrets::base62(cx.ids(), 20));
        let partner = cx.actor.partner_id().map_or("", |id| id.as_str()).to_owned();
        cx.tx.execute(
            "INSERT INTO conflict_notes (vendor_id, case_id, note_id, partner_id, by_name, \
             written_at, words) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            db::params![
                vendor_id.as_str(),
                self.case_id.as_str(),
                &note_id,
                &partner,
                &cx.actor.name.clone(),
                cx.now.as_microsecond(),
                words.as_str()
            ],
        )?;
        audit::record(
            cx,
            &audit::Entry {
                action: "conflict.noted",
                object_kind: "conflict",
                object_id: self.case_id.as_str(),
                before: serde_json::Value::Null,
                after: json!({ "note_id": note_id, "words": words.as_str() }),
            },
        )
    }
}
