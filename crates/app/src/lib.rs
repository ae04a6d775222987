//! The application: one folder per capability, each from route to table. `core` is the frame
//! they stand in; see `ARCHITECTURE.md`.

pub mod access;
pub mod accounts;
pub mod audit;
pub mod conflicts;
pub mod core;
pub mod deal_registration;
pub mod demo;
pub mod direct_sales;
pub mod events;
pub mod home;
pub mod identity;
pub mod imports;
pub mod migrations;
pub mod notifications;
pub mod operate;
pub mod partners;
pub mod program;

pub use core::{
    clock::Clock,
    config::Config,
    ctx::Cx,
    dispatch::handle,
    error::{AppError, Refusal},
    state::App,
};
use std::sync::Arc;

use core::routes::Table;

/// Every route of every slice.
pub fn routes() -> Result<Table, AppError> {
    Table::new(vec![
        home::routes(),
        deal_registration::routes(),
        conflicts::routes(),
        direct_sales::routes(),
        accounts::routes(),
        program::routes(),
        partners::routes(),
        identity::routes(),
        imports::routes(),
        notifications::routes(),
        events::routes(),
        audit::routes(),
        operate::routes(),
        demo::routes(),
    ])
}

/// Every job of every slice.
pub fn job_handlers(app: &Arc<App>) -> jobs::Handlers {
    let handlers = jobs::Handlers::new();
    let handlers = notifications::jobs(app, handlers);
    let handlers = identity::jobs(app, handlers);
    let handlers = deal_registration::jobs(app, handlers);
    let handlers = conflicts::jobs(app, handlers);
    let handlers = accounts::jobs(app, handlers);
    let handlers = program::jobs(app, handlers);
    let handlers = demo::jobs(app, handlers);
    let handlers = imports::jobs(app, handlers);
    let handlers = audit::rows::jobs(handlers, kept_tables());
    operate::jobs(app, handlers)
}

/// Puts the schedule of every slice's jobs in place; called at each start, harmless when repeated.
pub fn schedule(tx: &mut db::Tx<'_>, now_micros: i64) -> Result<(), AppError> {
    accounts::schedule(tx, now_micros)?;
    audit::rows::schedule(tx, now_micros)?;
    deal_registration::schedule(tx, now_micros)?;
    conflicts::schedule(tx, now_micros)?;
    operate::schedule(tx, now_micros)?;
    Ok(())
}

/// Whose rows move along when two accounts become one (AC-04), in this order.
pub fn merge_followers() -> Vec<accounts::MergeFollower> {
    vec![deal_registration::MERGES, direct_sales::MERGES, conflicts::MERGES]
}

/// What the slices above do for conflict cases.
pub fn case_hands() -> conflicts::Hands {
    conflicts::Hands { claims: deal_registration::CLAIMS, direct: direct_sales::CASES }
}

/// The tables whose rows decisions rest on, and which are compared with the audit trail (AU-01).
pub fn kept_tables() -> Vec<&'static audit::Table> {
    let slices: [&[&audit::Table]; 6] = [
        program::KEPT,
        partners::KEPT,
        accounts::KEPT,
        deal_registration::KEPT,
        conflicts::KEPT,
        direct_sales::KEPT,
    ];
    slices.concat()
}

/// What the keeper of links does for the mails that hold them.
pub fn mail_links() -> notifications::MailLinks {
    identity::links::IN_MAILS
}
