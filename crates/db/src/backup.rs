//! Copies of a running SQLite database, and whether what is stored is whole.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use rusqlite::backup::{Backup as Copying, StepResult};
use rusqlite::{Connection, OpenFlags};

use crate::catalog::{self, quoted};
use crate::connection::{Connection as Stored, Purpose, fault};
use crate::dialect::{Dialect, Target};
use crate::error::DbError;
use crate::options::Options;
use crate::tx::Tx;
use crate::value::NO_PARAMS;

/// A finished backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// The size of the file.
    pub bytes: u64,
}

/// Copies the file as it is at one moment. All pages are taken in one step, under one snapshot:
/// a copy in several steps would begin anew with each commit.
pub(crate) fn copy_file(source: &Path, path: &Path) -> Result<Backup, DbError> {
    if path.exists() {
        return Err(DbError::other(format!("{} exists already", path.display())));
    }
    let partial = partial_path(path);
    let outcome = copy_pages(source, &partial).and_then(|()| put_in_place(&partial, path));
    if outcome.is_err()
        && let Err(error) = fs::remove_file(&partial)
    {
        tracing::debug!(error = %error, "no partial backup was left");
    }
    outcome
}

fn partial_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".partial");
    PathBuf::from(name)
}

fn copy_pages(source: &Path, partial: &Path) -> Result<(), DbError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let failed = |error: rusqlite::Error| fault(&error).error;
    create_private(partial)?;
    let from = Connection::open_with_flags(source, flags).map_err(failed)?;
    let create = flags | OpenFlags::SQLITE_OPEN_CREATE;
    let mut to = Connection::open_with_flags(partial, create).map_err(failed)?;
    {
        let copying = Copying::new(&from, &mut to).map_err(failed)?;
        match copying.step(-1).map_err(failed)? {
            StepResult::Done => {}
            StepResult::More | StepResult::Busy | StepResult::Locked => return Err(DbError::Busy),
            other => {
                return Err(DbError::other(format!("the copy was not finished: {other:?}")));
            }
        }
    }
    // One file without a log beside it, so that it can be moved by any means.
    to.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(())).map_err(failed)?;
    to.close().map_err(|(_, error)| failed(error))
}

/// An empty file that nobody but the owner reads, where the system knows owners: the copy holds
/// everything that the database does.
fn create_private(path: &Path) -> Result<(), DbError> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let made = options.open(path);
    made.map(drop).map_err(|error| DbError::unavailable(format!("{}: {error}", path.display())))
}

fn put_in_place(partial: &Path, path: &Path) -> Result<Backup, DbError> {
    let failed =
        |error: std::io::Error| DbError::unavailable(format!("{}: {error}", path.display()));
    let file = File::open(partial).map_err(failed)?;
    file.sync_all().map_err(failed)?;
    let bytes = file.metadata().map_err(failed)?.len();
    fs::rename(partial, path).map_err(failed)?;
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        Some(_) | None => Path::new("."),
    };
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
    Ok(Backup { bytes })
}

/// Reads an SQLite file that no process has open, for example a backup, on one connection and
/// without changing it.
///
/// It errs with what the closure returns, or when the file is missing or no database.
pub fn look_into<T, E: From<DbError>>(
    path: &Path,
    question: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let target = Target::Sqlite(path.to_path_buf());
    let mut connection = Stored::open(&target, &Options::default(), Purpose::Read)?;
    connection.begin_read().map_err(|fault| fault.error)?;
    let answer = question(&mut Tx::new(&mut connection));
    connection.rollback();
    answer
}

/// Checks that the stored data is whole, as [`Db::integrity_check`](crate::Db::integrity_check)
/// does, in a transaction at hand.
///
/// It errs with the list of faults, at most 100.
pub fn check(tx: &mut Tx<'_>) -> Result<(), DbError> {
    match tx.dialect() {
        Dialect::Sqlite => check_sqlite(tx),
        Dialect::Postgres => {
            for name in catalog::table_names(tx)? {
                let table = catalog::table(tx, &name)?;
                let columns: Vec<String> =
                    table.columns.iter().map(|column| quoted(&column.name)).collect();
                let sql = format!("SELECT {} FROM {}", columns.join(", "), quoted(&name));
                tx.for_each(&sql, NO_PARAMS, |_| Ok(()))?;
            }
            Ok(())
        }
    }
}

fn check_sqlite(tx: &mut Tx<'_>) -> Result<(), DbError> {
    let mut faults = tx.query("PRAGMA integrity_check(100)", NO_PARAMS, |row| row.text(0))?;
    faults.retain(|line| line != "ok");
    let orphans = tx.query("PRAGMA foreign_key_check", NO_PARAMS, |row| {
        Ok(format!("a row of {} refers to a missing row of {}", row.text(0)?, row.text(2)?))
    })?;
    faults.extend(orphans);
    faults.truncate(100);
    if faults.is_empty() {
        Ok(())
    } else {
        Err(DbError::other(format!("the database is damaged: {}", faults.join("; "))))
    }
}
