//! What was changed behind the product's back is found and named: rows against the audit trail and
//! receipts, chains against each other and against what was noted elsewhere (AU-01, DR-19).

mod chains;
mod plans;
mod rows;
mod trail;

use serde_json::{Value, json};
use testkit::{
    Partner, World,
    steps::{
        accounts::operations,
        conflicts::desk,
        deal_registration::{approved, decide, decider, log_call, path, register},
        direct_sales,
    },
};

/// A world in which every kind of row is there.
pub(crate) struct Story {
    pub(crate) north: Partner,
    /// A registration that was approved and renewed, with an activity and a consent.
    pub(crate) renewed: String,
    /// One that was returned and submitted again.
    pub(crate) again: String,
    /// A case that was decided, and stands.
    pub(crate) case: String,
}

/// Tells it: approval, activity, consent, renewal, return, a merge with its case, decision.
#[expect(clippy::cognitive_complexity, reason = "one thing after the other, without a branch")]
pub(crate) async fn story(world: &World) -> Story {
    let short = |document: &mut domain::program::Document| {
        document.registration.validity_days = 30;
    };
    world.with_document(short).await;
    let [north, south] = world.partners(["North", "South"]).await;
    let renewed = approved(world, &north, "Globex").await;
    log_call(&north, &renewed, "2026-01-05").await.is(201).ok();
    let rep = direct_sales::rep(world).await;
    let ask = json!({ "account_id": direct_sales::account_id(world, "Globex").await,
        "purpose": "A joint demo." });
    let asked = rep.api("POST", "/api/v1/consent-requests", &ask).await.is(201).json();
    let answer = path(&renewed, &format!("consents/{}/answer", asked["id"].as_str().unwrap()));
    north.key.api("POST", &answer, &json!({ "given": true })).await.is(200).ok();
    world.travel_to("2026-01-07").await;
    log_call(&north, &renewed, "2026-01-06").await.is(201).ok();
    north.key.api("POST", &path(&renewed, "renewal"), &Value::Null).await.is(200).ok();

    let again = register(&north, "Initech").await.is(201).json()["id"].as_str().unwrap().to_owned();
    let back = json!({ "decision": "return", "note": "Who decides there?" });
    decide(&decider(world).await, &again, back).await.is(200).ok();
    world.travel_to("2026-01-08").await;
    north.key.api("POST", &path(&again, "submission"), &Value::Null).await.is(200).ok();

    let first = approved(world, &north, "Umbrella").await;
    approved(world, &south, "Vandelay Industries").await;
    let merged = direct_sales::account_id(world, "Umbrella").await;
    let kept = direct_sales::account_id(world, "Vandelay").await;
    let ops = operations(world).await;
    let body = json!({ "merged_account_id": merged, "reason": "One company register number." });
    ops.api("POST", &format!("/api/v1/accounts/{kept}/merges"), &body).await.is(201).ok();
    let case = decided(world, &north, &first).await;
    Story { north, renewed, again, case }
}

async fn decided(world: &World, north: &Partner, first: &str) -> String {
    let desk = desk(world).await;
    let cases = north.key.get("/api/v1/conflicts").await.is(200).json();
    let case = cases["data"][0]["id"].as_str().unwrap().to_owned();
    let here = format!("/api/v1/conflicts/{case}");
    let hold = json!({ "hold": true });
    desk.manager_key.api("PUT", &format!("{here}/clock-hold"), &hold).await.is(200).ok();
    let said = json!({ "words": "We met them in May." });
    north.key.api("POST", &format!("{here}/statements"), &said).await.is(201).ok();
    world.travel_to("2026-01-09").await;
    let decision = json!({
        "outcome": { "outcome": "award", "party": 0 },
        "rule": "DR-02", "reason": "North was first.", "words": "The first meeting counts.",
        "remedies": [{ "remedy": "influence_credit", "party": 1, "share_bp": 500 }] });
    desk.manager_key.api("POST", &format!("{here}/decision"), &decision).await.is(201).ok();
    // Nobody appeals: the decision stands, the clocks go on, and the evidence is sealed.
    world.travel_to("2026-01-20").await;
    let shown = desk.key.get(&here).await.is(200).json();
    assert_eq!(shown["phase"], "final");
    log_call(north, first, "2026-01-20").await.is(201).ok();
    case
}
