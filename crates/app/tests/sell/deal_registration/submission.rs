//! What a submission must hold, and what the automatic checks say of it.

use serde_json::json;
use testkit::{World, on_both, on_sqlite};

use super::{approved, deal, decide, decider, first_product, path, register, show, with};

/// Changes the tables of other slices as their own pages would.
async fn sql(world: &World, statement: &'static str) {
    world.expects_faults();
    world
        .act(move |cx| {
            cx.tx.execute(statement, &[])?;
            Ok(())
        })
        .await;
}

#[test]
fn dr_14_a_submission_waits_for_a_person_and_carries_its_checks() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let body = register(&north, "Globex").await.is(201).json();
        assert_eq!(body["status"], "submitted");
        assert_eq!(body["reference"], "R-000001");
        assert!(body["checks"].as_array().is_some_and(|checks| checks.len() > 5));
        assert!(body["decision_due_at"].is_string());
        assert!(body["receipt"]["signature"].is_string());
        let again = register(&north, "Initech").await.is(201).json();
        assert_eq!(again["reference"], "R-000002");
    });
}

#[test]
fn dr_10_every_bad_field_is_told_at_once() {
    on_sqlite(async |world| {
        let north = world.partner("North").await;
        let bad = json!({
            "submit": true, "account_name": "", "account_domain": "not a domain",
            "contact_email": "nobody", "products": [{ "code": "nothing", "quantity": 0 }],
            "amount": { "minor": -5, "currency": "EUR" }, "close_on": "2025-12-31",
            "first_meeting_on": "2026-01-06", "account_country": "XX"
        });
        let answer = north.key.api("POST", "/api/v1/deal-registrations", &bad).await.is(422);
        for field in [
            "account_domain",
            "contact_email",
            "products",
            "amount",
            "close_on",
            "first_meeting_on",
            "account_country",
        ] {
            assert!(answer.text().contains(field), "{field}: {}", answer.text());
        }
        let unknown = with(deal("Globex"), json!({ "amount": { "minor": 5, "currency": "XXQ" } }));
        north.key.api("POST", "/api/v1/deal-registrations", &unknown).await.is(422).says("XXQ");
    });
}

#[test]
fn dr_10_seven_fields_suffice_and_a_draft_needs_none() {
    on_sqlite(async |world| {
        let north = world.partner("North").await;
        let draft = json!({ "account_name": "Globex" });
        let draft = north.key.api("POST", "/api/v1/deal-registrations", &draft).await.is(201);
        let id = draft.json()["id"].as_str().unwrap().to_owned();
        let missing = north.key.api("POST", &path(&id, "submission"), &json!(null)).await.is(422);
        for field in ["contact_email", "products", "amount", "close_on", "evidence_note"] {
            assert!(missing.text().contains(field), "{field}");
        }
        let rest = with(deal("Globex"), json!({ "submit": false }));
        let etag = draft.header("etag").to_owned();
        let headers = [("idempotency-key", "fill-in"), ("if-match", etag.as_str())];
        let filled = north.key.api_with("PATCH", &path(&id, ""), &rest, &headers).await.is(200);
        assert_eq!(filled.json()["status"], "draft");
        let done = north.key.api("POST", &path(&id, "submission"), &json!(null)).await.is(200);
        assert_eq!(done.json()["status"], "submitted");
    });
}

#[test]
fn dr_10_the_last_day_of_the_agreement_still_counts() {
    on_both(async |world| {
        let north = world.partner("North").await;
        sql(&world, "UPDATE partner_enrolments SET agreement_until = '2026-01-05'").await;
        register(&north, "Globex").await.is(201).ok();
        sql(&world, "UPDATE partner_enrolments SET agreement_until = '2026-01-04'").await;
        register(&north, "Initech").await.refused_by("DR-10").says("agreement");
    });
}

#[test]
fn dr_10_a_partner_that_is_not_active_submits_nothing() {
    on_sqlite(async |world| {
        let north = world.partner("North").await;
        sql(&world, "UPDATE partners SET status = 'paused'").await;
        register(&north, "Globex").await.refused_by("DR-10");
        assert_eq!(world.count("SELECT COUNT(*) FROM deal_registrations").await, 0);
    });
}

