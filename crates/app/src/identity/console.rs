//! What the command line does with people and keys, as the system: setting up the first ones, and
//! letting somebody in again who lost the way.

use domain::ids::{ApiKeyId, PartnerId, UserId};
use jiff::{Timestamp, ToSpan as _};
use web::FieldErrors;

use super::{
    address,
    api_keys::{self, KeyView},
    links::{self, LinkPurpose, NewLink, Uses},
    memberships::{self, NewUser, Person, Standing, create_user},
    profile, team,
};
use crate::core::{ctx::Cx, error::AppError};

/// The most people or keys that one list shows.
const SHOWN: i64 = 1_000;

/// How long a link from the command line lets in, in hours.
const LINK_HOURS: i64 = 24;

/// Makes a person known who may act at once, after checking every field. Rules ID-01, ID-02.
pub fn add_person(cx: &mut Cx<'_, '_>, new: &NewUser<'_>) -> Result<UserId, AppError> {
    let mut errors = FieldErrors::new();
    if let Some(words) = address::fault(&address::normal(new.email)) {
        errors.add("email", words);
    }
    if let Some(words) = profile::name_fault(new.name) {
        errors.add("name", words);
    }
    let roles: Vec<String> = new.roles.iter().map(|role| (*role).to_owned()).collect();
    team::checked_roles(new.partner_id, &roles, &mut errors);
    if !errors.is_empty() {
        return Err(AppError::Invalid(errors));
    }
    create_user(cx, new)
}

/// The people of a side who were not removed, by address, at most 1,000.
pub fn people_of(
    cx: &mut Cx<'_, '_>,
    partner: Option<&PartnerId>,
) -> Result<Vec<Person>, AppError> {
    memberships::list_page(cx, partner.map_or("", PartnerId::as_str), None, SHOWN)
}

/// The person with this e-mail address on a side; nobody is not found.
pub fn person_by_email(
    cx: &mut Cx<'_, '_>,
    partner: Option<&PartnerId>,
    email: &str,
) -> Result<Person, AppError> {
    let user_id = memberships::by_email(cx, &address::normal(email))?.ok_or(AppError::NotFound)?;
    team::find(cx, partner, &user_id)
}

/// A link by which a person signs in once, within a day. Rule ID-01.
pub fn sign_in_link(cx: &mut Cx<'_, '_>, user_id: &UserId) -> Result<String, AppError> {
    let expires_at = cx.now.saturating_add(LINK_HOURS.hours()).unwrap_or(Timestamp::MAX);
    let new = NewLink {
        purpose: LinkPurpose::SignIn,
        user_id: Some(user_id),
        partner_id: None,
        subject_id: "",
        uses: Uses::Once,
        expires_at,
    };
    Ok(links::issue(cx, &new)?.url)
}

/// Suspends a person on a side, or restores it; false when it stood so already. Rule ID-01.
pub fn set_suspension(
    cx: &mut Cx<'_, '_>,
    person: &Person,
    suspended: bool,
) -> Result<bool, AppError> {
    let stood = person.standing == Standing::Suspended;
    team::change_suspension(cx, person, suspended)?;
    Ok(stood != suspended)
}

/// The API keys of the vendor and all its partners, the newest first, at most 1,000. Rule ID-04.
pub fn api_keys(cx: &mut Cx<'_, '_>) -> Result<Vec<KeyView>, AppError> {
    api_keys::views(cx, SHOWN)
}

/// Takes a key back: it stops working with the next request. Rule ID-04.
pub fn revoke_api_key(cx: &mut Cx<'_, '_>, key_id: &ApiKeyId) -> Result<(), AppError> {
    api_keys::revoke(cx, key_id)
}
