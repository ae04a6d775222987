//! Laying the tables of a schema on several servers, where the database has an engine for that.
//!
//! The engine is Citus, an extension of PostgreSQL. Tables are moved one after the other, each in a
//! transaction of its own, because all of them together would take more locks than a server has
//! room for. References cannot stay while a table is moved, so they are noted in a table of ours,
//! dropped, and put back at the end. Whatever is interrupted goes on where it was.

use crate::connection::Connection;
use crate::dialect::Dialect;
use crate::error::DbError;
use crate::lane::Lane;
use crate::params;
use crate::placement::{Place, Placement, faults_so_far, tables};
use crate::plans::TENANT;
use crate::script;
use crate::tx::Tx;
use crate::value::NO_PARAMS;

/// Holds the references that are to be put back; it is there while tables are moved.
pub(crate) const WAITING: &str = "db_references";

/// How the tables of a database lie on several servers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Distribution {
    /// The engine's version, for example `13.2-1`.
    pub version: String,
    /// Servers that hold parts of tables.
    pub servers: u64,
    /// Tables that are cut into parts by tenant.
    pub distributed: u64,
    /// Tables that do not lie where they should, in order of their names.
    pub misplaced: Vec<String>,
    /// References between tables that were dropped for a move and not put back yet.
    pub waiting: u64,
}

impl Distribution {
    /// Whether everything is where it should be.
    pub fn is_whole(&self) -> bool {
        self.misplaced.is_empty() && self.waiting == 0
    }
}

/// How the tables lie, and which of them were moved for that, in order of their names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Laid {
    /// How they lie now.
    pub lies: Distribution,
    /// The tables that were moved.
    pub moved: Vec<String>,
}

const PLACED: &str = "SELECT CAST(t.relname AS TEXT), CAST(p.partmethod AS TEXT), \
       CAST(p.repmodel AS TEXT) \
     FROM pg_dist_partition p JOIN pg_class t ON t.oid = p.logicalrelid \
     JOIN pg_namespace n ON n.oid = t.relnamespace \
     WHERE n.nspname = current_schema() ORDER BY 1";

const SERVERS: &str = "SELECT COUNT(*) FROM pg_dist_node \
     WHERE noderole = 'primary' AND isactive AND shouldhaveshards";

/// How the tables lie; `None` where the database has no engine that distributes.
pub fn distribution(
    tx: &mut Tx<'_>,
    placement: &Placement,
) -> Result<Option<Distribution>, DbError> {
    let Some(version) = version(tx)? else {
        return Ok(None);
    };
    let placed = placed(tx)?;
    let lies = |name: &str, place: Place| placed.iter().any(|p| p.0 == name && p.1 == place);
    let mut misplaced = tables(tx)?;
    misplaced.retain(|name| match placement.of(name) {
        Some(place @ (Place::Distributed | Place::Reference)) => !lies(name, place),
        Some(Place::Local) | None => false,
    });
    let waiting = if is_there(tx, WAITING)? {
        let sql = format!("SELECT COUNT(*) FROM {WAITING}");
        tx.query_one(&sql, NO_PARAMS, |row| row.int(0))?
    } else {
        0
    };
    let servers = tx.query_one(SERVERS, NO_PARAMS, |row| row.int(0))?;
    let distributed = placed.iter().filter(|(_, place)| *place == Place::Distributed).count();
    Ok(Some(Distribution {
        version,
        servers: u64::try_from(servers).unwrap_or(0),
        distributed: u64::try_from(distributed).unwrap_or(0),
        misplaced,
        waiting: u64::try_from(waiting).unwrap_or(0),
    }))
}

