//! Effects outside the database, their leases, and how failures wait.

use std::time::Duration;

use db::Dialect;
use jobs::{Gauges, Handlers, Job, JobFailure, Worker, WorkerOptions, extend_lease};

use crate::{SECOND, fresh, gauges, options, queue, shared, worker};

#[tokio::test]
async fn failures_wait_longer_each_time_and_end_as_a_dead_letter() {
    for dialect in Dialect::ALL {
        let (_scratch, db) = fresh(dialect);
        queue(&db, None, "a", 0).await;
        let attempts = shared(Vec::new());
        let seen = attempts.clone();
        let handlers = Handlers::new().effect("note", move |job: Job, now| {
            seen.lock().push((job.attempt, job.fencing, now));
            async { Err(JobFailure::retry("the receiver is away")) }
        });
        let worker = worker(&db, handlers);
        assert_eq!(worker.run_due_once(0).await.unwrap().failed, 1);
        // 10 s, then 20 s, each plus at most a quarter.
        assert_eq!(worker.run_due_once(10 * SECOND - 1).await.unwrap().runs(), 0);
        assert_eq!(worker.run_due_once(12_500_000).await.unwrap().failed, 1);
        assert_eq!(worker.run_due_once(12_500_000 + 20 * SECOND - 1).await.unwrap().runs(), 0);
        let last = worker.run_due_once(12_500_000 + 25 * SECOND).await.unwrap();
        assert_eq!((last.failed, last.dead), (0, 1));
        assert_eq!(worker.run_due_once(1_000 * SECOND).await.unwrap().runs(), 0);
        let attempts: Vec<_> =
            attempts.lock().iter().map(|(attempt, lease, _)| (*attempt, *lease)).collect();
        assert_eq!(attempts, [(1, 1), (2, 2), (3, 3)]);
        assert_eq!(gauges(&db, 0).await, Gauges { dead: 1, ..Gauges::default() });
    }
}

#[tokio::test]
async fn a_failure_that_stays_is_not_tried_again() {
    for dialect in Dialect::ALL {
        let (_scratch, db) = fresh(dialect);
        queue(&db, None, "not json", 0).await;
        let handlers = Handlers::new()
            .blocking_effect("note", |job, _| job.parse::<Vec<String>>().map(|_| ()));
        assert_eq!(worker(&db, handlers).run_due_once(0).await.unwrap().dead, 1);
    }
}

#[tokio::test]
async fn a_panic_in_a_handler_is_a_failure_of_its_job_only() {
    for dialect in Dialect::ALL {
        let (_scratch, db) = fresh(dialect);
        queue(&db, None, "panics", 0).await;
        queue(&db, None, "works", 0).await;
        let handlers = Handlers::new().effect("note", |job: Job, _| async move {
            assert_ne!(job.payload, "panics", "planted");
            Ok(())
        });
        let ran = worker(&db, handlers).run_due_once(0).await.unwrap();
        assert_eq!((ran.done, ran.failed), (1, 1));
        let handlers = Handlers::new().transactional("note", |_, _, _| panic!("planted"));
        let ran = worker(&db, handlers).run_due_once(100 * SECOND).await.unwrap();
        assert_eq!((ran.done, ran.failed), (0, 1));
    }
}

#[tokio::test]
async fn an_expired_lease_hands_over_and_the_late_completion_is_refused() {
    for dialect in Dialect::ALL {
        let (_scratch, db) = fresh(dialect);
        queue(&db, None, "a", 0).await;
        let quick = Handlers::new().effect("note", |_, _| async { Ok(()) });
        let second = Worker::new(db.clone(), quick, options("two"));
        let runs = shared(Vec::new());
        let (seen, other) = (runs.clone(), second.clone());
        // While the first worker is inside the handler its lease runs out, and the second one
        // takes the job and does it.
        let slow = Handlers::new().effect("note", move |job: Job, _| {
            let (seen, other) = (seen.clone(), other.clone());
            async move {
                let early = other.run_due_once(60 * SECOND - 1).await?;
                let late = other.run_due_once(60 * SECOND).await?;
                seen.lock().push((job.fencing, early.done, late.done));
                Ok(())
            }
        });
        let ran = worker(&db, slow).run_due_once(0).await.unwrap();
        assert_eq!(*runs.lock(), [(1, 0, 1)]);
        assert_eq!((ran.done, ran.lost), (0, 1));
        assert_eq!(gauges(&db, 0).await, Gauges::default());
    }
}

