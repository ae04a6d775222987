//! Consent takes two people: who asks for direct sales does not give it for the partner (DR-05).

use serde_json::{Value, json};
use testkit::steps::deal_registration::{approved, path};
use testkit::{Answer, Caller, Partner, World, on_both};

use super::{accepts, account_of, company, invites, is_key, partner_invites};

/// A rep of direct sales by session, key and child key.
async fn rep(world: &World, address: &str) -> (Caller, Caller, Caller) {
    let session = world.vendor_user(address, "direct_rep operations").await;
    let scopes = "direct:record direct:read accounts:read api-keys:manage partner-people:manage";
    let key = world.key_of(&session, "", scopes).await;
    let scopes: Vec<&str> = scopes.split_whitespace().collect();
    let (child, _) = world.child_of(&key, &scopes).await;
    (session, key, child)
}

/// Asks for consent: the id of the request.
async fn asks(by: &Caller, north: &Partner, (registration, account): (&str, &str)) -> String {
    if is_key(by) {
        let ask = json!({ "account_id": account, "purpose": "A joint demo." });
        by.api("POST", "/api/v1/consent-requests", &ask).await.is(201).ok();
    } else {
        let fields = [("account_id", account), ("purpose", "A joint demo.")];
        by.post("/availability/consent", &fields).await.is(303).ok();
    }
    let all = north.key.get(&path(registration, "consents")).await.is(200).json();
    let open = all["data"].as_array().unwrap().iter().find(|one| one["given"].is_null());
    open.unwrap()["id"].as_str().unwrap().to_owned()
}

/// Gives the consent on the partner's side.
async fn gives(by: &Caller, registration: &str, consent: &str) -> Answer {
    if is_key(by) {
        let to = path(registration, &format!("consents/{consent}/answer"));
        return by.api("POST", &to, &json!({ "given": true })).await;
    }
    let fields = [("answer", "give")];
    by.post(&format!("/registrations/{registration}/consents/{consent}"), &fields).await
}

/// Somebody on the partner's side by session and key.
async fn on_side(world: &World, north: &Partner, address: &str) -> [(&'static str, Caller); 2] {
    let session = accepts(world, address).await;
    let scopes = "registrations:read registrations:submit";
    let key = world.key_of(&session, &north.id, scopes).await;
    [("session", session), ("key", key)]
}

#[test]
fn dr_05_who_asks_does_not_give_under_any_disguise_and_by_no_door() {
    on_both(async |world| {
        let clean = world.vendor_user("clean@acme.example", "operations").await;
        let cases = [
            ("You asked for this consent yourself", "rep0@acme.example"),
            ("has the same mailbox", "rep1+north@acme.example"),
            ("invited", "private@gmail.com"),
        ];
        for (place, (why, address)) in cases.into_iter().enumerate() {
            let north = world.partner(&format!("North {place}")).await;
            let registration = approved(&world, &north, &company(place)).await;
            let account = account_of(&world, &registration).await;
            let (session, key, child) = rep(&world, &format!("rep{place}@acme.example")).await;
            let by = if place == 2 { &child } else { &clean };
            let invited = invites(by, &north.id, address, "seller").await;
            assert!(matches!(invited.status.as_u16(), 201 | 303), "{}", invited.text());
            let sellers = on_side(&world, &north, address).await;
            for (asked, asker) in [("session", &session), ("key", &key), ("child key", &child)] {
                let consent = asks(asker, &north, (&registration, &account)).await;
                for (given, giver) in &sellers {
                    let answer = gives(giver, &registration, &consent).await;
                    let said = answer.text();
                    let refused =
                        answer.status == 409 && said.contains("DR-05") && said.contains(why);
                    assert!(
                        refused,
                        "asked by {asked}, given by {given}: {} {said}",
                        answer.status
                    );
                }
                // A colleague at the partner gives it, and takes it back for the next turn.
                gives(&north.key, &registration, &consent).await.is(200).ok();
                let back = path(&registration, &format!("consents/{consent}/withdrawal"));
                north.key.api("POST", &back, &Value::Null).await.is(200).ok();
            }
        }
    });
}

#[test]
fn dr_05_by_a_consent_that_one_gave_unasked_one_does_not_engage_oneself() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let registration = approved(&world, &north, "Globex").await;
        let account = account_of(&world, &registration).await;
        let (_, key, child) = rep(&world, "rep@acme.example").await;
        let (_, other, _) = rep(&world, "other@acme.example").await;
        partner_invites(&north, "rep+x@acme.example").await;
        let [_, (_, alias)] = on_side(&world, &north, "rep+x@acme.example").await;
        let given = json!({ "purpose": "Whatever." });
        alias.api("POST", &path(&registration, "consents"), &given).await.is(201).ok();
        let deal = testkit::steps::direct_sales::opportunity(&account);
        for by in [&key, &child] {
            by.api("POST", "/api/v1/direct-opportunities", &deal).await.refused_by("DR-05");
        }
        other.api("POST", "/api/v1/direct-opportunities", &deal).await.is(201).ok();
    });
}

#[test]
fn dr_05_a_person_gives_consent_and_somebody_asks_for_it() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let registration = approved(&world, &north, "Globex").await;
        let account = account_of(&world, &registration).await;
        let nobodys = world.api_key("", "direct:record direct:read").await;
        let ask = json!({ "account_id": account, "purpose": "A joint demo." });
        let asked = nobodys.api("POST", "/api/v1/consent-requests", &ask).await;
        asked.refused_by("DR-05").says("This key has no owner");
        let nobodys = world.api_key(&north.id, "registrations:read registrations:submit").await;
        let given = json!({ "purpose": "Whatever." });
        let answer = nobodys.api("POST", &path(&registration, "consents"), &given).await;
        answer.refused_by("DR-05").says("Only a person can decide this");
    });
}
