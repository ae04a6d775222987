//! What may be done to a service identity, and by whom. Rule ID-04.

use domain::{
    ids::{ServiceId, UserId},
    rule_id::RuleId,
    text,
};
use jiff::{Timestamp, ToSpan};
use web::FieldErrors;

use super::store::{self, Service};
use crate::identity::api_keys::scope_words;
use frame::{
    access::Permissions,
    actor::{KeyOwner, Who},
    ctx::Cx,
    error::AppError,
};

/// The longest time a service identity may be made for, or extended to, in days.
pub(super) const MOST_DAYS: i64 = 730;

/// The rule that these refusals name.
pub(super) const RULE: RuleId = RuleId::new("ID-04");

/// The person who answers for what is done. Refused for a service identity's own key, so that no
/// program extends its own life, and for a key that nobody owns. Rule ID-04.
pub(super) fn responsible(cx: &Cx<'_, '_>) -> Result<UserId, AppError> {
    let is_service = matches!(&cx.actor.who, Who::ApiKey { owner: KeyOwner::Service { .. }, .. });
    match cx.actor.person().filter(|_| !is_service) {
        Some(person) => Ok(person.clone()),
        None => Err(AppError::refused(
            RULE,
            "A service identity needs a person as owner. Sign in, or use a key that belongs to a \
             person.",
        )),
    }
}

/// Refused for anybody but the owner: whoever answers for a service identity decides what it may
/// do and how long it lives. Rule ID-04.
pub(in crate::identity) fn owner_only(cx: &Cx<'_, '_>, service: &Service) -> Result<(), AppError> {
    let person = responsible(cx)?;
    if service.is_owned_by(Some(&person)) {
        return Ok(());
    }
    Err(AppError::refused(
        RULE,
        format!(
            "Only the owner of “{}” can do this: {}. Take it over first.",
            service.name, service.owner_name
        ),
    ))
}

/// Refused once a service identity has ended. Rule ID-04.
pub(in crate::identity) fn not_ended(service: &Service) -> Result<(), AppError> {
    if service.ended_at.is_none() {
        return Ok(());
    }
    Err(AppError::refused(
        RULE,
        format!("“{}” has ended. Create a new service identity instead.", service.name),
    ))
}

/// The last instant at which one made or extended at `now` may expire.
pub(super) fn latest(now: Timestamp) -> Timestamp {
    now.saturating_add((MOST_DAYS * 24).hours()).unwrap_or(Timestamp::MAX)
}

/// Adds what is wrong with a name: it is a short line, and no other of the side that has not ended
/// has it.
pub(super) fn check_name(
    cx: &mut Cx<'_, '_>,
    (partner, own): (&str, Option<&ServiceId>),
    name: &str,
    errors: &mut FieldErrors,
) -> Result<(), AppError> {
    if text::line(name, 100).is_err() {
        errors.add("name", "Enter a name of up to 100 characters");
        return Ok(());
    }
    let folded = name.to_lowercase();
    let taken = store::not_ended(cx, partner)?
        .into_iter()
        .any(|one| one.name.to_lowercase() == folded && Some(&one.service_id) != own);
    if taken {
        errors.add("name", "A service identity with this name already exists; choose another name");
    }
    Ok(())
}

/// Adds what is wrong with a purpose.
pub(super) fn check_purpose(purpose: &str, errors: &mut FieldErrors) {
    if !purpose.trim().is_empty() && text::lines(purpose, 1_000).is_err() {
        errors.add("purpose", "Describe the purpose in up to 1,000 characters");
    }
}

/// Adds what is wrong with scopes: there is at least one, none goes beyond `most`, and none
/// decides. Rule ID-04.
pub(super) fn check_scopes(
    (scopes, most): (Permissions, Permissions),
    whose: &str,
    errors: &mut FieldErrors,
) {
    if scopes.list().is_empty() {
        errors.add("scopes", "Choose at least one permission");
    }
    let decides = scopes.without(Permissions::of_services());
    if !decides.list().is_empty() {
        let words = scope_words(decides);
        errors.add(
            "scopes",
            format!("Only people can make decisions, not a service identity: {words}"),
        );
    }
    let beyond = scopes.without(most);
    if !beyond.list().is_empty() {
        errors.add("scopes", format!("{whose}: {}", scope_words(beyond)));
    }
}

/// Adds what is wrong with an expiry: it lies ahead, by at most two years. Rule ID-04.
pub(super) fn check_expiry(now: Timestamp, expires_at: Timestamp, errors: &mut FieldErrors) {
    if expires_at <= now || expires_at > latest(now) {
        errors.add("expires_at", "Choose an expiry in the future, at most two years from now");
    }
}
