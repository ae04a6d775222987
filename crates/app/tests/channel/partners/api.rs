//! `/api/v1/partners`.

use serde_json::{Value, json};
use testkit::{Caller, on_both, on_each};

async fn put(key: &Caller, path: &str, body: &Value) -> testkit::Answer {
    let etag = key.get(path).await.is(200).header("etag").to_owned();
    let token = format!("k{}-{etag}", body.to_string().len());
    let headers = [("idempotency-key", token.as_str()), ("if-match", etag.as_str())];
    key.api_with("PUT", &format!("{path}/enrolments"), body, &headers).await
}

async fn patch(key: &Caller, path: &str, body: &Value) -> testkit::Answer {
    let etag = key.get(path).await.is(200).header("etag").to_owned();
    let token = format!("p{}-{etag}", body.to_string().len());
    let headers = [("idempotency-key", token.as_str()), ("if-match", etag.as_str())];
    key.api_with("PATCH", path, body, &headers).await
}

#[test]
fn pg_05_a_partner_is_enrolled_by_codes_that_the_program_knows() {
    on_each(async |world| {
        let key = world.api_key("", "partners:read partners:manage").await;
        let body = json!({ "name": "West Systems", "domain": "West.example", "country": "de" });
        let made = key.api("POST", "/api/v1/partners", &body).await.is(201);
        assert_eq!(made.json()["status"], "onboarding");
        assert_eq!(made.json()["domain"], "west.example");
        assert_eq!(made.json()["country"], "DE");
        let path = made.location().to_owned();
        for (field, body) in [
            ("track", json!({ "track": "cousin" })),
            ("tier", json!({ "track": "reseller", "tier": "titanium" })),
            ("territories", json!({ "track": "reseller", "territories": ["atlantis"] })),
            ("segments", json!({ "track": "reseller", "segments": ["everyone"] })),
            (
                "agreement_until_on",
                json!({ "track": "reseller",
                "agreement_from_on": "2026-02-01", "agreement_until_on": "2026-01-31" }),
            ),
        ] {
            let answer = put(&key, &path, &body).await.is(422);
            let _ = answer.says(&format!("\"field\":\"{field}\""));
        }
        let body = json!({ "track": "reseller", "agreement_from_on": "2026-01-01",
            "agreement_until_on": "2026-01-01" });
        let enrolled = put(&key, &path, &body).await.is(200).json();
        assert_eq!(enrolled["enrolments"][0]["track"], "reseller");
        assert_ne!(enrolled["enrolments"][0]["tier"], "");
    });
}

#[test]
fn pg_05_a_change_of_track_or_tier_needs_a_reason() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let key = world.api_key("", "partners:read partners:manage").await;
        let path = format!("/api/v1/partners/{}", north.id);
        let document = domain::program::Document::default_document();
        let top = document.tiers.last().unwrap().code.clone();
        let body = json!({ "track": "reseller", "tier": top });
        let _ = put(&key, &path, &body).await.is(422).says("reason");
        let body = json!({ "track": "reseller", "tier": top, "reason": "Quota beaten twice" });
        let _ = put(&key, &path, &body).await.is(200).says(&top);
        let manager = world.vendor_user("pam@acme.example", "partner_manager").await;
        let page = manager.get(&format!("/partners/{}", north.id)).await.is(200);
        let _ = page.says("Quota beaten twice");
        let kept = world.count("SELECT COUNT(*) FROM partner_changes WHERE what = 'tier'").await;
        assert_eq!(kept, 1);
    });
}

#[test]
fn a_partner_that_left_is_acted_for_by_nobody_at_once() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let key = world.api_key("", "partners:read partners:manage").await;
        let path = format!("/api/v1/partners/{}", north.id);
        let _ = north.seller.get("/partner").await.is(200);
        let _ = patch(&key, &path, &json!({ "status": "left" })).await.is(422).says("reason");
        let body = json!({ "status": "left", "reason": "Bought by a rival" });
        let _ = patch(&key, &path, &body).await.is(200);
        let _ = north.seller.get("/partner").await.is(303);
        let _ = north.key.get("/api/v1/partners").await.is(401);
        let email = north.seller.email.as_str();
        let _ = world.anonymous().post("/sign-in/link", &[("email", email)]).await.is(303);
        world.run_jobs().await;
        assert!(world.mails_to(email).await.is_empty());
        let body = json!({ "status": "active", "reason": "They are back again" });
        let _ = patch(&key, &path, &body).await.is(200);
        let _ = world.anonymous().post("/sign-in/link", &[("email", email)]).await.is(303);
        world.run_jobs().await;
        assert_eq!(world.mails_to(email).await.len(), 1);
    });
}

