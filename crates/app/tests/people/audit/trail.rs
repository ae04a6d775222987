//! Reading the trail.

use serde_json::json;
use testkit::on_both;

#[test]
fn au_01_the_trail_is_narrowed_to_an_action_and_to_a_thing() {
    on_both(async |world| {
        let key = world.api_key("", "audit:read partners:manage").await;
        let mut ids = Vec::new();
        for name in ["North", "South"] {
            let answer = key.api("POST", "/api/v1/partners", &json!({ "name": name })).await;
            ids.push(answer.is(201).json()["id"].as_str().unwrap().to_owned());
        }
        let (north, south) = (ids[0].as_str(), ids[1].as_str());
        let of = format!("/api/v1/audit-entries?q=PARTNERS.CR&object={north}");
        let found = key.get(&of).await.is(200).json();
        assert_eq!(found["data"].as_array().unwrap().len(), 1, "{found}");
        assert_eq!(found["data"][0]["action"], "partners.created");

        let person = world.vendor_user("ada@acme.example", "operations").await;
        let answer = person.get(&format!("/audit?action=created&object={north}")).await.is(303);
        let page = person.get(answer.header("location")).await.is(200);
        let _ = page.says("partners.created").says(north).does_not_say(south);
        let file = person.get(&format!("/audit.csv?q=created&object={north}")).await.is(200);
        let _ = file.says(north).does_not_say(south);
    });
}
