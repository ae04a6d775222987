//! Copies of a running database are complete and whole.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use db::scratch::{Scratch, on_both};
use db::{Db, Dialect, NO_PARAMS, Options};

use crate::{count, fresh, insert};

#[test]
fn a_backup_under_load_holds_one_moment() {
    let (_scratch, db) = fresh(Dialect::Sqlite);
    let folder = tempfile::tempdir().unwrap();
    let stop = Arc::new(AtomicBool::new(false));
    let load = {
        let (db, stop) = (db.clone(), Arc::clone(&stop));
        thread::spawn(move || {
            let mut number = 0;
            while !stop.load(Ordering::Relaxed) {
                db.write_blocking(move |tx| {
                    insert(tx, &format!("a{number}"), 1)?;
                    insert(tx, &format!("b{number}"), 1)
                })
                .unwrap();
                number += 1;
            }
        })
    };
    for copy in 0..10 {
        let path = folder.path().join(format!("copy{copy}.db"));
        let before = count(&db);
        let backup = db.backup_to(&path).unwrap();
        let after = count(&db);
        assert_eq!(backup.bytes, std::fs::metadata(&path).unwrap().len());
        let copy = Db::open(&format!("sqlite:{}", path.display()), Options::default()).unwrap();
        copy.integrity_check().unwrap();
        let copied = count(&copy);
        assert!(
            before <= copied && copied <= after && copied % 2 == 0,
            "{before} {copied} {after}"
        );
    }
    stop.store(true, Ordering::Relaxed);
    load.join().unwrap();
}

#[test]
fn a_backup_replaces_no_file() {
    let (_scratch, db) = fresh(Dialect::Sqlite);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("copy.db");
    db.backup_to(&path).unwrap();
    let words = db.backup_to(&path).unwrap_err().to_string();
    assert!(words.contains("exists already"), "{words}");
    let names: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["copy.db"]);
}

#[test]
fn a_whole_database_passes_the_check() {
    on_both(|dialect| {
        let (_scratch, db) = fresh(dialect);
        db.write_blocking(|tx| insert(tx, "a", 1)).unwrap();
        assert_eq!(db.integrity_check(), Ok(()));
    });
}

#[test]
fn a_damaged_file_is_reported() {
    let scratch = Scratch::migrated(Dialect::Sqlite, &[crate::SCHEMA]);
    let db = scratch.open();
    for number in 0..400 {
        db.write_blocking(move |tx| insert(tx, &format!("a{number}"), 1)).unwrap();
    }
    db.close();
    let path = scratch.url().replace("sqlite:", "");
    let mut bytes = std::fs::read(&path).unwrap();
    let pages = bytes.len() / 4096;
    for page in 5..pages {
        bytes[page * 4096 + 100..page * 4096 + 600].fill(0x5a);
    }
    std::fs::write(&path, bytes).unwrap();
    let db = scratch.open();
    let words = db.integrity_check().unwrap_err().to_string();
    assert!(words.contains("damaged") || words.contains("malformed"), "{words}");
}

#[test]
fn an_orphaned_row_is_reported() {
    let (scratch, db) = fresh(Dialect::Sqlite);
    db.close();
    let raw = rusqlite::Connection::open(scratch.url().replace("sqlite:", "")).unwrap();
    raw.execute_batch(
        "PRAGMA foreign_keys = OFF; \
         INSERT INTO journal (vendor_id, number, account_id) VALUES ('v', 1, 'nobody')",
    )
    .unwrap();
    let again = scratch.open();
    let words = again.integrity_check().unwrap_err().to_string();
    assert!(words.contains("journal") && words.contains("accounts"), "{words}");
    let rows = again.read_blocking(|tx| {
        tx.query_one("SELECT COUNT(*) FROM journal", NO_PARAMS, |row| row.int(0))
    });
    assert_eq!(rows, Ok(1));
}

#[test]
fn op_04_a_backup_holds_nothing_of_what_was_deleted_or_replaced() {
    let (_scratch, db) = fresh(Dialect::Sqlite);
    let folder = tempfile::tempdir().unwrap();
    let holds = |name: &str| {
        let path = folder.path().join(name);
        db.backup_to(&path).unwrap();
        let bytes = std::fs::read(&path).unwrap();
        String::from_utf8_lossy(&bytes).matches("canary").count()
    };
    // Short ones share a page, long ones have pages of their own.
    for (number, length) in [(0, 1), (1, 2_000), (2, 1), (3, 1), (4, 2_000)] {
        db.write_blocking(move |tx| {
            insert(tx, &format!("n{number}{}", "canary".repeat(length)), 1)
        })
        .unwrap();
    }
    assert!(holds("before.db") > 4_000);
    db.write_blocking(|tx| {
        tx.execute("DELETE FROM accounts WHERE id < 'n3'", NO_PARAMS)?;
        tx.execute("UPDATE accounts SET id = SUBSTR(id, 1, 2), name = SUBSTR(id, 1, 2)", NO_PARAMS)
    })
    .unwrap();
    assert_eq!(holds("after.db"), 0);
}
