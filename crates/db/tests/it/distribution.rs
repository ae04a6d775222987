//! Laying tables on several servers. What needs Citus is run as `docs/operate/scale.md` tells.

use std::collections::{BTreeMap, BTreeSet};

use db::scratch::Scratch;
use db::{
    Db, DbError, Dialect, Distribution, Laid, Migration, Place, Placement, distribution, params,
};

const FIRST: Migration = Migration {
    number: 1,
    fill: None,
    name: "first",
    sql: "
    CREATE TABLE tenants (vendor_id TEXT PRIMARY KEY, host TEXT NOT NULL UNIQUE);
    CREATE TABLE deals (vendor_id TEXT NOT NULL REFERENCES tenants (vendor_id), id TEXT NOT NULL,
        PRIMARY KEY (vendor_id, id));
    INSERT INTO tenants (vendor_id, host) VALUES ('a', 'a.example'), ('b', 'b.example');
    INSERT INTO deals (vendor_id, id) VALUES ('a', '1'), ('b', '1'), ('b', '2');",
};

/// A table more, a column, and a trigger.
const SECOND: Migration = Migration {
    number: 2,
    fill: None,
    name: "second",
    sql: "
    CREATE TABLE notes (vendor_id TEXT NOT NULL REFERENCES tenants (vendor_id), id TEXT NOT NULL,
        deal_id TEXT NOT NULL, PRIMARY KEY (vendor_id, id));
    ALTER TABLE deals ADD COLUMN name TEXT NOT NULL DEFAULT '';
    CREATE INDEX deals_name ON deals (vendor_id, name);
    UPDATE deals SET name = id;
    CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'kept'; END; $$;
    CREATE TRIGGER deals_stay BEFORE DELETE ON deals FOR EACH ROW EXECUTE FUNCTION keep();",
};

/// A reference to a distributed table: only a table that lies beside it can have one.
const THIRD: Migration = Migration {
    number: 3,
    fill: None,
    name: "third",
    sql: "ALTER TABLE notes ADD CONSTRAINT notes_deal
        FOREIGN KEY (vendor_id, deal_id) REFERENCES deals (vendor_id, id);",
};

fn placement(more: &[&str]) -> Placement {
    let mut tables = BTreeMap::from([
        ("tenants".to_owned(), Place::Reference),
        ("deals".to_owned(), Place::Distributed),
        ("schema_migrations".to_owned(), Place::Local),
        ("db_".to_owned(), Place::Local),
    ]);
    tables.extend(more.iter().map(|name| ((*name).to_owned(), Place::Distributed)));
    Placement::new(tables, BTreeSet::from(["deals_stay".to_owned()]))
}

fn seen(db: &Db, placement: &Placement) -> Option<Distribution> {
    let placement = placement.clone();
    db.read_blocking(move |tx| distribution(tx, &placement)).unwrap()
}

fn number(db: &Db, sql: &'static str) -> i64 {
    db.read_blocking(|tx| tx.query_one(sql, db::NO_PARAMS, |row| row.int(0))).unwrap()
}

const REFERENCES: &str = "SELECT COUNT(*) FROM pg_constraint c JOIN pg_class t \
     ON t.oid = c.conrelid WHERE c.contype = 'f' AND t.relname IN ('deals', 'notes')";

#[test]
fn an_embedded_database_stays_as_it_is() {
    let scratch = Scratch::migrated(Dialect::Sqlite, &[FIRST]);
    let db = scratch.open();
    assert_eq!(db.distribute(&placement(&[])).unwrap(), None);
    assert_eq!(seen(&db, &placement(&[])), None);
}

#[test]
fn a_server_without_such_an_engine_stays_as_it_is() {
    if db::scratch::has_workers() {
        return;
    }
    let scratch = Scratch::migrated(Dialect::Postgres, &[FIRST]);
    let db = scratch.open();
    assert_eq!(db.distribute(&placement(&[])).unwrap(), None);
    assert_eq!(seen(&db, &placement(&[])), None);
}

