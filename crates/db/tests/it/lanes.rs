//! Lanes: what has nothing to do with each other runs side by side, and what has does not.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;

use db::scratch::on_both;
use db::{Db, DbError, Dialect, Lane, NO_PARAMS, params};

use crate::{count, fresh, insert};

/// Begins a write in a lane and keeps it open until the returned sender is dropped.
fn hold(db: &Db, lane: Lane, id: &'static str) -> SyncSender<()> {
    let (release, held) = sync_channel::<()>(0);
    let (started, start) = sync_channel::<()>(1);
    let held: Arc<Mutex<Receiver<()>>> = Arc::new(Mutex::new(held));
    let db = db.clone();
    thread::spawn(move || {
        db.write_in_blocking(lane, move |tx| {
            insert(tx, id, 1)?;
            started.send(()).ok();
            held.lock().unwrap().recv().ok();
            Ok::<_, DbError>(())
        })
    });
    start.recv().unwrap();
    release
}

/// Waits until some session waits for a lock on this table.
fn until_somebody_waits(db: &Db, table: &'static str) {
    let sql = "SELECT COUNT(*) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation \
               JOIN pg_database d ON d.oid = l.database \
               WHERE NOT l.granted AND d.datname = current_database() AND c.relname LIKE $1";
    let waiting = || {
        let found = db.read_blocking(move |tx| tx.query_one_as::<i64, _>(sql, params![table]));
        found.unwrap()
    };
    while waiting() == 0 {
        thread::yield_now();
    }
}

/// Lanes of their own.
fn lanes() -> [Lane; 2] {
    let lanes = ["one", "two"].map(Lane::of);
    assert_ne!(lanes[0], lanes[1]);
    lanes
}

#[test]
fn other_lanes_go_on_while_one_is_held_on_this_node_and_on_others() {
    let (scratch, one) = fresh(Dialect::Postgres);
    let two = scratch.open();
    let [a, b] = lanes();
    let release = hold(&one, a, "held");
    assert_eq!(one.write_in_blocking(b, |tx| insert(tx, "here", 1)), Ok(1));
    assert_eq!(two.write_in_blocking(b, |tx| insert(tx, "there", 1)), Ok(1));
    assert_eq!(count(&two), 2);
    drop(release);
    assert_eq!(two.write_in_blocking(a, |tx| insert(tx, "after", 1)), Ok(1));
    assert_eq!(count(&one), 4);
}

#[test]
fn a_lane_waits_for_itself_on_another_node_and_sees_what_was_left_there() {
    let (scratch, one) = fresh(Dialect::Postgres);
    let two = scratch.open();
    let [a, _] = lanes();
    assert_eq!(two.write_in_blocking(a, |tx| insert(tx, "before", 1)), Ok(1));
    let release = hold(&one, a, "held");
    let runs = Arc::new(AtomicU64::new(0));
    let (second, ran) = (two.clone(), Arc::clone(&runs));
    let waiting = thread::spawn(move || {
        second.write_in_blocking(a, move |tx| {
            ran.fetch_add(1, Ordering::Relaxed);
            let sql = "SELECT COUNT(*) FROM accounts WHERE id = 'held'";
            tx.query_one_as::<i64, _>(sql, NO_PARAMS)
        })
    });
    until_somebody_waits(&one, "db_lane_%");
    drop(release);
    // One run: its snapshot was taken after it had waited, so nothing collided.
    assert_eq!(waiting.join().unwrap(), Ok(1));
    assert_eq!(runs.load(Ordering::Relaxed), 1);
    assert_eq!(two.stats().retries, 0);
}

#[test]
fn what_concerns_everything_waits_for_every_lane_and_every_lane_for_it() {
    let (scratch, one) = fresh(Dialect::Postgres);
    let two = scratch.open();
    let [a, b] = lanes();
    for (held, waits) in [(a, Lane::ALL), (Lane::ALL, b), (Lane::ALL, Lane::ALL)] {
        let before = count(&one);
        let release = hold(&one, held, if held == a { "lane" } else { "all" });
        let second = two.clone();
        let waiting = thread::spawn(move || {
            let sql = "SELECT COUNT(*) FROM accounts";
            second.write_in_blocking(waits, move |tx| tx.query_one_as::<i64, _>(sql, NO_PARAMS))
        });
        until_somebody_waits(&one, "db_turn");
        drop(release);
        assert_eq!(waiting.join().unwrap(), Ok(before + 1));
        one.write_blocking(|tx| tx.execute("DELETE FROM accounts WHERE id = 'all'", NO_PARAMS))
            .unwrap();
    }
    assert_eq!(two.stats().retries, 0);
}

