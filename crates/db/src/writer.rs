//! The one thread that writes: it gathers closures, runs each so that it can be undone alone,
//! commits once, and only then answers.

use std::sync::Arc;
use std::sync::mpsc::SyncSender;
use std::time::{Duration, Instant};

use crate::action::Action;
use crate::clock::{Stopwatch, back_off};
use crate::connection::{Connection, Purpose};
use crate::database::Shared;
use crate::dialect::Target;
use crate::error::{DbError, Fault};
use crate::health::Health;
use crate::options::{Durability, Options};
use crate::queue::Queue;
use crate::stats::Counters;
use crate::tx::Tx;

/// How often a batch is run again after a collision or a lost connection.
const RETRIES: u32 = 10;

/// The first wait before a batch runs again, and the longest; ten of them pass in 2 to 5 seconds.
const RETRY_WAIT: Duration = Duration::from_millis(5);
const RETRY_WAIT_LIMIT: Duration = Duration::from_millis(500);

/// How often a lost connection is tried while nothing waits to be written.
const RECONNECT_EVERY: Duration = Duration::from_millis(250);

/// How many batches are run with savepoints after one that needed them.
const CAREFUL_BATCHES: u32 = 8;

/// Work that needs the write connection for itself, between two batches.
pub(crate) type Exclusive = Box<dyn FnOnce(Result<&mut Connection, DbError>) + Send>;

/// What waits for the write thread.
pub(crate) enum Command {
    Act(Box<dyn Action>),
    Alone(Exclusive),
    Durability(Durability, SyncSender<Result<(), DbError>>),
}

impl Command {
    /// Answers with a failure, without having run.
    pub(crate) fn refuse(self, failure: &DbError) {
        match self {
            Command::Act(action) => action.answer(Some(failure)),
            Command::Alone(work) => work(Err(failure.clone())),
            Command::Durability(_, reply) => drop(reply.send(Err(failure.clone()))),
        }
    }
}

/// How a batch ended without being committed.
enum Stop {
    /// Nothing was committed, and the same closures may run again.
    Again(DbError),
    /// The commit was refused for what one of the closures did; each has to stand alone.
    Apart(DbError),
    /// Nothing of it is acknowledged.
    Over(DbError),
    /// As `Over`, and no later write is accepted.
    Fatal(DbError),
    /// A closure failed after it had written, without a savepoint to go back to: the same closures
    /// run again, each with its own.
    Carefully,
}

/// What a closure of a batch can be undone by.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Undo {
    /// The whole transaction: nothing else is in it.
    Transaction,
    /// A savepoint of its own.
    Savepoint,
    /// Nothing. A savepoint keeps a copy of every page that is written after it, which costs as
    /// much as the writing itself, and few closures fail after they have written.
    Nothing,
}

/// Whether closures that arrive while a batch runs may join it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Company {
    Welcome,
    Refused,
}

pub(crate) struct Writer {
    connection: Connection,
    target: Target,
    options: Options,
    queue: Arc<Queue<Command>>,
    shared: Arc<Shared>,
    /// How many closures the last batch had: so many callers may come back shortly.
    expected: usize,
    seed: u64,
    /// How many more batches give each closure its savepoint.
    careful: u32,
}

impl Writer {
    /// Connects on the calling thread, which must be the one that will run.
    pub(crate) fn open(
        target: Target,
        options: Options,
        queue: Arc<Queue<Command>>,
        shared: Arc<Shared>,
    ) -> Result<Writer, DbError> {
        let connection = Connection::open(&target, &options, Purpose::Write)?;
        let seed = u64::from(std::process::id());
        Ok(Writer { connection, target, options, queue, shared, expected: 1, seed, careful: 0 })
    }

    /// Works until the queue is closed and empty.
    pub(crate) fn run(mut self) {
        while let Some(command) = self.next_command() {
            if let Some(detail) = self.shared.health.failure() {
                command.refuse(&DbError::Unavailable { detail });
                continue;
            }
            match command {
                Command::Act(first) => self.batch(vec![first], Company::Welcome),
                Command::Alone(work) => self.alone(work),
                Command::Durability(durability, reply) => {
                    drop(reply.send(self.change_durability(durability)));
                }
            }
            self.tidy_up();
        }
    }

