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
    let (mut digest, mut bytes) = (Sha256::new(), Vec::new());
    for name in names {
        let table = catalog::table(tx, name)?;
        bytes.clear();
        put_bytes(&mut bytes, b'T', name.as_bytes());
        for column in &table.columns {
            put_bytes(&mut bytes, b'C', column.name.as_bytes());
        }
        digest.update(&bytes);
        let sql = table.select(tx.dialect());
        tx.for_each(&sql, NO_PARAMS, |row| {
            bytes.clear();
            bytes.push(b'R');
            put_row(&mut bytes, &table, row)?;
            digest.update(&bytes);
            Ok(())
        })?;
    }
    Ok(HEXLOWER.encode(&digest.finalize()))
}

/// Writes the values of a row, each with its kind and its length.
pub(crate) fn put_row(bytes: &mut Vec<u8>, table: &Table, row: &Row<'_>) -> Result<(), DbError> {
    for (index, column) in table.columns.iter().enumerate() {
        let present = match column.kind {
            Kind::Int => row.opt_int(index)?.map(|number| {
                put_int(bytes, number);
            }),
            Kind::Text => row.opt_with_text(index, |text| {
                put_text(bytes, text.as_bytes());
            })?,
            Kind::Blob => row.opt_with_blob(index, |blob| put_blob(bytes, blob))?,
        };
        if present.is_none() {
            put_null(bytes);
        }
    }
    Ok(())
}

/// Adds a number.
pub(crate) fn put_int(bytes: &mut Vec<u8>, number: i64) {
    bytes.push(b'i');
    bytes.extend(number.to_be_bytes());
}

/// Adds a text, as its bytes.
pub(crate) fn put_text(bytes: &mut Vec<u8>, text: &[u8]) {
    put_bytes(bytes, b't', text);
}

/// Adds bytes.
pub(crate) fn put_blob(bytes: &mut Vec<u8>, blob: &[u8]) {
    put_bytes(bytes, b'b', blob);
}

/// Adds that there is no value.
pub(crate) fn put_null(bytes: &mut Vec<u8>) {
    bytes.push(b'n');
}

fn put_bytes(bytes: &mut Vec<u8>, tag: u8, value: &[u8]) {
    bytes.push(tag);
    bytes.extend(u64::try_from(value.len()).unwrap_or(u64::MAX).to_be_bytes());
    bytes.extend_from_slice(value);
}
