//! While a case holds the clocks, the account stays protected: the days in between do not count.

use serde_json::{Value, json};
use testkit::on_both;
use testkit::steps::conflicts::desk;
use testkit::steps::deal_registration::{approved, register, show};

#[test]
fn dr_01_clocks_that_are_held_do_not_end_protection() {
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
        let asked = json!({ "kind": "decision", "registration_id": mine, "asked": "Who?" });
        let case = north.key.api("POST", "/api/v1/conflicts", &asked).await.is(201).json();
        let held = format!("/api/v1/conflicts/{}/clock-hold", case["id"].as_str().unwrap());
        let hold = async |hold: bool| {
            desk.key.api("PUT", &held, &json!({ "hold": hold })).await.is(200).ok();
        };
        // Held twice on one day: that day is taken out once.
        hold(true).await;
        hold(false).await;
        assert_eq!(show(&north, &mine).await["protected_until"], "2026-01-09");
        hold(true).await;
        world.travel_to("2026-01-12").await;
        register(&south, "Globex").await.refused_by("DR-02");
        hold(false).await;
        let body: Value = show(&north, &mine).await;
        assert_eq!(
            (&body["status"], &body["protected_until"]),
            (&json!("approved"), &json!("2026-01-16"))
        );
    });
}
