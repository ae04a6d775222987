//! Group commit: many closures share one commit, and each stands or falls alone.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Barrier};
use std::thread;

use db::scratch::{Scratch, on_both};
use db::{Db, DbError, Durability, Health, NO_PARAMS, Options, params};

use crate::{SCHEMA, count, fresh, insert};

/// Occupies the write thread until the returned sender is dropped, so that what is written
/// meanwhile waits and then shares one batch.
fn hold(db: &Db) -> std::sync::mpsc::SyncSender<()> {
    let (release, held) = sync_channel::<()>(0);
    let (started, start) = sync_channel::<()>(1);
    let held: Arc<parking_lot::Mutex<Receiver<()>>> = Arc::new(parking_lot::Mutex::new(held));
    let db = db.clone();
    thread::spawn(move || {
        db.write_blocking(move |_| {
            started.send(()).ok();
            held.lock().recv().ok();
            Ok::<_, DbError>(())
        })
    });
    start.recv().unwrap();
    release
}

/// Waits until `waiting` writes are queued.
fn until_queued(db: &Db, waiting: u64) {
    while db.stats().write_queue < waiting {
        thread::yield_now();
    }
}

#[test]
fn waiting_writes_share_one_commit() {
    on_both(|dialect| {
        let (_scratch, db) = fresh(dialect);
        let before = db.stats();
        let release = hold(&db);
        let writers: Vec<_> = (0..20)
            .map(|number| {
                let db = db.clone();
                thread::spawn(move || {
                    db.write_blocking(move |tx| insert(tx, &format!("a{number}"), 1))
                })
            })
            .collect();
        until_queued(&db, 20);
        drop(release);
        for writer in writers {
            assert_eq!(writer.join().unwrap(), Ok(1));
        }
        let after = db.stats();
        assert_eq!(after.actions - before.actions, 21);
        assert_eq!(after.commits - before.commits, 1);
        assert_eq!(after.largest_batch, 21);
        assert_eq!(count(&db), 20);
    });
}

#[test]
fn an_error_or_a_panic_in_a_batch_undoes_only_its_own_changes() {
    on_both(|dialect| {
        let (_scratch, db) = fresh(dialect);
        let release = hold(&db);
        let writers: Vec<_> = (0..9)
            .map(|number: i64| {
                let db = db.clone();
                thread::spawn(move || {
                    db.write_blocking(move |tx| {
                        insert(tx, &format!("a{number}"), 1)?;
                        match number % 3 {
                            0 => Ok(number),
                            1 => insert(tx, &format!("a{number}"), 2).map(|_| number),
                            _ => panic!("planted"),
                        }
                    })
                })
            })
            .collect();
        until_queued(&db, 9);
        drop(release);
        for (number, writer) in (0..).zip(writers) {
            let outcome = writer.join().unwrap();
            match number % 3 {
                0 => assert_eq!(outcome, Ok(number)),
                1 => assert!(outcome.unwrap_err().is_unique()),
                _ => assert!(outcome.unwrap_err().to_string().contains("planted")),
            }
        }
        assert_eq!(count(&db), 3);
        assert_eq!(db.stats().undone, 6);
        assert_eq!(db.write_blocking(|tx| insert(tx, "after", 1)), Ok(1));
    });
}

#[test]
fn a_batch_that_begins_with_failures_keeps_what_follows() {
    on_both(|dialect| {
        let (_scratch, db) = fresh(dialect);
        let (started, start) = sync_channel::<()>(1);
        let (release, held) = sync_channel::<()>(0);
        let held = parking_lot::Mutex::new(held);
        let first = {
            let db = db.clone();
            thread::spawn(move || {
                db.write_blocking(move |tx| {
                    insert(tx, "undone", 1)?;
                    started.send(()).ok();
                    held.lock().recv().ok();
                    Err::<(), _>(DbError::NotFound)
                })
            })
        };
        start.recv().unwrap();
        let second = {
            let db = db.clone();
            thread::spawn(move || db.write_blocking(|tx| insert(tx, "kept", 1)))
        };
        until_queued(&db, 1);
        drop(release);
        assert_eq!(first.join().unwrap(), Err(DbError::NotFound));
        assert_eq!(second.join().unwrap(), Ok(1));
        assert_eq!(count(&db), 1);
    });
}

#[test]
fn a_full_queue_answers_busy_at_once() {
    on_both(|dialect| {
        let scratch = Scratch::migrated(dialect, &[SCHEMA]);
        let db = scratch.open_with(Options {
            max_queue: 2,
            durability: Durability::Off,
            ..Options::default()
        });
        let release = hold(&db);
        let waiting: Vec<_> = ["a", "b"]
            .map(|id| {
                let db = db.clone();
                thread::spawn(move || db.write_blocking(move |tx| insert(tx, id, 1)))
            })
            .into_iter()
            .collect();
        until_queued(&db, 2);
        assert_eq!(db.write_blocking(|tx| insert(tx, "c", 1)), Err(DbError::Busy));
        drop(release);
        for writer in waiting {
            assert_eq!(writer.join().unwrap(), Ok(1));
        }
        assert_eq!(count(&db), 2);
    });
}

