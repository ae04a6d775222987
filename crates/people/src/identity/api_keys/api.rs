//! `/api/v1/api-keys`.

use db::keyset::{self, Kind};
use domain::ids::{ApiKeyId, PartnerId};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use web::FieldErrors;

use super::{
    create::{NewApiKey, create_api_key, revoke_key},
    store::{self, KeyRow},
};
use frame::{
    access::{Permission, Permissions},
    actor::KeyOwner,
    error::AppError,
    paging,
    reply::Reply,
    request::Req,
};

/// A key to be made.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::identity) struct KeyRequest {
    /// What it is for, in up to 100 characters.
    name: String,
    /// What it may do: words such as `registrations:read`, none beyond your own.
    scopes: Vec<String>,
    /// The instant at which it stops working (RFC 3339), at most two years from now.
    expires_at: String,
}

/// A key without its secret.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Key {
    /// The key.
    id: String,
    /// What it is for.
    name: String,
    /// How its secret begins.
    prefix: String,
    /// The partner for which it acts; null for the vendor.
    partner_id: Option<String>,
    /// What it may do.
    scopes: Vec<String>,
    /// What it may do now: its scopes, as far as its owner may do them at the moment.
    effective_scopes: Vec<String>,
    /// `active`, `expired`, `revoked`, or `dormant` while its owner may not act.
    standing: String,
    /// The person who answers for it; null for keys made before keys had owners.
    owner_user_id: Option<String>,
    /// The service identity it belongs to; null for a person's key.
    service_id: Option<String>,
    /// The key it was made with; null for one made by a person.
    parent_id: Option<String>,
    /// Who made it: `user:…` or `key:…`.
    created_by: String,
    /// When it was made (RFC 3339).
    created_at: String,
    /// When it stops working (RFC 3339).
    expires_at: String,
    /// When it was used last, to the minute (RFC 3339); null when never.
    used_at: Option<String>,
    /// When it was revoked (RFC 3339); null when it was not.
    revoked_at: Option<String>,
}

/// A key as it was made.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::identity) struct MadeKey {
    #[serde(flatten)]
    key: Key,
    /// The secret, in this answer and never again; null when the request is repeated with the
    /// same idempotency key.
    secret: Option<String>,
}

/// A page of keys.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct KeyList {
    /// The keys, the newest first.
    data: Vec<Key>,
    /// Where the next page begins; null on the last.
    next_cursor: Option<String>,
}

fn key(row: KeyRow, now: Timestamp) -> Key {
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    let effective = row.effective().list().into_iter();
    Key {
        standing: row.standing(now).to_owned(),
        effective_scopes: effective.map(|one| one.word().to_owned()).collect(),
        owner_user_id: some(row.owner_user_id),
        service_id: some(row.service_id),
        parent_id: some(row.parent_key_id),
        id: row.key_id,
        name: row.name,
        prefix: row.prefix,
        partner_id: some(row.partner_id),
        scopes: row.scopes.split_whitespace().map(str::to_owned).collect(),
        created_by: row.created_by,
        created_at: row.created_at.to_string(),
        expires_at: row.expires_at.to_string(),
        used_at: row.used_at.map(|at| at.to_string()),
        revoked_at: row.revoked_at.map(|at| at.to_string()),
    }
}

const SCOPE: &str = "identity.api_keys";

pub(super) fn list(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let limit = paging::limit(req)?;
    let after =
        paging::cursor(req, SCOPE, &[Kind::Text])?.and_then(|values| paging::text_at(&values, 0));
    let visible = req.cx.actor.visibility();
    let mut rows = store::page(&mut req.cx, &visible, after.as_deref(), limit + 1)?;
    let more = paging::cut(&mut rows, limit);
    let next_cursor = rows
        .last()
        .filter(|_| more)
        .map(|row| keyset::encode(SCOPE, &[row.key_id.as_str().into()]));
    let now = req.cx.now;
    let data = rows.into_iter().map(|row| key(row, now)).collect();
    Reply::json(&KeyList { data, next_cursor })
}

pub(super) fn get(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let key_id: ApiKeyId = req.id("key_id")?;
    let visible = req.cx.actor.visibility();
    let row = store::get(&mut req.cx, &visible, &key_id)?;
    Reply::json(&key(row, req.cx.now))
}

pub(super) fn create(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    make(req, None)
}

/// Makes a key as the body asks, for this owner; the answer is the only one that holds its secret.
/// Rule ID-04.
pub(in crate::identity) fn make(
    req: &mut Req<'_, '_>,
    owner: Option<KeyOwner>,
) -> Result<Reply, AppError> {
    let asked: KeyRequest = req.json()?;
    let mut errors = FieldErrors::new();
    let permissions = scopes(&asked.scopes, &mut errors);
    let expires_at: Option<Timestamp> = asked.expires_at.parse().ok();
    if expires_at.is_none() {
        errors.add("expires_at", "Write an instant such as 2027-01-31T00:00:00Z");
    }
    let (Some(expires_at), true) = (expires_at, errors.is_empty()) else {
        return Err(AppError::Invalid(errors));
    };
    let partner: Option<PartnerId> = req.cx.actor.partner_id().cloned();
    let made = create_api_key(
        &mut req.cx,
        &NewApiKey {
            name: &asked.name,
            partner_id: partner.as_ref(),
            permissions,
            expires_at,
            owner,
        },
    )?;
    let visible = req.cx.actor.visibility();
    let row = store::get(&mut req.cx, &visible, &made.key_id)?;
    let now = req.cx.now;
    let location = format!("/api/v1/api-keys/{}", made.key_id);
    let shown = MadeKey { key: key(row.clone(), now), secret: Some(made.secret) };
    let kept = MadeKey { key: key(row, now), secret: None };
    let kept = Reply::created(&location, &kept)?;
    Ok(Reply::created(&location, &shown)?.kept_as(kept))
}

/// The permissions that scope words name; unknown words become errors of the field `scopes`.
pub(in crate::identity) fn scopes(words: &[String], errors: &mut FieldErrors) -> Permissions {
    let mut known = Vec::new();
    let mut unknown = Vec::new();
    for word in words {
        match Permission::from_word(word) {
            Some(permission) => known.push(permission),
            None => unknown.push(word.as_str()),
        }
    }
    if !unknown.is_empty() {
        let all: Vec<&str> = Permission::ALL.into_iter().map(Permission::word).collect();
        let unknown = unknown.join(", ");
        errors.add("scopes", format!("Unknown: {unknown}. Known are {}", all.join(", ")));
    }
    Permissions::of(&known)
}

pub(super) fn revoke(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let key_id: ApiKeyId = req.id("key_id")?;
    revoke_key(&mut req.cx, &key_id)?;
    Ok(Reply::no_content())
}
