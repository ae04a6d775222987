//! The same rows have the same hash wherever they are stored, and can be moved.

use db::scratch::Scratch;
use db::{Copied, Db, DbError, Dialect, copy_all, params};

use crate::{SCHEMA, fresh, insert};

fn fill(db: &Db) {
    db.write_blocking(|tx| {
        for number in 0..250 {
            insert(tx, &format!("a{number}"), number)?;
        }
        for (id, name) in [("ä", "Ärger"), ("Z", "Zoo"), ("_", "under"), ("é", "Été"), ("😀", "x")]
        {
            tx.execute(
                "INSERT INTO accounts (vendor_id, id, name, parent_id, balance) \
                 VALUES ('v', $1, $2, 'a7', 0)",
                params![id, name],
            )?;
        }
        // A row that refers to one that comes later in the order of copying.
        tx.execute("UPDATE accounts SET parent_id = '😀' WHERE id = 'a0'", &[])?;
        for number in 0..120_i64 {
            tx.execute(
                "INSERT INTO journal (vendor_id, number, account_id, note, digest) \
                 VALUES ('v', $1, 'a1', $2, $3)",
                params![
                    number * 10,
                    (number % 3 == 0).then_some("note"),
                    number.to_be_bytes().to_vec()
                ],
            )?;
        }
        Ok::<_, DbError>(())
    })
    .unwrap();
}

fn hash(db: &Db) -> String {
    db.content_hash(&db.table_names().unwrap()).unwrap()
}

#[test]
fn a_move_there_and_back_keeps_the_content() {
    let (_first, sqlite) = fresh(Dialect::Sqlite);
    let (_second, postgres) = fresh(Dialect::Postgres);
    let (_third, back) = fresh(Dialect::Sqlite);
    fill(&sqlite);
    let expected = Copied { tables: 2, rows: 375 };
    assert_eq!(copy_all(&sqlite, &postgres), Ok(expected.clone()));
    assert_eq!(hash(&postgres), hash(&sqlite));
    assert_eq!(copy_all(&postgres, &back), Ok(expected));
    assert_eq!(hash(&back), hash(&sqlite));
    back.integrity_check().unwrap();
    // References are held again at once.
    for db in [&postgres, &back] {
        let orphan = db.write_blocking(|tx| {
            tx.execute("UPDATE accounts SET parent_id = 'nobody' WHERE id = 'a2'", &[])?;
            tx.execute("UPDATE accounts SET parent_id = NULL WHERE id = 'a2'", &[])
        });
        assert!(matches!(orphan, Err(DbError::ForeignKeyViolation { .. })), "{orphan:?}");
    }
}

#[test]
fn any_changed_value_changes_the_hash() {
    let (_scratch, db) = fresh(Dialect::Sqlite);
    fill(&db);
    let mut seen = vec![hash(&db)];
    for sql in [
        "UPDATE accounts SET balance = balance + 1 WHERE id = 'a5'",
        "UPDATE accounts SET parent_id = 'a1' WHERE id = 'a6'",
        "UPDATE accounts SET name = 'A9' WHERE id = 'a9'",
        "DELETE FROM accounts WHERE id = 'a8'",
        "INSERT INTO journal (vendor_id, number, account_id) VALUES ('v', 5, 'a1')",
    ] {
        db.write_blocking(move |tx| tx.execute(sql, &[])).unwrap();
        let now = hash(&db);
        assert!(!seen.contains(&now), "{sql}");
        seen.push(now);
    }
}

#[test]
fn a_copy_needs_an_empty_target_with_the_same_schema() {
    let (_first, from) = fresh(Dialect::Sqlite);
    let (_second, full) = fresh(Dialect::Sqlite);
    fill(&from);
    full.write_blocking(|tx| insert(tx, "other", 1)).unwrap();
    let words = copy_all(&from, &full).unwrap_err().to_string();
    assert!(words.contains("accounts is not empty"), "{words}");
    let older = Scratch::new(Dialect::Sqlite);
    let words = copy_all(&from, &older.open()).unwrap_err().to_string();
    assert!(words.contains("schemas differ"), "{words}");
    let (_third, newer) = fresh(Dialect::Sqlite);
    let next =
        db::Migration { number: 2, name: "more", sql: "CREATE TABLE more (id TEXT);", fill: None };
    newer.migrate(&[SCHEMA, next], 0).unwrap();
    assert!(matches!(copy_all(&from, &newer), Err(DbError::Schema(_))));
}