pub(crate) fn run(
    connection: &mut Connection,
    placement: &Placement,
) -> Result<Option<Laid>, DbError> {
    let found = step(connection, |tx| distribution(tx, placement))?;
    let Some(before) = found else {
        return Ok(None);
    };
    if before.is_whole() {
        return Ok(Some(Laid { lies: before, moved: Vec::new() }));
    }
    step(connection, |tx| refuse_faults(tx, placement))?;
    if !before.misplaced.is_empty() {
        step(connection, |tx| set_references_aside(tx, &before.misplaced))?;
        for place in [Place::Reference, Place::Distributed] {
            for name in placement.at(place).filter(|name| is_among(&before.misplaced, name)) {
                step(connection, |tx| lay(tx, name, place))?;
            }
        }
    }
    put_references_back(connection)?;
    let after = step(connection, |tx| distribution(tx, placement))?;
    Ok(after.map(|lies| Laid { lies, moved: before.misplaced }))
}

/// Whether tables lie on several servers already.
pub(crate) fn is_under_way(tx: &mut Tx<'_>) -> Result<bool, DbError> {
    Ok(version(tx)?.is_some() && !placed(tx)?.is_empty())
}

/// Runs the statements of a migration. Where there is an engine, each is sent alone, and triggers on
/// distributed tables are let through: those that are listed look at their own row alone, which is
/// what the engine cannot know.
pub(crate) fn run_migration(tx: &mut Tx<'_>, sql: &str) -> Result<(), DbError> {
    if version(tx)?.is_none() {
        return tx.batch(sql);
    }
    tx.batch("SET LOCAL citus.enable_unsafe_triggers = on")?;
    script::statements(sql).into_iter().try_for_each(|statement| tx.batch(statement))
}

/// The version of the engine, where there is one.
fn version(tx: &mut Tx<'_>) -> Result<Option<String>, DbError> {
    match tx.dialect() {
        Dialect::Sqlite => Ok(None),
        Dialect::Postgres => tx.query_opt(
            "SELECT extversion FROM pg_extension WHERE extname = 'citus'",
            NO_PARAMS,
            |row| row.text(0),
        ),
    }
}

/// The tables that the engine knows, with their places.
fn placed(tx: &mut Tx<'_>) -> Result<Vec<(String, Place)>, DbError> {
    tx.query(PLACED, NO_PARAMS, |row| {
        let place = match (row.text(1)?.as_str(), row.text(2)?.as_str()) {
            ("h", _) => Place::Distributed,
            ("n", "t") => Place::Reference,
            _ => Place::Local,
        };
        Ok((row.text(0)?, place))
    })
}

fn refuse_faults(tx: &mut Tx<'_>, placement: &Placement) -> Result<(), DbError> {
    let tables = tables(tx)?;
    let faults = faults_so_far(tx, placement, &tables)?;
    match faults.first() {
        None => Ok(()),
        Some(first) => Err(DbError::Schema(format!(
            "the schema cannot be distributed, {} faults, the first: {first}",
            faults.len()
        ))),
    }
}

/// Notes and drops every reference from or to one of these tables.
fn set_references_aside(tx: &mut Tx<'_>, tables: &[String]) -> Result<(), DbError> {
    tx.batch(&format!(
        "CREATE TABLE IF NOT EXISTS {WAITING} (\
         table_name TEXT NOT NULL, name TEXT NOT NULL, definition TEXT NOT NULL, \
         PRIMARY KEY (table_name, name))"
    ))?;
    let references = tx.query(
        "SELECT CAST(t.relname AS TEXT), CAST(c.conname AS TEXT), CAST(r.relname AS TEXT), \
           pg_get_constraintdef(c.oid) \
         FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid \
         JOIN pg_class r ON r.oid = c.confrelid JOIN pg_namespace n ON n.oid = t.relnamespace \
         WHERE c.contype = 'f' AND n.nspname = current_schema() ORDER BY 1, 2",
        NO_PARAMS,
        |row| Ok((row.text(0)?, row.text(1)?, row.text(2)?, row.text(3)?)),
    )?;
    for (table, name, to, definition) in references {
        if !is_among(tables, &table) && !is_among(tables, &to) {
            continue;
        }
        let note =
            format!("INSERT INTO {WAITING} (table_name, name, definition) VALUES ($1, $2, $3)");
        tx.execute(&note, params![&table, &name, definition])?;
        tx.batch(&format!("ALTER TABLE \"{table}\" DROP CONSTRAINT \"{name}\""))?;
    }
    Ok(())
}

