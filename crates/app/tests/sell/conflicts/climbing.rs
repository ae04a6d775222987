//! A case climbs by itself, and its clock stands only for evidence (CF-02, CF-07, CF-08).

use serde_json::json;
use testkit::steps::conflicts::{AWARD, desk, rivals, seen};
use testkit::steps::deal_registration::show;
use testkit::{on_both, on_each};

#[test]
fn cf_02_a_level_out_of_time_passes_the_case_on_and_the_top_keeps_it() {
    on_both(async |world| {
        let desk = desk(&world).await;
        let (north, _, case) = rivals(&world).await;
        let body = seen(&desk, &case).await;
        assert_eq!(body["level_due_at"], "2026-01-07T08:00:00Z");
        assert_eq!(body["due_at"], "2026-01-12T08:00:00Z");
        world.travel_to_instant("2026-01-07T07:59:30Z").await;
        assert_eq!(seen(&desk, &case).await["level"], 1);
        world.travel_to_instant("2026-01-07T08:01:00Z").await;
        let body = seen(&desk, &case).await;
        assert_eq!(
            (body["level"].as_i64(), &body["level_due_at"]),
            (Some(2), &json!("2026-01-09T08:00:00Z"))
        );
        assert_eq!(body["decider_user_id"], desk.operations.user_id.as_str());
        let mails = world.mails_to("neutral@acme.example").await;
        assert!(
            mails.iter().any(|(subject, _)| subject.contains("needs your decision")),
            "{mails:?}"
        );
        let mails = world.mails_to(&north.admin.email).await;
        assert!(
            mails.iter().any(|(subject, _)| subject.contains("case was escalated")),
            "{mails:?}"
        );
        // A sweep that comes late leaves the same as one in time.
        world.travel_to_instant("2026-01-13T10:00:00Z").await;
        let body = seen(&desk, &case).await;
        assert_eq!(
            (body["level"].as_i64(), &body["level_due_at"]),
            (Some(3), &json!("2026-01-12T08:00:00Z"))
        );
        desk.chief.get(&format!("/conflicts/{case}")).await.is(200).says("Overdue");
        desk.chief.post(&format!("/conflicts/{case}/decision"), &AWARD).await.is(303).ok();
        assert_eq!(seen(&desk, &case).await["phase"], "final", "nobody is above the top");
        let measures = desk.key.get("/api/v1/conflict-measures").await.is(200).json();
        assert_eq!((&measures["resolved"], &measures["in_time_bp"]), (&json!(1), &json!(0)));
    });
}

#[test]
fn cf_08_the_clock_stands_while_evidence_is_awaited_at_most_two_business_days() {
    on_both(async |world| {
        let desk = desk(&world).await;
        let (north, south, case) = rivals(&world).await;
        let path = format!("/api/v1/conflicts/{case}/evidence-requests");
        let ask = json!({ "partner_id": north.id, "words": "Show the minutes of the meeting." });
        let body = desk.manager_key.api("POST", &path, &ask).await.is(201).json();
        assert_eq!(body["stopped_until"], "2026-01-07T08:00:00Z");
        assert_eq!(body["level_due_at"], "2026-01-09T08:00:00Z");
        let id = body["evidence_requests"][0]["id"].as_str().unwrap().to_owned();
        south.key.get(&format!("/api/v1/conflicts/{case}")).await.is(200).does_not_say("minutes");
        let answer = format!("{path}/{id}/answer");
        let words = json!({ "words": "They are attached." });
        south.key.api("POST", &answer, &words).await.is(404).says("Not found");
        world.travel_to_instant("2026-01-06T08:00:00Z").await;
        let body = north.key.api("POST", &answer, &words).await.is(200).json();
        assert_eq!(body["level_due_at"], "2026-01-08T08:00:00Z", "one day stood still");
        north.key.api("POST", &answer, &words).await.refused_by("CF-08");
        // One more is not answered: it stops the clock for the day that is left, and no longer.
        let ask = json!({ "partner_id": south.id, "words": "And yours." });
        let body = desk.manager_key.api("POST", &path, &ask).await.is(201).json();
        assert_eq!(body["stopped_until"], "2026-01-07T08:00:00Z");
        world.travel_to_instant("2026-01-07T09:00:00Z").await;
        let body = seen(&desk, &case).await;
        assert_eq!((&body["stopped_until"], &body["level"]), (&json!(null), &json!(1)));
        assert_eq!(body["level_due_at"], "2026-01-09T08:00:00Z");
        desk.manager
            .get(&format!("/conflicts/{case}"))
            .await
            .is(200)
            .says("did not arrive in time");
    });
}

#[test]
fn cf_07_without_an_appeal_the_decision_stands_and_the_loser_is_answered() {
    on_each(async |world| {
        let desk = desk(&world).await;
        let (north, south, case) = rivals(&world).await;
        desk.manager.post(&format!("/conflicts/{case}/decision"), &AWARD).await.is(303).ok();
        let path = format!("/api/v1/conflicts/{case}");
        let body = south.key.get(&path).await.is(200).says("not awarded to you").json();
        assert_eq!(body["appeal_until"], "2026-01-12T08:00:00Z");
        // Who was awarded the account has nothing to appeal, and is not asked to.
        let more = json!({ "words": "And a minute of March." });
        north.key.api("POST", &format!("{path}/appeal"), &more).await.refused_by("CF-07");
        let here = format!("/conflicts/{case}");
        let page = north.admin.get(&here).await.is(200).says("The other side can appeal");
        page.does_not_say("/appeal\"");
        south.admin.get(&here).await.is(200).says("You can appeal").says("/appeal\"");
        let of = |body: &serde_json::Value| {
            body["parties"][0]["registration_id"].as_str().unwrap().to_owned()
        };
        let lost = of(&body);
        let won = of(&north.key.get(&path).await.is(200).says("awarded to you").json());
        assert_eq!(show(&north, &won).await["status"], "approved");
        assert_eq!(show(&south, &lost).await["status"], "submitted");
        world.travel_to_instant("2026-01-12T07:59:00Z").await;
        assert_eq!(seen(&desk, &case).await["phase"], "decided");
        world.travel_to_instant("2026-01-12T08:01:00Z").await;
        assert_eq!(seen(&desk, &case).await["phase"], "final");
        assert_eq!(show(&south, &lost).await["status"], "rejected");
        let appeal = json!({ "words": "A minute of a meeting in April." });
        south.key.api("POST", &format!("{path}/appeal"), &appeal).await.refused_by("CF-07");
    });
}
