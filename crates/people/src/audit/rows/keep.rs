//! Appending what rows say.

use std::{cmp::Ordering, collections::BTreeSet};

use db::{DbError, Tx};

use super::{
    ALL, Table, chain,
    select::{self, AT_ONCE, Kept},
};
use frame::{ctx::Cx, error::AppError, lanes::keep_to_lane, secrets};

/// From so many rows of one table on they are read together.
const MANY: usize = 8;

/// What a link says of a row that is gone.
pub(super) const GONE: &str = "null";

/// A row that is written in this transaction. Two of the same row are the same, however it came
/// to be written first.
#[derive(Debug)]
struct Touched {
    vendor_id: String,
    table: &'static Table,
    key: Vec<String>,
    /// It was made in this transaction.
    is_new: bool,
}

impl Touched {
    fn row(&self) -> (&str, &str, &[String]) {
        (&self.vendor_id, self.table.name, &self.key)
    }
}

impl PartialEq for Touched {
    fn eq(&self, other: &Self) -> bool {
        self.row() == other.row()
    }
}

impl Eq for Touched {}

impl PartialOrd for Touched {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Touched {
    fn cmp(&self, other: &Self) -> Ordering {
        self.row().cmp(&other.row())
    }
}

/// A link to be appended.
#[derive(Debug)]
pub(super) struct NewLink<'a> {
    pub(super) kind: &'a str,
    pub(super) key: String,
    pub(super) said: String,
    pub(super) found: bool,
}

/// Says that a row was made in this transaction: what it says at the end is kept. Rule AU-01.
pub fn made(cx: &mut Cx<'_, '_>, table: &'static Table, key: &[&str]) -> Result<(), AppError> {
    name(cx, table, key, true).map(|_| ())
}

/// Says that a row is about to be changed; it must come before the write. What the row says at the
/// end of the transaction is kept, and what it says now is compared with what was kept before.
/// Rule AU-01.
pub fn touch(cx: &mut Cx<'_, '_>, table: &'static Table, key: &[&str]) -> Result<(), AppError> {
    if name(cx, table, key, false)? {
        let (vendor_id, at) = (cx.vendor(), cx.now_micros());
        let key: Vec<String> = key.iter().map(|part| (*part).to_owned()).collect();
        check(cx.tx, at, vendor_id.as_str(), (table, &key))?;
    }
    Ok(())
}

/// Keeps the row for the end of the transaction; true when it was not named before.
fn name(
    cx: &mut Cx<'_, '_>,
    table: &'static Table,
    key: &[&str],
    is_new: bool,
) -> Result<bool, AppError> {
    let (vendor_id, at) = (cx.vendor().as_str().to_owned(), cx.now_micros());
    let key = key.iter().map(|part| (*part).to_owned()).collect();
    let touched = Touched { vendor_id, table, key, is_new };
    Ok(cx.tx.at_the_end(touched, move |tx, touched| keep(tx, at, touched))?)
}

/// Appends what the row says when it is not what was kept, and marks it as found.
fn check(
    tx: &mut Tx<'_>,
    at: i64,
    vendor_id: &str,
    (table, key): (&Table, &[String]),
) -> Result<(), DbError> {
    let row = table.rows(tx, vendor_id, &[key.to_vec()])?.pop();
    let name = key.join("/");
    let (says, said) = match row {
        Some(row) => (row.says, row.said),
        None => (GONE.to_owned(), select::last_said(tx, vendor_id, table.name, &name)?),
    };
    if is_same(said.as_deref().unwrap_or(GONE), &says) || !is_complete(tx, vendor_id)? {
        return Ok(());
    }
    let link = NewLink { kind: table.name, key: name, said: says, found: true };
    append(tx, vendor_id, at, &[link])
}

/// Whether a row says what was kept of it. Columns that were not kept yet say nothing.
pub(super) fn is_same(said: &str, says: &str) -> bool {
    said == says
        || said.strip_suffix(']').is_some_and(|kept| {
            says.strip_prefix(kept).is_some_and(|more| kept == "[" || more.starts_with(','))
        })
}

/// True once every row of the vendor is in the chain.
pub(super) fn is_complete(tx: &mut Tx<'_>, vendor_id: &str) -> Result<bool, DbError> {
    Ok(select::last_said(tx, vendor_id, ALL, "")?.is_some())
}

