//! What harnesses share that work inside one process: a world for a story, chance from a seed,
//! people and bodies.

pub(crate) mod dice;
pub(crate) mod text;

use std::future::Future;

use db::Dialect;
use rig::Outcome;
use serde_json::{Value, json};
use testkit::World;

/// Runs a story to its end on a runtime of its own.
pub(crate) fn told<T>(story: impl Future<Output = Outcome<T>>) -> Outcome<T> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|e| format!("a runtime: {e}"))?
        .block_on(story)
}

/// Tells a story in a fresh world over this kind of database.
pub(crate) fn in_world<T>(
    dialect: Dialect,
    story: impl AsyncFnOnce(&World) -> Outcome<T>,
) -> Outcome<T> {
    told(async {
        let world = World::start(dialect).await;
        story(&world).await
    })
}

/// A complete deal for a company of that name and internet domain.
pub(crate) fn deal(name: &str, domain: &str) -> Value {
    json!({
        "submit": true,
        "account_name": name,
        "account_domain": domain,
        "account_country": "DE",
        "contact_email": format!("ana@{domain}"),
        "products": [{ "code": product(), "quantity": 1 }],
        "amount": { "minor": 5_000_000, "currency": "EUR" },
        "close_on": "2027-06-30",
        "evidence_note": "We met their head of purchasing."
    })
}

/// The first product line of the default program that can be registered.
pub(crate) fn product() -> String {
    let document = domain::program::Document::default_document();
    let product = document.products.iter().find(|product| product.registrable);
    product.map_or_else(String::new, |product| product.code.clone())
}

/// A member of a document, as text; `""` when it is none.
pub(crate) fn word<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or("")
}

/// An error with the first characters of what was said.
pub(crate) fn unexpected(asked: &str, status: u16, text: &str) -> String {
    let words: String = text.chars().take(600).collect();
    format!("{asked}: {status} {words}")
}
