//! Things that are made by calling: what no action of one slice leaves behind alone.

use std::collections::BTreeMap;

use frame::access::{VendorRole, permissions_of};
use serde_json::{Value, json};
use testkit::{Caller, World};

use super::cast::scopes;

/// Adds an import, a merge, an opportunity, an attempt, a case and a request for evidence.
pub(super) async fn add(world: &World, own: &mut BTreeMap<&'static str, String>) {
    let roles = [
        VendorRole::ChannelChief,
        VendorRole::Operations,
        VendorRole::DirectRep,
        VendorRole::Finance,
    ];
    let words: Vec<&str> = roles.into_iter().map(VendorRole::word).collect();
    let owner = world.vendor_user("everything@acme.example", &words.join(" ")).await;
    let key = world.key_of(&owner, "", &scopes(permissions_of(&roles, &[]))).await;
    own.insert("import", import(&key).await);
    let spare = account(&key, "Initech AG").await;
    let opportunity = opportunity(&key, &spare).await.is(201).json();
    own.insert("opportunity", id(&opportunity));
    let merged = account(&key, "Initech Aktiengesellschaft").await;
    let merge = json!({ "merged_account_id": merged, "reason": "The register says so" });
    let path = format!("/api/v1/accounts/{spare}/merges");
    own.insert("merge", id(&key.api("POST", &path, &merge).await.is(201).json()));
    // The account is protected: the attempt is refused and kept.
    let protected = own.get("account").expect("an account").clone();
    opportunity_refused(&key, &protected).await;
    let attempts = key.get("/api/v1/direct-attempts").await.is(200).json();
    own.insert("attempt", id(&attempts["data"][0]));
    let case = open_case(world, own).await;
    let asked = json!({ "partner_id": own["partner"], "words": "Send the minutes." });
    let path = format!("/api/v1/conflicts/{case}/evidence-requests");
    let manager = world.vendor_user("asks@acme.example", "partner_manager").await;
    let manager = world.key_of(&manager, "", "conflicts:take-part conflicts:decide").await;
    manager.api("POST", &path, &asked).await.ok();
    let request = world.act(|cx| {
        Ok(cx.tx.query_one("SELECT request_id FROM conflict_requests", &[], |row| row.text(0))?)
    });
    own.insert("request", request.await);
    own.insert("case", case);
}

fn id(value: &Value) -> String {
    value["id"].as_str().unwrap_or_else(|| panic!("no id in {value}")).to_owned()
}

async fn import(key: &Caller) -> String {
    let headers = [("idempotency-key", "a-file"), ("content-type", "text/csv")];
    let path = "/api/v1/imports?kind=accounts&file_name=one.csv";
    let file = "name\nHooli\n".into();
    id(&key.send(http::Method::POST, path, &headers, file).await.is(201).json())
}

async fn account(key: &Caller, name: &str) -> String {
    id(&key.api("POST", "/api/v1/accounts", &json!({ "name": name })).await.is(201).json())
}

async fn opportunity(key: &Caller, account: &str) -> testkit::Answer {
    let body = json!({
        "account_id": account, "name": "Renewal", "amount": { "minor": 100, "currency": "EUR" }
    });
    key.api("POST", "/api/v1/direct-opportunities", &body).await
}

async fn opportunity_refused(key: &Caller, account: &str) {
    opportunity(key, account).await.refused_by("DR-05");
}

async fn open_case(world: &World, own: &BTreeMap<&'static str, String>) -> String {
    use domain::ids::{AccountId, PartnerId, RegistrationId};
    use sell::conflicts::{CaseKind, NewCase, Party, open};
    let account = AccountId::parse(&own["account"]).expect("an account");
    let partner = PartnerId::parse(&own["partner"]).expect("a partner");
    let registration = RegistrationId::parse(&own["registration"]).expect("a registration");
    let case = world.act(move |cx| {
        let parties = [
            Party { partner_id: Some(&partner), registration_id: Some(&registration) },
            Party { partner_id: None, registration_id: None },
        ];
        let case = NewCase {
            kind: CaseKind::PartnerDirect,
            account_id: &account,
            asked: "May direct sales work this account?",
            asked_of_partners: "What have you done there?",
            parties: &parties,
        };
        open(cx, &case)
    });
    case.await.as_str().to_owned()
}
