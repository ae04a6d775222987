//! A node of the product as `entente serve` runs it, except that its writes may be made to take one
//! turn over the whole database, which the product does not offer.

use std::net::SocketAddr;

use app::migrations;
use db::{Db, Options};
use frame::Clock;
use frame::{
    config::Config,
    serve::{self, Limits},
};
use jobs::{Worker, WorkerOptions};
use tokio::net::TcpListener;

/// Serves until it is killed.
pub(crate) fn serve(url: &str, address: SocketAddr, lanes: bool) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.expect("a runtime").block_on(run(url, address, lanes));
}

async fn run(url: &str, address: SocketAddr, lanes: bool) {
    let db = Db::open(url, Options { lanes, ..Options::default() }).expect("the database");
    let clock = Clock::machine();
    db.migrate(migrations::ALL, clock.now().as_microsecond()).expect("the schema");
    let mut config = Config::for_tests();
    let port = u32::from(address.port()).to_be_bytes();
    for (place, byte) in config.seed.iter_mut().zip(port.iter().cycle()) {
        *place = *byte;
    }
    let app = app::open(db, clock, config).expect("the application");
    let worker = Worker::new(app.db.clone(), app.work.handlers(&app), WorkerOptions::default());
    let time = app.clone();
    tokio::spawn(async move {
        let clock = move || time.clock.now().as_microsecond();
        worker.run_forever(clock, std::future::pending()).await;
    });
    let listener = TcpListener::bind(address).await.expect("the address");
    serve::serve(app, listener, Limits::default(), std::future::pending()).await;
}
