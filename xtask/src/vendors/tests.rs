//! Statements that keep to one vendor, and those that do not.

use std::collections::{BTreeMap, BTreeSet};

use super::{Schema, findings};
use crate::tree::Tree;

fn schema() -> Schema {
    let names = |list: &[&str]| list.iter().map(|name| (*name).to_owned()).collect();
    Schema { by_vendor: names(&["deals", "notes", "deals_v_open"]), whole: names(&["vendors"]) }
}

fn sound(sql: &str) {
    assert_eq!(schema().fault(sql), None, "{sql}");
}

fn faulty(sql: &str, words: &str) {
    let fault = schema().fault(sql).unwrap_or_default();
    assert!(!words.is_empty() && fault.contains(words), "{sql}: `{fault}`");
}

#[test]
fn a_condition_names_the_vendor() {
    sound("SELECT id FROM deals WHERE vendor_id = $1 AND id = $2");
    sound("SELECT id FROM deals d WHERE ($2 = '' OR d.id = $2) AND d.vendor_id = $1 ORDER BY id");
    sound("SELECT id FROM deals WHERE (vendor_id = '' AND id > $1) LIMIT 1");
    sound("DELETE FROM deals WHERE vendor_id = $1 AND id = $2");
    sound("UPDATE deals SET name = $3 WHERE id = $2 AND $1 = vendor_id RETURNING id");
    faulty("SELECT id FROM deals WHERE id = $1", "`deals` without a vendor");
    faulty("SELECT id FROM deals WHERE vendor_id = $1 OR id = $2", "without a vendor");
    faulty("SELECT id FROM deals WHERE (vendor_id = $1 AND id > $2) OR id = $3", "without");
    faulty("SELECT id FROM deals WHERE vendor_id <> $1", "without a vendor");
    faulty("SELECT id FROM deals WHERE vendor_id IN ($1, '')", "without a vendor");
    faulty("SELECT id FROM deals WHERE NOT (vendor_id = $1)", "without a vendor");
    faulty("UPDATE deals SET vendor_id = $1", "without a vendor");
    faulty("DELETE FROM deals", "without a vendor");
}

#[test]
fn what_is_no_table_by_vendor_needs_none() {
    sound("SELECT vendor_id FROM vendors WHERE host = $1");
    sound("SELECT COUNT(*) FROM sqlite_master");
    sound("SELECT value FROM json_each($1)");
}

#[test]
fn joined_tables_are_of_one_vendor() {
    let from = "SELECT n.id FROM deals d JOIN notes n ON n.id = d.id";
    sound(&format!("{from} AND n.vendor_id = d.vendor_id WHERE d.vendor_id = $1"));
    sound(&format!("{from} WHERE d.vendor_id = $1 AND n.vendor_id = $1"));
    sound("SELECT 1 FROM deals d LEFT JOIN notes n USING (vendor_id, id) WHERE d.vendor_id = $1");
    sound("SELECT 1 FROM deals d, notes n WHERE n.vendor_id = d.vendor_id AND d.vendor_id = $1");
    sound(
        "SELECT 1 FROM vendors v JOIN deals d ON d.vendor_id = v.vendor_id WHERE v.vendor_id = $1",
    );
    sound("SELECT 1 FROM deals_v_open WHERE vendor_id = $1");
    faulty(&format!("{from} WHERE d.vendor_id = $1"), "`deals` and `notes` not of one vendor");
    faulty(&format!("{from} WHERE d.vendor_id = $1 AND n.vendor_id = $2"), "not of one vendor");
    faulty("SELECT 1 FROM deals_v_open WHERE id = $1", "`deals_v_open` without");
}

