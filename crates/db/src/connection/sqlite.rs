//! The SQLite side: write-ahead log, one durable commit for many, checkpoints whose errors count.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{OpenFlags, Statement};

use super::faults::fault;
use super::statements::Statements;
use super::watch::Watch;
use super::{Each, Purpose};
use crate::error::{DbError, Fault};
use crate::options::{Durability, Options};
use crate::row::Row;
use crate::value::Value;

/// How long a statement waits for another process that holds the file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// Pages of 4 KiB in the log after which the writer moves them into the main file (16 MiB).
const CHECKPOINT_PAGES: i32 = 4_000;

/// Pages in the log after which the writer waits briefly for readers, so that the log can begin
/// again from its start instead of growing (256 MiB).
const RESTART_PAGES: i32 = 64_000;

/// How often a transaction is begun again because the schema changed.
const MOST_BEGINNINGS: usize = 5;

/// What is deleted or replaced is overwritten: a backup takes whole pages, also what lies between
/// their rows.
const WRITER_PRAGMAS: &str = "
    PRAGMA secure_delete = ON;
    PRAGMA cache_size = -65536;
    PRAGMA temp_store = MEMORY;
    PRAGMA journal_size_limit = 67108864;
    PRAGMA foreign_keys = ON;
    PRAGMA wal_autocheckpoint = 0;";

const READER_PRAGMAS: &str = "
    PRAGMA cache_size = -8192;
    PRAGMA mmap_size = 268435456;
    PRAGMA temp_store = MEMORY;
    PRAGMA foreign_keys = ON;
    PRAGMA query_only = ON;";

pub(crate) struct SqliteConnection {
    inner: Statements,
    /// Keeps the sums of rows, on a connection that writes.
    watch: Option<Watch>,
    path: PathBuf,
    /// Pages in the log after the last commit of this connection.
    log_pages: Arc<AtomicI32>,
    durability: Durability,
}

impl SqliteConnection {
    pub(crate) fn open(
        path: &Path,
        options: &Options,
        purpose: Purpose,
    ) -> Result<SqliteConnection, DbError> {
        let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        if purpose == Purpose::Write {
            flags |= OpenFlags::SQLITE_OPEN_CREATE;
        }
        let log_pages = Arc::new(AtomicI32::new(0));
        let open = || -> Result<rusqlite::Connection, Fault> {
            let failed = |error: rusqlite::Error| fault(&error);
            let mut inner = rusqlite::Connection::open_with_flags(path, flags).map_err(failed)?;
            inner.busy_timeout(BUSY_TIMEOUT).map_err(failed)?;
            // Plans do not depend on the values bound, so that no statement is prepared twice.
            inner.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(failed)?;
            match purpose {
                Purpose::Write => prepare_writer(&mut inner, path, &log_pages)?,
                Purpose::Read | Purpose::Replica => {
                    inner.execute_batch(READER_PRAGMAS).map_err(failed)?;
                }
            }
            Ok(inner)
        };
        let inner = open().map_err(|fault| at(path, &fault.error))?;
        let watch = match purpose {
            Purpose::Write => Some(Watch::on(&inner).map_err(|e| at(path, &fault(&e).error))?),
            Purpose::Read | Purpose::Replica => None,
        };
        let durability = options.durability;
        let inner = Statements::new(inner, options.statement_cache);
        let mut connection =
            SqliteConnection { inner, watch, path: path.to_path_buf(), log_pages, durability };
        if purpose == Purpose::Write {
            connection.set_pragma(durability).map_err(|fault| at(path, &fault.error))?;
        }
        Ok(connection)
    }

    pub(super) fn control(&mut self, sql: &'static str) -> Result<(), Fault> {
        let done = self.inner.with(sql, |statement| statement.raw_execute().map(|_| ()));
        done.map_err(|error| fault(&error))?;
        if let Some(watch) = &mut self.watch {
            watch.follow(sql);
        }
        Ok(())
    }

