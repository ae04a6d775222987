//! The browsers in which people sign in (ID-01). Each holds a random secret in a cookie that
//! outlives the session; the table keeps the hash of it. A known device proves nothing about who
//! sits at it: it only lets a person in who would otherwise wait behind the wrong guesses of
//! others.

use std::collections::BTreeSet;

use db::Tx;
use domain::ids::{PartnerId, UserId};
use http::HeaderValue;

use super::memberships::partner_text;
use frame::{ctx::Cx, error::AppError, request::Req, secrets};

const COOKIE: &str = "device";
const DAY_SECONDS: i64 = 24 * 3_600;
/// A device that was not used for so long is forgotten; browsers keep no cookie longer than 400
/// days.
const KEPT_DAYS: i64 = 400;
/// The most devices of one person; the one that was used longest ago is forgotten for a new one.
const MOST_PER_PERSON: i64 = 20;
/// The length of a secret of 256 bits as text. What is longer or shorter was not made here.
const SECRET_LENGTH: usize = 43;

/// The hash of the secret that this browser shows; `None` when it shows none that could be one.
fn shown(req: &Req<'_, '_>) -> Option<String> {
    let https = req.cx.app.config.https();
    let secret = req.input.cookie(COOKIE, https)?;
    (secret.len() == SECRET_LENGTH).then(|| secrets::hash(secret))
}

/// The hash of this browser's secret when the person signed in with it before. For an unknown
/// person (`None`) it takes the same work and finds nothing. Rule ID-01.
pub(super) fn known(
    req: &mut Req<'_, '_>,
    user_id: Option<&UserId>,
) -> Result<Option<String>, AppError> {
    let Some(hash) = shown(req) else { return Ok(None) };
    let user_id = user_id.map_or("", UserId::as_str);
    let is_known = is_there(
        &mut req.cx,
        "SELECT COUNT(*) FROM identity_devices \
         WHERE vendor_id = $1 AND device_hash = $2 AND user_id = $3",
        &hash,
        user_id,
    )?;
    Ok(is_known.then_some(hash))
}

/// Notes that the person uses this browser. One that shows no secret made here gets a new one,
/// which [`cookie`] hands out.
pub fn note(req: &mut Req<'_, '_>, user_id: &UserId) -> Result<(), AppError> {
    let hash = own(req)?;
    let (vendor_id, now) = (req.cx.vendor(), req.cx.now_micros());
    req.cx.tx.execute(
        "INSERT INTO identity_devices (vendor_id, user_id, device_hash, first_seen_at, \
         last_seen_at) VALUES ($1, $2, $3, $4, $4) \
         ON CONFLICT (vendor_id, user_id, device_hash) \
         DO UPDATE SET last_seen_at = excluded.last_seen_at",
        db::params![vendor_id.as_str(), user_id.as_str(), &hash, now],
    )?;
    req.cx.tx.execute(
        "DELETE FROM identity_devices WHERE vendor_id = $1 AND user_id = $2 \
         AND device_hash NOT IN (SELECT d.device_hash FROM identity_devices d \
          WHERE d.vendor_id = $1 AND d.user_id = $2 \
          ORDER BY d.last_seen_at DESC, d.device_hash LIMIT $3)",
        db::params![vendor_id.as_str(), user_id.as_str(), MOST_PER_PERSON],
    )?;
    Ok(())
}

/// Notes that the person accepted the invitation to a side (`None` is the vendor's) in this
/// browser.
pub fn enrol(
    req: &mut Req<'_, '_>,
    user_id: &UserId,
    partner: Option<&PartnerId>,
) -> Result<(), AppError> {
    note(req, user_id)?;
    let hash = own(req)?;
    let (vendor_id, now) = (req.cx.vendor(), req.cx.now_micros());
    req.cx.tx.execute(
        "INSERT INTO identity_device_enrolments (vendor_id, user_id, partner_id, device_hash, \
         enrolled_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (vendor_id, user_id, partner_id, device_hash) DO NOTHING",
        db::params![vendor_id.as_str(), user_id.as_str(), partner_text(partner), hash, now],
    )?;
    Ok(())
}

/// The `Set-Cookie` value that lets this browser be known for longer; `None` when it has no
/// device's secret.
pub(super) fn cookie(req: &Req<'_, '_>) -> Option<HeaderValue> {
    let https = req.cx.app.config.https();
    let secret = req.new_device.as_deref().or_else(|| req.input.cookie(COOKIE, https))?;
    let kept = (KEPT_DAYS * DAY_SECONDS).unsigned_abs();
    Some(web::Cookie::host(COOKIE, secret, https).max_age_seconds(kept).build())
}

/// The hash by which this browser is noted. A secret that was not made here is replaced: nobody
/// plants one that they know.
fn own(req: &mut Req<'_, '_>) -> Result<String, AppError> {
    if let Some(secret) = &req.new_device {
        return Ok(secrets::hash(secret));
    }
    if let Some(hash) = shown(req) {
        let made_here = is_there(
            &mut req.cx,
            "SELECT COUNT(*) FROM identity_devices \
             WHERE vendor_id = $1 AND device_hash = $2 AND user_id <> $3",
            &hash,
            "",
        )?;
        if made_here {
            return Ok(hash);
        }
    }
    let secret = secrets::new_token(req.cx.ids());
    let hash = secrets::hash(&secret);
    req.new_device = Some(secret);
    Ok(hash)
}

fn is_there(cx: &mut Cx<'_, '_>, sql: &str, hash: &str, user_id: &str) -> Result<bool, AppError> {
    let vendor_id = cx.vendor();
    let found =
        cx.tx.query_one_as::<i64, _>(sql, db::params![vendor_id.as_str(), hash, user_id])?;
    Ok(found > 0)
}

/// Pairs of users with a device in common: who accepted an invitation on it, and somebody else who
/// signed in on it. A device on which nobody accepted one, such as one of an office, says nothing.
pub fn in_common(cx: &mut Cx<'_, '_>) -> Result<BTreeSet<(UserId, UserId)>, AppError> {
    let vendor_id = cx.vendor();
    let pairs: Vec<(UserId, UserId)> = cx.tx.query_as(
        "SELECT e.user_id, d.user_id FROM identity_device_enrolments e \
         JOIN identity_devices d ON d.vendor_id = e.vendor_id AND d.device_hash = e.device_hash \
         WHERE e.vendor_id = $1 AND d.user_id <> e.user_id",
        db::params![vendor_id.as_str()],
    )?;
    Ok(pairs.into_iter().collect())
}

/// Forgets devices that were not used for 400 days; how many there were. Where somebody accepted
/// an invitation stays.
pub(super) fn forget_old(tx: &mut Tx<'_>, now_micros: i64) -> Result<u64, AppError> {
    let long_ago = now_micros - KEPT_DAYS * DAY_SECONDS * 1_000_000;
    Ok(tx.execute("DELETE FROM identity_devices WHERE last_seen_at < $1", db::params![long_ago])?)
}
