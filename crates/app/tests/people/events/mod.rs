//! The feed of events.

use serde_json::json;
use testkit::{on_both, on_each};

#[test]
fn ap_02_the_feed_goes_on_where_the_cursor_stands_and_loses_nothing() {
    on_each(async |world| {
        let maker = world.api_key("", "accounts:read accounts:write").await;
        let reader = world.api_key("", "events:read").await;
        for name in ["One AG", "Two AG", "Three AG"] {
            maker.api("POST", "/api/v1/accounts", &json!({ "name": name })).await.is(201);
        }
        let first = reader.get("/api/v1/events?limit=2&kind=account.created").await.is(200).json();
        assert_eq!(first["data"].as_array().unwrap().len(), 2);
        let cursor = first["next_cursor"].as_str().unwrap();
        let path = format!("/api/v1/events?kind=account.created&cursor={cursor}");
        let rest = reader.get(&path).await.is(200).json();
        assert_eq!(rest["data"][0]["data"]["name"], "Three AG");
        let end = rest["next_cursor"].as_str().unwrap();
        let nothing = reader.get(&format!("/api/v1/events?cursor={end}")).await.is(200).json();
        assert_eq!(nothing["data"], json!([]));
        assert_eq!(nothing["next_cursor"], rest["next_cursor"]);
        reader.get("/api/v1/events?cursor=elsewhere").await.is(422).says("cursor");
        reader.get("/api/v1/events?limit=201").await.is(422).says("limit");
    });
}

#[test]
fn ap_02_a_partner_reads_its_own_events_only() {
    on_both(async |world| {
        let [north, south] = world.partners(["North", "South"]).await;
        let partner_id = north.id.clone();
        world
            .act(move |cx| {
                people::events::append(
                    cx,
                    &people::events::Event {
                        kind: "deal_registration.approved",
                        object_kind: "deal_registration",
                        object_id: "reg_1",
                        partner_id: &partner_id,
                        data: json!({ "words": "held" }),
                    },
                )
            })
            .await;
        let mine = north.key.get("/api/v1/events").await.is(200);
        assert_eq!(mine.json()["data"].as_array().unwrap().len(), 1);
        let theirs = south.key.get("/api/v1/events").await.is(200);
        assert_eq!(theirs.json()["data"], json!([]));
    });
}
