//! The people of one side: inviting them, their roles, suspending and removing them (ID-01,
//! ID-02). Partner admins manage their own people; the vendor manages its own and, under each
//! partner, that partner's.

mod actions;
mod added;
mod api;
mod invite;
mod list;
mod person_page;

use domain::ids::PartnerId;
use http::Method;
use web::Page;

pub use actions::end_membership;
pub(super) use actions::{change_suspension, checked_roles, find};
pub use added::tell_admins;

use self::{
    invite::Invite,
    list::{OwnPeople, PartnerPeople},
};
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
    /// The side that a request is about: the partner that `named` says, or else the path of a page
    /// or the query of `/api/v1/partner-users`, for the vendor; otherwise the actor's own. Another
    /// partner than its own is not found by a partner. Rule ID-03.
    fn of(req: &mut Req<'_, '_>, named: Option<&str>) -> Result<Self, AppError> {
        let url = req.query();
        let of_partners = req.input.route.starts_with(PARTNER_USERS);
        let in_path = req.input.params.get("partner_id").map(String::as_str);
        // An invitation names the partner in its body only.
        let has_query = of_partners && req.input.method != Method::POST;
        let in_query = url.get("partner_id").filter(|_| has_query);
        let named = named.or(in_path).or(in_query).filter(|text| !text.is_empty());
        let named = named.map(PartnerId::parse).transpose().map_err(|_| AppError::NotFound)?;
        let base = named.as_ref().map(|id| format!("/partners/{id}/people"));
        let partner_id = match (&req.cx.actor.side, named) {
            (Side::Partner(own), None) => Some(own.clone()),
            (Side::Partner(own), Some(named)) if *own == named => Some(named),
            (Side::Partner(_), Some(_)) => return Err(AppError::NotFound),
            (Side::Vendor, None) if of_partners => {
                return Err(AppError::field(
                    "partner_id",
                    "Set partner_id to the partner whose people you mean",
                ));
            }
            (Side::Vendor, named) => named,
        };
        let name = sides::side_name(&mut req.cx, partner_id.as_ref())?;
        Ok(Self { partner_id, base: base.unwrap_or_else(|| "/people".into()), name })
    }

    /// Whether a page is about the vendor's own people.
    fn is_vendors(req: &Req<'_, '_>) -> bool {
        req.cx.actor.side == Side::Vendor && !req.input.params.contains_key("partner_id")
    }

    /// The page below that of the partner in the path, where there is one.
    fn below_partner(&self, page: Page) -> Page {
        match &self.partner_id {
            Some(id) if self.base != "/people" => page
                .crumb("Partners", "/partners")
                .crumb(self.name.as_str(), format!("/partners/{id}")),
            Some(_) | None => page,
        }
    }
}

const PARTNER_USERS: &str = "/api/v1/partner-users";

const OF_WHICH: (&str, &str) =
    ("partner_id", "The person's partner; required for vendor callers, optional for partners");

pub(super) fn routes(routes: Routes) -> Routes {
    const OWN: Access = Access::Sides {
        vendor: Permission::VendorPeopleManage,
        partner: Permission::PartnerPeopleManage,
    };
    const OF_PARTNER: Access = Access::Vendor(Permission::PartnerPeopleManage);
    const VENDORS: Access = Access::Vendor(Permission::VendorPeopleManage);
    const PARTNERS: Access = Access::Either(Permission::PartnerPeopleManage);
    let routes = routes
        .list::<OwnPeople>(OWN, VENDORS, "List the vendor's people")
        .form_of::<Invite>("/people/new", "/people", OWN)
        .page("/people/{user_id}", OWN, person_page::show)
        .form("/people/{user_id}/roles", OWN, person_page::save_roles)
        .form("/people/{user_id}/invitation", OWN, person_page::invite_again)
        .form("/people/{user_id}/suspension", OWN, person_page::suspend)
        .page("/people/{user_id}/removal", OWN, person_page::confirm_removal)
        .form("/people/{user_id}/removal", OWN, person_page::remove)
        .list::<PartnerPeople>(OF_PARTNER, PARTNERS, "List the people of a partner")
        .form_of::<Invite>(
            "/partners/{partner_id}/people/new",
            "/partners/{partner_id}/people",
            OF_PARTNER,
        )
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
    let routes =
        users(routes, (PARTNER_USERS, "/api/v1/partner-users/{user_id}"), PARTNERS, &[OF_WHICH]);
    users(routes, ("/api/v1/vendor-users", "/api/v1/vendor-users/{user_id}"), VENDORS, &[])
}

/// The people of a side through the API, besides their list.
fn users(
    routes: Routes,
    (all, one): (&'static str, &'static str),
    access: Access,
    query: &'static [(&'static str, &'static str)],
) -> Routes {
    let gives = |summary| Doc::new(summary).gives::<list::UserBody>().query(query);
    let change = gives("Change a person's roles, or suspend or restore it");
    let remove = Doc::new("Remove a person; their sessions end at once").status(204).query(query);
    routes
        .api_post_of::<Invite>(all, access, gives("Invite a person by mail").query(&[]))
        .api_get(one, access, gives("Read a person"), api::get)
        .api_patch_of::<api::Change>(one, access, change)
        .api((Method::DELETE, one), access, remove, api::remove)
}
