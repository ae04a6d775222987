//! Direct sales through the API.

use serde_json::{Value, json};

use crate::{Caller, World};

/// A program of direct sales.
pub async fn rep(world: &World) -> Caller {
    world.key_of_some("direct_rep", "direct:read direct:record accounts:read").await
}

/// The id of the account with that name.
pub async fn account_id(world: &World, name: &str) -> String {
    let reader = world.api_key("", "accounts:read").await;
    let path = format!("/api/v1/accounts?q={}", name.replace(' ', "%20"));
    let found = reader.get(&path).await.is(200).json();
    found["data"][0]["id"].as_str().unwrap().to_owned()
}

/// An opportunity on an account.
pub fn opportunity(account_id: &str) -> Value {
    json!({
        "account_id": account_id,
        "name": "Renewal of the platform",
        "amount": { "minor": 9_000_000, "currency": "EUR" },
        "close_on": "2026-09-30",
    })
}
