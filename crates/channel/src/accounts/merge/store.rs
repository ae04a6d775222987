//! Merges in the database.

use db::{DbError, FromRow, Row};
use domain::ids::AccountId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{MergeId, Merging, carry::Carried};
use crate::accounts::kept;
use frame::{
    columns::{self, Json, Ours},
    ctx::Cx,
    error::AppError,
};
use people::audit;

/// What went from the merged account to the kept one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Moved {
    /// What accounts themselves keep.
    pub(super) carried: Carried,
    /// What each follower noted, by its name.
    pub(super) followers: serde_json::Map<String, Value>,
}

db::row! {
    /// A merge that happened.
    #[derive(Debug, Clone)]
    pub(crate) struct Merge {
        pub(crate) merge_id: MergeId,
        pub(crate) merging: Merging,
        pub(crate) kept_name: String,
        pub(crate) merged_name: String,
        pub(crate) moved: Moved => |Json(moved)| moved,
        pub(crate) reason: String,
        pub(crate) merged_by_name: String,
        pub(crate) merged_at: Timestamp,
        pub(crate) undone_at: Option<Timestamp>,
    }
}

const SELECT: &str = "SELECT m.merge_id, m.kept_account_id, m.merged_account_id, k.name, g.name, \
    m.moved, m.reason, m.merged_by_name, m.merged_at, m.undone_at FROM account_merges m \
    JOIN accounts k ON k.vendor_id = m.vendor_id AND k.account_id = m.kept_account_id \
    JOIN accounts g ON g.vendor_id = m.vendor_id AND g.account_id = m.merged_account_id \
    WHERE m.vendor_id = $1";

columns::ids!(MergeId);

impl FromRow<Ours> for Merging {
    const WIDTH: usize = 2;

    fn from_row(row: &Row<'_>, first: usize) -> Result<Self, DbError> {
        let (kept, merged) = FromRow::from_row(row, first)?;
        Ok(Merging { kept, merged })
    }
}

/// One merge; 404 when there is none.
pub(crate) fn find(cx: &mut Cx<'_, '_>, merge_id: &MergeId) -> Result<Merge, AppError> {
    let vendor_id = cx.vendor();
    let sql = format!("{SELECT} AND m.merge_id = $2");
    let params = db::params![vendor_id.as_str(), merge_id.as_str()];
    cx.tx.query_opt_as(&sql, params)?.ok_or(AppError::NotFound)
}

/// The merges in which an account took part, newest first.
pub(crate) fn of_account(
    cx: &mut Cx<'_, '_>,
    account_id: &AccountId,
) -> Result<Vec<Merge>, AppError> {
    let vendor_id = cx.vendor();
    let sql = format!(
        "{SELECT} AND (m.kept_account_id = $2 OR m.merged_account_id = $2) \
         ORDER BY m.merged_at DESC, m.merge_id DESC LIMIT 50"
    );
    Ok(cx.tx.query_as(&sql, db::params![vendor_id.as_str(), account_id.as_str()])?)
}

/// Keeps a merge with what its undoing needs.
pub(super) fn insert(
    cx: &mut Cx<'_, '_>,
    merge_id: &MergeId,
    merging: &Merging,
    moved: &Moved,
    reason: &str,
) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    let moved = serde_json::to_string(moved).map_err(AppError::internal)?;
    cx.tx.execute(
        "INSERT INTO account_merges (vendor_id, merge_id, kept_account_id, merged_account_id, \
         moved, reason, merged_by, merged_by_name, merged_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        db::params![
            vendor_id.as_str(),
            merge_id.as_str(),
            merging.kept.as_str(),
            merging.merged.as_str(),
            &moved,
            reason,
            cx.actor.reference(),
            &cx.actor.name.clone(),
            cx.now.as_microsecond()
        ],
    )?;
    audit::made(cx, &kept::MERGES, &[merge_id.as_str()])
}

/// The merged account leads to the kept one from now on.
pub(super) fn mark_merged(cx: &mut Cx<'_, '_>, merging: &Merging) -> Result<(), AppError> {
    set_merged_into(cx, &merging.merged, merging.kept.as_str())
}

/// Where an account leads; `""` makes it a living one again.
pub(super) fn set_merged_into(
    cx: &mut Cx<'_, '_>,
    account_id: &AccountId,
    into: &str,
) -> Result<(), AppError> {
    kept::touch(cx, account_id)?;
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "UPDATE accounts SET merged_into = $1, updated_at = $2, version = version + 1 \
         WHERE vendor_id = $3 AND account_id = $4",
        db::params![into, cx.now.as_microsecond(), vendor_id.as_str(), account_id.as_str()],
    )?;
    Ok(())
}

/// Notes that a merge was undone.
pub(super) fn mark_undone(cx: &mut Cx<'_, '_>, merge_id: &MergeId) -> Result<(), AppError> {
    audit::touch(cx, &kept::MERGES, &[merge_id.as_str()])?;
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "UPDATE account_merges SET undone_by = $1, undone_at = $2 \
         WHERE vendor_id = $3 AND merge_id = $4",
        db::params![
            cx.actor.reference(),
            cx.now.as_microsecond(),
            vendor_id.as_str(),
            merge_id.as_str()
        ],
    )?;
    Ok(())
}
