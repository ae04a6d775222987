//! The people of one side: inviting them, their roles, suspending and removing them (ID-01,
//! ID-02). Partner admins manage their own people; the vendor manages its own and, under each
//! partner, that partner's.

mod actions;
mod added;
mod api;
mod invite;
mod pages;
mod person_page;

use domain::ids::PartnerId;
use http::Method;

pub use actions::end_membership;
pub(super) use actions::{change_suspension, checked_roles, find};
pub use added::tell_admins;

use super::sides;
use frame::{
    access::{Access, Permission},
    actor::Side,
    error::AppError,
    request::Req,
    routes::{Doc, Routes},
};

/// The side whose people a request is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Team {
    pub(super) partner_id: Option<PartnerId>,
    /// Where its pages begin: `/people` or `/partners/{id}/people`.
    base: String,
    name: String,
}

impl Team {
    /// The side of a page: the partner in the path, for the vendor, else the actor's own.
    fn of_page(req: &mut Req<'_, '_>) -> Result<Self, AppError> {
        let given = match req.input.params.get("partner_id") {
            Some(text) => Some(PartnerId::parse(text).map_err(|_| AppError::NotFound)?),
            None => None,
        };
        let base = given.as_ref().map(|id| format!("/partners/{id}/people"));
        let partner_id = match (&req.cx.actor.side, given) {
            (Side::Partner(own), None) => Some(own.clone()),
            (Side::Partner(own), Some(given)) if *own == given => Some(given),
            (Side::Partner(_), Some(_)) => return Err(AppError::NotFound),
            (Side::Vendor, given) => given,
        };
        let name = sides::side_name(&mut req.cx, partner_id.as_ref())?;
        Ok(Self { partner_id, base: base.unwrap_or_else(|| "/people".into()), name })
    }
}

pub(super) fn routes(routes: Routes) -> Routes {
    const OWN: Access = Access::Sides {
        vendor: Permission::VendorPeopleManage,
        partner: Permission::PartnerPeopleManage,
    };
    const OF_PARTNER: Access = Access::Vendor(Permission::PartnerPeopleManage);
    let routes = routes
        .page("/people", OWN, pages::list)
        .form("/people", OWN, invite::send)
        .page("/people/new", OWN, invite::show)
        .page("/people/{user_id}", OWN, person_page::show)
        .form("/people/{user_id}/roles", OWN, person_page::save_roles)
        .form("/people/{user_id}/invitation", OWN, person_page::invite_again)
        .form("/people/{user_id}/suspension", OWN, person_page::suspend)
        .page("/people/{user_id}/removal", OWN, person_page::confirm_removal)
        .form("/people/{user_id}/removal", OWN, person_page::remove)
        .page("/partners/{partner_id}/people", OF_PARTNER, pages::list)
        .form("/partners/{partner_id}/people", OF_PARTNER, invite::send)
        .page("/partners/{partner_id}/people/new", OF_PARTNER, invite::show)
        .page("/partners/{partner_id}/people/{user_id}", OF_PARTNER, person_page::show);
    let routes = routes
        .form("/partners/{partner_id}/people/{user_id}/roles", OF_PARTNER, person_page::save_roles)
        .form(
            "/partners/{partner_id}/people/{user_id}/invitation",
            OF_PARTNER,
            person_page::invite_again,
        )
        .form(
            "/partners/{partner_id}/people/{user_id}/suspension",
            OF_PARTNER,
            person_page::suspend,
        )
        .page(
            "/partners/{partner_id}/people/{user_id}/removal",
            OF_PARTNER,
            person_page::confirm_removal,
        )
        .form("/partners/{partner_id}/people/{user_id}/removal", OF_PARTNER, person_page::remove);
    vendor_users(partner_users(routes))
}

const OF_WHICH: (&str, &str) = (
    "partner_id",
    "The partner whose person it is; the vendor's callers say it, a partner's need not",
);
const CURSOR: (&str, &str) = ("cursor", "Where the page before ended: its next_cursor");
const LIMIT: (&str, &str) = ("limit", "How many at most: 1 to 200, 50 when left out");

struct Docs {
    list: Doc,
    get: Doc,
    invite: Doc,
    patch: Doc,
    remove: Doc,
}

fn docs() -> Docs {
    Docs {
        list: Doc::new("List the people of a side").gives::<api::UserList>(),
        get: Doc::new("Read a person").gives::<api::User>(),
        invite: Doc::new("Invite a person by mail")
            .takes::<api::InvitationRequest>()
            .gives::<api::User>()
            .status(201),
        patch: Doc::new("Change a person's roles, or suspend or restore it")
            .takes::<api::UserPatch>()
            .gives::<api::User>()
            .if_match(),
        remove: Doc::new("Remove a person: its sessions end at once").status(204),
    }
}

fn partner_users(routes: Routes) -> Routes {
    const PARTNERS: Access = Access::Either(Permission::PartnerPeopleManage);
    let Docs { list, get, invite, patch, remove } = docs();
    routes
        .api_get(
            "/api/v1/partner-users",
            PARTNERS,
            list.query(&[OF_WHICH, CURSOR, LIMIT]),
            api::list,
        )
        .api((Method::POST, "/api/v1/partner-users"), PARTNERS, invite, api::invite)
        .api_get("/api/v1/partner-users/{user_id}", PARTNERS, get.query(&[OF_WHICH]), api::get)
        .api(
            (Method::PATCH, "/api/v1/partner-users/{user_id}"),
            PARTNERS,
            patch.query(&[OF_WHICH]),
            api::patch,
        )
        .api(
            (Method::DELETE, "/api/v1/partner-users/{user_id}"),
            PARTNERS,
            remove.query(&[OF_WHICH]),
            api::remove,
        )
}

fn vendor_users(routes: Routes) -> Routes {
    const VENDORS: Access = Access::Vendor(Permission::VendorPeopleManage);
    let Docs { list, get, invite, patch, remove } = docs();
    routes
        .api_get("/api/v1/vendor-users", VENDORS, list.query(&[CURSOR, LIMIT]), api::list_vendors)
        .api((Method::POST, "/api/v1/vendor-users"), VENDORS, invite, api::invite_vendors)
        .api_get("/api/v1/vendor-users/{user_id}", VENDORS, get, api::get_vendors)
        .api((Method::PATCH, "/api/v1/vendor-users/{user_id}"), VENDORS, patch, api::patch_vendors)
        .api(
            (Method::DELETE, "/api/v1/vendor-users/{user_id}"),
            VENDORS,
            remove,
            api::remove_vendors,
        )
}
