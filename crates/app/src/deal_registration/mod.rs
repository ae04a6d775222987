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
pub mod lockout;
mod merges;
pub mod pages;
pub mod proof;
pub mod read;
pub mod receipts;
mod record;
mod refusals;
mod standing;
mod store;
mod tell;
mod terms;
mod told;
pub mod waiting;

use std::sync::Arc;

pub use self::{
    cases::CLAIMS,
    form::Changes,
    jobs::{schedule, settle},
    kept::KEPT,
    merges::MERGES,
    read::{Detail, candidates, detail, find, rivals, timeline},
    receipts::ReceiptKey,
    store::{
        ActivityView, CheckView, ConsentView, Counts, Details, EntryView, FileView, ListQuery,
        ListRow, Listing, Origin, Product, Registration, RoleView, Sort, Source, by_number, counts,
        list, reference,
    },
    terms::TermsCache,
};
use crate::core::{routes::Routes, state::App};

/// The routes of this slice.
pub fn routes() -> Routes {
    pages::routes(api::routes(Routes::of("deal_registration")))
}

/// The jobs of this slice.
pub fn jobs(app: &Arc<App>, handlers: ::jobs::Handlers) -> ::jobs::Handlers {
    jobs::handlers(app, handlers)
}
