//! `/api/v1/partner-users` and `/api/v1/vendor-users`.

use db::keyset::{self, Kind};
use domain::ids::{PartnerId, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::actions::{self, Invitation};
use crate::identity::{
    memberships::{self, Person},
    sides,
};
use frame::{error::AppError, paging, reply::Reply, request::Req};

/// A person on one side.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct User {
    /// The person.
    id: String,
    /// The partner on whose side; null for the vendor's.
    partner_id: Option<String>,
    /// The e-mail address.
    email: String,
    /// The name.
    name: String,
    /// The phone number; empty when unknown.
    phone: String,
    /// The words of the roles.
    roles: Vec<String>,
    /// Codes of the territories in which a vendor person's quota lies.
    territories: Vec<String>,
    /// `active`, `invited` or `suspended`.
    standing: String,
    /// When the person last signed in (RFC 3339); null when never.
    last_seen_at: Option<String>,
}

/// A page of people.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct UserList {
    /// The people, by e-mail address.
    data: Vec<User>,
    /// Where the next page begins; null on the last.
    next_cursor: Option<String>,
}

/// Somebody to be invited.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct InvitationRequest {
    /// The partner; the vendor's callers say it, a partner's need not.
    #[serde(default)]
    partner_id: Option<String>,
    /// The e-mail address that the invitation goes to.
    email: String,
    /// The name, in up to 200 characters.
    name: String,
    /// The words of the roles.
    roles: Vec<String>,
    /// Codes of territories; the vendor's people only.
    #[serde(default)]
    territories: Vec<String>,
}

/// What changes; what is left out stays.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UserPatch {
    /// The words of the roles from now on.
    #[serde(default)]
    roles: Option<Vec<String>>,
    /// True suspends the person, false restores it.
    #[serde(default)]
    suspended: Option<bool>,
    /// Codes of territories; the vendor's people only.
    #[serde(default)]
    territories: Option<Vec<String>>,
}

fn user(person: Person) -> User {
    User {
        id: person.user_id.as_str().to_owned(),
        partner_id: person.partner_id.map(|id| id.as_str().to_owned()),
        email: person.email,
        name: person.name,
        phone: person.phone,
        roles: person.roles,
        territories: person.territories,
        standing: person.standing.word().to_owned(),
        last_seen_at: person.last_seen_at.map(|at| at.to_string()),
    }
}

/// The partner that the caller means: its own, or the one that a caller of the vendor names.
fn partner_meant(
    req: &mut Req<'_, '_>,
    given: Option<&str>,
) -> Result<Option<PartnerId>, AppError> {
    let own = req.cx.actor.partner_id().cloned();
    let given = given.filter(|text| !text.is_empty()).map(PartnerId::parse);
    match (own, given) {
        (Some(own), None) => Ok(Some(own)),
        (Some(own), Some(Ok(given))) if given == own => Ok(Some(own)),
        (Some(_), Some(_)) | (None, Some(Err(_))) => Err(AppError::NotFound),
        (None, Some(Ok(given))) => {
            sides::side_name(&mut req.cx, Some(&given))?;
            Ok(Some(given))
        }
        (None, None) => Err(AppError::field("partner_id", "Say which partner's people you mean")),
    }
}

fn partner_of_query(req: &mut Req<'_, '_>) -> Result<Option<PartnerId>, AppError> {
    let given = req.query().get("partner_id").map(str::to_owned);
    partner_meant(req, given.as_deref())
}

pub(super) fn list(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let partner = partner_of_query(req)?;
    list_of(req, partner.as_ref())
}

pub(super) fn list_vendors(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    list_of(req, None)
}

