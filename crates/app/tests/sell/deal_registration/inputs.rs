//! What is sent of a registration: a body is told everything that is wrong with it at once.

use serde_json::{Value, json};
use testkit::{Caller, on_both};

use super::{approved, decider, path, show};

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
        form.says("50000.00").says("It is won").says("Back");
        let wrong = [("amount", "much"), ("closed_on", "soon")];
        let page = north.seller.post(&win, &wrong).await.is(422);
        page.says(DATE).says("href=\"#f-amount\"").says("much");
        north.seller.post(&win, &[("amount", "48000")]).await.is(303).ok();
        let amount = &show(&north, &id).await["amount"];
        assert_eq!(amount, &json!({ "minor": 4_800_000, "currency": "EUR" }));
    });
}
