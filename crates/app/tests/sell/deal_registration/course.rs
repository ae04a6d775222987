//! What happens between approval and the end.

use serde_json::{Value, json};
use testkit::{on_both, on_sqlite};

use super::{approved, deal, decide, decider, log_call, path, register, show, with};

#[test]
fn dr_03_renewal_opens_thirty_days_before_the_end_and_asks_for_an_activity() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let id = approved(&world, &north, "Globex").await;
        let renewal = path(&id, "renewal");
        // The window of 30 days ends with 5 April; it begins with 7 March.
        world.travel_to("2026-03-06").await;
        log_call(&north, &id, "2026-03-06").await.is(201).ok();
        north.key.api("POST", &renewal, &Value::Null).await.refused_by("DR-03");
        world.travel_to("2026-03-07").await;
        let renewed = north.key.api("POST", &renewal, &Value::Null).await.is(200).json();
        assert_eq!(renewed["protected_until"], "2026-07-04");
        assert_eq!(renewed["status"], "renewed");
        world.travel_to("2026-06-30").await;
        log_call(&north, &id, "2026-06-30").await.is(201).ok();
        north.key.api("POST", &renewal, &Value::Null).await.refused_by("DR-03");
    });
}

#[test]
fn dr_03_the_last_day_still_renews_but_not_without_an_activity_of_thirty_days() {
    on_both(async |world| {
        let [north, south] = world.partners(["North", "South"]).await;
        let worked = approved(&world, &north, "Globex").await;
        let idle = approved(&world, &south, "Initech").await;
        world.travel_to("2026-03-07").await;
        log_call(&north, &worked, "2026-03-07").await.is(201).ok();
        log_call(&south, &idle, "2026-03-06").await.is(201).ok();
        world.travel_to("2026-04-05").await;
        north.key.api("POST", &path(&worked, "renewal"), &Value::Null).await.is(200).ok();
        south.key.api("POST", &path(&idle, "renewal"), &Value::Null).await.refused_by("DR-03");
    });
}

#[test]
fn dr_08_an_activity_lies_not_in_the_future_and_counts_back_three_days() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let id = approved(&world, &north, "Globex").await;
        log_call(&north, &id, "2026-01-06").await.refused_by("DR-08");
        world.travel_to("2026-01-20").await;
        let old = log_call(&north, &id, "2026-01-16").await.is(201).json();
        assert_eq!(old["counts_from"], "2026-01-20", "four days later it counts from its record");
        let fresh = log_call(&north, &id, "2026-01-17").await.is(201).json();
        assert_eq!(fresh["counts_from"], "2026-01-17", "three days later it counts back");
        assert_eq!(fresh["lapses_on"], "2026-02-01");
        let bad = json!({ "kind": "call", "occurred_on": "17.01.2026", "note": "x" });
        let answer = north.key.api("POST", &path(&id, "activities"), &bad).await.is(422);
        answer.says("occurred_on");
    });
}

#[test]
fn dr_21_an_amendment_changes_neither_holder_nor_clock_nor_account() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let id = approved(&world, &north, "Globex").await;
        world.travel_to("2026-01-08").await;
        let before = show(&north, &id).await;
        let change =
            json!({ "amount": { "minor": 7_500_000, "currency": "EUR" }, "stage": "proposal" });
        let etag = north.key.get(&path(&id, "")).await.header("etag").to_owned();
        let headers = [("idempotency-key", "amend-1"), ("if-match", etag.as_str())];
        let after =
            north.key.api_with("PATCH", &path(&id, ""), &change, &headers).await.is(200).json();
        assert_eq!(after["amount"]["minor"], 7_500_000);
        for kept in ["protected_until", "lapses_on", "account_id", "status", "ranked_at"] {
            assert_eq!(before[kept], after[kept], "{kept}");
        }
        let headers = [("idempotency-key", "amend-2"), ("if-match", etag.as_str())];
        let _ = north.key.api_with("PATCH", &path(&id, ""), &change, &headers).await.is(412);
        let headers = [("idempotency-key", "amend-3")];
        let _ = north.key.api_with("PATCH", &path(&id, ""), &change, &headers).await.is(428);
        let other = json!({ "account_name": "Initech" });
        let etag = north.key.get(&path(&id, "")).await.header("etag").to_owned();
        let headers = [("idempotency-key", "amend-4"), ("if-match", etag.as_str())];
        let refused = north.key.api_with("PATCH", &path(&id, ""), &other, &headers).await;
        refused.refused_by("DR-21");
        north
            .key
            .get(&path(&id, "amendments"))
            .await
            .is(200)
            .says("50000.00 EUR")
            .says("75000.00 EUR");
    });
}

#[test]
fn dr_22_other_partners_take_part_without_excluding_anybody() {
    on_sqlite(async |world| {
        let [north, south] = world.partners(["North", "South"]).await;
        let id = approved(&world, &north, "Globex").await;
        let pam = decider(&world).await;
        let role = json!({ "partner_id": south.id, "role": "services" });
        let roles = pam.api("POST", &path(&id, "roles"), &role).await.is(201).json();
        assert_eq!(roles["data"][0]["role"], "services");
        pam.api("POST", &path(&id, "roles"), &role).await.refused_by("DR-22");
        let holder = json!({ "partner_id": north.id, "role": "influence" });
        pam.api("POST", &path(&id, "roles"), &holder).await.refused_by("DR-22");
        assert_eq!(show(&north, &id).await["status"], "approved");
        pam.api("DELETE", &path(&id, "roles"), &role).await.is(200).ok();
        let _ = pam.api("DELETE", &path(&id, "roles"), &role).await.is(404);
    });
}

