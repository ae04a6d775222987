//! What an appeal can still change stays as it is until then: a released account is held, and an
//! account that was awarded goes to no third party.

use serde_json::{Value, json};
use testkit::steps::conflicts::{AWARD, desk, rivals, seen};
use testkit::steps::deal_registration::{approved, decide, decider, path, register, show};
use testkit::steps::direct_sales::{account_id, opportunity, rep};
use testkit::{Answer, Caller, Partner, World, on_both};

const RELEASE: [(&str, &str); 4] = [
    ("outcome", "release"),
    ("rule", "CF-05"),
    ("reason", "Nobody has worked the account."),
    ("words", "Neither side has worked the account."),
];

/// A case of an approved registration against direct sales.
async fn against_direct(partner: &Partner, registration: &str) -> String {
    let body = json!({ "kind": "partner_direct", "registration_id": registration,
        "asked": "Who may work the account?" });
    let case = partner.key.api("POST", "/api/v1/conflicts", &body).await.is(201).json();
    case["id"].as_str().unwrap().to_owned()
}

async fn engage(world: &World, rep: &Caller) -> Answer {
    let account = account_id(world, "Globex").await;
    rep.api("POST", "/api/v1/direct-opportunities", &opportunity(&account)).await
}

#[test]
fn cf_07_a_released_account_stays_held_until_nobody_can_appeal() {
    on_both(async |world| {
        let desk = desk(&world).await;
        let [north, south] = world.partners(["North", "South"]).await;
        let mine = approved(&world, &north, "Globex").await;
        let case = against_direct(&north, &mine).await;
        let rep = rep(&world).await;
        desk.manager.post(&format!("/conflicts/{case}/decision"), &RELEASE).await.is(303).ok();
        // Everybody is told the same: it is held until the decision is final.
        let page = north.admin.get(&format!("/registrations/{mine}")).await.is(200);
        let page = page.says("will be released").says("stays held until the decision is final");
        let _ = page.says("Protected until").does_not_say("Account not held");
        let told = north.admin.get(&format!("/conflicts/{case}")).await.is(200);
        let _ = told.says("released once the decision is final").says("against direct sales too");
        let desk_page = desk.manager.get(&format!("/conflicts/{case}")).await.is(200);
        let _ = desk_page.says("who holds it keeps it, against direct sales too");
        register(&south, "Globex").await.refused_by("DR-02");
        engage(&world, &rep).await.refused_by("DR-05");
        world.travel_to_instant("2026-01-12T07:59:00Z").await;
        register(&south, "Globex").await.refused_by("DR-02");
        assert_eq!(show(&north, &mine).await["status"], "approved");
        world.travel_to_instant("2026-01-12T08:01:00Z").await;
        assert_eq!(seen(&desk, &case).await["phase"], "final");
        assert_eq!(show(&north, &mine).await["status"], "released");
        engage(&world, &rep).await.is(201).ok();
    });
}

#[test]
fn cf_07_a_release_that_is_appealed_can_be_awarded() {
    on_both(async |world| {
        let desk = desk(&world).await;
        let [north, south] = world.partners(["North", "South"]).await;
        let mine = approved(&world, &north, "Globex").await;
        let case = against_direct(&north, &mine).await;
        desk.manager.post(&format!("/conflicts/{case}/decision"), &RELEASE).await.is(303).ok();
        let new = json!({ "words": "The minutes of our meeting in April." });
        let appeal = format!("/api/v1/conflicts/{case}/appeal");
        north.key.api("POST", &appeal, &new).await.is(201).ok();
        register(&south, "Globex").await.refused_by("DR-02");
        let award = format!("/conflicts/{case}/decision");
        desk.operations.post(&award, &AWARD).await.is(303).ok();
        assert_eq!(seen(&desk, &case).await["phase"], "final");
        assert_eq!(show(&north, &mine).await["status"], "approved");
        let page = north.admin.get(&format!("/registrations/{mine}")).await.is(200);
        let _ = page.says("Protected until").does_not_say("Account not held");
        register(&south, "Globex").await.refused_by("DR-02");
    });
}

#[test]
fn cf_07_nobody_else_is_approved_while_an_award_can_be_appealed() {
    on_both(async |world| {
        let desk = desk(&world).await;
        let (north, south, case) = rivals(&world).await;
        desk.manager.post(&format!("/conflicts/{case}/decision"), &AWARD).await.is(303).ok();
        let of = async |partner: &Partner| {
            let path = format!("/api/v1/conflicts/{case}");
            let body: Value = partner.key.get(&path).await.is(200).json();
            body["parties"][0]["registration_id"].as_str().unwrap().to_owned()
        };
        let (won, lost) = (of(&north).await, of(&south).await);
        // The winner gives the account back; the loser can still appeal.
        let back = format!("/api/v1/deal-registrations/{won}/withdrawal");
        north.key.api("POST", &back, &json!({ "note": "They stopped buying." })).await.is(200).ok();
        let east = world.partner("East").await;
        let third =
            register(&east, "Globex").await.is(201).json()["id"].as_str().unwrap().to_owned();
        let approve = json!({ "decision": "approve" });
        let decider = decider(&world).await;
        let refused = decide(&decider, &third, approve.clone()).await.refused_by("CF-07");
        let _ = refused.says("C-000001").says("once it is final");
        // Nor is the loser, who would be released when the decision is final.
        decide(&decider, &lost, approve.clone()).await.refused_by("CF-07");
        let new = json!({ "words": "The minutes of our meeting in April." });
        let appeal = format!("/api/v1/conflicts/{case}/appeal");
        south.key.api("POST", &appeal, &new).await.is(201).ok();
        decide(&decider, &third, approve.clone()).await.refused_by("CF-07");
        let award = [("outcome", "award-1"), AWARD[1], AWARD[2], AWARD[3]];
        desk.operations.post(&format!("/conflicts/{case}/decision"), &award).await.is(303).ok();
        assert_eq!(show(&south, &lost).await["status"], "approved");
        decide(&decider, &third, approve).await.refused_by("DR-02");
    });
}

