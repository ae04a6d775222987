//! Making a key, and taking it back.

use domain::ids::{ApiKeyId, PartnerId};
use jiff::{Timestamp, ToSpan};
use serde_json::json;
use web::FieldErrors;

use super::{
    MOST_DAYS, MOST_KEYS,
    store::{self, KeyRow},
};
use crate::{
    access::{Permission, Permissions},
    audit,
    core::{ctx::Cx, error::AppError, secrets},
    events,
};

/// A key to be made.
#[derive(Debug)]
pub struct NewApiKey<'a> {
    /// What it is for, so that one recognises it.
    pub name: &'a str,
    /// The partner for which it acts; `None` for the vendor.
    pub partner_id: Option<&'a PartnerId>,
    /// What it may do; never more than whoever makes it.
    pub permissions: Permissions,
    /// The first instant at which it no longer works; at most two years away.
    pub expires_at: Timestamp,
}

/// A key that was made. This is the only moment at which its secret is known.
#[derive(Debug)]
pub struct NewKey {
    /// The key.
    pub key_id: ApiKeyId,
    /// The secret, as programs send it.
    pub secret: String,
}

/// Makes a key for the actor's own side, or for any as the system. Scopes beyond the maker's own
/// permissions are refused by field. Rule ID-04.
pub fn create_api_key(cx: &mut Cx<'_, '_>, new: &NewApiKey<'_>) -> Result<NewKey, AppError> {
    let name = new.name.trim();
    let errors = faults(cx, new, name);
    if !errors.is_empty() {
        return Err(AppError::Invalid(errors));
    }
    let partner = new.partner_id.map_or("", PartnerId::as_str);
    if store::count_working(cx, partner)? >= MOST_KEYS {
        return Err(AppError::field("name", "There are 100 keys already; revoke one first"));
    }
    let prefix = secrets::base62(cx.ids(), 8);
    let body = format!("ent_{prefix}_{}", secrets::base62(cx.ids(), 30));
    let secret = format!("{body}_{}", secrets::checksum(&body));
    let key_id = ApiKeyId::new(cx.ids(), cx.now);
    let scopes: Vec<&str> = new.permissions.list().into_iter().map(Permission::word).collect();
    let row = KeyRow {
        key_id: key_id.as_str().to_owned(),
        prefix: format!("ent_{prefix}"),
        name: name.to_owned(),
        partner_id: partner.to_owned(),
        scopes: scopes.join(" "),
        created_by: cx.actor.reference(),
        created_at: cx.now,
        expires_at: new.expires_at,
        used_at: None,
        revoked_at: None,
    };
    store::insert(cx, &row, &secrets::hash(&secret))?;
    told(cx, &row, "identity.api_key_made")?;
    Ok(NewKey { key_id, secret })
}

fn faults(cx: &Cx<'_, '_>, new: &NewApiKey<'_>, name: &str) -> FieldErrors {
    let mut errors = FieldErrors::new();
    if name.is_empty() || name.chars().count() > 100 {
        errors.add("name", "Name the key after the program that uses it, in up to 100 characters");
    }
    if new.permissions.list().is_empty() {
        errors.add("scopes", "Choose at least one thing that the key may do");
    }
    let beyond: Vec<&str> = new
        .permissions
        .list()
        .into_iter()
        .filter(|permission| !cx.actor.may(*permission))
        .map(Permission::word)
        .collect();
    if !beyond.is_empty() {
        let words = format!("You may not give what you may not do: {}", beyond.join(", "));
        errors.add("scopes", words);
    }
    let latest = cx.now.saturating_add((MOST_DAYS * 24).hours()).unwrap_or(Timestamp::MAX);
    if new.expires_at <= cx.now || new.expires_at > latest {
        errors.add("expires_at", "A key expires in the future, at most two years from now");
    }
    errors
}

/// Takes a key back: it stops working with the next request.
pub(super) fn revoke_key(cx: &mut Cx<'_, '_>, key_id: &ApiKeyId) -> Result<KeyRow, AppError> {
    let visible = cx.actor.visibility();
    let row = store::get(cx, &visible, key_id)?;
    if row.revoked_at.is_none() {
        store::revoke(cx, &row.key_id)?;
        told(cx, &row, "identity.api_key_revoked")?;
    }
    Ok(row)
}

fn told(cx: &mut Cx<'_, '_>, row: &KeyRow, kind: &str) -> Result<(), AppError> {
    let what = json!({
        "name": row.name, "prefix": row.prefix, "partner_id": row.partner_id,
        "scopes": row.scopes, "expires_at": row.expires_at,
    });
    audit::record(
        cx,
        &audit::Entry {
            action: kind,
            object_kind: "api_key",
            object_id: &row.key_id,
            before: json!(null),
            after: what,
        },
    )?;
    events::append(
        cx,
        &events::Event {
            kind,
            object_kind: "api_key",
            object_id: &row.key_id,
            partner_id: &row.partner_id,
            data: json!({ "key_id": row.key_id, "name": row.name }),
        },
    )
}
