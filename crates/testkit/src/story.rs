//! How a story is told: on which databases, in what runtime, and how long it took.

use std::{env, fs, future::Future, io::Write as _, path::PathBuf, thread, time::Instant};

use db::Dialect;
use frame::config::Config;

use crate::{post_office::PostOffice, verification::Verification, world::World};

/// Tells a story once on SQLite and once on PostgreSQL, from 5 January 2026, 09:00 in Berlin. When
/// only SQLite is asked for (`cargo xtask test --databases sqlite`), PostgreSQL is left out.
pub fn on_both<F: Future<Output = ()>>(story: impl Fn(World) -> F) {
    on_sqlite(&story);
    if takes_postgres() {
        on_postgres(&story);
    }
}

/// Tells a story on both databases, whatever is asked for: contention, what a database does in a
/// way of its own, and the main story of each capability.
pub fn on_each<F: Future<Output = ()>>(story: impl Fn(World) -> F) {
    on_sqlite(&story);
    on_postgres(&story);
}

/// Tells a story on SQLite only: for what does not touch storage in a way of its own.
pub fn on_sqlite<F: Future<Output = ()>>(story: impl Fn(World) -> F) {
    run(Dialect::Sqlite, &story);
}

/// Tells a story on PostgreSQL only: for what several nodes do together.
pub fn on_postgres<F: Future<Output = ()>>(story: impl Fn(World) -> F) {
    run(Dialect::Postgres, &story);
}

/// The databases on which a story is told that is told on both.
fn both() -> impl Iterator<Item = Dialect> {
    let all = [Dialect::Sqlite, Dialect::Postgres].into_iter();
    all.filter(|dialect| *dialect == Dialect::Sqlite || takes_postgres())
}

/// Tells a story on both databases, in an installation that is configured like this.
pub fn on_both_with<F: Future<Output = ()>>(config: &Config, story: impl Fn(World) -> F) {
    for dialect in both() {
        in_runtime(dialect, async || {
            let world = World::configured(dialect, config.clone()).await;
            verified(world, async |world| story(world).await).await;
        });
    }
}

/// Tells a story on both databases whose mails leave through a mail server.
pub fn on_both_by_mail<F: Future<Output = ()>>(story: impl Fn(World, PostOffice) -> F) {
    for dialect in both() {
        in_runtime(dialect, async || {
            let post = PostOffice::open();
            let config = Config { smtp: Some(post.smtp()), ..Config::for_tests() };
            let world = World::configured(dialect, config).await;
            verified(world, async |world| story(world, post).await).await;
        });
    }
}

fn run<F: Future<Output = ()>>(dialect: Dialect, story: &impl Fn(World) -> F) {
    in_runtime(dialect, async || {
        verified(World::start(dialect).await, async |world| story(world).await).await;
    });
}

/// Tells a story in this world, and verifies afterwards what it left behind.
async fn verified(world: World, story: impl AsyncFnOnce(World)) {
    let (dialect, verification) = (world.dialect(), Verification::of(&world));
    story(world).await;
    verification.carry_out(dialect);
}

/// Each story has a runtime of its own: making and dropping it takes half a millisecond, a short story
/// sixty, and nothing that one leaves behind runs on in the next.
#[expect(clippy::disallowed_methods, reason = "how long a story took is told at the end of a run")]
fn in_runtime(dialect: Dialect, story: impl AsyncFn()) {
    let began = Instant::now();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(story());
    note(dialect, began.elapsed().as_millis());
}

#[expect(clippy::disallowed_methods, reason = "the test command says which databases it wants")]
fn takes_postgres() -> bool {
    env::var("ENTENTE_TEST_DATABASES").as_deref() != Ok("sqlite")
}

/// Adds a line to the file that the test command sums up: milliseconds, database, story.
#[expect(clippy::disallowed_methods, reason = "the test command says where")]
fn note(dialect: Dialect, millis: u128) {
    let Some(path) = env::var_os("ENTENTE_TEST_TIMES").map(PathBuf::from) else { return };
    let name = thread::current().name().unwrap_or("a story").to_owned();
    let line = format!("{millis} {dialect} {name}\n");
    let file = fs::OpenOptions::new().create(true).append(true).open(&path);
    let written = file.and_then(|mut file| file.write_all(line.as_bytes()));
    written.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}
