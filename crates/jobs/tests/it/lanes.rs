//! Jobs of different vendors do not wait for each other.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use db::{Db, DbError, Dialect, Lane};
use jobs::{Handlers, JobFailure, NewJob, NewSchedule, Ran, Worker, enqueue, schedule};

use crate::{fresh, gauges, note, notes, options, shared, worker};

/// Begins a write in a vendor's lane and keeps it open until the returned sender is dropped.
fn hold(db: &Db, vendor: &str) -> SyncSender<()> {
    let (release, held) = sync_channel::<()>(0);
    let (started, start) = sync_channel::<()>(1);
    let (held, db, lane) = (Arc::new(Mutex::new(held)), db.clone(), Lane::of(vendor));
    thread::spawn(move || {
        db.write_in_blocking(lane, move |_| {
            started.send(()).ok();
            held.lock().unwrap().recv().ok();
            Ok::<_, DbError>(())
        })
    });
    start.recv().unwrap();
    release
}

fn of<'a>(vendor_id: &'a str, payload: &'a str) -> NewJob<'a> {
    NewJob { vendor_id, ..note(None, payload, 0) }
}

async fn done_of(db: &Db, vendor: &'static str) -> i64 {
    let sql = "SELECT COUNT(*) FROM done WHERE vendor_id = $1";
    db.read(move |tx| tx.query_one_as::<i64, _>(sql, db::params![vendor])).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_of_one_vendor_does_not_wait_for_a_long_write_of_another() {
    let (scratch, db) = fresh(Dialect::Postgres);
    let other_node = scratch.open();
    let scheduled = NewSchedule {
        vendor_id: "quick",
        name: "often",
        kind: "note",
        payload: "tick",
        every_seconds: 3_600,
        offset_seconds: 0,
        max_attempts: 3,
    };
    db.write(move |tx| {
        // More than the worker runs at once, and all due before the other's.
        for number in 0..20 {
            enqueue(tx, &of("held", &number.to_string()), 0)?;
        }
        schedule(tx, &scheduled, -1)?;
        enqueue(tx, &of("quick", "a"), 0)
    })
    .await
    .unwrap();
    let release = hold(&other_node, "held");
    let worker = Worker::new(db.clone(), notes(), options("one"));
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let run = tokio::spawn(async move {
        worker.run_forever(|| 0, async { drop(stopped.await) }).await;
    });
    while done_of(&db, "quick").await < 2 {
        tokio::task::yield_now().await;
    }
    assert_eq!(done_of(&db, "held").await, 0);
    drop(release);
    while gauges(&db, i64::MAX).await != jobs::Gauges::default() {
        tokio::task::yield_now().await;
    }
    assert_eq!(done_of(&db, "held").await, 20);
    stop.send(()).unwrap();
    tokio::time::timeout(Duration::from_secs(10), run).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_sweep_does_the_work_of_each_vendor_in_its_lane_and_once_more_after_a_failure() {
    for dialect in Dialect::ALL {
        let (_scratch, db) = fresh(dialect);
        let fails = Arc::new(AtomicBool::new(true));
        let (failing, lanes) = (fails.clone(), shared(Vec::new()));
        let seen = lanes.clone();
        let vendors = |tx: &mut db::Tx<'_>, _| {
            let sql = "SELECT v FROM (SELECT 'a' AS v UNION SELECT 'b' UNION SELECT 'c') AS all_of \
                       WHERE NOT EXISTS (SELECT 1 FROM done WHERE vendor_id = v) ORDER BY v";
            Ok(tx.query_as::<String, _>(sql, &[])?)
        };
        let handlers = Handlers::new().sweep("note", vendors, move |tx, vendor, now| {
            seen.lock().push(tx.lane() == Lane::of(vendor));
            tx.execute(
                "INSERT INTO done (vendor_id, number, payload) VALUES ($1, $2, '')",
                db::params![vendor, now],
            )?;
            if vendor == "b" && failing.load(Ordering::Relaxed) {
                return Err(JobFailure::retry("planted"));
            }
            Ok(())
        });
        db.write(|tx| enqueue(tx, &of("", ""), 0)).await.unwrap();
        let worker = worker(&db, handlers);
        let failed = Ok(Ran { failed: 1, ..Ran::default() });
        assert_eq!(worker.run_due_once(0).await, failed);
        assert_eq!(crate::done(&db).await.len(), 2);
        fails.store(false, Ordering::Relaxed);
        let later = 100 * crate::SECOND;
        assert_eq!(worker.run_due_once(later).await, Ok(Ran { done: 1, ..Ran::default() }));
        assert_eq!(crate::done(&db).await.len(), 3);
        assert!(lanes.lock().iter().all(|right| *right));
    }
}

#[tokio::test]
async fn a_job_runs_in_the_lane_of_its_vendor_and_one_of_the_installation_concerns_all() {
    for dialect in Dialect::ALL {
        let (_scratch, db) = fresh(dialect);
        let lanes = shared(Vec::new());
        let seen = lanes.clone();
        let handlers = Handlers::new().transactional("note", move |tx, job, _| {
            seen.lock().push((job.vendor_id.clone(), tx.lane()));
            Ok(())
        });
        db.write(|tx| {
            enqueue(tx, &of("a", ""), 0)?;
            enqueue(tx, &of("", ""), 0)
        })
        .await
        .unwrap();
        assert_eq!(worker(&db, handlers).run_due_once(0).await.unwrap().done, 2);
        let expected = [(String::new(), Lane::ALL), ("a".to_owned(), Lane::of("a"))];
        assert_eq!(*lanes.lock(), expected);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn workers_of_two_nodes_take_each_job_of_eight_vendors_once() {
    let (scratch, one) = fresh(Dialect::Postgres);
    let two = scratch.open();
    one.write(|tx| {
        for number in 0..160 {
            let vendor = format!("vendor {}", number % 8);
            enqueue(tx, &of(&vendor, ""), 0)?;
        }
        Ok::<_, DbError>(())
    })
    .await
    .unwrap();
    let time = Arc::new(AtomicI64::new(0));
    let mut runs = Vec::new();
    for (db, name) in [(&one, "one"), (&two, "two")] {
        let (time, worker) = (time.clone(), Worker::new(db.clone(), notes(), options(name)));
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let run = tokio::spawn(async move {
            let clock = move || time.load(Ordering::Relaxed);
            worker.run_forever(clock, async { drop(stopped.await) }).await;
        });
        runs.push((stop, run));
    }
    while gauges(&one, i64::MAX).await != jobs::Gauges::default() {
        tokio::task::yield_now().await;
    }
    for (stop, run) in runs {
        stop.send(()).unwrap();
        tokio::time::timeout(Duration::from_secs(10), run).await.unwrap().unwrap();
    }
    assert_eq!(crate::done(&one).await.len(), 160);
}
