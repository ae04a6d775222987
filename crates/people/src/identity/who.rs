//! Which person acts, and which person once acted: four eyes are two people, whatever number of
//! keys and roles they use (ID-04).

use domain::{
    ids::{ApiKeyId, UserId},
    rule_id::RuleId,
};

use super::{api_keys, memberships};
use frame::{
    access::Permission,
    actor::{Actor, KeyOwner, Side, Who},
    ctx::Cx,
    error::AppError,
};

/// The person who decides, for a rule that asks who it is; `None` for the system. Refused when no
/// person answers for the act: a service identity, a key that nobody owns, a link made for a
/// company, a public page.
pub fn deciding_person(cx: &Cx<'_, '_>, rule: RuleId) -> Result<Option<UserId>, AppError> {
    match acting_person(cx) {
        None if cx.actor.who != Who::System => Err(AppError::refused(
            rule,
            "Only a person can decide this. Sign in, or use a key that belongs to a person with \
             this permission.",
        )),
        person => Ok(person),
    }
}

/// The person who acts for itself: in a session, by a key of its own or by a link. `None` for a
/// service identity, which acts for nobody, and wherever no person answers.
pub fn acting_person(cx: &Cx<'_, '_>) -> Option<UserId> {
    let service = matches!(&cx.actor.who, Who::ApiKey { owner: KeyOwner::Service { .. }, .. });
    cx.actor.person().filter(|_| !service).cloned()
}

/// Every reference under which rows name the acting person: its own, and those of its keys, as
/// rows written earlier name them; at most 200 keys. The actor's own where no person answers.
pub fn references(cx: &mut Cx<'_, '_>) -> Result<Vec<String>, AppError> {
    let mut all = vec![cx.actor.reference()];
    if let Some(person) = cx.actor.person().cloned() {
        let keys = api_keys::of_person(cx, &person)?;
        all.extend(keys.into_iter().map(|key_id| format!("key:{key_id}")));
    }
    Ok(all)
}

/// The person whom a row names as having acted: `user:usr_…`, or the owner of the key in
/// `key:key_…`, as rows written earlier name keys. `None` for the system and for what no person
/// answers for.
pub fn person_of(cx: &mut Cx<'_, '_>, reference: &str) -> Result<Option<UserId>, AppError> {
    if let Some(id) = reference.strip_prefix("user:") {
        return Ok(UserId::parse(id).ok());
    }
    match reference.strip_prefix("key:") {
        Some(key_id) => api_keys::person_of(cx, key_id),
        None => Ok(None),
    }
}

/// The actor for work of the vendor that somebody ordered and a job carries out later: with what
/// that person may do now, not when it was ordered. The system's own work stays the system's.
/// Refused when the person may no longer do it. Rule ID-02.
pub fn resumed(
    cx: &mut Cx<'_, '_>,
    (reference, name): (&str, &str),
    work_id: &str,
    needed: Permission,
) -> Result<Actor, AppError> {
    if reference == "system" {
        return Ok(Actor { name: name.to_owned(), ..Actor::system(cx.vendor()) });
    }
    if let Some(actor) = by_ownerless_key(cx, reference)?.filter(|actor| actor.may(needed)) {
        return Ok(actor);
    }
    let member = match person_of(cx, reference)? {
        Some(person) => memberships::active(cx, &person, "")?,
        None => None,
    };
    let allowed = member
        .map(|member| (member.permissions(), member.user_id))
        .filter(|(permissions, _)| permissions.has(needed));
    let Some((permissions, user_id)) = allowed else {
        return Err(AppError::Forbidden(format!("{name} no longer has this permission")));
    };
    Ok(Actor {
        vendor_id: cx.vendor(),
        side: Side::Vendor,
        who: Who::User { user_id, session_id: work_id.to_owned() },
        name: name.to_owned(),
        permissions,
    })
}

/// The actor of a key that nobody owns, while it works.
fn by_ownerless_key(cx: &mut Cx<'_, '_>, reference: &str) -> Result<Option<Actor>, AppError> {
    let id = reference.strip_prefix("key:").and_then(|id| ApiKeyId::parse(id).ok());
    let Some(key_id) = id else { return Ok(None) };
    let visible = cx.actor.visibility();
    let key = api_keys::get(cx, &visible, &key_id)?;
    let works = key.owner()? == KeyOwner::Operator && key.standing(cx.now) == "active";
    Ok(works.then(|| Actor {
        vendor_id: cx.vendor(),
        side: Side::Vendor,
        who: Who::ApiKey { key_id, owner: KeyOwner::Operator },
        name: key.acting_name(),
        permissions: key.effective(),
    }))
}
