//! Sums of rows on SQLite: for each table the sum of a hash of every row, kept by each transaction
//! that writes. A bit that changes on the disk, or a row that somebody else writes, leaves the sum
//! as it is, so that comparing it finds the change, in whichever column. PostgreSQL has checksums
//! of its pages for that.
//!
//! A sum is cheap to keep, since a row that goes is subtracted and one that comes is added, and it
//! says nothing of a row that was deleted.

use crate::catalog::{self, Table};
use crate::connection::Connection;
use crate::content::put_row;
use crate::dialect::Dialect;
use crate::error::DbError;
use crate::lane::Lane;
use crate::own::{BOOK, SUMS};
use crate::params;
use crate::sum::{WIDTH, add, sum_of};
use crate::tx::Tx;
use crate::value::NO_PARAMS;

/// Begins to keep the sums where they are not kept: in a new database, and after a migration.
pub(crate) fn begin(connection: &mut Connection) -> Result<(), DbError> {
    if connection.dialect() == Dialect::Postgres {
        return Ok(());
    }
    connection.begin_write(Lane::ALL)?;
    let mut tx = Tx::new(connection);
    let begun = are_kept(&mut tx).and_then(|kept| {
        if kept {
            return Ok(());
        }
        tx.batch(&format!("CREATE TABLE {SUMS} (names TEXT NOT NULL, sums BLOB NOT NULL)"))?;
        let (names, sums) = compute(&mut tx)?;
        let sql = format!("INSERT INTO {SUMS} (names, sums) VALUES ($1, $2)");
        tx.execute(&sql, params![names.join(" "), sums]).map(|_| ())
    });
    match begun {
        Ok(()) => Ok(connection.commit()?),
        Err(error) => {
            connection.rollback();
            Err(error)
        }
    }
}

/// Stops keeping them, in the transaction of a migration.
pub(crate) fn end(tx: &mut Tx<'_>) -> Result<(), DbError> {
    match tx.dialect() {
        Dialect::Sqlite => tx.batch(&format!("DROP TABLE IF EXISTS {SUMS}")),
        Dialect::Postgres => Ok(()),
    }
}

/// The tables whose rows differ from what the program wrote, in order of their names; `None` where
/// no sums are kept, as on PostgreSQL.
///
/// It errs when a row cannot be read.
pub fn differing(tx: &mut Tx<'_>) -> Result<Option<Vec<String>>, DbError> {
    if !are_kept(tx)? {
        return Ok(None);
    }
    let kept = tx.query_opt(&format!("SELECT names, sums FROM {SUMS}"), NO_PARAMS, |row| {
        Ok((row.text(0)?, row.blob(1)?))
    })?;
    let (noted, mut kept) = kept.unwrap_or_default();
    add(&mut kept, tx.pending_sums());
    let (names, sums) = compute(tx)?;
    if noted != names.join(" ") || kept.len() != sums.len() {
        return Ok(Some(vec![SUMS.to_owned()]));
    }
    let pairs = names.into_iter().zip(kept.chunks(WIDTH).zip(sums.chunks(WIDTH)));
    Ok(Some(pairs.filter(|(_, (kept, is))| kept != is).map(|(name, _)| name).collect()))
}

/// Takes the rows as they are: computes the sums anew. It must be the only closure of its
/// transaction. Nothing happens where no sums are kept.
///
/// It errs when a row cannot be read.
pub fn renew(tx: &mut Tx<'_>) -> Result<(), DbError> {
    if !are_kept(tx)? {
        return Ok(());
    }
    tx.forget_sums();
    let (names, sums) = compute(tx)?;
    let sql = format!("UPDATE {SUMS} SET names = $1, sums = $2");
    tx.execute(&sql, params![names.join(" "), sums]).map(|_| ())
}

/// Whether this database keeps sums.
pub(crate) fn are_kept(tx: &mut Tx<'_>) -> Result<bool, DbError> {
    if tx.dialect() == Dialect::Postgres {
        return Ok(false);
    }
    let sql = "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = $1";
    tx.query_one(sql, params![SUMS], |row| Ok(row.int(0)? > 0))
}

/// The names of all tables that need a sum, and the sums of their rows in that order.
fn compute(tx: &mut Tx<'_>) -> Result<(Vec<String>, Vec<u8>), DbError> {
    let mut names = catalog::table_names(tx)?;
    names.push(BOOK.to_owned());
    names.sort();
    let chained = chained(tx)?;
    names.retain(|name| !chained.contains(name));
    let mut sums = Vec::with_capacity(names.len() * WIDTH);
    for name in &names {
        let table = catalog::table(tx, name)?;
        sums.extend(sum(tx, &table)?.to_be_bytes());
    }
    Ok((names, sums))
}

/// The tables whose rows a chain of hashes covers, column by column. Views whose names end in
/// `_v_chained` name them.
fn chained(tx: &mut Tx<'_>) -> Result<Vec<String>, DbError> {
    let sql = "SELECT name FROM sqlite_master WHERE type = 'view' AND name LIKE '%!_v!_chained' \
               ESCAPE '!' ORDER BY name";
    let mut tables = Vec::new();
    for view in tx.query(sql, NO_PARAMS, |row| row.text(0))? {
        tables.extend(tx.query(&format!("SELECT name FROM {view}"), NO_PARAMS, |row| row.text(0))?);
    }
    Ok(tables)
}

fn sum(tx: &mut Tx<'_>, table: &Table) -> Result<u128, DbError> {
    let (mut sum, mut bytes) = (0_u128, Vec::new());
    tx.for_each(&table.select_unordered(), NO_PARAMS, |row| {
        bytes.clear();
        put_row(&mut bytes, table, row)?;
        sum = sum.wrapping_add(sum_of(&bytes));
        Ok(())
    })?;
    Ok(sum)
}
