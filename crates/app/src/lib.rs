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
mod wiring;

pub use core::{
    clock::Clock,
    config::Config,
    ctx::Cx,
    dispatch::handle,
    error::{AppError, Refusal},
    routes::{Route, Table},
    state::App,
};
use std::sync::Arc;

use core::parts::Parts;

/// The parts of every slice, in the order in which documents list their routes. What a slice needs
/// of those above it is handed in here.
fn parts() -> Parts {
    let followers = vec![deal_registration::MERGES, direct_sales::MERGES, conflicts::MERGES];
    let hands = conflicts::Hands { claims: deal_registration::CLAIMS, direct: direct_sales::CASES };
    let schema = migrations::ALL.last().map_or(0, |migration| migration.number);
    home::parts()
        .and(deal_registration::parts())
        .and(conflicts::parts(hands))
        .and(direct_sales::parts())
        .and(accounts::parts(followers))
        .and(program::parts())
        .and(partners::parts())
        .and(identity::parts())
        .and(imports::parts())
        .and(notifications::parts(identity::links::IN_MAILS))
        .and(events::parts())
        .and(audit::parts(kept_tables()))
        .and(operate::parts(schema))
        .and(demo::parts())
}

/// The application over an opened and migrated database.
pub fn open(db: db::Db, clock: Clock, config: Config) -> Result<Arc<App>, AppError> {
    open_with(db, clock, config, |_| {})
}

/// The same with access rows that are changed, to show that a harness finds a row that was opened.
pub fn open_with(
    db: db::Db,
    clock: Clock,
    config: Config,
    change: impl Fn(&mut Route),
) -> Result<Arc<App>, AppError> {
    let parts = parts().changed(change);
    App::new(db, clock, config, (parts, wiring::AUTHENTICATOR, wiring::FILL_CHROME))
}

/// Every route of every slice.
pub fn routes() -> Result<Table, AppError> {
    parts().into_table()
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
