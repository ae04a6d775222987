//! Queueing, keys, order, and transactional handlers.

use db::{DbError, Dialect};
use jobs::{Enqueued, Gauges, Handlers, JobFailure, Ran, enqueue};

use crate::{SECOND, done, fresh, gauges, note, notes, queue, worker};

#[tokio::test]
async fn a_job_runs_once_when_it_is_due_and_not_before() {
    for dialect in Dialect::ALL {
        let (_scratch, db) = fresh(dialect);
        let worker = worker(&db, notes());
        assert_eq!(queue(&db, None, "a", 10 * SECOND).await, Enqueued::New(1));
        assert_eq!(worker.run_due_once(10 * SECOND - 1).await, Ok(Ran::default()));
        let ran = worker.run_due_once(10 * SECOND).await.unwrap();
        assert_eq!(ran, Ran { done: 1, ..Ran::default() });
        assert_eq!(worker.run_due_once(20 * SECOND).await, Ok(Ran::default()));
        assert_eq!(done(&db).await, ["a"]);
    }
}

#[tokio::test]
async fn a_job_exists_only_if_its_transaction_stayed() {
    for dialect in Dialect::ALL {
        let (_scratch, db) = fresh(dialect);
        let undone: Result<(), DbError> = db
            .write(|tx| {
                enqueue(tx, &note(None, "a", 0), 0)?;
                Err(DbError::NotFound)
            })
            .await;
        assert_eq!(undone, Err(DbError::NotFound));
        assert_eq!(worker(&db, notes()).run_due_once(0).await, Ok(Ran::default()));
    }
}

#[tokio::test]
async fn jobs_run_in_the_order_they_were_due() {
    for dialect in Dialect::ALL {
        let (_scratch, db) = fresh(dialect);
        for (payload, at) in [("third", 30), ("first", 10), ("second", 20), ("fourth", 30)] {
            queue(&db, None, payload, at).await;
        }
        let seen = crate::shared(Vec::new());
        let order = seen.clone();
        let handlers = Handlers::new().blocking_effect("note", move |job, _| {
            order.lock().push(job.payload.clone());
            Ok(())
        });
        worker(&db, handlers).run_due_once(100).await.unwrap();
        assert_eq!(*seen.lock(), ["first", "second", "third", "fourth"]);
    }
}

#[tokio::test]
async fn a_key_names_one_waiting_job_and_the_newest_payload_counts() {
    for dialect in Dialect::ALL {
        let (_scratch, db) = fresh(dialect);
        assert_eq!(queue(&db, Some("k"), "old", 50).await, Enqueued::New(1));
        assert_eq!(queue(&db, Some("k"), "new", 20).await, Enqueued::Merged(1));
        assert_eq!(queue(&db, Some("other"), "x", 20).await, Enqueued::New(2));
        let worker = worker(&db, notes());
        worker.run_due_once(20).await.unwrap();
        assert_eq!(done(&db).await, ["new", "x"]);
        assert_eq!(queue(&db, Some("k"), "later", 60).await, Enqueued::New(3));
    }
}

#[tokio::test]
async fn a_job_asked_for_while_it_runs_runs_once_more() {
    for dialect in Dialect::ALL {
        let (_scratch, db) = fresh(dialect);
        queue(&db, Some("k"), "one", 0).await;
        let inner = db.clone();
        let handlers = Handlers::new().effect("note", move |job, _| {
            let db = inner.clone();
            async move {
                if job.payload == "one" {
                    let again = queue(&db, Some("k"), "two", 0).await;
                    assert_eq!(again, Enqueued::Again(job.number));
                    queue(&db, Some("k"), "three", 5).await;
                }
                db.write(move |tx| {
                    tx.execute(
                        "INSERT INTO done (vendor_id, number, payload) VALUES ('v', 1, $1)",
                        db::params![&job.payload],
                    )
                })
                .await?;
                Ok(())
            }
        });
        let ran = worker(&db, handlers).run_due_once(10).await.unwrap();
        assert_eq!(ran.done, 2);
        assert_eq!(done(&db).await, ["one", "three"]);
    }
}

#[tokio::test]
async fn a_failed_transactional_handler_leaves_nothing_but_its_error() {
    for dialect in Dialect::ALL {
        let (_scratch, db) = fresh(dialect);
        queue(&db, None, "a", 0).await;
        let handlers = Handlers::new().transactional("note", |tx, job, _| {
            tx.execute(
                "INSERT INTO done (vendor_id, number, payload) VALUES ('v', 1, $1)",
                db::params![&job.payload],
            )?;
            if job.attempt == 1 { Err(JobFailure::retry("not yet")) } else { Ok(()) }
        });
        let worker = worker(&db, handlers);
        assert_eq!(worker.run_due_once(0).await.unwrap().failed, 1);
        assert_eq!(done(&db).await, Vec::<String>::new());
        assert_eq!(worker.run_due_once(15 * SECOND).await.unwrap().done, 1);
        assert_eq!(done(&db).await, ["a"]);
    }
}

#[tokio::test]
async fn a_kind_without_a_handler_waits_for_a_program_that_knows_it() {
    for dialect in Dialect::ALL {
        let (_scratch, db) = fresh(dialect);
        queue(&db, None, "a", 7 * SECOND).await;
        let stranger = Handlers::new().transactional("other", |_, _, _| Ok(()));
        let now = 10 * SECOND;
        assert_eq!(worker(&db, stranger).run_due_once(now).await, Ok(Ran::default()));
        assert_eq!(worker(&db, Handlers::new()).run_due_once(now).await, Ok(Ran::default()));
        let expected =
            Gauges { waiting: 1, due: 1, oldest_due_age_micros: 3 * SECOND, ..Gauges::default() };
        assert_eq!(gauges(&db, now).await, expected);
        assert_eq!(worker(&db, notes()).run_due_once(now).await.unwrap().done, 1);
        assert_eq!(gauges(&db, now).await, Gauges::default());
    }
}

#[tokio::test]
async fn a_job_may_queue_the_next_one() {
    for dialect in Dialect::ALL {
        let (_scratch, db) = fresh(dialect);
        queue(&db, None, "5", 0).await;
        let handlers = Handlers::new().transactional("note", |tx, job, now| {
            let left: i64 = job.parse()?;
            if left > 0 {
                enqueue(tx, &note(None, &(left - 1).to_string(), now), now)?;
            }
            Ok(())
        });
        assert_eq!(worker(&db, handlers).run_due_once(0).await.unwrap().done, 6);
    }
}
