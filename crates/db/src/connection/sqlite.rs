//! The SQLite side: write-ahead log, one durable commit for many, checkpoints whose errors count.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{OpenFlags, Statement, ffi};

use super::statements::Statements;
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
        let durability = options.durability;
        let inner = Statements::new(inner, options.statement_cache);
        let mut connection =
            SqliteConnection { inner, path: path.to_path_buf(), log_pages, durability };
        if purpose == Purpose::Write {
            connection.set_pragma(durability).map_err(|fault| at(path, &fault.error))?;
        }
        Ok(connection)
    }

    pub(super) fn control(&mut self, sql: &'static str) -> Result<(), Fault> {
        let done = self.inner.with(sql, |statement| statement.raw_execute().map(|_| ()));
        done.map_err(|error| fault(&error))
    }

    pub(super) fn commit(&mut self) -> Result<(), Fault> {
        self.control("COMMIT").inspect_err(|_| self.rollback())
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
        match changed.map_err(|error| fault(&error))? {
            Some(changed) => Ok(u64::try_from(changed).unwrap_or(u64::MAX)),
            None => Err(miscounted()),
        }
    }

    pub(super) fn batch(&mut self, sql: &str) -> Result<(), Fault> {
        self.inner.connection().execute_batch(sql).map_err(|error| fault(&error))
    }

    pub(super) fn visit(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        each: Each<'_>,
    ) -> Result<(), Fault> {
        checked(params)?;
        let mut refused = None;
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
        seen.map_err(|error| fault(&error))?;
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

/// Names a failure and says whether the disk's word is in doubt.
pub(crate) fn fault(error: &rusqlite::Error) -> Fault {
    let Some(cause) = error.sqlite_error() else {
        return Fault::statement(DbError::other(error.to_string()));
    };
    let detail = error.to_string();
    let extended = cause.extended_code;
    let named = match extended & 0xff {
        ffi::SQLITE_CONSTRAINT => constraint(extended, detail),
        ffi::SQLITE_FULL => DbError::DiskFull,
        // The shared index of the log could not grow: there was no room for it.
        ffi::SQLITE_IOERR if extended == ffi::SQLITE_IOERR_SHMSIZE => DbError::DiskFull,
        ffi::SQLITE_IOERR | ffi::SQLITE_CANTOPEN => DbError::Unavailable { detail },
        ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED => DbError::Busy,
        ffi::SQLITE_READONLY => DbError::ReadOnly,
        _ => DbError::Other(detail),
    };
    let unconfirmed = [
        ffi::SQLITE_IOERR_FSYNC,
        ffi::SQLITE_IOERR_DIR_FSYNC,
        ffi::SQLITE_IOERR_WRITE,
        ffi::SQLITE_IOERR_TRUNCATE,
    ];
    Fault { error: named, fatal: unconfirmed.contains(&extended), spoils: true }
}

fn constraint(extended: i32, detail: String) -> DbError {
    match extended {
        ffi::SQLITE_CONSTRAINT_UNIQUE
        | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
        | ffi::SQLITE_CONSTRAINT_ROWID => DbError::UniqueViolation { detail },
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => DbError::ForeignKeyViolation { detail },
        ffi::SQLITE_CONSTRAINT_TRIGGER => DbError::Refused { detail },
        _ => DbError::CheckViolation { detail },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(code: i32) -> Fault {
        fault(&rusqlite::Error::SqliteFailure(ffi::Error::new(code), None))
    }

    #[test]
    fn only_an_unconfirmed_write_is_fatal() {
        for code in [ffi::SQLITE_IOERR_FSYNC, ffi::SQLITE_IOERR_DIR_FSYNC, ffi::SQLITE_IOERR_WRITE]
        {
            assert!(named(code).fatal, "{code}");
            assert!(matches!(named(code).error, DbError::Unavailable { .. }), "{code}");
        }
        for code in [ffi::SQLITE_IOERR_READ, ffi::SQLITE_FULL, ffi::SQLITE_BUSY] {
            assert!(!named(code).fatal, "{code}");
        }
        assert_eq!(named(ffi::SQLITE_FULL).error, DbError::DiskFull);
        assert_eq!(named(ffi::SQLITE_IOERR_SHMSIZE).error, DbError::DiskFull);
        assert_eq!(named(ffi::SQLITE_BUSY).error, DbError::Busy);
    }
}
