//! A hash of stored rows that does not depend on which database stores them.

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::catalog::{self, Kind, Table};
use crate::error::DbError;
use crate::row::Row;
use crate::tx::Tx;
use crate::value::NO_PARAMS;

/// SHA-256 over the named tables in order of their names, as hexadecimal text.
///
/// Of each table it covers the name, the names of the columns, and every row in order of the
/// primary key. Each value is written with its kind and its length, so that no two different
/// contents are written alike.
pub fn hash(tx: &mut Tx<'_>, tables: &[String]) -> Result<String, DbError> {
    let mut names: Vec<&String> = tables.iter().collect();
    names.sort();
    names.dedup();
    let mut digest = Sha256::new();
    for name in names {
        let table = catalog::table(tx, name)?;
        put_text(&mut digest, b'T', name.as_bytes());
        for column in &table.columns {
            put_text(&mut digest, b'C', column.name.as_bytes());
        }
        let sql = table.select(tx.dialect());
        tx.for_each(&sql, NO_PARAMS, |row| {
            digest.update(b"R");
            put_row(&mut digest, &table, row)
        })?;
    }
    Ok(HEXLOWER.encode(&digest.finalize()))
}

fn put_row(digest: &mut Sha256, table: &Table, row: &Row<'_>) -> Result<(), DbError> {
    for (index, column) in table.columns.iter().enumerate() {
        let present = match column.kind {
            Kind::Int => row.opt_int(index)?.map(|number| {
                digest.update(b"i");
                digest.update(number.to_be_bytes());
            }),
            Kind::Text => row.opt_with_text(index, |text| {
                put_text(digest, b't', text.as_bytes());
            })?,
            Kind::Blob => row.opt_with_blob(index, |bytes| put_text(digest, b'b', bytes))?,
        };
        if present.is_none() {
            digest.update(b"n");
        }
    }
    Ok(())
}

fn put_text(digest: &mut Sha256, tag: u8, bytes: &[u8]) {
    digest.update([tag]);
    digest.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
    digest.update(bytes);
}
