//! Keeping the sums of rows while rows are written on SQLite: triggers that exist on this
//! connection only give each row that goes or comes to a function of this program.

use std::sync::Arc;

use parking_lot::Mutex;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension as _};

use super::statements::Statements;
use crate::catalog::quoted;
use crate::content::{put_blob, put_int, put_null, put_text};
use crate::own::SUMS;
use crate::sum::{add, sum_of};

/// What the triggers call: the place of the table, whether the row goes, and its columns in the
/// order of their names.
const FUNCTION: &str = "db_row";

/// How the names of the triggers begin.
const TRIGGER: &str = "db_sum_";

/// What the rows written in a transaction add to the sums, in order.
type Journal = Arc<Mutex<Vec<(usize, u128)>>>;

/// A row as bytes: room that is used again.
type Bytes = Mutex<Vec<u8>>;

/// What watches one connection that writes.
pub(super) struct Watch {
    journal: Journal,
    /// How long the journal was at each open savepoint.
    marks: Vec<usize>,
    /// The version of the schema for which the triggers were made.
    schema: Option<i64>,
    is_off: bool,
}

impl Watch {
    /// Makes the function known to the connection.
    pub(super) fn on(connection: &Connection) -> rusqlite::Result<Watch> {
        let journal = Journal::default();
        let (noted, bytes) = (Arc::clone(&journal), Bytes::default());
        connection.create_scalar_function(
            FUNCTION,
            -1,
            FunctionFlags::SQLITE_UTF8,
            move |row| {
                let (table, sum) = row_sum(row, &mut bytes.lock())?;
                noted.lock().push((table, sum));
                Ok(0_i64)
            },
        )?;
        Ok(Watch { journal, marks: Vec::new(), schema: None, is_off: false })
    }

    /// Stops watching, or goes on: statements of migrations change tables beneath the triggers.
    pub(super) fn turn(&mut self, connection: &Connection, on: bool) -> rusqlite::Result<()> {
        self.is_off = !on;
        self.schema = None;
        disarm(connection)
    }

    /// Makes the triggers before a transaction, unless they are there for this schema.
    pub(super) fn arm(&mut self, statements: &mut Statements) -> rusqlite::Result<()> {
        self.forget();
        if self.is_off {
            return Ok(());
        }
        let version = schema_version(statements)?;
        if self.schema != Some(version) {
            let connection = statements.connection();
            disarm(connection)?;
            arm(connection)?;
            self.schema = Some(version);
        }
        Ok(())
    }

    /// Whether the schema is still the one of the triggers, in the transaction.
    pub(super) fn is_current(&self, statements: &mut Statements) -> rusqlite::Result<bool> {
        Ok(self.is_off || self.schema == Some(schema_version(statements)?))
    }

    /// Follows savepoints. Called once the statement of control was carried out.
    pub(super) fn follow(&mut self, sql: &str) {
        let mut journal = self.journal.lock();
        if sql.starts_with("SAVEPOINT") {
            self.marks.push(journal.len());
        } else if sql.starts_with("RELEASE") {
            self.marks.pop();
        } else if sql.starts_with("ROLLBACK TO") {
            journal.truncate(self.marks.last().copied().unwrap_or(0));
        } else if sql == "ROLLBACK" || sql == "COMMIT" {
            self.marks.clear();
            journal.clear();
        }
    }

    /// How much the rows written so far added: what [`Watch::undo`] goes back to.
    pub(super) fn mark(&self) -> usize {
        self.journal.lock().len()
    }

    /// Forgets what a statement that failed has added.
    pub(super) fn undo(&self, mark: usize) {
        self.journal.lock().truncate(mark);
    }

    /// Forgets everything: no transaction is open, or the sums were computed anew.
    pub(super) fn forget(&mut self) {
        self.marks.clear();
        self.journal.lock().clear();
    }

    /// What was written so far.
    pub(super) fn pending(&self) -> Vec<(usize, u128)> {
        self.journal.lock().clone()
    }

