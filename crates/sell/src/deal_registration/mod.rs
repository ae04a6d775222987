//! Deal registration: a partner registers a deal, gets its answer in time, and holds the account
//! while it works the deal. Rules DR-01 to DR-22.
//!
//! `actions` are what can be done, `clocks` what happens by itself, `lockout` what direct sales
//! must ask, `availability` what partners may ask and `budget` how often, `receipts` what they can
//! prove.

pub mod actions;
mod api;
pub mod attempts;
pub mod availability;
mod budget;
mod cases;
pub mod chains;
pub mod clocks;
mod deciders;
pub mod disputes;
mod facts;
pub mod form;
pub mod history;
mod jobs;
mod kept;
mod list;
pub mod lockout;
mod merges;
pub mod pages;
pub mod proof;
pub mod read;
pub mod receipts;
mod record;
mod refusals;
mod refused;
mod standing;
mod store;
mod tell;
mod terms;
mod told;
pub mod waiting;

use std::sync::Arc;

pub use self::{
    cases::CLAIMS,
    form::{BeginInput, ProgressInput, Said},
    jobs::settle,
    kept::KEPT,
    list::first,
    merges::MERGES,
    read::{Detail, MayDo, candidates, detail, find, renewable, rivals, timeline},
    receipts::{KnownReceiptKey, ReceiptKey},
    store::{
        ActivityView, CheckView, ConsentView, Counts, Details, EntryView, FileView, ListRow,
        Origin, Product, Registration, RoleView, Source, by_number, counts, reference,
    },
    terms::TermsCache,
};
use jobs::schedule;
use web::Icon;

use frame::access::Permission;
use frame::parts::{NavGroup, NavItem, Parts, Sides};
use frame::{routes::Routes, state::App};

/// What this slice brings.
pub fn parts() -> Parts {
    Parts::of(routes())
        .jobs(jobs)
        .schedule(schedule)
        .shares(TermsCache::default())
        .shares(KnownReceiptKey::default())
        .nav(NavItem {
            group: NavGroup::Sell,
            icon: Icon::Deal,
            label: "Registrations",
            href: "/registrations",
            needs: Permission::RegistrationsRead,
            side: Sides::Both,
            place: 10,
        })
        .nav(NavItem {
            group: NavGroup::Sell,
            icon: Icon::Check,
            label: "Decision queue",
            href: "/registrations/queue",
            needs: Permission::RegistrationsDecide,
            side: Sides::Vendor,
            place: 20,
        })
        .nav(NavItem {
            group: NavGroup::Sell,
            icon: Icon::Shield,
            label: "Check availability",
            href: "/availability",
            needs: Permission::AvailabilityRead,
            side: Sides::Both,
            place: 30,
        })
}

/// The routes of this slice.
fn routes() -> Routes {
    pages::routes(api::routes(Routes::of("deal_registration")))
}

/// The jobs of this slice.
fn jobs(app: &Arc<App>, handlers: ::jobs::Handlers) -> ::jobs::Handlers {
    jobs::handlers(app, handlers)
}
