//! The evidence of a case: each party's statement, chained, signed and verified offline (CF-04).

use app::{conflicts::evidence, deal_registration::receipts};
use serde_json::{Value, json};
use testkit::{World, on_both};

use super::{
    ladder::{desk, seen},
    rivals,
};

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
        north.key.get(&file).await.is(404).says("nothing here");
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
        east.key.get(&format!("{path}/evidence")).await.is(404).says("nothing here");
        south.admin.get(&format!("/conflicts/{case}")).await.is(200).does_not_say("North");
    });
}
