//! Creating and revoking keys.

use domain::{
    ids::{ApiKeyId, PartnerId},
    rule_id::RuleId,
    text,
};
use jiff::{Timestamp, ToSpan};
use serde_json::json;
use web::FieldErrors;

use super::{
    MOST_DAYS, MOST_KEYS, scope_words,
    store::{self, KeyRow},
};
use crate::{
    audit,
    identity::{memberships, services, zone_of},
};
use frame::{
    access::{Permission, Permissions},
    actor::{KeyOwner, Who},
    ctx::Cx,
    error::AppError,
    secrets,
};

/// A key to create.
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
    /// Whose key it is: `None` for whoever makes it, or a service identity that this person owns.
    /// Only the system, at the command line, names somebody else.
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
/// and the owner may do are refused by field; a key made with a key does not outlive it, and one of
/// a service identity does not outlive that. Rule ID-04.
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
    let (prefix, secret) = secrets::new_key_of(cx.ids(), &cx.vendor());
    let key_id = ApiKeyId::new(cx.ids(), cx.now);
    let scopes: Vec<&str> = new.permissions.list().into_iter().map(Permission::word).collect();
    let row = KeyRow {
        vendor_id: cx.vendor().as_str().to_owned(),
        key_id: key_id.as_str().to_owned(),
        prefix,
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
    service: Option<services::Service>,
}

impl Origin {
    fn of(cx: &mut Cx<'_, '_>, new: &NewApiKey<'_>) -> Result<Self, AppError> {
        let asked = new.owner.as_ref();
        let (owner, parent) = if let Who::ApiKey { key_id, owner } = cx.actor.who.clone() {
            let visible = cx.actor.visibility();
            let parent = store::get(cx, &visible, &key_id)?;
            (inherited(owner, asked)?, Some(parent))
        } else {
            let own = cx.actor.person().cloned().map(KeyOwner::Person);
            let owner = asked.cloned().or(own).ok_or_else(|| {
                AppError::field("owner", "Choose the key's owner: a person or a service identity")
            })?;
            (owner, None)
        };
        let KeyOwner::Service { service_id, .. } = &owner else {
            return Ok(Self { owner, parent, service: None });
        };
        let partner = new.partner_id.map_or("", PartnerId::as_str);
        let service = services::of_side(cx, partner, service_id)?;
        may_have_key(cx, &service)?;
        Ok(Self { owner, parent, service: Some(service) })
    }

    fn service_id(&self) -> String {
        self.service.as_ref().map_or_else(String::new, |service| service.service_id.to_string())
    }
}

/// Whose a key is that is made with a key: the same person's or service identity's. A person's key
/// may also make one for a service identity of this person; no other key changes hands. Rule ID-04.
fn inherited(own: KeyOwner, asked: Option<&KeyOwner>) -> Result<KeyOwner, AppError> {
    match (&own, asked) {
        (_, None) => Ok(own),
        (own, Some(asked)) if own == asked => Ok(asked.clone()),
        (KeyOwner::Person(person), Some(asked @ KeyOwner::Service { owner, .. }))
            if person == owner =>
        {
            Ok(asked.clone())
        }
        (_, Some(_)) => Err(AppError::refused(
            RuleId::new("ID-04"),
            "A key created with a key has the same owner. Use a key of that owner, or sign in.",
        )),
    }
}

