//! People: who they are, how they sign in, what acts for them (ID-01, ID-02, ID-04).
//!
//! A person is known once, by the e-mail address, and may stand on several sides: the vendor's
//! and those of partners. Other slices ask here who somebody is, make signed links
//! ([`links`]), and never look into these tables.
//!
//! Events: `identity.member_invited`, `identity.member_joined`, `identity.roles_changed`,
//! `identity.member_suspended`, `identity.member_restored`, `identity.member_removed`,
//! `identity.api_key_made`, `identity.api_key_revoked`, `identity.service_made`,
//! `identity.service_changed`, `identity.service_taken_over`, `identity.service_dormant`,
//! `identity.service_resumed`, `identity.service_ended`.

mod address;
mod api_keys;
mod attempts;
mod authenticate;
mod console;
mod departure;
pub mod devices;
mod hashing;
mod housekeeping;
pub mod links;
mod mailbox;
mod memberships;
mod passwords;
mod people;
mod profile;
mod roles;
mod same_person;
mod second_factor;
mod services;
mod sessions;
mod settings;
mod sides;
mod sign_in;
pub mod stakes;
mod team;
mod totp;
mod vendors;
mod who;
mod zones;

use std::sync::Arc;

pub use address::email;
pub use api_keys::{KeyView, NewApiKey, NewKey, create_api_key};
pub use authenticate::{authenticate, stale_caller, touch_caller};
pub use console::{
    WayIn, add_person, api_keys, end_service_identity, people_of, person_by_email, revoke_api_key,
    service_identities, service_identity, set_suspension, sign_in_link, way_in,
};
pub use departure::close_side;
pub use hashing::carry_out_hashing;
pub use housekeeping::{FORGET_OLD, forget_old};
pub use memberships::{
    NewUser, Person, Standing, create_user, find_partner_person, member, names_of, partner_people,
    person, search, territories_of, users_with_role, vendor_people, vendor_staff,
};
pub use passwords::{password_hash, set_password};
pub use people::{About, about_me, address_of};
pub use same_person::{Eyes, PartnerSide};
pub use services::{NewService, ServiceView, create_service};
pub use sessions::{NewSession, SignInMethod, create_session, session_cookie};
pub use sides::{open_side, rename_side, reopen_side};
pub use sign_in::{demo_link, invite};
pub use team::{end_membership, tell_admins};
pub use vendors::{NewVendor, Vendor, create_vendor_with_admin, vendor_name, vendors};
pub use who::{acting_person, deciding_person, person_of, references, resumed};
pub use zones::{vendor_zone, zone_of};

use web::Icon;

use frame::access::Permission;
use frame::parts::{NavGroup, NavItem, Parts, Sides};
use frame::{clock::from_micros, routes::Routes, state::App};

/// What this slice brings.
pub fn parts() -> Parts {
    Parts::of(routes())
        .jobs(jobs)
        .nav(NavItem {
            group: NavGroup::Run,
            icon: Icon::People,
            label: "People",
            href: "/people",
            needs: Permission::VendorPeopleManage,
            side: Sides::Vendor,
            place: 40,
        })
        .nav(NavItem {
            group: NavGroup::Run,
            icon: Icon::People,
            label: "People",
            href: "/people",
            needs: Permission::PartnerPeopleManage,
            side: Sides::Partner,
            place: 40,
        })
        .nav(NavItem {
            group: NavGroup::Run,
            icon: Icon::Key,
            label: "API keys",
            href: "/api-keys",
            needs: Permission::ApiKeysManage,
            side: Sides::Both,
            place: 60,
        })
        .nav(NavItem {
            group: NavGroup::Run,
            icon: Icon::System,
            label: "Service identities",
            href: "/service-identities",
            needs: Permission::ApiKeysManage,
            side: Sides::Both,
            place: 65,
        })
        .nav(NavItem {
            group: NavGroup::Run,
            icon: Icon::Settings,
            label: "Settings",
            href: "/settings/vendor",
            needs: Permission::SettingsManage,
            side: Sides::Vendor,
            place: 90,
        })
}

/// The routes of this slice.
fn routes() -> Routes {
    let routes = Routes::of("identity");
    let routes = sign_in::routes(routes);
    let routes = settings::routes(routes);
    let routes = team::routes(routes);
    let routes = api_keys::routes(routes);
    services::routes(routes)
}

/// The jobs of this slice: mailing links that were asked for, and forgetting daily what is over.
fn jobs(app: &Arc<App>, handlers: jobs::Handlers) -> jobs::Handlers {
    let app = app.clone();
    handlers
        .transactional(sign_in::MAIL_LINK, move |tx, job, now_micros| {
            sign_in::mail_link(tx, &app, job, now_micros)
                .map_err(|error| jobs::JobFailure::retry(error.to_string()))
        })
        .transactional(FORGET_OLD, |tx, _job, now_micros| {
            forget_old(tx, from_micros(now_micros))
                .map(|_| ())
                .map_err(|error| jobs::JobFailure::retry(error.to_string()))
        })
}
