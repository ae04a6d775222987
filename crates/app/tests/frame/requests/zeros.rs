//! The character U+0000, which no database keeps: refused in words wherever it is sent, on every route.

use bytes::Bytes;
use http::Method;
use serde_json::{Map, Value, json};
use testkit::{Answer, Caller, on_both};

use super::{all_scopes, errors, filled};

/// Fails unless the sender is told, and not by a fault of ours.
fn told(answer: &Answer, may_be: &[u16]) {
    let status = answer.status.as_u16();
    assert!(may_be.contains(&status), "{}: {status} {}", answer.asked, answer.text());
}

#[test]
fn ap_01_no_address_takes_a_zero_in_a_parameter_or_in_its_path() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let person = world.vendor_user("olga@acme.example", "operations channel_chief").await;
        let key = world.api_key("", &all_scopes()).await;
        for route in world.app.table.routes().iter().filter(|route| route.method == Method::GET) {
            let api = route.path.starts_with("/api/");
            let vendor = if api { &key } else { &person };
            let partner = if api { &north.key } else { &north.admin };
            for caller in [vendor, partner, &world.anonymous()] {
                let mut parameters = vec!["q", "status", "cursor", "sort", "limit", "next", "on"];
                parameters
                    .extend(route.doc.iter().flat_map(|doc| doc.query).map(|(name, _)| *name));
                for name in parameters {
                    let path = format!("{}?{name}=a%00b", filled(route.path, &north.id));
                    told(&caller.get(&path).await, &[200, 303, 401, 403, 404, 422]);
                }
                let path = filled(route.path, "a%00b");
                if path.contains("%00") {
                    told(&caller.get(&path).await, &[404]);
                }
                told(
                    &caller.get(&format!("{path}?a%00b=1")).await,
                    &[200, 303, 401, 403, 404, 422],
                );
            }
        }
    });
}

#[test]
fn ap_01_a_zero_in_a_parameter_is_refused_by_its_name() {
    on_both(async |world| {
        let key = world.api_key("", &all_scopes()).await;
        for path in ["accounts?q", "partners?q", "accounts?status", "audit-entries?action"] {
            let answer = key.get(&format!("/api/v1/{path}=a%00b")).await.is(422);
            let name = path.split('?').nth(1).unwrap();
            assert!(errors(&answer)[name].contains("U+0000"), "{}", answer.text());
        }
        let person = world.vendor_user("olga@acme.example", "operations").await;
        let _ = person.get("/accounts?q=a%00b").await.is(422).says("U+0000");
    });
}

/// A body in which every field that a route takes holds the character.
fn body_of(route: &frame::Route) -> Value {
    let mut generator = schemars::SchemaGenerator::default();
    let Some(takes) = route.doc.and_then(|doc| doc.takes) else { return json!({}) };
    let mut schema = takes(&mut generator).to_value();
    if let Some(name) = schema["$ref"].as_str().and_then(|at| at.rsplit('/').next()) {
        schema = generator.definitions()[name].clone();
    }
    let fields = schema["properties"].as_object().cloned().unwrap_or_default();
    let zeros: Map<String, Value> =
        fields.keys().map(|name| (name.clone(), json!("a\0b"))).collect();
    Value::Object(zeros)
}

async fn form(caller: &Caller, path: &str) -> Answer {
    caller.post(path, &[("name", "a\0b"), ("email", "a\0b@c.example"), ("q", "\0")]).await
}

#[test]
fn ap_01_no_body_with_a_zero_is_a_fault_of_ours() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let person = world.vendor_user("olga@acme.example", "operations channel_chief").await;
        let key = world.api_key("", &all_scopes()).await;
        for route in world.app.table.routes().iter().filter(|route| route.method != Method::GET) {
            let path = filled(route.path, &north.id);
            if route.doc.is_none() {
                for caller in [&person, &north.admin, &world.anonymous()] {
                    told(&form(caller, &path).await, &[303, 401, 403, 404, 410, 422]);
                }
                continue;
            }
            let mut zeros = body_of(route);
            for caller in [&key, &north.key] {
                let answer = caller.api(route.method.as_str(), &path, &zeros).await;
                assert!(answer.status.as_u16() < 500, "{}: {}", answer.asked, answer.text());
            }
            // One field at a time, for those that are looked at only when the rest is in order.
            for (name, zero) in zeros.as_object_mut().unwrap() {
                let one = json!({ name: zero });
                let answer = key.api(route.method.as_str(), &path, &one).await;
                assert!(answer.status.as_u16() < 500, "{}: {one} {}", answer.asked, answer.text());
            }
        }
    });
}

#[test]
fn ap_01_a_text_that_reaches_the_database_with_a_zero_is_refused_in_words() {
    on_both(async |world| {
        // No field lets one through; this is what remains for those that a later version adds.
        let fault = world.app.db.read(|tx| {
            let sql = "SELECT COUNT(*) FROM partners WHERE name = $1";
            tx.query_one_as::<i64, _>(sql, db::params!["a\0b"]).map_err(frame::AppError::from)
        });
        let Err(frame::AppError::Invalid(errors)) = fault.await else { panic!("it was taken") };
        assert!(errors.get("").unwrap().contains("U+0000"));
        let key = world.api_key("", "imports:run").await;
        let headers = [("idempotency-key", "one"), ("content-type", "text/csv")];
        let path = "/api/v1/imports?kind=accounts&file_name=one.csv";
        let answer = key.send(Method::POST, path, &headers, Bytes::from("name\nA\0B\n")).await;
        assert!(answer.status.as_u16() < 500, "{}", answer.text());
    });
}
