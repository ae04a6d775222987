//! API keys: programs act with them for a side, within scopes, until they expire (ID-04). A key
//! reads `ent_<8>_<30>_<checksum>`; the table keeps its hash and the first part.

mod create;
mod list;
mod make;
mod pages;
mod store;

pub(super) use create::revoke_all;
pub use create::{NewApiKey, NewKey, create_api_key};
pub(super) use list::{mark, words};
pub(super) use make::{MadeApiKeyBody, MakeKey, choices, last_day, lifetimes_until, scopes};
pub(super) use store::{Which, by_secret, get, granted, of_person, of_service, person_of};

use domain::ids::ApiKeyId;
use http::Method;

use frame::{
    access::{Access, Permission, Permissions},
    ctx::Cx,
    error::AppError,
    routes::{Doc, Routes},
};

/// The longest time a key may be made for, in days.
const MOST_DAYS: i64 = 730;
/// The most keys one side may have that work.
const MOST_KEYS: i64 = 100;

/// A key as lists show it, without its secret.
#[derive(Debug, Clone)]
pub struct KeyView {
    /// Its id.
    pub key_id: String,
    /// What it is for.
    pub name: String,
    /// The first characters of its secret, to recognise it by.
    pub prefix: String,
    /// The partner for which it acts; `""` for the vendor.
    pub partner_id: String,
    /// What it may do, as words separated by blanks.
    pub scopes: String,
    /// active, expired, revoked, or dormant while its owner may not act.
    pub standing: &'static str,
    /// Who answers for it: a person's name, with the service identity where it is one's; `""` for
    /// nobody.
    pub owner: String,
    /// True when it belongs to a service identity.
    pub is_of_service: bool,
    /// The scopes that its owner may not use at the moment, and so the key neither.
    pub lost: Vec<&'static str>,
    /// When it would have expired, had it not been cut to the life of the key it was made with, as
    /// it was made before that was the rule; `None` for every other key.
    pub cut_from: Option<jiff::Timestamp>,
    /// The first instant at which it no longer works.
    pub expires_at: jiff::Timestamp,
    /// When it was last used; `None` when never.
    pub used_at: Option<jiff::Timestamp>,
}

/// The keys that the actor may see, the newest first.
pub(super) fn views(cx: &mut Cx<'_, '_>, limit: i64) -> Result<Vec<KeyView>, AppError> {
    let (visible, now) = (cx.actor.visibility(), cx.now);
    let rows = store::newest(cx, &visible, limit)?;
    let view = |row: store::KeyRow| KeyView {
        standing: row.standing(now),
        owner: row.owner_words(),
        is_of_service: row.service.is_some(),
        lost: row.lost(),
        cut_from: row.cut_from,
        key_id: row.key_id,
        name: row.name,
        prefix: row.prefix,
        partner_id: row.partner_id,
        scopes: row.scopes,
        expires_at: row.expires_at,
        used_at: row.used_at,
    };
    Ok(rows.into_iter().map(view).collect())
}

/// Permissions as people read them: the words of scopes, separated by commas.
pub(super) fn scope_words(permissions: Permissions) -> String {
    let words: Vec<&str> = permissions.list().into_iter().map(Permission::word).collect();
    words.join(", ")
}

/// Revokes a key; another side's is not found. Rule ID-04.
pub(super) fn revoke(cx: &mut Cx<'_, '_>, key_id: &ApiKeyId) -> Result<(), AppError> {
    create::revoke_key(cx, key_id).map(|_| ())
}

pub(super) fn routes(routes: Routes) -> Routes {
    const KEYS: Access = Access::Either(Permission::ApiKeysManage);
    let made = "Create an API key; only this response contains its secret";
    routes
        .list::<list::ApiKeys>(KEYS, KEYS, "List API keys")
        .form_of::<MakeKey>("/api-keys/new", "/api-keys", KEYS)
        .page("/api-keys/{key_id}/revocation", KEYS, pages::confirm)
        .form("/api-keys/{key_id}/revocation", KEYS, pages::revoke)
        .api_post_of::<MakeKey>("/api/v1/api-keys", KEYS, Doc::new(made).gives::<MadeApiKeyBody>())
        .api_get(
            "/api/v1/api-keys/{key_id}",
            KEYS,
            Doc::new("Read an API key, without its secret").gives::<list::ApiKeyBody>(),
            pages::get,
        )
        .api(
            (Method::DELETE, "/api/v1/api-keys/{key_id}"),
            KEYS,
            Doc::new("Revoke an API key").status(204),
            pages::delete,
        )
}
