//! Rows of API keys.

use db::{DbError, Row};
use domain::ids::{ApiKeyId, PartnerId};
use jiff::Timestamp;

use crate::core::{clock::from_micros, ctx::Cx, error::AppError, visibility::Visibility};

/// A key without its secret.
#[derive(Debug, Clone)]
pub(super) struct KeyRow {
    pub(super) key_id: String,
    pub(super) prefix: String,
    pub(super) name: String,
    pub(super) partner_id: String,
    pub(super) scopes: String,
    pub(super) created_by: String,
    pub(super) created_at: Timestamp,
    pub(super) expires_at: Timestamp,
    pub(super) used_at: Option<Timestamp>,
    pub(super) revoked_at: Option<Timestamp>,
}

impl KeyRow {
    /// The word for whether it works at `now`; the instant of expiry is too late already.
    pub(super) fn standing(&self, now: Timestamp) -> &'static str {
        if self.revoked_at.is_some() {
            "revoked"
        } else if self.expires_at <= now {
            "expired"
        } else {
            "active"
        }
    }
}

const SELECT: &str = "SELECT key_id, prefix, name, partner_id, scopes, created_by, created_at, \
                      expires_at, used_at, revoked_at FROM identity_api_keys ";

fn key_row(row: &Row<'_>) -> Result<KeyRow, DbError> {
    Ok(KeyRow {
        key_id: row.text(0)?,
        prefix: row.text(1)?,
        name: row.text(2)?,
        partner_id: row.text(3)?,
        scopes: row.text(4)?,
        created_by: row.text(5)?,
        created_at: from_micros(row.int(6)?),
        expires_at: from_micros(row.int(7)?),
        used_at: row.opt_int(8)?.map(from_micros),
        revoked_at: row.opt_int(9)?.map(from_micros),
    })
}

pub(super) fn insert(cx: &mut Cx<'_, '_>, key: &KeyRow, secret_hash: &str) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "INSERT INTO identity_api_keys (vendor_id, key_id, secret_hash, prefix, name, \
         partner_id, scopes, created_by, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        db::params![
            vendor_id.as_str(),
            &key.key_id,
            secret_hash,
            &key.prefix,
            &key.name,
            &key.partner_id,
            &key.scopes,
            &key.created_by,
            key.created_at.as_microsecond(),
            key.expires_at.as_microsecond()
        ],
    )?;
    Ok(())
}

/// How many keys of a side work at this instant.
pub(super) fn count_working(cx: &mut Cx<'_, '_>, partner: &str) -> Result<i64, AppError> {
    let (vendor_id, now) = (cx.vendor(), cx.now_micros());
    Ok(cx.tx.query_one(
        "SELECT COUNT(*) FROM identity_api_keys WHERE vendor_id = $1 AND partner_id = $2 \
         AND revoked_at IS NULL AND expires_at > $3",
        db::params![vendor_id.as_str(), partner, now],
        |row| row.int(0),
    )?)
}

/// The keys one may see, the newest first; `after` is the id of the last of the page before.
pub(super) fn page(
    cx: &mut Cx<'_, '_>,
    visible: &Visibility,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<KeyRow>, AppError> {
    let sql = format!(
        "{SELECT}WHERE vendor_id = $1 AND ($2 = '' OR partner_id = $2) \
         AND ($3 = '' OR key_id < $3) ORDER BY key_id DESC LIMIT $4"
    );
    Ok(cx.tx.query(
        &sql,
        &[visible.vendor(), visible.partner(), after.unwrap_or("").into(), limit.into()],
        key_row,
    )?)
}

/// A key one may see; another is not found.
pub(super) fn get(
    cx: &mut Cx<'_, '_>,
    visible: &Visibility,
    key_id: &ApiKeyId,
) -> Result<KeyRow, AppError> {
    let sql =
        format!("{SELECT}WHERE vendor_id = $1 AND ($2 = '' OR partner_id = $2) AND key_id = $3");
    let found = cx.tx.query_opt(
        &sql,
        &[visible.vendor(), visible.partner(), key_id.as_str().into()],
        key_row,
    )?;
    found.ok_or(AppError::NotFound)
}

pub(super) fn revoke(cx: &mut Cx<'_, '_>, key_id: &str) -> Result<(), AppError> {
    let (vendor_id, now) = (cx.vendor(), cx.now_micros());
    cx.tx.execute(
        "UPDATE identity_api_keys SET revoked_at = $3 \
         WHERE vendor_id = $1 AND key_id = $2 AND revoked_at IS NULL",
        db::params![vendor_id.as_str(), key_id, now],
    )?;
    Ok(())
}

/// Revokes every key of a partner.
pub(in crate::identity) fn revoke_of_side(
    cx: &mut Cx<'_, '_>,
    partner: &PartnerId,
) -> Result<(), AppError> {
    let (vendor_id, now) = (cx.vendor(), cx.now_micros());
    cx.tx.execute(
        "UPDATE identity_api_keys SET revoked_at = $3 \
         WHERE vendor_id = $1 AND partner_id = $2 AND revoked_at IS NULL",
        db::params![vendor_id.as_str(), partner.as_str(), now],
    )?;
    Ok(())
}

/// Who made a key, as audit refers to it: `user:usr_…`, another key, or the system.
pub fn made_by(cx: &mut Cx<'_, '_>, key_id: &ApiKeyId) -> Result<Option<String>, AppError> {
    let vendor_id = cx.vendor();
    Ok(cx.tx.query_opt(
        "SELECT created_by FROM identity_api_keys WHERE vendor_id = $1 AND key_id = $2",
        db::params![vendor_id.as_str(), key_id.as_str()],
        |row| row.text(0),
    )?)
}
