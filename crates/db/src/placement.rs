//! Where the rows of each table lie when several servers share one database, and whether the
//! schema allows it.
//!
//! A distributed engine cuts tables into parts by one column, here the tenant's. It can hold a key
//! only within one part, and a reference only between parts that lie together. So a schema that is
//! to be distributed keeps to rules that a single server does not ask for, and these are looked up
//! in the catalogue of any PostgreSQL.

use std::collections::{BTreeMap, BTreeSet};

use crate::dialect::Dialect;
use crate::error::DbError;
use crate::plans::TENANT;
use crate::tx::Tx;
use crate::value::NO_PARAMS;

/// Where the rows of a table lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Cut into parts by the tenant: all rows of one tenant lie on one server.
    Distributed,
    /// Whole on every server: small, and the same for all tenants.
    Reference,
    /// Whole on the server that the program talks to.
    Local,
}

/// Where each table of a schema lies.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Placement {
    tables: BTreeMap<String, Place>,
    triggers: BTreeSet<String>,
}

impl Placement {
    /// Tables by name, and the triggers on distributed tables that look at nothing but their own
    /// row. A name that ends in `_` means every table whose name begins with it.
    pub fn new(tables: BTreeMap<String, Place>, triggers: BTreeSet<String>) -> Placement {
        Placement { tables, triggers }
    }

    /// Where a table lies; `None` when nobody said.
    pub fn of(&self, table: &str) -> Option<Place> {
        let begins = |name: &&String| name.ends_with('_') && table.starts_with(name.as_str());
        let exact = self.tables.get(table);
        let place =
            exact.or_else(|| self.tables.iter().find(|(name, _)| begins(name)).map(|p| p.1));
        place.copied()
    }

    /// The tables of one place, in order of their names.
    pub(crate) fn at(&self, place: Place) -> impl Iterator<Item = &str> {
        let tables = self.tables.iter().filter(move |(_, found)| **found == place);
        tables.map(|(name, _)| name.as_str())
    }
}

/// A primary key, a unique key or an exclusion with its columns.
struct Key {
    table: String,
    name: String,
    columns: String,
}

/// A foreign key with the columns of both sides, in the same order.
struct Reference {
    table: String,
    name: String,
    to: String,
    columns: String,
    to_columns: String,
}

const TABLES: &str = "SELECT CAST(t.relname AS TEXT) FROM pg_class t \
     JOIN pg_namespace n ON n.oid = t.relnamespace \
     WHERE n.nspname = current_schema() AND t.relkind IN ('r', 'p') AND NOT EXISTS ( \
       SELECT 1 FROM pg_depend d WHERE d.classid = CAST('pg_class' AS regclass) \
         AND d.objid = t.oid AND d.deptype = 'e') ORDER BY 1";

/// The tables that have the column by which they could be distributed.
const WITH_TENANT: &str = "SELECT CAST(t.relname AS TEXT) FROM pg_class t \
     JOIN pg_namespace n ON n.oid = t.relnamespace \
     JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped \
     WHERE n.nspname = current_schema() AND t.relkind IN ('r', 'p') \
       AND a.attname = $1 AND a.attnotnull AND a.atttypid = CAST('text' AS regtype)";

/// A column that an exclusion compares by another operator than `=`, and an expression, count for
/// nothing.
const KEYS: &str = "SELECT CAST(t.relname AS TEXT), CAST(i.relname AS TEXT), \
       COALESCE(string_agg(CASE WHEN x.indisexclusion AND NOT EXISTS ( \
         SELECT 1 FROM pg_constraint c JOIN pg_operator o ON o.oid = c.conexclop[k.position] \
         WHERE c.conindid = i.oid AND c.contype = 'x' AND o.oprname = '=') THEN '-' \
         ELSE COALESCE(CAST(a.attname AS TEXT), '-') END, ' ' ORDER BY k.position), '') \
     FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid \
     JOIN pg_namespace n ON n.oid = t.relnamespace \
     CROSS JOIN LATERAL unnest(CAST(x.indkey AS int2[])) WITH ORDINALITY AS k (number, position) \
     LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number AND k.number <> 0 \
     WHERE n.nspname = current_schema() AND (x.indisunique OR x.indisexclusion) \
       AND k.position <= x.indnkeyatts GROUP BY 1, 2 ORDER BY 1, 2";

const REFERENCES: &str = "SELECT CAST(t.relname AS TEXT), CAST(c.conname AS TEXT), \
       CAST(r.relname AS TEXT), string_agg(CAST(a.attname AS TEXT), ' ' ORDER BY k.position), \
       string_agg(CAST(b.attname AS TEXT), ' ' ORDER BY k.position) \
     FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid \
     JOIN pg_class r ON r.oid = c.confrelid JOIN pg_namespace n ON n.oid = t.relnamespace \
     CROSS JOIN LATERAL unnest(c.conkey, c.confkey) WITH ORDINALITY AS k (here, there, position) \
     JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.here \
     JOIN pg_attribute b ON b.attrelid = r.oid AND b.attnum = k.there \
     WHERE n.nspname = current_schema() AND c.contype = 'f' AND c.conparentid = 0 \
     GROUP BY 1, 2, 3 ORDER BY 1, 2";

