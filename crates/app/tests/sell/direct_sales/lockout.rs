//! The lockout of direct sales, through the API.

use serde_json::json;
use testkit::steps::deal_registration::{approved, log_call, path};
use testkit::{on_both, on_each};

use super::{account_id, opportunity, rep};

#[test]
fn dr_05_an_attempt_on_a_protected_account_is_refused_kept_and_shown_to_the_partner_manager() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let pam = world.vendor_user("pam@acme.example", "partner_manager").await;
        let (partner, manager) = (north.id.clone(), pam.user_id.clone());
        world.expects_faults();
        world
            .act(move |cx| {
                cx.tx.execute(
                    "UPDATE partners SET manager_user_id = $1 WHERE partner_id = $2",
                    db::params![&manager, &partner],
                )?;
                Ok(())
            })
            .await;
        approved(&world, &north, "Globex").await;
        let account = account_id(&world, "Globex").await;
        let rep = rep(&world).await;
        let answer = rep
            .api("POST", "/api/v1/direct-opportunities", &opportunity(&account))
            .await
            .refused_by("DR-05")
            .does_not_say("North");
        let problem = answer.json();
        assert_eq!(problem["protected_until"], "2026-04-05");
        let ways: Vec<&str> = problem["ways_on"]
            .as_array()
            .unwrap()
            .iter()
            .map(|w| w["way"].as_str().unwrap())
            .collect();
        assert_eq!(ways, ["ask_consent", "co_sell", "wait_until"]);
        // Nothing was recorded, but the attempt is kept although the answer was 409.
        let none = rep.get("/api/v1/direct-opportunities").await.is(200).json();
        assert_eq!(none["data"], json!([]));
        let kept = rep.get("/api/v1/direct-attempts").await.is(200).json();
        assert_eq!(kept["data"][0]["id"], problem["attempt_id"]);
        assert_eq!(kept["data"][0]["rule"], "DR-05");
        assert_eq!(kept["data"][0]["waits"], false);
        let mails = world.mails_to("pam@acme.example").await;
        assert!(
            mails.iter().any(|(subject, body)| subject.contains("direct sales was refused")
                && body.contains("North")),
            "{mails:?}"
        );
        pam.get("/direct-attempts").await.is(200).says("Globex").says("Renewal of the platform");
        let seen = world.count("SELECT COUNT(*) FROM deal_registration_entries WHERE kind = 'direct_refused' AND vendor_only = 1").await;
        assert_eq!(seen, 1);
    });
}

#[test]
fn dr_05_an_activity_is_refused_like_an_opportunity() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let rep = rep(&world).await;
        let ops = world.key_of_some("operations", "accounts:write accounts:read").await;
        let body = json!({ "name": "Globex", "domains": ["globex-corp.com"], "country": "DE" });
        let made = ops.api("POST", "/api/v1/accounts", &body).await.is(201).json();
        let account = made["id"].as_str().unwrap();
        let open = rep
            .api("POST", "/api/v1/direct-opportunities", &opportunity(account))
            .await
            .is(201)
            .json();
        let id = open["id"].as_str().unwrap();
        let lost = json!({ "outcome": "lost", "note": "No budget." });
        let closing = format!("/api/v1/direct-opportunities/{id}/closing");
        assert_eq!(rep.api("POST", &closing, &lost).await.is(200).json()["stage"], "lost");
        approved(&world, &north, "Globex").await;
        let call = json!({ "kind": "call", "note": "Tried again." });
        let activities = format!("/api/v1/direct-opportunities/{id}/activities");
        rep.api("POST", &activities, &call).await.refused_by("DR-05");
        assert_eq!(world.count("SELECT COUNT(*) FROM direct_activities").await, 0);
    });
}

