//! Two years of history are made by the product's own actions, always the same.

use std::sync::Arc;

use app::{App, Clock, core::config::Config, demo, migrations};
use db::{Dialect, scratch::Scratch};

/// An empty demo on a fresh database.
fn empty(dialect: Dialect) -> (Scratch, Arc<App>) {
    let scratch = Scratch::migrated(dialect, migrations::ALL);
    let config = Config { demo: true, ..Config::for_tests() };
    let app = App::new(scratch.open(), Clock::machine(), config).expect("an application");
    (scratch, app)
}

const SMALL: demo::Options = demo::Options { seed: 5, accounts: 320, registrations: 260 };

#[test]
fn dm_01_the_same_seed_makes_the_same_history() {
    let made = |options| {
        let (_scratch, app) = empty(Dialect::Sqlite);
        let seeded = demo::seed(&app, options, &|_| {}).expect("a demo");
        assert_eq!(seeded.registrations, options.registrations);
        let by_status = app
            .db
            .read_blocking(|tx| {
                tx.query(
                    "SELECT status, COUNT(*) FROM deal_registrations GROUP BY status",
                    &[],
                    |row| Ok((row.text(0)?, row.int(1)?)),
                )
            })
            .unwrap_or_else(|error: db::DbError| panic!("{error}"));
        eprintln!("{seeded:?} {by_status:?}");
        app.db.content_hash(&app.db.table_names().unwrap()).expect("a hash")
    };
    assert_eq!(made(SMALL), made(SMALL));
    assert_ne!(made(SMALL), made(demo::Options { seed: 6, ..SMALL }));
}
