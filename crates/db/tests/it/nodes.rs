//! Several nodes on one database, and a server that goes away and comes back.

use std::thread;

use db::{Db, DbError, Dialect, NO_PARAMS, params};

use crate::{count, fresh, insert};

/// Spends one from a budget of 100 if it is not used up; tells whether it did.
fn spend(tx: &mut db::Tx<'_>, who: &str) -> Result<bool, DbError> {
    let sql = "SELECT COUNT(*) FROM accounts WHERE vendor_id = 'v'";
    let spent = tx.query_one(sql, NO_PARAMS, |row| row.int(0))?;
    if spent >= 100 {
        return Ok(false);
    }
    insert(tx, who, 1).map(|_| true)
}

fn spenders(node: &Db, name: &'static str) -> Vec<thread::JoinHandle<usize>> {
    (0..8)
        .map(|caller| {
            let node = node.clone();
            thread::spawn(move || {
                let tries = (0..20).map(|turn| format!("{name}-{caller}-{turn}"));
                tries
                    .filter(|who| {
                        let who = who.clone();
                        node.write_blocking(move |tx| spend(tx, &who)).unwrap()
                    })
                    .count()
            })
        })
        .collect()
}

#[test]
fn two_nodes_never_overspend_a_budget() {
    let (scratch, one) = fresh(Dialect::Postgres);
    let two = scratch.open();
    let callers = [spenders(&one, "one"), spenders(&two, "two")];
    let spent: usize = callers.into_iter().flatten().map(|caller| caller.join().unwrap()).sum();
    assert_eq!(spent, 100);
    assert_eq!(count(&one), 100);
    assert_eq!(count(&two), 100);
}

#[test]
fn two_processes_share_an_sqlite_file() {
    let (scratch, one) = fresh(Dialect::Sqlite);
    let two = scratch.open();
    let callers = [spenders(&one, "one"), spenders(&two, "two")];
    let spent: usize = callers.into_iter().flatten().map(|caller| caller.join().unwrap()).sum();
    assert_eq!(spent, 100);
    assert_eq!(count(&one), 100);
}

#[test]
fn a_write_that_collides_with_a_stranger_is_run_again() {
    let (scratch, db) = fresh(Dialect::Postgres);
    db.write_blocking(|tx| insert(tx, "a", 1)).unwrap();
    let url = scratch.direct_url();
    let runs = std::sync::Arc::new(std::sync::atomic::AtomicU32::new(0));
    let seen = std::sync::Arc::clone(&runs);
    // A client that does not take turns changes the row after the transaction has read it.
    db.write_blocking(move |tx| {
        let first = seen.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 0;
        let sql = "SELECT balance FROM accounts WHERE id = 'a'";
        let balance = tx.query_one(sql, NO_PARAMS, |row| row.int(0))?;
        if first {
            let mut stranger = postgres::Client::connect(&url, postgres::NoTls).unwrap();
            stranger.execute("UPDATE accounts SET balance = balance + 10", &[]).unwrap();
        }
        tx.execute("UPDATE accounts SET balance = $1 WHERE id = 'a'", params![balance + 1])
    })
    .unwrap();
    assert_eq!(runs.load(std::sync::atomic::Ordering::Relaxed), 2);
    assert_eq!(db.stats().retries, 1);
    let sql = "SELECT balance FROM accounts";
    let balance = db.read_blocking(move |tx| tx.query_one(sql, NO_PARAMS, |row| row.int(0)));
    assert_eq!(balance, Ok(12));
}

/// Ends all sessions of the database, as a restart of the server does.
fn end_sessions(url: &str) {
    let mut client = postgres::Client::connect(url, postgres::NoTls).unwrap();
    client
        .execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
            &[],
        )
        .unwrap();
}

#[test]
fn a_lost_connection_is_made_again_before_the_work_runs() {
    let (scratch, db) = fresh(Dialect::Postgres);
    db.write_blocking(|tx| insert(tx, "a", 1)).unwrap();
    assert_eq!(count(&db), 1);
    end_sessions(&scratch.direct_url());
    assert_eq!(count(&db), 1);
    assert_eq!(db.write_blocking(|tx| insert(tx, "b", 1)), Ok(1));
    assert_eq!(count(&db), 2);
    assert!(db.stats().reconnects >= 1, "{:?}", db.stats());
}

#[test]
fn a_connection_lost_inside_a_closure_runs_it_again() {
    let (scratch, db) = fresh(Dialect::Postgres);
    let url = scratch.direct_url();
    let mut runs = 0;
    let told = db.write_blocking(move |tx| {
        runs += 1;
        insert(tx, "a", 1)?;
        if runs == 1 {
            end_sessions(&url);
        }
        insert(tx, "b", 1)?;
        Ok::<_, DbError>(runs)
    });
    assert_eq!(told, Ok(2));
    assert_eq!(count(&db), 2);
}
