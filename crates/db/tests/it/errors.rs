//! The same mistake has the same name on both databases.

use db::scratch::on_both;
use db::{Db, DbError, NO_PARAMS, params};

use crate::{fresh, insert};

fn refusal(db: &Db, sql: &'static str) -> DbError {
    db.write_blocking(move |tx| {
        insert(tx, "a", 1)?;
        tx.execute(
            "INSERT INTO journal (vendor_id, number, account_id) VALUES ('v', 1, 'a')",
            &[],
        )?;
        tx.execute(sql, NO_PARAMS)
    })
    .unwrap_err()
}

#[test]
fn broken_rules_of_a_table_are_named_alike() {
    on_both(|dialect| {
        let (_scratch, db) = fresh(dialect);
        let same_key = "INSERT INTO accounts (vendor_id, id, name, balance) VALUES ('v','a','x',1)";
        assert!(refusal(&db, same_key).is_unique());
        let same_name =
            "INSERT INTO accounts (vendor_id, id, name, balance) VALUES ('v','b','A',1)";
        assert!(refusal(&db, same_name).is_unique());
        let negative = "UPDATE accounts SET balance = -1";
        assert!(matches!(refusal(&db, negative), DbError::CheckViolation { .. }));
        let missing = "UPDATE accounts SET name = NULL";
        assert!(matches!(refusal(&db, missing), DbError::CheckViolation { .. }));
        let orphan = "UPDATE accounts SET parent_id = 'nobody'";
        assert!(matches!(refusal(&db, orphan), DbError::ForeignKeyViolation { .. }));
        let parent = "DELETE FROM accounts";
        assert!(matches!(refusal(&db, parent), DbError::ForeignKeyViolation { .. }));
    });
}

#[test]
fn a_journal_refuses_change_and_removal() {
    on_both(|dialect| {
        let (_scratch, db) = fresh(dialect);
        for sql in ["UPDATE journal SET note = 'x'", "DELETE FROM journal"] {
            let refused = refusal(&db, sql);
            assert!(matches!(refused, DbError::Refused { .. }), "{refused:?}");
            assert!(refused.to_string().contains("journal"), "{refused}");
        }
    });
}

#[test]
fn a_text_with_a_zero_byte_is_refused_on_both() {
    on_both(|dialect| {
        let (_scratch, db) = fresh(dialect);
        assert_eq!(db.write_blocking(|tx| insert(tx, "a\0b", 1)), Err(DbError::ZeroByte));
    });
}

#[test]
fn parameters_must_be_exactly_those_of_the_statement() {
    on_both(|dialect| {
        let (_scratch, db) = fresh(dialect);
        let with = |given: usize| {
            db.read_blocking(move |tx| {
                let all = [db::Value::from("v"), db::Value::from("a"), db::Value::from(3)];
                tx.query(
                    "SELECT id FROM accounts WHERE vendor_id = $1 AND id = $2 AND name <> $2",
                    &all[..given],
                    |row| row.text(0),
                )
            })
        };
        assert_eq!(with(2), Ok(vec![]));
        for given in [0, 1, 3] {
            let refused = with(given);
            assert!(matches!(refused, Err(DbError::Other(_))), "{given}: {refused:?}");
        }
        let typed = db.read_blocking(|tx| {
            tx.query("SELECT id FROM accounts WHERE balance = $1", params![1], |row| row.text(0))
        });
        assert_eq!(typed, Ok(vec![]));
    });
}

#[test]
fn a_statement_that_cannot_be_read_is_an_error() {
    on_both(|dialect| {
        let (_scratch, db) = fresh(dialect);
        for sql in ["SELEC 1", "SELECT nothing FROM accounts", "SELECT 1 FROM nowhere"] {
            let refused = db.read_blocking(move |tx| tx.query(sql, NO_PARAMS, |row| row.int(0)));
            assert!(matches!(refused, Err(DbError::Other(_))), "{refused:?}");
        }
    });
}

#[test]
fn a_returning_statement_counts_its_rows() {
    on_both(|dialect| {
        let (_scratch, db) = fresh(dialect);
        db.write_blocking(|tx| {
            insert(tx, "a", 1)?;
            insert(tx, "b", 1)?;
            let sql = "UPDATE accounts SET balance = balance + 1 RETURNING balance";
            assert_eq!(tx.execute(sql, NO_PARAMS), Ok(2));
            assert_eq!(tx.query(sql, NO_PARAMS, |row| row.int(0)), Ok(vec![3, 3]));
            Ok::<_, DbError>(())
        })
        .unwrap();
    });
}