    /// Begins to write. Another process may have changed the schema in the moment before.
    pub(super) fn begin_write(&mut self) -> Result<(), Fault> {
        let failed = |error: rusqlite::Error| fault(&error);
        for _ in 0..MOST_BEGINNINGS {
            if let Some(watch) = &mut self.watch {
                watch.arm(&mut self.inner).map_err(failed)?;
            }
            self.control("BEGIN IMMEDIATE")?;
            let Some(watch) = &self.watch else { return Ok(()) };
            match watch.is_current(&mut self.inner).map_err(failed) {
                Ok(true) => return Ok(()),
                Ok(false) => self.rollback(),
                Err(fault) => {
                    self.rollback();
                    return Err(fault);
                }
            }
        }
        Err(Fault::statement(DbError::Busy))
    }

    pub(super) fn watch(&mut self, on: bool) -> Result<(), Fault> {
        let Some(watch) = &mut self.watch else { return Ok(()) };
        watch.turn(self.inner.connection(), on).map_err(|error| fault(&error))
    }

    pub(super) fn pending_sums(&self) -> Vec<(usize, u128)> {
        self.watch.as_ref().map(Watch::pending).unwrap_or_default()
    }

    pub(super) fn forget_sums(&mut self) {
        if let Some(watch) = &mut self.watch {
            watch.forget();
        }
    }

    pub(super) fn commit(&mut self) -> Result<(), Fault> {
        self.settle().and_then(|()| self.control("COMMIT")).inspect_err(|_| self.rollback())
    }

    /// SQLite may have ended the transaction by itself; then there is nothing to add to.
    fn settle(&mut self) -> Result<(), Fault> {
        if !self.in_transaction() {
            return Ok(());
        }
        let Some(watch) = &mut self.watch else { return Ok(()) };
        watch.settle(&mut self.inner).map_err(|error| fault(&error))
    }

    /// How far the journal of sums is, and how many rows were changed.
    fn place(&self) -> (usize, u64) {
        (self.watch.as_ref().map_or(0, Watch::mark), self.total_changes())
    }

    /// A statement that failed has changed nothing, but may have got as far as some rows.
    fn undone_since(&self, (mark, changes): (usize, u64)) {
        if let Some(watch) = &self.watch
            && self.total_changes() == changes
        {
            watch.undo(mark);
        }
    }

    pub(super) fn rollback(&mut self) {
        if self.in_transaction()
            && let Err(fault) = self.control("ROLLBACK")
        {
            tracing::warn!(error = %fault.error, "a transaction could not be rolled back");
        }
    }

    pub(super) fn total_changes(&self) -> u64 {
        self.inner.connection().total_changes()
    }

    pub(super) fn in_transaction(&self) -> bool {
        !self.inner.connection().is_autocommit()
    }

