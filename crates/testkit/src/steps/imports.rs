//! Imports through the API.

use serde_json::{Value, json};

use crate::{Caller, World};

/// A program that imports, with the scopes it takes to see what came of it.
pub async fn importer(world: &World) -> Caller {
    let scopes = "imports:run accounts:read accounts:write direct:read direct:record \
                  partners:read partners:manage registrations:read registrations:decide \
                  registrations:submit audit:read vendor-people:manage partner-people:manage";
    let person = world.vendor_user("importer@acme.example", "operations direct_rep").await;
    world.key_of(&person, "", scopes).await
}

/// Sends a file with these settings, or with those proposed for `null`, and checks it.
pub async fn checked(
    world: &World,
    who: &Caller,
    (kind, content): (&str, &[u8]),
    settings: Value,
) -> Value {
    let path = format!("/api/v1/imports?kind={kind}&file_name=test.csv");
    let key = format!("send-{}", world.count("SELECT COUNT(*) FROM imports").await);
    let headers = [("idempotency-key", key.as_str()), ("content-type", "text/csv")];
    let content = content.to_vec().into();
    let sent = who.send(http::Method::POST, &path, &headers, content).await.is(201);
    let id = sent.json()["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/imports/{id}");
    let settings = if settings.is_null() { sent.json()["settings"].clone() } else { settings };
    let mapping = json!({ "mapping": sent.json()["mapping"], "settings": settings });
    let tag = sent.header("etag").to_owned();
    let headers = [("idempotency-key", id.as_str()), ("if-match", tag.as_str())];
    who.api_with("PUT", &format!("{path}/mapping"), &mapping, &headers).await.is(200);
    who.api("POST", &format!("{path}/check"), &Value::Null).await.is(202);
    world.run_jobs().await;
    who.get(&path).await.is(200).json()
}

/// Sends, checks and writes a file.
pub async fn imported(world: &World, who: &Caller, file: (&str, &[u8]), settings: Value) -> Value {
    let import = checked(world, who, file, settings).await;
    assert_eq!(import["state"], "checked", "{}", findings(who, &import).await);
    let path = format!("/api/v1/imports/{}", import["id"].as_str().unwrap());
    who.api("POST", &format!("{path}/run"), &Value::Null).await.is(202);
    world.run_jobs().await;
    let import = who.get(&path).await.is(200).json();
    assert_eq!(import["state"], "done", "{import}\n{}", findings(who, &import).await);
    import
}

/// The findings of an import.
pub async fn findings(who: &Caller, import: &Value) -> Value {
    let path = format!("/api/v1/imports/{}/faults", import["id"].as_str().unwrap());
    who.get(&path).await.is(200).json()["data"].clone()
}
