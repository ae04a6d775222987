//! Who decides: the next without a stake, on every level (CF-02, CF-03).

use serde_json::{Value, json};
use testkit::{
    Caller, World, on_both,
    steps::conflicts::{AWARD, desk, rivals, seen},
};

/// Makes somebody the owner of the account.
async fn owns(world: &World, person: &Caller) {
    let owner = person.user_id.clone();
    world.expects_faults();
    world
        .act(move |cx| {
            let set = "UPDATE accounts SET owner_user_id = $1";
            Ok(cx.tx.execute(set, db::params![owner.as_str()])?)
        })
        .await;
}

#[test]
fn cf_03_a_decider_with_a_stake_is_refused_on_every_level_and_the_next_is_picked() {
    on_both(async |world| {
        let desk = desk(&world).await;
        let (_, _, case) = rivals(&world).await;
        let decision = format!("/conflicts/{case}/decision");
        assert_eq!(seen(&desk, &case).await["decider_user_id"], desk.manager.user_id.as_str());
        let up = json!({ "reason": "It needs somebody neutral." });
        for (level, person) in [(1, &desk.manager), (2, &desk.operations), (3, &desk.chief)] {
            let body = seen(&desk, &case).await;
            assert_eq!(body["level"], level);
            owns(&world, person).await;
            person.post(&decision, &AWARD).await.refused_by("CF-03").says("own quota");
            owns(&world, &desk.direct).await;
            if level < 3 {
                let path = format!("/api/v1/conflicts/{case}/escalation");
                desk.key.api("POST", &path, &up).await.is(200).ok();
            }
        }
        desk.chief.post(&decision, &AWARD).await.is(303).ok();
    });
}

#[test]
fn cf_03_who_has_a_stake_reads_why_it_does_not_decide_and_who_does() {
    on_both(async |world| {
        let desk = desk(&world).await;
        let (_, _, case) = rivals(&world).await;
        let here = format!("/conflicts/{case}");
        let page = desk.manager.get(&here).await.is(200).says("This case needs your decision");
        page.does_not_say("You do not decide this case");
        owns(&world, &desk.manager).await;
        let page = desk.manager.get(&here).await.is(200).says("You do not decide this case");
        page.says("own quota").does_not_say("/decision\"").does_not_say("/closing\"");
        let page = desk.manager.get(&format!("{here}/decision")).await.is(200).says("own quota");
        page.does_not_say("Award to").does_not_say("Escalate");
        // Somebody above may pass it on and close it, and reads who decides.
        let page = desk.chief.get(&here).await.is(200).says("You do not decide on that level");
        page.says("Escalate").says("Close case");
        let page = desk.chief.get(&format!("{here}/decision")).await.is(200);
        page.says("Escalate to the next level").does_not_say("Award to");
    });
}

#[test]
fn cf_03_a_level_of_which_everybody_has_a_stake_is_passed_over() {
    on_both(async |world| {
        let desk = desk(&world).await;
        let manager = desk.manager.user_id.clone();
        let direct = desk.direct.user_id.clone();
        world
            .act(move |cx| {
                // The one looks after one partner only, the other's territory is the account's.
                cx.tx.execute(
                    "UPDATE identity_memberships SET territories = 'dach' WHERE user_id = $1",
                    db::params![direct.as_str()],
                )?;
                Ok(())
            })
            .await;
        let north = world.partner("West").await;
        drop(north);
        let (north, _, first) = rivals(&world).await;
        let partner = north.id.clone();
        world.expects_faults();
        world
            .act(move |cx| {
                let set = "UPDATE partners SET manager_user_id = $1 WHERE partner_id = $2";
                Ok(cx.tx.execute(set, db::params![manager.as_str(), partner.as_str()])?)
            })
            .await;
        let decision = format!("/conflicts/{first}/decision");
        desk.manager
            .post(&decision, &AWARD)
            .await
            .refused_by("CF-03")
            .says("You manage one of the parties");
        desk.direct.post(&decision, &AWARD).await.refused_by("CF-03").says("territory");
        desk.operations
            .post(&decision, &AWARD)
            .await
            .refused_by("CF-03")
            .says("do not decide on that level");
        let path = format!("/api/v1/conflicts/{first}/escalation");
        desk.key.api("POST", &path, &json!({ "reason": "Nobody is free." })).await.is(200).ok();
        let body = seen(&desk, &first).await;
        assert_eq!(body["decider_user_id"], desk.operations.user_id.as_str());
        desk.operations.post(&decision, &AWARD).await.is(303).ok();
    });
}

#[test]
fn cf_05_a_decision_fits_the_case_and_names_no_partner() {
    on_both(async |world| {
        let desk = desk(&world).await;
        let (north, south, case) = rivals(&world).await;
        let path = format!("/api/v1/conflicts/{case}/decision");
        let body = |outcome: Value, words: &str| {
            json!({ "outcome": outcome, "rule": "CF-05", "reason": "Both worked it.",
                "words": words, "remedies": [] })
        };
        let split = |a: u32, b: u32| {
            json!({ "outcome": "co_sell",
                "split": [{ "party": 0, "share_bp": a }, { "party": 1, "share_bp": b }] })
        };
        let short = body(split(6_000, 3_000), "Together.");
        desk.manager_key.api("POST", &path, &short).await.refused_by("CF-05").says("90 %");
        let names = body(split(6_000, 4_000), "Together with South.");
        desk.manager_key.api("POST", &path, &names).await.is(422).says("names a partner");
        // Nor one that is no party, by its name, its domain or a person of it.
        let east = world.partner("Ostwind Systeme GmbH").await;
        world
            .act(move |cx| {
                let named = "UPDATE partners SET domain = 'ostwind.example' WHERE partner_id = $1";
                cx.tx.execute(named, db::params![&east.id])?;
                let person = "UPDATE identity_users SET name = 'Ines Ost' WHERE email = $1";
                cx.tx.execute(person, db::params![&east.seller.email])?;
                Ok(())
            })
            .await;
        for words in ["Ostwind-Systeme was there.", "See www.ostwind.example.", "Ask INES OST."] {
            let names = body(split(6_000, 4_000), words);
            desk.manager_key.api("POST", &path, &names).await.is(422).says("names a partner");
        }
        let far = body(json!({ "outcome": "award", "party": 2 }), "Third.");
        desk.manager_key.api("POST", &path, &far).await.refused_by("CF-05");
        let mut unruled = body(split(6_000, 4_000), "Together.");
        unruled["rule"] = json!("XX-99");
        desk.manager_key.api("POST", &path, &unruled).await.is(422).says("rule");
        let mut good = body(split(6_000, 4_000), "You sell together.");
        good["remedies"] = json!([{ "remedy": "influence_credit", "party": 1, "share_bp": 500 }]);
        let made = desk.manager_key.api("POST", &path, &good).await.is(201).json();
        assert_eq!(made["state"], "decided");
        assert_eq!(made["remedies"][0]["until_on"], "2026-07-04");
        let path = format!("/api/v1/conflicts/{case}");
        let one = north.key.get(&path).await.is(200).says("your share is 60 %");
        one.does_not_say("40 %").says("\"remedies\":[]");
        south
            .key
            .get(&path)
            .await
            .is(200)
            .says("your share is 40 %")
            .says("Influence credit of 5 %");
    });
}