fn list_of(req: &mut Req<'_, '_>, partner: Option<&PartnerId>) -> Result<Reply, AppError> {
    let partner = memberships::partner_text(partner);
    let scope = format!("identity.users:{partner}");
    let limit = paging::limit(req)?;
    let after = paging::cursor(req, &scope, &[Kind::Text, Kind::Text])?
        .and_then(|values| Some((paging::text_at(&values, 0)?, paging::text_at(&values, 1)?)));
    let mut people = memberships::list_page(&mut req.cx, partner, after.as_ref(), limit + 1)?;
    let more = paging::cut(&mut people, limit);
    let next_cursor = people.last().filter(|_| more).map(|last| {
        keyset::encode(&scope, &[last.email.as_str().into(), last.user_id.as_str().into()])
    });
    Reply::json(&UserList { data: people.into_iter().map(user).collect(), next_cursor })
}

pub(super) fn invite(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let asked: InvitationRequest = req.json()?;
    let partner = partner_meant(req, asked.partner_id.as_deref())?;
    if !asked.territories.is_empty() {
        return Err(AppError::field("territories", "Only people of the vendor have territories"));
    }
    invite_to(req, partner.as_ref(), asked)
}

pub(super) fn invite_vendors(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let asked: InvitationRequest = req.json()?;
    if asked.partner_id.is_some() {
        return Err(AppError::field("partner_id", "Invite people of partners at partner-users"));
    }
    invite_to(req, None, asked)
}

fn invite_to(
    req: &mut Req<'_, '_>,
    partner: Option<&PartnerId>,
    asked: InvitationRequest,
) -> Result<Reply, AppError> {
    let invitation = Invitation {
        email: asked.email,
        name: asked.name,
        roles: asked.roles,
        territories: asked.territories,
    };
    let user_id = actions::invite(&mut req.cx, partner, &invitation)?;
    let person = actions::find(&mut req.cx, partner, &user_id)?;
    let version = person.version;
    let location = match partner {
        Some(partner) => format!("/api/v1/partner-users/{user_id}?partner_id={partner}"),
        None => format!("/api/v1/vendor-users/{user_id}"),
    };
    Ok(Reply::created(&location, &user(person))?.etag(version))
}

pub(super) fn get(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let partner = partner_of_query(req)?;
    get_of(req, partner.as_ref())
}

pub(super) fn get_vendors(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    get_of(req, None)
}

fn get_of(req: &mut Req<'_, '_>, partner: Option<&PartnerId>) -> Result<Reply, AppError> {
    let user_id: UserId = req.id("user_id")?;
    let person = actions::find(&mut req.cx, partner, &user_id)?;
    let version = person.version;
    Ok(Reply::json(&user(person))?.etag(version))
}

pub(super) fn patch(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let partner = partner_of_query(req)?;
    patch_of(req, partner.as_ref())
}

pub(super) fn patch_vendors(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    patch_of(req, None)
}

fn patch_of(req: &mut Req<'_, '_>, partner: Option<&PartnerId>) -> Result<Reply, AppError> {
    let user_id: UserId = req.id("user_id")?;
    let member = actions::find(&mut req.cx, partner, &user_id)?;
    let asked: UserPatch = req.json()?;
    req.if_match(member.version)?;
    if let Some(roles) = &asked.roles {
        actions::change_roles(&mut req.cx, &member, roles)?;
    }
    if let Some(territories) = &asked.territories {
        actions::change_territories(&mut req.cx, &member, territories)?;
    }
    if let Some(suspended) = asked.suspended {
        let member = actions::find(&mut req.cx, partner, &user_id)?;
        actions::change_suspension(&mut req.cx, &member, suspended)?;
    }
    get_of(req, partner)
}

pub(super) fn remove(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let partner = partner_of_query(req)?;
    remove_of(req, partner.as_ref())
}

pub(super) fn remove_vendors(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    remove_of(req, None)
}

fn remove_of(req: &mut Req<'_, '_>, partner: Option<&PartnerId>) -> Result<Reply, AppError> {
    let user_id: UserId = req.id("user_id")?;
    let member = actions::find(&mut req.cx, partner, &user_id)?;
    actions::remove(&mut req.cx, &member)?;
    Ok(Reply::no_content())
}