    pub(super) fn execute(&mut self, sql: &str, params: &[Value<'_>]) -> Result<u64, Fault> {
        checked(params)?;
        let place = self.place();
        let changed = self.inner.with(sql, |statement| {
            if !bound(statement, params)? {
                return Ok(None);
            }
            if statement.column_count() == 0 {
                return statement.raw_execute().map(Some);
            }
            let mut rows = statement.raw_query();
            let mut count = 0;
            while rows.next()?.is_some() {
                count += 1;
            }
            Ok(Some(count))
        });
        match changed.inspect_err(|_| self.undone_since(place)).map_err(|error| fault(&error))? {
            Some(changed) => Ok(u64::try_from(changed).unwrap_or(u64::MAX)),
            None => Err(miscounted()),
        }
    }

    pub(super) fn batch(&mut self, sql: &str) -> Result<(), Fault> {
        let place = self.place();
        let done = self.inner.connection().execute_batch(sql);
        done.inspect_err(|_| self.undone_since(place)).map_err(|error| fault(&error))
    }

    pub(super) fn visit(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        each: Each<'_>,
    ) -> Result<(), Fault> {
        checked(params)?;
        let mut refused = None;
        let place = self.place();
        let seen = self.inner.with(sql, |statement| {
            if !bound(statement, params)? {
                refused = Some(miscounted());
                return Ok(());
            }
            let mut rows = statement.raw_query();
            while let Some(row) = rows.next()? {
                match each(&Row::sqlite(row)) {
                    Ok(true) => {}
                    Ok(false) => break,
                    Err(error) => {
                        refused = Some(Fault::caller(error));
                        break;
                    }
                }
            }
            Ok(())
        });
        seen.inspect_err(|_| self.undone_since(place)).map_err(|error| fault(&error))?;
        refused.map_or(Ok(()), Err)
    }

    pub(super) fn set_durability(&mut self, durability: Durability) -> Result<(), Fault> {
        let before = std::mem::replace(&mut self.durability, durability);
        self.set_pragma(durability)?;
        if before != Durability::Full && durability == Durability::Full {
            self.checkpoint("PRAGMA wal_checkpoint(TRUNCATE)")?;
            self.sync_file()?;
        }
        Ok(())
    }

    fn set_pragma(&mut self, durability: Durability) -> Result<(), Fault> {
        self.batch(match durability {
            Durability::Full => "PRAGMA synchronous = FULL",
            Durability::Normal => "PRAGMA synchronous = NORMAL",
            Durability::Off => "PRAGMA synchronous = OFF",
        })
    }

    /// Pages that were moved into the main file while nothing waited for the disk are only
    /// known to be there after this.
    fn sync_file(&self) -> Result<(), Fault> {
        let synced = File::open(&self.path).and_then(|file| file.sync_all());
        synced.map_err(|error| Fault {
            error: DbError::unavailable(format!("the database file was not synced: {error}")),
            fatal: true,
            spoils: true,
        })
    }

    pub(super) fn checkpoint_when_due(&mut self) -> Result<bool, Fault> {
        let pages = self.log_pages.load(Ordering::Relaxed);
        if pages < CHECKPOINT_PAGES {
            return Ok(false);
        }
        self.log_pages.store(0, Ordering::Relaxed);
        if pages < RESTART_PAGES {
            self.checkpoint("PRAGMA wal_checkpoint(PASSIVE)")?;
        } else {
            self.checkpoint("PRAGMA wal_checkpoint(RESTART)")?;
        }
        Ok(true)
    }

    fn checkpoint(&mut self, sql: &'static str) -> Result<(), Fault> {
        let outcome = self.inner.connection().query_row(sql, [], |_| Ok(()));
        match outcome.map_err(|error| fault(&error)) {
            Ok(()) => Ok(()),
            // Someone still reads the log, or the disk is full: the next checkpoint moves it.
            Err(fault) if matches!(fault.error, DbError::Busy | DbError::DiskFull) => Ok(()),
            Err(fault) => Err(fault),
        }
    }
}

fn prepare_writer(
    inner: &mut rusqlite::Connection,
    path: &Path,
    log_pages: &Arc<AtomicI32>,
) -> Result<(), Fault> {
    let failed = |error: rusqlite::Error| fault(&error);
    let mode: String =
        inner.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0)).map_err(failed)?;
    if mode != "wal" {
        return Err(Fault::statement(DbError::other(
            "the file system does not support SQLite's write-ahead log; use a local disk",
        )));
    }
    inner.execute_batch(WRITER_PRAGMAS).map_err(failed)?;
    sync_folder(inner, path)?;
    let pages = Arc::clone(log_pages);
    inner
        .wal_hook(Some(move |_: &mut rusqlite::hooks::Wal, count| {
            pages.store(count, Ordering::Relaxed);
            Ok(())
        }))
        .map_err(failed)
}

/// The log is made when the database is first read, and its name has to survive as well as what
/// is written to it. SQLite syncs the folder too, but goes on when that fails.
fn sync_folder(inner: &rusqlite::Connection, path: &Path) -> Result<(), Fault> {
    inner.execute_batch("SELECT COUNT(*) FROM sqlite_schema").map_err(|error| fault(&error))?;
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    };
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(|error| {
        let words = format!("the folder of the database was not synced: {error}");
        Fault { error: DbError::unavailable(words), fatal: true, spoils: true }
    })
}

fn checked(params: &[Value<'_>]) -> Result<(), Fault> {
    params.iter().try_for_each(Value::check).map_err(Fault::statement)
}

/// Binds the values; false when there are more or fewer than the statement uses.
fn bound(statement: &mut Statement<'_>, params: &[Value<'_>]) -> rusqlite::Result<bool> {
    if statement.parameter_count() != params.len() {
        return Ok(false);
    }
    for (position, value) in params.iter().enumerate() {
        statement.raw_bind_parameter(position + 1, value)?;
    }
    Ok(true)
}

fn miscounted() -> Fault {
    Fault::statement(DbError::other("the statement uses more or fewer parameters than were given"))
}

fn at(path: &Path, error: &DbError) -> DbError {
    DbError::unavailable(format!("{}: {error}", path.display()))
}
