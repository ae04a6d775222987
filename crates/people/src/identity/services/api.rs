//! `/api/v1/service-identities`.

use db::keyset::{self, Kind};
use domain::ids::{PartnerId, ServiceId};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use web::FieldErrors;

use super::{
    change::{self, Change, NewService, create_service},
    store::{self, Service},
};
use crate::identity::api_keys;
use frame::{
    access::{Permission, Permissions},
    actor::KeyOwner,
    error::AppError,
    paging,
    reply::Reply,
    request::Req,
};

/// A service identity to be made.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ServiceRequest {
    /// Its name, in up to 100 characters; no other of the side bears it.
    name: String,
    /// What it is for, in up to 1,000 characters.
    #[serde(default)]
    purpose: String,
    /// What it may do: words such as `registrations:read`, none beyond your own, none that decides.
    scopes: Vec<String>,
    /// The instant at which it stops working (RFC 3339), at most two years from now.
    expires_at: String,
}

/// What changes; what is left out stays.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ServicePatch {
    /// Its name from now on.
    #[serde(default)]
    name: Option<String>,
    /// What it is for.
    #[serde(default)]
    purpose: Option<String>,
    /// What it may do from now on; its keys lose the rest at once.
    #[serde(default)]
    scopes: Option<Vec<String>>,
    /// The instant at which it stops working (RFC 3339), at most two years from now.
    #[serde(default)]
    expires_at: Option<String>,
}

/// How a service identity is taken over.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TakeOver {
    /// True revokes the keys it has, whose secrets others may know.
    #[serde(default)]
    revoke_keys: bool,
}

/// A service identity.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ServiceIdentity {
    /// The service identity.
    id: String,
    /// Its name.
    name: String,
    /// What it is for.
    purpose: String,
    /// The partner for which it acts; null for the vendor.
    partner_id: Option<String>,
    /// What it was given.
    scopes: Vec<String>,
    /// What it may do now: its scopes, as far as its owner may do them at the moment.
    effective_scopes: Vec<String>,
    /// `active`, `expired`, `ended`, or `dormant` until its owner may act again or somebody takes
    /// it over.
    standing: String,
    /// The person who answers for it; after a removal, the one who did last.
    owner_user_id: String,
    /// Who made it: `user:…`, `key:…` or `system`.
    created_by: String,
    /// When it was made (RFC 3339).
    created_at: String,
    /// When it stops working (RFC 3339).
    expires_at: String,
    /// When it ended (RFC 3339); null when it has not.
    ended_at: Option<String>,
}

/// A page of service identities.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ServiceList {
    /// The service identities, the newest first.
    data: Vec<ServiceIdentity>,
    /// Where the next page begins; null on the last.
    next_cursor: Option<String>,
}

fn words(permissions: Permissions) -> Vec<String> {
    permissions.list().into_iter().map(Permission::word).map(str::to_owned).collect()
}

fn shown(service: &Service, now: Timestamp) -> ServiceIdentity {
    ServiceIdentity {
        id: service.service_id.to_string(),
        name: service.name.clone(),
        purpose: service.purpose.clone(),
        partner_id: service.partner_id.as_ref().map(ToString::to_string),
        scopes: words(service.scopes),
        effective_scopes: words(service.effective()),
        standing: service.standing(now).to_owned(),
        owner_user_id: service.owner.to_string(),
        created_by: service.created_by.clone(),
        created_at: service.created_at.to_string(),
        expires_at: service.expires_at.to_string(),
        ended_at: service.ended_at.map(|at| at.to_string()),
    }
}

const SCOPE: &str = "identity.services";

pub(super) fn list(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let limit = paging::limit(req)?;
    let after =
        paging::cursor(req, SCOPE, &[Kind::Text])?.and_then(|values| paging::text_at(&values, 0));
    let mut all = store::page(&mut req.cx, after.as_deref(), limit + 1)?;
    let more = paging::cut(&mut all, limit);
    let next_cursor = all
        .last()
        .filter(|_| more)
        .map(|last| keyset::encode(SCOPE, &[last.service_id.as_str().into()]));
    let now = req.cx.now;
    let data = all.iter().map(|service| shown(service, now)).collect();
    Reply::json(&ServiceList { data, next_cursor })
}

/// The service identity in the path, when it is one of the caller's side.
pub(super) fn load(req: &mut Req<'_, '_>) -> Result<Service, AppError> {
    let service_id: ServiceId = req.id("service_id")?;
    store::get(&mut req.cx, &service_id)
}

pub(super) fn get(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let service = load(req)?;
    Ok(Reply::json(&shown(&service, req.cx.now))?.etag(service.version))
}

fn instant(text: &str, errors: &mut FieldErrors) -> Option<Timestamp> {
    let instant = text.parse().ok();
    if instant.is_none() {
        errors.add("expires_at", "Write an instant such as 2027-01-31T00:00:00Z");
    }
    instant
}

pub(super) fn create(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let asked: ServiceRequest = req.json()?;
    let mut errors = FieldErrors::new();
    let scopes = api_keys::scopes(&asked.scopes, &mut errors);
    let expires_at = instant(&asked.expires_at, &mut errors);
    let (Some(expires_at), true) = (expires_at, errors.is_empty()) else {
        return Err(AppError::Invalid(errors));
    };
    let partner: Option<PartnerId> = req.cx.actor.partner_id().cloned();
    let new = NewService {
        name: &asked.name,
        purpose: &asked.purpose,
        partner_id: partner.as_ref(),
        scopes,
        expires_at,
        owner: None,
    };
    let service_id = create_service(&mut req.cx, &new)?;
    let service = store::get(&mut req.cx, &service_id)?;
    let location = format!("/api/v1/service-identities/{service_id}");
    Ok(Reply::created(&location, &shown(&service, req.cx.now))?.etag(service.version))
}

pub(super) fn patch(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let service = load(req)?;
    let asked: ServicePatch = req.json()?;
    req.if_match(service.version)?;
    let mut errors = FieldErrors::new();
    let change = Change {
        name: asked.name,
        purpose: asked.purpose,
        scopes: asked.scopes.map(|words| api_keys::scopes(&words, &mut errors)),
        expires_at: asked.expires_at.and_then(|text| instant(&text, &mut errors)),
    };
    if !errors.is_empty() {
        return Err(AppError::Invalid(errors));
    }
    change::change(&mut req.cx, &service, &change)?;
    get(req)
}

pub(super) fn end(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let service = load(req)?;
    change::end(&mut req.cx, &service)?;
    Ok(Reply::no_content())
}

pub(super) fn create_key(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let Service { service_id, owner, .. } = load(req)?;
    api_keys::make(req, Some(KeyOwner::Service { service_id, owner }))
}

pub(super) fn take_over(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let service = load(req)?;
    let asked: TakeOver = req.json()?;
    change::take_over(&mut req.cx, &service, asked.revoke_keys)?;
    get(req)
}
