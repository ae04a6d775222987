//! The schema moves forward only, and never silently.

use std::thread;

use db::scratch::{Scratch, on_both};
use db::{Applied, DbError, Dialect, Migration, NO_PARAMS, SchemaState, params};

const FIRST: Migration = Migration {
    number: 1,
    fill: None,
    name: "notes",
    sql: "CREATE TABLE notes (id BIGINT PRIMARY KEY);",
};
const SECOND: Migration = Migration {
    number: 2,
    fill: None,
    name: "notes_body",
    sql: "ALTER TABLE notes ADD COLUMN body TEXT;",
};
const BROKEN: Migration = Migration {
    number: 3,
    fill: None,
    name: "notes_broken",
    sql: "CREATE TABLE half (id BIGINT); INSERT INTO nowhere VALUES (1);",
};

#[test]
fn each_migration_is_applied_once() {
    on_both(|dialect| {
        let scratch = Scratch::new(dialect);
        let db = scratch.open();
        assert_eq!(db.schema_version(), Ok(0));
        assert_eq!(db.check_schema(&[FIRST]), Ok(SchemaState::Behind { pending: 1 }));
        let names = vec![String::from("notes")];
        assert_eq!(db.migrate(&[FIRST], 42), Ok(Applied { before: 0, after: 1, names }));
        let names = vec![String::from("notes_body")];
        let both = [FIRST, SECOND];
        assert_eq!(db.check_schema(&both), Ok(SchemaState::Behind { pending: 1 }));
        assert_eq!(db.migrate(&both, 43), Ok(Applied { before: 1, after: 2, names }));
        assert_eq!(db.migrate(&both, 44), Ok(Applied { before: 2, after: 2, names: vec![] }));
        assert_eq!(db.check_schema(&both), Ok(SchemaState::Current));
        assert_eq!(db.schema_version(), Ok(2));
        let times = db.read_blocking(|tx| {
            let sql = "SELECT applied_at FROM schema_migrations ORDER BY number";
            tx.query(sql, NO_PARAMS, |row| row.int(0))
        });
        assert_eq!(times, Ok(vec![42, 43]));
        assert_eq!(db.table_names(), Ok(vec![String::from("notes")]));
    });
}

#[test]
fn a_look_up_within_a_tenant_uses_its_own_index_and_not_the_order_asked_for() {
    const NOTES: Migration = Migration {
        number: 1,
        fill: None,
        name: "notes",
        sql: "CREATE TABLE notes (vendor_id TEXT, note_id TEXT, name TEXT, status TEXT, \
              PRIMARY KEY (vendor_id, note_id)); \
              CREATE INDEX notes_by_name ON notes (vendor_id, name); \
              CREATE INDEX notes_by_status ON notes (vendor_id, status);",
    };
    let scratch = Scratch::new(Dialect::Sqlite);
    let db = scratch.open();
    db.migrate(&[NOTES], 0).unwrap();
    let plan = db.read_blocking(|tx| {
        let sql = "EXPLAIN QUERY PLAN SELECT note_id FROM notes WHERE vendor_id = $1 \
                   AND status = $2 AND name = $3 ORDER BY note_id LIMIT 20";
        tx.query(sql, params!["v", "open", "Globex"], |row| row.text(3))
    });
    let plan = plan.unwrap().join("; ");
    assert!(plan.contains("notes_by_name"), "{plan}");
}

#[test]
fn a_newer_schema_is_refused_with_its_number() {
    on_both(|dialect| {
        let scratch = Scratch::new(dialect);
        let db = scratch.open();
        db.migrate(&[FIRST, SECOND], 0).unwrap();
        for refusal in
            [db.migrate(&[FIRST], 0).unwrap_err(), db.check_schema(&[FIRST]).unwrap_err()]
        {
            let words = refusal.to_string();
            assert!(matches!(refusal, DbError::Schema(_)), "{words}");
            assert!(words.contains("0002 notes_body") && words.contains("0001"), "{words}");
        }
    });
}

#[test]
fn a_changed_migration_is_refused_with_its_number() {
    on_both(|dialect| {
        let scratch = Scratch::new(dialect);
        let db = scratch.open();
        db.migrate(&[FIRST], 0).unwrap();
        let changed = Migration { sql: "CREATE TABLE notes (id TEXT PRIMARY KEY);", ..FIRST };
        let words = db.migrate(&[changed], 0).unwrap_err().to_string();
        assert!(words.contains("0001 notes") && words.contains("a different text"), "{words}");
    });
}

#[test]
fn a_migration_that_fails_leaves_nothing_of_itself() {
    on_both(|dialect| {
        let scratch = Scratch::new(dialect);
        let db = scratch.open();
        let words = db.migrate(&[FIRST, SECOND, BROKEN], 0).unwrap_err().to_string();
        assert!(words.contains("0003 notes_broken"), "{words}");
        assert_eq!(db.schema_version(), Ok(2));
        assert_eq!(db.table_names(), Ok(vec![String::from("notes")]));
        let inserted = db.write_blocking(|tx| {
            tx.execute("INSERT INTO notes (id, body) VALUES ($1, $2)", params![1, "x"])
        });
        assert_eq!(inserted, Ok(1));
    });
}

#[test]
fn nodes_that_start_together_migrate_once() {
    on_both(|dialect| {
        let scratch = Scratch::new(dialect);
        let nodes: Vec<_> = (0..3).map(|_| scratch.open()).collect();
        let migrating: Vec<_> = nodes
            .into_iter()
            .map(|node| thread::spawn(move || node.migrate(&[FIRST, SECOND], 0).unwrap().names))
            .collect();
        let applied: usize = migrating.into_iter().map(|thread| thread.join().unwrap().len()).sum();
        assert_eq!(applied, 2);
    });
}

#[test]
fn what_a_migration_computes_is_undone_with_it() {
    const FILLED: Migration = Migration {
        fill: Some(|tx| {
            tx.execute("INSERT INTO notes (id, body) VALUES (7, 'computed')", NO_PARAMS)?;
            Ok(())
        }),
        ..SECOND
    };
    const FAILS: Migration = Migration {
        fill: Some(|tx| {
            tx.execute("INSERT INTO notes (id, body) VALUES (8, 'half')", NO_PARAMS)?;
            Err(DbError::Schema("no".to_owned()))
        }),
        ..SECOND
    };
    on_both(|dialect| {
        let scratch = Scratch::new(dialect);
        let db = scratch.open();
        assert!(db.migrate(&[FIRST, FAILS], 0).is_err());
        assert_eq!(db.migrate(&[FIRST, FILLED], 0).unwrap().before, 1);
        let bodies = db.read_blocking(|tx| {
            tx.query_as::<(i64, String), _>("SELECT id, body FROM notes", NO_PARAMS)
        });
        assert_eq!(bodies.unwrap(), [(7, "computed".to_owned())]);
        // It is computed once.
        assert!(db.migrate(&[FIRST, FILLED], 0).unwrap().names.is_empty());
    });
}
