//! Making, changing, handing over and ending service identities. Each change leaves an entry in
//! the audit trail and an event.

use domain::ids::{PartnerId, ServiceId, UserId};
use jiff::Timestamp;
use serde_json::{Value, json};
use web::FieldErrors;

use super::{
    notice, rules,
    store::{self, MOST, Service},
};
use crate::{
    audit,
    identity::{
        api_keys::{self, scope_words},
        memberships::{self, Person, Standing, partner_text},
    },
    notifications,
};
use frame::{
    access::{Permission, Permissions},
    actor::Who,
    ctx::Cx,
    error::AppError,
};

/// A service identity to be made.
#[derive(Debug)]
pub struct NewService<'a> {
    /// Its name, as people read it wherever it acts.
    pub name: &'a str,
    /// What it is for; may be empty.
    pub purpose: &'a str,
    /// The partner for which it acts; `None` for the vendor.
    pub partner_id: Option<&'a PartnerId>,
    /// What it may do: never more than its owner, and never deciding.
    pub scopes: Permissions,
    /// The first instant at which it no longer works; at most two years away.
    pub expires_at: Timestamp,
    /// Who answers for it: `None` for whoever makes it. Only the system names somebody else.
    pub owner: Option<UserId>,
}

/// Makes a service identity. Whoever makes it owns it; scopes beyond what that person may do, and
/// scopes that decide, are refused by field. Rule ID-04.
pub fn create_service(cx: &mut Cx<'_, '_>, new: &NewService<'_>) -> Result<ServiceId, AppError> {
    let partner = partner_text(new.partner_id);
    let (owner, most, whose) = match (&cx.actor.who, new.owner.as_ref()) {
        (Who::System, Some(owner)) => {
            let owners = owners_permissions(cx, owner, partner)?;
            (owner.clone(), owners, "The owner does not have")
        }
        _ => {
            let person = rules::responsible(cx)?;
            (person, cx.actor.permissions, "You cannot grant permissions you do not have")
        }
    };
    let (name, purpose) = (new.name.trim(), new.purpose.trim());
    let mut errors = FieldErrors::new();
    rules::check_name(cx, (partner, None), name, &mut errors)?;
    rules::check_purpose(purpose, &mut errors);
    rules::check_scopes((new.scopes, most), whose, &mut errors);
    rules::check_expiry(cx.now, new.expires_at, &mut errors);
    let alive = store::not_ended(cx, partner)?.len();
    if i64::try_from(alive).unwrap_or(MOST) >= MOST {
        errors.add("name", "There are 100 service identities already; end one first");
    }
    if !errors.is_empty() {
        return Err(AppError::Invalid(errors));
    }
    let service = Service {
        service_id: ServiceId::new(cx.ids(), cx.now),
        name: name.to_owned(),
        purpose: purpose.to_owned(),
        partner_id: new.partner_id.cloned(),
        scopes: new.scopes,
        owner,
        owner_name: String::new(),
        owner_roles: None,
        owner_left_at: None,
        created_by: cx.actor.instrument(),
        created_at: cx.now,
        expires_at: new.expires_at,
        ended_at: None,
        version: 1,
    };
    store::insert(cx, &service)?;
    told(cx, "identity.service_made", &service, (json!(null), state(&service)))?;
    Ok(service.service_id)
}

/// What a person may do who is to own a service identity: somebody who acts for that side and
/// manages its keys.
fn owners_permissions(
    cx: &mut Cx<'_, '_>,
    owner: &UserId,
    partner: &str,
) -> Result<Permissions, AppError> {
    let member = memberships::active(cx, owner, partner)?;
    let permissions = member.map_or_else(Permissions::none, |member| member.permissions());
    if permissions.has(Permission::ApiKeysManage) {
        return Ok(permissions);
    }
    Err(AppError::field(
        "owner",
        "The owner of a service identity needs the permission to manage API keys (api-keys:manage)",
    ))
}

/// Makes a service identity what `now` is: what differs is checked. Only its owner may. Rule ID-04.
pub(super) fn change(
    cx: &mut Cx<'_, '_>,
    service: &Service,
    now: &Service,
) -> Result<(), AppError> {
    rules::not_ended(service)?;
    rules::owner_only(cx, service)?;
    let mut errors = FieldErrors::new();
    if now.name != service.name {
        let which = (service.partner(), Some(&service.service_id));
        rules::check_name(cx, which, &now.name, &mut errors)?;
    }
    if now.purpose != service.purpose {
        rules::check_purpose(&now.purpose, &mut errors);
    }
    if now.scopes != service.scopes {
        let given = (now.scopes, cx.actor.permissions);
        rules::check_scopes(given, "You cannot grant permissions you do not have", &mut errors);
    }
    if now.expires_at != service.expires_at {
        rules::check_expiry(cx.now, now.expires_at, &mut errors);
    }
    if !errors.is_empty() {
        return Err(AppError::Invalid(errors));
    }
    let (before, after) = (state(service), state(now));
    if before == after {
        return Ok(());
    }
    store::update(cx, now)?;
    told(cx, "identity.service_changed", now, (before, after))
}