#[test]
fn queries_within_name_the_vendor_too() {
    let outer = "SELECT id FROM deals d WHERE d.vendor_id = $1 AND";
    sound(&format!("{outer} EXISTS (SELECT 1 FROM notes n WHERE n.vendor_id = d.vendor_id)"));
    sound(&format!("{outer} NOT EXISTS (SELECT 1 FROM notes WHERE vendor_id = $1 AND id = d.id)"));
    sound(&format!("{outer} (id = $2 OR id IN (SELECT id FROM notes WHERE vendor_id = $1))"));
    sound(
        "SELECT x.id FROM (SELECT vendor_id, id FROM deals WHERE vendor_id = $1) x \
           JOIN notes n ON n.vendor_id = x.vendor_id",
    );
    let count = "(SELECT COUNT(*) FROM notes n WHERE n.vendor_id = ";
    sound(&format!("SELECT {count}$1) FROM deals d WHERE d.vendor_id = $1"));
    faulty(&format!("{outer} id IN (SELECT id FROM notes)"), "`deals` and `notes`");
    faulty(&format!("{outer} EXISTS (SELECT 1 FROM notes n WHERE n.id = d.id)"), "`notes`");
    // Those that only say that it is the same one are put to every server.
    faulty(&format!("SELECT {count}d.vendor_id) FROM deals d WHERE d.vendor_id = $1"), "`notes`");
    faulty(&format!("{outer} d.id = {count}d.vendor_id)"), "`notes`");
    let either = "($2 = '' OR EXISTS (SELECT 1 FROM notes n WHERE n.vendor_id = ";
    sound(&format!("{outer} {either}$1))"));
    faulty(&format!("{outer} {either}d.vendor_id))"), "`notes`");
    let oldest = "(SELECT vendor_id, id FROM notes WHERE vendor_id = $1 ORDER BY id LIMIT 5)";
    sound(&format!("DELETE FROM deals WHERE vendor_id = $1 AND (vendor_id, id) IN {oldest}"));
    faulty(&format!("DELETE FROM deals WHERE (vendor_id, id) IN {oldest}"), "`deals` without");
}

#[test]
fn named_queries_are_followed() {
    sound(
        "WITH RECURSIVE below (id) AS (SELECT id FROM deals WHERE vendor_id = $1 AND id = $2 \
           UNION SELECT d.id FROM deals d JOIN below b ON d.vendor_id = $1 AND d.parent = b.id) \
           SELECT id FROM notes WHERE vendor_id = $1 AND id IN (SELECT id FROM below)",
    );
    sound(
        "WITH all_of AS (SELECT vendor_id, id FROM deals) \
           SELECT a.id FROM all_of a WHERE a.vendor_id = $1",
    );
    faulty(
        "WITH all_of AS (SELECT id FROM deals) SELECT n.id FROM notes n JOIN all_of a \
            ON a.id = n.id WHERE n.vendor_id = $1",
        "`deals`",
    );
    sound(
        "SELECT id FROM deals WHERE vendor_id = $1 UNION ALL SELECT id FROM notes \
           WHERE vendor_id = $1",
    );
    faulty("SELECT id FROM deals WHERE vendor_id = $1 UNION ALL SELECT id FROM notes", "`notes`");
}

#[test]
fn an_insert_says_whose_the_row_is() {
    sound(
        "INSERT INTO deals (vendor_id, id) VALUES ($1, $2) ON CONFLICT (vendor_id, id) \
           DO UPDATE SET id = excluded.id WHERE deals.id < excluded.id",
    );
    sound("INSERT INTO deals (id, vendor_id) SELECT id, vendor_id FROM notes WHERE vendor_id = $1");
    sound("INSERT INTO deals (id, vendor_id) SELECT $2, $1 FROM notes WHERE vendor_id = $1");
    sound("INSERT INTO deals (vendor_id, id) VALUES ($1, $2), ($1, $3)");
    faulty("INSERT INTO deals (id) VALUES ($1)", "`deals` without");
    faulty("INSERT INTO deals (vendor_id, id) VALUES ($1, $2), ($3, $4)", "`deals` without");
    faulty("INSERT INTO deals (vendor_id, id) SELECT vendor_id, id FROM notes", "without");
    faulty("INSERT INTO deals (vendor_id, id) SELECT $1, id FROM notes", "`notes`");
}

