//! The application: the slices of every group put together, the home pages, the migrations. See
//! `ARCHITECTURE.md`.

pub mod home;
pub mod migrations;
pub mod placement;
pub mod search_keys;
mod wiring;

use std::sync::Arc;

use frame::{App, AppError, Clock, Config, Route, Table, parts::Parts};

/// The parts of every slice, in the order in which documents list their routes. What a slice needs
/// of those above it is handed in here.
fn parts() -> Parts {
    let followers =
        vec![sell::deal_registration::MERGES, sell::direct_sales::MERGES, sell::conflicts::MERGES];
    let providers = sell::conflicts::Providers {
        claims: sell::deal_registration::CLAIMS,
        direct: sell::direct_sales::CASES,
    };
    let schema = migrations::ALL.last().map_or(0, |migration| migration.number);
    home::parts()
        .and(sell::deal_registration::parts())
        .and(sell::conflicts::parts(providers))
        .and(sell::direct_sales::parts())
        .and(channel::accounts::parts(followers))
        .and(channel::program::parts())
        .and(channel::partners::parts())
        .and(people::identity::parts())
        .and(run::imports::parts())
        .and(people::notifications::parts(people::identity::links::IN_MAILS))
        .and(people::events::parts())
        .and(people::audit::parts(kept_tables()))
        .and(run::operate::parts(schema))
        .and(demo::parts())
        .and(search_keys::parts())
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
pub fn kept_tables() -> Vec<&'static people::audit::Table> {
    let slices: [&[&people::audit::Table]; 6] = [
        channel::program::KEPT,
        channel::partners::KEPT,
        channel::accounts::KEPT,
        sell::deal_registration::KEPT,
        sell::conflicts::KEPT,
        sell::direct_sales::KEPT,
    ];
    slices.concat()
}
