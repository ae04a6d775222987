//! Moving all rows from one database to another, for example from SQLite to PostgreSQL.

use std::thread;

use crate::catalog::{self, Kind, Table, quoted};
use crate::connection::{Connection, Purpose};
use crate::database::Db;
use crate::dialect::Dialect;
use crate::distribution;
use crate::error::DbError;
use crate::lane::Lane;
use crate::migrate;
use crate::options::Options;
use crate::row::Row;
use crate::tx::Tx;
use crate::value::{NO_PARAMS, Value};

/// Rows in one statement, unless they have too many columns.
const ROWS_AT_ONCE: usize = 100;

/// Parameters in one statement.
const PARAMETERS_AT_ONCE: usize = 2_000;

/// What was copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// How many tables.
    pub tables: u64,
    /// How many rows in all of them.
    pub rows: u64,
}

/// Copies every row of `from`, as they are at one moment, into `to`, in one transaction.
///
/// Both must have the same schema, and the tables of `to` must be empty; it errs otherwise, and
/// then nothing was copied.
pub fn copy_all(from: &Db, to: &Db) -> Result<Copied, DbError> {
    // The PostgreSQL driver cannot be used on a thread that runs tasks.
    thread::scope(|scope| {
        let worker = scope.spawn(|| copy_here(from, to));
        worker.join().unwrap_or_else(|_| Err(DbError::other("the copy ended by a panic")))
    })
}

fn copy_here(from: &Db, to: &Db) -> Result<Copied, DbError> {
    let options = Options { statement_cache: 64, ..to.options().clone() };
    let mut source = Connection::open(from.target(), from.options(), Purpose::Read)?;
    let mut target = Connection::open(to.target(), &options, Purpose::Write)?;
    source.begin_read()?;
    target.begin_write(Lane::ALL)?;
    let copied = copy_rows(&mut Tx::new(&mut source), &mut Tx::new(&mut target));
    source.rollback();
    match copied {
        Ok(copied) => {
            target.commit()?;
            Ok(copied)
        }
        Err(error) => {
            target.rollback();
            Err(error)
        }
    }
}

fn copy_rows(source: &mut Tx<'_>, target: &mut Tx<'_>) -> Result<Copied, DbError> {
    let (here, there) = (migrate::version(source)?, migrate::version(target)?);
    if here != there {
        return Err(DbError::Schema(format!(
            "the schemas differ: {here:04} here, {there:04} there; migrate both with the same \
             program first"
        )));
    }
    if distribution::is_under_way(target)? {
        return Err(DbError::other(
            "the target's tables are already distributed, but rows must be copied first: choose a \
             database that has only the extension, and run `entente migrate` on it afterwards",
        ));
    }
    let names = catalog::table_names(source)?;
    for name in &names {
        let count = format!("SELECT COUNT(*) FROM {}", quoted(name));
        if target.query_one(&count, NO_PARAMS, |row| row.int(0))? > 0 {
            return Err(DbError::other(format!("the target's table {name} is not empty")));
        }
    }
    let references = postpone_references(target)?;
    let mut copied = Copied { tables: 0, rows: 0 };
    for name in &names {
        let table = catalog::table(source, name)?;
        copied.rows += copy_table(source, target, &table)?;
        copied.tables += 1;
    }
    restore_references(target, &references)?;
    Ok(copied)
}

fn copy_table(source: &mut Tx<'_>, target: &mut Tx<'_>, table: &Table) -> Result<u64, DbError> {
    let width = table.columns.len().max(1);
    let at_once = ROWS_AT_ONCE.min(PARAMETERS_AT_ONCE / width).max(1);
    let full = insert(table, at_once);
    let mut waiting: Vec<Value<'static>> = Vec::with_capacity(at_once * width);
    let mut rows = 0;
    let sql = table.select(source.dialect());
    source.for_each(&sql, NO_PARAMS, |row| {
        for (index, column) in table.columns.iter().enumerate() {
            waiting.push(value(row, index, column.kind)?);
        }
        rows += 1;
        if waiting.len() >= at_once * width {
            target.execute(&full, &waiting)?;
            waiting.clear();
        }
        Ok(())
    })?;
    if !waiting.is_empty() {
        target.execute(&insert(table, waiting.len() / width), &waiting)?;
    }
    Ok(rows)
}

fn value(row: &Row<'_>, index: usize, kind: Kind) -> Result<Value<'static>, DbError> {
    Ok(match kind {
        Kind::Int => Value::from(row.opt_int(index)?),
        Kind::Text => Value::from(row.opt_text(index)?),
        Kind::Blob => Value::from(row.opt_blob(index)?),
    })
}

fn insert(table: &Table, rows: usize) -> String {
    let names: Vec<String> = table.columns.iter().map(|column| quoted(&column.name)).collect();
    let tuples: Vec<String> = (0..rows)
        .map(|row| {
            let markers: Vec<String> = (0..names.len())
                .map(|column| format!("${}", row * names.len() + column + 1))
                .collect();
            format!("({})", markers.join(", "))
        })
        .collect();
    format!(
        "INSERT INTO {} ({}) VALUES {}",
        quoted(&table.name),
        names.join(", "),
        tuples.join(", ")
    )
}

/// Rows arrive table by table, so a row may come before the one it refers to. References are
/// checked at the end instead; on PostgreSQL those that cannot wait are allowed to, until
/// [`restore_references`].
fn postpone_references(target: &mut Tx<'_>) -> Result<Vec<(String, String)>, DbError> {
    match target.dialect() {
        Dialect::Sqlite => {
            target.batch("PRAGMA defer_foreign_keys = ON")?;
            Ok(Vec::new())
        }
        Dialect::Postgres => {
            let references = target.query(
                "SELECT CAST(t.relname AS TEXT), CAST(c.conname AS TEXT) \
                 FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid \
                 JOIN pg_namespace n ON n.oid = t.relnamespace \
                 WHERE c.contype = 'f' AND NOT c.condeferrable \
                   AND n.nspname = current_schema() ORDER BY 1, 2",
                NO_PARAMS,
                |row| Ok((row.text(0)?, row.text(1)?)),
            )?;
            for (table, reference) in &references {
                target.batch(&alter(table, reference, "DEFERRABLE"))?;
            }
            target.batch("SET CONSTRAINTS ALL DEFERRED")?;
            Ok(references)
        }
    }
}

fn restore_references(target: &mut Tx<'_>, references: &[(String, String)]) -> Result<(), DbError> {
    if target.dialect() == Dialect::Postgres {
        target.batch("SET CONSTRAINTS ALL IMMEDIATE")?;
    }
    for (table, reference) in references {
        target.batch(&alter(table, reference, "NOT DEFERRABLE"))?;
    }
    Ok(())
}

fn alter(table: &str, reference: &str, when: &str) -> String {
    format!("ALTER TABLE {} ALTER CONSTRAINT {} {when}", quoted(table), quoted(reference))
}
