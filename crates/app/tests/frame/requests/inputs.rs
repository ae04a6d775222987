//! Inputs: everything that is wrong with a body or a form is told at once, by the same words.

use serde_json::json;
use testkit::{on_both, on_sqlite};

use super::{all_scopes, errors};

#[test]
fn ap_01_a_body_is_told_every_wrong_field_and_every_unknown_one_at_once() {
    on_sqlite(async |world| {
        let key = world.api_key("", &all_scopes()).await;
        let body = json!({
            "name": 7, "domain": "not a domain", "country": "XX", "status": "gone",
            "manager_user_id": "nobody", "colour": "red",
        });
        let answer = key.api("POST", "/api/v1/partners", &body).await.is(422);
        let told = errors(&answer);
        let names: Vec<&str> = told.keys().map(String::as_str).collect();
        assert_eq!(names, ["colour", "country", "domain", "manager_user_id", "name", "status"]);
        let words = &told["colour"];
        assert!(words.contains("name, domain, country, city, external_id"), "{words}");
        assert_eq!(told["name"], "Send a string");
        assert_eq!(
            told["status"],
            "Choose one of: onboarding, active, paused, offboarding or left"
        );
        assert_eq!(world.count("SELECT COUNT(*) FROM partners").await, 0);
    });
}

#[test]
fn ux_01_marks_that_deceive_are_refused_in_a_name_by_form_and_by_api() {
    on_both(async |world| {
        let key = world.api_key("", &all_scopes()).await;
        let person = world.vendor_user("pam@acme.example", "partner_manager").await;
        for name in ["Nor\u{202E}th", "Nor\u{200B}th"] {
            for field in ["name", "city", "external_id"] {
                let mut body = json!({ "name": "North", "city": "Ulm", "external_id": "7" });
                body[field] = json!(name);
                let answer = key.api("POST", "/api/v1/partners", &body).await.is(422);
                let said = &errors(&answer)[field];
                assert!(said.contains("a character that cannot be shown"), "{field}: {said}");
            }
            let form = [("name", name), ("status", "active")];
            let answer = person.post("/partners", &form).await.is(422);
            let _ = answer.says("a character that cannot be shown");
        }
        assert_eq!(world.count("SELECT COUNT(*) FROM partners").await, 0);
    });
}

#[test]
fn ap_01_a_change_leaves_what_it_does_not_name_and_clears_what_is_null() {
    on_both(async |world| {
        let key = world.api_key("", &all_scopes()).await;
        let body = json!({ "name": "North", "domain": "north.example", "city": "Ulm" });
        let made = key.api("POST", "/api/v1/partners", &body).await.is(201);
        let change = json!({ "city": "Bonn", "domain": null });
        let headers = [("idempotency-key", "c1"), ("if-match", made.header("etag"))];
        let after = key.api_with("PATCH", made.location(), &change, &headers).await.is(200).json();
        assert_eq!((&after["name"], &after["city"]), (&json!("North"), &json!("Bonn")));
        assert_eq!(after["domain"], "");
    });
}

#[test]
fn ux_01_a_form_that_somebody_else_overtook_keeps_what_was_typed_and_says_what_is_there_now() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let person = world.vendor_user("pam@acme.example", "partner_manager").await;
        let at = format!("/partners/{}", north.id);
        let form = [("version", "1"), ("name", "North"), ("city", "Ulm"), ("status", "active")];
        let _ = person.post(&at, &form).await.is(303);
        let form = [("version", "1"), ("name", "North"), ("city", "Bonn"), ("status", "active")];
        let page = person.post(&at, &form).await.is(422);
        let _ = page.says("Someone else changed this").says("City is now “Ulm”").says("Bonn");
        let form = [("version", "2"), ("name", "North"), ("city", "Bonn"), ("status", "active")];
        let _ = person.post(&at, &form).await.is(303);
    });
}

