//! Reads, writes, and what a failed closure leaves behind.

use std::collections::BTreeSet;

use db::scratch::{Scratch, on_both};
use db::{Db, DbError, Dialect, NO_PARAMS, Options, Tx, params};

use crate::{count, fresh, insert};

#[test]
fn a_committed_write_is_seen_by_the_next_read() {
    on_both(|dialect| {
        let (_scratch, db) = fresh(dialect);
        assert_eq!(db.write_blocking(|tx| insert(tx, "a", 5)), Ok(1));
        assert_eq!(count(&db), 1);
        assert_eq!(db.dialect(), dialect);
    });
}

#[test]
fn a_failed_write_leaves_nothing() {
    on_both(|dialect| {
        let (_scratch, db) = fresh(dialect);
        let outcome: Result<(), DbError> = db.write_blocking(|tx| {
            insert(tx, "a", 5)?;
            Err(DbError::NotFound)
        });
        assert_eq!(outcome, Err(DbError::NotFound));
        assert_eq!(count(&db), 0);
        assert_eq!(db.stats().commits, 0);
        assert_eq!(db.write_blocking(|tx| insert(tx, "b", 5)), Ok(1));
    });
}

#[test]
fn what_is_due_at_the_end_of_a_write_is_done_once_with_all_its_subjects() {
    on_both(|dialect| {
        let (_scratch, db) = fresh(dialect);
        let end = |tx: &mut Tx<'_>, names: BTreeSet<&'static str>| {
            names.iter().try_for_each(|name| insert(tx, name, 1).map(|_| ()))
        };
        db.write_blocking(move |tx| {
            for (name, is_new) in [("b", true), ("a", true), ("b", false)] {
                assert_eq!(tx.at_the_end(name, end)?, is_new);
            }
            Ok::<_, DbError>(())
        })
        .unwrap();
        assert_eq!(count(&db), 2);
        let refused = db.write_blocking(move |tx| {
            insert(tx, "c", 1)?;
            tx.at_the_end("c", end)
        });
        assert!(refused.is_err_and(|error| error.is_unique()), "its failure is that of the write");
        let undone: Result<(), DbError> = db.write_blocking(move |tx| {
            tx.at_the_end("d", end)?;
            Err(DbError::NotFound)
        });
        assert_eq!(undone, Err(DbError::NotFound));
        assert_eq!(count(&db), 2, "neither c nor d");
        let mixed = db.write_blocking(move |tx| {
            tx.at_the_end("e", end)?;
            tx.at_the_end(5_i64, |_, _| Ok(()))
        });
        assert!(mixed.is_err());
    });
}

#[test]
fn every_type_comes_back_as_it_went_in() {
    on_both(|dialect| {
        let (_scratch, db) = fresh(dialect);
        db.write_blocking(|tx| {
            insert(tx, "a", i64::MAX)?;
            tx.execute(
                "INSERT INTO journal (vendor_id, number, account_id, note, digest) \
                 VALUES ('v', $4, $3, $2, $1)",
                params![&[0_u8, 1, 255], None::<&str>, "a", true],
            )?;
            insert(tx, "Ünïcode '); DROP TABLE x; -- $1", 0)
        })
        .unwrap();
        let row = db
            .read_blocking(|tx| {
                tx.query_one(
                    "SELECT a.balance, j.note, j.digest, j.number, a.name FROM journal j \
                     JOIN accounts a ON a.vendor_id = j.vendor_id AND a.id = j.account_id \
                     WHERE j.vendor_id = $1 AND j.number > $2",
                    params!["v", 0],
                    |row| {
                        Ok((
                            row.int(0)?,
                            row.opt_text(1)?,
                            row.blob(2)?,
                            row.flag(3)?,
                            row.text(4)?,
                        ))
                    },
                )
            })
            .unwrap();
        assert_eq!(row, (i64::MAX, None, vec![0, 1, 255], true, String::from("a")));
        assert_eq!(count(&db), 2);
    });
}

#[test]
fn a_column_of_another_type_is_named() {
    on_both(|dialect| {
        let (_scratch, db) = fresh(dialect);
        db.write_blocking(|tx| insert(tx, "a", 1)).unwrap();
        let sql = "SELECT name, balance, parent_id FROM accounts";
        let wrong = |db: &Db, column: usize| {
            db.read_blocking(move |tx| tx.query(sql, NO_PARAMS, |row| row.int(column))).unwrap_err()
        };
        let named = |error: DbError, name: &str| {
            assert!(matches!(&error, DbError::Type { column, .. } if column == name), "{error}");
        };
        named(wrong(&db, 0), "name");
        named(wrong(&db, 2), "parent_id");
        named(wrong(&db, 9), "9");
        let text = db.read_blocking(move |tx| tx.query(sql, NO_PARAMS, |row| row.text(1)));
        named(text.unwrap_err(), "balance");
    });
}

#[test]
fn a_snapshot_does_not_see_what_is_committed_after_it_began() {
    on_both(|dialect| {
        let (_scratch, db) = fresh(dialect);
        let writer = db.clone();
        let seen = db
            .read_blocking(move |tx| {
                let sql = "SELECT COUNT(*) FROM accounts";
                let before = tx.query_one(sql, NO_PARAMS, |row| row.int(0))?;
                writer.write_blocking(|tx| insert(tx, "a", 1))?;
                let after = tx.query_one(sql, NO_PARAMS, |row| row.int(0))?;
                Ok::<_, DbError>((before, after))
            })
            .unwrap();
        assert_eq!(seen, (0, 0));
        assert_eq!(count(&db), 1);
    });
}

