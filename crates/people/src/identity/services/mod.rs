//! Service identities: a program acts under a name of its own, and an administrator answers for
//! it (ID-04).
//!
//! Its keys do what it was given, as far as its owner may at the moment, and never decide. It is
//! dormant while its owner may not act. Another administrator of the same side can take it over at
//! any time; nobody becomes the owner without doing so.

mod change;
mod edit;
mod history;
mod list;
mod notice;
mod pages;
mod rules;
mod store;

pub use change::{NewService, create_service};
pub(super) use change::{end, owner_left, owner_restored, owner_suspended};
pub(super) use rules::{not_ended, owner_only};
pub(super) use store::{Service, load, of_side, page_of};

use domain::ids::{PartnerId, ServiceId, UserId};
use http::Method;
use jiff::Timestamp;

use crate::identity::{
    api_keys::{MadeApiKeyBody, MakeKey},
    memberships::{Person, partner_text},
};
use frame::{
    access::{Access, Permission, Permissions},
    ctx::Cx,
    error::AppError,
    routes::{Doc, Routes},
};

/// A service identity as lists show it.
#[derive(Debug, Clone)]
pub struct ServiceView {
    /// Its id.
    pub service_id: ServiceId,
    /// Its name, unique among those of its side that have not ended.
    pub name: String,
    /// The partner for which it acts; `None` for the vendor.
    pub partner_id: Option<PartnerId>,
    /// active, dormant, expired or ended.
    pub standing: &'static str,
    /// The person who answers for it.
    pub owner: UserId,
    /// That person's name.
    pub owner_name: String,
    /// Its scopes.
    pub scopes: Permissions,
    /// The first instant at which it no longer works.
    pub expires_at: Timestamp,
}

fn view(service: Service, now: Timestamp) -> ServiceView {
    ServiceView {
        standing: service.standing(now),
        service_id: service.service_id,
        name: service.name,
        partner_id: service.partner_id,
        owner: service.owner,
        owner_name: service.owner_name,
        scopes: service.scopes,
        expires_at: service.expires_at,
    }
}

/// The service identities of the vendor and all its partners, the newest first.
pub(super) fn views(cx: &mut Cx<'_, '_>, limit: i64) -> Result<Vec<ServiceView>, AppError> {
    let now = cx.now;
    let all = store::of_all_sides(cx, limit)?;
    Ok(all.into_iter().map(|service| view(service, now)).collect())
}

/// The one of a side with this name or id that has not ended; another is not found.
pub(super) fn find(
    cx: &mut Cx<'_, '_>,
    partner: Option<&PartnerId>,
    name_or_id: &str,
) -> Result<ServiceView, AppError> {
    let now = cx.now;
    let all = store::not_ended(cx, partner_text(partner))?;
    let found =
        all.into_iter().find(|one| one.name == name_or_id || one.service_id.as_str() == name_or_id);
    found.map(|service| view(service, now)).ok_or(AppError::NotFound)
}

/// The names of those that stop when this person may no longer act on its side.
pub(super) fn names_owned_by(
    cx: &mut Cx<'_, '_>,
    person: &Person,
) -> Result<Vec<String>, AppError> {
    let now = cx.now;
    let owned = store::owned_by(cx, &person.user_id, person.partner())?;
    Ok(owned
        .into_iter()
        .filter(|service| service.expires_at > now)
        .map(|service| service.name)
        .collect())
}

const MANAGE: Access = Access::Either(Permission::ApiKeysManage);

pub(super) fn routes(routes: Routes) -> Routes {
    let routes = routes
        .list::<list::ServiceIdentities>(MANAGE, MANAGE, "List the service identities of your side")
        .form_of::<edit::Create>("/service-identities/new", "/service-identities", MANAGE)
        .page("/service-identities/{service_id}", MANAGE, pages::detail::show)
        .form_of::<edit::Edit>(
            "/service-identities/{service_id}/edit",
            "/service-identities/{service_id}/edit",
            MANAGE,
        )
        .form_of::<edit::Extend>(
            "/service-identities/{service_id}/expiry",
            "/service-identities/{service_id}/expiry",
            MANAGE,
        )
        .form_of::<MakeKey>(
            "/service-identities/{service_id}/keys/new",
            "/service-identities/{service_id}/keys",
            MANAGE,
        )
        .page("/service-identities/{service_id}/ownership", MANAGE, pages::confirm::take_over)
        .form("/service-identities/{service_id}/ownership", MANAGE, pages::confirm::taken_over)
        .page("/service-identities/{service_id}/ending", MANAGE, pages::confirm::end)
        .form("/service-identities/{service_id}/ending", MANAGE, pages::confirm::ended);
    api_routes(routes)
}

fn api_routes(routes: Routes) -> Routes {
    const ONE: &str = "/api/v1/service-identities/{service_id}";
    let gives = |summary| Doc::new(summary).gives::<list::ServiceIdentityBody>();
    let key = "Create a key for a service identity; only this response contains its secret";
    routes
        .api_post_of::<edit::Create>(
            "/api/v1/service-identities",
            MANAGE,
            gives("Create a service identity; the person behind the key becomes its owner"),
        )
        .api_get(ONE, MANAGE, gives("Read a service identity"), edit::get)
        .api_patch_of::<edit::Patch>(
            ONE,
            MANAGE,
            gives("Change or extend a service identity; owner only"),
        )
        .api(
            (Method::DELETE, ONE),
            MANAGE,
            Doc::new("End a service identity: all its keys are revoked").status(204),
            edit::end,
        )
        .api_post_of::<MakeKey>(
            "/api/v1/service-identities/{service_id}/keys",
            MANAGE,
            Doc::new(key).gives::<MadeApiKeyBody>(),
        )
        .api(
            (Method::POST, "/api/v1/service-identities/{service_id}/ownership"),
            MANAGE,
            gives("Take over a service identity; the person behind the key becomes its owner")
                .takes_input::<edit::OwnershipInput>(),
            edit::take_over,
        )
}
