//! Files of a registration through the API.

use domain::ids::{FileId, RegistrationId};
use schemars::JsonSchema;
use serde::Serialize;

use crate::deal_registration::{
    actions::AttachFile,
    read,
    store::{self, FileView},
};
use frame::{error::AppError, reply::Reply, request::Req};

/// The files of a registration.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct FilePage {
    /// Oldest first.
    data: Vec<FileBody>,
}

/// A file.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct FileBody {
    /// Its id.
    id: String,
    /// Its name.
    name: String,
    /// Its type, found from its content.
    content_type: String,
    /// Its size in bytes.
    size: i64,
    /// The SHA-256 of its content in hexadecimal.
    sha256: String,
    /// Who added it.
    uploaded_by: String,
    /// When.
    uploaded_at: String,
}

impl From<FileView> for FileBody {
    fn from(view: FileView) -> Self {
        Self {
            id: view.file_id.as_str().to_owned(),
            name: view.name,
            content_type: view.content_type,
            size: view.size,
            sha256: view.sha256,
            uploaded_by: view.uploaded_by_name,
            uploaded_at: view.uploaded_at.to_string(),
        }
    }
}

/// `GET /api/v1/deal-registrations/{id}/files`
pub(super) fn list(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: RegistrationId = req.id("id")?;
    let registration = read::find(&mut req.cx, &id)?;
    let views = store::files(&mut req.cx, &registration.registration_id)?;
    Reply::json(&FilePage { data: views.into_iter().map(FileBody::from).collect() })
}

/// `POST /api/v1/deal-registrations/{id}/files`
pub(super) fn add(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let registration_id: RegistrationId = req.id("id")?;
    let name = req.query().get("name").unwrap_or("").to_owned();
    if name.is_empty() {
        return Err(AppError::field("name", "Send the file's name in the query"));
    }
    let content = req.input.body.clone();
    let file = AttachFile { registration_id: registration_id.clone(), name, content };
    let view = file.run(&mut req.cx)?;
    let location = format!("/api/v1/deal-registrations/{registration_id}/files/{}", view.file_id);
    Reply::created(&location, &FileBody::from(view))
}

/// `GET /api/v1/deal-registrations/{id}/files/{file_id}`
pub(super) fn content(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: RegistrationId = req.id("id")?;
    let file_id: FileId = req.id("file_id")?;
    let (view, content) = read::file(&mut req.cx, &id, &file_id)?;
    Ok(Reply::download("application/octet-stream", &view.name, content))
}