    fn next_command(&mut self) -> Option<Command> {
        while self.connection.is_lost() {
            let deadline = Stopwatch::start().after(RECONNECT_EVERY);
            if let Some(command) = self.queue.pop_if(Some(deadline), |_| true) {
                return Some(command);
            }
            if self.queue.is_finished() {
                return None;
            }
            if let Err(error) = self.reconnect() {
                tracing::debug!(error = %error, "the database is still away");
            }
        }
        self.queue.pop()
    }

    fn batch(&mut self, mut actions: Vec<Box<dyn Action>>, company: Company) {
        // While the connection is known to be away, callers are told at once instead of waiting.
        let retries = match self.shared.health.get() {
            Health::Interrupted(_) => 1,
            Health::Ready | Health::Failed(_) => RETRIES,
        };
        let mut attempt = 0;
        let failure = loop {
            let stop = match self.run_batch(&mut actions, company) {
                Ok(()) => break None,
                Err(stop) => stop,
            };
            self.connection.rollback();
            match stop {
                Stop::Again(_) if attempt < retries => {
                    Counters::add(&self.shared.counters.retries, 1);
                    self.seed = self.seed.wrapping_add(1);
                    back_off(attempt, RETRY_WAIT, RETRY_WAIT_LIMIT, self.seed);
                    attempt += 1;
                }
                Stop::Carefully => self.careful = CAREFUL_BATCHES,
                Stop::Apart(_) if actions.len() > 1 => {
                    for action in actions {
                        self.batch(vec![action], Company::Refused);
                    }
                    return;
                }
                Stop::Again(error) | Stop::Apart(error) | Stop::Over(error) => break Some(error),
                Stop::Fatal(error) => {
                    self.fail(&error);
                    break Some(error);
                }
            }
        };
        self.expected = actions.len();
        self.careful = self.careful.saturating_sub(1);
        if let Some(error) = &failure {
            Counters::add(&self.shared.counters.failed_commits, 1);
            tracing::warn!(error = %error, actions = actions.len(), "a batch was not stored");
        }
        for action in actions {
            action.answer(failure.as_ref());
        }
    }

    /// Runs the given closures and those that arrive meanwhile, and commits what succeeded.
    fn run_batch(
        &mut self,
        actions: &mut Vec<Box<dyn Action>>,
        company: Company,
    ) -> Result<(), Stop> {
        let deadline = Stopwatch::start().after(self.options.gather);
        let (mut kept, mut undone) = (0, 0);
        while kept + undone < actions.len() || self.joined(actions, company, deadline) {
            if !self.connection.in_transaction() {
                self.begin()?;
            }
            let Some(action) = actions.get_mut(kept + undone) else {
                break;
            };
            let undo = if kept == 0 {
                Undo::Transaction
            } else if self.careful > 0 || self.connection.total_changes().is_none() {
                Undo::Savepoint
            } else {
                Undo::Nothing
            };
            if self.run_one(action.as_mut(), undo)? {
                kept += 1;
            } else {
                undone += 1;
            }
        }
        let watch = Stopwatch::start();
        if kept > 0 {
            self.commit()?;
            self.shared.counters.committed(kept, watch.elapsed());
        } else {
            self.connection.rollback();
        }
        Counters::add(&self.shared.counters.undone, undone);
        Ok(())
    }

    /// Takes one more closure into the batch, if one waits or callers of the last batch are
    /// likely to come back within the time to gather.
    fn joined(
        &self,
        actions: &mut Vec<Box<dyn Action>>,
        company: Company,
        deadline: Instant,
    ) -> bool {
        if company == Company::Refused || actions.len() >= self.options.max_batch.max(1) {
            return false;
        }
        let wait = (actions.len() < self.expected).then_some(deadline);
        match self.queue.pop_if(wait, |command| matches!(command, Command::Act(_))) {
            Some(Command::Act(action)) => {
                actions.push(action);
                true
            }
            Some(other) => {
                other.refuse(&DbError::Busy);
                false
            }
            None => false,
        }
    }