/// Gives the next number of a vendor's feed and stores it.
fn tell(tx: &mut db::Tx<'_>, vendor: &str) -> Result<(), DbError> {
    let sql = "UPDATE accounts SET balance = balance + 1 WHERE vendor_id = $1 RETURNING balance";
    let number: i64 = tx.query_one_as(sql, params![vendor])?;
    tx.execute(
        "INSERT INTO journal (vendor_id, number, account_id) VALUES ($1, $2, 'head')",
        params![vendor, number],
    )?;
    Ok(())
}

const VENDORS: usize = 6;
const TURNS: usize = 15;

#[test]
fn the_feed_of_each_lane_has_no_gap_whoever_writes_it() {
    on_both(|dialect| {
        let (scratch, one) = fresh(dialect);
        let two = scratch.open();
        let names: Vec<String> = (0..VENDORS).map(|number| format!("vendor {number}")).collect();
        for name in names.clone() {
            one.write_blocking(move |tx| {
                let sql = "INSERT INTO accounts (vendor_id, id, name, balance) \
                           VALUES ($1, 'head', 'head', 0)";
                tx.execute(sql, params![&name])
            })
            .unwrap();
        }
        let done = Arc::new(AtomicBool::new(false));
        let reader = watch(&one, &done);
        let writers: Vec<_> = names
            .iter()
            .flat_map(|name| [(one.clone(), name.clone()), (two.clone(), name.clone())])
            .map(|(node, name)| {
                thread::spawn(move || {
                    for _ in 0..TURNS {
                        let vendor = name.clone();
                        let lane = Lane::of(&vendor);
                        node.write_in_blocking(lane, move |tx| tell(tx, &vendor)).unwrap();
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.join().unwrap();
        }
        done.store(true, Ordering::Relaxed);
        assert_eq!(reader.join().unwrap(), 0, "a snapshot had a gap");
        let sql = "SELECT vendor_id, COUNT(*), MAX(number) FROM journal GROUP BY vendor_id";
        let told = one.read_blocking(move |tx| {
            tx.query_as::<(String, usize_like::Count, usize_like::Count), _>(sql, NO_PARAMS)
        });
        let told = told.unwrap();
        assert_eq!(told.len(), VENDORS);
        for (vendor, rows, last) in told {
            assert_eq!((rows.0, last.0), (2 * TURNS, 2 * TURNS), "{vendor}");
        }
    });
}

/// A count as the tests compare it, read by its own type.
mod usize_like {
    #[derive(Debug)]
    pub(super) struct Count(pub(super) usize);

    impl db::Column for Count {
        fn from_value(value: db::Value<'_>) -> Result<Self, String> {
            usize::try_from(db::int_of(&value)?).map(Count).map_err(|error| error.to_string())
        }

        fn to_value(&self) -> db::Value<'_> {
            db::Value::try_from(self.0).unwrap_or(db::Value::Null)
        }
    }
}

/// How many snapshots showed a feed with a gap.
fn watch(db: &Db, done: &Arc<AtomicBool>) -> thread::JoinHandle<i64> {
    let (db, done) = (db.clone(), Arc::clone(done));
    thread::spawn(move || {
        let mut gaps = 0;
        while !done.load(Ordering::Relaxed) {
            let sql = "SELECT COUNT(*) FROM (SELECT vendor_id FROM journal GROUP BY vendor_id \
                       HAVING COUNT(*) <> MAX(number)) AS torn";
            gaps += db.read_blocking(|tx| tx.query_one_as::<i64, _>(sql, NO_PARAMS)).unwrap();
        }
        gaps
    })
}

#[test]
fn a_write_knows_its_lane_and_begins_no_other() {
    on_both(|dialect| {
        let (_scratch, db) = fresh(dialect);
        let [a, b] = lanes();
        assert_eq!(db.write_in_blocking(a, |tx| Ok::<_, DbError>(tx.lane())), Ok(a));
        assert_eq!(db.write_blocking(|tx| Ok::<_, DbError>(tx.lane())), Ok(Lane::ALL));
        assert_eq!(db.read_blocking(|tx| Ok::<_, DbError>(tx.lane())), Ok(Lane::ALL));
        let inner = db.clone();
        let outcome = db.write_in_blocking(a, move |tx| {
            insert(tx, "outer", 1)?;
            inner.write_in_blocking(b, |tx| insert(tx, "inner", 1))
        });
        assert!(outcome.unwrap_err().to_string().contains("inside a write"));
        assert_eq!(count(&db), 0);
    });
}

#[test]
fn what_is_locked_is_no_part_of_the_content() {
    let (_scratch, db) = fresh(Dialect::Postgres);
    let [a, b] = lanes();
    for (lane, id) in [(a, "a"), (b, "b")] {
        db.write_in_blocking(lane, move |tx| insert(tx, id, 1)).unwrap();
    }
    assert_eq!(db.table_names(), Ok(vec!["accounts".to_owned(), "journal".to_owned()]));
}

#[test]
fn writes_that_share_a_commit_share_a_number_and_no_others() {
    on_both(|dialect| {
        let (_scratch, db) = fresh(dialect);
        let [a, b] = lanes();
        let number = |lane: Lane| db.write_in_blocking(lane, |tx| Ok::<_, DbError>(tx.number()));
        let (one, two) = (number(a).unwrap(), number(b).unwrap());
        assert!(one.is_some() && two > one);
        assert_eq!(db.read_blocking(|tx| Ok::<_, DbError>(tx.number())), Ok(None));
        let release = hold(&db, Lane::ALL, "held");
        let waiting: Vec<_> = (0..3)
            .map(|_| {
                let db = db.clone();
                thread::spawn(move || {
                    db.write_in_blocking(a, |tx| Ok::<_, DbError>((tx.number(), tx.lane())))
                })
            })
            .collect();
        while db.stats().write_queue < 3 {
            thread::yield_now();
        }
        let before = db.stats().commits;
        drop(release);
        let told: Vec<_> = waiting.into_iter().map(|one| one.join().unwrap().unwrap()).collect();
        // All joined the batch that concerned everything, and each kept its own lane.
        assert!(told.iter().all(|(number, lane)| *number == told[0].0 && *lane == a), "{told:?}");
        assert_eq!(db.stats().commits, before + 1);
    });
}

#[test]
fn on_sqlite_writes_of_different_lanes_share_a_commit() {
    let (_scratch, db) = fresh(Dialect::Sqlite);
    let release = hold(&db, Lane::of("one"), "held");
    let waiting: Vec<_> = ["one", "two", "three"]
        .map(|id| {
            let db = db.clone();
            thread::spawn(move || db.write_in_blocking(Lane::of(id), move |tx| insert(tx, id, 1)))
        })
        .into();
    while db.stats().write_queue < 3 {
        thread::yield_now();
    }
    drop(release);
    for write in waiting {
        assert_eq!(write.join().unwrap(), Ok(1));
    }
    assert_eq!(db.stats().commits, 1);
}

#[test]
fn what_two_lanes_read_of_one_table_makes_neither_run_again() {
    let (_scratch, db) = fresh(Dialect::Postgres);
    let [a, b] = lanes();
    // Each counts all rows, of which there are few, and adds one: as a pair they are not serial.
    let count_and_add = |tx: &mut db::Tx<'_>, id: &str| {
        let sql = "SELECT COUNT(*) FROM accounts WHERE id <> $1";
        let seen = tx.query_one_as::<i64, _>(sql, params![id])?;
        insert(tx, id, 1)?;
        Ok::<_, DbError>(seen)
    };
    let (other, nested) = (db.clone(), Arc::new(Mutex::new(Vec::new())));
    let seen_there = nested.clone();
    let here = db.write_in_blocking(a, move |tx| {
        let here = count_and_add(tx, "a")?;
        let there = other.clone();
        let beside =
            thread::spawn(move || there.write_in_blocking(b, move |tx| count_and_add(tx, "b")));
        seen_there.lock().unwrap().push(beside.join().unwrap());
        Ok::<_, DbError>(here)
    });
    assert_eq!((here, nested.lock().unwrap().clone()), (Ok(0), vec![Ok(0)]));
    assert_eq!(db.stats().retries, 0);
    // In the lane of everything they wait for each other.
    assert_eq!(db.write_blocking(move |tx| count_and_add(tx, "c")), Ok(2));
}

#[test]
fn two_lanes_that_change_one_row_collide_and_one_runs_again_on_what_the_other_left() {
    let (_scratch, db) = fresh(Dialect::Postgres);
    let [a, b] = lanes();
    db.write_blocking(|tx| insert(tx, "shared", 0)).unwrap();
    let add = |tx: &mut db::Tx<'_>| {
        let sql = "UPDATE accounts SET balance = balance + 1 WHERE id = 'shared' \
                   RETURNING balance";
        tx.query_one_as::<i64, _>(sql, NO_PARAMS)
    };
    let runs = Arc::new(AtomicU64::new(0));
    let (other, ran) = (db.clone(), runs.clone());
    let here = db.write_in_blocking(a, move |tx| {
        // The snapshot is fixed before the other one changes the row.
        tx.query_one_as::<i64, _>("SELECT COUNT(*) FROM accounts", NO_PARAMS)?;
        if ran.fetch_add(1, Ordering::Relaxed) == 0 {
            let there = other.clone();
            let beside = thread::spawn(move || there.write_in_blocking(b, add));
            assert_eq!(beside.join().unwrap(), Ok(1));
        }
        add(tx)
    });
    assert_eq!((here, runs.load(Ordering::Relaxed)), (Ok(2), 2));
    assert_eq!(db.stats().retries, 1);
}
