//! What the command line does with people, keys and service identities, as the system: setting up the first ones, and
//! letting somebody in again who lost the way.

use domain::ids::{ApiKeyId, PartnerId, UserId};
use jiff::{Timestamp, ToSpan as _};
use serde_json::json;
use web::FieldErrors;

use super::{
    address,
    api_keys::{self, KeyView},
    links::{self, LinkPurpose, NewLink, Uses},
    memberships::{self, NewUser, Person, Standing, create_user},
    profile,
    services::{self, ServiceView},
    team,
};
use crate::audit;
use frame::{ctx::Cx, error::AppError};

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
    let user_id = create_user(cx, new)?;
    team::tell_admins(cx, new.partner_id, &user_id)?;
    Ok(user_id)
}

/// The people of a side who were not removed, by address, at most 1,000.
pub fn people_of(
    cx: &mut Cx<'_, '_>,
    partner: Option<&PartnerId>,
) -> Result<Vec<Person>, AppError> {
    memberships::not_ended(cx, partner.map_or("", PartnerId::as_str), SHOWN)
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

/// A link that lets a person in once, within a day, and that only the console shows.
pub struct WayIn {
    /// The address.
    pub url: String,
    /// True when it accepts the person's open invitation, false when it signs in.
    pub accepts: bool,
}

/// A link that lets a person in: by signing in, or by accepting an invitation that is still open.
/// That it was made is in the audit trail. Rule ID-01.
pub fn way_in(cx: &mut Cx<'_, '_>, person: &Person) -> Result<WayIn, AppError> {
    let accepts = person.standing == Standing::Invited;
    let (purpose, partner_id) = if accepts {
        (LinkPurpose::Invitation, person.partner_id.as_ref())
    } else {
        (LinkPurpose::SignIn, None)
    };
    let url = print_link(cx, purpose, (&person.user_id, partner_id))?;
    Ok(WayIn { url, accepts })
}

/// A link by which a person signs in once, within a day. Rule ID-01.
pub fn sign_in_link(cx: &mut Cx<'_, '_>, user_id: &UserId) -> Result<String, AppError> {
    print_link(cx, LinkPurpose::SignIn, (user_id, None))
}

fn print_link(
    cx: &mut Cx<'_, '_>,
    purpose: LinkPurpose,
    (user_id, partner_id): (&UserId, Option<&PartnerId>),
) -> Result<String, AppError> {
    let expires_at = cx.now.saturating_add(LINK_HOURS.hours()).unwrap_or(Timestamp::MAX);
    let new = NewLink {
        purpose,
        user_id: Some(user_id),
        partner_id,
        subject_id: "",
        uses: Uses::Once,
        expires_at,
    };
    let issued = links::issue(cx, &new)?;
    audit::record(
        cx,
        &audit::Entry {
            action: "identity.link_printed",
            object_kind: "user",
            object_id: user_id.as_str(),
            before: json!(null),
            after: json!({
                "link_id": issued.link_id.as_str(), "purpose": purpose.word(),
                "expires_at": expires_at,
            }),
        },
    )?;
    Ok(issued.url)
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

/// Revokes a key: it stops working with the next request. Rule ID-04.
pub fn revoke_api_key(cx: &mut Cx<'_, '_>, key_id: &ApiKeyId) -> Result<(), AppError> {
    api_keys::revoke(cx, key_id)
}

/// The service identities of the vendor and all its partners, the newest first, at most 1,000.
/// Rule ID-04.
pub fn service_identities(cx: &mut Cx<'_, '_>) -> Result<Vec<ServiceView>, AppError> {
    services::views(cx, SHOWN)
}

/// The service identity of a side with this name or id that has not ended; another is not found.
pub fn service_identity(
    cx: &mut Cx<'_, '_>,
    partner: Option<&PartnerId>,
    name_or_id: &str,
) -> Result<ServiceView, AppError> {
    services::find(cx, partner, name_or_id)
}

/// Ends a service identity: all its keys are revoked. Rule ID-04.
pub fn end_service_identity(cx: &mut Cx<'_, '_>, service: &ServiceView) -> Result<(), AppError> {
    let partner = service.partner_id.as_ref().map_or("", PartnerId::as_str);
    let found = services::of_side(cx, partner, &service.service_id)?;
    services::end(cx, &found)
}
