use serde_json::json;
use testkit::{Caller, World, on_both, on_each};

/// Leaves `count` dead letters of the vendor and one of the installation.
async fn dead_letters(world: &World, count: u32) {
    world
        .act(move |cx| {
            let (vendor_id, now) = (cx.vendor(), cx.now_micros());
            for number in 0..=count {
                let vendor = if number == 0 { "" } else { vendor_id.as_str() };
                let job = ::jobs::NewJob {
                    vendor_id: vendor,
                    kind: "identity.mail_link",
                    key: None,
                    payload: "no JSON",
                    run_at_micros: now,
                    max_attempts: 1,
                };
                ::jobs::enqueue(cx.tx, &job, now)?;
            }
            Ok(())
        })
        .await;
    world.run_jobs().await;
}

async fn operator(world: &World) -> Caller {
    world.vendor_user("ops@acme.example", "operations").await
}

const DEAD: &str = "SELECT COUNT(*) FROM jobs_queue WHERE dead_at IS NOT NULL";

#[test]
fn a_dead_letter_is_shown_with_its_error_and_runs_again_when_told() {
    on_each(async |world| {
        dead_letters(&world, 2).await;
        let ops = operator(&world).await;
        let page = ops.get("/operations").await.is(200);
        let _ = page.says("identity.mail_link").says("expected").says("Retry all");
        let _ = ops.post("/operations/retries", &[("id", "1")]).await.is(303);
        assert_eq!(world.count(DEAD).await, 2);
        let _ = ops.get("/operations?show=waiting").await.is(200).says("identity.mail_link");
        let _ = ops.post("/operations/retries", &[("all", "1")]).await.is(303);
        assert_eq!(world.count(DEAD).await, 0);
        world.run_jobs().await;
        assert_eq!(world.count(DEAD).await, 3);
        let retried = "SELECT COUNT(*) FROM audit_entries WHERE action = 'operate.job_retried'";
        assert_eq!(world.count(retried).await, 3);
    });
}

#[test]
fn discarding_asks_first_and_says_what_follows() {
    on_both(async |world| {
        dead_letters(&world, 2).await;
        let ops = operator(&world).await;
        let asked = ops.get("/operations/discards?id=i1").await.is(200);
        let _ = asked.says("Dead letter i1 is deleted");
        let _ = ops.get("/operations/discards").await.is(200).says("All 3 dead letters");
        let _ = ops.post("/operations/discards", &[("id", "i1")]).await.is(303);
        assert_eq!(world.count(DEAD).await, 2);
        let _ = ops.post("/operations/discards", &[("all", "1")]).await.is(303);
        assert_eq!(world.count(DEAD).await, 0);
    });
}

#[test]
fn schedules_and_an_empty_queue_say_what_they_are() {
    on_both(async |world| {
        let ops = operator(&world).await;
        let _ = ops.get("/operations").await.is(200).says("No dead letters");
        let page = ops.get("/operations?show=schedules").await.is(200);
        let _ = page.says("operate.housekeeping").says("every day").says("every minute");
        let _ = ops.get("/operations?show=running").await.is(200).says("No running jobs");
        let _ = ops.get("/operations?show=everything").await.is(404);
    });
}

#[test]
fn ap_01_jobs_are_listed_by_cursor_retried_and_discarded_through_the_api() {
    on_both(async |world| {
        dead_letters(&world, 4).await;
        let ops = world.api_key("", "operations:manage").await;
        let mut ids = Vec::new();
        let mut path = "/api/v1/jobs?state=dead&limit=2".to_owned();
        loop {
            let page = ops.get(&path).await.is(200).json();
            for job in page["data"].as_array().unwrap() {
                assert!(job["last_error"].as_str().is_some_and(|words| !words.is_empty()));
                ids.push(job["id"].as_str().unwrap().to_owned());
            }
            match page["next_cursor"].as_str() {
                Some(cursor) => path = format!("/api/v1/jobs?state=dead&limit=2&cursor={cursor}"),
                None => break,
            }
        }
        assert_eq!(ids, ["i1", "1", "2", "3", "4"]);
        let moved = ops.api("POST", "/api/v1/jobs/2/retry", &json!({})).await.is(202).json();
        assert_eq!(moved["done"], 1);
        let _ = ops.api("POST", "/api/v1/jobs/2/retry", &json!({})).await.is(404);
        let _ = ops.api("DELETE", "/api/v1/jobs/i1", &json!(null)).await.is(204);
        let some = json!({ "ids": ["3", "99"] });
        let moved = ops.api("POST", "/api/v1/job-discards", &some).await.is(200).json();
        assert_eq!(moved, json!({ "done": 1, "superseded": 0 }));
        let moved = ops.api("POST", "/api/v1/job-retries", &json!({})).await.is(200).json();
        assert_eq!(moved["done"], 2);
        let _ = ops.get("/api/v1/jobs?state=lost").await.is(422).says("state");
        let _ = ops.get("/api/v1/jobs?cursor=x").await.is(422).says("cursor");
        let bad = json!({ "ids": ["x"] });
        let _ = ops.api("POST", "/api/v1/job-retries", &bad).await.is(422).says("ids");
    });
}

#[test]
fn id_02_jobs_are_for_operators_of_the_vendor() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let _ = north.admin.get("/operations").await.is(404);
        let rep = world.vendor_user("rep@acme.example", "direct_rep").await;
        let _ = rep.get("/operations").await.is(403);
        let key = world.api_key("", "accounts:read").await;
        let _ = key.get("/api/v1/jobs").await.is(403);
        let _ = world.anonymous().get("/api/v1/jobs").await.is(401);
    });
}
