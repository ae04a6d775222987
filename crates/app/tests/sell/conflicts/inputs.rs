//! What is typed and sent in cases: form and API read the same, and say the same of what is wrong.

use serde_json::{Value, json};
use testkit::on_both;
use testkit::steps::conflicts::{AWARD, desk, rivals, seen};
use testkit::steps::deal_registration::register;

#[test]
fn cf_05_a_decision_is_told_every_wrong_field_at_once() {
    on_both(async |world| {
        let desk = desk(&world).await;
        let (_, _, case) = rivals(&world).await;
        let path = format!("/api/v1/conflicts/{case}/decision");
        let body = json!({ "outcome": { "outcome": "award" }, "rule": "XX-1", "colour": "red",
            "remedies": [{ "remedy": "priority" }] });
        let told: Value = desk.manager_key.api("POST", &path, &body).await.is(422).json();
        let told = told["errors"].as_array().unwrap();
        let mut fields: Vec<&str> = told.iter().map(|one| one["field"].as_str().unwrap()).collect();
        fields.sort_unstable();
        assert_eq!(fields, ["colour", "outcome", "reason", "remedies", "rule", "words"]);
        let form = [("outcome", "co_sell"), ("share-0", "lots"), ("rule", "XX-1")];
        let page = desk.manager.post(&format!("/conflicts/{case}/decision"), &form).await.is(422);
        page.says("enter a percentage").says("Enter the rule you apply").says("lots");
        assert_eq!(seen(&desk, &case).await["decisions"], json!([]));
    });
}

#[test]
fn ux_01_a_form_of_a_case_comes_back_on_its_page_with_what_was_typed() {
    on_both(async |world| {
        let desk = desk(&world).await;
        let (north, _, case) = rivals(&world).await;
        let here = format!("/conflicts/{case}");
        let empty = [("words", " ")];
        let page = north.admin.post(&format!("{here}/notes"), &empty).await.is(422);
        page.says("Enter a note").says("Your statement is needed");
        let empty = [("statement", "")];
        let page = north.admin.post(&format!("{here}/statement"), &empty).await.is(422);
        page.says("Enter your statement");
        let ask = [("party", "somebody"), ("asked", "Which mail?")];
        let page = desk.manager.post(&format!("{here}/requests"), &ask).await.is(422);
        page.says("Choose a party of this case").says("Which mail?").says("Award to");
        let page = desk.manager.post(&format!("{here}/escalation"), &[("why", "")]).await.is(422);
        page.says("Enter a reason for escalating");
        // A rule that refuses is told on the form, and nothing was changed.
        desk.manager.post(&format!("{here}/decision"), &AWARD).await.is(303).ok();
        let words = [("words", "They never met.")];
        let page = north.admin.post(&format!("{here}/appeal"), &words).await.refused_by("CF-07");
        page.says("They never met.").says("What is new?");
    });
}

#[test]
fn cf_01_the_vendor_names_a_registration_by_its_number_on_the_page_and_in_the_api() {
    on_both(async |world| {
        let desk = desk(&world).await;
        let north = world.partner("North").await;
        register(&north, "Globex").await.is(201).ok();
        let form = north.admin.get("/conflicts/new").await.is(200);
        form.says("Choose one of your registrations").does_not_say("Message to partners");
        let form = desk.chief.get("/conflicts/new?registration=R-000001").await.is(200);
        form.says("Message to partners").says("R-000001");
        let wrong = [("kind", "decision"), ("registration_id", "R-77"), ("asked", "Why?")];
        let page = desk.chief.post("/conflicts/new", &wrong).await.is(422);
        page.says("Registration not found").says("R-77");
        let right = [("kind", "decision"), ("registration_id", "R-000001"), ("asked", "Why?")];
        let made = desk.chief.post("/conflicts/new", &right).await.is(303);
        let body = json!({ "kind": "decision", "registration_id": "r-1", "asked": "Why?" });
        let same = desk.key.api("POST", "/api/v1/conflicts", &body).await.is(201).json();
        assert!(made.location().ends_with(same["id"].as_str().unwrap()));
    });
}