const TRIGGERS: &str = "SELECT CAST(t.relname AS TEXT), CAST(g.tgname AS TEXT) FROM pg_trigger g \
     JOIN pg_class t ON t.oid = g.tgrelid JOIN pg_namespace n ON n.oid = t.relnamespace \
     WHERE n.nspname = current_schema() AND NOT g.tgisinternal ORDER BY 1, 2";

/// What keeps this schema from being distributed as `placement` says, one sentence each, in order
/// of the tables. It reads the catalogue of a PostgreSQL, of whatever kind; SQLite has no such
/// rules, and nothing is found there.
pub fn faults(tx: &mut Tx<'_>, placement: &Placement) -> Result<Vec<String>, DbError> {
    if tx.dialect() == Dialect::Sqlite {
        return Ok(Vec::new());
    }
    let tables = tables(tx)?;
    let mut found = faults_so_far(tx, placement, &tables)?;
    let gone = |name: &&str| !tables.iter().any(|table| table == name);
    for place in [Place::Distributed, Place::Reference] {
        found.extend(
            placement.at(place).filter(gone).map(|name| format!("there is no table {name}")),
        );
    }
    Ok(found)
}

/// The tables of the schema, in order of their names.
pub(crate) fn tables(tx: &mut Tx<'_>) -> Result<Vec<String>, DbError> {
    tx.query(TABLES, NO_PARAMS, |row| row.text(0))
}

/// The same of tables that are there, while some may still be missing.
pub(crate) fn faults_so_far(
    tx: &mut Tx<'_>,
    placement: &Placement,
    tables: &[String],
) -> Result<Vec<String>, DbError> {
    let mut faults = without_place(tx, placement, tables)?;
    let keys = tx.query(KEYS, NO_PARAMS, |row| {
        Ok(Key { table: row.text(0)?, name: row.text(1)?, columns: row.text(2)? })
    })?;
    faults.extend(keys.iter().filter_map(|key| key_fault(placement, key)));
    let references = tx.query(REFERENCES, NO_PARAMS, |row| {
        Ok(Reference {
            table: row.text(0)?,
            name: row.text(1)?,
            to: row.text(2)?,
            columns: row.text(3)?,
            to_columns: row.text(4)?,
        })
    })?;
    faults.extend(references.iter().filter_map(|one| reference_fault(placement, one)));
    let triggers = tx.query(TRIGGERS, NO_PARAMS, |row| Ok((row.text(0)?, row.text(1)?)))?;
    faults.extend(triggers.iter().filter_map(|(table, name)| {
        let told = placement.of(table) == Some(Place::Local) || placement.triggers.contains(name);
        (!told).then(|| {
            format!(
                "trigger {name} on {table} is not listed: a trigger runs on the server that holds \
                 the row, so it may look at nothing but that row; list it with the reason if so"
            )
        })
    }));
    Ok(faults)
}

/// Tables without a place, and distributed ones without a tenant.
fn without_place(
    tx: &mut Tx<'_>,
    placement: &Placement,
    tables: &[String],
) -> Result<Vec<String>, DbError> {
    let with_tenant = tx.query(WITH_TENANT, crate::params![TENANT], |row| row.text(0))?;
    let mut faults = Vec::new();
    for table in tables {
        match placement.of(table) {
            None => faults.push(format!(
                "table {table} has no place: list it as distributed when it has {TENANT}, else as \
                 a reference table or a local one with the reason"
            )),
            Some(Place::Distributed) if !with_tenant.contains(table) => faults.push(format!(
                "table {table} is listed as distributed and has no column {TENANT} TEXT NOT NULL"
            )),
            Some(Place::Distributed | Place::Reference | Place::Local) => {}
        }
    }
    Ok(faults)
}

fn key_fault(placement: &Placement, key: &Key) -> Option<String> {
    let distributed = placement.of(&key.table) == Some(Place::Distributed);
    let lacks = !key.columns.split(' ').any(|column| column == TENANT);
    (distributed && lacks).then(|| {
        format!(
            "key {} of {} lacks {TENANT}: a distributed engine can hold a key only within one \
             tenant, so begin it with {TENANT}",
            key.name, key.table
        )
    })
}

fn reference_fault(placement: &Placement, one: &Reference) -> Option<String> {
    let Reference { table, name, to, .. } = one;
    match (placement.of(table), placement.of(to)) {
        (Some(Place::Distributed), Some(Place::Distributed)) => {
            let pairs = one.columns.split(' ').zip(one.to_columns.split(' '));
            let together = pairs.into_iter().any(|pair| pair == (TENANT, TENANT));
            (!together).then(|| {
                format!(
                    "reference {name} from {table} to {to} lacks {TENANT} in the same position on \
                     both sides: it would lead from one server to another"
                )
            })
        }
        (Some(Place::Distributed | Place::Reference), Some(Place::Reference))
        | (Some(Place::Local), Some(Place::Local))
        | (None, _) => None,
        (Some(Place::Reference), Some(Place::Distributed)) => Some(format!(
            "reference {name} leads from the reference table {table} to the distributed {to}: \
             every server would have to ask all others"
        )),
        (Some(_), _) => Some(format!(
            "reference {name} from {table} to {to} has one end on one server only: a local table \
             refers to local tables, and is referred to by them"
        )),
    }
}