#[test]
fn dr_16_a_withdrawn_one_that_protected_is_not_submitted_again() {
    on_sqlite(async |world| {
        let [north, south] = world.partners(["North", "South"]).await;
        let id = approved(&world, &north, "Globex").await;
        north.key.api("POST", &path(&id, "withdrawal"), &Value::Null).await.is(200).ok();
        north.key.api("POST", &path(&id, "submission"), &Value::Null).await.refused_by("DR-16");
        approved(&world, &south, "Globex").await;
        let id =
            register(&north, "Initech").await.is(201).json()["id"].as_str().unwrap().to_owned();
        north.key.api("POST", &path(&id, "withdrawal"), &Value::Null).await.is(200).ok();
        world.travel_to("2026-01-06").await;
        let again =
            north.key.api("POST", &path(&id, "submission"), &Value::Null).await.is(200).json();
        assert_eq!(again["ranked_at"], again["submitted_at"]);
    });
}

#[test]
fn dr_16_a_withdrawn_one_is_changed_and_submitted_again_from_its_page() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let id =
            register(&north, "Initech").await.is(201).json()["id"].as_str().unwrap().to_owned();
        north.key.api("POST", &path(&id, "withdrawal"), &Value::Null).await.is(200).ok();
        let edit = format!("/registrations/{id}/edit");
        let _ = north.seller.get(&edit).await.is(200).says("Submit again").says("Initech");
        let changed = [("account_name", "Kestrel Werke"), ("do", "draft")];
        let _ = north.seller.post(&edit, &changed).await.is(303);
        let shown = show(&north, &id).await;
        let state = |shown: &Value| (shown["status"].clone(), shown["account_name"].clone());
        assert_eq!(state(&shown), ("withdrawn".into(), "Kestrel Werke".into()));
        let amend = async |id: &str| {
            let etag = north.key.get(&path(id, "")).await.is(200).header("etag").to_owned();
            let headers = [("idempotency-key", id), ("if-match", etag.as_str())];
            let need = json!({ "need": "Two lines" });
            north.key.api_with("PATCH", &path(id, ""), &need, &headers).await
        };
        let _ = amend(&id).await.is(200);
        let again = [("need", "Three lines"), ("do", "submit")];
        let _ = north.seller.post(&edit, &again).await.is(303);
        let shown = show(&north, &id).await;
        assert_eq!(state(&shown), ("submitted".into(), "Kestrel Werke".into()));
        assert_eq!(
            (&shown["need"], &shown["ranked_at"]),
            (&json!("Three lines"), &shown["submitted_at"])
        );
        // One that protected its account is over.
        let over = approved(&world, &north, "Globex").await;
        north.key.api("POST", &path(&over, "withdrawal"), &Value::Null).await.is(200).ok();
        amend(&over).await.refused_by("DR-21");
    });
}

#[test]
fn dr_21_a_deal_is_won_or_lost_and_its_account_is_free() {
    on_both(async |world| {
        let [north, south] = world.partners(["North", "South"]).await;
        let id = approved(&world, &north, "Globex").await;
        world.travel_to("2026-01-10").await;
        let future = json!({ "outcome": "won", "closed_on": "2026-01-11" });
        let _ = north.key.api("POST", &path(&id, "outcome"), &future).await.is(422);
        let won = json!({ "outcome": "won", "amount": { "minor": 4_800_000, "currency": "EUR" } });
        let won = north.key.api("POST", &path(&id, "outcome"), &won).await.is(200).json();
        assert_eq!(
            (won["status"].as_str(), won["closed_on"].as_str()),
            (Some("won"), Some("2026-01-10"))
        );
        assert_eq!(won["amount"]["minor"], 4_800_000);
        // Nobody holds the account any more, but it is a customer of that line now (DR-13): the
        // partner is not told, and the vendor cannot approve it.
        let waits = register(&south, "Globex").await.is(201).json();
        let pam = decider(&world).await;
        let yes = json!({ "decision": "approve" });
        decide(&pam, waits["id"].as_str().unwrap(), yes).await.refused_by("DR-13");
        let products = json!({ "products": [{ "code": "services", "quantity": 1 }] });
        let new_line = with(deal("Globex"), products);
        let registrations = "/api/v1/deal-registrations";
        south.key.api("POST", registrations, &new_line).await.is(201).ok();
        let id = approved(&world, &north, "Initech").await;
        let other = json!({ "outcome": "lost", "reason": "other" });
        let _ = north.key.api("POST", &path(&id, "outcome"), &other).await.is(422);
        let lost = json!({ "outcome": "lost", "reason": "price", "note": "Half of ours." });
        let lost = north.key.api("POST", &path(&id, "outcome"), &lost).await.is(200).json();
        assert_eq!(lost["lost_reason"], "price");
    });
}

#[test]
fn dr_01_the_vendor_releases_an_account_with_a_reason_the_partner_reads() {
    on_sqlite(async |world| {
        let north = world.partner("North").await;
        let id = approved(&world, &north, "Globex").await;
        let pam = decider(&world).await;
        let _ = pam.api("POST", &path(&id, "release"), &json!({ "reason": " " })).await.is(422);
        let reason = json!({ "reason": "The buyer chose another way." });
        let released = pam.api("POST", &path(&id, "release"), &reason).await.is(200).json();
        assert_eq!(released["status"], "released");
        north.key.get(&path(&id, "timeline")).await.is(200).says("The buyer chose another way.");
    });
}