/// Moves one table, and lets go of the rows that it has left behind. The tables of a tenant lie
/// together: each is laid beside one that is there already.
fn lay(tx: &mut Tx<'_>, name: &str, place: Place) -> Result<(), DbError> {
    let placed = placed(tx)?;
    if placed.iter().any(|(table, lies)| table == name && *lies == place) {
        // Another node, which started at the same time, was faster.
        return Ok(());
    }
    let beside = placed.into_iter().find(|(_, place)| *place == Place::Distributed);
    let beside = beside.map_or_else(|| "none".to_owned(), |(table, _)| table);
    tx.batch("SET LOCAL citus.enable_unsafe_triggers = on")?;
    match place {
        Place::Local => return Ok(()),
        Place::Reference => tx.batch(&format!("SELECT create_reference_table('{name}')"))?,
        Place::Distributed => tx.batch(&format!(
            "SELECT create_distributed_table('{name}', '{TENANT}', colocate_with => '{beside}')"
        ))?,
    }
    tx.batch(&format!("SELECT truncate_local_data_after_distributing_table('{name}')"))
}

/// One reference after the other, each with its note, so that an interruption loses none.
fn put_references_back(connection: &mut Connection) -> Result<(), DbError> {
    let waiting = step(connection, |tx| {
        if !is_there(tx, WAITING)? {
            return Ok(Vec::new());
        }
        let sql =
            format!("SELECT table_name, name, definition FROM {WAITING} ORDER BY table_name, name");
        tx.query(&sql, NO_PARAMS, |row| Ok((row.text(0)?, row.text(1)?, row.text(2)?)))
    })?;
    for (table, name, definition) in waiting {
        step(connection, |tx| {
            let sql = format!("DELETE FROM {WAITING} WHERE table_name = $1 AND name = $2");
            if !is_there(tx, WAITING)? || tx.execute(&sql, params![&table, &name])? == 0 {
                return Ok(());
            }
            tx.batch(&format!("ALTER TABLE \"{table}\" ADD CONSTRAINT \"{name}\" {definition}"))
        })?;
    }
    step(connection, drop_when_empty)
}

/// Another node may have set references aside meanwhile; their notes stay.
fn drop_when_empty(tx: &mut Tx<'_>) -> Result<(), DbError> {
    if !is_there(tx, WAITING)? {
        return Ok(());
    }
    let waiting =
        tx.query_one(&format!("SELECT COUNT(*) FROM {WAITING}"), NO_PARAMS, |row| row.int(0))?;
    if waiting == 0 { tx.batch(&format!("DROP TABLE {WAITING}")) } else { Ok(()) }
}

fn is_there(tx: &mut Tx<'_>, table: &str) -> Result<bool, DbError> {
    let sql = "SELECT COUNT(*) FROM information_schema.tables \
               WHERE table_schema = current_schema() AND CAST(table_name AS TEXT) = $1";
    tx.query_one(sql, params![table], |row| Ok(row.int(0)? > 0))
}

fn is_among(names: &[String], name: &str) -> bool {
    names.iter().any(|one| one == name)
}

pub(crate) fn step<T>(
    connection: &mut Connection,
    work: impl FnOnce(&mut Tx<'_>) -> Result<T, DbError>,
) -> Result<T, DbError> {
    connection.begin_write(Lane::ALL)?;
    match work(&mut Tx::new(connection)) {
        Ok(done) => {
            connection.commit()?;
            Ok(done)
        }
        Err(error) => {
            connection.rollback();
            Err(error)
        }
    }
}
