//! The vendor's answer.

use domain::ids::{RegistrationId, UserId};
use frame::AppError;
use frame::actor::Who;
use sell::deal_registration::actions::{AccountChoice, Decide, Decision};
use serde_json::json;
use testkit::{Caller, World, on_both, on_sqlite};

use super::{approved, decide, decider, path, register, show};

#[test]
fn dr_02_the_second_approval_names_the_rule_and_keeps_the_queue() {
    on_both(async |world| {
        let [north, south] = world.partners(["North", "South"]).await;
        let pam = decider(&world).await;
        let mine = register(&north, "Globex").await.is(201).json();
        let theirs = register(&south, "Globex").await.is(201).json();
        let (mine, theirs) = (mine["id"].as_str().unwrap(), theirs["id"].as_str().unwrap());
        decide(&pam, mine, json!({ "decision": "approve" })).await.is(200).ok();
        let refused =
            decide(&pam, theirs, json!({ "decision": "approve" })).await.refused_by("DR-02");
        assert!(refused.text().contains("protected_until"));
        assert_eq!(show(&south, theirs).await["status"], "submitted");
        decide(&pam, theirs, json!({ "decision": "reject", "reason": "duplicate" }))
            .await
            .is(200)
            .ok();
        let seen = show(&south, theirs).await;
        assert_eq!(
            (seen["status"].as_str(), seen["decision_reason"].as_str()),
            (Some("rejected"), Some("duplicate"))
        );
    });
}

#[test]
fn dr_02_a_held_account_takes_no_submission_and_says_not_by_whom() {
    on_both(async |world| {
        let [north, south] = world.partners(["North", "South"]).await;
        approved(&world, &north, "Globex").await;
        register(&south, "Globex")
            .await
            .refused_by("DR-02")
            .does_not_say("North")
            .says("2026-04-05");
    });
}

#[test]
fn dr_15_the_partner_reads_the_reason_and_what_would_change_it() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let pam = decider(&world).await;
        let id = register(&north, "Globex").await.is(201).json()["id"].as_str().unwrap().to_owned();
        let answer = json!({ "decision": "reject", "reason": "no_verifiable_relationship",
            "note": "Their purchasing does not know you." });
        decide(&pam, &id, answer).await.is(200).ok();
        let timeline = north.key.get(&path(&id, "timeline")).await.is(200);
        timeline.says("no verifiable relationship").says("DR-15").says("proof of contact");
        let again = decide(&pam, &id, json!({ "decision": "approve" })).await;
        again.refused_by("DR-02");
    });
}

#[test]
fn dr_14_nobody_decides_what_touches_the_own_quota_or_territory() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let id = register(&north, "Globex").await.is(201).json()["id"].as_str().unwrap().to_owned();
        let pam = world.vendor_user("pam@acme.example", "partner_manager").await;
        let chief = world.vendor_user("chief@acme.example", "channel_chief").await;
        let owner = pam.user_id.clone();
        world.expects_faults();
        world
            .act(move |cx| {
                cx.tx.execute(
                    "UPDATE accounts SET owner_user_id = $1",
                    db::params![owner.as_str()],
                )?;
                Ok(())
            })
            .await;
        assert_eq!(approve_as(&world, &pam, &id).await, Err("DR-14".to_owned()));
        let territory = "UPDATE identity_memberships SET territories = 'dach uk_ireland' \
             WHERE roles = 'channel_chief'";
        world.act(move |cx| Ok(cx.tx.execute(territory, &[])?)).await;
        assert_eq!(approve_as(&world, &chief, &id).await, Err("DR-14".to_owned()));
        let other = "UPDATE identity_memberships SET territories = 'uk_ireland'";
        world.act(move |cx| Ok(cx.tx.execute(other, &[])?)).await;
        assert_eq!(approve_as(&world, &chief, &id).await, Ok("approved".to_owned()));
    });
}

/// Approves as this person: the status, or the rule that refuses.
async fn approve_as(world: &World, person: &Caller, id: &str) -> Result<String, String> {
    let (user_id, id) = (UserId::parse(&person.user_id), RegistrationId::parse(id));
    let (user_id, id) = (user_id.unwrap(), id.unwrap());
    world
        .act(move |cx| {
            cx.actor.who = Who::User { user_id: user_id.clone(), session_id: String::new() };
            let account = AccountChoice::AsFound;
            let decision = Decision::Approve { account, note: String::new() };
            let decide = Decide { registration_id: id.clone(), decision };
            match decide.run(cx) {
                Ok(registration) => Ok(Ok(registration.status.word().to_owned())),
                Err(AppError::Refused(refusal)) => Ok(Err(refusal.rule.as_str().to_owned())),
                Err(error) => Err(error),
            }
        })
        .await
}

#[test]
fn dr_14_a_policy_may_approve_at_once_what_is_clean() {
    on_both(async |world| {
        world.with_document(|document| document.registration.auto_approve = true).await;
        let [north, south] = world.partners(["North", "South"]).await;
        let body = register(&north, "Globex").await.is(201).json();
        assert_eq!(body["status"], "approved");
        assert_eq!(body["protected_until"], "2026-04-05");
        register(&south, "Globex").await.refused_by("DR-02");
    });
}

#[test]
fn dr_14_a_partner_cannot_decide_and_another_partner_sees_nothing() {
    on_sqlite(async |world| {
        let [north, south] = world.partners(["North", "South"]).await;
        let id = register(&north, "Globex").await.is(201).json()["id"].as_str().unwrap().to_owned();
        let answer = json!({ "decision": "approve" });
        let _ = decide(&north.key, &id, answer).await.is(404);
        for part in ["", "timeline", "receipt", "activities", "consents", "roles", "files"] {
            let _ = south.key.get(&path(&id, part)).await.is(404);
        }
        for part in ["submission", "renewal", "withdrawal"] {
            let _ = south.key.api("POST", &path(&id, part), &json!({})).await.is(404);
        }
        let mine = south.key.get("/api/v1/deal-registrations").await.is(200).json();
        assert_eq!(mine["data"], json!([]));
    });
}
