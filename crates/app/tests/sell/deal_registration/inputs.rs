//! What is sent of a registration: a body is told everything that is wrong with it at once.

use serde_json::{Value, json};
use testkit::{Caller, on_both};

use super::{approved, decide, decider, path, register, show};

const DATE: &str = "Enter a date as year-month-day, for example 2026-04-01";

/// The fields of which a body is told, in the order of their names, with the words of each.
async fn told(caller: &Caller, (method, path): (&str, &str), body: Value) -> Vec<(String, String)> {
    let answer = caller.api(method, path, &body).await.is(422).json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let errors = answer["errors"].as_array().unwrap().iter();
    let mut told: Vec<_> = errors.map(|one| (text(&one["field"]), text(&one["detail"]))).collect();
    told.sort();
    told
}

fn pairs(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(field, words)| ((*field).to_owned(), (*words).to_owned())).collect()
}

#[test]
fn dr_08_an_activity_is_told_every_wrong_field_at_once() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let id = approved(&world, &north, "Globex").await;
        let body = json!({ "kind": "fax", "occurred_on": "5.1.2026", "colour": "red" });
        let to = path(&id, "activities");
        let known = "Unknown field. Known fields: kind, occurred_on, contact, note";
        let all = [
            ("colour", known),
            ("kind", "Choose one of: call, meeting, demo, proposal, email or visit"),
            ("note", "Enter the result in a sentence"),
            ("occurred_on", DATE),
        ];
        assert_eq!(told(&north.key, ("POST", &to), body).await, pairs(&all));
        assert_eq!(world.count("SELECT COUNT(*) FROM deal_registration_activities").await, 0);
    });
}

#[test]
fn dr_21_the_ends_of_a_deal_and_its_stage_are_told_every_wrong_field_at_once() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let id = approved(&world, &north, "Globex").await;
        let pam = decider(&world).await;
        let outcome = path(&id, "outcome");
        let outcome = ("POST", outcome.as_str());
        let won = json!({ "outcome": "won", "closed_on": "soon", "amount": 7, "reason": "price" });
        let all = [
            ("amount", "Send `minor` and `currency`"),
            ("closed_on", DATE),
            ("reason", "Unknown field. Known fields: outcome, closed_on, amount"),
        ];
        assert_eq!(told(&north.key, outcome, won).await, pairs(&all));
        let lost = json!({ "outcome": "lost", "closed_on": 1, "amount": 7 });
        let all = [
            ("amount", "Unknown field. Known fields: outcome, reason, closed_on, note"),
            ("closed_on", "Send a string"),
            ("reason", "Choose the main reason"),
        ];
        assert_eq!(told(&north.key, outcome, lost).await, pairs(&all));
        let neither = json!({ "outcome": "postponed", "note": "Later.", "colour": "red" });
        let known = "outcome, closed_on, amount, reason, note";
        let unknown = format!("Unknown field. Known fields: {known}");
        let all = [("colour", unknown.as_str()), ("outcome", "Choose one of: won, lost")];
        assert_eq!(told(&north.key, outcome, neither).await, pairs(&all));

        let body = json!({ "note": 7, "colour": "red" });
        let unknown = "Unknown field. Known fields: note";
        let all = [("colour", unknown), ("note", "Send a string")];
        let to = path(&id, "withdrawal");
        assert_eq!(told(&north.key, ("POST", &to), body.clone()).await, pairs(&all));
        let all = [
            ("colour", "Unknown field. Known fields: reason"),
            ("note", "Unknown field. Known fields: reason"),
            ("reason", "Enter the reason"),
        ];
        let to = path(&id, "release");
        assert_eq!(told(&pam, ("POST", &to), body).await, pairs(&all));
        let all = [
            ("colour", "Unknown field. Known fields: stage"),
            (
                "stage",
                "Choose one of: identified, qualified, meeting, proposal, negotiation, won or lost",
            ),
        ];
        let body = json!({ "stage": "asleep", "colour": "red" });
        assert_eq!(told(&north.key, ("POST", &path(&id, "stage")), body).await, pairs(&all));
        assert_eq!(show(&north, &id).await["status"], "approved");
    });
}

