//! Deal registration through the API.

use serde_json::{Value, json};

use crate::{Answer, Caller, Partner, World};

/// A complete registration of a company.
pub fn deal(name: &str) -> Value {
    let word: String = name.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    json!({
        "submit": true,
        "account_name": name,
        "account_domain": format!("{word}-corp.com"),
        "account_country": "DE",
        "contact_email": format!("ana@{word}-corp.com"),
        "products": [{ "code": first_product(), "quantity": 1 }],
        "amount": { "minor": 5_000_000, "currency": "EUR" },
        "close_on": "2027-06-30",
        "evidence_note": "We met their head of purchasing."
    })
}

/// The first product line of the default program that can be registered.
pub fn first_product() -> String {
    let document = domain::program::Document::default_document();
    let product = document.products.iter().find(|product| product.registrable).expect("a product");
    product.code.clone()
}

/// The same with other values.
pub fn with(mut body: Value, other: Value) -> Value {
    let (Some(body_), Value::Object(other)) = (body.as_object_mut(), other) else {
        panic!("two objects");
    };
    body_.extend(other);
    body
}

/// Registers a company and answers with what came back.
pub async fn register(partner: &Partner, name: &str) -> Answer {
    partner.key.api("POST", "/api/v1/deal-registrations", &deal(name)).await
}

/// The path of a registration's part.
pub fn path(id: &str, part: &str) -> String {
    if part.is_empty() {
        format!("/api/v1/deal-registrations/{id}")
    } else {
        format!("/api/v1/deal-registrations/{id}/{part}")
    }
}

/// Registers a company, which a partner manager approves by a key: its id.
pub async fn approved(world: &World, partner: &Partner, name: &str) -> String {
    let id = register(partner, name).await.is(201).json()["id"].as_str().expect("id").to_owned();
    let decider = decider(world).await;
    decide(&decider, &id, json!({ "decision": "approve" })).await.is(200).ok();
    id
}

/// A key of a partner manager who decides and reads.
pub async fn decider(world: &World) -> Caller {
    world.decider().await
}

/// Decides a registration.
pub async fn decide(decider: &Caller, id: &str, decision: Value) -> Answer {
    decider.api("POST", &path(id, "decision"), &decision).await
}

/// Logs a call that occurred on that day.
pub async fn log_call(partner: &Partner, id: &str, on: &str) -> Answer {
    let body = json!({ "kind": "call", "occurred_on": on, "note": "Spoke about the offer." });
    partner.key.api("POST", &path(id, "activities"), &body).await
}

/// One registration as its partner reads it.
pub async fn show(partner: &Partner, id: &str) -> Value {
    partner.key.get(&path(id, "")).await.is(200).json()
}