#[test]
fn ux_01_a_form_that_was_overtaken_names_people_and_does_not_undo_what_it_does_not_show() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let person = world.vendor_user("pam@acme.example", "partner_manager").await;
        let key = world.api_key("", &all_scopes()).await;
        let at = format!("/api/v1/partners/{}", north.id);
        let change = json!({ "manager_user_id": person.user_id, "reason": "New territory" });
        let read = key.get(&at).await.is(200);
        let headers = [("idempotency-key", "c1"), ("if-match", read.header("etag"))];
        let _ = key.api_with("PATCH", &at, &change, &headers).await.is(200);
        let form = [("version", "1"), ("name", "North"), ("status", "active")];
        let page = person.post(&format!("/partners/{}", north.id), &form).await.is(422);
        let _ =
            page.says("Partner manager is now “").does_not_say(&format!("“{}”", person.user_id));

        let body = json!({ "name": "Globex" });
        let made = key.api("POST", "/api/v1/accounts", &body).await.is(201);
        let change = json!({ "owner_user_id": person.user_id });
        let headers = [("idempotency-key", "c2"), ("if-match", made.header("etag"))];
        let _ = key.api_with("PATCH", made.location(), &change, &headers).await.is(200);
        let at = made.location().replace("/api/v1", "") + "/edit";
        let form =
            [("version", "1"), ("name", "Globex"), ("status", "prospect"), ("owner_user_id", "")];
        let page = person.post(&at, &form).await.is(422);
        let kept = format!("name=\"owner_user_id\" value=\"{}\"", person.user_id);
        let _ = page.says(&kept);
    });
}

/// A company as somebody sent it who left out the names of its fields.
fn nameless() -> serde_json::Value {
    json!(["Array GmbH", [], [], "DE", "", "", "", "", "", "", null, "", ""])
}

#[test]
fn ap_01_no_door_takes_a_list_for_an_object() {
    on_sqlite(async |world| {
        let north = world.partner("North").await;
        let vendor = world.api_key("", &all_scopes()).await;
        let mut doors = 0;
        for route in world.app.table.routes() {
            if route.doc.is_none_or(|doc| doc.takes.is_none()) {
                continue;
            }
            let path = route.path.replace('{', "x").replace('}', "");
            for body in [nameless(), json!([]), json!("Array GmbH"), json!(7)] {
                let mut answers = Vec::new();
                for who in [&vendor, &north.key, &north.seller] {
                    let answer = who.api(route.method.as_str(), &path, &body).await;
                    let status = answer.status.as_u16();
                    assert!(matches!(status, 401 | 403 | 404 | 422), "{} {status}", answer.asked);
                    answers.push((status, answer.text()));
                }
                let is_told = |(status, text): &(u16, String)| {
                    *status == 422 && text.contains("An object is wanted")
                };
                assert!(answers.iter().any(is_told), "{path}: {answers:?}");
            }
            doors += 1;
        }
        assert!(doors > 40, "{doors}");
        assert_eq!(world.count("SELECT COUNT(*) FROM accounts").await, 0);
    });
}

#[test]
fn ap_01_a_list_is_no_object_within_a_body_either() {
    on_sqlite(async |world| {
        let north = world.partner("North").await;
        let deal = json!({ "products": [["core", 1]], "amount": [5_000_000, "EUR"] });
        let answer = north.key.api("POST", "/api/v1/deal-registrations", &deal).await.is(422);
        let told = errors(&answer);
        assert!(told["products"].contains("a list of objects"), "{told:?}");
        assert_eq!(told["amount"], "Send `minor` and `currency`");
        assert_eq!(world.count("SELECT COUNT(*) FROM deal_registrations").await, 0);
    });
}

#[test]
fn ap_01_of_very_many_unknown_fields_only_the_first_are_named() {
    on_sqlite(async |world| {
        let key = world.api_key("", "accounts:write").await;
        let names = (0..100_000).map(|at| (format!("{at:05x}"), json!(1)));
        let body: serde_json::Map<String, serde_json::Value> = names.collect();
        let answer = key.api("POST", "/api/v1/accounts", &body.into()).await.is(422);
        let told = errors(&answer);
        assert!(told.contains_key("name"), "what is missing is told too");
        let named = told.values().filter(|words| words.starts_with("Unknown field")).count();
        assert_eq!((named, told.contains_key("00000")), (50, true));
        assert_eq!(told["body"], "99,950 more unknown fields are not named here");
    });
}
