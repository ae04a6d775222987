//! Conflict cases: each side sees its own, no partner learns of another, and a case is decided by
//! somebody without a stake, in time.

mod climbing;
mod evidence;
mod held;
mod inputs;
pub(crate) mod ladder;
mod lists;
mod story;

use domain::ids::{AccountId, CaseId, PartnerId, RegistrationId};
use sell::conflicts::{CaseKind, NewCase, Party, open, open_case_for};
use serde_json::{Value, json};
use testkit::{Partner, World, on_both};

use crate::deal_registration::{deal, register, with};

/// Two partners that want the same account, and the case that was opened about it.
pub(crate) async fn rivals(world: &World) -> (Partner, Partner, String) {
    let [north, south] = world.partners(["North", "South"]).await;
    let first = register(&north, "Globex").await.is(201).json();
    let second = south
        .key
        .api("POST", "/api/v1/deal-registrations", &with(deal("Globex"), json!({})))
        .await
        .is(201)
        .json();
    let id = |value: &Value| RegistrationId::parse(value["id"].as_str().unwrap()).unwrap();
    let (first, second) = (id(&first), id(&second));
    let (one, other) = (PartnerId::parse(&north.id).unwrap(), PartnerId::parse(&south.id).unwrap());
    let case: CaseId = world
        .act(move |cx| {
            let account =
                cx.tx.query_one("SELECT account_id FROM accounts", &[], |row| row.text(0))?;
            let account_id = AccountId::parse(&account).map_err(frame::AppError::internal)?;
            let parties = [
                Party { partner_id: Some(&one), registration_id: Some(&first) },
                Party { partner_id: Some(&other), registration_id: Some(&second) },
            ];
            let case = NewCase {
                kind: CaseKind::PartnerPartner,
                account_id: &account_id,
                asked: "Both say that they met the buyer first. Who did?",
                asked_of_partners: "Say when you first met the buyer.",
                parties: &parties,
            };
            let case_id = open(cx, &case)?;
            assert_eq!(open(cx, &case)?, case_id, "the same case is opened once");
            assert_eq!(open_case_for(cx, &first)?, Some(case_id.clone()));
            Ok(case_id)
        })
        .await;
    (north, south, case.as_str().to_owned())
}

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
        east.key.get(&path).await.is(404).says("nothing here");
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
        let page = rep.get(&here).await.is(200).does_not_say("Close the case");
        page.does_not_say("href=\"/registrations/reg_");
        rep.post(&format!("{here}/closing"), &[("note", "n"), ("words", "w")])
            .await
            .is(403)
            .says("conflicts:decide");
        let operations = world.vendor_user("chief@acme.example", "channel_chief").await;
        operations.get(&format!("{here}/closing")).await.is(200).says("What the parties are told");
        operations
            .post(&format!("{here}/closing"), &[("note", "North was first.")])
            .await
            .is(422)
            .says("Write what the parties are told");
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
