//! What the queue promises, on both databases.

#![expect(clippy::unwrap_used, reason = "the helpers of tests fail like the tests themselves")]

mod effects;
mod lanes;
mod letters;
mod nodes;
mod queue;
mod schedules;

use std::sync::Arc;

use db::scratch::Scratch;
use db::{Db, DbError, Dialect, NO_PARAMS, params};
use jobs::{BackOff, Enqueued, Handlers, NewJob, Worker, WorkerOptions, enqueue};
use parking_lot::Mutex;

const SECOND: i64 = 1_000_000;

/// A table for what handlers do.
const DONE: db::Migration = db::Migration {
    number: 2,
    name: "tests_done",
    sql: "CREATE TABLE done (vendor_id TEXT NOT NULL, number BIGINT NOT NULL, payload TEXT NOT NULL);",
    fill: None,
};

fn fresh(dialect: Dialect) -> (Scratch, Db) {
    let scratch = Scratch::migrated(dialect, &[jobs::MIGRATION, DONE]);
    let db = scratch.open();
    (scratch, db)
}

fn options(name: &str) -> WorkerOptions {
    WorkerOptions {
        name: name.to_owned(),
        lease_seconds: 60,
        back_off: BackOff { first_seconds: 10, cap_seconds: 100 },
        idle: std::time::Duration::from_millis(5),
        seed: 1,
        ..WorkerOptions::default()
    }
}

fn note<'a>(key: Option<&'a str>, payload: &'a str, run_at_micros: i64) -> NewJob<'a> {
    NewJob { vendor_id: "v", kind: "note", key, payload, run_at_micros, max_attempts: 3 }
}

async fn queue(db: &Db, key: Option<&'static str>, payload: &'static str, at: i64) -> Enqueued {
    db.write(move |tx| enqueue(tx, &note(key, payload, at), at)).await.unwrap()
}

/// A handler that writes the payload down, in its transaction.
fn notes() -> Handlers {
    Handlers::new().transactional("note", |tx, job, _| {
        tx.execute(
            "INSERT INTO done (vendor_id, number, payload) VALUES ($1, $2, $3)",
            params![&job.vendor_id, job.number, &job.payload],
        )?;
        Ok(())
    })
}

fn worker(db: &Db, handlers: Handlers) -> Worker {
    Worker::new(db.clone(), handlers, options("one"))
}

async fn done(db: &Db) -> Vec<String> {
    db.read(|tx| {
        tx.query("SELECT payload FROM done ORDER BY number, payload", NO_PARAMS, |row| row.text(0))
    })
    .await
    .unwrap()
}

/// Something handlers share with their test.
fn shared<T>(value: T) -> Arc<Mutex<T>> {
    Arc::new(Mutex::new(value))
}

async fn gauges(db: &Db, now: i64) -> jobs::Gauges {
    db.read::<_, DbError>(move |tx| jobs::gauges(tx, now)).await.unwrap()
}
