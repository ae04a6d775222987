//! Reading rows of any listed table, each with what was kept of it last.

use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};

use db::{DbError, Row, Tx, Value};
use parking_lot::RwLock;
use serde::Serialize;

use super::{Column, Key, Table};
use frame::secrets;

/// How many rows are read with one statement, where there are many.
pub(super) const AT_ONCE: usize = 50;

/// A row as it is, and as it was kept last.
#[derive(Debug)]
pub(super) struct Kept {
    /// Its key, the parts separated by `/`.
    pub(super) key: String,
    /// What it says: JSON of the columns in order.
    pub(super) says: String,
    /// What was kept of it last; `None` when nothing was.
    pub(super) said: Option<String>,
}

/// What a statement reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reads {
    /// One row, as it is.
    New,
    /// One row, and what was kept of it.
    One,
    /// At most [`AT_ONCE`] rows, and what was kept of them.
    Many,
}

type Texts = RwLock<BTreeMap<(&'static str, Reads), Arc<str>>>;

/// Statements are put together once, so that each table has few, and the database knows them.
static TEXTS: LazyLock<Texts> = LazyLock::new(Texts::default);

impl Table {
    /// The key of a row as links name it.
    fn key_text(&self) -> String {
        let part = |key: &Key| match key {
            Key::Text(name) => format!("t.{name}"),
            Key::Number(name) => format!("CAST(t.{name} AS TEXT)"),
        };
        self.key.iter().map(part).collect::<Vec<_>>().join(" || '/' || ")
    }

    /// All rows of the vendor `$1`, as [`kept`] reads them; a further condition can follow.
    pub(super) fn select(&self) -> String {
        let said = format!(
            "(SELECT a.said FROM audit_rows a WHERE a.vendor_id = $1 \
             AND a.kind = '{}' AND a.key = {} ORDER BY a.seq DESC LIMIT 1)",
            self.name,
            self.key_text()
        );
        self.select_with(&said)
    }

    fn select_with(&self, said: &str) -> String {
        let (key, name) = (self.key_text(), self.name);
        let mut columns = String::new();
        for column in self.columns {
            columns.push_str(", t.");
            columns.push_str(column.name());
        }
        format!("SELECT {key}, {said}{columns} FROM {name} t WHERE t.vendor_id = $1")
    }

    /// The condition that picks the row of the key whose parts are parameters from `first` on.
    fn is_key(&self, first: usize) -> String {
        let part = |(number, key): (usize, &Key)| format!("t.{} = ${number}", key.name());
        (first..).zip(self.key).map(part).collect::<Vec<_>>().join(" AND ")
    }

    /// The parts of a key as its columns hold them, so that an index finds them. A part that is no
    /// number is that of no row.
    pub(super) fn key_params<'k>(
        &self,
        key: &'k [String],
    ) -> impl Iterator<Item = Value<'k>> + use<'k> {
        let columns: &'static [Key] = self.key;
        columns.iter().zip(key).map(|(column, part)| match column {
            Key::Text(_) => part.as_str().into(),
            Key::Number(_) => part.parse::<i64>().unwrap_or(i64::MIN).into(),
        })
    }

    fn text(&self, reads: Reads) -> Arc<str> {
        if let Some(text) = TEXTS.read().get(&(self.name, reads)) {
            return text.clone();
        }
        let count = if reads == Reads::Many { AT_ONCE } else { 1 };
        let each = (0..count).map(|at| format!("({})", self.is_key(2 + at * self.key.len())));
        let select = match reads {
            Reads::New => self.select_with("CAST(NULL AS TEXT)"),
            Reads::One | Reads::Many => self.select(),
        };
        let text = format!("{select} AND ({})", each.collect::<Vec<_>>().join(" OR "));
        let text: Arc<str> = text.into();
        TEXTS.write().insert((self.name, reads), text.clone());
        text
    }

    /// Each statement that finds rows by their keys, with the number of its parameters.
    pub fn statements(&self) -> [(Arc<str>, usize); 3] {
        [(Reads::New, 1), (Reads::One, 1), (Reads::Many, AT_ONCE)]
            .map(|(reads, rows)| (self.text(reads), 1 + rows * self.key.len()))
    }

    /// A row as it is, without what was kept of it: it was made in this transaction.
    pub(super) fn new_row(
        &self,
        tx: &mut Tx<'_>,
        vendor_id: &str,
        key: &[String],
    ) -> Result<Option<Kept>, DbError> {
        let mut params: Vec<Value<'_>> = vec![vendor_id.into()];
        params.extend(self.key_params(key));
        tx.query_opt(&self.text(Reads::New), &params, |row| kept(self, row))
    }

    /// The rows of at most [`AT_ONCE`] keys, and what was kept of them last.
    pub(super) fn rows(
        &self,
        tx: &mut Tx<'_>,
        vendor_id: &str,
        keys: &[Vec<String>],
    ) -> Result<Vec<Kept>, DbError> {
        let Some(last) = keys.last() else {
            return Ok(Vec::new());
        };
        let reads = if keys.len() == 1 { Reads::One } else { Reads::Many };
        let filled = if reads == Reads::Many { AT_ONCE } else { 1 };
        let keys = keys.iter().chain(std::iter::repeat(last)).take(filled);
        let mut params: Vec<Value<'_>> = vec![vendor_id.into()];
        params.extend(keys.flat_map(|key| self.key_params(key)));
        tx.query(&self.text(reads), &params, |row| kept(self, row))
    }
}

/// A row that [`Table::select`] gave.
pub(super) fn kept(table: &Table, row: &Row<'_>) -> Result<Kept, DbError> {
    let mut says = Vec::with_capacity(16 * table.columns.len());
    for (at, column) in (2..).zip(table.columns) {
        says.push(if at == 2 { b'[' } else { b',' });
        let written = match column {
            Column::Text(_) => row.opt_with_text(at, |text| write(&mut says, text))?,
            Column::Number(_) => row.opt_int(at)?.map(|number| write(&mut says, &number)),
            Column::Hash(_) => row.opt_with_text(at, |text| write(&mut says, &digest(text)))?,
        };
        written.unwrap_or_else(|| write(&mut says, &()))?;
    }
    says.push(b']');
    let says = String::from_utf8(says).map_err(|error| DbError::Other(error.to_string()))?;
    let (key, said) = row.read()?;
    Ok(Kept { key, says, said })
}

/// Adds a value to a text of JSON.
fn write<T: Serialize + ?Sized>(says: &mut Vec<u8>, value: &T) -> Result<(), DbError> {
    serde_json::to_writer(says, value).map_err(|error| DbError::Other(error.to_string()))
}

/// The first 128 bits of the SHA-256 of a text, in hexadecimal.
fn digest(text: &str) -> String {
    let mut hash = secrets::hash(text);
    hash.truncate(32);
    hash
}

/// What was kept last of one key; `None` when nothing was.
pub(super) fn last_said(
    tx: &mut Tx<'_>,
    vendor_id: &str,
    kind: &str,
    key: &str,
) -> Result<Option<String>, DbError> {
    tx.query_opt_as::<String, _>(
        "SELECT said FROM audit_rows WHERE vendor_id = $1 AND kind = $2 AND key = $3 \
         ORDER BY seq DESC LIMIT 1",
        db::params![vendor_id, kind, key],
    )
}