    /// Runs one closure; true if its changes stay.
    fn run_one(&mut self, action: &mut dyn Action, undo: Undo) -> Result<bool, Stop> {
        if undo == Undo::Savepoint {
            self.control("SAVEPOINT action")?;
        }
        let before = self.connection.total_changes();
        let mut tx = Tx::new(&mut self.connection).through(self.options.seam.as_ref());
        let keep = action.run(&mut tx);
        if let Some(fault) = tx.fault().cloned()
            && let Some(stop) = self.judge(fault)
        {
            return Err(stop);
        }
        match (keep, undo) {
            (true, Undo::Transaction | Undo::Nothing) => {}
            (true, Undo::Savepoint) => self.control("RELEASE SAVEPOINT action")?,
            (false, Undo::Transaction) => self.connection.rollback(),
            (false, Undo::Nothing) => {
                if self.connection.total_changes() != before {
                    return Err(Stop::Carefully);
                }
            }
            (false, Undo::Savepoint) => {
                self.control("ROLLBACK TO SAVEPOINT action")?;
                self.control("RELEASE SAVEPOINT action")?;
            }
        }
        Ok(keep)
    }

    /// What a failed statement means for the batch; `None` if it concerns only its closure.
    fn judge(&self, fault: Fault) -> Option<Stop> {
        if fault.fatal {
            Some(Stop::Fatal(fault.error))
        } else if fault.error == DbError::Serialization || self.connection.is_lost() {
            Some(Stop::Again(fault.error))
        } else if self.connection.in_transaction() {
            None
        } else {
            Some(Stop::Over(fault.error))
        }
    }

    fn control(&mut self, sql: &'static str) -> Result<(), Stop> {
        match self.connection.control(sql) {
            Ok(()) => Ok(()),
            Err(fault) => {
                let error = fault.error.clone();
                Err(self.judge(fault).unwrap_or(Stop::Over(error)))
            }
        }
    }

    fn begin(&mut self) -> Result<(), Stop> {
        if self.connection.is_lost() {
            self.reconnect().map_err(Stop::Again)?;
        }
        match self.connection.begin_write() {
            Ok(()) => Ok(()),
            Err(fault) if fault.fatal => Err(Stop::Fatal(fault.error)),
            Err(fault) if self.connection.is_lost() => Err(Stop::Again(fault.error)),
            Err(fault) => Err(Stop::Over(fault.error)),
        }
    }

    fn commit(&mut self) -> Result<(), Stop> {
        let Err(fault) = self.connection.commit() else {
            return Ok(());
        };
        if fault.fatal {
            return Err(Stop::Fatal(fault.error));
        }
        if self.connection.is_lost() {
            return Err(Stop::Over(DbError::unavailable(format!(
                "the connection broke during the commit, so it is not known whether the change \
                 was stored; repeat it with the same idempotency key ({})",
                fault.error
            ))));
        }
        if fault.error == DbError::Serialization {
            return Err(Stop::Again(fault.error));
        }
        if fault.error.is_transient() {
            return Err(Stop::Over(fault.error));
        }
        Err(Stop::Apart(fault.error))
    }

    fn reconnect(&mut self) -> Result<(), DbError> {
        match Connection::open(&self.target, &self.options, Purpose::Write) {
            Ok(connection) => {
                self.connection = connection;
                Counters::add(&self.shared.counters.reconnects, 1);
                self.shared.health.set(Health::Ready);
                tracing::info!("the connection for writing was made again");
                Ok(())
            }
            Err(error) => {
                self.shared.health.set(Health::Interrupted(error.to_string()));
                Err(error)
            }
        }
    }

    fn alone(&mut self, work: Exclusive) {
        if self.connection.is_lost()
            && let Err(error) = self.reconnect()
        {
            work(Err(error));
            return;
        }
        work(Ok(&mut self.connection));
        self.connection.rollback();
    }

    fn change_durability(&mut self, durability: Durability) -> Result<(), DbError> {
        self.options.durability = durability;
        self.connection.set_durability(durability).map_err(|fault| {
            if fault.fatal {
                self.fail(&fault.error);
            }
            fault.error
        })
    }

    fn tidy_up(&mut self) {
        match self.connection.tidy_up() {
            Ok(false) => {}
            Ok(true) => Counters::add(&self.shared.counters.checkpoints, 1),
            Err(fault) if fault.fatal => self.fail(&fault.error),
            Err(fault) => tracing::warn!(error = %fault.error, "a checkpoint failed"),
        }
    }

    fn fail(&mut self, error: &DbError) {
        tracing::error!(error = %error, "the disk did not confirm a write; no more are accepted");
        self.shared.health.set(Health::Failed(format!(
            "the disk did not confirm a write, so the program has to be started again ({error})"
        )));
    }
}
