//! Rows of signed links.

use domain::ids::{LinkId, PartnerId, UserId};
use jiff::Timestamp;

use super::{LinkPurpose, NewLink};
use frame::{columns, ctx::Cx, error::AppError};

/// The most links that a list of one subject shows.
const MOST_LISTED: i64 = 200;

/// A link as a list shows it.
#[derive(Debug, Clone)]
pub struct LinkRow {
    /// The link.
    pub link_id: LinkId,
    /// What it is for.
    pub purpose: LinkPurpose,
    /// The person it was made for, where there is one.
    pub user_id: Option<UserId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// The first instant at which it no longer works.
    pub expires_at: Timestamp,
    /// How often it was used.
    pub used_count: i64,
    /// Whether it still works.
    pub standing: LinkStanding,
}

/// Whether a link still works, and why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkStanding {
    /// It works.
    Live,
    /// Its time is over.
    Expired,
    /// It was used as often as it may be.
    Used,
    /// It was taken back.
    Revoked,
}

db::row! {
    /// A link found by its secret.
    pub(super) struct Found {
        pub(super) link_id: LinkId,
        pub(super) purpose: LinkPurpose,
        pub(super) user_id: Option<UserId> = "",
        pub(super) partner_id: Option<PartnerId> = "",
        pub(super) subject_id: String,
        pub(super) expires_at: Timestamp,
        created_at: Timestamp,
        used_count: i64,
        uses_left: i64,
        revoked: bool => |at: Option<Timestamp>| at.is_some(),
    }
}

impl Found {
    /// Whether it works at `now`; the instant of expiry is too late already.
    pub(super) fn standing(&self, now_micros: i64) -> LinkStanding {
        if self.revoked {
            LinkStanding::Revoked
        } else if self.uses_left == 0 {
            LinkStanding::Used
        } else if now_micros >= self.expires_at.as_microsecond() {
            LinkStanding::Expired
        } else {
            LinkStanding::Live
        }
    }
}

columns::words!(LinkPurpose);

const COLUMNS: &str = "link_id, purpose, user_id, partner_id, subject_id, expires_at, created_at, \
                       used_count, uses_left, revoked_at";

pub(super) fn insert(
    cx: &mut Cx<'_, '_>,
    new: &NewLink<'_>,
    link_id: &LinkId,
    secret_hash: &str,
) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "INSERT INTO identity_links (vendor_id, link_id, secret_hash, purpose, user_id, \
         partner_id, subject_id, uses_left, created_by, created_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        db::params![
            vendor_id.as_str(),
            link_id.as_str(),
            secret_hash,
            new.purpose.word(),
            new.user_id.map_or("", UserId::as_str),
            new.partner_id.map_or("", PartnerId::as_str),
            new.subject_id,
            new.uses.left(),
            cx.actor.reference(),
            cx.now.as_microsecond(),
            new.expires_at.as_microsecond()
        ],
    )?;
    Ok(())
}

/// What stands in the place of a hash while a link has no secret; no hash looks like it.
pub(super) fn unsent(link_id: &LinkId) -> String {
    format!("unsent:{link_id}")
}

/// The most secrets that a link has besides its first. A mail is tried a dozen times; the oldest
/// give way.
const MOST_SECRETS: i64 = 32;

/// Adds the hash of a secret to a link: its first one, or one more.
pub(super) fn add_secret(
    cx: &mut Cx<'_, '_>,
    link_id: &LinkId,
    secret_hash: &str,
) -> Result<(), AppError> {
    let (vendor_id, now) = (cx.vendor(), cx.now_micros());
    let first = cx.tx.execute(
        "UPDATE identity_links SET secret_hash = $3 \
         WHERE vendor_id = $1 AND link_id = $2 AND secret_hash = $4",
        db::params![vendor_id.as_str(), link_id.as_str(), secret_hash, unsent(link_id)],
    )?;
    if first > 0 {
        return Ok(());
    }
    cx.tx.execute(
        "INSERT INTO identity_link_secrets (vendor_id, secret_hash, link_id, made_at) \
         VALUES ($1, $2, $3, $4)",
        db::params![vendor_id.as_str(), secret_hash, link_id.as_str(), now],
    )?;
    cx.tx.execute(
        "DELETE FROM identity_link_secrets WHERE vendor_id = $1 AND link_id = $2 \
         AND secret_hash <> $3 AND secret_hash NOT IN ( \
         SELECT secret_hash FROM identity_link_secrets WHERE vendor_id = $1 AND link_id = $2 \
         AND secret_hash <> $3 ORDER BY made_at DESC, secret_hash LIMIT $4)",
        db::params![vendor_id.as_str(), link_id.as_str(), secret_hash, MOST_SECRETS - 1],
    )?;
    Ok(())
}

