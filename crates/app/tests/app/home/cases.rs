//! Conflict cases on the first page of whoever has to decide one or to answer (CF-02, CF-04, CF-07).

use serde_json::json;
use testkit::{
    on_both,
    steps::{
        conflicts::{AWARD, desk, rivals},
        deal_registration::approved,
        deal_registration_pages::is_clean,
    },
};

#[test]
fn cf_02_a_case_waits_at_home_for_its_decider_and_for_both_parties() {
    on_both(async |world| {
        let desk = desk(&world).await;
        let (north, south, case) = rivals(&world).await;
        let here = format!("/conflicts/{case}");
        let home = desk.manager.get("/").await.is(200).says("Decide the conflict about Globex");
        is_clean(&home.says(&here).says("escalates to"));
        for other in [&desk.operations, &desk.chief, &desk.direct] {
            other.get("/").await.is(200).does_not_say("conflict about Globex");
        }
        for party in [&north, &south] {
            for person in [&party.admin, &party.seller] {
                let home = person.get("/").await.is(200).says("Globex: give your statement");
                is_clean(&home.says(&here));
            }
        }
        let stated = [("statement", "We met them in May.")];
        north.admin.post(&format!("{here}/statement"), &stated).await.is(303).ok();
        north.admin.get("/").await.is(200).does_not_say("give your statement");
        let ask = [("party", north.id.as_str()), ("asked", "Show the minutes.")];
        desk.manager.post(&format!("{here}/requests"), &ask).await.is(303).ok();
        north.admin.get("/").await.is(200).says("asks you for evidence").says("Show the minutes.");
        south.admin.get("/").await.is(200).does_not_say("asks you for evidence");
        desk.manager.post(&format!("{here}/decision"), &AWARD).await.is(303).ok();
        north.admin.get("/").await.is(200).does_not_say("/conflicts/");
        let home = south.admin.get("/").await.is(200).says("was decided against you");
        is_clean(&home.says("or appeal"));
        desk.manager.get("/").await.is(200).does_not_say("conflict about Globex");
        world.travel_to_instant("2026-01-12T08:01:00Z").await;
        south.admin.get("/").await.is(200).does_not_say("against you");
    });
}

#[test]
fn cf_02_the_case_climbs_from_home_to_home_and_is_told_to_the_top_when_overdue() {
    on_both(async |world| {
        let desk = desk(&world).await;
        rivals(&world).await;
        for (at, person) in
            [("2026-01-07T08:01:00Z", &desk.operations), ("2026-01-09T08:01:00Z", &desk.chief)]
        {
            world.travel_to_instant(at).await;
            let home = person.get("/").await.is(200).says("Decide the conflict about Globex");
            is_clean(&home);
        }
        desk.operations.get("/").await.is(200).does_not_say("Decide the conflict");
        desk.chief.get("/").await.is(200).says("Nobody is above you");
        world.travel_to_instant("2026-01-13T08:01:00Z").await;
        desk.chief.get("/").await.is(200).says("Decide the conflict").says("overdue");
    });
}

#[test]
fn cf_03_a_case_that_nobody_may_decide_waits_for_those_who_can_seat_somebody() {
    on_both(async |world| {
        let chief = world.vendor_user("chief@acme.example", "channel_chief").await;
        let owner = chief.user_id.clone();
        let (_, _, case) = rivals(&world).await;
        chief.get("/").await.is(200).says("Decide the conflict about Globex");
        world.expects_faults();
        world
            .act(move |cx| {
                let set = "UPDATE conflict_cases SET decider_user_id = $1";
                cx.tx.execute(set, db::params![""])?;
                let set = "UPDATE accounts SET owner_user_id = $1";
                Ok(cx.tx.execute(set, db::params![owner.as_str()])?)
            })
            .await;
        let home = chief.get("/").await.is(200).says("Nobody can decide the conflict");
        is_clean(&home.says(&format!("/conflicts/{case}")));
    });
}

#[test]
fn cf_04_a_rep_finds_at_home_the_case_in_which_direct_sales_is_a_party() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let rep = world.vendor_user("rep@acme.example", "direct_rep").await;
        let other = world.vendor_user("other@acme.example", "direct_rep").await;
        let mine = approved(&world, &north, "Globex").await;
        let owner = rep.user_id.clone();
        world.expects_faults();
        world
            .act(move |cx| {
                let set = "UPDATE accounts SET owner_user_id = $1";
                Ok(cx.tx.execute(set, db::params![owner.as_str()])?)
            })
            .await;
        let open = json!({ "kind": "partner_direct", "registration_id": mine, "asked": "Who?" });
        let case = north.key.api("POST", "/api/v1/conflicts", &open).await.is(201).json();
        let here = format!("/conflicts/{}", case["id"].as_str().unwrap());
        let home = rep.get("/").await.is(200).says("Globex: give your statement").says(&here);
        is_clean(&home.does_not_say("North"));
        other.get("/").await.is(200).does_not_say("give your statement");
        rep.post(&format!("{here}/statement"), &[("statement", "They called us.")]).await.is(303);
        rep.get("/").await.is(200).does_not_say("give your statement");
    });
}