#[test]
fn ap_01_partners_are_listed_filtered_and_paged_by_cursor() {
    on_both(async |world| {
        let _ = world.partners(["Cedar", "Alder", "Birch", "Alder 2", "Ébène"]).await;
        let key = world.api_key("", "partners:read").await;
        let names = |body: &Value| -> Vec<String> {
            let list = body["data"].as_array().unwrap().iter();
            list.map(|one| one["name"].as_str().unwrap().to_owned()).collect()
        };
        for (sort, wanted) in [
            ("name", ["Alder", "Alder 2", "Birch", "Cedar", "Ébène"]),
            ("-name", ["Ébène", "Cedar", "Birch", "Alder 2", "Alder"]),
            ("created", ["Cedar", "Alder", "Birch", "Alder 2", "Ébène"]),
            ("-created", ["Ébène", "Alder 2", "Birch", "Alder", "Cedar"]),
        ] {
            let mut seen = Vec::new();
            let mut path = format!("/api/v1/partners?limit=2&sort={sort}");
            loop {
                let body = key.get(&path).await.is(200).json();
                seen.extend(names(&body));
                let Some(cursor) = body["next_cursor"].as_str() else {
                    break;
                };
                path = format!("/api/v1/partners?limit=2&sort={sort}&cursor={cursor}");
            }
            assert_eq!(seen, wanted, "{sort}");
        }
        let found = key.get("/api/v1/partners?q=ALDER&status=active").await.is(200).json();
        assert_eq!(names(&found), ["Alder", "Alder 2"]);
        let none = key.get("/api/v1/partners?track=referral").await.is(200).json();
        assert!(names(&none).is_empty());
        let _ = key.get("/api/v1/partners?status=gone").await.is(422);
        let _ = key.get("/api/v1/partners?cursor=nonsense").await.is(422);
        let _ = key.get("/api/v1/partners?limit=201").await.is(422);
    });
}

#[test]
fn id_03_a_partner_sees_itself_and_nothing_of_another() {
    on_both(async |world| {
        let [north, south] = world.partners(["North", "South"]).await;
        let list = north.key.get("/api/v1/partners").await.is(200).json();
        assert_eq!(list["data"].as_array().unwrap().len(), 1);
        let missing = "par_00000000000000000000000000";
        for below in ["", "/certificates"] {
            let answer = async |id: &str| {
                let path = format!("/api/v1/partners/{id}{below}");
                north.key.get(&path).await.is(404).text().replace(id, "ID")
            };
            assert_eq!(answer(&south.id).await, answer(missing).await);
        }
        let own = format!("/api/v1/partners/{}", north.id);
        let _ = north.key.api("PATCH", &own, &json!({ "name": "Mine" })).await.is(404);
        let _ = north.seller.get(&format!("/partners/{}", south.id)).await.is(404);
        let _ = north.seller.get("/partners").await.is(404);
    });
}

#[test]
fn dr_10_certificates_are_noted_by_codes_of_the_program_and_removed() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let key = world.api_key("", "partners:read partners:manage").await;
        let path = format!("/api/v1/partners/{}/certificates", north.id);
        let code = domain::program::Document::default_document().certifications[0].code.clone();
        let body = json!({ "code": "magic", "holder": "Ben", "issued_on": "2026-01-01" });
        let _ = key.api("POST", &path, &body).await.is(422).says("magic");
        let body = json!({ "code": code, "holder": "Ben", "issued_on": "2026-01-02",
            "expires_on": "2026-01-01" });
        let _ = key.api("POST", &path, &body).await.is(422).says("expires_on");
        let body = json!({ "code": code, "holder": "Ben", "issued_on": "2026-01-01",
            "expires_on": "2026-12-31" });
        let made = key.api("POST", &path, &body).await.is(201);
        let list = north.key.get(&path).await.is(200).json();
        assert_eq!(list["data"][0]["holder"], "Ben");
        let _ = key.api("DELETE", made.location(), &json!(null)).await.is(204);
        let _ = key.api("DELETE", made.location(), &json!(null)).await.is(404);
    });
}