#[test]
fn dr_21_an_order_is_reported_in_the_currency_of_its_form_or_else_of_the_registration() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let id = approved(&world, &north, "Globex").await;
        let win = format!("/registrations/{id}/win");
        let form = north.seller.get(&win).await.is(200).says("Has Globex ordered?");
        form.says("50000.00").says("Close as won").says("Back");
        let wrong = [("amount", "much"), ("closed_on", "soon")];
        let page = north.seller.post(&win, &wrong).await.is(422);
        page.says(DATE).says("href=\"#f-amount\"").says("much");
        north.seller.post(&win, &[("amount", "48000")]).await.is(303).ok();
        let amount = &show(&north, &id).await["amount"];
        assert_eq!(amount, &json!({ "minor": 4_800_000, "currency": "EUR" }));
    });
}

#[test]
fn dr_05_asking_for_consent_giving_it_and_answering_are_told_every_wrong_field_at_once() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let id = approved(&world, &north, "Globex").await;
        let rep = world.vendor_user("rep@acme.example", "direct_rep").await;
        let rep = world.key_of(&rep, "", "direct:record direct:read").await;
        let ask = ("POST", "/api/v1/consent-requests");
        let known = "Unknown field. Known fields: account_id, purpose";
        let all = [
            ("account_id", "Expected an identifier that starts with acc_"),
            ("colour", known),
            ("purpose", "Enter what you want to do"),
        ];
        let body = json!({ "account_id": "Globex", "purpose": " ", "colour": "red" });
        assert_eq!(told(&rep, ask, body).await, pairs(&all));

        let consents = path(&id, "consents");
        let all = [
            ("colour", "Unknown field. Known fields: purpose, until_on"),
            ("purpose", "Send a string"),
            ("until_on", DATE),
        ];
        let body = json!({ "purpose": 7, "until_on": "soon", "colour": "red" });
        assert_eq!(told(&north.key, ("POST", &consents), body).await, pairs(&all));
        assert_eq!(world.count("SELECT COUNT(*) FROM deal_registration_consents").await, 0);

        let account = show(&north, &id).await["account_id"].clone();
        let body = json!({ "account_id": account, "purpose": "A joint demo." });
        let asked = rep.api(ask.0, ask.1, &body).await.is(201).json();
        let answer = path(&id, &format!("consents/{}/answer", asked["id"].as_str().unwrap()));
        let all = [
            ("colour", "Unknown field. Known fields: given, until_on"),
            ("given", "Choose yes or no"),
            ("until_on", DATE),
        ];
        let body = json!({ "until_on": "soon", "colour": "red" });
        assert_eq!(told(&north.key, ("POST", &answer), body).await, pairs(&all));
        let body = json!({ "given": "yes" });
        let all = [("given", "Send true or false")];
        assert_eq!(told(&north.key, ("POST", &answer), body).await, pairs(&all));
        let page = format!("/registrations/{id}/consents/{}", asked["id"].as_str().unwrap());
        let form = [("answer", "perhaps"), ("until_on", "soon")];
        let page = north.seller.post(&page, &form).await.is(422);
        page.says("href=\"#f-answer\"").says("Choose yes or no").says(DATE).says("soon");
    });
}

