//! The handle that everyone holds: reads and writes go through it to the database's threads.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::thread::{self, JoinHandle, ThreadId};

use parking_lot::Mutex;
use tokio::sync::oneshot;

use crate::action::{Question, ReadQuestion, Reply, WriteAction};
use crate::backup::{self, Backup};
use crate::catalog;
use crate::connection::Connection;
use crate::content;
use crate::dialect::{Dialect, Target};
use crate::error::DbError;
use crate::health::{self, Health, HealthCell};
use crate::lane::Lane;
use crate::migrate::{self, Applied, Migration, SchemaState};
use crate::options::{Durability, Options};
use crate::queue::{Queue, Rejected};
use crate::reader::Reader;
use crate::replica::Replica;
use crate::stats::{Counters, Stats};
use crate::threads::{join, spawn, start_writers};
use crate::turns::Turns;
use crate::tx::Tx;
use crate::writer::{Command, Desk, Exclusive};

/// What the threads share with the handle.
pub(crate) struct Shared {
    pub(crate) counters: Counters,
    pub(crate) health: HealthCell,
    /// What commits survive, from each lane's next batch on.
    pub(crate) durability: Mutex<Durability>,
}

/// An open database. Clones are cheap and mean the same database.
///
/// It can be used from tasks and from plain threads. When the last clone goes, waiting work is
/// finished and the connections are closed.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

struct Inner {
    target: Target,
    options: Options,
    shared: Arc<Shared>,
    to_write: Arc<Turns<Command>>,
    to_read: Arc<Queue<Box<dyn Question>>>,
    writers: Mutex<Vec<JoinHandle<()>>>,
    writer_threads: Vec<ThreadId>,
    readers: Mutex<Vec<JoinHandle<()>>>,
    replica: Option<Arc<Replica>>,
}

impl Db {
    /// Opens `sqlite:/path/of/file.db`, which is created if it is not there, or a
    /// `postgres://user@host/database`, which must exist.
    ///
    /// It errs when the address cannot be read or the database cannot be reached.
    pub fn open(url: &str, options: Options) -> Result<Db, DbError> {
        let target = Target::parse(url, &options)?;
        let shared = Arc::new(Shared {
            counters: Counters::default(),
            health: HealthCell::new(),
            durability: Mutex::new(options.durability),
        });
        let to_write = Arc::new(Turns::new(options.max_queue));
        let to_read = Arc::new(Queue::new(options.max_queue));
        let writers = start_writers(Desk {
            target: target.clone(),
            options: options.clone(),
            turns: Arc::clone(&to_write),
            shared: Arc::clone(&shared),
        })?;
        let mut inner = Inner {
            target,
            options,
            shared,
            to_write,
            to_read,
            writer_threads: writers.iter().map(|writer| writer.thread().id()).collect(),
            writers: Mutex::new(writers),
            readers: Mutex::new(Vec::new()),
            replica: None,
        };
        inner.start_readers()?;
        inner.watch_replica()?;
        Ok(Db(Arc::new(inner)))
    }

    /// Which database it is.
    pub fn dialect(&self) -> Dialect {
        self.0.target.dialect()
    }

    /// Runs `question` on one snapshot of the data, beside all writers.
    ///
    /// It errs with what the closure returns, [`DbError::Busy`] when too many reads wait, or
    /// [`DbError::Unavailable`].
    pub async fn read<T, E>(
        &self,
        question: impl FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let (sender, answer) = oneshot::channel();
        self.ask(Box::new(ReadQuestion::new(question, Reply::Task(sender))));
        answer.await.unwrap_or_else(|_| Err(ended().into()))
    }

