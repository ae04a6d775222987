//! What proxies and browsers do to a request on its way, without its sender meaning it.

use bytes::Bytes;
use frame::config::Config;
use http::Method;
use serde_json::json;
use testkit::{Answer, Caller, on_both, on_both_with};

/// What a proxy in front asks for of its own, and browsers then send with everything.
const OF_THE_PROXY: (&str, &str) = ("authorization", "Basic YTpi");

#[test]
fn id_01_a_page_looks_at_the_session_only_whatever_is_meant_for_a_proxy() {
    on_both(async |world| {
        let person = world.vendor_user("olga@acme.example", "operations").await;
        let behind = |caller: &Caller| caller.with_header(OF_THE_PROXY.0, OF_THE_PROXY.1);
        let _ = behind(&world.anonymous()).get("/sign-in").await.is(200);
        let _ = behind(&person).get("/accounts").await.is(200);
        let _ = behind(&person).post("/theme", &[("theme", "dark")]).await.is(303);
        let _ =
            person.with_header("authorization", "Bearer nonsense").get("/accounts").await.is(200);
        // A key opens no page.
        let key = world.api_key("", "accounts:read").await;
        let _ = key.get("/accounts").await.is(303);
        // What a page of ours reads for itself is read with its session.
        let _ = behind(&person).get("/api/v1/accounts").await.is(200);
    });
}

#[test]
fn ap_01_the_api_takes_a_key_as_bearer_and_says_so_of_another_scheme() {
    on_both(async |world| {
        let nobody = world.anonymous();
        let asked = nobody.with_header("authorization", "Basic YTpi").get("/api/v1/accounts").await;
        let asked = asked.is(401).says("Authorization: Bearer, not Basic");
        assert_eq!(asked.header("www-authenticate"), "Bearer");
        let secret = world.api_key("", "accounts:read").await.api_secret().unwrap();
        for scheme in ["Bearer", "bearer", "BEARER"] {
            let sent = format!("{scheme} {secret}");
            let _ =
                nobody.with_header("authorization", &sent).get("/api/v1/accounts").await.is(200);
        }
        // A key without a scheme is not repeated, nor is a scheme that nobody knows.
        for sent in [secret.as_str(), "s3cret and more", "Basic", "Token abc"] {
            let asked = nobody.with_header("authorization", sent).get("/api/v1/accounts").await;
            let told = asked.is(401).says("Send a valid API key as Authorization: Bearer, or");
            let _ = told.does_not_say(sent.split(' ').next().unwrap());
        }
        let wrong = nobody.with_header("authorization", "Bearer nonsense");
        let _ = wrong.get("/api/v1/accounts").await.is(401);
    });
}

#[test]
fn id_01_the_origin_of_our_own_pages_is_known_with_the_usual_port_and_without() {
    for (base_url, own, foreign) in [
        (
            "https://partners.acme.example:443",
            "https://partners.acme.example",
            "http://partners.acme.example",
        ),
        (
            "https://partners.acme.example",
            "https://partners.acme.example:443",
            "https://acme.example",
        ),
        ("https://acme.example:8443", "https://acme.example:8443", "https://acme.example"),
    ] {
        let config = Config { base_url: base_url.to_owned(), ..Config::for_tests() };
        on_both_with(&config, async |world| {
            let send = async |origin: &str| {
                let headers =
                    [("content-type", "application/x-www-form-urlencoded"), ("origin", origin)];
                let form = Bytes::from("email=eve%40acme.example&password=x");
                let nobody = world.anonymous();
                nobody.send(Method::POST, "/sign-in", &headers, form).await
            };
            let _ = send(own).await.is(422);
            let _ = send(foreign).await.is(403).says("another site");
        });
    }
}

/// Changes the account as somebody who sends this as `If-Match`.
async fn change(key: &Caller, at: &str, tag: &str, city: &str) -> Answer {
    let headers = [("idempotency-key", city), ("if-match", tag)];
    key.api_with("PATCH", at, &json!({ "city": city }), &headers).await
}

