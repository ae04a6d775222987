//! A disk without room: nothing half-done, reads go on, and service resumes with the room.

use std::thread;

use db::scratch::Scratch;
use db::{Db, DbError, Dialect, Health, params};

use crate::{SCHEMA, count, insert};

/// Lets the file grow to so many pages and no further, as a full disk would.
fn limit(db: &Db, pages: i64) {
    let sql = format!("PRAGMA max_page_count = {pages}");
    db.write_blocking(move |tx| tx.batch(&sql)).unwrap();
}

/// An account with a journal of so many bytes.
fn bulky(db: &Db, id: &str, bytes: usize) -> Result<u64, DbError> {
    let (id, note) = (id.to_owned(), "x".repeat(bytes));
    db.write_blocking(move |tx| {
        insert(tx, &id, 1)?;
        tx.execute(
            "INSERT INTO journal (vendor_id, number, account_id, note) \
             VALUES ('v', (SELECT COUNT(*) FROM accounts), $1, $2)",
            params![&id, &note],
        )
    })
}

#[test]
fn a_write_without_room_is_told_and_leaves_nothing() {
    let scratch = Scratch::migrated(Dialect::Sqlite, &[SCHEMA]);
    let db = scratch.open();
    limit(&db, 60);
    assert_eq!(bulky(&db, "fits", 10_000), Ok(1));
    for turn in 0..5 {
        assert_eq!(bulky(&db, &format!("big{turn}"), 1_000_000), Err(DbError::DiskFull));
        assert_eq!(count(&db), 1);
    }
    assert_eq!(db.health(), Health::Ready);
    limit(&db, 10_000);
    assert_eq!(bulky(&db, "big", 1_000_000), Ok(1));
    assert_eq!(count(&db), 2);
    db.integrity_check().unwrap();
}

#[test]
fn what_was_acknowledged_while_the_disk_filled_is_there() {
    let scratch = Scratch::migrated(Dialect::Sqlite, &[SCHEMA]);
    let db = scratch.open();
    limit(&db, 120);
    let writers: Vec<_> = (0..8)
        .map(|writer| {
            let db = db.clone();
            thread::spawn(move || {
                let ids = (0..20).map(|turn| format!("a{writer}-{turn}"));
                ids.filter(|id| match bulky(&db, id, 20_000) {
                    Ok(_) => true,
                    Err(error) => {
                        assert_eq!(error, DbError::DiskFull);
                        false
                    }
                })
                .collect::<Vec<_>>()
            })
        })
        .collect();
    let mut acknowledged: Vec<String> =
        writers.into_iter().flat_map(|writer| writer.join().unwrap()).collect();
    acknowledged.sort();
    assert!(!acknowledged.is_empty() && acknowledged.len() < 160, "{}", acknowledged.len());
    let sql = "SELECT id FROM accounts ORDER BY id";
    let stored = db.read_blocking(move |tx| tx.query(sql, &[], |row| row.text(0)));
    assert_eq!(stored, Ok(acknowledged));
    limit(&db, 100_000);
    assert_eq!(bulky(&db, "after", 20_000), Ok(1));
}
