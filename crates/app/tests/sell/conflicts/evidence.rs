//! The evidence of a case: each party's statement, chained, signed and verified offline (CF-04).

use sell::{conflicts::evidence, deal_registration::receipts};
use serde_json::{Value, json};
use testkit::steps::conflicts::{AWARD, desk, rivals, seen};
use testkit::steps::deal_registration::path as registration;
use testkit::{World, on_both};

async fn public_key(world: &World) -> String {
    world.act(|cx| Ok(receipts::public_key(cx)?.public_key)).await
}

#[test]
fn cf_04_each_party_gives_one_statement_with_files_that_its_rival_does_not_read() {
    on_both(async |world| {
        let desk = desk(&world).await;
        let (north, south, case) = rivals(&world).await;
        let path = format!("/api/v1/conflicts/{case}");
        let say = json!({ "words": "We met them in May." });
        north.key.api("POST", &format!("{path}/statements"), &say).await.is(201).ok();
        north.key.api("POST", &format!("{path}/statements"), &say).await.refused_by("CF-04");
        let here = format!("/conflicts/{case}/statement");
        south
            .admin
            .upload(&here, &[("statement", "We ran a workshop.")], ("file", "w.txt", b"Workshop"))
            .await
            .is(303)
            .ok();
        north.key.get(&path).await.is(200).does_not_say("workshop").does_not_say("w.txt");
        let file = seen(&desk, &case).await["files"][0]["id"].as_str().unwrap().to_owned();
        let file = format!("{path}/files/{file}");
        north.key.get(&file).await.is(404).says("Not found");
        assert_eq!(south.key.get(&file).await.is(200).text(), "Workshop");
        desk.manager.post(&here, &[("statement", "I think …")]).await.refused_by("CF-04");
    });
}

#[test]
fn cf_04_the_evidence_is_verified_without_a_server_and_a_change_is_found() {
    on_both(async |world| {
        let desk = desk(&world).await;
        let (north, south, case) = rivals(&world).await;
        let path = format!("/api/v1/conflicts/{case}");
        let say = json!({ "words": "We met them in May." });
        north.key.api("POST", &format!("{path}/statements"), &say).await.is(201).ok();
        let key = public_key(&world).await;
        let file = desk.key.get(&format!("{path}/evidence")).await.is(200);
        let text = file.text();
        let signed = evidence::verify(&text, &key).unwrap();
        let kinds: Vec<&str> = signed.bundle.items.iter().map(|item| item.kind.as_str()).collect();
        for kind in ["receipt", "registration", "statement", "opened", "course"] {
            assert!(kinds.contains(&kind), "no {kind} in {kinds:?}");
        }
        assert!(text.contains("North") || text.contains(&north.id));
        assert!(evidence::verify(&text.replace("in May", "in June"), &key).is_err());
        let mut cut: Value = file.json();
        cut["bundle"]["items"].as_array_mut().unwrap().pop();
        let cut = evidence::verify(&cut.to_string(), &key).unwrap_err();
        assert!(cut.to_string().contains("seal"), "{cut}");
        let other = "0".repeat(64);
        assert!(evidence::verify(&text, &other).is_err());
        // A partner's own file verifies too, and says nothing of its rival.
        let theirs = south.key.get(&format!("{path}/evidence")).await.is(200);
        assert_eq!(evidence::verify(&theirs.text(), &key).unwrap().bundle.made_for, south.id);
        theirs.does_not_say("in May").does_not_say("North").does_not_say(&north.id);
        let east = world.partner("East").await;
        east.key.get(&format!("{path}/evidence")).await.is(404).says("Not found");
        south.admin.get(&format!("/conflicts/{case}")).await.is(200).does_not_say("North");
    });
}