#[test]
fn dr_10_a_gate_asks_for_its_certification() {
    on_sqlite(async |world| {
        let north = world.partner("North").await;
        world
            .with_document(|document| {
                for track in &mut document.tracks {
                    if track.code == "reseller" {
                        track.required_certifications = vec!["sales".into()];
                    }
                }
            })
            .await;
        register(&north, "Globex").await.refused_by("DR-10");
        sql(
            &world,
            "INSERT INTO partner_certificates (vendor_id, partner_id, certificate_id, code, holder, \
             issued_on) SELECT vendor_id, partner_id, 'c1', 'sales', 'Ana', '2025-06-01' FROM partners",
        )
        .await;
        register(&north, "Globex").await.is(201).ok();
    });
}

#[test]
fn dr_11_a_tier_has_room_up_to_its_limit_and_not_beyond() {
    on_both(async |world| {
        world.with_document(|document| document.tiers[0].live_registrations = 2).await;
        let north = world.partner("North").await;
        approved(&world, &north, "Globex").await;
        let second = approved(&world, &north, "Initech").await;
        register(&north, "Umbrella").await.refused_by("DR-11");
        north.key.api("POST", &path(&second, "withdrawal"), &json!(null)).await.is(200).ok();
        register(&north, "Umbrella").await.is(201).ok();
    });
}

#[test]
fn dr_12_the_minimum_itself_is_enough() {
    on_sqlite(async |world| {
        world
            .with_document(|document| {
                let euro = document.currency;
                document.registration.minimum_amounts_minor = [(euro, 1_000_000)].into();
            })
            .await;
        let north = world.partner("North").await;
        let small = json!({ "amount": { "minor": 999_999, "currency": "EUR" } });
        let small = with(deal("Globex"), small);
        north.key.api("POST", "/api/v1/deal-registrations", &small).await.refused_by("DR-12");
        let enough = json!({ "amount": { "minor": 1_000_000, "currency": "EUR" } });
        let enough = with(deal("Globex"), enough);
        north.key.api("POST", "/api/v1/deal-registrations", &enough).await.is(201).ok();
    });
}

#[test]
fn dr_12_an_account_outside_the_territory_is_refused() {
    on_sqlite(async |world| {
        use domain::{accounts::Country, program::Document};
        let document = Document::default_document();
        let germany = Country::parse("DE").unwrap();
        let home = document.territory_of(germany, None).map(|t| t.code.clone());
        let Some(home) = home else { panic!("the default program has a territory with Germany") };
        let north = world.partner("North").await;
        let code = home.clone();
        world.expects_faults();
        world
            .act(move |cx| {
                cx.tx.execute(
                    "UPDATE partner_enrolments SET territories = $1",
                    db::params![code.as_str()],
                )?;
                Ok(())
            })
            .await;
        register(&north, "Globex").await.is(201).ok();
        let abroad = with(deal("Initech"), json!({ "account_country": "JP" }));
        north.key.api("POST", "/api/v1/deal-registrations", &abroad).await.refused_by("DR-12");
    });
}

#[test]
fn dr_13_a_house_account_is_refused_a_customer_cannot_be_approved_and_a_new_line_can() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let pam = decider(&world).await;
        let approve = json!({ "decision": "approve" });
        register(&north, "Globex").await.is(201).ok();
        sql(&world, "UPDATE accounts SET status = 'house'").await;
        register(&north, "Globex").await.refused_by("DR-13").says("house account");
        sql(&world, "UPDATE accounts SET status = 'customer', product_lines = 'something_else'")
            .await;
        let other = register(&north, "Globex").await.is(201).json();
        let other = other["id"].as_str().unwrap().to_owned();
        decide(&pam, &other, approve.clone()).await.is(200).ok();
        north.key.api("POST", &path(&other, "withdrawal"), &json!(null)).await.is(200).ok();
        let bought = first_product();
        world
            .act(move |cx| {
                cx.tx.execute(
                    "UPDATE accounts SET product_lines = $1",
                    db::params![bought.as_str()],
                )?;
                Ok(())
            })
            .await;
        // It is taken, so that the partner does not learn it from the answer; but not approved.
        let same = register(&north, "Globex").await.is(201).does_not_say("customer").json();
        assert_eq!(same["status"], "submitted");
        let same = same["id"].as_str().unwrap();
        decide(&pam, same, approve).await.refused_by("DR-13").says("existing_customer");
        // The vendor gives the reason (DR-15).
        let no = json!({ "decision": "reject", "reason": "existing_customer" });
        decide(&pam, same, no).await.is(200).ok();
        assert_eq!(show(&north, same).await["decision_reason"], "existing_customer");
    });
}

