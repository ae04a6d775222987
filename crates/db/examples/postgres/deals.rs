//! A small schema and a write that resembles a registration, and how often it is done.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use db::{Db, DbError, Durability, Lane, Migration, NO_PARAMS, Tx, params};

/// The tables, keyed as those of the product.
pub(crate) const SCHEMA: Migration = Migration {
    number: 1,
    fill: None,
    name: "deals",
    sql: "CREATE TABLE accounts (vendor_id TEXT NOT NULL, id BIGINT NOT NULL, name TEXT NOT NULL,
              deals BIGINT NOT NULL, PRIMARY KEY (vendor_id, id));
          CREATE TABLE deals (vendor_id TEXT NOT NULL, id BIGINT NOT NULL, account BIGINT NOT NULL,
              body TEXT NOT NULL, PRIMARY KEY (vendor_id, id),
              FOREIGN KEY (vendor_id, account) REFERENCES accounts (vendor_id, id));
          CREATE INDEX deals_by_account ON deals (vendor_id, account);
          CREATE TABLE heads (vendor_id TEXT NOT NULL PRIMARY KEY, seq BIGINT NOT NULL);
          CREATE TABLE events (vendor_id TEXT NOT NULL, seq BIGINT NOT NULL, deal BIGINT NOT NULL,
              PRIMARY KEY (vendor_id, seq));",
};

/// How many vendors there are.
pub(crate) const VENDORS: usize = 8;

const ACCOUNTS: i64 = 2_000;

/// The name of a vendor.
pub(crate) fn vendor(number: usize) -> String {
    format!("vnd_{number:02}")
}

/// Gives each vendor its accounts.
pub(crate) fn fill(db: &Db) {
    db.migrate(&[SCHEMA], 0).unwrap();
    db.set_durability(Durability::Off).unwrap();
    for number in 0..VENDORS {
        let name = vendor(number);
        db.write_blocking(move |tx| {
            tx.execute("INSERT INTO heads VALUES ($1, 0)", params![&name])?;
            for id in 0..ACCOUNTS {
                let row = params![&name, id, format!("Account {id}")];
                tx.execute("INSERT INTO accounts VALUES ($1, $2, $3, 0)", row)?;
            }
            Ok::<_, DbError>(())
        })
        .unwrap();
    }
    db.set_durability(Durability::Full).unwrap();
    db.write_blocking(|tx| tx.batch("ANALYZE accounts")).unwrap();
}

/// Looks up an account and its deals, stores a deal and tells the feed: twelve statements.
pub(crate) fn register(tx: &mut Tx<'_>, vendor: &str, key: u64) -> Result<(), DbError> {
    let account = i64::try_from(key % 2_000).unwrap_or(0);
    let sql = "SELECT name, deals FROM accounts WHERE vendor_id = $1 AND id = $2";
    let (_, deals) = tx.query_one_as::<(String, i64), _>(sql, params![vendor, account])?;
    for near in 0..6 {
        let sql = "SELECT COUNT(*) FROM deals WHERE vendor_id = $1 AND account = $2";
        tx.query_one_as::<i64, _>(sql, params![vendor, account + near])?;
    }
    let sql = "UPDATE heads SET seq = seq + 1 WHERE vendor_id = $1 RETURNING seq";
    let seq: i64 = tx.query_one_as(sql, params![vendor])?;
    let row = params![vendor, seq, account, "a deal with some words about it"];
    tx.execute("INSERT INTO deals VALUES ($1, $2, $3, $4)", row)?;
    tx.execute("INSERT INTO events VALUES ($1, $2, $2)", params![vendor, seq])?;
    let sql = "UPDATE accounts SET deals = $3 WHERE vendor_id = $1 AND id = $2";
    tx.execute(sql, params![vendor, account, deals + 1])?;
    Ok(())
}

/// One look-up.
pub(crate) fn look(tx: &mut Tx<'_>, vendor: &str, key: u64) -> Result<(), DbError> {
    let account = i64::try_from(key % 2_000).unwrap_or(0);
    let sql = "SELECT name, deals FROM accounts WHERE vendor_id = $1 AND id = $2";
    tx.query_one_as::<(String, i64), _>(sql, params![vendor, account]).map(|_| ())
}

/// How often a second `work` is done, by `callers` for each vendor on each node.
pub(crate) fn rate(
    nodes: &[Db],
    callers: usize,
    lasts: Duration,
    work: impl Fn(&Db, &str, u64) -> Result<(), DbError> + Clone + Send + 'static,
) -> f64 {
    let (done, stop) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let began = Instant::now();
    let mut threads = Vec::new();
    for (number, node) in nodes.iter().enumerate() {
        for caller in 0..VENDORS * callers {
            let (node, done, stop) = (node.clone(), Arc::clone(&done), Arc::clone(&stop));
            let (name, work) = (vendor(caller % VENDORS), work.clone());
            let mut key = (number * 1_000 + caller) as u64 * 7_919;
            threads.push(thread::spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    // Knuth's multiplier of MMIX: keys that look drawn at random.
                    key = key.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1) >> 1;
                    work(&node, &name, key).unwrap();
                    done.fetch_add(1, Ordering::Relaxed);
                }
            }));
        }
    }
    thread::sleep(lasts);
    stop.store(true, Ordering::Relaxed);
    for thread in threads {
        thread.join().unwrap();
    }
    done.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64()
}

/// A write in a lane.
pub(crate) fn write(
    lane: fn(&str) -> Lane,
) -> impl Fn(&Db, &str, u64) -> Result<(), DbError> + Clone + Send + 'static {
    move |node, name, key| {
        let vendor = name.to_owned();
        node.write_in_blocking(lane(name), move |tx| register(tx, &vendor, key))
    }
}

/// Breaks off if the feed of a vendor has a gap.
pub(crate) fn check(db: &Db) {
    let sql = "SELECT COUNT(*) FROM (SELECT h.vendor_id FROM heads h JOIN events e \
               ON e.vendor_id = h.vendor_id GROUP BY h.vendor_id, h.seq \
               HAVING COUNT(*) <> h.seq OR MAX(e.seq) <> h.seq) AS gaps";
    let gaps = db.read_blocking(move |tx| tx.query_one_as::<i64, _>(sql, NO_PARAMS));
    assert_eq!(gaps, Ok(0), "the feed of a vendor has a gap");
}
