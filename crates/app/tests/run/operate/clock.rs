//! A clock that was set back: what is stored later is not older than what stands there.

use jiff::{SignedDuration, Timestamp};
use people::audit;
use testkit::steps::deal_registration::{approved, register, show};
use testkit::{World, on_both};

/// Sets the clock back from where it stands.
fn set_back(world: &World, by: SignedDuration) -> Timestamp {
    let before = world.app.clock.now();
    world.app.clock.set(before.saturating_sub(by).unwrap());
    before
}

#[test]
fn op_03_a_clock_far_behind_the_newest_entry_stops_writing_until_a_person_confirms_it() {
    on_both(async |world| {
        let [north, south] = world.partners(["North", "South"]).await;
        approved(&world, &north, "Globex").await;
        let ready = world.anonymous();
        let before = set_back(&world, SignedDuration::from_hours(3));
        let refused = register(&south, "Initech").await.is(503);
        let _ = refused.says("3 h 0 min behind the newest entry").says("entente doctor");
        let told = ready.get("/readyz").await.is(503).says("3 h 0 min behind the newest entry");
        drop(told);
        // Reading goes on.
        north.seller.get("/registrations").await.is(200).says("Globex");
        assert_eq!(world.count("SELECT COUNT(*) FROM deal_registrations").await, 1);
        // Corrected: everything goes on.
        world.app.clock.set(before);
        register(&south, "Initech").await.is(201).ok();
        // Or confirmed, which the chain keeps and which verifies.
        set_back(&world, SignedDuration::from_hours(3));
        let _ = register(&south, "Umbrella").await.is(503);
        world.act(|cx| audit::confirm_clock(cx, "It was three hours ahead until noon.")).await;
        register(&south, "Umbrella").await.is(201).ok();
        let auditor = world.api_key("", "audit:read").await;
        let sound = auditor.get("/api/v1/audit-verification").await.is(200).json();
        assert_eq!(sound["sound"], true);
        let kept = auditor.get("/api/v1/audit-entries?q=clock_confirmed").await.is(200);
        let _ = kept.says("It was three hours ahead until noon.");
    });
}

#[test]
fn dr_02_a_later_submission_never_ranks_before_an_earlier_one() {
    on_both(async |world| {
        let [north, south] = world.partners(["North", "South"]).await;
        let first = register(&north, "Globex").await.is(201).json();
        set_back(&world, SignedDuration::from_secs(4));
        let second = register(&south, "Globex").await.is(201).json();
        let at = async |partner, body: &serde_json::Value| {
            let shown = show(partner, body["id"].as_str().unwrap()).await;
            shown["submitted_at"].as_str().unwrap().parse::<Timestamp>().unwrap()
        };
        let (first, second) = (at(&north, &first).await, at(&south, &second).await);
        assert!(second > first, "{second} ranks before {first}");
        set_back(&world, SignedDuration::from_secs(2));
        let _ = register(&south, "Initech").await.is(503).says("6 seconds behind");
    });
}