#[test]
fn dr_13_a_direct_opportunity_stands_in_the_way_when_it_is_older_and_only_then() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let id = register(&north, "Globex").await.is(201).json()["id"].as_str().unwrap().to_owned();
        let open = "INSERT INTO direct_opportunities (vendor_id, opportunity_id, account_id, name, \
             stage, currency, opened_on, created_at) SELECT vendor_id, 'opp_1', account_id, 'Direct', \
             'open', 'EUR', '2026-01-05', created_at + 1 FROM accounts";
        sql(&world, open).await;
        // It came after the first submission, so that one can be approved …
        let pam = decider(&world).await;
        // … while one after it cannot, which its partner does not learn from the answer.
        let south = world.partner("South").await;
        world.travel_to("2026-01-06").await;
        let late = register(&south, "Globex").await.is(201).does_not_say("irect").json();
        let approve = json!({ "decision": "approve" });
        let refused = decide(&pam, late["id"].as_str().unwrap(), approve.clone()).await;
        refused.refused_by("DR-13").says("active_direct_opportunity");
        decide(&pam, &id, approve).await.is(200).ok();
    });
}

#[test]
fn dr_16_a_return_keeps_the_first_time_for_five_business_days() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let pam = decider(&world).await;
        let back = json!({ "decision": "return", "note": "Who decides there?" });
        let first = register(&north, "Globex").await.is(201).json();
        let id = first["id"].as_str().unwrap().to_owned();
        decide(&pam, &id, back.clone()).await.is(200).says("returned");
        // Five business days after Monday, 5 January (Tuesday is a holiday somewhere else).
        world.travel_to("2026-01-12").await;
        let again =
            north.key.api("POST", &path(&id, "submission"), &json!(null)).await.is(200).json();
        assert_eq!(again["status"], "under_review");
        assert_eq!(again["ranked_at"], first["ranked_at"]);
        assert_eq!(again["resubmissions"], 1);
        decide(&pam, &id, back.clone()).await.is(200).ok();
        world.travel_to("2026-01-20").await;
        let late =
            north.key.api("POST", &path(&id, "submission"), &json!(null)).await.is(200).json();
        assert_eq!(late["ranked_at"], late["submitted_at"]);
        decide(&pam, &id, back.clone()).await.is(200).ok();
        north.key.api("POST", &path(&id, "submission"), &json!(null)).await.is(200).ok();
        decide(&pam, &id, back).await.is(200).ok();
        let fourth = north.key.api("POST", &path(&id, "submission"), &json!(null)).await;
        fourth.refused_by("DR-16");
    });
}

#[test]
fn dr_17_hoarding_is_a_warning_and_refuses_nothing() {
    on_sqlite(async |world| {
        world
            .with_document(|document| {
                document.registration.hoarding.minimum_live = 1;
                document.registration.hoarding.idle_days = 5;
            })
            .await;
        let north = world.partner("North").await;
        approved(&world, &north, "Globex").await;
        world.travel_to("2026-01-10").await;
        let calm = register(&north, "Initech").await.is(201).json();
        assert!(!calm["checks"].to_string().contains("warned"), "{}", calm["checks"]);
        world.travel_to("2026-01-11").await;
        let warned = register(&north, "Umbrella").await.is(201).json();
        assert!(warned["checks"].to_string().contains("warned"), "{}", warned["checks"]);
    });
}
