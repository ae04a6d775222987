//! The threads that write, each with its own connection. SQLite has one of them.

use std::sync::Arc;
use std::sync::mpsc::SyncSender;
use std::time::Duration;

use crate::action::Action;
use crate::batch::{Company, RETRIES, RETRY_WAIT, RETRY_WAIT_LIMIT};
use crate::clock::{Stopwatch, back_off};
use crate::connection::{Connection, Purpose};
use crate::database::Shared;
use crate::dialect::Target;
use crate::error::DbError;
use crate::health::Health;
use crate::lane::Lane;
use crate::options::{Durability, Options};
use crate::stats::Counters;
use crate::turns::Turns;

/// How often a lost connection is tried while nothing waits to be written.
const RECONNECT_EVERY: Duration = Duration::from_millis(250);

/// Work that needs a connection for writing to itself, while no batch runs.
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

/// What a thread that writes is started with.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) target: Target,
    pub(crate) options: Options,
    pub(crate) turns: Arc<Turns<Command>>,
    pub(crate) shared: Arc<Shared>,
}

impl Desk {
    /// Works on a connection that is made when there is something to do, until the queue is closed
    /// and empty. Once that has failed it is tried again without being asked.
    pub(crate) fn run_when_needed(self) {
        let mut away = false;
        loop {
            let deadline = away.then(|| Stopwatch::start().after(RECONNECT_EVERY));
            if let Some((lane, command)) = self.turns.begin(deadline) {
                match self.open_patiently() {
                    Ok(mut writer) => {
                        self.shared.health.set(Health::Ready);
                        writer.turn(lane, command);
                        return writer.run();
                    }
                    Err(error) => {
                        self.shared.health.set(Health::Interrupted(error.to_string()));
                        command.refuse(&error);
                        self.turns.end(lane, 1);
                        away = true;
                    }
                }
            } else if self.turns.is_finished() {
                return;
            } else if let Ok(writer) = Writer::open(self.clone()) {
                self.shared.health.set(Health::Ready);
                return writer.run();
            }
        }
    }

    /// A server that is just being replaced by another is waited for, as by a batch that has lost
    /// its connection.
    fn open_patiently(&self) -> Result<Writer, DbError> {
        let mut attempt = 0;
        loop {
            match Writer::open(self.clone()) {
                Err(error) if error.is_transient() && self.is_patient(attempt) => {
                    back_off(attempt, RETRY_WAIT, RETRY_WAIT_LIMIT, u64::from(attempt));
                    attempt += 1;
                }
                outcome => return outcome,
            }
        }
    }

    fn is_patient(&self, attempt: u32) -> bool {
        attempt < RETRIES && self.shared.health.get() == Health::Ready
    }
}

pub(crate) struct Writer {
    pub(crate) connection: Connection,
    pub(crate) desk: Desk,
    pub(crate) seed: u64,
    /// How many more batches give each closure its savepoint.
    pub(crate) careful: u32,
    /// The number of the transaction that was begun last.
    pub(crate) number: u64,
}

impl Writer {
    /// Connects on the calling thread, which must be the one that will run.
    pub(crate) fn open(desk: Desk) -> Result<Writer, DbError> {
        let connection = Connection::open(&desk.target, &desk.options, Purpose::Write)?;
        let seed = u64::from(std::process::id());
        Ok(Writer { connection, desk, seed, careful: 0, number: 0 })
    }

    /// Works until the queue is closed and empty.
    pub(crate) fn run(mut self) {
        while let Some((lane, command)) = self.next() {
            self.turn(lane, command);
        }
    }

    /// Carries one command out, with those that may join it.
    fn turn(&mut self, lane: Lane, command: Command) {
        let mut ran = 1;
        if let Some(detail) = self.desk.shared.health.failure() {
            command.refuse(&DbError::Unavailable { detail });
        } else {
            match command {
                Command::Act(first) => ran = self.batch(lane, vec![first], Company::Welcome),
                Command::Alone(work) => self.alone(work),
                Command::Durability(durability, reply) => {
                    drop(reply.send(self.change_durability(durability)));
                }
            }
            self.tidy_up();
        }
        self.desk.turns.end(lane, ran);
    }

    fn next(&mut self) -> Option<(Lane, Command)> {
        while self.connection.is_lost() {
            let deadline = Stopwatch::start().after(RECONNECT_EVERY);
            if let Some(next) = self.desk.turns.begin(Some(deadline)) {
                return Some(next);
            }
            if self.desk.turns.is_finished() {
                return None;
            }
            if let Err(error) = self.reconnect() {
                tracing::debug!(error = %error, "the database is still away");
            }
        }
        self.desk.turns.begin(None)
    }

    pub(crate) fn reconnect(&mut self) -> Result<(), DbError> {
        match Connection::open(&self.desk.target, &self.desk.options, Purpose::Write) {
            Ok(connection) => {
                std::mem::replace(&mut self.connection, connection).end();
                self.desk.target.went_elsewhere();
                Counters::add(&self.desk.shared.counters.reconnects, 1);
                self.desk.shared.health.set(Health::Ready);
                tracing::info!("the connection for writing was made again");
                Ok(())
            }
            Err(error) => {
                self.desk.shared.health.set(Health::Interrupted(error.to_string()));
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
        *self.desk.shared.durability.lock() = durability;
        self.desk.options.durability = durability;
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
            Ok(true) => Counters::add(&self.desk.shared.counters.checkpoints, 1),
            Err(fault) if fault.fatal => self.fail(&fault.error),
            Err(fault) => tracing::warn!(error = %fault.error, "a checkpoint failed"),
        }
    }

    pub(crate) fn fail(&mut self, error: &DbError) {
        tracing::error!(error = %error, "the disk did not confirm a write; no more are accepted");
        self.desk.shared.health.set(Health::Failed(format!(
            "the disk did not confirm a write, so the program has to be started again ({error})"
        )));
    }
}
