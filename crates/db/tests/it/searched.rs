//! Few rows among many are found by part of a text.

use db::scratch::on_both;
use db::{Searched, params};

use crate::fresh;

const NAMES: Searched = Searched { table: "accounts", text: "name", id: "id" };

#[test]
fn rows_that_contain_the_words_are_found_up_to_a_number() {
    on_both(|dialect| {
        let (_scratch, db) = fresh(dialect);
        db.write_blocking(|tx| {
            let rows = [
                ("v", "a", "nord 100% gmbh"),
                ("v", "b", "under_score gmbh"),
                ("v", "c", "ölmühle gmbh"),
                ("v", "d", "under'score !"),
                ("w", "e", "another nord gmbh"),
            ];
            for (vendor, id, name) in rows {
                tx.execute(
                    "INSERT INTO accounts (vendor_id, id, name, balance) VALUES ($1, $2, $3, 0)",
                    params![vendor, id, name],
                )?;
            }
            Ok::<(), db::DbError>(())
        })
        .unwrap();
        let found = |vendor: &'static str, words: &'static str, most| {
            db.read_blocking(move |tx| NAMES.ids(tx, (vendor, words), most)).unwrap().map(
                |mut ids| {
                    ids.sort();
                    ids.join(" ")
                },
            )
        };
        for (words, ids) in [
            ("nord", "a"),
            ("100%", "a"),
            ("%", "a"),
            ("_", "b"),
            ("r_s", "b"),
            ("mühl", "c"),
            ("r's", "d"),
            ("!", "d"),
            ("nobody", ""),
        ] {
            assert_eq!(found("v", words, 3).as_deref(), Some(ids), "{words}");
        }
        assert_eq!(found("v", "gmbh", 3).as_deref(), Some("a b c"));
        assert_eq!(found("v", "gmbh", 2), None);
        assert_eq!(found("w", "gmbh", 1).as_deref(), Some("e"));
    });
}
