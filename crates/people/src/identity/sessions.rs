//! Sessions: kept on the server, each for one person on one side (ID-01). The cookie holds 256
//! random bits and the vendor; the table only a hash. Every sign-in makes a new one.

use std::sync::Arc;

use domain::ids::{PartnerId, SessionId, UserId};
use http::HeaderValue;
use jiff::Timestamp;
use serde_json::json;

use super::memberships;
use crate::audit;
use frame::{ctx::Cx, error::AppError, request::SESSION_COOKIE, secrets, state::App};

/// A session ends after seven days, however much it is used.
const LIFETIME_SECONDS: i64 = 7 * 24 * 3_600;
/// The most sessions that a page lists.
const MOST_LISTED: i64 = 100;
/// How much of a browser's own description is kept.
const MOST_AGENT: usize = 300;

/// How a session began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInMethod {
    /// With a password.
    Password,
    /// By a link that was mailed.
    Link,
    /// By a link that the demo shows.
    Demo,
}

impl SignInMethod {
    /// The word in tables.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Link => "link",
            Self::Demo => "demo",
        }
    }

    pub(super) fn from_word(word: &str) -> Self {
        match word {
            "password" => Self::Password,
            "demo" => Self::Demo,
            _ => Self::Link,
        }
    }
}

/// A session that began. This is the only moment at which its secret is known.
#[derive(Debug)]
pub struct NewSession {
    /// The session.
    pub session_id: String,
    /// What the cookie holds.
    pub secret: String,
}

/// Begins a session of a person on one side. One who may not act for that side is not found.
/// Rule ID-01.
pub fn create_session(
    cx: &mut Cx<'_, '_>,
    user_id: &UserId,
    partner: Option<&PartnerId>,
    method: SignInMethod,
) -> Result<NewSession, AppError> {
    begin(cx, (user_id, partner), method, "")
}

/// As `create_session`, with the browser's description of itself.
pub(super) fn begin(
    cx: &mut Cx<'_, '_>,
    (user_id, partner): (&UserId, Option<&PartnerId>),
    method: SignInMethod,
    agent: &str,
) -> Result<NewSession, AppError> {
    let sides = memberships::sides_of(cx, user_id)?;
    if !sides.iter().any(|side| side.partner_id.as_ref() == partner) {
        return Err(AppError::NotFound);
    }
    let session_id = SessionId::new(cx.ids(), cx.now);
    let secret = secrets::new_token_of(cx.ids(), &cx.vendor());
    let partner = partner.map_or("", PartnerId::as_str);
    let (vendor_id, now) = (cx.vendor(), cx.now_micros());
    let agent: String = agent.chars().take(MOST_AGENT).collect();
    cx.tx.execute(
        "INSERT INTO identity_sessions (vendor_id, session_id, secret_hash, user_id, partner_id, \
         method, origin, agent, created_at, seen_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10)",
        db::params![
            vendor_id.as_str(),
            session_id.as_str(),
            secrets::hash(&secret),
            user_id.as_str(),
            partner,
            method.word(),
            &cx.origin,
            agent,
            now,
            now + LIFETIME_SECONDS * 1_000_000
        ],
    )?;
    seen(cx, user_id, partner)?;
    audit::record(
        cx,
        &audit::Entry {
            action: "identity.signed_in",
            object_kind: "user",
            object_id: user_id.as_str(),
            before: json!(null),
            after: json!({ "partner_id": partner, "method": method.word() }),
        },
    )?;
    Ok(NewSession { session_id: session_id.as_str().to_owned(), secret })
}

fn seen(cx: &mut Cx<'_, '_>, user_id: &UserId, partner: &str) -> Result<(), AppError> {
    let (vendor_id, now) = (cx.vendor(), cx.now_micros());
    cx.tx.execute(
        "UPDATE identity_memberships SET used_at = $4 \
         WHERE vendor_id = $1 AND user_id = $2 AND partner_id = $3",
        db::params![vendor_id.as_str(), user_id.as_str(), partner, now],
    )?;
    cx.tx.execute(
        "UPDATE identity_users SET last_seen_at = $3 WHERE vendor_id = $1 AND user_id = $2",
        db::params![vendor_id.as_str(), user_id.as_str(), now],
    )?;
    Ok(())
}

