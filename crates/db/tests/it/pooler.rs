//! Behind `PgBouncer` in transaction mode: each transaction may run in another session.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use db::scratch::{POOLER, Scratch, server};
use db::{Db, DbError, Dialect, Health, NO_PARAMS, Options, Pooler, params};
use rig::cluster::Cluster;
use rig::pgbouncer::PgBouncer;

use crate::{SCHEMA, count, insert};

/// What is not told again behind a pooler: what starts servers of its own, this file, what has
/// nothing to do with PostgreSQL, and what counts on a connection being lost with its session, which
/// is what a pooler prevents.
const LEFT_OUT: [&str; 7] = [
    "pooler::",
    "tls::",
    "failover::",
    "replicas::",
    "disk_full::",
    "backups::",
    "a_lost_connection_is_made_again_before_the_work_runs",
];

/// A scratch database, and where it answers through the pooler.
fn through(pooler: &PgBouncer, word: &str) -> (Scratch, String) {
    let scratch = Scratch::migrated(Dialect::Postgres, &[SCHEMA]);
    let direct = scratch.direct_url();
    let name = direct.rsplit('/').next().unwrap();
    let url = format!("{}?pooler={word}", pooler.url(name));
    (scratch, url)
}

fn open(url: &str) -> Db {
    Db::open(url, Options { readers: 2, ..Options::default() }).unwrap()
}

#[test]
fn the_whole_suite_holds_behind_a_pooler() {
    // Fewer sessions than the tests open connections, so that they are handed around.
    let pooler = PgBouncer::start(&server(), 6).unwrap();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.env(POOLER, pooler.url("postgres")).args(["--test-threads", "2"]);
    for name in LEFT_OUT {
        command.args(["--skip", name]);
    }
    let output = command.output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}{}", String::from_utf8_lossy(&output.stderr));
    let passed = told.lines().find_map(|line| line.strip_prefix("test result: ok. ")).unwrap();
    let passed: u32 = passed.split(' ').next().unwrap().parse().unwrap();
    assert!(passed > 50, "{told}");
}

#[test]
fn a_pooler_is_found_and_a_server_is_not_taken_for_one() {
    let pooler = PgBouncer::start(&server(), 4).unwrap();
    let (scratch, url) = through(&pooler, "auto");
    let found = |url: &str| db::inspect_server(url, &Options::default()).unwrap().pooled;
    assert_eq!(found(&url), Some(true));
    assert_eq!(found(&scratch.direct_url()), Some(false));
    let db = open(&url);
    for number in 0..20 {
        let id = format!("a{number}");
        db.write_blocking(move |tx| insert(tx, &id, 1)).unwrap();
        assert_eq!(count(&db), number + 1);
    }
    assert_eq!(db.stats().reconnects, 0);
}

#[test]
fn a_server_that_crashes_behind_a_pooler_makes_the_work_run_again() {
    let cluster = Cluster::start().unwrap();
    let pooler = PgBouncer::start(cluster.url(), 4).unwrap();
    let db = open(&format!("{}?pooler=transaction", pooler.url("postgres")));
    db.migrate(&[SCHEMA], 0).unwrap();
    let runs = Arc::new(AtomicU32::new(0));
    let (counted, server) = (Arc::clone(&runs), Arc::new(cluster));
    let crashing = Arc::clone(&server);
    let outcome: Result<u64, DbError> = db.write_blocking(move |tx| {
        insert(tx, "a", 1)?;
        if counted.fetch_add(1, Ordering::Relaxed) == 0 {
            crashing.restart_immediately().unwrap();
        }
        // The pooler says of its own accord that the session is gone.
        insert(tx, "b", 1)
    });
    assert_eq!(outcome, Ok(1));
    assert_eq!((runs.load(Ordering::Relaxed), count(&db)), (2, 2));
    assert_eq!(db.health(), Health::Ready);
}

#[test]
fn without_a_word_a_pooler_costs_one_failure_and_no_more() {
    let pooler = PgBouncer::start(&server(), 2).unwrap();
    let (_scratch, url) = through(&pooler, "none");
    let nodes = [open(&url), open(&url)];
    let mut failures = 0;
    for number in 0..40 {
        for (at, node) in nodes.iter().enumerate() {
            let id = format!("{at}-{number}");
            node.write_blocking(move |tx| insert(tx, &id, 1)).unwrap();
            let sql = "SELECT COUNT(*) FROM accounts WHERE balance = $1";
            let read = node.read_blocking(move |tx| tx.query_one_as::<i64, _>(sql, params![1]));
            match read {
                Ok(_) => {}
                Err(DbError::Unavailable { .. }) => failures += 1,
                Err(other) => panic!("{other}"),
            }
        }
    }
    // Each node may be told of it once by a read, and by each connection that still keeps some.
    assert!(failures <= 4, "{failures}");
    assert_eq!(count(&nodes[0]), 80);
}

