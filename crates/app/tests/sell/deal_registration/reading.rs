//! Lists, export, timeline.

use serde_json::json;
use testkit::{on_both, on_each, on_sqlite};

use super::{approved, log_call, path, register};

#[test]
fn ap_01_the_list_pages_by_cursor_and_filters() {
    on_each(async |world| {
        let [north, south] = world.partners(["North", "South"]).await;
        for name in ["Globex", "Initech", "Umbrella"] {
            register(&north, name).await.is(201).ok();
        }
        approved(&world, &south, "Stark").await;
        let reader = world.api_key("", "registrations:read").await;
        let list = "/api/v1/deal-registrations";
        let first = reader.get(&format!("{list}?limit=3")).await.is(200).json();
        let names = |page: &serde_json::Value| -> Vec<String> {
            let rows = page["data"].as_array().unwrap();
            rows.iter().map(|row| row["account_name"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(names(&first), ["Stark", "Umbrella", "Initech"]);
        let cursor = first["next_cursor"].as_str().unwrap();
        let second = reader.get(&format!("{list}?limit=3&cursor={cursor}")).await.is(200).json();
        assert_eq!(names(&second), ["Globex"]);
        assert!(second["next_cursor"].is_null());
        let other = reader.get(&format!("{list}?status=approved&cursor={cursor}")).await.is(422);
        other.says("cursor");
        let live = reader.get(&format!("{list}?status=approved,renewed")).await.is(200).json();
        assert_eq!(names(&live), ["Stark"]);
        let theirs = reader.get(&format!("{list}?partner_id={}", south.id)).await.is(200).json();
        assert_eq!(names(&theirs), ["Stark"]);
        let mine = north.key.get(list).await.is(200).json();
        assert_eq!(names(&mine).len(), 3);
        let _ = reader.get(&format!("{list}?status=nonsense")).await.is(422);
        world.app.clock.set("2026-01-06T00:30:00Z".parse().unwrap());
        let id = mine["data"][0]["id"].as_str().unwrap();
        north.key.api("POST", &path(id, "withdrawal"), &json!({})).await.is(200).ok();
        let since = "changed_since=2026-01-06T00:00:00Z";
        let changed = reader.get(&format!("{list}?{since}")).await.is(200).json();
        assert_eq!(names(&changed), ["Umbrella"]);
        let export = reader.get(&format!("{list}.ndjson")).await.is(200).text();
        assert_eq!(export.lines().count(), 4);
    });
}

#[test]
fn dr_06_what_was_true_on_a_day_is_answered_from_the_facts() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let id = approved(&world, &north, "Globex").await;
        world.travel_to("2026-01-22").await;
        log_call(&north, &id, "2026-01-22").await.is(201).ok();
        world.travel_to("2026-04-10").await;
        for (day, status, locked) in [
            ("2026-01-04", None, false),
            ("2026-01-05", Some("approved"), true),
            ("2026-01-19", Some("approved"), true),
            ("2026-01-20", Some("approved"), false),
            ("2026-01-22", Some("approved"), true),
            ("2026-04-05", Some("approved"), false),
            ("2026-04-06", Some("expired"), false),
        ] {
            let body =
                north.key.get(&path(&id, &format!("timeline?on={day}"))).await.is(200).json();
            let state = &body["state"];
            assert_eq!(state["status"].as_str(), status, "{day}: {state}");
            assert_eq!(state["locked_out"], locked, "{day}: {state}");
        }
        // Today ends as far as is known; of a day that has not begun nothing is known.
        let (today, tomorrow) = ("timeline?on=2026-04-10", "timeline?on=2026-04-11");
        north.key.get(&path(&id, today)).await.is(200).ok();
        north.key.get(&path(&id, tomorrow)).await.is(422).says("today or an earlier day");
        let page = format!("/registrations/{id}/{tomorrow}");
        let answer = north.seller.get(&page).await.is(200).says("today or an earlier day");
        answer.does_not_say("On 11 April 2026");
    });
}

#[test]
fn dr_14_evidence_files_are_what_their_content_says() {
    on_sqlite(async |world| {
        let [north, south] = world.partners(["North", "South"]).await;
        let id = register(&north, "Globex").await.is(201).json()["id"].as_str().unwrap().to_owned();
        let send = async |name: &str, key: &str, content: &'static [u8]| {
            let headers = [("idempotency-key", key), ("content-type", "application/octet-stream")];
            let to = path(&id, &format!("files?name={name}"));
            north
                .key
                .send(http::Method::POST, &to, &headers, bytes::Bytes::from_static(content))
                .await
        };
        let added = send("minutes.pdf", "f1", b"%PDF-1.7 minutes").await.is(201).json();
        let _ = send("minutes.pdf", "f2", b"MZ something else").await.is(422);
        let _ = send("run.exe", "f3", b"MZ").await.is(422);
        let file = path(&id, &format!("files/{}", added["id"].as_str().unwrap()));
        let content = north.key.get(&file).await.is(200);
        assert_eq!(content.body.as_ref(), b"%PDF-1.7 minutes");
        assert!(content.header("content-disposition").starts_with("attachment"));
        let _ = south.key.get(&file).await.is(404);
    });
}
