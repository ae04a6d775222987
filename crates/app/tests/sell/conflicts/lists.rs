//! The lists of cases and precedents: what each can be narrowed by, and for whom.

use serde_json::{Value, json};
use testkit::steps::conflicts::{AWARD, desk};
use testkit::steps::deal_registration::register;
use testkit::{Caller, on_both};

/// The accounts of the cases of a list, in its order.
async fn accounts(reader: &Caller, query: &str) -> Vec<String> {
    let body = reader.get(&format!("/api/v1/conflicts?{query}")).await.is(200).json();
    let rows = body["data"].as_array().unwrap().iter();
    rows.map(|row| row["account_name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn ac_05_cases_are_narrowed_by_what_their_reader_may_know() {
    on_both(async |world| {
        let desk = desk(&world).await;
        let [north, south] = world.partners(["North", "South"]).await;
        let mut cases = Vec::new();
        for company in ["Globex", "Initech", "Müller"] {
            let made = register(&north, company).await.is(201).json();
            let about = json!({ "kind": "decision", "registration_id": made["id"],
                "asked": "Why is it not approved yet?" });
            let case = north.key.api("POST", "/api/v1/conflicts", &about).await.is(201).json();
            cases.push(case["id"].as_str().unwrap().to_owned());
        }
        let whole = ["Müller", "Initech", "Globex"];
        assert_eq!(accounts(&desk.key, "").await, whole, "the newest first");
        assert_eq!(accounts(&desk.key, "sort=number").await, ["Globex", "Initech", "Müller"]);
        assert_eq!(accounts(&desk.key, "q=M%C3%9CLL").await, ["Müller"]);
        assert_eq!(accounts(&desk.key, "q=c-000002").await, ["Initech"]);
        assert_eq!(accounts(&desk.key, "kind=decision&state=open&q=glob").await, ["Globex"]);
        assert_eq!(accounts(&desk.key, "state=closed").await, [""; 0]);
        let path = format!("/api/v1/conflicts/{}", cases[1]);
        let seen: Value = desk.key.get(&path).await.is(200).json();
        let account = seen["account_id"].as_str().unwrap();
        assert_eq!(accounts(&desk.key, &format!("account_id={account}")).await, ["Initech"]);
        let decider = seen["decider_user_id"].as_str().unwrap();
        assert_eq!(accounts(&desk.key, &format!("decider_user_id={decider}")).await, whole);
        for person in [&desk.manager, &desk.operations, &desk.chief] {
            let page = person.get("/conflicts?mine=1").await.is(200);
            assert_eq!(page.text().contains("Initech"), person.user_id == decider);
        }
        // A partner learns neither the account's id nor who decides, and cannot ask for them.
        assert_eq!(accounts(&north.key, "q=glob").await, ["Globex"]);
        assert_eq!(accounts(&south.key, "").await, [""; 0]);
        for query in [format!("account_id={account}"), "mine=1".to_owned()] {
            let answer = north.key.get(&format!("/api/v1/conflicts?{query}")).await.is(422);
            answer.says("Known parameters: q, state, kind, sort").does_not_say("decider_user_id");
        }
        north.admin.get("/conflicts").await.is(200).does_not_say("For me to decide");
        desk.chief.get("/conflicts").await.is(200).says("For me to decide").says("Metrics");
        let file = north.admin.get("/conflicts.csv?q=glob").await.is(200).text();
        assert_eq!(file.lines().count(), 2);
        assert!(!file.contains(account), "{file}");
        assert_eq!(south.admin.get("/conflicts.csv").await.is(200).text().lines().count(), 1);
    });
}

#[test]
fn cf_06_precedents_are_found_in_any_case_and_without_accents() {
    on_both(async |world| {
        let desk = desk(&world).await;
        let (_, _, case) = testkit::steps::conflicts::rivals(&world).await;
        let mut fields = AWARD;
        fields[2].1 = "The meeting in Łódź is documented.";
        desk.manager.post(&format!("/conflicts/{case}/decision"), &fields).await.is(303).ok();
        world.travel_to_instant("2026-01-12T08:01:00Z").await;
        let path = "/api/v1/conflict-precedents";
        for (query, count) in [
            ("q=LODZ", 1),
            ("q=%C5%82%C3%B3d%C5%BA", 1),
            ("q=%C5%81%C3%93D%C5%B9&kind=partner_partner&outcome=award", 1),
            ("q=in%20l_dz", 0),
            ("outcome=release", 0),
        ] {
            let body = desk.key.get(&format!("{path}?{query}")).await.is(200).json();
            assert_eq!(body["data"].as_array().unwrap().len(), count, "{query}");
        }
        desk.key.get(&format!("{path}?outcome=mercy")).await.is(422).says("award, co_sell");
        let file = desk.chief.get("/conflicts/precedents.csv?rule=DR-02").await.is(200).text();
        assert!(file.lines().count() == 2 && file.contains(&case), "{file}");
    });
}
