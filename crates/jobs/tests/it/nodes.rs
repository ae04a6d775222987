//! Two workers on one queue, and the worker's own loop.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use db::{DbError, Dialect};
use jobs::{Handlers, Job, JobFailure, Worker, WorkerOptions, enqueue};

use crate::{done, fresh, gauges, note, notes, options, queue, shared};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_workers_run_each_job_once() {
    for dialect in Dialect::ALL {
        let (scratch, one) = fresh(dialect);
        let two = scratch.open();
        one.write(|tx| {
            for number in 0..200 {
                enqueue(tx, &note(None, &number.to_string(), 0), 0)?;
            }
            Ok::<_, DbError>(())
        })
        .await
        .unwrap();
        let runs = shared(Vec::new());
        let handlers = |name: &'static str| {
            let runs = runs.clone();
            Handlers::new().effect("note", move |job: Job, _| {
                let runs = runs.clone();
                async move {
                    runs.lock().push((job.number, name));
                    tokio::task::yield_now().await;
                    Ok(())
                }
            })
        };
        let first = Worker::new(one.clone(), handlers("one"), options("one"));
        let second = Worker::new(two.clone(), handlers("two"), options("two"));
        let (left, right) = tokio::join!(first.run_due_once(0), second.run_due_once(0));
        assert_eq!(left.unwrap().done + right.unwrap().done, 200);
        let mut numbers: Vec<i64> = runs.lock().iter().map(|(number, _)| *number).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=200).collect::<Vec<_>>());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_loop_runs_what_comes_and_finishes_what_runs_when_it_is_stopped() {
    for dialect in Dialect::ALL {
        let (_scratch, db) = fresh(dialect);
        let failures = Arc::new(AtomicU64::new(0));
        let planted = failures.clone();
        let handlers = notes().effect("slow", move |job: Job, _| {
            let planted = planted.clone();
            async move {
                tokio::task::yield_now().await;
                if job.attempt == 1 {
                    planted.fetch_add(1, Ordering::Relaxed);
                    return Err(JobFailure::retry("planted"));
                }
                Ok(())
            }
        });
        // A clock that moves a second each time it is read, so that waits end by themselves.
        let time = Arc::new(AtomicI64::new(0));
        let clock = move || time.fetch_add(crate::SECOND, Ordering::Relaxed);
        let worker =
            Worker::new(db.clone(), handlers, WorkerOptions { concurrency: 4, ..options("one") });
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let running = worker.clone();
        let run = tokio::spawn(async move {
            running.run_forever(clock, async { drop(stopped.await) }).await;
        });
        for _ in 0..20 {
            queue(&db, None, "a", 0).await;
            db.write(|tx| {
                let slow = jobs::NewJob { kind: "slow", ..note(None, "b", 0) };
                enqueue(tx, &slow, 0)
            })
            .await
            .unwrap();
            worker.wake();
        }
        while gauges(&db, i64::MAX).await != jobs::Gauges::default() {
            tokio::task::yield_now().await;
        }
        stop.send(()).unwrap();
        tokio::time::timeout(Duration::from_secs(10), run).await.unwrap().unwrap();
        assert_eq!(done(&db).await.len(), 20);
        assert_eq!(failures.load(Ordering::Relaxed), 20);
    }
}
