//! Dead letters and lists.

use db::{Db, DbError, Dialect};
use jobs::{
    Enqueued, Handlers, JobFailure, JobFilter, JobState, LetterError, discard, list, retry,
};

use crate::{done, fresh, notes, queue, worker};

async fn kill(db: &Db, now: i64) {
    let handlers = Handlers::new()
        .blocking_effect("note", |_, _| Err(JobFailure::give_up("no such\0 mailbox")));
    worker(db, handlers).run_due_once(now).await.unwrap();
}

async fn numbers(db: &Db, filter: JobFilter<'static>) -> Vec<i64> {
    let rows = db.read::<_, DbError>(move |tx| list(tx, &filter)).await.unwrap();
    rows.into_iter().map(|row| row.number).collect()
}

#[tokio::test]
async fn a_dead_letter_is_kept_with_its_error_and_can_be_retried() {
    for dialect in Dialect::ALL {
        let (_scratch, db) = fresh(dialect);
        queue(&db, Some("k"), "a", 5).await;
        kill(&db, 7).await;
        let dead = JobFilter { state: Some(JobState::Dead), limit: 10, ..JobFilter::default() };
        let rows = db.read::<_, DbError>(move |tx| list(tx, &dead)).await.unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].last_error.as_deref(), Some("no such\u{fffd} mailbox"));
        assert_eq!((rows[0].dead_at_micros, rows[0].attempts), (Some(7), 1));
        assert_eq!(rows[0].state, JobState::Dead);
        db.write(|tx| retry(tx, "v", 1, 9)).await.unwrap();
        let again = db.write(|tx| retry(tx, "v", 1, 9)).await;
        assert_eq!(again, Err(LetterError::NotFound { number: 1 }));
        assert_eq!(worker(&db, notes()).run_due_once(9).await.unwrap().done, 1);
        assert_eq!(done(&db).await, ["a"]);
    }
}

#[tokio::test]
async fn a_dead_letter_can_be_discarded_and_a_live_job_cannot() {
    for dialect in Dialect::ALL {
        let (_scratch, db) = fresh(dialect);
        queue(&db, None, "a", 0).await;
        let live = db.write(|tx| discard(tx, "v", 1)).await;
        assert_eq!(live, Err(LetterError::NotFound { number: 1 }));
        kill(&db, 0).await;
        let other = db.write(|tx| discard(tx, "w", 1)).await;
        assert_eq!(other, Err(LetterError::NotFound { number: 1 }));
        db.write(|tx| discard(tx, "v", 1)).await.unwrap();
        assert_eq!(
            numbers(&db, JobFilter { limit: 10, ..JobFilter::default() }).await,
            Vec::<i64>::new()
        );
        assert_eq!(queue(&db, None, "b", 0).await, Enqueued::New(2));
    }
}

#[tokio::test]
async fn a_letter_whose_work_was_queued_again_is_not_retried() {
    for dialect in Dialect::ALL {
        let (_scratch, db) = fresh(dialect);
        queue(&db, Some("k"), "a", 0).await;
        kill(&db, 0).await;
        assert_eq!(queue(&db, Some("k"), "b", 0).await, Enqueued::New(2));
        let refused = db.write(|tx| retry(tx, "v", 1, 0)).await;
        assert_eq!(refused, Err(LetterError::Superseded));
        db.write(|tx| discard(tx, "v", 1)).await.unwrap();
        assert_eq!(worker(&db, notes()).run_due_once(0).await.unwrap().done, 1);
    }
}

#[tokio::test]
async fn a_list_is_filtered_and_goes_on_after_its_last_row() {
    for dialect in Dialect::ALL {
        let (_scratch, db) = fresh(dialect);
        for _ in 0..3 {
            queue(&db, None, "dies", 0).await;
        }
        kill(&db, 0).await;
        for _ in 0..4 {
            queue(&db, None, "waits", 50).await;
        }
        let all = JobFilter { limit: 100, ..JobFilter::default() };
        assert_eq!(numbers(&db, all).await, [1, 2, 3, 4, 5, 6, 7]);
        let dead = JobFilter { state: Some(JobState::Dead), vendor_id: Some("v"), ..all };
        assert_eq!(numbers(&db, dead).await, [1, 2, 3]);
        let waiting = JobFilter { state: Some(JobState::Waiting), limit: 2, ..all };
        assert_eq!(numbers(&db, waiting).await, [4, 5]);
        let next = JobFilter { after: Some(("v", 5)), ..waiting };
        assert_eq!(numbers(&db, next).await, [6, 7]);
        let running = JobFilter { state: Some(JobState::Running), ..all };
        assert_eq!(numbers(&db, running).await, Vec::<i64>::new());
        let other = JobFilter { vendor_id: Some(""), ..all };
        assert_eq!(numbers(&db, other).await, Vec::<i64>::new());
    }
}