#[test]
fn cf_07_a_live_registration_that_lost_says_that_it_holds_nothing() {
    on_both(async |world| {
        let desk = desk(&world).await;
        let [north, south] = world.partners(["North", "South"]).await;
        let second = register(&south, "Globex").await.is(201).json();
        let second = second["id"].as_str().unwrap().to_owned();
        let mine = approved(&world, &north, "Globex").await;
        let body = json!({ "kind": "partner_partner", "registration_id": second,
            "asked": "Who was first?" });
        let case = south.key.api("POST", "/api/v1/conflicts", &body).await.is(201).json();
        let case = case["id"].as_str().unwrap();
        // The first party is the one that opened it.
        desk.manager.post(&format!("/conflicts/{case}/decision"), &AWARD).await.is(303).ok();
        assert_eq!(show(&south, &second).await["status"], "approved");
        let here = format!("/registrations/{mine}");
        let page = north.admin.get(&here).await.is(200).says("Account not held");
        let page = page.does_not_say("rotected until").does_not_say("keeps direct sales out");
        let _ = page.does_not_say("Direct sales stays out").does_not_say("Let direct sales in");
        let list = north.admin.get("/registrations").await.is(200);
        let _ = list.says("Account not held").does_not_say("Protected until");
        let renewal = format!("/api/v1/deal-registrations/{mine}/renewal");
        north.key.api("POST", &renewal, &Value::Null).await.refused_by("CF-05");
        // It cannot be won, and lets nobody in; giving it back frees nothing.
        let won = json!({ "outcome": "won" });
        north.key.api("POST", &path(&mine, "outcome"), &won).await.refused_by("CF-05");
        let consent = json!({ "purpose": "Talk to them." });
        north.key.api("POST", &path(&mine, "consents"), &consent).await.refused_by("DR-05");
        let page = north.admin.get(&format!("{here}/withdrawal")).await.is(200);
        let _ = page.says("stays with whoever holds it").does_not_say("is free at once");
        // The API and the view of protected accounts say so too.
        assert_eq!(show(&north, &mine).await["holds_account"], false);
        let held = north.key.get("/api/v1/deal-registrations?held=1").await.is(200).json();
        assert_eq!(held["data"], json!([]));
        let live = north.key.get("/api/v1/deal-registrations?status=live").await.is(200).json();
        assert_eq!(live["data"][0]["holds_account"], false);
        let held = south.admin.get(&format!("/registrations/{second}")).await.is(200);
        let _ = held.says("Protected until").does_not_say("Account not held");
    });
}

#[test]
fn cf_07_protection_does_not_run_out_while_a_decision_can_be_appealed() {
    on_both(async |world| {
        world
            .with_document(|document| {
                document.registration.validity_days = 3;
                document.registration.renewal_window_days = 3;
                document.registration.follow_up_days = 2;
                document.registration.backdating_days = 1;
                document.registration.lapse_reminder_days = 1;
                document.registration.expiry_reminder_days = vec![1];
            })
            .await;
        let desk = desk(&world).await;
        let [north, south] = world.partners(["North", "South"]).await;
        let mine = approved(&world, &north, "Globex").await;
        let case = against_direct(&north, &mine).await;
        let rep = rep(&world).await;
        // To direct sales, which is the second party: no registration gets the account.
        let to_direct = [("outcome", "award-1"), AWARD[1], AWARD[2], AWARD[3]];
        desk.manager.post(&format!("/conflicts/{case}/decision"), &to_direct).await.is(303).ok();
        for (reader, here) in [(&north.admin, "/conflicts"), (&desk.manager, "/conflicts")] {
            let page = reader.get(&format!("{here}/{case}")).await.is(200);
            let _ = page.says("who holds it keeps it, against direct sales too");
        }
        // Approved on the 5th for three days: without the case it would be free on the 9th.
        world.travel_to("2026-01-09").await;
        assert_eq!(show(&north, &mine).await["status"], "approved");
        register(&south, "Globex").await.refused_by("DR-02");
        engage(&world, &rep).await.refused_by("DR-05");
        let new = json!({ "words": "The minutes of our meeting in April." });
        let appeal = format!("/api/v1/conflicts/{case}/appeal");
        north.key.api("POST", &appeal, &new).await.is(201).ok();
        desk.operations.post(&format!("/conflicts/{case}/decision"), &AWARD).await.is(303).ok();
        let body = show(&north, &mine).await;
        assert_eq!((&body["status"], &body["holds_account"]), (&json!("approved"), &json!(true)));
        register(&south, "Globex").await.refused_by("DR-02");
    });
}
