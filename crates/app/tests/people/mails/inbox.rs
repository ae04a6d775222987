//! The inbox, by page, file and API.

use serde_json::json;
use testkit::on_both;

#[test]
fn id_03_the_inbox_holds_the_readers_own_notices_and_pages_through_them() {
    on_both(async |world| {
        let [north, south] = world.partners(["North", "South"]).await;
        let key = world.api_key("", "partner-people:manage").await;
        // The admins of a partner are told of each person who is added.
        for name in ["Ana", "Ben", "Cem", "Dan"] {
            let email = format!("{}@north.example", name.to_lowercase());
            let body = json!({
                "partner_id": north.id, "email": email, "name": name, "roles": ["seller"],
            });
            let _ = key.api("POST", "/api/v1/partner-users", &body).await.is(201);
        }
        let lines = async |person: &testkit::Caller| {
            person.get("/inbox.csv").await.is(200).text().lines().count() - 1
        };
        assert_eq!((lines(&north.admin).await, lines(&north.seller).await), (4, 0));
        assert_eq!(lines(&south.admin).await, 0);
        let _ = north.admin.get("/inbox").await.is(200).says("Dan was added").says("Mark all");
        let first = north.admin.get("/api/v1/notices?limit=3").await.is(200).json();
        assert_eq!(first["data"].as_array().unwrap().len(), 3);
        assert!(first["data"][0]["title"].as_str().unwrap().starts_with("Dan was added"));
        let cursor = first["next_cursor"].as_str().unwrap();
        let next = format!("/api/v1/notices?limit=3&cursor={cursor}");
        let rest = north.admin.get(&next).await.is(200).json();
        assert_eq!(rest["data"].as_array().unwrap().len(), 1);
        assert!(rest["next_cursor"].is_null());
        let _ = north.admin.post("/inbox/read", &[]).await.is(303);
        let page = north.admin.get("/inbox?unread=1").await.is(200).does_not_say("Dan was added");
        let _ = page.says("No matches").does_not_say("Mark all");
        let unread = north.admin.get("/api/v1/notices?unread=true").await.is(200).json();
        assert_eq!(unread["data"], json!([]));
    });
}
