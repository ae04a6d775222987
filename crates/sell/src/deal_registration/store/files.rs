//! Files that were added as evidence.

use db::DbError;
use domain::ids::{FileId, RegistrationId};
use jiff::Timestamp;

use super::reader::Reader;
use crate::deal_registration::kept;
use frame::{ctx::Cx, error::AppError};
use people::audit;

/// A file beside its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileView {
    /// Its id.
    pub file_id: FileId,
    /// Its name.
    pub name: String,
    /// Its type, found from its content.
    pub content_type: String,
    /// Its size in bytes.
    pub size: i64,
    /// The SHA-256 of its content in hexadecimal.
    pub sha256: String,
    /// Who added it, as audit names actors.
    pub uploaded_by: String,
    /// The name of the one who added it.
    pub uploaded_by_name: String,
    /// When.
    pub uploaded_at: Timestamp,
}

/// Writes a file.
pub(crate) fn add_file(
    cx: &mut Cx<'_, '_>,
    id: &RegistrationId,
    file: &FileView,
    content: &[u8],
) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "INSERT INTO deal_registration_files (vendor_id, registration_id, file_id, name, \
         content_type, size, sha256, uploaded_by, uploaded_by_name, uploaded_at, content) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        db::params![
            vendor_id.as_str(),
            id.as_str(),
            file.file_id.as_str(),
            &file.name,
            &file.content_type,
            file.size,
            &file.sha256,
            &file.uploaded_by,
            &file.uploaded_by_name,
            file.uploaded_at.as_microsecond(),
            content
        ],
    )?;
    audit::made(cx, &kept::FILES, &[id.as_str(), file.file_id.as_str()])
}

fn read(r: &mut Reader<'_, '_>) -> Result<FileView, DbError> {
    Ok(FileView {
        file_id: r.with(|text| FileId::parse(text).ok())?,
        name: r.text()?,
        content_type: r.text()?,
        size: r.int()?,
        sha256: r.text()?,
        uploaded_by: r.text()?,
        uploaded_by_name: r.text()?,
        uploaded_at: r.instant()?,
    })
}

/// The files of a registration, oldest first, without their content; at most 100.
pub(crate) fn files(cx: &mut Cx<'_, '_>, id: &RegistrationId) -> Result<Vec<FileView>, AppError> {
    let vendor_id = cx.vendor();
    Ok(cx.tx.query(
        "SELECT file_id, name, content_type, size, sha256, uploaded_by, uploaded_by_name, \
         uploaded_at FROM deal_registration_files \
         WHERE vendor_id = $1 AND registration_id = $2 ORDER BY uploaded_at, file_id LIMIT 100",
        db::params![vendor_id.as_str(), id.as_str()],
        |row| read(&mut Reader::new(row, 0)),
    )?)
}

/// One file of a registration with its content.
pub(crate) fn file_content(
    cx: &mut Cx<'_, '_>,
    id: &RegistrationId,
    file_id: &FileId,
) -> Result<Option<(FileView, Vec<u8>)>, AppError> {
    let vendor_id = cx.vendor();
    Ok(cx.tx.query_opt(
        "SELECT file_id, name, content_type, size, sha256, uploaded_by, uploaded_by_name, \
         uploaded_at, content FROM deal_registration_files \
         WHERE vendor_id = $1 AND registration_id = $2 AND file_id = $3",
        db::params![vendor_id.as_str(), id.as_str(), file_id.as_str()],
        |row| {
            let mut r = Reader::new(row, 0);
            Ok((read(&mut r)?, r.blob()?))
        },
    )?)
}
