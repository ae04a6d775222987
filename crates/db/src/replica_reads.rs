//! Reading from the replica.

use std::sync::Arc;

use tokio::sync::oneshot;

use crate::action::{ReadQuestion, Reply};
use crate::database::{Db, ended};
use crate::error::DbError;
use crate::queue::Rejected;
use crate::replica::{Left, Replica, Standing};
use crate::tx::Tx;

/// How a read ended on the replica.
enum Passed<E> {
    /// It shows an older state than allowed.
    Behind,
    /// The database failed it.
    Database(DbError),
    /// The closure did not succeed, on what it read.
    Told(E),
}

impl<E> From<DbError> for Passed<E> {
    fn from(error: DbError) -> Passed<E> {
        Passed::Database(error)
    }
}

impl Db {
    /// How the replica stands; `None` without one.
    pub fn replica_standing(&self) -> Option<Standing> {
        self.replica().map(|replica| replica.standing())
    }

    /// Runs `question` on one snapshot of the replica, which is no older than allowed, but may not
    /// contain what was acknowledged last.
    ///
    /// It errs with why it was not carried out there; the same question may then be asked of
    /// [`Db::read`]. Without a replica it is always away.
    pub async fn read_replica<T, E>(
        &self,
        question: impl FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<Result<T, E>, Left>
    where
        T: Send + 'static,
        E: Send + 'static,
    {
        let replica = self.replica().ok_or(Left::Away)?;
        if let Some(left) = replica.left() {
            return Err(left);
        }
        let (sender, answer) = oneshot::channel();
        let asked = Arc::clone(replica);
        let question = ReadQuestion::new(
            move |tx: &mut Tx<'_>| carry_out(&asked, tx, question),
            Reply::Task(sender),
        );
        match replica.queue.push(Box::new(question)) {
            Ok(()) => {}
            Err(Rejected::Full(question)) => question.refuse(&DbError::Busy),
            Err(Rejected::Closed(question)) => question.refuse(&ended()),
        }
        match answer.await.unwrap_or_else(|_| Err(ended().into())) {
            Ok(told) => Ok(Ok(told)),
            Err(Passed::Told(error)) => Ok(Err(error)),
            Err(Passed::Behind) => {
                replica.leave(Left::Behind, "its lag exceeds database.read_lag");
                Err(Left::Behind)
            }
            Err(Passed::Database(error @ DbError::Unavailable { .. })) => {
                replica.leave(Left::Away, &error.to_string());
                Err(Left::Away)
            }
            Err(Passed::Database(_)) => Err(Left::Failed),
        }
    }
}

fn carry_out<T, E>(
    replica: &Replica,
    tx: &mut Tx<'_>,
    question: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
) -> Result<T, Passed<E>> {
    if replica.is_behind(tx)? {
        return Err(Passed::Behind);
    }
    let outcome = question(tx);
    // What a closure makes of a statement that failed is not what it would say elsewhere.
    match tx.fault() {
        Some(fault) => Err(Passed::Database(fault.error.clone())),
        None => outcome.map_err(Passed::Told),
    }
}
