//! Who sent this request: a session's cookie, an API key, or nobody.

use std::sync::Arc;

use db::Tx;
use domain::ids::{ApiKeyId, PartnerId, UserId, VendorId};
use http::header::HOST;
use jiff::Timestamp;

use crate::identity::{api_keys, roles};
use frame::{
    actor::{Actor, Side, Who},
    caller::{Caller, Proof, StaleCaller},
    error::AppError,
    request::{Input, Req, SESSION_COOKIE},
    secrets,
    state::App,
};

const HOUR_MICROS: i64 = 3_600 * 1_000_000;
/// A vendor's person is signed out after 8 idle hours, a partner's after 24.
const IDLE_MICROS: (i64, i64) = (8 * HOUR_MICROS, 24 * HOUR_MICROS);
/// How often the last use of a session is written.
const TOUCH_SESSION_MICROS: i64 = 5 * 60 * 1_000_000;
/// How often the last use of a key is written.
const TOUCH_KEY_MICROS: i64 = 60 * 1_000_000;

/// Finds out who sent the request. A key that is not valid is refused, a session that is not
/// valid is nobody. Pages look at the session only: a proxy in front may ask for a password of its
/// own, and browsers then send that with every request.
pub fn authenticate(
    tx: &mut Tx<'_>,
    app: &Arc<App>,
    input: &Input,
    now: Timestamp,
) -> Result<Caller, AppError> {
    if input.is_api()
        && let Some(secret) = input.bearer()
    {
        let (actor, seen_at) = by_key(tx, secret, now)?.ok_or(AppError::Unauthenticated)?;
        return Ok(Caller { actor, session_secret: String::new(), seen_at, signed_in: true });
    }
    let https = app.config.https();
    if let Some(secret) = input.cookie(SESSION_COOKIE, https) {
        let secret = secret.to_owned();
        // The API takes keys only, but for reads that pages of this site make for themselves.
        let allowed = !input.is_api() || input.reads();
        if allowed && let Some((actor, seen_at)) = by_session(tx, &secret, now)? {
            return Ok(Caller { actor, session_secret: secret, seen_at, signed_in: true });
        }
    }
    let vendor_id = vendor_of_host(tx, input)?;
    let actor = Actor::anonymous(vendor_id);
    Ok(Caller { actor, session_secret: String::new(), seen_at: 0, signed_in: false })
}

fn vendor_of_host(tx: &mut Tx<'_>, input: &Input) -> Result<VendorId, AppError> {
    let host = input.header(&HOST).unwrap_or("");
    let host = host.split(':').next().unwrap_or("").to_lowercase();
    let found = tx.query_opt_as::<String, _>(
        "SELECT vendor_id FROM vendors WHERE host IN ($1, '') ORDER BY host DESC LIMIT 1",
        db::params![&host],
    )?;
    let text = found.ok_or_else(|| {
        AppError::Unavailable(
            "This installation has no vendor yet: run `entente user create` on the server".into(),
        )
    })?;
    VendorId::parse(&text).map_err(AppError::internal)
}

/// The actor of a key that works, and when its last use was written. It may do what its scopes
/// and its owner's present roles have in common; without an owner who may act on the key's side
/// it is no key. Rule ID-04.
fn by_key(tx: &mut Tx<'_>, secret: &str, now: Timestamp) -> Result<Option<(Actor, i64)>, AppError> {
    let Some((body, checksum)) = secret.rsplit_once('_') else {
        return Ok(None);
    };
    if secrets::checksum(body) != checksum {
        return Ok(None);
    }
    let vendor = secrets::vendor_named(body);
    let found = api_keys::by_secret(tx, vendor.as_ref(), &secrets::hash(secret))?;
    let Some(key) = found.filter(|key| key.standing(now) == "active") else {
        return Ok(None);
    };
    let actor = Actor {
        vendor_id: VendorId::parse(&key.vendor_id).map_err(AppError::internal)?,
        side: side_of(&key.partner_id)?,
        who: Who::ApiKey {
            key_id: ApiKeyId::parse(&key.key_id).map_err(AppError::internal)?,
            owner: key.owner()?,
        },
        name: key.acting_name(),
        permissions: key.effective(),
    };
    Ok(Some((actor, key.used_at.map_or(0, Timestamp::as_microsecond))))
}

