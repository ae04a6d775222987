//! What the CRM brings: history passes, an open opportunity on a protected account is held back.

use domain::{
    ids::AccountId,
    money::{Currency, Money},
};
use jiff::civil::date;
use sell::direct_sales::{FromCrm, Recorded, Stage, Through, record_from_crm};
use serde_json::json;
use testkit::steps::deal_registration::{approved, path, show};
use testkit::{World, on_both};

use super::{account_id, rep};

async fn from_crm(
    world: &World,
    account: &str,
    stage: Stage,
    external_id: &'static str,
) -> Recorded {
    let account = AccountId::parse(account).unwrap();
    world
        .act(move |cx| {
            record_from_crm(
                cx,
                &FromCrm {
                    account_id: account.clone(),
                    name: "GTX Pro for the plant".into(),
                    external_id: external_id.into(),
                    owner_user_id: String::new(),
                    owner_name: "Moses Frase".into(),
                    product: String::new(),
                    stage,
                    amount: Money::new(105_400, Currency::parse("USD").unwrap()),
                    opened_on: date(2025, 12, 1),
                    opened_is_given: true,
                    close_on: None,
                    closed_on: (stage != Stage::Open).then(|| date(2025, 12, 20)),
                    through: Through::Crm,
                },
            )
        })
        .await
}

#[test]
fn dr_05_an_open_opportunity_of_the_crm_is_held_back_and_opens_one_conflict_case() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let id = approved(&world, &north, "Globex").await;
        let account = account_id(&world, "Globex").await;
        let first = from_crm(&world, &account, Stage::Open, "1C1I7A6R").await;
        let Recorded::Held { attempt_id, case_id } = first.clone() else {
            panic!("{first:?}");
        };
        // The next synchronisation brings it again: no second attempt, no second case.
        assert_eq!(from_crm(&world, &account, Stage::Open, "1C1I7A6R").await, first);
        assert_eq!(world.count("SELECT COUNT(*) FROM conflict_cases").await, 1);
        assert_eq!(world.count("SELECT COUNT(*) FROM direct_opportunities").await, 0);
        assert_eq!(show(&north, &id).await["in_dispute"], true);

        let operations = world.vendor_user("ops@acme.example", "operations").await;
        let case = format!("/api/v1/conflicts/{case_id}");
        let seen = operations.get(&case).await.is(200).json();
        assert_eq!(seen["kind"], "partner_direct");
        assert!(seen["asked"].as_str().unwrap().contains("GTX Pro for the plant"));
        operations.get(&format!("/conflicts/{case_id}")).await.is(200).says("Moses Frase");
        // The partner is a party: it is told, and may speak.
        let theirs = north.key.get(&case).await.is(200).json();
        assert_eq!(theirs["account_id"], "");
        let mails = world.mails_to(&north.admin.email).await;
        assert!(mails.iter().any(|(subject, _)| subject.contains("conflict case")), "{mails:?}");

        // The partner consents, and what was held back can be recorded after all.
        let rep = rep(&world).await;
        let record = format!("/api/v1/direct-attempts/{attempt_id}/recording");
        rep.api("POST", &record, &json!({})).await.refused_by("DR-05");
        let given = json!({ "purpose": "Sell together." });
        north.key.api("POST", &path(&id, "consents"), &given).await.is(201).ok();
        let made = rep.api("POST", &record, &json!({})).await.is(201).json();
        assert_eq!(made["external_id"], "1C1I7A6R");
        assert_eq!(made["owner_name"], "Moses Frase");
        rep.api("POST", &record, &json!({})).await.refused_by("DR-05");
        let closing = json!({ "note": "Both agreed.", "words": "You sell together." });
        let chief = world.vendor_user("chief@acme.example", "channel_chief").await;
        let decider = world.key_of(&chief, "", "conflicts:take-part conflicts:decide").await;
        decider.api("POST", &format!("{case}/closing"), &closing).await.is(200).ok();
        assert_eq!(show(&north, &id).await["in_dispute"], false);
    });
}

#[test]
fn dr_05_history_of_the_crm_passes_and_the_same_id_is_the_same_opportunity() {
    on_both(async |world| {
        let north = world.partner("North").await;
        approved(&world, &north, "Globex").await;
        let account = account_id(&world, "Globex").await;
        let first = from_crm(&world, &account, Stage::Lost, "Z063OYW0").await;
        let Recorded::New(id) = first else { panic!("{first:?}") };
        let again = from_crm(&world, &account, Stage::Lost, "Z063OYW0").await;
        assert_eq!(again, Recorded::Unchanged(id.clone()));
        let won = from_crm(&world, &account, Stage::Won, "Z063OYW0").await;
        assert_eq!(won, Recorded::Changed(id));
        assert_eq!(world.count("SELECT COUNT(*) FROM conflict_cases").await, 0);
        let reader = world.api_key("", "accounts:read").await;
        let now = reader.get(&format!("/api/v1/accounts/{account}")).await.is(200).json();
        assert_eq!(now["status"], "customer");
    });
}

#[test]
fn dr_05_what_is_held_back_undoes_nothing_that_the_crm_said_since() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let _ = approved(&world, &north, "Globex").await;
        let account = account_id(&world, "Globex").await;
        let held = from_crm(&world, &account, Stage::Open, "1C1I7A6R").await;
        let Recorded::Held { attempt_id, .. } = held else {
            panic!("{held:?}");
        };
        let won = from_crm(&world, &account, Stage::Won, "1C1I7A6R").await;
        assert!(matches!(won, Recorded::New(_)), "{won:?}");
        let rep = rep(&world).await;
        let record = format!("/api/v1/direct-attempts/{attempt_id}/recording");
        let answer = rep.api("POST", &record, &json!({})).await.refused_by("DR-05");
        let _ = answer.says("Nothing is held back");
        let list = rep.get("/api/v1/direct-opportunities").await.is(200).json();
        assert_eq!(list["data"].as_array().unwrap().len(), 1);
        assert_eq!(list["data"][0]["stage"], "won");
    });
}

#[test]
fn dr_05_an_open_opportunity_that_moves_to_a_protected_account_is_asked_about_as_a_new_one() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let _ = approved(&world, &north, "Globex").await;
        let protected = account_id(&world, "Globex").await;
        let rep = rep(&world).await;
        let body = json!({ "name": "Initech", "country": "DE" });
        let writer = world.api_key("", "accounts:write").await;
        let free = writer.api("POST", "/api/v1/accounts", &body).await.is(201).json();
        let free = free["id"].as_str().unwrap();
        let first = from_crm(&world, free, Stage::Open, "1C1I7A6R").await;
        assert!(matches!(first, Recorded::New(_)), "{first:?}");
        let moved = from_crm(&world, &protected, Stage::Open, "1C1I7A6R").await;
        assert!(matches!(moved, Recorded::Held { .. }), "{moved:?}");
        let list = rep.get("/api/v1/direct-opportunities").await.is(200).json();
        assert_eq!(list["data"][0]["account_id"], free, "it stays where it was until then");
    });
}
