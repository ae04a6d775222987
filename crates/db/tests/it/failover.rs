//! A primary that is lost, and a standby that takes over.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use db::{Db, DbError, Health, NO_PARAMS, Options};
use rig::cluster::{Cluster, Wanted};

use crate::{SCHEMA, count, insert};

fn pair() -> (Cluster, Cluster) {
    let primary = Cluster::with(Wanted { durable: true, ..Wanted::default() }).unwrap();
    let standby = primary.with_synchronous_standby().unwrap();
    (primary, standby)
}

/// An address that names these in order.
fn url(clusters: &[&Cluster]) -> String {
    let hosts: Vec<String> =
        clusters.iter().map(|cluster| format!("127.0.0.1:{}", cluster.port())).collect();
    format!("postgres://postgres@{}/postgres?target_session_attrs=read-write", hosts.join(","))
}

fn open(clusters: &[&Cluster]) -> Result<Db, DbError> {
    Db::open(&url(clusters), Options { readers: 2, ..Options::default() })
}

/// What was acknowledged.
type Stored = Arc<Mutex<BTreeSet<String>>>;

/// Writes one row after the other until told to stop; what has an unknown outcome or was refused
/// is left where it is.
fn writer(db: &Db, name: usize, stored: &Stored, stop: &Arc<AtomicBool>) -> thread::JoinHandle<()> {
    let (db, stored, stop) = (db.clone(), Arc::clone(stored), Arc::clone(stop));
    thread::spawn(move || {
        for number in 0.. {
            if stop.load(Ordering::Relaxed) {
                return;
            }
            let id = format!("{name}-{number}");
            let row = id.clone();
            let outcome = db.write_blocking(move |tx| insert(tx, &row, 1));
            if outcome.is_ok() {
                stored.lock().unwrap().insert(id);
            } else {
                assert!(matches!(outcome, Err(DbError::Unavailable { .. })), "{outcome:?}");
            }
        }
    })
}

fn until_stored(stored: &Stored, wanted: usize) {
    while stored.lock().unwrap().len() < wanted {
        thread::yield_now();
    }
}

/// Whether what is read comes from a standby.
fn follows(db: &Db) -> Result<bool, DbError> {
    let sql = "SELECT pg_is_in_recovery()";
    db.read_blocking(move |tx| tx.query_one_as::<bool, _>(sql, NO_PARAMS))
}

/// Writes one row, with as many tries as it may take to find the new primary.
fn write_patiently(db: &Db) {
    let tries = AtomicUsize::new(0);
    while db.write_blocking(|tx| insert(tx, "b", 1)) != Ok(1) {
        assert!(tries.fetch_add(1, Ordering::Relaxed) < 100, "{:?}", db.health());
    }
}

#[test]
fn nothing_acknowledged_is_lost_when_a_standby_takes_over_under_load() {
    let (primary, standby) = pair();
    let db = open(&[&primary, &standby]).unwrap();
    db.migrate(&[SCHEMA], 0).unwrap();
    let (stored, stop) = (Stored::default(), Arc::new(AtomicBool::new(false)));
    let writers: Vec<_> = (0..4).map(|name| writer(&db, name, &stored, &stop)).collect();
    until_stored(&stored, 100);
    primary.kill().unwrap();
    let before = stored.lock().unwrap().len();
    standby.promote().unwrap();
    until_stored(&stored, before + 100);
    stop.store(true, Ordering::Relaxed);
    for writer in writers {
        writer.join().unwrap();
    }
    let sql = "SELECT id FROM accounts ORDER BY id";
    let there = db.read_blocking(move |tx| tx.query_as::<String, _>(sql, NO_PARAMS)).unwrap();
    let there: BTreeSet<String> = there.into_iter().collect();
    let stored = stored.lock().unwrap();
    let lost: Vec<&String> = stored.difference(&there).collect();
    assert_eq!(lost, Vec::<&String>::new());
    assert!(db.stats().reconnects >= 1, "{:?}", db.stats());
    assert_eq!(db.health(), Health::Ready);
}

