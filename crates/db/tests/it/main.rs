//! What storage promises, on both databases.

#![expect(clippy::unwrap_used, reason = "the helpers of tests fail like the tests themselves")]

mod backups;
mod batches;
mod copies;
mod disk_full;
mod distribution;
mod errors;
mod failover;
mod lanes;
mod migrations;
mod nodes;
mod placement;
mod pooler;
mod records;
mod replicas;
mod searched;
mod sums;
mod tls;
mod transactions;

use db::scratch::Scratch;
use db::{Db, Migration, params};

/// A small schema with what the product's tables use: keys, references, checks, and a table to
/// which rows are only ever added.
const SCHEMA: Migration = Migration {
    number: 1,
    name: "accounts_and_journal",
    sql: include_str!("schema.sql"),
    fill: None,
};

/// An open scratch database with the schema.
fn fresh(dialect: db::Dialect) -> (Scratch, Db) {
    let scratch = Scratch::migrated(dialect, &[SCHEMA]);
    let db = scratch.open();
    (scratch, db)
}

/// Inserts one account with a balance.
fn insert(tx: &mut db::Tx<'_>, id: &str, balance: i64) -> Result<u64, db::DbError> {
    tx.execute(
        "INSERT INTO accounts (vendor_id, id, name, balance) VALUES ('v', $1, $1, $2)",
        params![id, balance],
    )
}

/// How many accounts there are.
fn count(db: &Db) -> i64 {
    db.read_blocking(|tx| {
        tx.query_one("SELECT COUNT(*) FROM accounts", db::NO_PARAMS, |row| row.int(0))
    })
    .unwrap()
}
