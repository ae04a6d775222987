//! Schedules tick once, on however many nodes.

use db::{DbError, Dialect};
use jobs::{NewSchedule, Ran, Worker, schedule, schedules, unschedule};

use crate::{SECOND, done, fresh, notes, options, worker};

const HOURLY: NewSchedule<'static> = NewSchedule {
    vendor_id: "v",
    name: "hourly",
    kind: "note",
    payload: "tick",
    every_seconds: 3_600,
    offset_seconds: 600,
    max_attempts: 3,
};

#[tokio::test]
async fn a_schedule_ticks_at_its_times_and_missed_ticks_come_as_one() {
    for dialect in Dialect::ALL {
        let (_scratch, db) = fresh(dialect);
        db.write(|tx| schedule(tx, &HOURLY, 0)).await.unwrap();
        let worker = worker(&db, notes());
        assert_eq!(worker.run_due_once(600 * SECOND - 1).await, Ok(Ran::default()));
        let one = Ok(Ran { done: 1, ticks: 1, ..Ran::default() });
        assert_eq!(worker.run_due_once(600 * SECOND).await, one);
        assert_eq!(worker.run_due_once(4_200 * SECOND - 1).await, Ok(Ran::default()));
        assert_eq!(worker.run_due_once(4_200 * SECOND).await, one);
        assert_eq!(worker.run_due_once(90_000 * SECOND).await, one);
        let next = db.read(schedules).await.unwrap();
        assert_eq!(next.len(), 1);
        assert_eq!(next[0].next_at_micros, 90_600 * SECOND);
        assert_eq!(next[0].last_at_micros, Some(90_000 * SECOND));
        assert_eq!(done(&db).await.len(), 3);
    }
}

#[tokio::test]
async fn declaring_a_schedule_again_keeps_its_next_tick_unless_its_times_change() {
    for dialect in Dialect::ALL {
        let (_scratch, db) = fresh(dialect);
        let next = async || db.read(schedules).await.unwrap()[0].next_at_micros / SECOND;
        db.write(|tx| schedule(tx, &HOURLY, 0)).await.unwrap();
        db.write(|tx| schedule(tx, &HOURLY, 5_000 * SECOND)).await.unwrap();
        assert_eq!(next().await, 600);
        let daily = NewSchedule { every_seconds: 86_400, ..HOURLY };
        db.write(move |tx| schedule(tx, &daily, 5_000 * SECOND)).await.unwrap();
        assert_eq!(next().await, 87_000);
        assert_eq!(db.write(|tx| unschedule(tx, "v", "hourly")).await, Ok(true));
        assert_eq!(db.write(|tx| unschedule(tx, "v", "hourly")).await, Ok(false));
        assert_eq!(db.read::<_, DbError>(schedules).await.unwrap(), []);
    }
}

#[tokio::test]
async fn two_nodes_tick_once() {
    for dialect in Dialect::ALL {
        let (scratch, one) = fresh(dialect);
        let two = scratch.open();
        one.write(|tx| {
            for number in 0..40 {
                let name = format!("s{number}");
                schedule(tx, &NewSchedule { name: &name, ..HOURLY }, 0)?;
            }
            Ok::<_, DbError>(())
        })
        .await
        .unwrap();
        let first = Worker::new(one.clone(), notes(), options("one"));
        let second = Worker::new(two.clone(), notes(), options("two"));
        let now = 600 * SECOND;
        let (left, right) = tokio::join!(first.run_due_once(now), second.run_due_once(now));
        let (left, right) = (left.unwrap(), right.unwrap());
        assert_eq!(left.ticks + right.ticks, 40);
        assert_eq!(left.done + right.done, 40);
        assert_eq!(done(&one).await.len(), 40);
    }
}
