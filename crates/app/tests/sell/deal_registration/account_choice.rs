//! Which company is meant, when a person has to say (AC-03).

use domain::ids::AccountId;
use sell::deal_registration::disputes::accounts_merged;
use serde_json::json;
use testkit::on_both;

use super::{approved, deal, decide, decider, path, show, with};

#[test]
fn ac_03_between_the_thresholds_a_person_chooses_the_account() {
    on_both(async |world| {
        // Nothing is sure: whatever resembles anything is for a person.
        world
            .with_document(|document| {
                document.matching.sure_bp = 10_000;
                document.matching.possible_bp = 1;
            })
            .await;
        let [north, south] = world.partners(["North", "South"]).await;
        let pam = decider(&world).await;
        let named = |name: &str| {
            let contact = json!({ "account_domain": "", "contact_email": "ana@gmail.com" });
            with(with(deal("x"), json!({ "account_name": name })), contact)
        };
        let to = "/api/v1/deal-registrations";
        let first = north.key.api("POST", to, &named("Globex Logistics GmbH")).await.is(201).json();
        // The vendor reads which account it is; its partner does not, while nothing is approved.
        assert!(first["account_id"].is_null(), "{first}");
        let read = pam.get(&path(first["id"].as_str().unwrap(), "")).await.is(200).json();
        let account = read["account_id"].as_str().unwrap().to_owned();
        let second = south.key.api("POST", to, &named("Globex Logistics")).await.is(201).json();
        assert!(second["account_id"].is_null(), "{second}");
        let id = second["id"].as_str().unwrap();
        decide(&pam, id, json!({ "decision": "approve" })).await.refused_by("AC-03");
        let chosen = json!({ "decision": "approve", "account_id": account });
        let done = decide(&pam, id, chosen).await.is(200).json();
        assert_eq!(done["account_id"], account.as_str());
        // What was chosen teaches the recognition of companies.
        let learned = "SELECT COUNT(*) FROM account_match_decisions WHERE same = 1";
        assert_eq!(world.count(learned).await, 1);
        let first = first["id"].as_str().unwrap();
        decide(&pam, first, json!({ "decision": "approve" })).await.refused_by("DR-02");
    });
}

#[test]
fn ac_04_of_two_live_holders_after_a_merge_the_earlier_stays_and_both_are_in_dispute() {
    on_both(async |world| {
        let [north, south] = world.partners(["North", "South"]).await;
        let first = approved(&world, &north, "Globex").await;
        world.travel_to("2026-01-06").await;
        let second = approved(&world, &south, "Initech").await;
        let account = async |partner, id: &str| {
            let body = show(partner, id).await;
            AccountId::parse(body["account_id"].as_str().unwrap()).unwrap()
        };
        let kept = account(&south, &second).await;
        let merged = account(&north, &first).await;
        let pairs = world.act(move |cx| accounts_merged(cx, &kept, &merged)).await;
        assert_eq!(pairs.len(), 1);
        assert_eq!((pairs[0].0.as_str(), pairs[0].1.as_str()), (first.as_str(), second.as_str()));
        for (partner, id) in [(&north, &first), (&south, &second)] {
            let body = show(partner, id).await;
            assert_eq!(body["in_dispute"], true);
            assert_eq!(body["status"], "approved", "what was approved stays until a case decides");
        }
        let holding = "SELECT COUNT(*) FROM deal_registrations WHERE holds_account = 1";
        assert_eq!(world.count(holding).await, 1);
        let again = "SELECT COUNT(DISTINCT account_id) FROM deal_registrations";
        assert_eq!(world.count(again).await, 1);
    });
}
