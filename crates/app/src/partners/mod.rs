//! Partners: who they are, in which programs, on which track and tier, who looks after them and
//! what their people are certified in (PG-05).
//!
//! Events: `partners.created`, `partners.changed`, `partners.status_changed`,
//! `partners.manager_changed`, `partners.enrolled`, `partners.enrolment_changed`,
//! `partners.enrolment_ended`, `partners.certificate_added`, `partners.certificate_removed`.

mod actions;
mod api;
mod api_routes;
mod changes;
mod kept;
mod listing;
mod pages;
mod questions;
mod store;

pub use actions::{
    certificate::{NewCertificate, add_certificate},
    create::{NewPartner, create},
    edit::{set_manager, set_status},
    enrol::{NewEnrolment, change_tier, enrol},
};
pub use kept::KEPT;
pub use questions::{
    all, certificates, domain_of, enrolment, enrolments_in, enrolments_of, find_by_external_id,
    find_by_name, managed_by, manager_changed_since, manager_of, name_of, names, partner,
};
pub use store::{Certificate, Enrolment, Partner};

use web::Icon;

use crate::{
    access::{Access, Permission},
    core::parts::{NavGroup, NavItem, Parts, Sides},
    core::routes::Routes,
};

/// How a partner stands with the vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum PartnerStatus {
    /// Signed, and being made ready.
    #[default]
    Onboarding,
    /// Sells.
    Active,
    /// Does not sell for now.
    Paused,
    /// On the way out.
    Offboarding,
    /// No longer a partner: nobody acts for it.
    Left,
}

impl PartnerStatus {
    /// Every status, in the order of a partner's life.
    pub const ALL: [Self; 5] =
        [Self::Onboarding, Self::Active, Self::Paused, Self::Offboarding, Self::Left];

    /// The word in tables and the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Onboarding => "onboarding",
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Offboarding => "offboarding",
            Self::Left => "left",
        }
    }

    /// The label people read.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Onboarding => "Onboarding",
            Self::Active => "Active",
            Self::Paused => "Paused",
            Self::Offboarding => "Offboarding",
            Self::Left => "Left",
        }
    }

    /// The status of a word; `None` for an unknown one.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.word() == word)
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
    let routes = Routes::of("partners")
        .page("/partners", READ, pages::list::show)
        .page("/partners.csv", READ, pages::list::export)
        .page("/partners/new", MANAGE, pages::edit::new)
        .form("/partners", MANAGE, pages::edit::create)
        .page("/partners/{partner_id}", READ, pages::detail::show)
        .page("/partner", OWN, pages::detail::own)
        .page("/partners/{partner_id}/edit", MANAGE, pages::edit::show)
        .form("/partners/{partner_id}", MANAGE, pages::edit::save)
        .page("/partners/{partner_id}/enrolments/{program_id}", MANAGE, pages::enrolment::show)
        .form("/partners/{partner_id}/enrolments/{program_id}", MANAGE, pages::enrolment::save)
        .form("/partners/{partner_id}/enrolments/{program_id}/end", MANAGE, pages::enrolment::end)
        .page("/partners/{partner_id}/certificates/new", MANAGE, pages::certificate::new)
        .form("/partners/{partner_id}/certificates", MANAGE, pages::certificate::add)
        .form(
            "/partners/{partner_id}/certificates/{certificate_id}/removal",
            MANAGE,
            pages::certificate::remove,
        );
    api_routes::add(routes)
}

#[cfg(test)]
mod tests {
    use super::PartnerStatus;

    #[test]
    fn every_status_has_its_own_word() {
        for status in PartnerStatus::ALL {
            assert_eq!(PartnerStatus::from_word(status.word()), Some(status));
        }
        assert_eq!(PartnerStatus::from_word("gone"), None);
    }
}
