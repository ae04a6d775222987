//! What every answer has, and what every request must have.

use bytes::Bytes;
use http::{Method, Request, header};
use http_body_util::Full;
use serde_json::json;
use testkit::{Answer, on_both, on_sqlite};

/// Fails unless the answer has this status and is kept by nobody.
fn private(answer: &Answer, status: u16) {
    assert_eq!(answer.status.as_u16(), status, "{}: {}", answer.asked, answer.text());
    assert_eq!(answer.header("cache-control"), "no-store", "{} {status}", answer.asked);
}

#[test]
fn no_private_answer_is_kept_on_the_way_whatever_its_status() {
    on_both(async |world| {
        let stranger = world.anonymous();
        let north = world.partner("North").await;
        let key = world.api_key("", "accounts:read accounts:write partners:read").await;
        let page = world.vendor_user("olga@acme.example", "operations").await;
        let finance = world.vendor_user("fin@acme.example", "finance").await;
        private(&page.get("/accounts").await, 200);
        private(&key.get("/api/v1/accounts").await, 200);
        private(&stranger.get("/accounts").await, 303);
        private(&page.post("/theme", &[("theme", "dark")]).await, 303);
        private(&stranger.get("/api/v1/accounts").await, 401);
        private(&key.get("/api/v1/imports").await, 403);
        private(&finance.get("/imports").await, 403);
        private(&key.get("/api/v1/accounts/acc_none").await, 404);
        private(&page.get("/nowhere").await, 404);
        private(&key.send(Method::PUT, "/api/v1/accounts", &[], Bytes::new()).await, 405);
        private(&key.api_with("POST", "/api/v1/accounts", &json!({}), &[]).await, 400);
        private(&key.api("POST", "/api/v1/accounts", &json!({ "name": "" })).await, 422);
        private(&page.post("/settings", &[("name", "")]).await, 422);
        let same = world.partner("South").await;
        let deal = testkit::steps::deal_registration::deal("Globex");
        private(&same.key.api("POST", "/api/v1/deal-registrations", &deal).await, 201);
        private(&north.key.api("POST", "/api/v1/deal-registrations", &deal).await, 201);
        for _ in 0..10 {
            private(&stranger.post("/sign-in", &[("email", "a@b.example")]).await, 422);
        }
        private(&stranger.post("/sign-in", &[("email", "a@b.example")]).await, 429);
        let large = Bytes::from(vec![b'a'; 70_000]);
        let headers = [("sec-fetch-site", "same-origin")];
        private(&stranger.send(Method::POST, "/sign-in", &headers, large).await, 413);
    });
}

#[test]
fn a_refusal_by_a_rule_is_not_kept_on_the_way() {
    on_sqlite(async |world| {
        let [north, south] = world.partners(["North", "South"]).await;
        let deal = testkit::steps::deal_registration::deal("Globex");
        let made = north.key.api("POST", "/api/v1/deal-registrations", &deal).await.is(201).json();
        let id = made["id"].as_str().unwrap().to_owned();
        let withdrawn = format!("/api/v1/deal-registrations/{id}/withdrawal");
        let body = json!({ "note": "It was nothing" });
        let _ = north.key.api("POST", &withdrawn, &body).await;
        private(&north.key.api("POST", &withdrawn, &body).await, 409);
        private(&south.key.api("POST", &withdrawn, &body).await, 404);
    });
}

#[test]
fn faults_of_ours_are_not_kept_on_the_way() {
    on_sqlite(async |world| {
        let page = world.vendor_user("olga@acme.example", "operations").await;
        let key = world.api_key("", "accounts:read").await;
        world.expects_faults();
        let gone = "DROP TABLE identity_sessions; DROP TABLE identity_api_keys";
        world.act(move |cx| Ok(cx.tx.batch(gone)?)).await;
        private(&page.get("/settings").await, 500);
        private(&key.get("/api/v1/accounts").await, 500);
    });
}

#[test]
fn that_an_installation_is_not_ready_is_not_kept_on_the_way() {
    on_sqlite(async |world| {
        let away = "UPDATE vendors SET host = 'elsewhere.example'";
        world.act(move |cx| Ok(cx.tx.execute(away, &[])?)).await;
        private(&world.anonymous().get("/sign-in").await, 503);
        private(&world.anonymous().get("/api/v1/accounts").await, 503);
    });
}

fn style() -> String {
    web::assets().iter().find(|asset| asset.path.contains(".css")).unwrap().path.clone()
}

#[test]
fn an_asset_is_read_and_kept_and_takes_no_other_method() {
    on_sqlite(async |world| {
        let stranger = world.anonymous();
        let answer = stranger.get(&style()).await.is(200);
        assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
        let head = stranger.send(Method::HEAD, &style(), &[], Bytes::new()).await.is(200);
        assert_eq!(head.header("content-length"), answer.header("content-length"));
        assert!(head.body.is_empty());
        for method in ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"] {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let answer = stranger.send(method, &style(), &[], Bytes::new()).await.is(405);
            assert_eq!(answer.header("allow"), "GET, HEAD", "{}", answer.asked);
        }
        let _ = stranger.send(Method::POST, "/assets/none.css", &[], Bytes::new()).await.is(404);
    });
}

#[test]
fn a_request_names_one_host_before_anything_else_is_looked_at() {
    on_sqlite(async |world| {
        let ask = async |path: &str, version, hosts: &[&str]| {
            let mut request = Request::builder().uri(path).version(version);
            for host in hosts {
                request = request.header(header::HOST, *host);
            }
            let request = request.body(Full::new(Bytes::new())).unwrap();
            let answer = frame::handle(&world.app, request, "192.0.2.7").await;
            answer.status().as_u16()
        };
        let style = style();
        for path in ["/sign-in", "/healthz", "/nowhere", "/api/v1/accounts", style.as_str()] {
            assert_eq!(ask(path, http::Version::HTTP_11, &[]).await, 400, "{path}");
            let two = ["partners.example", "evil.example"];
            assert_eq!(ask(path, http::Version::HTTP_11, &two).await, 400, "{path}");
            let twice = ["partners.example", "partners.example"];
            assert_eq!(ask(path, http::Version::HTTP_11, &twice).await, 400, "{path}");
            let joined = ["partners.example, evil.example"];
            assert_eq!(ask(path, http::Version::HTTP_11, &joined).await, 400, "{path}");
            assert_eq!(ask(path, http::Version::HTTP_10, &two).await, 400, "{path}");
        }
        assert_eq!(ask("/healthz", http::Version::HTTP_11, &["partners.example:443"]).await, 200);
        assert_eq!(ask("/healthz", http::Version::HTTP_11, &["[::1]:7171"]).await, 200);
        assert_eq!(ask("/healthz", http::Version::HTTP_10, &[]).await, 200);
    });
}
