//! The baseline: the same rows, one durable transaction after the other.

use std::{path::Path, sync::Arc, time::Instant};

use app::migrations;
use db::{Db, Options};

use super::open;

/// A row as the database gave it.
type Cells = Vec<Cell>;

enum Cell {
    Null,
    Int(i64),
    Text(String),
    Blob(Vec<u8>),
}

/// The tables that registering a deal writes, and how a run's rows are told from those before.
const WRITTEN: [&str; 9] = [
    "accounts",
    "account_domains",
    "deal_registrations",
    "deal_registration_entries",
    "deal_registration_receipts",
    "audit_entries",
    "audit_details",
    "events_feed",
    "idempotency_answers",
];

/// Inserts the rows of `count` registrations and prints how long it took.
pub(super) fn run(folder: &Path, target: &Path, count: usize) {
    let source = open(folder, Options::default());
    let rows = read(&source, count);
    let options = Options { max_batch: 1, ..Options::default() };
    let fresh = open(target, options);
    fresh.migrate(migrations::ALL, 0).expect("the schema");
    copy_vendors(&source, &fresh);
    source.close();
    let rows: Vec<Arc<Vec<(String, Cells)>>> = rows.into_iter().map(Arc::new).collect();
    let total: usize = rows.iter().map(|one| one.len()).sum();
    let began = Instant::now();
    for one in &rows {
        let one = one.clone();
        fresh
            .write_blocking(move |tx| {
                for (sql, cells) in one.iter() {
                    let values: Vec<db::Value<'_>> = cells.iter().map(value).collect();
                    tx.execute(sql, &values)?;
                }
                Ok::<(), db::DbError>(())
            })
            .expect("an insert");
    }
    let elapsed = began.elapsed();
    println!(
        "{}",
        serde_json::json!({
            "registrations": rows.len(), "rows": total, "micros": u64::try_from(elapsed.as_micros()).unwrap_or(0),
        })
    );
    fresh.close();
}

fn value(cell: &Cell) -> db::Value<'_> {
    match cell {
        Cell::Null => db::Value::Null,
        Cell::Int(number) => db::Value::from(*number),
        Cell::Text(text) => db::Value::from(text.as_str()),
        Cell::Blob(bytes) => db::Value::from(bytes.as_slice()),
    }
}

/// The vendors, which the other rows refer to, are copied before the clock runs.
fn copy_vendors(source: &Db, fresh: &Db) {
    let columns = columns(source, "vendors");
    let rows = newest(source, "vendors", columns.len(), 25);
    let marks: Vec<String> = (1..=columns.len()).map(|n| format!("${n}")).collect();
    let sql = format!("INSERT INTO vendors ({}) VALUES ({})", columns.join(", "), marks.join(", "));
    fresh
        .write_blocking(move |tx| {
            for cells in &rows {
                let values: Vec<db::Value<'_>> = cells.iter().map(value).collect();
                tx.execute(&sql, &values)?;
            }
            Ok::<(), db::DbError>(())
        })
        .unwrap_or_else(|error: db::DbError| panic!("{error}"));
}

/// The last `count` registrations' rows: for each table its newest rows, dealt out evenly.
fn read(source: &Db, count: usize) -> Vec<Vec<(String, Cells)>> {
    let mut dealt: Vec<Vec<(String, Cells)>> = (0..count).map(|_| Vec::new()).collect();
    for table in WRITTEN {
        let columns = columns(source, table);
        let names: Vec<&str> = columns.iter().map(String::as_str).collect();
        let marks: Vec<String> = (1..=names.len()).map(|n| format!("${n}")).collect();
        let insert = format!(
            "INSERT INTO {table} ({}) VALUES ({}) ON CONFLICT DO NOTHING",
            names.join(", "),
            marks.join(", ")
        );
        let rows = newest(source, table, names.len(), count);
        let each = rows.len().div_ceil(count.max(1)).max(1);
        for (index, row) in rows.into_iter().enumerate() {
            if let Some(one) = dealt.get_mut(index / each) {
                one.push((insert.clone(), row));
            }
        }
    }
    dealt
}

fn columns(source: &Db, table: &'static str) -> Vec<String> {
    source
        .read_blocking(move |tx| {
            let sql = format!("SELECT name FROM pragma_table_info('{table}') ORDER BY cid");
            tx.query_as::<String, _>(&sql, &[])
        })
        .unwrap_or_else(|error: db::DbError| panic!("{table}: {error}"))
}

fn newest(source: &Db, table: &'static str, width: usize, count: usize) -> Vec<Cells> {
    source
        .read_blocking(move |tx| {
            // Four rows of a table for one registration are the most that any writes.
            let most = i64::try_from(count * 4).unwrap_or(i64::MAX);
            let order = if table == "idempotency_answers" { "kept_at" } else { "rowid" };
            let sql = format!("SELECT * FROM {table} ORDER BY {order} DESC LIMIT {most}");
            tx.query(&sql, &[], |row| (0..width).map(|at| cell(row, at)).collect())
        })
        .unwrap_or_else(|error: db::DbError| panic!("{table}: {error}"))
}

fn cell(row: &db::Row<'_>, at: usize) -> Result<Cell, db::DbError> {
    if let Ok(number) = row.opt_int(at) {
        return Ok(number.map_or(Cell::Null, Cell::Int));
    }
    if let Ok(text) = row.text(at) {
        return Ok(Cell::Text(text));
    }
    row.blob(at).map(Cell::Blob)
}
