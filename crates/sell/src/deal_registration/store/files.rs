//! Files that were added as evidence.

use db::Record as _;
use domain::ids::{FileId, RegistrationId};
use jiff::Timestamp;

use crate::deal_registration::kept;
use frame::{ctx::Cx, error::AppError};
use people::audit;

db::record! {
    /// A file beside its content.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct FileView in "deal_registration_files" {
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
}

/// Writes a file.
pub(crate) fn add_file(
    cx: &mut Cx<'_, '_>,
    id: &RegistrationId,
    file: &FileView,
    content: &[u8],
) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    let of = [
        ("vendor_id", vendor_id.as_str().into()),
        ("registration_id", id.as_str().into()),
        ("content", content.into()),
    ];
    file.insert(cx.tx, &of)?;
    audit::made(cx, &kept::FILES, &[id.as_str(), file.file_id.as_str()])
}

/// The files of a registration, oldest first, without their content; at most 100.
pub(crate) fn files(cx: &mut Cx<'_, '_>, id: &RegistrationId) -> Result<Vec<FileView>, AppError> {
    let vendor_id = cx.vendor();
    let sql = format!(
        "{} WHERE vendor_id = $1 AND registration_id = $2 ORDER BY uploaded_at, file_id LIMIT 100",
        FileView::SELECT
    );
    Ok(cx.tx.query_as(&sql, db::params![vendor_id.as_str(), id.as_str()])?)
}

/// One file of a registration with its content.
pub(crate) fn file_content(
    cx: &mut Cx<'_, '_>,
    id: &RegistrationId,
    file_id: &FileId,
) -> Result<Option<(FileView, Vec<u8>)>, AppError> {
    let vendor_id = cx.vendor();
    let sql = format!(
        "SELECT {}, content FROM deal_registration_files \
         WHERE vendor_id = $1 AND registration_id = $2 AND file_id = $3",
        FileView::LIST
    );
    let params = db::params![vendor_id.as_str(), id.as_str(), file_id.as_str()];
    Ok(cx.tx.query_opt_as(&sql, params)?)
}