#[test]
fn dr_15_a_decision_and_a_role_are_told_every_wrong_field_at_once() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let made = register(&north, "Globex").await.is(201).json();
        let id = made["id"].as_str().unwrap();
        let pam = decider(&world).await;
        let decision = path(id, "decision");
        let decision = ("POST", decision.as_str());
        let yes = json!({ "decision": "approve", "account_id": "Globex", "new_account": 1,
            "reason": "duplicate" });
        let known = "decision, account_id, new_account, note";
        let unknown = format!("Unknown field. Known fields: {known}");
        let all = [
            ("account_id", "Expected an identifier that starts with acc_"),
            ("new_account", "Send true or false"),
            ("reason", &unknown),
        ];
        assert_eq!(told(&pam, decision, yes).await, pairs(&all));
        let no = json!({ "decision": "reject", "note": 7, "new_account": true });
        let all = [
            ("new_account", "Unknown field. Known fields: decision, reason, note"),
            ("note", "Send a string"),
            ("reason", "Choose the reason that fits best"),
        ];
        assert_eq!(told(&pam, decision, no).await, pairs(&all));
        let back = json!({ "decision": "return", "note": " ", "colour": "red" });
        let all = [
            ("colour", "Unknown field. Known fields: decision, note"),
            ("note", "Enter what is missing"),
        ];
        assert_eq!(told(&pam, decision, back).await, pairs(&all));
        let all = [("decision", "Choose one of: approve, reject, return")];
        assert_eq!(told(&pam, decision, json!({})).await, pairs(&all));
        assert_eq!(show(&north, id).await["status"], "submitted");

        let manager = world.vendor_user("pia@acme.example", "partner_manager").await;
        let page = format!("/registrations/{id}/decision");
        let form = [("account", "Globex"), ("note", "Welcome aboard.")];
        let answer = manager.post(&page, &form).await.is(422);
        answer.says("href=\"#f-account\"").says("starts with acc_").says("Welcome aboard.");
        let form = [("reason", "dull"), ("note", "It is dull.")];
        let answer = manager.post(&format!("{page}/reject"), &form).await.is(422);
        answer.says("Choose one of: duplicate").says("It is dull.");
        let answer = manager.post(&format!("{page}/return"), &[("note", "")]).await.is(422);
        answer.says("Enter what is missing");
        assert_eq!(show(&north, id).await["status"], "submitted");

        decide(&pam, id, json!({ "decision": "approve" })).await.is(200).ok();
        let roles = path(id, "roles");
        let all = [
            ("colour", "Unknown field. Known fields: partner_id, role"),
            ("partner_id", "Expected an identifier that starts with par_"),
            ("role", "Choose one of: services, technology, influence or distributor"),
        ];
        let body = json!({ "partner_id": "South", "role": "friend", "colour": "red" });
        for method in ["POST", "DELETE"] {
            assert_eq!(told(&pam, (method, &roles), body.clone()).await, pairs(&all));
        }
    });
}

#[test]
fn ap_01_a_registration_is_told_everything_that_is_wrong_with_it_at_once() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let bad = json!({
            "submit": true, "account_country": "Germany", "close_on": "30 June 2026",
            "products": [{ "code": "core", "quantity": 1, "colour": "red" }],
            "amount": { "minor": 1, "currency": "EUR" }, "need": 7, "stage": "won",
            "contract_value": { "minor": 1, "currency": "USD" }, "colour": "red",
        });
        let all = told(&north.key, ("POST", "/api/v1/deal-registrations"), bad).await;
        let names: Vec<&str> = all.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(
            names,
            [
                "account_country",
                "account_name",
                "close_on",
                "colour",
                "contact_email",
                "contract_value",
                "evidence_note",
                "need",
                "products",
                "stage",
            ]
        );
        let words = |name: &str| &all.iter().find(|(field, _)| field == name).unwrap().1;
        assert!(words("products").contains("“colour”"), "{all:?}");
        assert!(words("contract_value").contains("Enter it in EUR"), "{all:?}");
        assert!(words("colour").contains("account_domain, account_name"), "{all:?}");
        assert!(words("close_on").contains("year-month-day"), "{all:?}");
        assert_eq!(world.count("SELECT COUNT(*) FROM deal_registrations").await, 0);
    });
}

#[test]
fn ap_01_a_changed_registration_keeps_what_is_left_out_and_loses_what_is_null() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let draft = json!({ "account_name": "Globex", "need": "A platform", "stage": "meeting",
            "amount": { "minor": 4_800_000, "currency": "CHF" }, "close_on": "2026-06-30" });
        let made = north.key.api("POST", "/api/v1/deal-registrations", &draft).await.is(201);
        let change = json!({ "close_on": null, "need": "" });
        let headers = [("idempotency-key", "c1"), ("if-match", made.header("etag"))];
        let at = made.location();
        let after = north.key.api_with("PATCH", at, &change, &headers).await.is(200);
        let (etag, after) = (after.header("etag").to_owned(), after.json());
        assert_eq!((&after["close_on"], &after["need"]), (&json!(null), &json!("")));
        assert_eq!(
            (&after["account_name"], &after["stage"]),
            (&json!("Globex"), &json!("meeting"))
        );
        assert_eq!(after["amount"], json!({ "minor": 4_800_000, "currency": "CHF" }));
        let fixed = json!({ "submit": true, "partner_id": north.id });
        for (method, path) in [("PATCH", at.to_owned()), ("POST", format!("{at}/amendments"))] {
            let headers = [("idempotency-key", method), ("if-match", etag.as_str())];
            let refused = north.key.api_with(method, &path, &fixed, &headers).await.is(422);
            let _ = refused.says("partner_id").says("submit").says("This cannot be changed here");
        }
    });
}
