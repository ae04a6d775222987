//! The keys by which lists are searched and ordered, of rows that were there before the keys
//! (docs/adr/0023).

use db::{DbError, Dialect, Tx};
use domain::folding::{BETWEEN, search_key};

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
}

const fn keyed(
    since: u32,
    table: &'static str,
    id: &'static [&'static str],
    texts: &'static [&'static str],
) -> Keyed {
    Keyed { since, table, key: "search_key", id, texts }
}

/// Every one.
pub const ALL: &[Keyed] = &[
    keyed(26, "accounts", &["account_id"], &["name"]),
    keyed(26, "account_names", &["account_id", "name"], &["name"]),
    keyed(26, "partners", &["partner_id"], &["name", "domain"]),
    Keyed { key: "name_key", ..keyed(26, "partners", &["partner_id"], &["name"]) },
    keyed(26, "deal_registrations", &["registration_id"], &["account_name"]),
    keyed(26, "deal_registration_refusals", &["refusal_id"], &["account_name", "account_domain"]),
    keyed(26, "direct_opportunities", &["opportunity_id"], &["name"]),
    keyed(26, "conflict_decisions", &["case_id", "reason", "words"], &["reason", "words"]),
    keyed(26, "identity_users", &["user_id"], &["name"]),
    keyed(26, "identity_memberships", &["user_id", "partner_id"], &["invited_as"]),
    keyed(26, "identity_services", &["service_id"], &["name", "purpose"]),
    keyed(26, "identity_api_keys", &["key_id"], &["name", "prefix"]),
    keyed(26, "imports", &["import_id"], &["file_name"]),
    keyed(26, "mails", &["mail_id"], &["subject", "to_address"]),
];

/// Rows that are folded one by one at a time.
const AT_ONCE: i64 = 1_000;

/// Fills the keys that migration 26 brought.
pub fn fill_26(tx: &mut Tx<'_>) -> Result<(), DbError> {
    fill(tx, 26)
}

/// Fills keys: texts of ASCII in one statement for each vendor, the others one by one.
fn fill(tx: &mut Tx<'_>, since: u32) -> Result<(), DbError> {
    let vendors: Vec<String> =
        tx.query_as("SELECT vendor_id FROM identity_v_vendors ORDER BY vendor_id", &[])?;
    for vendor in &vendors {
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
    let Keyed { table, key, id, texts, .. } = keyed;
    let places = |from: usize| {
        let marks: Vec<String> = (from..from + id.len()).map(|at| format!("${at}")).collect();
        marks.join(", ")
    };
    let (all, ids, after) = (texts.join(" || "), id.join(", "), places(2));
    let select = format!(
        "SELECT {ids}, {texts} FROM {table} WHERE vendor_id = $1 AND ({ids}) > ({after}) \
         AND OCTET_LENGTH({all}) <> LENGTH({all}) ORDER BY {ids} LIMIT {AT_ONCE}",
        texts = texts.join(", ")
    );
    let update =
        format!("UPDATE {table} SET {key} = $1 WHERE vendor_id = $2 AND ({ids}) = ({})", places(3));
    let mut last = vec![String::new(); id.len()];
    loop {
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
        match rows.last().map(|row| row.iter().take(id.len()).cloned().collect()) {
            Some(reached) => last = reached,
            None => return Ok(()),
        }
    }
}