/// Appends what the rows written in this transaction say now.
fn keep(tx: &mut Tx<'_>, at: i64, touched: BTreeSet<Touched>) -> Result<(), DbError> {
    let mut left = touched.into_iter().peekable();
    while let Some(first) = left.next() {
        let vendor_id = first.vendor_id.clone();
        let mut links = Vec::new();
        let mut of_table = vec![first];
        while let Some(next) = left.next_if(|next| next.vendor_id == vendor_id) {
            if of_table.last().is_some_and(|last| last.table != next.table) {
                read(tx, &vendor_id, &of_table, &mut links)?;
                of_table.clear();
            }
            of_table.push(next);
        }
        read(tx, &vendor_id, &of_table, &mut links)?;
        append(tx, &vendor_id, at, &links)?;
    }
    Ok(())
}

/// Reads the rows of one table, and adds a link for each that is not what was kept of it.
fn read(
    tx: &mut Tx<'_>,
    vendor_id: &str,
    touched: &[Touched],
    links: &mut Vec<NewLink<'static>>,
) -> Result<(), DbError> {
    let Some(table) = touched.first().map(|first| first.table) else {
        return Ok(());
    };
    let mut gone: BTreeSet<String> = touched.iter().map(|one| one.key.join("/")).collect();
    let mut take = |row: Kept| {
        gone.remove(&row.key);
        if row.said.as_deref() != Some(row.says.as_str()) {
            links.push(NewLink { kind: table.name, key: row.key, said: row.says, found: false });
        }
    };
    if touched.len() < MANY {
        for one in touched {
            let key = std::slice::from_ref(&one.key);
            if one.is_new {
                table.new_row(tx, vendor_id, &one.key)?.into_iter().for_each(&mut take);
            } else {
                table.rows(tx, vendor_id, key)?.into_iter().for_each(&mut take);
            }
        }
    } else {
        let keys: Vec<Vec<String>> = touched.iter().map(|one| one.key.clone()).collect();
        for some in keys.chunks(AT_ONCE) {
            let mut rows = table.rows(tx, vendor_id, some)?;
            rows.sort_by(|one, other| one.key.cmp(&other.key));
            rows.into_iter().for_each(&mut take);
        }
    }
    for key in gone {
        let said = select::last_said(tx, vendor_id, table.name, &key)?;
        if said.is_some_and(|said| said != GONE) {
            links.push(NewLink { kind: table.name, key, said: GONE.to_owned(), found: false });
        }
    }
    Ok(())
}

/// Appends links to the vendor's chain, in order.
pub(super) fn append(
    tx: &mut Tx<'_>,
    vendor_id: &str,
    at: i64,
    links: &[NewLink<'_>],
) -> Result<(), DbError> {
    if links.is_empty() {
        return Ok(());
    }
    keep_to_lane(tx, vendor_id)?;
    let ((mut seq, mut last), (audit_seq, audit_hash)) = chain::heads(tx, vendor_id)?;
    let mut values: Vec<db::Value<'_>> = Vec::with_capacity(links.len() * 10);
    for link in links {
        seq += 1;
        let hash = secrets::hash(&chain::text(&chain::Link {
            vendor_id,
            seq,
            at,
            kind: link.kind,
            key: &link.key,
            said: &link.said,
            found: link.found,
            audit: (audit_seq, &audit_hash),
            previous_hash: &last,
        }));
        values.extend([
            vendor_id.into(),
            seq.into(),
            at.into(),
            link.kind.into(),
            link.key.as_str().into(),
            link.said.as_str().into(),
            link.found.into(),
            audit_seq.into(),
            audit_hash.as_str().into(),
            hash.clone().into(),
        ]);
        last = hash;
    }
    tx.insert_many(
        "INSERT INTO audit_rows (vendor_id, seq, at, kind, key, said, found, audit_seq, \
         audit_hash, hash) VALUES",
        "",
        10,
        &values,
    )?;
    tx.execute(
        "INSERT INTO audit_row_heads (vendor_id, seq, hash) VALUES ($1, $2, $3) \
         ON CONFLICT (vendor_id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash",
        db::params![vendor_id, seq, &last],
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::is_same;

    #[test]
    fn columns_that_were_not_kept_say_nothing() {
        assert!(is_same("[1,\"a\"]", "[1,\"a\"]"));
        assert!(is_same("[1,\"a\"]", "[1,\"a\",null]"));
        assert!(is_same("[1]", "[1,2]") && !is_same("[1]", "[12]"));
        assert!(is_same("[]", "[1]"));
        assert!(!is_same("[1,2]", "[1]") && !is_same("null", "[1]") && !is_same("[1]", "null"));
    }
}