/// The `Set-Cookie` value that hands a session to a browser.
pub fn session_cookie(app: &Arc<App>, secret: &str) -> HeaderValue {
    web::Cookie::host(SESSION_COOKIE, secret, app.config.https())
        .max_age_seconds(LIFETIME_SECONDS.unsigned_abs())
        .build()
}

db::row! {
    /// A session as its person sees it.
    #[derive(Debug)]
    pub(super) struct SessionRow {
        pub(super) session_id: String,
        pub(super) partner_id: String,
        pub(super) method: SignInMethod => |word: String| SignInMethod::from_word(&word),
        pub(super) origin: String,
        pub(super) agent: String,
        pub(super) created_at: Timestamp,
        pub(super) seen_at: Timestamp,
        pub(super) expires_at: Timestamp,
    }
}

/// A person's running sessions, the last used first, at most a hundred.
pub(super) fn list(cx: &mut Cx<'_, '_>, user_id: &UserId) -> Result<Vec<SessionRow>, AppError> {
    let (vendor_id, now) = (cx.vendor(), cx.now_micros());
    Ok(cx.tx.query_as(
        "SELECT session_id, partner_id, method, origin, agent, created_at, seen_at, expires_at \
         FROM identity_sessions WHERE vendor_id = $1 AND user_id = $2 AND ended_at IS NULL \
         AND expires_at > $3 ORDER BY seen_at DESC, session_id DESC LIMIT $4",
        db::params![vendor_id.as_str(), user_id.as_str(), now, MOST_LISTED],
    )?)
}

/// Ends one session of a person; one that is not the person's is not found.
pub(super) fn end_one(
    cx: &mut Cx<'_, '_>,
    user_id: &UserId,
    session_id: &str,
) -> Result<(), AppError> {
    let (vendor_id, now) = (cx.vendor(), cx.now_micros());
    let ended = cx.tx.execute(
        "UPDATE identity_sessions SET ended_at = $4 \
         WHERE vendor_id = $1 AND user_id = $2 AND session_id = $3 AND ended_at IS NULL",
        db::params![vendor_id.as_str(), user_id.as_str(), session_id, now],
    )?;
    if ended == 0 {
        return Err(AppError::NotFound);
    }
    ended_entry(cx, user_id, json!({ "session_id": session_id }))
}

/// Ends a person's sessions but `kept` (`""` keeps none); how many there were.
pub(super) fn end_others(
    cx: &mut Cx<'_, '_>,
    user_id: &UserId,
    kept: &str,
) -> Result<u64, AppError> {
    let (vendor_id, now) = (cx.vendor(), cx.now_micros());
    let ended = cx.tx.execute(
        "UPDATE identity_sessions SET ended_at = $4 \
         WHERE vendor_id = $1 AND user_id = $2 AND session_id <> $3 AND ended_at IS NULL",
        db::params![vendor_id.as_str(), user_id.as_str(), kept, now],
    )?;
    if ended > 0 {
        ended_entry(cx, user_id, json!({ "sessions": ended }))?;
    }
    Ok(ended)
}

fn ended_entry(
    cx: &mut Cx<'_, '_>,
    user_id: &UserId,
    after: serde_json::Value,
) -> Result<(), AppError> {
    audit::record(
        cx,
        &audit::Entry {
            action: "identity.signed_out",
            object_kind: "user",
            object_id: user_id.as_str(),
            before: json!(null),
            after,
        },
    )
}

/// Ends a person's sessions on one side.
pub(super) fn end_of_member(
    cx: &mut Cx<'_, '_>,
    user_id: &UserId,
    partner: &str,
) -> Result<(), AppError> {
    let (vendor_id, now) = (cx.vendor(), cx.now_micros());
    cx.tx.execute(
        "UPDATE identity_sessions SET ended_at = $4 \
         WHERE vendor_id = $1 AND user_id = $2 AND partner_id = $3 AND ended_at IS NULL",
        db::params![vendor_id.as_str(), user_id.as_str(), partner, now],
    )?;
    Ok(())
}

/// Ends the sessions of everyone who acts for a partner.
pub(super) fn end_of_side(cx: &mut Cx<'_, '_>, partner: &PartnerId) -> Result<(), AppError> {
    let (vendor_id, now) = (cx.vendor(), cx.now_micros());
    cx.tx.execute(
        "UPDATE identity_sessions SET ended_at = $3 \
         WHERE vendor_id = $1 AND partner_id = $2 AND ended_at IS NULL",
        db::params![vendor_id.as_str(), partner.as_str(), now],
    )?;
    Ok(())
}
