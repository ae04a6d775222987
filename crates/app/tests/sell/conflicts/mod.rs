//! Conflict cases: each side sees its own, no partner learns of another, and a case is decided by
//! somebody without a stake, in time.

mod appeals;
mod climbing;
mod evidence;
mod held;
mod inputs;
mod ladder;
mod lists;
mod story;

use serde_json::json;
use testkit::{on_both, steps::conflicts::rivals};

#[test]
fn ac_05_what_partners_read_of_a_new_case_names_none_of_them() {
    on_both(async |world| {
        let (north, _, _) = rivals(&world).await;
        let key = world.api_key("", "conflicts:decide conflicts:take-part accounts:read").await;
        let accounts = key.get("/api/v1/accounts").await.is(200).json();
        let words =
            format!("{} claims it too. Since when do you know them?", north.name.to_uppercase());
        let body = json!({
            "kind": "partner_partner", "account_id": accounts["data"][0]["id"],
            "asked": "Who was first?", "asked_of_partners": words,
        });
        let told = key.api("POST", "/api/v1/conflicts", &body).await.is(422).json();
        assert_eq!(told["errors"][0]["field"], "asked_of_partners");
    });
}

#[test]
fn ac_05_a_partner_sees_its_own_case_and_never_the_rival() {
    on_both(async |world| {
        let (north, south, case) = rivals(&world).await;
        let east = world.partner("East").await;
        let path = format!("/api/v1/conflicts/{case}");
        for (one, rival) in [(&north, &south), (&south, &north)] {
            let seen = one.key.get(&path).await.is(200).does_not_say(&rival.name);
            assert_eq!(seen.json()["parties"].as_array().unwrap().len(), 1);
            assert!(!seen.text().contains(&rival.id), "{}", seen.text());
            assert_eq!(seen.json()["asked"], "Say when you first met the buyer.");
            one.admin
                .get(&format!("/conflicts/{case}"))
                .await
                .is(200)
                .says("Your company")
                .does_not_say(&rival.name);
            let list = one.key.get("/api/v1/conflicts").await.is(200).json();
            assert_eq!(list["data"].as_array().unwrap().len(), 1);
        }
        east.key.get(&path).await.is(404).says("Not found");
        east.admin.get("/conflicts").await.is(200).says("No conflict cases");
        let list = east.key.get("/api/v1/conflicts").await.is(200).json();
        assert_eq!(list["data"], json!([]));
    });
}

#[test]
fn ac_05_what_one_partner_says_the_vendor_reads_and_the_rival_does_not() {
    on_both(async |world| {
        let (north, south, case) = rivals(&world).await;
        let path = format!("/api/v1/conflicts/{case}");
        let notes = format!("{path}/notes");
        north
            .key
            .api("POST", &notes, &json!({ "words": "We met them in May." }))
            .await
            .is(201)
            .says("We met them in May.");
        south.key.get(&path).await.is(200).does_not_say("in May");
        let operations = world.vendor_user("ops@acme.example", "operations").await;
        let here = format!("/conflicts/{case}");
        operations.get(&here).await.is(200).says("We met them in May.").says("North").says("South");
        operations
            .post(&format!("{here}/notes"), &[("words", "The buyer confirms May.")])
            .await
            .is(303)
            .ok();
        north.key.get(&path).await.is(200).does_not_say("buyer confirms");
        let long = "x".repeat(5_000);
        north.key.api("POST", &notes, &json!({ "words": long })).await.is(422).says("words");
    });
}

#[test]
fn a_case_is_closed_with_words_for_the_parties_by_someone_who_may() {
    on_both(async |world| {
        let (north, _, case) = rivals(&world).await;
        let rep = world.vendor_user("rep@acme.example", "direct_rep").await;
        let here = format!("/conflicts/{case}");
        let page = rep.get(&here).await.is(200).does_not_say("Close case");
        page.does_not_say("href=\"/registrations/reg_");
        rep.post(&format!("{here}/closing"), &[("note", "n"), ("words", "w")])
            .await
            .is(403)
            .says("conflicts:decide");
        let operations = world.vendor_user("chief@acme.example", "channel_chief").await;
        operations.get(&format!("{here}/closing")).await.is(200).says("Message to the parties");
        operations
            .post(&format!("{here}/closing"), &[("note", "North was first.")])
            .await
            .is(422)
            .says("Enter the message to the parties");
        let fields = [("note", "North was first."), ("words", "The earlier meeting counts.")];
        operations.post(&format!("{here}/closing"), &fields).await.is(303).ok();
        let seen = north.key.get(&format!("/api/v1{here}")).await.is(200).json();
        assert_eq!(seen["state"], "closed");
        assert_eq!(seen["outcome"], "The earlier meeting counts.");
        assert_eq!(
            (seen["outcome_note"].as_str(), seen["phase"].as_str()),
            (Some(""), Some("closed"))
        );
        let say = json!({ "words": "But …" });
        north.key.api("POST", &format!("/api/v1{here}/notes"), &say).await.is(422).says("closed");
        let mails = world.mails_to(&north.admin.email).await;
        assert!(
            mails.iter().any(|(_, body)| body.contains("The earlier meeting counts.")),
            "{mails:?}"
        );
    });
}
