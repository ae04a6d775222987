//! Comparing rows with what was kept of them. Rule AU-01.

use db::{DbError, Tx};
use serde_json::Value as Json;

use super::{
    ACCEPTED, Column, Key, Table,
    keep::{GONE, is_complete, is_same},
    select::{self, Kept},
};
use frame::clock::from_micros;

/// The most differences that are told in words.
const MOST_TOLD: usize = 200;
/// How many keys are looked up at once.
const AT_ONCE: i64 = 500;

/// What the comparison found.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Differences {
    /// Rows that were compared.
    pub compared: u64,
    /// Rows that cannot be compared: they were written before rows were kept.
    pub unknown: u64,
    /// Every difference, the first 200 in words.
    pub count: usize,
    /// Which row, which column, what the row says, and what it should say.
    pub words: Vec<String>,
    /// The rows that are not what was kept of them.
    pub(super) changed: Vec<Changed>,
}

/// A row that is not what was kept of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Changed {
    pub(super) table: &'static str,
    pub(super) key: String,
    /// What it says now.
    pub(super) says: String,
}

impl Differences {
    /// Takes one more difference.
    pub fn add(&mut self, words: String) {
        self.count += 1;
        if self.words.len() < MOST_TOLD {
            self.words.push(words);
        }
    }

    /// Takes those of another comparison.
    pub fn join(&mut self, other: Differences) {
        self.compared += other.compared;
        self.unknown += other.unknown;
        self.count += other.count;
        self.words.extend(other.words);
        self.words.truncate(MOST_TOLD);
        self.changed.extend(other.changed);
    }
}

