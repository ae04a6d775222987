//! What is stored, cell by cell: where a bit can be flipped.

use std::collections::BTreeSet;
use std::path::Path;

use db::{DbError, NO_PARAMS, Tx};
use frame::AppError;
use rig::Outcome;

use crate::inside::dice::Dice;

/// How many bytes a value takes in the file, as an expression.
fn width(column: &str) -> String {
    format!(
        "(CASE typeof(\"{column}\") WHEN 'null' THEN 0 WHEN 'integer' THEN \
         (CASE WHEN \"{column}\" BETWEEN -128 AND 127 THEN 1 \
         WHEN \"{column}\" BETWEEN -32768 AND 32767 THEN 2 \
         WHEN \"{column}\" BETWEEN -2147483648 AND 2147483647 THEN 4 ELSE 8 END) \
         ELSE LENGTH(CAST(\"{column}\" AS BLOB)) END)"
    )
}

/// A column with content.
#[derive(Debug, Clone)]
struct Column {
    table: String,
    name: String,
    /// The columns of the table's key.
    key: Vec<String>,
    bytes: u64,
}

/// Every column with content.
#[derive(Debug)]
pub(super) struct Cells(Vec<Column>);

/// One bit of one cell flipped, as a statement.
#[derive(Debug)]
pub(super) struct Flip {
    pub(super) table: String,
    pub(super) sql: String,
}

impl Cells {
    pub(super) fn read(tx: &mut Tx<'_>) -> Result<Cells, AppError> {
        let mut found = Vec::new();
        let mut tables = db::table_names(tx)?;
        tables.push("schema_migrations".to_owned());
        for table in tables {
            let sql = format!("SELECT name, pk FROM pragma_table_info('{table}') ORDER BY pk");
            let columns = tx.query(&sql, NO_PARAMS, |row| Ok((row.text(0)?, row.int(1)?)))?;
            let key: Vec<String> =
                columns.iter().filter(|(_, pk)| *pk > 0).map(|(name, _)| name.clone()).collect();
            for (name, _) in columns {
                let sql = format!("SELECT COALESCE(SUM({}), 0) FROM \"{table}\"", width(&name));
                let bytes = tx.query_one(&sql, NO_PARAMS, |row| row.int(0))?;
                let bytes = u64::try_from(bytes).unwrap_or(0);
                if bytes > 0 {
                    found.push(Column { table: table.clone(), name, key: key.clone(), bytes });
                }
            }
        }
        Ok(Cells(found))
    }

    /// How much content there is, in words.
    pub(super) fn size(&self) -> String {
        let bytes: u64 = self.0.iter().map(|column| column.bytes).sum();
        format!("{bytes} in {}", self.tables().len())
    }

    /// The tables with content, in order.
    pub(super) fn tables(&self) -> Vec<String> {
        let names: BTreeSet<&String> = self.0.iter().map(|column| &column.table).collect();
        names.into_iter().cloned().collect()
    }

    /// A bit of any byte of the content, each as likely as another.
    pub(super) fn anywhere(&self, dice: &mut Dice, file: &Path) -> Outcome<Flip> {
        let all: Vec<&Column> = self.0.iter().collect();
        one_of(&all, dice, file)
    }

    /// A bit of any byte of one table's content.
    pub(super) fn in_table(&self, table: &str, dice: &mut Dice, file: &Path) -> Outcome<Flip> {
        let of_table: Vec<&Column> = self.0.iter().filter(|column| column.table == table).collect();
        one_of(&of_table, dice, file)
    }
}

fn one_of(columns: &[&Column], dice: &mut Dice, file: &Path) -> Outcome<Flip> {
    let mut at = dice.below(columns.iter().map(|column| column.bytes).sum());
    for column in columns {
        if at < column.bytes {
            let found = db::look_into(file, |tx| flip(tx, column, (at, dice.below(8))));
            return found.map_err(|error: DbError| format!("{column:?}: {error}"));
        }
        at -= column.bytes;
    }
    Err("there is no content".to_owned())
}

/// The flip of a bit of the byte at a place of all values of a column.
fn flip(tx: &mut Tx<'_>, column: &Column, (mut at, bit): (u64, u64)) -> Result<Flip, DbError> {
    let Column { table, name, key, .. } = column;
    let names: Vec<String> =
        key.iter().map(|part| format!("'\"{part}\" IS ' || quote(\"{part}\")")).collect();
    let sql = format!(
        "SELECT {}, {}, typeof(\"{name}\"), HEX(CAST(\"{name}\" AS BLOB)), \
         CASE typeof(\"{name}\") WHEN 'integer' THEN \"{name}\" END FROM \"{table}\"",
        names.join(" || ' AND ' || "),
        width(name)
    );
    let found = tx.find_map(&sql, NO_PARAMS, |row| {
        let bytes = u64::try_from(row.int(1)?).unwrap_or(0);
        if at >= bytes {
            at -= bytes;
            return Ok(None);
        }
        let value = match row.opt_int(4)? {
            Some(number) => (number ^ (1_i64 << (at * 8 + bit))).to_string(),
            None => {
                let mut bytes = data_encoding::HEXUPPER
                    .decode(row.text(3)?.as_bytes())
                    .map_err(|error| DbError::Other(error.to_string()))?;
                let place = usize::try_from(at).unwrap_or(usize::MAX);
                if let Some(byte) = bytes.get_mut(place) {
                    *byte ^= 1 << bit;
                }
                format!("CAST(x'{}' AS {})", data_encoding::HEXUPPER.encode(&bytes), row.text(2)?)
            }
        };
        Ok(Some((row.text(0)?, value)))
    })?;
    let (place, value) = found.ok_or(DbError::NotFound)?;
    Ok(Flip {
        table: table.clone(),
        sql: format!("UPDATE \"{table}\" SET \"{name}\" = {value} WHERE {place}"),
    })
}
