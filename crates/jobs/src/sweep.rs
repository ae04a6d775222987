//! Work for many vendors: each in its own lane, some at the same time.

use db::{Db, Dialect};
use tokio::task::JoinSet;

use crate::handlers::Sweep;
use crate::job::JobFailure;
use crate::worker::lane_of;

/// So many vendors at the same time. As many as a node has connections to write by default; what
/// is more would only wait.
const AT_ONCE: usize = 4;

/// Does the work of every vendor that has some. A failure of one vendor holds up no other; the
/// first is told when all are done.
pub(crate) async fn carry_out(db: Db, sweep: Sweep, now_micros: i64) -> Result<(), JobFailure> {
    let vendors = sweep.vendors;
    let vendors = db.read(move |tx| vendors(tx, now_micros)).await?;
    // SQLite has one writer, and so the order stays the same.
    let at_once = match db.dialect() {
        Dialect::Sqlite => 1,
        Dialect::Postgres => AT_ONCE,
    };
    let (mut running, mut failure) = (JoinSet::new(), None);
    let mut vendors = vendors.into_iter();
    loop {
        while running.len() < at_once
            && let Some(vendor) = vendors.next()
        {
            let (db, part) = (db.clone(), sweep.part.clone());
            running.spawn(async move {
                db.write_in(lane_of(&vendor), move |tx| part(tx, &vendor, now_micros)).await
            });
        }
        match running.join_next().await {
            None => break,
            Some(Ok(Ok(()))) => {}
            Some(Ok(Err(one))) => failure = failure.or(Some(one)),
            Some(Err(error)) => {
                let broken = JobFailure::retry(format!("one batch was aborted: {error}"));
                failure = failure.or(Some(broken));
            }
        }
    }
    failure.map_or(Ok(()), Err)
}