#[test]
fn cf_04_a_statement_an_answer_and_an_appeal_take_files_through_the_api() {
    on_both(async |world| {
        let desk = desk(&world).await;
        let (north, south, case) = rivals(&world).await;
        let path = format!("/api/v1/conflicts/{case}");
        let statement = format!("{path}/statements");
        let say = [("words", "We met them in May.")];
        let minutes: (&str, &str, &[u8]) = ("file", "minutes.txt", b"Present: everybody");
        let plan: (&str, &str, &[u8]) = ("file", "plan.txt", b"Stage one");
        let many: Vec<(&str, &str, &[u8])> = vec![plan; 11];
        let refused = north.key.api_upload(&statement, &say, &many).await.is(400);
        refused.says("more than 10 files");
        north.key.api_upload(&statement, &[], &[minutes]).await.is(422).says("words");
        let made = north.key.api_upload(&statement, &say, &[minutes, plan]).await.is(201).json();
        let names: Vec<&str> =
            made["files"].as_array().unwrap().iter().map(|f| f["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["minutes.txt", "plan.txt"]);
        assert_eq!(made["statements"][0]["through"], "api");
        let asks = format!("{path}/evidence-requests");
        let ask = json!({ "partner_id": south.id, "words": "Show the order." });
        let asked = desk.manager_key.api("POST", &asks, &ask).await.is(201).json();
        let answer =
            format!("{asks}/{}/answer", asked["evidence_requests"][0]["id"].as_str().unwrap());
        let order: (&str, &str, &[u8]) = ("file", "order.txt", b"Order 7");
        let words = [("words", "Here it is.")];
        south.key.api_upload(&answer, &words, &[order]).await.is(200).says("order.txt");
        desk.manager.post(&format!("/conflicts/{case}/decision"), &AWARD).await.is(303).ok();
        let appeal = format!("{path}/appeal");
        let new = [("words", "The minutes of April.")];
        south.key.api_upload(&appeal, &new, &[order]).await.refused_by("CF-07");
        let april: (&str, &str, &[u8]) = ("file", "april.txt", b"April");
        south.key.api_upload(&appeal, &new, &[april]).await.is(201).says("april.txt");
    });
}

/// The evidence as everybody in the case has it, in the order vendor, partner, partner.
async fn exports(readers: [&testkit::Caller; 3], case: &str) -> Vec<String> {
    let mut all = Vec::new();
    for reader in readers {
        let path = format!("/api/v1/conflicts/{case}/evidence");
        all.push(reader.get(&path).await.is(200).text());
    }
    all
}

#[test]
fn cf_04_the_evidence_of_a_case_that_ended_is_the_same_a_year_later() {
    on_both(async |world| {
        let desk = desk(&world).await;
        let (north, south, case) = rivals(&world).await;
        let readers = [&desk.key, &north.key, &south.key];
        let opened = exports(readers, &case).await;
        let file: (&str, &str, &[u8]) = ("file", "minutes.txt", b"Present: everybody");
        let statement = format!("/api/v1/conflicts/{case}/statements");
        let say = [("words", "We met them in May.")];
        north.key.api_upload(&statement, &say, &[file]).await.is(201).ok();
        desk.manager.post(&format!("/conflicts/{case}/decision"), &AWARD).await.is(303).ok();
        let decided = exports(readers, &case).await;
        assert!(decided[0].len() > opened[0].len(), "an open case's evidence grows");
        world.travel_to_instant("2026-01-12T08:01:00Z").await;
        let body = seen(&desk, &case).await;
        assert_eq!(body["phase"], "final");
        let ended = exports(readers, &case).await;
        let won = body["parties"][0]["registration_id"].as_str().unwrap().to_owned();
        let work = json!({ "kind": "meeting", "occurred_on": "2026-01-12", "contact": "Ana",
            "note": "Kick-off after the decision." });
        let activities = registration(&won, "activities");
        north.key.api("POST", &activities, &work).await.is(201).ok();
        world
            .act(|cx| {
                let later = "UPDATE partners SET name = name || ' Group'";
                Ok(cx.tx.execute(later, &[])?)
            })
            .await;
        world.travel_to_instant("2027-01-12T08:01:00Z").await;
        let later = exports(readers, &case).await;
        assert_eq!(ended, later, "not a byte is another");
        let key = public_key(&world).await;
        for (text, has_file) in later.iter().zip([true, true, false]) {
            let signed = evidence::verify(text, &key).unwrap();
            assert!(!text.contains("Kick-off"));
            assert_eq!(signed.bundle.made_at.to_string(), "2026-01-12T08:00:00Z");
            assert_eq!(signed.contents.len() == 1, has_file);
        }
        assert!(!later[2].contains("in May") && !later[2].contains(&north.id));
        let page = south.admin.get(&format!("/conflicts/{case}")).await.is(200);
        page.does_not_say("Kick-off").does_not_say("in May");
    });
}

#[test]
fn cf_04_the_evidence_of_a_case_closed_without_a_decision_holds_its_closing_words() {
    on_both(async |world| {
        let desk = desk(&world).await;
        let (north, south, case) = rivals(&world).await;
        let fields = [("note", "They agreed by telephone."), ("words", "You agreed.")];
        desk.chief.post(&format!("/conflicts/{case}/closing"), &fields).await.is(303).ok();
        let readers = [&desk.key, &north.key, &south.key];
        let ended = exports(readers, &case).await;
        assert!(ended.iter().all(|text| text.contains("You agreed.")), "{ended:?}");
        world.travel_to_instant("2026-03-12T08:01:00Z").await;
        assert_eq!(ended, exports(readers, &case).await);
    });
}
