//! The access document says what the router does.

use testkit::on_sqlite;

#[test]
fn id_02_the_access_document_is_that_of_the_router() {
    on_sqlite(async |world| {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/ACCESS.md");
        let kept = std::fs::read_to_string(path).unwrap_or_default();
        let now = app::core::openapi::access_document(&world.app.table);
        assert!(
            kept.trim_end() == now.trim_end(),
            "docs/ACCESS.md is not that of the router: run `cargo xtask access`"
        );
    });
}
