//! What lists are searched by is what they show, however a row was written or when.

use std::sync::Arc;

use app::search_keys::{self, ALL, Keyed};
use db::{DbError, Dialect, Searched, Tx};
use domain::folding::search_key;
use frame::{App, AppError, Cx, list::few};
use serde_json::Value;
use testkit::on_both;
use testkit::steps::imports::{imported, importer};

use super::demo::history::{SMALL, empty};

/// Columns of that name that recognise companies instead of finding them.
const RECOGNISED: [(&str, &str); 2] = [("account_names", "name_key"), ("accounts", "name_key")];

/// The table and name of every column that is named like a key.
fn columns(tx: &mut Tx<'_>) -> Result<Vec<(String, String)>, DbError> {
    let sql = match tx.dialect() {
        Dialect::Sqlite => {
            "SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c \
             WHERE t.type = 'table' AND c.name IN ('search_key', 'name_key') ORDER BY 1, 2"
        }
        Dialect::Postgres => {
            "SELECT t.relname::TEXT, a.attname::TEXT FROM pg_class t JOIN pg_attribute a \
             ON a.attrelid = t.oid WHERE t.relkind IN ('r', 'p') \
             AND a.attname IN ('search_key', 'name_key') ORDER BY 1, 2"
        }
    };
    tx.query_as(sql, &[])
}

#[test]
fn every_key_of_the_schema_is_filled() {
    for dialect in [Dialect::Sqlite, Dialect::Postgres] {
        let (_scratch, app) = empty(dialect);
        let found = app.db.read_blocking(columns).unwrap();
        let known = ALL.iter().map(|keyed| (keyed.table, keyed.key)).chain(RECOGNISED);
        let mut known: Vec<(String, String)> =
            known.map(|(table, key)| (table.to_owned(), key.to_owned())).collect();
        known.sort();
        assert_eq!(found, known, "{dialect:?}");
    }
}

/// A row: its texts, and its key.
type Row = (Vec<String>, String);

fn rows(tx: &mut Tx<'_>, keyed: &Keyed) -> Result<Vec<Row>, DbError> {
    let Keyed { table, key, texts, .. } = keyed;
    let sql = format!("SELECT {}, {key} FROM {table}", texts.join(", "));
    let mut rows = tx.query(&sql, &[], |row| {
        let texts = (0..texts.len()).map(|at| row.text(at)).collect::<Result<Vec<_>, _>>()?;
        Ok((texts, row.text(keyed.texts.len())?))
    })?;
    rows.sort();
    Ok(rows)
}

/// Compares every key with its texts; gives the names of the tables that had rows.
fn compare(app: &Arc<App>) -> Vec<&'static str> {
    let compared = app.db.read_blocking(|tx| {
        let mut filled = Vec::new();
        for keyed in ALL {
            let rows = rows(tx, keyed)?;
            if !rows.is_empty() {
                filled.push(keyed.table);
            }
            for (texts, key) in rows {
                let right = search_key(texts.iter().map(String::as_str));
                assert_eq!(key, right, "{}.{} of {texts:?}", keyed.table, keyed.key);
            }
        }
        Ok::<_, DbError>(filled)
    });
    compared.unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn whoever_writes_a_text_writes_its_key() {
    let (_scratch, app) = empty(Dialect::Sqlite);
    demo::seed(&app, SMALL, &|_| {}).expect("a demo");
    let filled = compare(&app);
    for table in ["accounts", "deal_registrations", "direct_opportunities", "conflict_decisions"] {
        assert!(filled.contains(&table), "no row of {table}: {filled:?}");
    }
}

#[test]
fn rows_of_before_get_the_key_that_they_would_have_been_written_with() {
    on_both(async |world| {
        let key = importer(&world).await;
        let other = world.partner("Ölmühle 100%").await;
        world.other_vendor("other.example", 2).await;
        let text = "name,country,other names\nÖlmühle Oberland AG,DE,Société du Moulin\n\
                    Северный Ветер,RU,Wind\nUNDER_score Ltd,GB,\n";
        imported(&world, &key, ("accounts", text.as_bytes()), Value::Null).await;
        testkit::steps::deal_registration::register(&other, "Élan Vital").await;
        assert!(compare(&world.app).len() >= 5);
        world
            .act(|cx| {
                for Keyed { table, key, .. } in ALL {
                    cx.tx.execute(&format!("UPDATE {table} SET {key} = 'stale'"), &[])?;
                }
                search_keys::fill_26(cx.tx)?;
                Ok(())
            })
            .await;
        compare(&world.app);
    });
}

#[test]
fn rows_that_an_older_program_wrote_during_an_upgrade_are_found_after_the_next_hour() {
    on_both(async |world| {
        let north = world.partner("Ölmühle").await;
        testkit::steps::deal_registration::register(&north, "Élan Vital").await;
        let ops = world.vendor_user("ops@acme.example", "operations").await;
        world.run_jobs().await;
        world
            .act(|cx| {
                for Keyed { table, key, .. } in ALL {
                    cx.tx.execute(&format!("UPDATE {table} SET {key} = ''"), &[])?;
                }
                Ok(())
            })
            .await;
        let found = async || ops.get("/registrations?q=elan").await.is(200);
        let _ = found().await.does_not_say("Élan Vital");
        world.travel_to_instant("2026-01-05T09:30:00Z").await;
        let _ = found().await.says("Élan Vital");
        // Mails and refused registrations are many and without an index: they wait for the night.
        world.travel_to_instant("2026-01-06T05:00:00Z").await;
        assert!(compare(&world.app).len() >= 5);
    });
}

/// Rows of two tables whose keys begin with these words.
fn named(cx: &mut Cx<'_, '_>, words: &str, each: usize) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    for (at, (table, id, key)) in [NAMES, OTHER].into_iter().enumerate() {
        for row in 0..each {
            let (id_, text) = (format!("{words}-{at}-{row}"), format!("{words} {row}"));
            let sql = match table {
                "account_names" => format!(
                    "INSERT INTO {table} (vendor_id, {id}, name, name_key, {key}) \
                     VALUES ($1, $2, $3, $3, $3)"
                ),
                _ => format!(
                    "INSERT INTO {table} (vendor_id, {id}, email, name, {key}, created_at) \
                     VALUES ($1, $2, $2, $3, $3, 0)"
                ),
            };
            cx.tx.execute(&sql, db::params![vendor_id.as_str(), &id_, &text])?;
        }
    }
    Ok(())
}

const NAMES: (&str, &str, &str) = ("account_names", "account_id", "search_key");
const OTHER: (&str, &str, &str) = ("identity_users", "user_id", "search_key");

#[test]
fn rows_are_read_one_by_one_up_to_500_of_all_searched_columns_together() {
    on_both(async |world| {
        let found = world
            .act(|cx| {
                named(cx, "few", 250)?;
                named(cx, "many", 251)?;
                let columns = [NAMES, OTHER].map(|(table, id, text)| Searched { table, text, id });
                let count = |cx: &mut Cx<'_, '_>, words| {
                    Ok::<_, AppError>(few(cx, &columns, words)?.map(|ids| ids.len()))
                };
                Ok([count(cx, "few")?, count(cx, "many")?, count(cx, "none")?])
            })
            .await;
        assert_eq!(found, [Some(500), None, Some(0)]);
    });
}