#[test]
fn a_read_cannot_change_anything() {
    on_both(|dialect| {
        let (_scratch, db) = fresh(dialect);
        assert_eq!(db.read_blocking(|tx| insert(tx, "a", 1)), Err(DbError::ReadOnly));
        assert_eq!(count(&db), 0);
    });
}

#[test]
fn an_attempt_undoes_only_itself() {
    on_both(|dialect| {
        let (_scratch, db) = fresh(dialect);
        db.write_blocking(|tx| {
            insert(tx, "a", 1)?;
            let again = tx.attempt(|tx| {
                insert(tx, "b", 1)?;
                insert(tx, "a", 2)
            });
            assert!(again.is_err_and(|error: DbError| error.is_unique()));
            tx.attempt(|tx| {
                let inner = tx.attempt(|tx| insert(tx, "a", 3));
                assert!(inner.is_err_and(|error: DbError| error.is_unique()));
                insert(tx, "c", 1)
            })
        })
        .unwrap();
        let names = db.read_blocking(|tx| {
            tx.query("SELECT id FROM accounts ORDER BY id", NO_PARAMS, |row| row.text(0))
        });
        assert_eq!(names, Ok(vec![String::from("a"), String::from("c")]));
    });
}

#[test]
fn a_swallowed_failure_spoils_the_transaction_on_both() {
    on_both(|dialect| {
        let (_scratch, db) = fresh(dialect);
        let outcome = db.write_blocking(|tx| {
            insert(tx, "a", 1)?;
            drop(insert(tx, "a", 2));
            Ok::<_, DbError>(())
        });
        assert_eq!(outcome, Err(DbError::Spoiled));
        let outcome = db.write_blocking(|tx| {
            insert(tx, "a", 1)?;
            drop(insert(tx, "a", 2));
            insert(tx, "b", 1)
        });
        assert_eq!(outcome, Err(DbError::Spoiled));
        let outcome = db.write_blocking(|tx| {
            tx.attempt(|tx| {
                drop(insert(tx, "a", -1));
                Ok::<_, DbError>(())
            })
        });
        assert_eq!(outcome, Err(DbError::Spoiled));
        assert_eq!(count(&db), 0);
    });
}

#[test]
fn a_row_that_is_not_there_is_told_by_query_one_only() {
    on_both(|dialect| {
        let (_scratch, db) = fresh(dialect);
        let sql = "SELECT id FROM accounts WHERE id = $1";
        let one = db.read_blocking(move |tx| tx.query_one(sql, params!["x"], |row| row.text(0)));
        assert_eq!(one, Err(DbError::NotFound));
        let none = db.read_blocking(move |tx| tx.query_opt(sql, params!["x"], |row| row.text(0)));
        assert_eq!(none, Ok(None));
    });
}

#[test]
fn a_write_inside_a_write_is_refused_instead_of_waiting_for_itself() {
    on_both(|dialect| {
        let (_scratch, db) = fresh(dialect);
        let inner = db.clone();
        let outcome = db.write_blocking(move |tx| {
            insert(tx, "outer", 1)?;
            inner.write_blocking(|tx| insert(tx, "inner", 1))
        });
        assert!(outcome.unwrap_err().to_string().contains("inside a write"));
        assert_eq!(count(&db), 0);
    });
}

#[tokio::test]
async fn tasks_use_the_same_database_as_threads() {
    for dialect in Dialect::ALL {
        let (_scratch, db) = fresh(dialect);
        db.write(|tx| insert(tx, "a", 1)).await.unwrap();
        let found = db
            .read(|tx| tx.query_one("SELECT COUNT(*) FROM accounts", NO_PARAMS, |row| row.int(0)))
            .await;
        assert_eq!(found, Ok(1));
        assert_eq!(count(&db), 1);
    }
}

#[test]
fn work_that_waits_is_finished_when_the_database_is_closed() {
    on_both(|dialect| {
        let scratch = Scratch::migrated(dialect, &[crate::SCHEMA]);
        let db = scratch.open_with(Options { readers: 1, ..Options::default() });
        let writers: Vec<_> = (0..8)
            .map(|number| {
                let db = db.clone();
                std::thread::spawn(move || {
                    db.write_blocking(move |tx| insert(tx, &format!("a{number}"), 1))
                })
            })
            .collect();
        let stored = writers.into_iter().map(|writer| writer.join().unwrap().unwrap()).sum::<u64>();
        db.close();
        let late = db.write_blocking(|tx| insert(tx, "late", 1));
        assert!(matches!(late, Err(DbError::Unavailable { .. })), "{late:?}");
        let again = scratch.open();
        assert_eq!(u64::try_from(count(&again)), Ok(stored));
    });
}

#[test]
fn an_address_that_leads_nowhere_is_an_error_with_words() {
    let refusal =
        |url: &str| Db::open(url, Options::default()).err().map(|error| error.to_string());
    let sqlite = refusal("sqlite:/no/such/folder/x.db").unwrap();
    assert!(sqlite.contains("/no/such/folder/x.db"), "{sqlite}");
    let postgres = refusal("postgres://nobody@127.0.0.1:1/x").unwrap();
    assert!(postgres.contains("no connection to PostgreSQL"), "{postgres}");
}
