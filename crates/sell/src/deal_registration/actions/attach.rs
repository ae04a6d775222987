//! Adding a file as evidence. The type is detected from its content; the name must agree.

use bytes::Bytes;
use domain::ids::{FileId, RegistrationId};
use serde_json::{Value, json};

use crate::deal_registration::{
    record::{Happening, happened},
    store::{self, FileView},
};
use frame::{ctx::Cx, error::AppError, evidence, secrets};

/// The most files of one registration.
const MOST_FILES: usize = 20;
/// Adds a file to a registration.
#[derive(Debug)]
pub struct AttachFile {
    /// The registration.
    pub registration_id: RegistrationId,
    /// The file's name, as it was sent.
    pub name: String,
    /// Its content.
    pub content: Bytes,
}

impl AttachFile {
    /// The file as it is kept. PDF, PNG, JPEG, DOCX, XLSX and plain text are taken, up to 10 MB.
    pub fn run(&self, cx: &mut Cx<'_, '_>) -> Result<FileView, AppError> {
        let r = super::load(cx, &self.registration_id)?;
        let name = evidence::file_name(&self.name)?;
        let content_type = evidence::recognise(&name, &self.content)?;
        if store::files(cx, &r.registration_id)?.len() >= MOST_FILES {
            let words = format!("This registration already has {MOST_FILES} files, the maximum");
            return Err(AppError::field("file", words));
        }
        let file = FileView {
            file_id: FileId::new(cx.ids(), cx.now),
            name,
            content_type: content_type.to_owned(),
            size: i64::try_from(self.content.len()).map_err(AppError::internal)?,
            sha256: secrets::hash_bytes(&self.content),
            uploaded_by: cx.actor.reference(),
            uploaded_by_name: cx.actor.name.clone(),
            uploaded_at: cx.now,
        };
        store::add_file(cx, &r.registration_id, &file, &self.content)?;
        let words = format!("File added: {}.", file.name);
        let after = json!({ "file_id": file.file_id.as_str(), "name": file.name,
            "size": file.size, "sha256": file.sha256 });
        happened(cx, &r, &Happening::new("file_added", &words).change(Value::Null, after))?;
        Ok(file)
    }
}
