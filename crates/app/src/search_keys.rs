//! The keys by which lists are searched and ordered, of rows that were there before the keys, and of
//! rows that a node of an older version writes while an upgrade is rolled out (docs/adr/0023).

use std::sync::Arc;

use db::{DbError, Dialect, Tx};
use domain::folding::{BETWEEN, search_key};
use frame::{App, AppError, parts::Parts};
use jobs::{Handlers, JobFailure, NewSchedule};

/// A table with such a key.
#[derive(Debug)]
pub struct Keyed {
    /// The migration that brought the key.
    pub since: u32,
    /// The table.
    pub table: &'static str,
    /// The column of the key.
    pub key: &'static str,
    /// Columns of text that tell its rows apart.
    pub id: &'static [&'static str],
    /// The columns whose texts the key holds, in order.
    pub texts: &'static [&'static str],
    /// It has many rows, and no index tells which of them lack the key.
    pub long: bool,
}

const fn keyed(
    since: u32,
    table: &'static str,
    id: &'static [&'static str],
    texts: &'static [&'static str],
) -> Keyed {
    Keyed { since, table, key: "search_key", id, texts, long: false }
}

/// Its rows are too many to be looked through every hour.
const fn long(keyed: Keyed) -> Keyed {
    Keyed { long: true, ..keyed }
}

/// Every one.
pub const ALL: &[Keyed] = &[
    keyed(26, "accounts", &["account_id"], &["name"]),
    keyed(26, "account_names", &["account_id", "name"], &["name"]),
    keyed(26, "partners", &["partner_id"], &["name", "domain"]),
    Keyed { key: "name_key", ..keyed(26, "partners", &["partner_id"], &["name"]) },
    keyed(26, "deal_registrations", &["registration_id"], &["account_name"]),
    long(keyed(
        26,
        "deal_registration_refusals",
        &["refusal_id"],
        &["account_name", "account_domain"],
    )),
    long(keyed(26, "direct_opportunities", &["opportunity_id"], &["name"])),
    keyed(26, "conflict_decisions", &["case_id", "reason", "words"], &["reason", "words"]),
    keyed(26, "identity_users", &["user_id"], &["name"]),
    keyed(26, "identity_memberships", &["user_id", "partner_id"], &["invited_as"]),
    keyed(26, "identity_services", &["service_id"], &["name", "purpose"]),
    keyed(26, "identity_api_keys", &["key_id"], &["name", "prefix"]),
    keyed(26, "imports", &["import_id"], &["file_name"]),
    long(keyed(26, "mails", &["mail_id"], &["subject", "to_address"])),
];

/// Rows that are folded one by one at a time.
const AT_ONCE: i64 = 1_000;

/// Fills the keys that migration 26 brought.
pub fn fill_26(tx: &mut Tx<'_>) -> Result<(), DbError> {
    fill(tx, 26)
}

/// What the fill of missing keys brings to the application.
pub(crate) fn parts() -> Parts {
    Parts::default().jobs(handlers).schedule(schedule)
}

/// The jobs that fill missing keys: name, seconds between two runs, seconds after midnight (UTC), and
/// whether long tables are looked through as well.
const JOBS: [(&str, u32, u32, bool); 2] = [
    ("search_keys.fill", 3_600, 25 * 60, false),
    ("search_keys.fill_long", 24 * 3_600, 4 * 3_600, true),
];

fn schedule(tx: &mut Tx<'_>, now_micros: i64) -> Result<(), AppError> {
    for (name, every_seconds, offset_seconds, _) in JOBS {
        let new = NewSchedule {
            vendor_id: "",
            name,
            kind: name,
            payload: "{}",
            every_seconds,
            offset_seconds,
            max_attempts: 5,
        };
        jobs::schedule(tx, &new, now_micros)?;
    }
    Ok(())
}

/// Looks in a read for vendors that lack keys, so that nothing is written where none is missing.
fn handlers(_: &Arc<App>, handlers: Handlers) -> Handlers {
    let failed = |error: DbError| JobFailure::retry(error.to_string());
    JOBS.into_iter().fold(handlers, |handlers, (name, _, _, long)| {
        handlers.sweep(
            name,
            move |tx, _| vendors_without(tx, long).map_err(failed),
            move |tx, vendor, _| fill_missing(tx, vendor, long).map_err(failed),
        )
    })
}

/// The tables that are looked through.
fn tables(long: bool) -> impl Iterator<Item = &'static Keyed> {
    ALL.iter().filter(move |keyed| keyed.long == long)
}

/// The condition of a row that has a text and no key.
fn missing(keyed: &Keyed) -> String {
    format!("{} = '' AND {} <> ''", keyed.key, keyed.texts.join(" || "))
}

/// The vendors with a row whose key is missing.
fn vendors_without(tx: &mut Tx<'_>, long: bool) -> Result<Vec<String>, DbError> {
    let mut without = Vec::new();
    for vendor in vendors(tx)? {
        for keyed in tables(long) {
            let (table, missing) = (keyed.table, missing(keyed));
            let sql = format!("SELECT 1 FROM {table} WHERE vendor_id = $1 AND {missing} LIMIT 1");
            if tx.query_opt_as::<i64, _>(&sql, db::params![&vendor])?.is_some() {
                without.push(vendor);
                break;
            }
        }
    }
    Ok(without)
}

