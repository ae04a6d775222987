//! One batch: closures run one after the other so that each can be undone alone, one commit, and
//! only then the answers.

use std::time::{Duration, Instant};

use crate::action::Action;
use crate::clock::{Stopwatch, back_off};
use crate::error::{DbError, Fault};
use crate::health::Health;
use crate::lane::Lane;
use crate::stats::Counters;
use crate::tx::Tx;
use crate::writer::{Command, Writer};

/// How often a batch is run again after a collision or a lost connection.
pub(crate) const RETRIES: u32 = 10;

/// The first wait before a batch runs again, and the longest; ten of them pass in 2 to 5 seconds.
pub(crate) const RETRY_WAIT: Duration = Duration::from_millis(5);
pub(crate) const RETRY_WAIT_LIMIT: Duration = Duration::from_millis(500);

/// How many batches are run with savepoints after one that needed them.
const CAREFUL_BATCHES: u32 = 8;

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
pub(crate) enum Company {
    Welcome,
    Refused,
}

impl Writer {
    /// Runs a batch that begins with these closures, and answers them; how many there were.
    pub(crate) fn batch(
        &mut self,
        lane: Lane,
        mut actions: Vec<Box<dyn Action>>,
        company: Company,
    ) -> usize {
        // While the connection is known to be away, callers are told at once instead of waiting.
        let retries = match self.desk.shared.health.get() {
            Health::Interrupted(_) => 1,
            Health::Ready | Health::Failed(_) => RETRIES,
        };
        let mut attempt = 0;
        let failure = loop {
            let stop = match self.run_batch(lane, &mut actions, company) {
                Ok(()) => break None,
                Err(stop) => stop,
            };
            self.connection.rollback();
            match stop {
                Stop::Again(_) if attempt < retries => {
                    Counters::add(&self.desk.shared.counters.retries, 1);
                    self.seed = self.seed.wrapping_add(1);
                    back_off(attempt, RETRY_WAIT, RETRY_WAIT_LIMIT, self.seed);
                    attempt += 1;
                }
                Stop::Carefully => self.careful = CAREFUL_BATCHES,
                Stop::Apart(_) if actions.len() > 1 => {
                    let count = actions.len();
                    for action in actions {
                        self.batch(lane, vec![action], Company::Refused);
                    }
                    return count;
                }
                Stop::Again(error) | Stop::Apart(error) | Stop::Over(error) => break Some(error),
                Stop::Fatal(error) => {
                    self.fail(&error);
                    break Some(error);
                }
            }
        };
        let count = actions.len();
        self.careful = self.careful.saturating_sub(1);
        if let Some(error) = &failure {
            Counters::add(&self.desk.shared.counters.failed_commits, 1);
            tracing::warn!(error = %error, actions = count, "a batch was not committed");
        }
        for action in actions {
            action.answer(failure.as_ref());
        }
        count
    }

    /// Runs the given closures and those that arrive meanwhile, and commits what succeeded.
    fn run_batch(
        &mut self,
        lane: Lane,
        actions: &mut Vec<Box<dyn Action>>,
        company: Company,
    ) -> Result<(), Stop> {
        let deadline = Stopwatch::start().after(self.desk.options.gather);
        let (mut kept, mut undone) = (0, 0);
        while kept + undone < actions.len() || self.joined(lane, actions, (company, deadline)) {
            if !self.connection.in_transaction() {
                self.begin(lane)?;
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
            self.desk.shared.counters.committed(kept, watch.elapsed());
        } else {
            self.connection.rollback();
        }
        Counters::add(&self.desk.shared.counters.undone, undone);
        Ok(())
    }

    /// Takes one more closure into the batch, if one waits or callers of the last batch are
    /// likely to come back within the time to gather.
    fn joined(
        &self,
        lane: Lane,
        actions: &mut Vec<Box<dyn Action>>,
        (company, deadline): (Company, Instant),
    ) -> bool {
        if company == Company::Refused || actions.len() >= self.desk.options.max_batch.max(1) {
            return false;
        }
        let turns = &self.desk.turns;
        let wait = (actions.len() < turns.expected(lane)).then_some(deadline);
        match turns.join(lane, wait, |command| matches!(command, Command::Act(_))) {
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
        let mut tx = Tx::new(&mut self.connection)
            .writing(action.lane(), self.number)
            .through(self.desk.options.seam.as_ref());
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

    fn begin(&mut self, lane: Lane) -> Result<(), Stop> {
        if self.connection.is_lost() {
            self.reconnect().map_err(Stop::Again)?;
        }
        let durability = *self.desk.shared.durability.lock();
        if self.desk.options.durability != durability {
            self.desk.options.durability = durability;
            self.connection.note_durability(durability);
        }
        match self.connection.begin_write(lane) {
            Ok(()) => {
                self.number = self.desk.shared.counters.begin();
                Ok(())
            }
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
}
