//! Partners: who they are, in which programs, on which track and tier, who looks after them and
//! what their people are certified in (PG-05).
//!
//! Events: `partners.created`, `partners.changed`, `partners.status_changed`,
//! `partners.manager_changed`, `partners.enrolled`, `partners.enrolment_changed`,
//! `partners.enrolment_ended`, `partners.certificate_added`, `partners.certificate_removed`.

mod body;
mod certificate;
mod changes;
mod create;
mod edit;
mod enrol;
mod enrolment_page;
mod kept;
mod list;
mod page;
mod questions;
mod row;

pub use certificate::{CertificateInput, add_certificate};
pub use create::{PartnerInput, create};
pub use edit::{set_manager, set_status};
pub use enrol::{NewEnrolment, change_tier, enrol};
pub use kept::KEPT;
pub use list::search;
pub use questions::{
    all, certificates, domain_of, enrolment, enrolments_in, enrolments_of, find_by_external_id,
    find_by_name, find_called, managed_by, manager_changed_since, manager_of, name_of, names,
    partner,
};
pub use row::{Certificate, Enrolment, Partner};

use http::Method;
use web::Icon;

use frame::{
    access::{Access, Permission},
    list::PageOf,
    parts::{NavGroup, NavItem, Parts, Sides},
    routes::{Doc, Routes},
};

domain::words! {
    /// Where a partner is in its life with the vendor.
    pub enum PartnerStatus {
        /// Signed, and being onboarded.
        #[default]
        Onboarding = "onboarding", "Onboarding",
        /// Sells.
        Active = "active", "Active",
        /// Does not sell for now.
        Paused = "paused", "Paused",
        /// Being offboarded.
        Offboarding = "offboarding", "Offboarding",
        /// No longer a partner: nobody acts for it.
        Left = "left", "Left",
    }
}

/// What this slice brings.
pub fn parts() -> Parts {
    Parts::of(routes())
        .nav(NavItem {
            group: NavGroup::Run,
            icon: Icon::Partner,
            label: "Partners",
            href: "/partners",
            needs: Permission::PartnersRead,
            side: Sides::Vendor,
            place: 20,
        })
        .nav(NavItem {
            group: NavGroup::Run,
            icon: Icon::Partner,
            label: "My company",
            href: "/partner",
            needs: Permission::PartnersRead,
            side: Sides::Partner,
            place: 30,
        })
}

/// The routes of this slice.
fn routes() -> Routes {
    const READ: Access = Access::Vendor(Permission::PartnersRead);
    const OWN: Access = Access::Partner(Permission::PartnersRead);
    const MANAGE: Access = Access::Vendor(Permission::PartnersManage);
    const BOTH: Access = Access::Either(Permission::PartnersRead);
    let routes = Routes::of("partners")
        .list::<list::Partners>(READ, BOTH, "List partners")
        .form_of::<create::Add>("/partners/new", "/partners", MANAGE)
        .form_of::<edit::Edit>("/partners/{partner_id}/edit", "/partners/{partner_id}", MANAGE)
        .page("/partners/{partner_id}", READ, page::show)
        .page("/partner", OWN, page::own)
        .page("/partners/{partner_id}/enrolments/{program_id}", MANAGE, enrolment_page::show)
        .form("/partners/{partner_id}/enrolments/{program_id}", MANAGE, enrolment_page::save)
        .form("/partners/{partner_id}/enrolments/{program_id}/end", MANAGE, enrolment_page::end)
        .form_of::<certificate::Add>(
            "/partners/{partner_id}/certificates/new",
            "/partners/{partner_id}/certificates",
            MANAGE,
        )
        .form(
            "/partners/{partner_id}/certificates/{certificate_id}/removal",
            MANAGE,
            certificate::remove,
        );
    api(routes)
}

fn api(routes: Routes) -> Routes {
    const READ: Access = Access::Either(Permission::PartnersRead);
    const MANAGE: Access = Access::Vendor(Permission::PartnersManage);
    let partner = |summary| Doc::new(summary).gives::<body::PartnerBody>();
    let enrol = partner("Enrol a partner in a program, or change the enrolment")
        .takes_input::<enrolment_page::EnrolmentInput>()
        .if_match();
    let list = Doc::new("List a partner's certificates");
    let add = Doc::new("Add a certificate").gives::<body::CertificateBody>();
    routes
        .api_post_of::<create::Add>("/api/v1/partners", MANAGE, partner("Create a partner"))
        .api_get(
            "/api/v1/partners/{partner_id}",
            READ,
            partner("Read a partner and its enrolments"),
            body::get,
        )
        .api_patch_of::<edit::Edit>(
            "/api/v1/partners/{partner_id}",
            MANAGE,
            partner("Change a partner; changing status or manager requires a reason"),
        )
        .api(
            (Method::PUT, "/api/v1/partners/{partner_id}/enrolments"),
            MANAGE,
            enrol,
            enrolment_page::put,
        )
        .api_get(
            "/api/v1/partners/{partner_id}/certificates",
            READ,
            list.gives::<PageOf<body::CertificateBody>>(),
            certificate::list,
        )
        .api_post_of::<certificate::Add>("/api/v1/partners/{partner_id}/certificates", MANAGE, add)
        .api(
            (Method::DELETE, "/api/v1/partners/{partner_id}/certificates/{certificate_id}"),
            MANAGE,
            Doc::new("Remove a certificate").status(204),
            certificate::delete,
        )
}
