//! What tables there are and what their columns hold, told alike by both databases.

use std::collections::BTreeMap;

use crate::connection::{LANE, TURN};
use crate::dialect::Dialect;
use crate::distribution::WAITING;
use crate::error::DbError;
use crate::own::{BOOK, SUMS};
use crate::params;
use crate::tx::Tx;
use crate::value::NO_PARAMS;

/// What a column holds, of the three types both databases store alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Int,
    Text,
    Blob,
}

#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// Position in the primary key from 1, 0 for a column outside it.
    pub(crate) key_position: i64,
}

#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub(crate) name: String,
    /// In the order of their names, which is the same on both databases.
    pub(crate) columns: Vec<Column>,
}

impl Table {
    /// A statement that reads every row, in any order.
    pub(crate) fn select_unordered(&self) -> String {
        let names: Vec<String> = self.columns.iter().map(|column| quoted(&column.name)).collect();
        format!("SELECT {} FROM {}", names.join(", "), quoted(&self.name))
    }

    /// A statement that reads every row, ordered by the primary key byte by byte; by all columns
    /// where there is none.
    pub(crate) fn select(&self, dialect: Dialect) -> String {
        let names: Vec<String> = self.columns.iter().map(|column| quoted(&column.name)).collect();
        let mut key: Vec<&Column> =
            self.columns.iter().filter(|column| column.key_position > 0).collect();
        key.sort_by_key(|column| column.key_position);
        if key.is_empty() {
            key = self.columns.iter().collect();
        }
        let order: Vec<String> = key
            .into_iter()
            .map(|column| match (dialect, column.kind) {
                (Dialect::Postgres, Kind::Text) => {
                    format!("{} COLLATE \"C\" NULLS FIRST", quoted(&column.name))
                }
                (Dialect::Sqlite, _) | (Dialect::Postgres, Kind::Int | Kind::Blob) => {
                    format!("{} NULLS FIRST", quoted(&column.name))
                }
            })
            .collect();
        format!(
            "SELECT {} FROM {} ORDER BY {}",
            names.join(", "),
            quoted(&self.name),
            order.join(", ")
        )
    }
}

/// A name as an SQL identifier.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

const SQLITE_TABLES: &str = "SELECT name FROM pragma_table_list \
     WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' \
     ORDER BY name";

const POSTGRES_TABLES: &str = "SELECT CAST(table_name AS TEXT) FROM information_schema.tables \
     WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' \
     ORDER BY CAST(table_name AS TEXT) COLLATE \"C\"";

const SQLITE_COLUMNS: &str =
    "SELECT name, LOWER(type), pk FROM pragma_table_info($1) ORDER BY name";

const POSTGRES_COLUMNS: &str = "SELECT CAST(c.column_name AS TEXT), CAST(c.data_type AS TEXT), \
       CAST(COALESCE(k.ordinal_position, 0) AS BIGINT) \
     FROM information_schema.columns c \
     LEFT JOIN information_schema.table_constraints t \
       ON t.table_schema = c.table_schema AND t.table_name = c.table_name \
      AND t.constraint_type = 'PRIMARY KEY' \
     LEFT JOIN information_schema.key_column_usage k \
       ON k.constraint_schema = t.constraint_schema AND k.constraint_name = t.constraint_name \
      AND k.table_name = c.table_name AND k.column_name = c.column_name \
     WHERE c.table_schema = current_schema() AND CAST(c.table_name AS TEXT) = $1 \
       AND c.is_generated = 'NEVER' \
     ORDER BY CAST(c.column_name AS TEXT) COLLATE \"C\"";

/// All tables in order of their names, without the book of migrations, the sums of rows, and those
/// that are locked and hold nothing.
pub fn table_names(tx: &mut Tx<'_>) -> Result<Vec<String>, DbError> {
    let sql = match tx.dialect() {
        Dialect::Sqlite => SQLITE_TABLES,
        Dialect::Postgres => POSTGRES_TABLES,
    };
    let mut names = tx.query(sql, NO_PARAMS, |row| row.text(0))?;
    names.retain(|name| {
        ![BOOK, TURN, WAITING, SUMS].contains(&name.as_str()) && !name.starts_with(LANE)
    });
    Ok(names)
}

/// How many rows each table has, in order of their names.
pub fn row_counts(tx: &mut Tx<'_>) -> Result<BTreeMap<String, i64>, DbError> {
    let mut counts = BTreeMap::new();
    for name in table_names(tx)? {
        let sql = format!("SELECT COUNT(*) FROM {}", quoted(&name));
        let count = tx.query_one(&sql, NO_PARAMS, |row| row.int(0))?;
        counts.insert(name, count);
    }
    Ok(counts)
}

/// One table with its columns; it errs when there is no such table or a column holds a type that
/// the two databases do not store alike.
pub(crate) fn table(tx: &mut Tx<'_>, name: &str) -> Result<Table, DbError> {
    let sql = match tx.dialect() {
        Dialect::Sqlite => SQLITE_COLUMNS,
        Dialect::Postgres => POSTGRES_COLUMNS,
    };
    let found =
        tx.query(sql, params![name], |row| Ok((row.text(0)?, row.text(1)?, row.int(2)?)))?;
    if found.is_empty() {
        return Err(DbError::other(format!("there is no table {name}")));
    }
    let mut columns = Vec::with_capacity(found.len());
    for (column, declared, key_position) in found {
        let kind = kind(&declared).ok_or_else(|| {
            DbError::other(format!("the type {declared} of {name}.{column} cannot be carried over"))
        })?;
        columns.push(Column { name: column, kind, key_position });
    }
    Ok(Table { name: name.to_owned(), columns })
}

fn kind(declared: &str) -> Option<Kind> {
    match declared {
        "bigint" | "integer" | "smallint" | "int" => Some(Kind::Int),
        "text" | "character varying" | "varchar" => Some(Kind::Text),
        "blob" | "bytea" => Some(Kind::Blob),
        _ => None,
    }
}