    /// As [`Db::read`], for a thread that may wait.
    pub fn read_blocking<T, E>(
        &self,
        question: impl FnOnce(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let (sender, answer) = sync_channel(1);
        self.ask(Box::new(ReadQuestion::new(question, Reply::Thread(sender))));
        answer.recv().unwrap_or_else(|_| Err(ended().into()))
    }

    /// Runs `action` in one transaction, alone, and answers once its changes are durable. No
    /// other write runs at the same time; [`Db::write_in`] is for those that need not wait.
    ///
    /// The closure may run several times, because writers can collide, and only the changes of
    /// its last run stay: it must touch nothing but the transaction. When it returns an error,
    /// its changes are undone, and only its own.
    ///
    /// It errs with what the closure returns, [`DbError::Busy`] when too many writes wait, or a
    /// failure of the commit: then nothing of the batch was acknowledged.
    pub async fn write<T, E>(
        &self,
        action: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        self.write_in(Lane::ALL, action).await
    }

    /// As [`Db::write`], beside the writes of other lanes. The closure must not touch what belongs
    /// to another lane; what no lane owns it may.
    pub async fn write_in<T, E>(
        &self,
        lane: Lane,
        action: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let (sender, answer) = oneshot::channel();
        self.command(
            lane,
            Command::Act(Box::new(WriteAction::new(lane, action, Reply::Task(sender)))),
        );
        answer.await.unwrap_or_else(|_| Err(ended().into()))
    }

    /// As [`Db::write`], for a thread that may wait. Inside another write it is refused.
    pub fn write_blocking<T, E>(
        &self,
        action: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        self.write_in_blocking(Lane::ALL, action)
    }

    /// As [`Db::write_in`], for a thread that may wait. Inside another write it is refused.
    pub fn write_in_blocking<T, E>(
        &self,
        lane: Lane,
        action: impl FnMut(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let (sender, answer) = sync_channel(1);
        self.command(
            lane,
            Command::Act(Box::new(WriteAction::new(lane, action, Reply::Thread(sender)))),
        );
        answer.recv().unwrap_or_else(|_| Err(ended().into()))
    }

    /// Brings the schema up to date. Each migration is one transaction; several nodes may call
    /// this at once. `now_micros` is kept as the time of each.
    ///
    /// It errs with [`DbError::Schema`] when the database was migrated by a newer program, when a
    /// migration that was already applied has another text now, or when one fails.
    pub fn migrate(&self, migrations: &[Migration], now_micros: i64) -> Result<Applied, DbError> {
        let migrations = migrations.to_vec();
        self.alone(move |connection| {
            migrate::run(connection, &migrations, now_micros, &mut |_| Ok(()))
        })
    }

    /// Whether the schema is the one this program knows, without changing anything.
    ///
    /// It errs as [`Db::migrate`] when the schema is newer or was changed.
    pub fn check_schema(&self, migrations: &[Migration]) -> Result<SchemaState, DbError> {
        let migrations = migrations.to_vec();
        self.read_blocking(move |tx| migrate::check(tx, &migrations))
    }

    /// The number of the last applied migration, 0 for an empty database.
    pub fn schema_version(&self) -> Result<u32, DbError> {
        self.read_blocking(migrate::version)
    }

    /// Counters since the database was opened.
    pub fn stats(&self) -> Stats {
        self.0.shared.counters.snapshot(self.0.to_write.len(), self.0.to_read.len())
    }

    /// Whether writes are accepted.
    pub fn health(&self) -> Health {
        self.0.shared.health.get()
    }

    /// Waits until the disk has failed to confirm a write, and says what happened. From then on
    /// no write is accepted and the process should end. Without such a failure it waits for ever.
    pub fn failed(&self) -> impl Future<Output = String> + Send + 'static {
        health::failed(self.0.shared.health.watched())
    }

    /// Changes what later commits survive, from the next batch on.
    ///
    /// A bulk load sets [`Durability::Off`] before and [`Durability::Full`] after; the latter
    /// returns once everything loaded is on the disk.
    pub fn set_durability(&self, durability: Durability) -> Result<(), DbError> {
        let (sender, answer) = sync_channel(1);
        self.command(Lane::ALL, Command::Durability(durability, sender));
        answer.recv().unwrap_or_else(|_| Err(ended()))
    }

    /// Writes a copy of the database, as it is at one moment, to a file that must not exist yet.
    /// Reads and writes go on meanwhile. The copy is complete and synced when this returns.
    ///
    /// SQLite only: it errs on PostgreSQL, whose own tools make backups.
    pub fn backup_to(&self, path: &Path) -> Result<Backup, DbError> {
        match &self.0.target {
            Target::Sqlite(source) => backup::copy_file(source, path),
            Target::Postgres(_) => Err(DbError::other(
                "a PostgreSQL database is backed up with pg_dump or by copying it into SQLite",
            )),
        }
    }

    /// Checks that the stored data is whole: the pages, the indexes and the references between
    /// rows on SQLite; that every row can be read on PostgreSQL.
    ///
    /// It errs with the list of faults, at most 100.
    pub fn integrity_check(&self) -> Result<(), DbError> {
        self.read_blocking(backup::check)
    }

    /// A hash of the rows of the named tables: hexadecimal SHA-256, the same on both databases
    /// for the same rows.
    pub fn content_hash(&self, tables: &[String]) -> Result<String, DbError> {
        let tables = tables.to_vec();
        self.read_blocking(move |tx| content::hash(tx, &tables))
    }

    /// The names of all tables in order, without the one that lists the migrations.
    pub fn table_names(&self) -> Result<Vec<String>, DbError> {
        self.read_blocking(catalog::table_names)
    }

    /// Refuses new work, finishes what waits, and closes the connections. On return the files of
    /// an SQLite database may be moved.
    pub fn close(&self) {
        self.0.close();
    }

    pub(crate) fn replica(&self) -> Option<&Arc<Replica>> {
        self.0.replica.as_ref()
    }

    pub(crate) fn target(&self) -> &Target {
        &self.0.target
    }

    pub(crate) fn options(&self) -> &Options {
        &self.0.options
    }

    /// Runs `work` on a connection that writes, while no batch runs.
    pub(crate) fn alone<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, DbError> + Send + 'static,
    ) -> Result<T, DbError> {
        let (sender, answer) = sync_channel(1);
        let work: Exclusive = Box::new(move |connection| {
            drop(sender.send(connection.and_then(work)));
        });
        self.command(Lane::ALL, Command::Alone(work));
        answer.recv().unwrap_or_else(|_| Err(ended()))
    }