/// The link of this purpose to which a secret with this hash leads.
pub(super) fn by_secret(
    cx: &mut Cx<'_, '_>,
    purpose: LinkPurpose,
    secret_hash: &str,
) -> Result<Option<Found>, AppError> {
    Ok(by_hash(cx, secret_hash)?.filter(|link| link.purpose == purpose))
}

/// The same for any purpose.
pub(super) fn by_hash(cx: &mut Cx<'_, '_>, secret_hash: &str) -> Result<Option<Found>, AppError> {
    let first = one(cx, "secret_hash = $1 AND vendor_id = $2", secret_hash)?;
    if first.is_some() {
        return Ok(first);
    }
    let further = "vendor_id = $2 AND link_id = (SELECT link_id FROM identity_link_secrets \
                   WHERE vendor_id = $2 AND secret_hash = $1)";
    one(cx, further, secret_hash)
}

/// The link of this id.
pub(super) fn by_id(cx: &mut Cx<'_, '_>, link_id: &LinkId) -> Result<Option<Found>, AppError> {
    one(cx, "link_id = $1 AND vendor_id = $2", link_id.as_str())
}

fn one(cx: &mut Cx<'_, '_>, condition: &str, value: &str) -> Result<Option<Found>, AppError> {
    let vendor_id = cx.vendor();
    let sql = format!("SELECT {COLUMNS} FROM identity_links WHERE {condition}");
    Ok(cx.tx.query_opt_as(&sql, db::params![value, vendor_id.as_str()])?)
}

pub(super) fn use_once(cx: &mut Cx<'_, '_>, link_id: &LinkId) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "UPDATE identity_links SET used_count = used_count + 1, \
         uses_left = CASE WHEN uses_left > 0 THEN uses_left - 1 ELSE uses_left END \
         WHERE vendor_id = $1 AND link_id = $2",
        db::params![vendor_id.as_str(), link_id.as_str()],
    )?;
    Ok(())
}

/// Which links to revoke.
pub(super) enum Which<'a> {
    Link(&'a str),
    Subject(LinkPurpose, &'a str),
    Person(&'a str, &'a str),
    Purpose(LinkPurpose, &'a str),
    Side(&'a str),
}

pub(super) fn revoke(cx: &mut Cx<'_, '_>, which: &Which<'_>) -> Result<u64, AppError> {
    let vendor_id = cx.vendor();
    let (condition, first, second) = match *which {
        Which::Link(link_id) => ("link_id = $3 AND $4 = ''", link_id, ""),
        Which::Subject(purpose, subject_id) => {
            ("subject_id = $3 AND purpose = $4", subject_id, purpose.word())
        }
        Which::Person(user_id, partner) => ("user_id = $3 AND partner_id = $4", user_id, partner),
        Which::Purpose(purpose, user_id) => {
            ("user_id = $3 AND purpose = $4", user_id, purpose.word())
        }
        Which::Side(partner) => ("partner_id = $3 AND $4 = ''", partner, ""),
    };
    let sql = format!(
        "UPDATE identity_links SET revoked_at = $2 \
         WHERE vendor_id = $1 AND revoked_at IS NULL AND {condition}"
    );
    let changed = cx
        .tx
        .execute(&sql, db::params![vendor_id.as_str(), cx.now.as_microsecond(), first, second])?;
    Ok(changed)
}

/// The links that act on `subject_id`, the newest first, at most 200.
pub fn list_by_subject(cx: &mut Cx<'_, '_>, subject_id: &str) -> Result<Vec<LinkRow>, AppError> {
    let vendor_id = cx.vendor();
    let now = cx.now_micros();
    let sql = format!(
        "SELECT {COLUMNS} FROM identity_links WHERE vendor_id = $1 AND subject_id = $2 \
         ORDER BY created_at DESC, link_id DESC LIMIT $3"
    );
    let rows = cx.tx.query_as(&sql, db::params![vendor_id.as_str(), subject_id, MOST_LISTED])?;
    let shown = |found: Found| LinkRow {
        standing: found.standing(now),
        link_id: found.link_id,
        purpose: found.purpose,
        user_id: found.user_id,
        created_at: found.created_at,
        expires_at: found.expires_at,
        used_count: found.used_count,
    };
    Ok(rows.into_iter().map(shown).collect())
}
