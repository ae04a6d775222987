//! What SQLite's planner is told about the data.
//!
//! Without figures the planner takes every column of a condition for equally selective. Here every
//! key begins with the tenant, so it would take "of this tenant, in this order" for as good as "of
//! this tenant, with this name", and read a whole table where one row is asked for. Figures
//! gathered from the data (`ANALYZE`) would mend that, but only after the table has grown, and
//! plans would change under way. So the figures are written by rule with each migration: plans
//! are the same on every installation and in every test.

use crate::dialect::Dialect;
use crate::error::DbError;
use crate::params;
use crate::tx::Tx;
use crate::value::NO_PARAMS;

/// The rows that every table is taken to have.
const ROWS: u64 = 1_000_000;
/// The rows that an index of a part of a table is taken to have.
const PART_ROWS: u64 = 50_000;
/// How much a column with many different values narrows a search down.
const FINE: u64 = 20_000;
/// How much a column with few different values does.
const COARSE: u64 = 5;

/// Columns by which tables are divided among tenants: they narrow nothing down.
pub(crate) const TENANT: &str = "vendor_id";
/// Words for columns with few different values.
const FEW_VALUES: [&str; 9] =
    ["status", "stage", "state", "kind", "country", "role", "side", "route", "action"];

/// One column of an index, in order.
struct IndexColumn {
    table: String,
    index: String,
    unique: bool,
    partial: bool,
    column: String,
}

const COLUMNS: &str = "SELECT m.name, l.name, l.\"unique\", l.partial, COALESCE(c.name, '') \
     FROM sqlite_master m JOIN pragma_index_list(m.name) l JOIN pragma_index_info(l.name) c \
     WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, l.name, c.seqno";

/// Writes the figures of every index, in the transaction that changed the schema.
pub(crate) fn tell(tx: &mut Tx<'_>) -> Result<(), DbError> {
    if tx.dialect() == Dialect::Postgres {
        return Ok(());
    }
    // Creates the tables of figures by looking at one small table.
    tx.batch("ANALYZE schema_migrations; DELETE FROM sqlite_stat1;")?;
    let columns = tx.query(COLUMNS, NO_PARAMS, |row| {
        Ok(IndexColumn {
            table: row.text(0)?,
            index: row.text(1)?,
            unique: row.int(2)? != 0,
            partial: row.int(3)? != 0,
            column: row.text(4)?,
        })
    })?;
    for index in columns.chunk_by(|a, b| (&a.table, &a.index) == (&b.table, &b.index)) {
        let Some(first) = index.first() else { continue };
        tx.execute(
            "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ($1, $2, $3)",
            params![&first.table, &first.index, figures(index)],
        )?;
    }
    tx.batch("ANALYZE sqlite_schema;")
}

/// The rows of the index, then how many rows agree in the first column, the first two, and so on.
fn figures(index: &[IndexColumn]) -> String {
    let partial = index.first().is_some_and(|column| column.partial);
    let unique = index.first().is_some_and(|column| column.unique);
    let rows = if partial { PART_ROWS } else { ROWS };
    let mut words = vec![rows.to_string()];
    let mut agreeing = rows;
    for (position, column) in index.iter().enumerate() {
        let narrows = if column.column == TENANT {
            1
        } else if FEW_VALUES.contains(&column.column.as_str()) {
            COARSE
        } else {
            FINE
        };
        agreeing = (agreeing / narrows).max(2);
        if unique && position + 1 == index.len() {
            agreeing = 1;
        }
        words.push(agreeing.to_string());
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(name: &str, unique: bool) -> IndexColumn {
        IndexColumn {
            table: "notes".into(),
            index: "notes_by".into(),
            unique,
            partial: false,
            column: name.into(),
        }
    }

    #[test]
    fn the_tenant_narrows_nothing_and_a_full_unique_key_means_one_row() {
        let by_name = [column("vendor_id", false), column("name", false)];
        assert_eq!(figures(&by_name), "1000000 1000000 50");
        let by_status = [column("vendor_id", false), column("status", false)];
        assert_eq!(figures(&by_status), "1000000 1000000 200000");
        let key = [column("vendor_id", true), column("note_id", true)];
        assert_eq!(figures(&key), "1000000 1000000 1");
    }
}