/// Ends every session of the database at the pooler, as when it is restarted.
fn drop_sessions(pooler: &PgBouncer, database: &str) {
    let mut console = postgres::Client::connect(&pooler.console(), postgres::NoTls).unwrap();
    for command in ["KILL", "RESUME"] {
        console.simple_query(&format!("{command} {database}")).unwrap();
    }
}

#[test]
fn a_session_that_the_pooler_drops_before_the_commit_is_survived() {
    let pooler = Arc::new(PgBouncer::start(&server(), 4).unwrap());
    let (scratch, url) = through(&pooler, "transaction");
    let db = open(&url);
    let name = scratch.direct_url().rsplit('/').next().unwrap().to_owned();
    let runs = Arc::new(AtomicU32::new(0));
    let (dropper, seen) = (Arc::clone(&pooler), Arc::clone(&runs));
    let told = db.write_blocking(move |tx| {
        let run = seen.fetch_add(1, Ordering::Relaxed);
        insert(tx, "a", 1)?;
        if run == 0 {
            drop_sessions(&dropper, &name);
        }
        insert(tx, "b", 1)
    });
    assert_eq!(told, Ok(1));
    assert_eq!(runs.load(Ordering::Relaxed), 2);
    assert_eq!(count(&db), 2);
}

/// Lets every commit of the table end its own session.
const SUICIDE: &str = "CREATE FUNCTION end_session() RETURNS trigger LANGUAGE plpgsql AS $$ \
     BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END; $$; \
     CREATE CONSTRAINT TRIGGER ends AFTER INSERT ON accounts DEFERRABLE INITIALLY DEFERRED \
     FOR EACH ROW WHEN (NEW.balance = 13) EXECUTE FUNCTION end_session()";

#[test]
fn a_session_that_is_lost_during_the_commit_is_an_unknown_outcome() {
    let pooler = PgBouncer::start(&server(), 4).unwrap();
    let (scratch, pooled) = through(&pooler, "transaction");
    for url in [pooled, scratch.direct_url()] {
        let db = open(&url);
        db.write_blocking(|tx| {
            tx.batch("DROP FUNCTION IF EXISTS end_session CASCADE")?;
            tx.batch(SUICIDE)
        })
        .unwrap();
        let told = db.write_blocking(|tx| insert(tx, "a", 13)).unwrap_err().to_string();
        assert!(told.contains("not known whether"), "{url}: {told}");
        assert_eq!(db.write_blocking(|tx| insert(tx, "b", 1)), Ok(1));
        db.write_blocking(|tx| tx.execute("DELETE FROM accounts", NO_PARAMS)).unwrap();
    }
}

/// The pooler keeps our connection when the server behind it comes back as a standby.
#[test]
fn a_primary_behind_a_pooler_that_becomes_a_standby_counts_as_lost() {
    let cluster = Cluster::start().unwrap();
    let pooler = PgBouncer::start(cluster.url(), 4).unwrap();
    let db = open(&format!("{}?pooler=transaction", pooler.url("postgres")));
    db.migrate(&[SCHEMA], 0).unwrap();
    db.write_blocking(|tx| insert(tx, "a", 1)).unwrap();
    cluster.demote().unwrap();
    let told = db.write_blocking(|tx| insert(tx, "b", 1)).unwrap_err().to_string();
    assert!(told.contains("it is a standby and does not accept writes"), "{told}");
    assert!(matches!(db.health(), Health::Interrupted(_)), "{:?}", db.health());
    cluster.promote().unwrap();
    while db.health() != Health::Ready {
        std::thread::yield_now();
    }
    assert_eq!(db.write_blocking(|tx| insert(tx, "b", 1)), Ok(1));
    assert_eq!(count(&db), 2);
}

#[test]
fn a_pooler_is_told_by_the_options_too() {
    let pooler = PgBouncer::start(&server(), 2).unwrap();
    let (_scratch, url) = through(&pooler, "none");
    let url = url.replace("?pooler=none", "");
    let options = Options { pooler: Pooler::Transaction, ..Options::default() };
    let db = Db::open(&url, options).unwrap();
    let sql = "SELECT COUNT(*) FROM pg_prepared_statements";
    for _ in 0..10 {
        let kept = db.read_blocking(move |tx| tx.query_one_as::<i64, _>(sql, NO_PARAMS));
        assert_eq!(kept, Ok(0));
    }
}
