//! What a party says in a case.

use domain::ids::CaseId;
use serde_json::{Value, json};

use super::{
    store::{self},
    tell,
};
use frame::{
    ctx::Cx,
    error::AppError,
    input::{Text, input},
    secrets,
};

input! {
    /// A note from your side.
    pub struct NoteInput {
        /// 1 to 4,000 characters.
        pub words: String => Text::lines("Your note", 4_000)
            .required("Enter a note"),
    }
}

impl NoteInput {
    /// Keeps the note. A closed case takes none.
    pub fn run(&self, cx: &mut Cx<'_, '_>, case_id: &CaseId) -> Result<(), AppError> {
        if !store::find(cx, case_id)?.is_open() {
            return Err(AppError::field(
                "words",
                "The case is closed; you can no longer add notes",
            ));
        }
        let vendor_id = cx.vendor();
        let note_id = format!("note_{}", secrets::base62(cx.ids(), 20));
        let partner = cx.actor.partner_id().map_or("", |id| id.as_str()).to_owned();
        cx.tx.execute(
            "INSERT INTO conflict_notes (vendor_id, case_id, note_id, partner_id, by_name, \
             written_at, words) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            db::params![
                vendor_id.as_str(),
                case_id.as_str(),
                &note_id,
                &partner,
                &cx.actor.name.clone(),
                cx.now.as_microsecond(),
                &self.words
            ],
        )?;
        let after = json!({ "note_id": note_id, "words": self.words });
        tell::record(cx, case_id, "conflict.noted", (Value::Null, after))
    }
}
