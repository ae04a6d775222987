//! Rows are found by an index, however the audit trail asks for them.

use db::{DbError, Value};
use people::audit::Table;

/// How the steps of each statement's plan find their rows, for each table.
fn plans() -> Vec<(&'static Table, Vec<String>)> {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("plans.db").display());
    let db = db::Db::open(&url, db::Options::default()).unwrap();
    db.migrate(app::migrations::ALL, 0).unwrap();
    let plans = db.read_blocking(move |tx| {
        let mut plans = Vec::new();
        for table in app::kept_tables() {
            for (statement, parameters) in table.statements() {
                let sql = format!("EXPLAIN QUERY PLAN {statement}");
                let params = vec![Value::from("1"); parameters];
                plans.push((table, tx.query(&sql, &params, |row| row.text(3))?));
            }
        }
        Ok::<_, DbError>(plans)
    });
    db.close();
    plans.unwrap()
}

#[test]
fn au_01_an_index_finds_a_row_by_its_whole_key() {
    let plans = plans();
    assert_eq!(plans.len(), 3 * app::kept_tables().len());
    for (table, steps) in plans {
        let columns: Vec<String> =
            table.key.iter().map(|key| format!(" AND {}=?", key.name())).collect();
        let whole = format!("(vendor_id=?{})", columns.concat());
        let own: Vec<&String> = steps.iter().filter(|step| step.contains(" t")).collect();
        assert!(!own.is_empty(), "{}: {steps:?}", table.name);
        for step in own {
            assert!(step.contains(&whole), "{}: {steps:?}", table.name);
        }
    }
}
