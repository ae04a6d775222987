//! The access document says what the router does.

use testkit::on_sqlite;

#[test]
fn id_02_the_access_document_is_that_of_the_router() {
    on_sqlite(async |world| {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/ACCESS.md");
        let kept = std::fs::read_to_string(path).unwrap_or_default();
        let now = frame::openapi::access_document(&world.app.table);
        assert!(
            kept.trim_end() == now.trim_end(),
            "docs/ACCESS.md is not that of the router: run `cargo xtask access`"
        );
    });
}

#[test]
fn ap_01_the_kept_openapi_document_is_that_of_the_router() {
    on_sqlite(async |world| {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
        let kept = std::fs::read_to_string(path).unwrap_or_default();
        let kept: serde_json::Value = serde_json::from_str(&kept).unwrap_or_default();
        let served = world.anonymous().get("/api/v1/openapi.json").await.is(200).json();
        assert_eq!(served["openapi"], "3.1.0");
        assert!(kept == served, "docs/openapi.json is not that served: run `cargo xtask access`");
    });
}