#[test]
#[ignore = "needs Citus: docs/operate/scale.md"]
fn tables_are_laid_by_tenant_once_and_keep_their_rows_and_references() {
    let scratch = Scratch::migrated(Dialect::Postgres, &[FIRST]);
    let db = scratch.open();
    let before = seen(&db, &placement(&[])).unwrap();
    assert_eq!(before.misplaced, ["deals", "tenants"]);
    assert!(!before.is_whole());

    let Laid { lies: found, moved } = db.distribute(&placement(&[])).unwrap().unwrap();
    assert_eq!(moved, ["deals", "tenants"]);
    assert!(found.is_whole() && found.distributed == 1 && found.servers == 2, "{found:?}");
    assert_eq!(number(&db, "SELECT COUNT(*) FROM deals"), 3);
    assert_eq!(number(&db, "SELECT COUNT(*) FROM tenants"), 2);
    assert_eq!(number(&db, REFERENCES), 1);
    let orphan = "INSERT INTO deals (vendor_id, id) VALUES ('c', '1')";
    let refused = db.write_blocking(|tx| tx.execute(orphan, db::NO_PARAMS)).unwrap_err();
    assert!(matches!(refused, DbError::ForeignKeyViolation { .. }), "{refused:?}");
    let twice = "INSERT INTO deals (vendor_id, id) VALUES ('a', '1')";
    let refused = db.write_blocking(|tx| tx.execute(twice, db::NO_PARAMS)).unwrap_err();
    assert!(refused.is_unique(), "{refused:?}");

    let again = db.distribute(&placement(&[])).unwrap().unwrap();
    assert_eq!(again, Laid { lies: found, moved: Vec::new() });
}

#[test]
#[ignore = "needs Citus: docs/operate/scale.md"]
fn a_later_migration_is_laid_beside_what_is_there() {
    let scratch = Scratch::migrated(Dialect::Postgres, &[FIRST]);
    let db = scratch.open();
    db.distribute(&placement(&[])).unwrap();
    let all = [FIRST, SECOND, THIRD];
    let (applied, laid) = db.migrate_placed(&all, &placement(&["notes"]), 0).unwrap();
    assert_eq!(applied.names, ["second", "third"]);
    let found = laid.unwrap().lies;
    assert!(found.is_whole() && found.distributed == 2, "{found:?}");
    assert_eq!(number(&db, REFERENCES), 3);
    assert_eq!(number(&db, "SELECT COUNT(*) FROM deals WHERE name = id"), 3);
    let removal = "DELETE FROM deals WHERE vendor_id = 'b'";
    let refused = db.write_blocking(|tx| tx.execute(removal, db::NO_PARAMS)).unwrap_err();
    assert!(matches!(refused, DbError::Refused { .. }), "{refused:?}");
}

#[test]
#[ignore = "needs Citus: docs/operate/scale.md"]
fn what_was_interrupted_goes_on() {
    let scratch = Scratch::migrated(Dialect::Postgres, &[FIRST]);
    let db = scratch.open();
    // As it is left after the first step: the reference is noted and dropped, nothing was moved.
    db.write_blocking(|tx| {
        tx.batch(
            "CREATE TABLE db_references (table_name TEXT NOT NULL, name TEXT NOT NULL, \
             definition TEXT NOT NULL, PRIMARY KEY (table_name, name)); \
             ALTER TABLE deals DROP CONSTRAINT deals_vendor_id_fkey",
        )?;
        tx.execute(
            "INSERT INTO db_references (table_name, name, definition) VALUES ($1, $2, $3)",
            params![
                "deals",
                "deals_vendor_id_fkey",
                "FOREIGN KEY (vendor_id) REFERENCES tenants(vendor_id)"
            ],
        )
    })
    .unwrap();
    assert_eq!(seen(&db, &placement(&[])).unwrap().waiting, 1);
    let Laid { lies: found, moved } = db.distribute(&placement(&[])).unwrap().unwrap();
    assert_eq!(moved.len(), 2);
    assert!(found.is_whole(), "{found:?}");
    assert_eq!(number(&db, REFERENCES), 1);
}