/// Fills the first missing keys of each table of a vendor; the rest follows in the next runs.
fn fill_missing(tx: &mut Tx<'_>, vendor: &str, long: bool) -> Result<(), DbError> {
    for keyed in tables(long) {
        let filled = fold_some(tx, vendor, (keyed, &missing(keyed)), &first(keyed))?.rows;
        if filled > 0 {
            tracing::info!(vendor, table = keyed.table, key = keyed.key, filled, "keys filled");
        }
    }
    Ok(())
}

fn vendors(tx: &mut Tx<'_>) -> Result<Vec<String>, DbError> {
    tx.query_as("SELECT vendor_id FROM identity_v_vendors ORDER BY vendor_id", &[])
}

/// Fills keys: texts of ASCII in one statement for each vendor, the others one by one.
fn fill(tx: &mut Tx<'_>, since: u32) -> Result<(), DbError> {
    for vendor in &vendors(tx)? {
        for keyed in ALL.iter().filter(|keyed| keyed.since == since) {
            lower(tx, vendor, keyed)?;
            fold(tx, vendor, keyed)?;
        }
    }
    Ok(())
}

/// Sets the keys as they are right for ASCII, whose letters every database lowers alike.
fn lower(tx: &mut Tx<'_>, vendor: &str, keyed: &Keyed) -> Result<(), DbError> {
    let lowered = |column: &&str| match tx.dialect() {
        Dialect::Sqlite => format!("LOWER({column})"),
        Dialect::Postgres => format!("LOWER({column} COLLATE \"C\")"),
    };
    let lowered: Vec<String> = keyed.texts.iter().map(lowered).collect();
    let Keyed { table, key, .. } = keyed;
    // A key of one text binds no separator.
    let (between, mut values) = (" || $2 || ", db::params![vendor].to_vec());
    let separator = BETWEEN.to_string();
    if lowered.len() > 1 {
        values.push(separator.as_str().into());
    }
    let sql = format!("UPDATE {table} SET {key} = {} WHERE vendor_id = $1", lowered.join(between));
    tx.execute(&sql, &values)?;
    Ok(())
}

/// Folds what has letters beyond ASCII.
fn fold(tx: &mut Tx<'_>, vendor: &str, keyed: &Keyed) -> Result<(), DbError> {
    let all = keyed.texts.join(" || ");
    let beyond = format!("OCTET_LENGTH({all}) <> LENGTH({all})");
    let mut last = first(keyed);
    while let Some(reached) = fold_some(tx, vendor, (keyed, &beyond), &last)?.reached {
        last = reached;
    }
    Ok(())
}

/// Before the id of every row.
fn first(keyed: &Keyed) -> Vec<String> {
    vec![String::new(); keyed.id.len()]
}

/// How far folding came.
struct Folded {
    rows: usize,
    /// The id of the last row; `None` when there was no further one.
    reached: Option<Vec<String>>,
}

/// Folds the first rows behind an id that fulfil a condition.
fn fold_some(
    tx: &mut Tx<'_>,
    vendor: &str,
    (keyed, which): (&Keyed, &str),
    last: &[String],
) -> Result<Folded, DbError> {
    let Keyed { table, key, id, texts, .. } = keyed;
    let places = |from: usize| {
        let marks: Vec<String> = (from..from + id.len()).map(|at| format!("${at}")).collect();
        marks.join(", ")
    };
    let (ids, after) = (id.join(", "), places(2));
    let select = format!(
        "SELECT {ids}, {texts} FROM {table} WHERE vendor_id = $1 AND ({ids}) > ({after}) \
         AND {which} ORDER BY {ids} LIMIT {AT_ONCE}",
        texts = texts.join(", ")
    );
    let update =
        format!("UPDATE {table} SET {key} = $1 WHERE vendor_id = $2 AND ({ids}) = ({})", places(3));
    let values: Vec<&str> =
        std::iter::once(vendor).chain(last.iter().map(String::as_str)).collect();
    let values: Vec<db::Value<'_>> = values.into_iter().map(db::Value::from).collect();
    let rows = tx.query(&select, &values, |row| {
        (0..id.len() + texts.len()).map(|at| row.text(at)).collect::<Result<Vec<_>, _>>()
    })?;
    for row in &rows {
        let (id, texts) = row.split_at(id.len());
        let folded = search_key(texts.iter().map(String::as_str));
        let mut values: Vec<db::Value<'_>> = vec![folded.into(), vendor.into()];
        values.extend(id.iter().map(|part| db::Value::from(part.as_str())));
        tx.execute(&update, &values)?;
    }
    let reached = rows.last().map(|row| row.iter().take(id.len()).cloned().collect());
    Ok(Folded { rows: rows.len(), reached })
}