#[test]
fn a_standby_is_passed_over_to_write_and_read_from_only_while_there_is_no_primary() {
    let (primary, standby) = pair();
    let alone = open(&[&standby]).err().map(|error| error.to_string()).unwrap();
    assert!(alone.contains("it is a standby and does not accept writes"), "{alone}");
    let db = open(&[&standby, &primary]).unwrap();
    db.migrate(&[SCHEMA], 0).unwrap();
    db.write_blocking(|tx| insert(tx, "a", 1)).unwrap();
    // A reader goes where the writer goes, so that it sees what was acknowledged.
    assert_eq!(follows(&db), Ok(false));
    assert_eq!(count(&db), 1);
    let found = db::inspect_server(&url(&[&standby, &primary]), &Options::default()).unwrap();
    let roles: Vec<_> = found.hosts.iter().map(|host| host.found.as_ref().unwrap()).collect();
    assert_eq!((roles[0].primary, roles[0].standby), (false, true));
    assert_eq!((roles[1].primary, roles[1].standby), (true, false));
    primary.kill().unwrap();
    // The first read finds its connection gone.
    let tries = AtomicUsize::new(0);
    while follows(&db) != Ok(true) {
        assert!(tries.fetch_add(1, Ordering::Relaxed) < 4, "{:?}", follows(&db));
    }
    assert_eq!(count(&db), 1);
    let refused = db.write_blocking(|tx| insert(tx, "b", 1)).unwrap_err();
    assert!(refused.is_transient(), "{refused}");
    assert!(matches!(db.health(), Health::Interrupted(_)), "{:?}", db.health());
    standby.promote().unwrap();
    write_patiently(&db);
    // The writer was connected anew, and the readers follow it.
    assert_eq!(follows(&db), Ok(false));
    assert_eq!(count(&db), 2);
}

#[test]
fn a_primary_that_becomes_a_standby_is_left_for_the_one_in_its_place() {
    let (primary, standby) = pair();
    let db = open(&[&primary, &standby]).unwrap();
    db.migrate(&[SCHEMA], 0).unwrap();
    db.write_blocking(|tx| insert(tx, "a", 1)).unwrap();
    primary.demote().unwrap();
    let refused = db.write_blocking(|tx| insert(tx, "b", 1)).unwrap_err();
    assert!(refused.is_transient(), "{refused}");
    let told = refused.to_string();
    assert!(told.contains("it is a standby and does not accept writes"), "{told}");
    assert!(matches!(db.health(), Health::Interrupted(_)), "{:?}", db.health());
    assert_eq!(count(&db), 1);
    standby.promote().unwrap();
    write_patiently(&db);
    assert_eq!(follows(&db), Ok(false));
    assert_eq!(count(&db), 2);
}

#[test]
fn a_server_that_stops_taking_writes_counts_as_lost() {
    let cluster = Cluster::start().unwrap();
    let db = open(&[&cluster]).unwrap();
    db.migrate(&[SCHEMA], 0).unwrap();
    db.write_blocking(|tx| insert(tx, "a", 1)).unwrap();
    // As some providers do when the disk is full.
    cluster.sql("ALTER SYSTEM SET default_transaction_read_only = on").unwrap();
    cluster.sql("SELECT pg_reload_conf()").unwrap();
    let told = loop {
        let id = format!("b{}", db.stats().commits);
        if let Err(error) = db.write_blocking(move |tx| insert(tx, &id, 1)) {
            break error.to_string();
        }
    };
    assert!(told.contains("does not accept writes"), "{told}");
    assert!(matches!(db.health(), Health::Interrupted(_)), "{:?}", db.health());
    assert!(count(&db) >= 1);
    cluster.sql("ALTER SYSTEM RESET default_transaction_read_only").unwrap();
    cluster.sql("SELECT pg_reload_conf()").unwrap();
    while db.health() != Health::Ready {
        thread::yield_now();
    }
    assert_eq!(db.write_blocking(|tx| insert(tx, "c", 1)), Ok(1));
}
