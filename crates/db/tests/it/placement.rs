//! Whether a schema could be distributed, read from the catalogue of a plain PostgreSQL: each rule
//! with a schema that keeps it and one that does not.

use std::collections::{BTreeMap, BTreeSet};

use db::scratch::Scratch;
use db::{Dialect, Migration, Place, Placement, placement_faults};

/// Two tables of a tenant, one that all share, and one on one server.
const SOUND: &str = "
    CREATE TABLE tenants (vendor_id TEXT PRIMARY KEY, host TEXT NOT NULL UNIQUE);
    CREATE TABLE deals (vendor_id TEXT NOT NULL REFERENCES tenants (vendor_id), id TEXT NOT NULL,
        number BIGINT NOT NULL, PRIMARY KEY (vendor_id, id));
    CREATE UNIQUE INDEX deals_number ON deals (vendor_id, number);
    CREATE INDEX deals_plain ON deals (number);
    CREATE TABLE notes (vendor_id TEXT NOT NULL, id TEXT NOT NULL, deal_id TEXT NOT NULL,
        PRIMARY KEY (vendor_id, id),
        FOREIGN KEY (vendor_id, deal_id) REFERENCES deals (vendor_id, id));
    CREATE TABLE marks (name TEXT PRIMARY KEY);";

fn placement() -> Placement {
    let tables = [
        ("tenants", Place::Reference),
        ("deals", Place::Distributed),
        ("notes", Place::Distributed),
        ("marks", Place::Local),
        ("schema_migrations", Place::Local),
        ("db_", Place::Local),
    ];
    let tables: BTreeMap<String, Place> =
        tables.into_iter().map(|(name, place)| (name.to_owned(), place)).collect();
    Placement::new(tables, BTreeSet::from(["notes_stay".to_owned()]))
}

/// What is found after the sound schema was changed by `change`.
fn found(change: &'static str) -> Vec<String> {
    let migrations = [
        Migration { number: 1, name: "sound", sql: SOUND, fill: None },
        Migration { number: 2, name: "change", sql: change, fill: None },
    ];
    let scratch = Scratch::new(Dialect::Postgres);
    let db = scratch.open();
    db.migrate(&migrations, 0).unwrap();
    db.read_blocking(|tx| placement_faults(tx, &placement())).unwrap()
}

fn only(change: &'static str, words: &str) {
    let found = found(change);
    let one = found.first().is_some_and(|fault| fault.contains(words));
    assert!(one && found.len() == 1, "{change}: {found:?}");
}

#[test]
fn a_schema_that_can_be_distributed_has_no_faults() {
    assert_eq!(found("SELECT 1;"), Vec::<String>::new());
}

#[test]
fn a_new_table_needs_a_place() {
    only(
        "CREATE TABLE more (vendor_id TEXT NOT NULL, PRIMARY KEY (vendor_id));",
        "table more has no place: list it as distributed when it has vendor_id",
    );
    only(
        "DROP TABLE notes; CREATE TABLE notes (id TEXT);",
        "notes is listed as distributed and has no column",
    );
    only(
        "DROP TABLE notes; CREATE TABLE notes (vendor_id TEXT);",
        "notes is listed as distributed and has no column",
    );
    only("DROP TABLE notes;", "there is no table notes");
}

#[test]
fn a_key_without_the_tenant_is_found() {
    only("ALTER TABLE notes ADD UNIQUE (id);", "key notes_id_key of notes lacks vendor_id");
    only("CREATE UNIQUE INDEX short ON notes (deal_id);", "key short of notes");
    only("CREATE UNIQUE INDEX odd ON notes (LOWER(vendor_id));", "key odd of notes");
    only("CREATE UNIQUE INDEX part ON notes (id) WHERE deal_id <> '';", "key part of notes");
    only("CREATE UNIQUE INDEX wide ON notes (id) INCLUDE (vendor_id);", "key wide of notes");
    only(
        "ALTER TABLE notes DROP CONSTRAINT notes_pkey; ALTER TABLE notes ADD PRIMARY KEY (id);",
        "key notes_pkey of notes",
    );
}

#[test]
fn an_exclusion_without_the_tenant_is_found() {
    only(
        "ALTER TABLE deals ADD CONSTRAINT apart EXCLUDE USING btree (number WITH =);",
        "key apart of deals",
    );
    let kept = "ALTER TABLE deals ADD CONSTRAINT apart \
                EXCLUDE USING btree (vendor_id WITH =, number WITH =);";
    assert_eq!(found(kept), Vec::<String>::new());
}

#[test]
fn a_reference_that_would_lead_to_another_server_is_found() {
    only(
        "CREATE UNIQUE INDEX turned ON deals (id, vendor_id);
         ALTER TABLE notes ADD CONSTRAINT crossed
            FOREIGN KEY (vendor_id, deal_id) REFERENCES deals (id, vendor_id);",
        "reference crossed from notes to deals lacks vendor_id in the same position",
    );
    only(
        "ALTER TABLE tenants ADD COLUMN deal_id TEXT;
         ALTER TABLE tenants ADD CONSTRAINT down
            FOREIGN KEY (vendor_id, deal_id) REFERENCES deals (vendor_id, id);",
        "reference down leads from the reference table tenants to the distributed deals",
    );
    only(
        "ALTER TABLE deals ADD COLUMN mark TEXT;
         ALTER TABLE deals ADD CONSTRAINT aside FOREIGN KEY (mark) REFERENCES marks (name);",
        "reference aside from deals to marks has one end on one server only",
    );
}

#[test]
fn a_trigger_that_nobody_listed_is_found() {
    const FUNCTION: &str = "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'kept'; END; $$;
        CREATE TRIGGER notes_stay BEFORE DELETE ON notes FOR EACH ROW EXECUTE FUNCTION keep();
        CREATE TRIGGER marks_stay BEFORE DELETE ON marks FOR EACH ROW EXECUTE FUNCTION keep();
        CREATE TRIGGER deals_stay BEFORE DELETE ON deals FOR EACH ROW EXECUTE FUNCTION keep();";
    only(FUNCTION, "trigger deals_stay on deals is not listed");
}