/// What a person gets who takes a service identity over, and what is lost because this person may
/// not do it. Rule ID-04.
pub(super) fn split(service: &Service, person: Permissions) -> (Permissions, Permissions) {
    let kept = service.scopes.both(person).both(Permissions::of_services());
    (kept, service.scopes.without(kept))
}

/// The acting administrator takes a service identity over and answers for it from now on. It keeps
/// what this person may do as well; the owner until now is told. With `revoke_keys` its keys end,
/// for the secrets that others know. Rule ID-04.
pub(super) fn take_over(
    cx: &mut Cx<'_, '_>,
    service: &Service,
    revoke_keys: bool,
) -> Result<(), AppError> {
    rules::not_ended(service)?;
    let person = rules::responsible(cx)?;
    if service.is_owned_by(Some(&person)) {
        let words = format!("You already own “{}”.", service.name);
        return Err(AppError::refused(rules::RULE, words));
    }
    let permissions = owners_permissions(cx, &person, service.partner())?;
    let (kept, _) = split(service, permissions);
    if kept.list().is_empty() {
        return Err(AppError::refused(
            rules::RULE,
            format!(
                "You have none of the permissions of “{}”: {}. Somebody who has them must take it \
                 over.",
                service.name,
                scope_words(service.scopes)
            ),
        ));
    }
    let now = Service { owner: person, owner_left_at: None, scopes: kept, ..service.clone() };
    store::update(cx, &now)?;
    notifications::finish(cx, service.service_id.as_str())?;
    if revoke_keys {
        api_keys::revoke_all(cx, &api_keys::Which::Service(service.service_id.as_str()))?;
    }
    told(cx, "identity.service_taken_over", &now, (state(service), state(&now)))?;
    notice::taken_over(cx, service)
}

/// Ends a service identity: all its keys are revoked, with their next request. It stays ended.
/// Rule ID-04.
pub(in crate::identity) fn end(cx: &mut Cx<'_, '_>, service: &Service) -> Result<(), AppError> {
    if service.ended_at.is_some() {
        return Ok(());
    }
    let now = Service { ended_at: Some(cx.now), ..service.clone() };
    store::update(cx, &now)?;
    api_keys::revoke_all(cx, &api_keys::Which::Service(service.service_id.as_str()))?;
    notifications::finish(cx, service.service_id.as_str())?;
    told(cx, "identity.service_ended", &now, (state(service), state(&now)))
}

/// The owner may not act for the moment: what it owns is dormant, and the other administrators
/// learn of it. Rule ID-04.
pub(in crate::identity) fn owner_suspended(
    cx: &mut Cx<'_, '_>,
    member: &Person,
) -> Result<(), AppError> {
    for service in working(cx, member)? {
        told(cx, "identity.service_dormant", &service, (json!(null), json!(null)))?;
        notice::dormant(cx, &service, member, "was suspended")?;
    }
    Ok(())
}

/// The owner may act again, and so may what it owns.
pub(in crate::identity) fn owner_restored(
    cx: &mut Cx<'_, '_>,
    member: &Person,
) -> Result<(), AppError> {
    for service in working(cx, member)? {
        notifications::finish(cx, service.service_id.as_str())?;
        told(cx, "identity.service_resumed", &service, (json!(null), json!(null)))?;
    }
    Ok(())
}

/// The owner was removed: what it owned is dormant until somebody takes it over, even if the same
/// person is invited again. Rule ID-04.
pub(in crate::identity) fn owner_left(
    cx: &mut Cx<'_, '_>,
    member: &Person,
) -> Result<(), AppError> {
    for service in store::owned_by(cx, &member.user_id, member.partner())? {
        let now = Service { owner_left_at: Some(cx.now), ..service };
        store::update(cx, &now)?;
        // Of one who was suspended before, the others know already.
        if member.standing != Standing::Suspended && now.expires_at > cx.now {
            told(cx, "identity.service_dormant", &now, (json!(null), json!(null)))?;
            notice::dormant(cx, &now, member, "was removed")?;
        }
    }
    Ok(())
}

/// What a person owns on a side and has neither ended nor expired.
fn working(cx: &mut Cx<'_, '_>, member: &Person) -> Result<Vec<Service>, AppError> {
    let now = cx.now;
    let mut owned = store::owned_by(cx, &member.user_id, member.partner())?;
    owned.retain(|service| service.expires_at > now);
    Ok(owned)
}

fn state(service: &Service) -> Value {
    let scopes: Vec<&str> = service.scopes.list().into_iter().map(Permission::word).collect();
    json!({
        "name": service.name, "purpose": service.purpose, "partner_id": service.partner(),
        "scopes": scopes, "owner_user_id": service.owner, "expires_at": service.expires_at,
        "ended_at": service.ended_at,
    })
}

fn told(
    cx: &mut Cx<'_, '_>,
    kind: &str,
    service: &Service,
    (before, after): (Value, Value),
) -> Result<(), AppError> {
    let id = service.service_id.as_str();
    let object_kind = "service_identity";
    let entry = audit::Entry { action: kind, object_kind, object_id: id, before, after };
    let data = json!({ "service_id": id, "name": service.name });
    audit::tell(cx, &entry, (service.partner(), data))
}
