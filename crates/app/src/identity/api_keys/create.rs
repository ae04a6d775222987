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
    core::{
        actor::{KeyOwner, Who},
        ctx::Cx,
        error::AppError,
        secrets,
    },
    events,
    identity::memberships,
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
    /// Whose key it is: `None` for whoever makes it. Only the system, at the command line, and
    /// the page of a service identity name somebody else.
    pub owner: Option<KeyOwner>,
}

/// A key that was made. This is the only moment at which its secret is known.
#[derive(Debug)]
pub struct NewKey {
    /// The key.
    pub key_id: ApiKeyId,
    /// The secret, as programs send it.
    pub secret: String,
}

/// Makes a key for the actor's own side, or for any as the system. Scopes beyond what the maker
/// and the owner may do are refused by field; a key made with a key belongs to the same person and
/// does not outlive it. Rule ID-04.
pub fn create_api_key(cx: &mut Cx<'_, '_>, new: &NewApiKey<'_>) -> Result<NewKey, AppError> {
    let name = new.name.trim();
    let origin = Origin::of(cx, new)?;
    let errors = faults(cx, new, name, &origin)?;
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
        vendor_id: cx.vendor().as_str().to_owned(),
        key_id: key_id.as_str().to_owned(),
        prefix: format!("ent_{prefix}"),
        name: name.to_owned(),
        partner_id: partner.to_owned(),
        scopes: scopes.join(" "),
        created_by: cx.actor.instrument(),
        created_at: cx.now,
        expires_at: new.expires_at,
        used_at: None,
        revoked_at: None,
        service_id: origin.service_id(),
        parent_key_id: origin.parent.as_ref().map_or_else(String::new, |key| key.key_id.clone()),
        cut_from: None,
        owner_user_id: origin.owner.person().map_or_else(String::new, ToString::to_string),
        owner_name: String::new(),
        owner_roles: None,
        service: None,
    };
    store::insert(cx, &row, &secrets::hash(&secret))?;
    told(cx, &row, "identity.api_key_made")?;
    Ok(NewKey { key_id, secret })
}

/// Whose a new key is, and which key it is made with.
struct Origin {
    owner: KeyOwner,
    parent: Option<KeyRow>,
}

impl Origin {
    fn of(cx: &mut Cx<'_, '_>, new: &NewApiKey<'_>) -> Result<Self, AppError> {
        if let Who::ApiKey { key_id, owner } = cx.actor.who.clone() {
            let visible = cx.actor.visibility();
            let parent = store::get(cx, &visible, &key_id)?;
            return Ok(Self { owner, parent: Some(parent) });
        }
        let own = cx.actor.person().cloned().map(KeyOwner::Person);
        let owner = new.owner.clone().or(own).ok_or_else(|| {
            AppError::field("owner", "Say whose key it is: a person, or a service identity")
        })?;
        Ok(Self { owner, parent: None })
    }

    fn service_id(&self) -> String {
        match &self.owner {
            KeyOwner::Service { service_id, .. } => service_id.to_string(),
            KeyOwner::Person(_) | KeyOwner::Operator => String::new(),
        }
    }
}

fn faults(
    cx: &mut Cx<'_, '_>,
    new: &NewApiKey<'_>,
    name: &str,
    origin: &Origin,
) -> Result<FieldErrors, AppError> {
    let mut errors = FieldErrors::new();
    if name.is_empty() || name.chars().count() > 100 || name.chars().any(char::is_control) {
        errors.add("name", "Write what the key is for, in up to 100 characters");
    }
    if new.permissions.list().is_empty() {
        errors.add("scopes", "Choose at least one thing that the key may do");
    }
    let mut most = cx.actor.permissions;
    if let (Who::System, Some(owner)) = (&cx.actor.who, origin.owner.person()) {
        let partner = new.partner_id.map_or("", PartnerId::as_str);
        let member = memberships::active(cx, owner, partner)?;
        most = member.map_or_else(Permissions::none, |member| member.permissions());
    }
    let words = |beyond: Permissions| -> String {
        let words: Vec<&str> = beyond.list().into_iter().map(Permission::word).collect();
        words.join(", ")
    };
    let beyond = new.permissions.without(most);
    if !beyond.list().is_empty() {
        let whose = if cx.actor.who == Who::System {
            "The owner may not do"
        } else {
            "You may not give what you may not do"
        };
        errors.add("scopes", format!("{whose}: {}", words(beyond)));
    }
    let decides = new.permissions.without(Permissions::of_services());
    if matches!(origin.owner, KeyOwner::Service { .. }) && !decides.list().is_empty() {
        let words = words(decides);
        errors.add("scopes", format!("A person decides, not a service identity: {words}"));
    }
    let latest = cx.now.saturating_add((MOST_DAYS * 24).hours()).unwrap_or(Timestamp::MAX);
    if new.expires_at <= cx.now || new.expires_at > latest {
        errors.add("expires_at", "A key expires in the future, at most two years from now");
    } else if let Some(parent) = origin.parent.as_ref().filter(|it| it.expires_at < new.expires_at)
    {
        let latest = parent.expires_at;
        let words =
            format!("A key does not outlive the one it is made with: {latest} at the latest");
        errors.add("expires_at", words);
    }
    Ok(errors)
}

/// Takes a key back, and every key that was made with it: they stop working with the next
/// request. Rule ID-04.
pub(super) fn revoke_key(cx: &mut Cx<'_, '_>, key_id: &ApiKeyId) -> Result<KeyRow, AppError> {
    let visible = cx.actor.visibility();
    let row = store::get(cx, &visible, key_id)?;
    revoke_all(cx, &store::Which::KeyAndBelow(key_id.as_str()))?;
    Ok(row)
}

/// Takes keys back with what was made with them; how many there were. Rule ID-04.
pub(in crate::identity) fn revoke_all(
    cx: &mut Cx<'_, '_>,
    which: &store::Which<'_>,
) -> Result<usize, AppError> {
    let rows = store::unrevoked(cx, which)?;
    for row in &rows {
        store::revoke(cx, &row.key_id)?;
        told(cx, row, "identity.api_key_revoked")?;
    }
    Ok(rows.len())
}

fn told(cx: &mut Cx<'_, '_>, row: &KeyRow, kind: &str) -> Result<(), AppError> {
    let what = json!({
        "name": row.name, "prefix": row.prefix, "partner_id": row.partner_id,
        "scopes": row.scopes, "expires_at": row.expires_at, "owner_user_id": row.owner_user_id,
        "service_id": row.service_id, "parent_key_id": row.parent_key_id,
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