#[test]
fn dr_05_with_consent_it_is_recorded_and_says_why() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let id = approved(&world, &north, "Globex").await;
        let account = account_id(&world, "Globex").await;
        let rep = rep(&world).await;
        let refused = rep
            .api("POST", "/api/v1/direct-opportunities", &opportunity(&account))
            .await
            .refused_by("DR-05")
            .json();
        let attempt = refused["attempt_id"].as_str().unwrap();
        let ask = format!("/api/v1/direct-attempts/{attempt}/consent-request");
        rep.api("POST", &ask, &json!({ "words": "A joint demo." })).await.is(202).ok();
        let mails = world.mails_to(&north.admin.email).await;
        assert!(mails.iter().any(|(_, body)| body.contains("/links/consent/")), "{mails:?}");
        let consents = north.key.get(&path(&id, "consents")).await.is(200).json();
        let consent = consents["data"][0]["id"].as_str().unwrap();
        let answer = path(&id, &format!("consents/{consent}/answer"));
        north.key.api("POST", &answer, &json!({ "given": true })).await.is(200).ok();
        let now = format!("/api/v1/direct-attempts/{attempt}");
        assert_eq!(rep.get(&now).await.is(200).json()["permitted"], true);
        let made = rep
            .api("POST", "/api/v1/direct-opportunities", &opportunity(&account))
            .await
            .is(201)
            .json();
        assert!(!made["permitted_by"].as_str().unwrap().is_empty());
    });
}

#[test]
fn dr_06_dr_07_after_fourteen_silent_days_direct_sales_gets_in_and_stays() {
    on_each(async |world| {
        let north = world.partner("North").await;
        let id = approved(&world, &north, "Globex").await;
        let account = account_id(&world, "Globex").await;
        let rep = rep(&world).await;
        // Approved on 5 January: the 14th day is 19 January, the lapse begins on the 20th.
        world.travel_to("2026-01-19").await;
        rep.api("POST", "/api/v1/direct-opportunities", &opportunity(&account))
            .await
            .refused_by("DR-05");
        world.travel_to("2026-01-20").await;
        rep.api("POST", "/api/v1/direct-opportunities", &opportunity(&account)).await.is(201).ok();
        log_call(&north, &id, "2026-01-20").await.is(201).ok();
        let again = opportunity(&account);
        rep.api("POST", "/api/v1/direct-opportunities", &again).await.is(201).ok();
    });
}

#[test]
fn dr_13_a_won_opportunity_makes_the_account_a_customer_of_the_product_line() {
    on_both(async |world| {
        let ops = world.key_of_some("operations", "accounts:write accounts:read").await;
        let body = json!({ "name": "Initech AG" });
        let made = ops.api("POST", "/api/v1/accounts", &body).await.is(201).json();
        let account = made["id"].as_str().unwrap();
        let rep = rep(&world).await;
        let product = testkit::steps::deal_registration::first_product();
        let mut new = opportunity(account);
        new["product"] = json!(product);
        let open = rep.api("POST", "/api/v1/direct-opportunities", &new).await.is(201).json();
        let closing =
            format!("/api/v1/direct-opportunities/{}/closing", open["id"].as_str().unwrap());
        let tomorrow = json!({ "outcome": "won", "closed_on": "2026-01-06" });
        rep.api("POST", &closing, &tomorrow).await.is(422).says("closed_on");
        rep.api("POST", &closing, &json!({ "outcome": "won" })).await.is(200).ok();
        rep.api("POST", &closing, &json!({ "outcome": "lost" })).await.is(422).says("already won");
        let now = ops.get(&format!("/api/v1/accounts/{account}")).await.is(200).json();
        assert_eq!(now["status"], "customer");
        assert_eq!(now["product_lines"], json!([product]));
    });
}

#[test]
fn every_bad_field_of_an_opportunity_is_named_at_once() {
    on_both(async |world| {
        let rep = rep(&world).await;
        let ops = world.key_of_some("operations", "accounts:write accounts:read").await;
        let made = ops
            .api("POST", "/api/v1/accounts", &json!({ "name": "Initech AG" }))
            .await
            .is(201)
            .json();
        let body = json!({
            "account_id": made["id"], "name": "", "product": "NOPE",
            "amount": { "minor": -1, "currency": "EUR" },
            "opened_on": "2026-02-01", "close_on": "2026-01-01", "owner_user_id": "usr_nobody",
        });
        let answer = rep.api("POST", "/api/v1/direct-opportunities", &body).await.is(422);
        for field in ["name", "product", "amount", "opened_on", "close_on", "owner_user_id"] {
            let named = format!("\"field\":\"{field}\"");
            assert!(answer.text().contains(&named), "{field}: {}", answer.text());
        }
    });
}