fn side_of(partner_id: &str) -> Result<Side, AppError> {
    if partner_id.is_empty() {
        return Ok(Side::Vendor);
    }
    Ok(Side::Partner(PartnerId::parse(partner_id).map_err(AppError::internal)?))
}

db::row! {
    struct SessionRow {
        vendor_id: String,
        session_id: String,
        user_id: String,
        partner_id: String,
        seen_at: i64,
        name: String,
        roles: String,
    }
}

/// The session with this secret, among those of the vendor that the secret names, or of all vendors
/// where it names none. No session when two have it.
fn session_row(
    tx: &mut Tx<'_>,
    secret: &str,
    now: Timestamp,
) -> Result<Option<SessionRow>, AppError> {
    const LIVE: &str = "SELECT s.vendor_id, s.session_id, s.user_id, s.partner_id, s.seen_at, u.name, m.roles \
         FROM identity_sessions s \
         JOIN identity_users u ON u.vendor_id = s.vendor_id AND u.user_id = s.user_id \
         JOIN identity_memberships m ON m.vendor_id = s.vendor_id AND m.user_id = s.user_id \
          AND m.partner_id = s.partner_id \
         WHERE s.secret_hash = $1 AND s.ended_at IS NULL AND s.expires_at > $2 \
          AND m.joined_at IS NOT NULL AND m.suspended_at IS NULL AND m.ended_at IS NULL";
    let (hash, now) = (secrets::hash(secret), now.as_microsecond());
    if let Some(vendor_id) = secrets::vendor_named(secret) {
        let sql = format!("{LIVE} AND s.vendor_id = $3");
        return Ok(tx.query_opt_as(&sql, db::params![hash, now, vendor_id.as_str()])?);
    }
    let mut found = tx.query_as(&format!("{LIVE} LIMIT 2"), db::params![hash, now])?;
    Ok(if found.len() == 1 { found.pop() } else { None })
}

fn by_session(
    tx: &mut Tx<'_>,
    secret: &str,
    now: Timestamp,
) -> Result<Option<(Actor, i64)>, AppError> {
    let row = session_row(tx, secret, now)?;
    let Some(row) = row else { return Ok(None) };
    let idle = if row.partner_id.is_empty() { IDLE_MICROS.0 } else { IDLE_MICROS.1 };
    if now.as_microsecond() - row.seen_at > idle {
        return Ok(None);
    }
    let actor = Actor {
        vendor_id: VendorId::parse(&row.vendor_id).map_err(AppError::internal)?,
        side: side_of(&row.partner_id)?,
        who: Who::User {
            user_id: UserId::parse(&row.user_id).map_err(AppError::internal)?,
            session_id: row.session_id,
        },
        name: row.name,
        permissions: roles::permissions_from_words(&row.partner_id, &row.roles),
    };
    Ok(Some((actor, row.seen_at)))
}

/// The session or key of this request when its last use was written too long ago.
pub fn stale_caller(req: &Req<'_, '_>) -> Option<StaleCaller> {
    let (which, every) = match &req.cx.actor.who {
        Who::User { session_id, .. } => (Proof::Session(session_id.clone()), TOUCH_SESSION_MICROS),
        Who::ApiKey { key_id, .. } => (Proof::Key(key_id.as_str().to_owned()), TOUCH_KEY_MICROS),
        Who::Link { .. } | Who::System | Who::Anonymous => return None,
    };
    (req.cx.now.as_microsecond() - req.seen_at > every)
        .then(|| StaleCaller { vendor_id: req.cx.actor.vendor_id.clone(), which })
}

/// Writes the last use of a session or key.
pub fn touch_caller(tx: &mut Tx<'_>, caller: &StaleCaller, now: Timestamp) -> Result<(), AppError> {
    let (vendor_id, now) = (caller.vendor_id.as_str(), now.as_microsecond());
    match &caller.which {
        Proof::Session(session_id) => tx.execute(
            "UPDATE identity_sessions SET seen_at = $1 WHERE vendor_id = $2 AND session_id = $3 \
             AND seen_at < $1",
            db::params![now, vendor_id, session_id],
        )?,
        Proof::Key(key_id) => tx.execute(
            "UPDATE identity_api_keys SET used_at = $1 WHERE vendor_id = $2 AND key_id = $3 \
             AND COALESCE(used_at, 0) < $1",
            db::params![now, vendor_id, key_id],
        )?,
    };
    Ok(())
}
