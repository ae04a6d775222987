//! Two accounts become one, and two again (AC-04).

use serde_json::{Value, json};
use testkit::steps::accounts::operations;
use testkit::steps::deal_registration::{approved, show};
use testkit::{Caller, World, on_both, on_each};

async fn make(ops: &Caller, body: &Value) -> String {
    ops.api("POST", "/api/v1/accounts", body).await.is(201).json()["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

async fn merge(ops: &Caller, kept: &str, merged: &str) -> String {
    let body = json!({ "merged_account_id": merged, "reason": "One company register number." });
    let path = format!("/api/v1/accounts/{kept}/merges");
    ops.api("POST", &path, &body).await.is(201).json()["id"].as_str().unwrap().to_owned()
}

#[test]
fn ac_04_a_merge_moves_names_domains_and_opportunities_and_an_undo_moves_them_back() {
    on_each(async |world| {
        let ops = operations(&world).await;
        let kept = make(&ops, &json!({ "name": "Globex GmbH", "domains": ["globex.de"] })).await;
        let merged = make(
            &ops,
            &json!({ "name": "Globex Deutschland", "domains": ["globex.com"], "city": "Bonn", "employees": 70 }),
        )
        .await;
        let child =
            make(&ops, &json!({ "name": "Globex Nord", "parent_account_id": merged })).await;
        let rep = world.api_key("", "direct:read direct:record").await;
        let deal = testkit::steps::direct_sales::opportunity(&merged);
        let deal = rep.api("POST", "/api/v1/direct-opportunities", &deal).await.is(201).json();
        let deal = format!("/api/v1/direct-opportunities/{}", deal["id"].as_str().unwrap());

        let merge = merge(&ops, &kept, &merged).await;
        let one = ops.get(&format!("/api/v1/accounts/{kept}")).await.is(200).json();
        assert_eq!(one["domains"], json!(["globex.com", "globex.de"]));
        assert_eq!(one["other_names"], json!(["Globex Deutschland"]));
        assert_eq!((&one["city"], &one["employees"]), (&json!("Bonn"), &json!(70)));
        let gone = ops.get(&format!("/api/v1/accounts/{merged}")).await.is(200).json();
        assert_eq!(gone["merged_into"], json!(kept));
        let below = ops.get(&format!("/api/v1/accounts/{child}")).await.is(200).json();
        assert_eq!(below["parent_account_id"], json!(kept));
        assert_eq!(rep.get(&deal).await.is(200).json()["account_id"], json!(kept));
        // Whoever asks for the old name or domain finds the one account.
        let found =
            ops.get("/api/v1/account-candidates?name=Globex%20Deutschland").await.is(200).json();
        assert_eq!(found["data"][0]["account_id"], json!(kept));

        let body = json!({ "merged_account_id": merged, "reason": "Again." });
        ops.api("POST", &format!("/api/v1/accounts/{kept}/merges"), &body)
            .await
            .is(422)
            .says("already");
        let undoing = format!("/api/v1/account-merges/{merge}/undoing");
        ops.api("POST", &undoing, &json!({})).await.is(200).ok();
        let one = ops.get(&format!("/api/v1/accounts/{kept}")).await.is(200).json();
        assert_eq!(one["domains"], json!(["globex.de"]));
        assert_eq!(one["other_names"], json!([]));
        assert_eq!((&one["city"], &one["employees"]), (&json!(""), &Value::Null));
        let back = ops.get(&format!("/api/v1/accounts/{merged}")).await.is(200).json();
        assert_eq!(back["merged_into"], "");
        assert_eq!(back["domains"], json!(["globex.com"]));
        assert_eq!(rep.get(&deal).await.is(200).json()["account_id"], json!(merged));
        ops.api("POST", &undoing, &json!({})).await.refused_by("AC-04");
    });
}

/// Two partners that each hold what turns out to be the same company.
async fn two_holders(
    world: &World,
) -> (testkit::Partner, testkit::Partner, [String; 2], [String; 2]) {
    let [north, south] = world.partners(["North", "South"]).await;
    let first = approved(world, &north, "Globex").await;
    let second = approved(world, &south, "Vandelay Industries").await;
    let kept = testkit::steps::direct_sales::account_id(world, "Vandelay").await;
    let merged = testkit::steps::direct_sales::account_id(world, "Globex").await;
    (north, south, [first, second], [kept, merged])
}

#[test]
fn ac_04_two_live_holders_after_a_merge_get_into_dispute_and_a_case_is_opened() {
    on_both(async |world| {
        let (north, south, [first, second], [kept, merged]) = two_holders(&world).await;
        let ops = operations(&world).await;
        let merge = merge(&ops, &kept, &merged).await;
        assert_eq!(show(&north, &first).await["in_dispute"], true);
        assert_eq!(show(&south, &second).await["in_dispute"], true);
        let holders = "SELECT COUNT(*) FROM deal_registrations WHERE holds_account = 1";
        assert_eq!(world.count(holders).await, 1);
        let seen = north.key.get("/api/v1/conflicts").await.is(200).does_not_say("South");
        let case = seen.json()["data"][0]["id"].as_str().unwrap().to_owned();
        let operator = world.vendor_user("ops@acme.example", "operations").await;
        operator.get(&format!("/conflicts/{case}")).await.is(200).says("North").says("South");

        // It was a mistake: both hold their accounts again, and the case is closed.
        ops.api("POST", &format!("/api/v1/account-merges/{merge}/undoing"), &json!({}))
            .await
            .is(200)
            .ok();
        assert_eq!(world.count(holders).await, 2);
        assert_eq!(show(&north, &first).await["in_dispute"], false);
        assert_eq!(show(&south, &second).await["in_dispute"], false);
        let closed = north.key.get(&format!("/api/v1/conflicts/{case}")).await.is(200).json();
        assert_eq!(closed["state"], "closed");
    });
}

#[test]
fn ac_04_a_settled_case_and_the_31st_day_stand_in_the_way_of_an_undo() {
    on_both(async |world| {
        let (_, _, _, [kept, merged]) = two_holders(&world).await;
        let ops = operations(&world).await;
        let held = merge(&ops, &kept, &merged).await;
        let one = make(&ops, &json!({ "name": "Initech AG" })).await;
        let other = make(&ops, &json!({ "name": "Umbrella Ltd" })).await;
        let plain = merge(&ops, &one, &other).await;
        let chief = world.vendor_user("chief@acme.example", "channel_chief").await;
        let decider = world.key_of(&chief, "", "conflicts:take-part conflicts:decide").await;
        let cases = decider.get("/api/v1/conflicts").await.is(200).json();
        let closing =
            format!("/api/v1/conflicts/{}/closing", cases["data"][0]["id"].as_str().unwrap());
        let words = json!({ "note": "North keeps it.", "words": "It is settled." });
        decider.api("POST", &closing, &words).await.is(200).ok();
        let undoing = |id: &str| format!("/api/v1/account-merges/{id}/undoing");
        ops.api("POST", &undoing(&held), &json!({}))
            .await
            .refused_by("AC-04")
            .says("has already been closed");

        let standing = format!("/api/v1/account-merges/{plain}");
        world.travel_to_instant("2026-02-04T08:00:00Z").await;
        assert_eq!(ops.get(&standing).await.is(200).json()["can_be_undone"], true);
        world.travel_to_instant("2026-02-04T08:00:01Z").await;
        assert_eq!(ops.get(&standing).await.is(200).json()["can_be_undone"], false);
        ops.api("POST", &undoing(&plain), &json!({})).await.refused_by("AC-04").says("30 days");
    });
}

#[test]
fn ac_04_by_hand_the_two_stand_side_by_side_with_what_will_follow() {
    on_both(async |world| {
        let (_, _, _, [kept, merged]) = two_holders(&world).await;
        let operator = world.vendor_user("ops@acme.example", "operations").await;
        operator.get(&format!("/accounts/{kept}")).await.is(200).says("Merge");
        let choose = format!("/accounts/{kept}/merge");
        operator.get(&choose).await.is(200).says("Search for the other account");
        operator.get(&format!("{choose}?q=Globex")).await.is(200).says(&merged);
        let confirm = format!("{choose}/{merged}");
        operator
            .get(&confirm)
            .await
            .is(200)
            .says("Domains moved to Vandelay Industries: globex-corp.com")
            .says("a conflict case opens")
            .says("for 30 days");
        operator
            .post(&confirm, &[("reason", "Same.")])
            .await
            .is(422)
            .says("Choose which account to keep");
        let fields = [("kept", kept.as_str()), ("reason", "")];
        operator.post(&confirm, &fields).await.is(422).says("is missing");
        let fields = [("kept", kept.as_str()), ("reason", "One register number.")];
        let done = operator.post(&confirm, &fields).await.is(303);
        assert_eq!(done.location(), format!("/accounts/{kept}"));
        operator.get(done.location()).await.is(200).says("Globex merged into Vandelay Industries");
        operator.get(&format!("/accounts/{merged}")).await.is(200).says("This account was merged");
        let id: String = world
            .act(|cx| {
                Ok(cx
                    .tx
                    .query_one("SELECT merge_id FROM account_merges", &[], |row| row.text(0))?)
            })
            .await;
        operator.get(&format!("/accounts/merges/{id}")).await.is(200).says("Undo merge");
        operator.post(&format!("/accounts/merges/{id}/undoing"), &[]).await.is(303).ok();
        operator.get(&format!("/accounts/{merged}")).await.is(200).does_not_say("was merged");
    });
}