#[test]
fn a_view_keeps_to_the_vendor_that_its_column_says() {
    let found = |columns: &str, on: &str| {
        let text = format!(
            "-- owner: deals\nCREATE VIEW deals_v_all AS\n    -- All; of them.\n    \
             SELECT {columns} FROM deals d\n    JOIN notes n ON {on};\n"
        );
        let placed = "distributed = [\"deals\", \"notes\"]\n";
        super::views(&Tree::of(&[
            ("migrations/placement.toml", placed),
            ("migrations/0001_deals.sql", &text),
        ]))
    };
    let kept = "n.vendor_id = d.vendor_id AND n.id = d.id";
    assert_eq!(found("d.vendor_id, n.id", kept), []);
    for (columns, on) in [("d.vendor_id, n.id", "n.id = d.id"), ("d.id", kept)] {
        let found = found(columns, on);
        assert!(found.len() == 1 && found[0].1.contains("deals_v_all"), "{found:?}");
    }
}

#[test]
fn what_cannot_be_read_is_a_finding() {
    faulty("MERGE INTO deals USING notes ON 1 = 1", "cannot be read");
}

#[test]
fn a_listed_statement_is_let_through_and_a_list_that_is_not_used_is_found() {
    let tree = Tree::of(&[
        ("migrations/placement.toml", "distributed = [\"deals\"]\n[reference]\nvendors = \"x\"\n"),
        (
            "migrations/maintenance.toml",
            "[[statement]]\nbegins = \"DELETE FROM deals WHERE kept_at\"\nreason = \"at night\"\n",
        ),
    ]);
    let run = |sql: &[&str]| {
        let places = BTreeSet::from(["crates/app/src/deals/store.rs:7".to_owned()]);
        let recorded: BTreeMap<_, _> =
            sql.iter().map(|sql| ((*sql).to_owned(), places.clone())).collect();
        findings(&tree, &recorded, true).unwrap().0
    };
    let night = "DELETE FROM deals WHERE kept_at < $1";
    assert_eq!(run(&[night]), Vec::<String>::new());
    let found = run(&[night, "SELECT id FROM deals"]);
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("crates/app/src/deals/store.rs:7: `deals` without a vendor"));
    let unused = run(&["SELECT id FROM deals WHERE vendor_id = $1"]);
    assert!(unused.len() == 1 && unused[0].contains("no test ran"), "{unused:?}");
}

#[test]
fn what_leaves_rows_whole_names_no_vendor_for_them() {
    let outer = "SELECT 1 FROM deals d LEFT JOIN notes n ON n.vendor_id = d.vendor_id";
    sound(&format!("{outer} WHERE d.vendor_id = $1"));
    sound("SELECT 1 FROM deals d LEFT JOIN notes n ON n.vendor_id = $1 WHERE d.vendor_id = $1");
    faulty(&format!("{outer} AND d.vendor_id = $1"), "`deals` without a vendor");
    faulty(&format!("{outer} WHERE n.vendor_id = $1"), "`deals` without a vendor");
    faulty(
        "SELECT 1 FROM deals d RIGHT JOIN notes n ON n.vendor_id = $1 WHERE d.vendor_id = $1",
        "not of one vendor",
    );
    let none = "NOT EXISTS (SELECT 1 FROM notes n WHERE n.id = d.id AND n.vendor_id = d.vendor_id";
    sound(&format!("SELECT 1 FROM deals d WHERE d.vendor_id = $1 AND {none})"));
    faulty(&format!("SELECT 1 FROM deals d WHERE {none} AND d.vendor_id = $1)"), "without");
    faulty(&format!("SELECT 1 FROM deals d WHERE {none} AND n.vendor_id = $1)"), "without");
    let some = none.replace("NOT EXISTS", "EXISTS");
    sound(&format!("SELECT 1 FROM deals d WHERE {some} AND n.vendor_id = $1)"));
}
