//! A caller's closure on its way to a database thread and its answer on the way back.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::SyncSender;

use tokio::sync::oneshot;

use crate::error::DbError;
use crate::lane::Lane;
use crate::tx::Tx;

/// Where an answer goes: to a task or to a waiting thread. A caller that has gone away is no
/// reason to undo its work.
pub(crate) enum Reply<T> {
    Task(oneshot::Sender<T>),
    Thread(SyncSender<T>),
}

impl<T> Reply<T> {
    pub(crate) fn send(self, answer: T) {
        match self {
            Reply::Task(sender) => drop(sender.send(answer)),
            Reply::Thread(sender) => drop(sender.send(answer)),
        }
    }
}

/// A write closure, however it is typed.
pub(crate) trait Action: Send {
    /// The lane that was asked for. The batch that it runs in may concern more.
    fn lane(&self) -> Lane;

    /// Runs the closure and keeps its outcome; true if its changes are to stay. It may be called
    /// again, which replaces the outcome.
    fn run(&mut self, tx: &mut Tx<'_>) -> bool;

    /// Answers the caller with the kept outcome, or with `failure` where the batch was not
    /// committed: an outcome decided on rows that did not stay is not one.
    fn answer(self: Box<Self>, failure: Option<&DbError>);
}

pub(crate) struct WriteAction<F, T, E> {
    lane: Lane,
    closure: F,
    outcome: Option<Result<T, E>>,
    reply: Reply<Result<T, E>>,
}

impl<F, T, E> WriteAction<F, T, E> {
    pub(crate) fn new(lane: Lane, closure: F, reply: Reply<Result<T, E>>) -> WriteAction<F, T, E> {
        WriteAction { lane, closure, outcome: None, reply }
    }
}

impl<F, T, E> Action for WriteAction<F, T, E>
where
    F: FnMut(&mut Tx<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<DbError> + Send,
{
    fn lane(&self) -> Lane {
        self.lane
    }

    fn run(&mut self, tx: &mut Tx<'_>) -> bool {
        let outcome = guarded(tx, |tx| {
            let done = (self.closure)(tx)?;
            tx.finish()?;
            Ok(done)
        });
        let keep = outcome.is_ok();
        self.outcome = Some(outcome);
        keep
    }

    fn answer(self: Box<Self>, failure: Option<&DbError>) {
        let WriteAction { closure, outcome, reply, .. } = *self;
        // Before the answer: a caller that goes away with it closes the database, and a handle that
        // lives on in the closure would be the last, on a thread that cannot wait for its own end.
        drop(closure);
        let outcome = match (failure, outcome) {
            (Some(failure), _) => Err(failure.clone().into()),
            (None, Some(outcome)) => outcome,
            (None, None) => Err(DbError::other("the write was not executed").into()),
        };
        reply.send(outcome);
    }
}

/// A read closure, however it is typed.
pub(crate) trait Question: Send {
    /// Runs the closure and returns what answers the caller, to be called after the transaction
    /// has ended.
    fn ask(self: Box<Self>, tx: &mut Tx<'_>) -> Box<dyn FnOnce()>;

    /// Answers the caller with a failure to even begin.
    fn refuse(self: Box<Self>, failure: &DbError);
}

pub(crate) struct ReadQuestion<F, T, E> {
    closure: F,
    reply: Reply<Result<T, E>>,
}

impl<F, T, E> ReadQuestion<F, T, E> {
    pub(crate) fn new(closure: F, reply: Reply<Result<T, E>>) -> ReadQuestion<F, T, E> {
        ReadQuestion { closure, reply }
    }
}

impl<F, T, E> Question for ReadQuestion<F, T, E>
where
    F: FnOnce(&mut Tx<'_>) -> Result<T, E> + Send,
    T: Send + 'static,
    E: From<DbError> + Send + 'static,
{
    fn ask(self: Box<Self>, tx: &mut Tx<'_>) -> Box<dyn FnOnce()> {
        let ReadQuestion { closure, reply } = *self;
        let outcome = guarded(tx, closure);
        Box::new(move || reply.send(outcome))
    }

    fn refuse(self: Box<Self>, failure: &DbError) {
        self.reply.send(Err(failure.clone().into()));
    }
}

/// Runs a closure so that its panic is an error like any other, and so that it cannot report
/// success after one of its statements failed.
fn guarded<T, E: From<DbError>>(
    tx: &mut Tx<'_>,
    closure: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
) -> Result<T, E> {
    match catch_unwind(AssertUnwindSafe(|| closure(tx))) {
        Ok(Ok(_)) if tx.fault().is_some() => Err(DbError::Spoiled.into()),
        Ok(outcome) => outcome,
        Err(panic) => {
            let words = panic_words(panic.as_ref());
            tracing::error!(panic = words, "a closure panicked inside its transaction");
            Err(DbError::other(format!("a panic inside the transaction: {words}")).into())
        }
    }
}

fn panic_words(panic: &(dyn Any + Send)) -> &str {
    if let Some(words) = panic.downcast_ref::<&'static str>() {
        words
    } else if let Some(words) = panic.downcast_ref::<String>() {
        words
    } else {
        "without words"
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex, mpsc::sync_channel};

    use super::*;

    struct Noted(&'static str, Arc<Mutex<Vec<&'static str>>>);

    impl Drop for Noted {
        fn drop(&mut self) {
            self.1.lock().unwrap().push(self.0);
        }
    }

    #[test]
    fn op_03_what_a_write_holds_goes_before_its_answer() {
        let order = Arc::new(Mutex::new(Vec::new()));
        let held = Noted("closure", Arc::clone(&order));
        let (sender, gone) = sync_channel::<Result<Noted, DbError>>(1);
        drop(gone);
        let closure = move |_: &mut Tx<'_>| {
            let _ = &held;
            Err(DbError::NotFound)
        };
        let mut action = WriteAction::new(Lane::ALL, closure, Reply::Thread(sender));
        // Nobody waits for the answer, so it is dropped where it would be sent.
        action.outcome = Some(Ok(Noted("answer", Arc::clone(&order))));
        Box::new(action).answer(None);
        assert_eq!(*order.lock().unwrap(), ["closure", "answer"]);
    }
}
