//! Imports in the database.

use db::Value;
use domain::folding::folded;
use domain::ids::ImportId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    file::Reading,
    finding::{Finding, Level, Remark},
    kind::Kind,
    mapping::Mapping,
    settings::Settings,
};
use frame::{
    columns::{self, Json},
    ctx::Cx,
    error::AppError,
};

domain::words! {
    /// How far an import is.
    pub enum State {
        /// The file is there; columns are being chosen.
        #[default]
        Uploaded = "uploaded", "Uploaded",
        /// Its rows are being checked.
        Checking = "checking", "Checking",
        /// Every row can be imported.
        Checked = "checked", "Checked",
        /// Some rows cannot be imported.
        Faulty = "faulty", "Has errors",
        /// Its rows are being written.
        Running = "running", "Importing",
        /// Its rows are written.
        Done = "done", "Done",
        /// It could not be carried out; nothing was written.
        Failed = "failed", "Failed",
        /// It was given up.
        Cancelled = "cancelled", "Cancelled",
    }
}

impl State {
    /// True while a job works on it.
    pub const fn is_busy(self) -> bool {
        matches!(self, Self::Checking | Self::Running)
    }

    /// True when it will not change any more.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Cancelled)
    }
}

/// What came of an import, and what was found on the way.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Report {
    /// How the file was read.
    pub reading: Reading,
    /// Rows of the file.
    pub rows: u64,
    /// Things made.
    pub made: u64,
    /// Things changed.
    pub changed: u64,
    /// Rows about things that are known as they are.
    pub unchanged: u64,
    /// Rows held back because a partner protects the account.
    pub held: u64,
    /// Accounts about which a person is asked whether they are one that existed.
    pub asked: u64,
    /// Rows left out on purpose.
    pub left_out: u64,
    /// Faults.
    pub faults: u64,
    /// What was read otherwise than it was written, or deserves a look.
    pub remarks: Vec<Remark>,
    /// Why it failed as a whole; `""` when it did not.
    pub failure: String,
    /// The first rows, shortened, for the preview.
    pub sample: Vec<Vec<String>>,
}

db::row! {
    /// An import.
    #[derive(Debug, Clone)]
    pub struct Import {
        /// Its id.
        pub import_id: ImportId,
        /// The kind of rows.
        pub kind: Kind,
        /// The file name.
        pub file_name: String,
        /// How far it is.
        pub state: State,
        /// The names of the file's columns.
        pub headers: Vec<String> => |Json(headers)| headers,
        /// Which column fills which field.
        pub mapping: Mapping => |Json(mapping)| mapping,
        /// How values are read.
        pub settings: Settings => |Json(settings)| settings,
        /// The result.
        pub report: Report => |Json(report)| report,
        /// Who sent it, as audit refers to it.
        pub created_by: String,
        /// The name of who sent it.
        pub created_by_name: String,
        /// When it was uploaded.
        pub created_at: Timestamp,
        /// When it ended.
        pub finished_at: Option<Timestamp>,
        /// Counts its changes, for `ETags`.
        pub version: i64,
    }
}

columns::words!(State, Kind, Level);

pub(super) const SELECT: &str = "SELECT import_id, kind, file_name, state, headers, mapping, settings, \
    report, created_by, created_by_name, created_at, finished_at, version FROM imports";

fn json(value: &impl Serialize) -> Result<String, AppError> {
    serde_json::to_string(value).map_err(AppError::internal)
}

/// Writes a new import with its file.
pub(super) fn insert(cx: &mut Cx<'_, '_>, new: &Import, content: &[u8]) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "INSERT INTO imports (vendor_id, import_id, kind, file_name, state, headers, mapping, \
         settings, report, created_by, created_by_name, created_at, \
         search_key) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        db::params![
            vendor_id.as_str(),
            new.import_id.as_str(),
            new.kind.word(),
            &new.file_name,
            new.state.word(),
            json(&new.headers)?,
            json(&new.mapping)?,
            json(&new.settings)?,
            json(&new.report)?,
            &new.created_by,
            &new.created_by_name,
            new.created_at.as_microsecond(),
            folded(&new.file_name)
        ],
    )?;
    cx.tx.execute(
        "INSERT INTO import_contents (vendor_id, import_id, content) VALUES ($1, $2, $3)",
        db::params![vendor_id.as_str(), new.import_id.as_str(), content],
    )?;
    Ok(())
}

/// One import; 404 when there is none.
pub(super) fn find(cx: &mut Cx<'_, '_>, import_id: &ImportId) -> Result<Import, AppError> {
    let vendor_id = cx.vendor();
    let sql = format!("{SELECT} WHERE vendor_id = $1 AND import_id = $2");
    let params = db::params![vendor_id.as_str(), import_id.as_str()];
    cx.tx.query_opt_as(&sql, params)?.ok_or(AppError::NotFound)
}