    fn ask(&self, question: Box<dyn Question>) {
        match self.0.to_read.push(question) {
            Ok(()) => {}
            Err(Rejected::Full(question)) => question.refuse(&DbError::Busy),
            Err(Rejected::Closed(question)) => question.refuse(&ended()),
        }
    }

    fn command(&self, lane: Lane, command: Command) {
        if self.0.writer_threads.contains(&thread::current().id()) {
            // It would wait for itself.
            command.refuse(&DbError::other("a write was started inside a write"));
            return;
        }
        // SQLite has one writer: whatever waits there may share a commit.
        let lane = match self.0.target {
            Target::Postgres(_) if self.0.options.lanes => lane,
            Target::Postgres(_) | Target::Sqlite(_) => Lane::ALL,
        };
        match self.0.to_write.push(lane, command) {
            Ok(()) => {}
            Err(Rejected::Full(command)) => command.refuse(&DbError::Busy),
            Err(Rejected::Closed(command)) => command.refuse(&ended()),
        }
    }
}

impl Inner {
    fn start_readers(&self) -> Result<(), DbError> {
        self.start_more(&self.target, &self.to_read, None)
    }

    fn start_more(
        &self,
        target: &Target,
        queue: &Arc<Queue<Box<dyn Question>>>,
        replica: Option<&Arc<Replica>>,
    ) -> Result<(), DbError> {
        let mut readers = self.readers.lock();
        for number in 0..self.options.readers.max(1) {
            let reader = Reader {
                target: target.clone(),
                options: self.options.clone(),
                queue: Arc::clone(queue),
                shared: Arc::clone(&self.shared),
                replica: replica.cloned(),
            };
            readers.push(spawn(&format!("db-reader-{number}"), move || reader.run())?);
        }
        Ok(())
    }

    fn watch_replica(&mut self) -> Result<(), DbError> {
        if let Some((replica, watcher)) = Replica::start(&self.target, &self.options)? {
            self.readers.lock().push(watcher);
            self.start_more(replica.target(), &replica.queue, Some(&replica))?;
            self.replica = Some(replica);
        }
        Ok(())
    }

    /// The readers end first, so that a writer's connection is the last and leaves no log.
    fn close(&self) {
        self.to_read.close();
        if let Some(replica) = &self.replica {
            replica.close();
        }
        for reader in std::mem::take(&mut *self.readers.lock()) {
            join(reader);
        }
        self.to_write.close();
        for writer in std::mem::take(&mut *self.writers.lock()) {
            join(writer);
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.close();
    }
}

pub(crate) fn ended() -> DbError {
    DbError::unavailable("the database is being closed")
}