#[tokio::test]
async fn a_late_transactional_handler_leaves_nothing() {
    for dialect in Dialect::ALL {
        let (_scratch, db) = fresh(dialect);
        queue(&db, None, "a", 0).await;
        // The lease is taken away inside the same transaction, as if another had it.
        let handlers = Handlers::new().transactional("note", |tx, job, _| {
            tx.execute("UPDATE jobs_queue SET fencing = fencing + 1", &[])?;
            tx.execute(
                "INSERT INTO done (vendor_id, number, payload) VALUES ('v', 1, $1)",
                db::params![&job.payload],
            )?;
            Ok(())
        });
        let ran = worker(&db, handlers).run_due_once(0).await.unwrap();
        assert_eq!((ran.done, ran.lost), (0, 1));
        assert_eq!(crate::done(&db).await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn a_worker_that_is_killed_each_time_leaves_a_dead_letter() {
    for dialect in Dialect::ALL {
        let (_scratch, db) = fresh(dialect);
        queue(&db, None, "a", 0).await;
        for attempt in 0..3 {
            let forever = Handlers::new().effect("note", |_, _| std::future::pending());
            let killed = worker(&db, forever);
            let at = attempt * 60 * SECOND;
            let run = tokio::time::timeout(Duration::from_millis(200), killed.run_due_once(at));
            assert!(run.await.is_err());
            assert_eq!(gauges(&db, at).await.running, 1);
        }
        let next = worker(&db, crate::notes());
        assert_eq!(next.run_due_once(180 * SECOND - 1).await.unwrap().runs(), 0);
        assert_eq!(next.run_due_once(180 * SECOND).await.unwrap().dead, 1);
        assert_eq!(gauges(&db, 0).await.dead, 1);
    }
}

#[tokio::test]
async fn a_lease_can_be_extended_by_its_holder_only() {
    for dialect in Dialect::ALL {
        let (_scratch, db) = fresh(dialect);
        queue(&db, None, "a", 0).await;
        let (inner, other) = (db.clone(), worker(&db, crate::notes()));
        let handlers = Handlers::new().effect("note", move |job: Job, _| {
            let (db, other) = (inner.clone(), other.clone());
            async move {
                let stale = Job { fencing: job.fencing - 1, ..job.clone() };
                let held = db.write(move |tx| {
                    let mine = extend_lease(tx, &job, 100 * SECOND)?;
                    let theirs = extend_lease(tx, &stale, 500 * SECOND)?;
                    Ok::<_, db::DbError>((mine, theirs))
                });
                assert_eq!(held.await?, (true, false));
                assert_eq!(other.run_due_once(99 * SECOND).await?.runs(), 0);
                Ok(())
            }
        });
        assert_eq!(worker(&db, handlers).run_due_once(0).await.unwrap().done, 1);
    }
}

#[tokio::test]
async fn an_effect_is_broken_off_at_its_time_limit() {
    let (_scratch, db) = fresh(Dialect::Sqlite);
    queue(&db, None, "a", 0).await;
    let forever = Handlers::new().effect("note", |_, _| std::future::pending());
    let limited = WorkerOptions { effect_limit_seconds: 1, lease_seconds: 1, ..options("one") };
    let worker = Worker::new(db.clone(), forever, limited);
    assert_eq!(worker.run_due_once(0).await.unwrap().failed, 1);
}
