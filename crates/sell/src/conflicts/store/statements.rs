//! The statements of the parties and their files (CF-04).

use domain::ids::{CaseId, FileId};
use jiff::Timestamp;

use crate::conflicts::kept;
use frame::{ctx::Cx, error::AppError};
use people::audit;

db::row! {
    /// A statement.
    #[derive(Debug, Clone)]
    pub(crate) struct Statement {
        /// Empty for direct sales.
        pub(crate) partner_id: String,
        pub(crate) words: String,
        pub(crate) by_ref: String,
        pub(crate) by_name: String,
        pub(crate) written_at: Timestamp,
        pub(crate) through: String,
    }
}

/// Writes a statement; false when the party has given one before.
pub(crate) fn insert(
    cx: &mut Cx<'_, '_>,
    case_id: &CaseId,
    statement: &Statement,
) -> Result<bool, AppError> {
    let vendor_id = cx.vendor();
    let written = cx.tx.execute(
        "INSERT INTO conflict_statements (vendor_id, case_id, partner_id, words, by_ref, by_name, \
         written_at, through) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
         ON CONFLICT (vendor_id, case_id, partner_id) DO NOTHING",
        db::params![
            vendor_id.as_str(),
            case_id.as_str(),
            &statement.partner_id,
            &statement.words,
            &statement.by_ref,
            &statement.by_name,
            statement.written_at.as_microsecond(),
            &statement.through
        ],
    )?;
    if written == 1 {
        audit::made(cx, &kept::STATEMENTS, &[case_id.as_str(), &statement.partner_id])?;
    }
    Ok(written == 1)
}

/// The statements of a case, oldest first: a partner reads its own, the vendor all.
pub(crate) fn list(cx: &mut Cx<'_, '_>, case_id: &CaseId) -> Result<Vec<Statement>, AppError> {
    let seen = cx.actor.visibility();
    let params = &[seen.vendor(), seen.partner(), case_id.as_str().into()];
    Ok(cx.tx.query_as(
        "SELECT partner_id, words, by_ref, by_name, written_at, through FROM conflict_statements \
         WHERE vendor_id = $1 AND case_id = $3 AND ($2 = '' OR partner_id = $2) \
         ORDER BY written_at, partner_id",
        params,
    )?)
}

db::row! {
    /// A file beside its content.
    #[derive(Debug, Clone)]
    pub(crate) struct FileRow {
        pub(crate) file_id: FileId,
        /// Empty for direct sales.
        pub(crate) partner_id: String,
        pub(crate) name: String,
        pub(crate) size: i64,
        pub(crate) sha256: String,
        pub(crate) added_by_name: String,
        pub(crate) added_at: Timestamp,
    }
}

/// Writes a file.
pub(crate) fn add_file(
    cx: &mut Cx<'_, '_>,
    case_id: &CaseId,
    file: &FileRow,
    content: &[u8],
) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "INSERT INTO conflict_files (vendor_id, case_id, file_id, partner_id, name, size, sha256, \
         added_by_name, added_at, content) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        db::params![
            vendor_id.as_str(),
            case_id.as_str(),
            file.file_id.as_str(),
            &file.partner_id,
            &file.name,
            file.size,
            &file.sha256,
            &file.added_by_name,
            file.added_at.as_microsecond(),
            content
        ],
    )?;
    audit::made(cx, &kept::FILES, &[case_id.as_str(), file.file_id.as_str()])
}

const FILE: &str = "SELECT file_id, partner_id, name, size, sha256, added_by_name, added_at";

/// The files of a case, oldest first: a partner sees its own, the vendor all.
pub(crate) fn files(cx: &mut Cx<'_, '_>, case_id: &CaseId) -> Result<Vec<FileRow>, AppError> {
    let seen = cx.actor.visibility();
    let params = &[seen.vendor(), seen.partner(), case_id.as_str().into()];
    let sql = format!(
        "{FILE} FROM conflict_files WHERE vendor_id = $1 AND case_id = $3 \
         AND ($2 = '' OR partner_id = $2) ORDER BY added_at, file_id LIMIT 200"
    );
    Ok(cx.tx.query_as(&sql, params)?)
}

/// One file with its content; `None` when there is none or it is another partner's.
pub(crate) fn content(
    cx: &mut Cx<'_, '_>,
    case_id: &CaseId,
    file_id: &FileId,
) -> Result<Option<(FileRow, Vec<u8>)>, AppError> {
    let seen = cx.actor.visibility();
    let params = &[seen.vendor(), seen.partner(), case_id.as_str().into(), file_id.as_str().into()];
    let sql = format!(
        "{FILE}, content FROM conflict_files WHERE vendor_id = $1 AND case_id = $3 \
         AND file_id = $4 AND ($2 = '' OR partner_id = $2)"
    );
    Ok(cx.tx.query_opt_as(&sql, params)?)
}