/// Refused unless the service identity may be given a key by the actor: by its owner, by one of
/// its own keys, or by the system. Rule ID-04.
fn may_have_key(cx: &Cx<'_, '_>, service: &services::Service) -> Result<(), AppError> {
    services::not_ended(service)?;
    match &cx.actor.who {
        Who::ApiKey { owner: KeyOwner::Service { service_id, .. }, .. }
            if *service_id == service.service_id =>
        {
            Ok(())
        }
        Who::System if service.standing(cx.now) == "dormant" => Err(AppError::refused(
            RuleId::new("ID-04"),
            format!(
                "{}, who owns “{}”, has no active access. Another administrator has to take it \
                 over first.",
                service.owner_name, service.name
            ),
        )),
        Who::System => Ok(()),
        Who::User { .. } | Who::ApiKey { .. } | Who::Link { .. } | Who::Anonymous => {
            services::owner_only(cx, service)
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
    if text::line(name, 100).is_err() {
        errors.add("name", "Enter what the key is for, in up to 100 characters");
    }
    check_scopes(cx, new, origin, &mut errors)?;
    check_expiry(cx, new.expires_at, origin, &mut errors)?;
    Ok(errors)
}

/// Adds what is wrong with the scopes: none goes beyond what the maker and the owner may do. Rule
/// ID-04.
fn check_scopes(
    cx: &mut Cx<'_, '_>,
    new: &NewApiKey<'_>,
    origin: &Origin,
    errors: &mut FieldErrors,
) -> Result<(), AppError> {
    if new.permissions.list().is_empty() {
        errors.add("scopes", "Choose at least one permission");
    }
    let mut refuse = |beyond: Permissions, whose: &str| {
        if !beyond.list().is_empty() {
            errors.add("scopes", format!("{whose}: {}", scope_words(beyond)));
        }
    };
    if let Some(service) = &origin.service {
        let decides = new.permissions.without(Permissions::of_services());
        refuse(decides, "Only people can make decisions, not a service identity");
        refuse(new.permissions.without(service.scopes), "The service identity does not have");
    }
    let (most, whose) = match (&cx.actor.who, origin.owner.person()) {
        (Who::System, Some(owner)) => {
            let partner = new.partner_id.map_or("", PartnerId::as_str);
            let Some(member) = memberships::active(cx, owner, partner)? else {
                errors.add(
                    "owner",
                    "This person has no active access on that side: accept the invitation or \
                     restore the person first",
                );
                return Ok(());
            };
            (member.permissions(), "The owner does not have")
        }
        _ => (cx.actor.permissions, "You cannot grant permissions you do not have"),
    };
    refuse(new.permissions.without(most), whose);
    Ok(())
}

/// Adds what is wrong with the expiry: it lies ahead, by at most two years, and not beyond that of
/// the key it is made with or of its service identity. Rule ID-04.
fn check_expiry(
    cx: &mut Cx<'_, '_>,
    expires_at: Timestamp,
    origin: &Origin,
    errors: &mut FieldErrors,
) -> Result<(), AppError> {
    let now = cx.now;
    let latest = now.saturating_add((MOST_DAYS * 24).hours()).unwrap_or(Timestamp::MAX);
    if expires_at <= now || expires_at > latest {
        errors.add("expires_at", "Choose an expiry in the future, at most two years from now");
    }
    let parent = origin.parent.as_ref().map(|key| (key.expires_at, "the key it is created with"));
    let service = origin.service.as_ref().map(|one| (one.expires_at, "its service identity"));
    let first = parent.into_iter().chain(service).min_by_key(|(at, _)| *at);
    if let Some((latest, what)) = first.filter(|(at, _)| *at < expires_at) {
        // A program sends the time back as it reads it; a person reads it on a page.
        let latest = match &cx.actor.who {
            Who::ApiKey { .. } => latest.to_string(),
            Who::User { .. } | Who::Link { .. } | Who::System | Who::Anonymous => {
                web::instant_text(latest, &zone_of(cx)?)
            }
        };
        let words = format!("A key cannot outlive {what}: {latest} at the latest");
        errors.add("expires_at", words);
    }
    Ok(())
}

/// Revokes a key and every key that was made with it: they stop working with the next request.
/// Rule ID-04.
pub(super) fn revoke_key(cx: &mut Cx<'_, '_>, key_id: &ApiKeyId) -> Result<KeyRow, AppError> {
    let visible = cx.actor.visibility();
    let row = store::get(cx, &visible, key_id)?;
    revoke_all(cx, &store::Which::KeyAndBelow(key_id.as_str()))?;
    Ok(row)
}

/// Revokes keys and those made with them; returns how many. Rule ID-04.
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
    let entry = audit::Entry {
        action: kind,
        object_kind: "api_key",
        object_id: &row.key_id,
        before: json!(null),
        after: what,
    };
    audit::tell(cx, &entry, (&row.partner_id, json!({ "key_id": row.key_id, "name": row.name })))
}