#[test]
fn twenty_writers_lose_no_increment() {
    on_both(|dialect| {
        let (_scratch, db) = fresh(dialect);
        db.write_blocking(|tx| insert(tx, "counter", 0)).unwrap();
        let together = Arc::new(Barrier::new(20));
        let writers: Vec<_> = (0..20)
            .map(|_| {
                let (db, together) = (db.clone(), Arc::clone(&together));
                thread::spawn(move || {
                    together.wait();
                    for _ in 0..10 {
                        db.write_blocking(|tx| {
                            let sql = "SELECT balance FROM accounts WHERE id = 'counter'";
                            let now = tx.query_one(sql, NO_PARAMS, |row| row.int(0))?;
                            let sql = "UPDATE accounts SET balance = $1 WHERE id = 'counter'";
                            tx.execute(sql, params![now + 1])
                        })
                        .unwrap();
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.join().unwrap();
        }
        let sql = "SELECT balance FROM accounts";
        let total = db.read_blocking(move |tx| tx.query_one(sql, NO_PARAMS, |row| row.int(0)));
        assert_eq!(total, Ok(200));
        let stats = db.stats();
        assert_eq!(stats.actions, 201);
        assert!(stats.commits < stats.actions, "{stats:?}");
    });
}

#[test]
fn a_commit_refused_for_one_closure_is_repeated_for_each_alone() {
    on_both(|dialect| {
        let scratch = Scratch::new(dialect);
        let db = scratch.open();
        db.write_blocking(|tx| {
            tx.batch(
                "CREATE TABLE heads (id BIGINT PRIMARY KEY); \
                 CREATE TABLE tails (id BIGINT PRIMARY KEY, head_id BIGINT NOT NULL \
                     REFERENCES heads (id) DEFERRABLE INITIALLY DEFERRED)",
            )
        })
        .unwrap();
        let runs = Arc::new(AtomicUsize::new(0));
        let release = hold(&db);
        let writers: Vec<_> = (0..3)
            .map(|number: i64| {
                let (db, runs) = (db.clone(), Arc::clone(&runs));
                thread::spawn(move || {
                    db.write_blocking(move |tx| {
                        runs.fetch_add(1, Ordering::Relaxed);
                        tx.execute("INSERT INTO tails VALUES ($1, $1)", params![number])?;
                        if number == 1 {
                            return Ok::<_, DbError>(());
                        }
                        tx.execute("INSERT INTO heads VALUES ($1)", params![number]).map(|_| ())
                    })
                })
            })
            .collect();
        until_queued(&db, 3);
        drop(release);
        let outcomes: Vec<_> = writers.into_iter().map(|writer| writer.join().unwrap()).collect();
        assert_eq!(outcomes[0], Ok(()));
        assert!(matches!(outcomes[1], Err(DbError::ForeignKeyViolation { .. })), "{outcomes:?}");
        assert_eq!(outcomes[2], Ok(()));
        assert_eq!(runs.load(Ordering::Relaxed), 6);
    });
}

#[test]
fn durability_can_be_lowered_for_a_load_and_raised_again() {
    on_both(|dialect| {
        let (_scratch, db) = fresh(dialect);
        db.set_durability(Durability::Off).unwrap();
        db.write_blocking(|tx| insert(tx, "a", 1)).unwrap();
        db.set_durability(Durability::Normal).unwrap();
        db.write_blocking(|tx| insert(tx, "b", 1)).unwrap();
        db.set_durability(Durability::Full).unwrap();
        db.write_blocking(|tx| insert(tx, "c", 1)).unwrap();
        assert_eq!(count(&db), 3);
        assert_eq!(db.health(), Health::Ready);
    });
}

#[test]
fn the_log_is_moved_into_the_file_as_it_grows() {
    let (_scratch, db) = fresh(db::Dialect::Sqlite);
    let text = "x".repeat(1_000_000);
    for number in 0..20 {
        let text = text.clone();
        db.write_blocking(move |tx| {
            insert(tx, &format!("a{number}"), 1)?;
            tx.execute(
                "INSERT INTO journal (vendor_id, number, account_id, note) VALUES ('v', $1, $2, $3)",
                params![number, format!("a{number}"), &text],
            )
        })
        .unwrap();
    }
    assert!(db.stats().checkpoints > 0, "{:?}", db.stats());
}