#[test]
fn ap_01_a_tag_that_a_proxy_weakened_names_the_version_that_was_read() {
    on_both(async |world| {
        let key = world.api_key("", "accounts:read accounts:write").await;
        let body = json!({ "name": "Initech" });
        let made = key.api("POST", "/api/v1/accounts", &body).await.is(201);
        let (at, tag) = (made.location().to_owned(), made.header("etag").to_owned());
        assert_eq!(tag, "\"v1\"");
        for malformed in ["v1", "\"v1", "W/v1", "\"v1\" \"v2\""] {
            let _ = change(&key, &at, malformed, "Rom").await.is(400).says("If-Match must be");
        }
        let _ = change(&key, &at, "W/\"v9\"", "Rom").await.is(412);
        assert_eq!(change(&key, &at, "W/\"v1\"", "Ulm").await.is(200).header("etag"), "\"v2\"");
        assert_eq!(change(&key, &at, "\"v2-gzip\"", "Bonn").await.is(200).header("etag"), "\"v3\"");
        let _ = change(&key, &at, "\"v1\", W/\"v3\"", "Kiel").await.is(200);
        let _ = change(&key, &at, "W/\"v3\"", "Rom").await.is(412);
    });
}

#[test]
fn ap_01_what_a_reader_has_already_is_not_sent_again() {
    on_both(async |world| {
        let key = world.api_key("", "accounts:read accounts:write").await;
        let body = json!({ "name": "Initech" });
        let at = key.api("POST", "/api/v1/accounts", &body).await.is(201).location().to_owned();
        for known in ["\"v1\"", "W/\"v1\"", "\"v1-gzip\"", "\"v0\", W/\"v1\"", "*"] {
            let answer = key.with_header("if-none-match", known).get(&at).await.is(304);
            assert!(answer.body.is_empty());
            assert_eq!(answer.header("etag"), "\"v1\"");
        }
        for other in ["\"v2\"", "v1", ""] {
            let _ = key.with_header("if-none-match", other).get(&at).await.is(200);
        }
    });
}

/// A write to the API whose body has this type and encoding.
async fn sent(key: &Caller, media: &str, encoding: Option<&str>, idempotency: &str) -> Answer {
    let mut headers = vec![("content-type", media), ("idempotency-key", idempotency)];
    headers.extend(encoding.map(|encoding| ("content-encoding", encoding)));
    let body = Bytes::from(json!({ "name": "Initech" }).to_string());
    key.send(Method::POST, "/api/v1/accounts", &headers, body).await
}

#[test]
fn ap_01_a_compressed_body_is_refused_with_what_to_send_instead() {
    on_both(async |world| {
        let key = world.api_key("", "accounts:read accounts:write imports:run").await;
        for encoding in ["gzip", "br", "deflate", "identity, gzip", "GZIP"] {
            let answer = sent(&key, "application/json", Some(encoding), encoding).await;
            let answer = answer.is(415).says("Send the body uncompressed");
            assert_eq!(answer.header("accept-encoding"), "identity");
        }
        let _ = sent(&key, "application/json", Some("identity"), "plain").await.is(201);
        // Files, and forms of pages.
        let headers =
            [("content-encoding", "gzip"), ("content-type", "text/csv"), ("idempotency-key", "f")];
        let path = "/api/v1/imports?kind=accounts&file_name=one.csv";
        let _ = key.send(Method::POST, path, &headers, Bytes::from("name\nA\n")).await.is(415);
        let headers = [
            ("content-encoding", "gzip"),
            ("content-type", "application/x-www-form-urlencoded"),
            ("origin", world.app.config.base_url.as_str()),
        ];
        let nobody = world.anonymous();
        let answer = nobody.send(Method::POST, "/sign-in", &headers, Bytes::from("email=a")).await;
        let _ = answer.is(415).says("uncompressed");
    });
}

#[test]
fn ap_01_parameters_of_a_type_do_not_matter_and_another_encoding_is_refused_by_name() {
    on_both(async |world| {
        let key = world.api_key("", "accounts:read accounts:write").await;
        for media in [
            "application/json; charset=utf-8",
            "Application/JSON;charset=\"UTF-8\"",
            "application/json ; x=y",
        ] {
            let _ = sent(&key, media, None, &media.replace([' ', '"'], "-")).await.is(201);
        }
        let answer = sent(&key, "application/json; charset=iso-8859-1", None, "latin").await;
        let _ = answer.is(415).says("iso-8859-1");
        for media in ["application/jsonp", "application/json-patch+json", "text/json"] {
            let answer = sent(&key, media, None, &media.replace('/', "-")).await;
            let _ = answer.is(415).says("Content-Type: application/json");
        }
        let headers = [
            ("content-type", "application/x-www-form-urlencoded; charset=windows-1252"),
            ("origin", world.app.config.base_url.as_str()),
        ];
        let nobody = world.anonymous();
        let answer = nobody.send(Method::POST, "/sign-in", &headers, Bytes::from("email=a")).await;
        let _ = answer.is(415).says("windows-1252");
    });
}