/// Compares every row of a vendor in these tables with what was kept of it last, and finds rows
/// that are gone, that nothing was kept of, and that a write found changed. Rule AU-01.
pub fn compare(
    tx: &mut Tx<'_>,
    vendor_id: &str,
    tables: &[&'static Table],
) -> Result<Differences, DbError> {
    let mut found = Differences::default();
    let is_complete = is_complete(tx, vendor_id)?;
    for table in tables {
        let mut there = 0_i64;
        tx.for_each(&table.select(), db::params![vendor_id], |row| {
            let row = select::kept(table, row)?;
            if row.said.as_ref().is_some_and(|said| said != GONE) {
                there += 1;
            }
            look(&mut found, table, &row, is_complete);
            Ok(())
        })?;
        if is_complete && there < expected(tx, vendor_id, table)? {
            gone(tx, vendor_id, table, &mut found)?;
        }
    }
    noticed(tx, vendor_id, tables, &mut found)?;
    Ok(found)
}

fn look(found: &mut Differences, table: &'static Table, row: &Kept, is_complete: bool) {
    if !is_complete {
        found.unknown += 1;
        return;
    }
    found.compared += 1;
    if row.said.as_deref().is_some_and(|said| is_same(said, &row.says)) {
        return;
    }
    let name = format!("{} {}", table.title, row.key);
    let (key, says) = (row.key.clone(), row.says.clone());
    found.changed.push(Changed { table: table.name, key, says });
    match row.said.as_deref() {
        Some(GONE) => {
            found.add(format!("{name}: the row exists; the audit trail says it was deleted"));
        }
        Some(said) => {
            for words in columns(table, said, &row.says) {
                found.add(format!("{name}: {words}"));
            }
        }
        None => found.add(format!("{name}: the audit trail does not mention this row")),
    }
}

/// Each column that differs, in words.
fn columns(table: &Table, said: &str, says: &str) -> Vec<String> {
    let values = |text: &str| serde_json::from_str::<Vec<Json>>(text).unwrap_or_default();
    let (said, says) = (values(said), values(says));
    let pairs = table.columns.iter().zip(said.iter().zip(&says));
    pairs
        .filter(|(_, (said, says))| said != says)
        .map(|(column, (said, says))| {
            format!(
                "{} is {}; the audit trail says {}",
                column.name(),
                shown(*column, says),
                shown(*column, said)
            )
        })
        .collect()
}

fn shown(column: Column, value: &Json) -> String {
    match (column, value) {
        (Column::Hash(_), Json::String(hash)) => format!("a text with SHA-256 {hash}…"),
        (Column::Text(_), Json::String(text)) if !text.is_empty() => text.clone(),
        (Column::Number(name), Json::Number(number)) if name.ends_with("_at") => {
            number.as_i64().map_or_else(|| number.to_string(), |at| from_micros(at).to_string())
        }
        (_, Json::Number(number)) => number.to_string(),
        _ => "nothing".to_owned(),
    }
}

/// Of how many keys of a table the last link says that the row is there.
fn expected(tx: &mut Tx<'_>, vendor_id: &str, table: &Table) -> Result<i64, DbError> {
    tx.query_one_as::<i64, _>(
        "SELECT COUNT(*) FROM audit_rows r WHERE r.vendor_id = $1 AND r.kind = $2 \
         AND r.said <> 'null' AND NOT EXISTS (SELECT 1 FROM audit_rows l \
         WHERE l.vendor_id = r.vendor_id AND l.kind = r.kind AND l.key = r.key AND l.seq > r.seq)",
        db::params![vendor_id, table.name],
    )
}

/// Names the rows that are missing.
fn gone(
    tx: &mut Tx<'_>,
    vendor_id: &str,
    table: &'static Table,
    found: &mut Differences,
) -> Result<(), DbError> {
    let mut after = String::new();
    loop {
        let keys = tx.query_as::<String, _>(
            "SELECT DISTINCT r.key FROM audit_rows r WHERE r.vendor_id = $1 AND r.kind = $2 \
             AND r.key > $3 ORDER BY r.key LIMIT $4",
            db::params![vendor_id, table.name, &after, AT_ONCE],
        )?;
        let Some(last) = keys.last() else {
            return Ok(());
        };
        after.clone_from(last);
        for key in keys {
            let parts: Vec<String> = key.split('/').map(str::to_owned).collect();
            let is_there =
                parts.len() == table.key.len() && !table.rows(tx, vendor_id, &[parts])?.is_empty();
            if !is_there
                && select::last_said(tx, vendor_id, table.name, &key)?.as_deref() != Some(GONE)
            {
                found.add(format!(
                    "{} {key}: the row is missing; the audit trail says it exists",
                    table.title
                ));
                found.changed.push(Changed { table: table.name, key, says: GONE.to_owned() });
            }
        }
    }
}

/// What writes of the product found changed, unless somebody answered for it since.
fn noticed(
    tx: &mut Tx<'_>,
    vendor_id: &str,
    tables: &[&'static Table],
    found: &mut Differences,
) -> Result<(), DbError> {
    let links = tx.query_as::<(i64, String, String, String, Option<String>), _>(
        "SELECT r.at, r.kind, r.key, r.said, (SELECT b.said FROM audit_rows b \
         WHERE b.vendor_id = $1 AND b.kind = r.kind AND b.key = r.key \
         AND b.seq < r.seq ORDER BY b.seq DESC LIMIT 1) FROM audit_rows r \
         WHERE r.vendor_id = $1 AND r.found = 1 AND r.seq > COALESCE((SELECT MAX(k.seq) \
         FROM audit_rows k WHERE k.vendor_id = $1 AND k.kind = $2 AND k.key = ''), 0) \
         ORDER BY r.seq",
        db::params![vendor_id, ACCEPTED],
    )?;
    for (at, kind, key, said, before) in links {
        let Some(table) = tables.iter().find(|table| table.name == kind) else {
            continue;
        };
        let before = before.unwrap_or_else(|| GONE.to_owned());
        let mut words = columns(table, &before, &said);
        if before == GONE || said == GONE {
            words = vec![
                if said == GONE { "the row was deleted" } else { "a row was inserted" }.to_owned(),
            ];
        }
        for words in words {
            found.add(format!(
                "{} {key}: changed outside the product, detected by a write on {}: {words}",
                table.title,
                from_micros(at)
            ));
        }
    }
    Ok(())
}

impl Table {
    /// The keys of the vendor's rows after `after` in the order of the key, at most `limit`.
    pub(super) fn keys_after(
        &self,
        tx: &mut Tx<'_>,
        vendor_id: &str,
        (after, limit): (&[String], i64),
    ) -> Result<Vec<Vec<String>>, DbError> {
        let names: Vec<String> = self.key.iter().map(|key| format!("t.{}", key.name())).collect();
        let mut params: Vec<db::Value<'_>> = vec![vendor_id.into(), limit.into()];
        params.extend(self.key_params(after));
        let beyond = if after.is_empty() {
            String::new()
        } else {
            let marks: Vec<String> = (3..).zip(after).map(|(n, _)| format!("${n}")).collect();
            format!(" AND ({}) > ({})", names.join(", "), marks.join(", "))
        };
        let sql = format!(
            "SELECT {0} FROM {1} t WHERE t.vendor_id = $1{beyond} ORDER BY {0} LIMIT $2",
            names.join(", "),
            self.name
        );
        tx.query(&sql, &params, |row| {
            let part = |(at, key): (usize, &Key)| match key {
                Key::Text(_) => row.text(at),
                Key::Number(_) => row.int(at).map(|number| number.to_string()),
            };
            self.key.iter().enumerate().map(part).collect()
        })
    }
}
