//! The schema can be distributed as `migrations/placement.toml` says, read from the catalogue of a
//! plain PostgreSQL.

use app::{migrations, placement};
use db::{Dialect, scratch::Scratch};

#[test]
fn every_table_has_a_place_and_every_key_and_reference_holds_the_vendor() {
    let scratch = Scratch::migrated(Dialect::Postgres, migrations::ALL);
    let declared = placement::declared().unwrap();
    let faults =
        scratch.open().read_blocking(move |tx| db::placement_faults(tx, &declared)).unwrap();
    let told = "migrations/placement.toml says where tables lie, docs/adr/0020 why";
    assert!(faults.is_empty(), "{told}:\n{}", faults.join("\n"));
}