/// The file of an import; 404 once it is dropped.
pub(super) fn content(cx: &mut Cx<'_, '_>, import_id: &ImportId) -> Result<Vec<u8>, AppError> {
    let vendor_id = cx.vendor();
    let found = cx.tx.query_opt_as::<Vec<u8>, _>(
        "SELECT content FROM import_contents WHERE vendor_id = $1 AND import_id = $2",
        db::params![vendor_id.as_str(), import_id.as_str()],
    )?;
    found.ok_or(AppError::NotFound)
}

/// Writes state, mapping, settings and report of an import; drops the file when it is over.
pub(super) fn update(cx: &mut Cx<'_, '_>, import: &Import) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "UPDATE imports SET state = $1, mapping = $2, settings = $3, report = $4, \
         finished_at = $5, version = version + 1 WHERE vendor_id = $6 AND import_id = $7",
        db::params![
            import.state.word(),
            json(&import.mapping)?,
            json(&import.settings)?,
            json(&import.report)?,
            import.finished_at.map(Timestamp::as_microsecond),
            vendor_id.as_str(),
            import.import_id.as_str()
        ],
    )?;
    if import.state.is_over() {
        cx.tx.execute(
            "DELETE FROM import_contents WHERE vendor_id = $1 AND import_id = $2",
            db::params![vendor_id.as_str(), import.import_id.as_str()],
        )?;
    }
    Ok(())
}

/// Replaces the findings of an import.
pub(super) fn set_findings(
    cx: &mut Cx<'_, '_>,
    import_id: &ImportId,
    findings: &[Finding],
) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "DELETE FROM import_findings WHERE vendor_id = $1 AND import_id = $2",
        db::params![vendor_id.as_str(), import_id.as_str()],
    )?;
    let mut values: Vec<Value<'_>> = Vec::with_capacity(findings.len() * 8);
    for (seq, finding) in (1_i64..).zip(findings) {
        values.extend([
            vendor_id.as_str().into(),
            import_id.as_str().into(),
            seq.into(),
            finding.level.word().into(),
            i64::try_from(finding.line).unwrap_or(i64::MAX).into(),
            finding.column.as_str().into(),
            finding.value.as_str().into(),
            finding.reason.as_str().into(),
        ]);
    }
    cx.tx.insert_many(
        "INSERT INTO import_findings (vendor_id, import_id, seq, level, line, column_name, \
         value, reason) VALUES",
        "",
        8,
        &values,
    )?;
    Ok(())
}

/// The findings of an import in the order of the file, after `after`, at most `limit`.
pub(super) fn findings(
    cx: &mut Cx<'_, '_>,
    import_id: &ImportId,
    (after, limit): (i64, i64),
) -> Result<Vec<(i64, Finding)>, AppError> {
    let vendor_id = cx.vendor();
    let rows = cx.tx.query_as::<(i64, Level, i64, String, String, String), _>(
        "SELECT seq, level, line, column_name, value, reason FROM import_findings \
         WHERE vendor_id = $1 AND import_id = $2 AND seq > $3 ORDER BY seq LIMIT $4",
        db::params![vendor_id.as_str(), import_id.as_str(), after, limit],
    )?;
    let finding = |(seq, level, line, column, value, reason)| {
        (seq, Finding { level, line: u64::try_from(line).unwrap_or(0), column, value, reason })
    };
    Ok(rows.into_iter().map(finding).collect())
}

/// The mapping and settings that were used last for files of this kind with these columns.
pub(super) fn remembered(
    cx: &mut Cx<'_, '_>,
    kind: Kind,
    headers: &[String],
) -> Result<Option<(Mapping, Settings)>, AppError> {
    let vendor_id = cx.vendor();
    let found = cx.tx.query_opt_as::<(String, String), _>(
        "SELECT mapping, settings FROM import_mappings WHERE vendor_id = $1 AND kind = $2 \
         AND headers_hash = $3",
        db::params![vendor_id.as_str(), kind.word(), headers_hash(headers)?],
    )?;
    let Some((mapping, settings)) = found else {
        return Ok(None);
    };
    Ok(serde_json::from_str(&mapping).ok().zip(serde_json::from_str(&settings).ok()))
}

/// Remembers how a file of this kind with these columns was read.
pub(super) fn remember(cx: &mut Cx<'_, '_>, import: &Import) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "INSERT INTO import_mappings (vendor_id, kind, headers_hash, mapping, settings, used_at) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (vendor_id, kind, headers_hash) \
         DO UPDATE SET mapping = excluded.mapping, settings = excluded.settings, \
          used_at = excluded.used_at",
        db::params![
            vendor_id.as_str(),
            import.kind.word(),
            headers_hash(&import.headers)?,
            json(&import.mapping)?,
            json(&import.settings)?,
            cx.now.as_microsecond()
        ],
    )?;
    Ok(())
}

fn headers_hash(headers: &[String]) -> Result<String, AppError> {
    Ok(frame::secrets::hash(&json(&headers)?))
}