    /// Adds what was written to the sums, before the commit.
    pub(super) fn settle(&mut self, statements: &mut Statements) -> rusqlite::Result<()> {
        let added = std::mem::take(&mut *self.journal.lock());
        if added.is_empty() {
            return Ok(());
        }
        let read = format!("SELECT sums FROM {SUMS}");
        let mut sums: Vec<u8> = statements.with(&read, |statement| {
            let kept: Option<Vec<u8>> = statement.query_row([], |row| row.get(0)).optional()?;
            Ok(kept.unwrap_or_default())
        })?;
        add(&mut sums, added);
        statements.with(&format!("UPDATE {SUMS} SET sums = $1"), |statement| {
            statement.raw_bind_parameter(1, &sums)?;
            statement.raw_execute().map(|_| ())
        })
    }
}

fn schema_version(statements: &mut Statements) -> rusqlite::Result<i64> {
    statements.with("PRAGMA schema_version", |statement| statement.query_row([], |row| row.get(0)))
}

/// The place of the table that a row is of, and what it adds to the table's sum.
fn row_sum(row: &Context<'_>, bytes: &mut Vec<u8>) -> rusqlite::Result<(usize, u128)> {
    let table: i64 = row.get(0)?;
    let goes: bool = row.get(1)?;
    bytes.clear();
    for at in 2..row.len() {
        match row.get_raw(at) {
            ValueRef::Null => put_null(bytes),
            ValueRef::Integer(number) => put_int(bytes, number),
            // No column holds one; it is summed all the same.
            ValueRef::Real(number) => bytes.extend(number.to_be_bytes()),
            ValueRef::Text(text) => put_text(bytes, text),
            ValueRef::Blob(blob) => put_blob(bytes, blob),
        }
    }
    let sum = sum_of(bytes);
    let sum = if goes { sum.wrapping_neg() } else { sum };
    Ok((usize::try_from(table).unwrap_or(usize::MAX), sum))
}

fn disarm(connection: &Connection) -> rusqlite::Result<()> {
    let sql = format!("SELECT name FROM temp.sqlite_schema WHERE name LIKE '{TRIGGER}%'");
    let mut statement = connection.prepare(&sql)?;
    let names: Vec<String> =
        statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    for name in names {
        connection.execute_batch(&format!("DROP TRIGGER temp.{name}"))?;
    }
    Ok(())
}

fn arm(connection: &Connection) -> rusqlite::Result<()> {
    let there = format!("SELECT COUNT(*) FROM main.sqlite_schema WHERE name = '{SUMS}'");
    let is_there: bool = connection.query_row(&there, [], |row| row.get(0))?;
    if !is_there {
        return Ok(());
    }
    let names = connection.query_row(&format!("SELECT names FROM {SUMS}"), [], |row| row.get(0));
    let names: String = names.optional()?.unwrap_or_default();
    let sql = "SELECT name FROM pragma_table_info(?1) ORDER BY name";
    let mut columns = connection.prepare(sql)?;
    for (place, table) in names.split_whitespace().enumerate() {
        let rows = columns.query_map([table], |row| row.get::<_, String>(0))?;
        let of_row = rows.collect::<Result<Vec<_>, _>>()?;
        let call = |goes: u8, which: &str| {
            let values: Vec<String> =
                of_row.iter().map(|name| format!("{which}.{}", quoted(name))).collect();
            format!("SELECT {FUNCTION}({place}, {goes}, {});", values.join(", "))
        };
        let (old, new) = (call(1, "OLD"), call(0, "NEW"));
        let changed = format!("{old} {new}");
        let events = [("INSERT", &new), ("DELETE", &old), ("UPDATE", &changed)];
        for (number, (event, calls)) in events.into_iter().enumerate() {
            connection.execute_batch(&format!(
                "CREATE TEMP TRIGGER {TRIGGER}{place}_{number} AFTER {event} ON main.{} \
                 BEGIN {calls} END",
                quoted(table)
            ))?;
        }
    }
    Ok(())
}
