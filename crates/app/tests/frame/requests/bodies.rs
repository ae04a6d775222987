//! How much may be sent, by whom; what is not wanted is not read.

use bytes::Bytes;
use db::Dialect;
use frame::{config::Config, routes::Route};
use http::Method;
use testkit::steps::conflicts::rivals;
use testkit::{Answer, Caller, World, on_both, on_sqlite};

use super::sent::{Sent, Taken};

const KIB: usize = 1024;
/// What a stranger may send.
const LITTLE: usize = 64 * KIB;

const URLENCODED: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data; boundary=x";

/// Sends a body to a page, as a form of this site.
async fn form(
    who: &Caller,
    path: &str,
    kind: &str,
    (body, taken): (Sent, Taken),
) -> (Answer, usize) {
    let headers = [("content-type", kind), ("sec-fetch-site", "same-origin")];
    let answer = who.send_body(Method::POST, path, &headers, body).await;
    (answer, taken.bytes())
}

async fn upload(who: &Caller, (body, taken): (Sent, Taken)) -> (Answer, usize) {
    let headers = [("content-type", "text/csv"), ("idempotency-key", "one")];
    let path = "/api/v1/imports?kind=accounts&file_name=one.csv";
    (who.send_body(Method::POST, path, &headers, body).await, taken.bytes())
}

fn writes(world: &World) -> Vec<Route> {
    let routes = world.app.table.routes().iter();
    routes.filter(|route| route.method != Method::GET).cloned().collect()
}

#[test]
fn id_02_no_route_reads_a_megabyte_of_a_stranger() {
    on_both(async |world| {
        let _ = world.partner("North").await;
        let stranger = world.anonymous();
        let bad_key = world.with_key("ent_none_none");
        let mut statuses = std::collections::BTreeMap::new();
        for route in writes(&world) {
            let path = route.path.replace('{', "x").replace('}', "");
            let is_api = path.starts_with("/api/");
            let kind = if is_api { "application/json" } else { MULTIPART };
            let headers = [
                ("content-type", kind),
                ("sec-fetch-site", "same-origin"),
                ("idempotency-key", "one"),
            ];
            for who in [&stranger, &bad_key] {
                let (body, taken) = Sent::of(KIB * KIB);
                let method = route.method.clone();
                let answer = who.send_body(method, &path, &headers, body).await;
                assert_eq!(taken.bytes(), 0, "{}: {}", answer.asked, answer.status);
                assert_eq!(answer.header("connection"), "close", "{}", answer.asked);
                let status = answer.status.as_u16();
                assert!(matches!(status, 303 | 401 | 404 | 413), "{} {status}", answer.asked);
                *statuses.entry(status).or_insert(0) += 1;
            }
        }
        assert!(statuses.len() == 4 && statuses[&413] > 3, "{statuses:?}");
    });
}

#[test]
fn id_02_a_stranger_sends_64_kb_and_not_a_byte_more() {
    on_sqlite(async |world| {
        let stranger = world.anonymous();
        let (answer, taken) = form(&stranger, "/sign-in", URLENCODED, Sent::of(LITTLE)).await;
        assert_eq!((answer.is(422).header("connection"), taken), ("", LITTLE));
        let (answer, taken) = form(&stranger, "/sign-in", URLENCODED, Sent::of(LITTLE + 1)).await;
        assert_eq!((answer.is(413).header("connection"), taken), ("close", 0));
        let pieces = Sent::in_pieces(LITTLE);
        let (answer, _) = form(&stranger, "/sign-in", URLENCODED, pieces).await;
        let _ = answer.is(422);
        let pieces = Sent::in_pieces(KIB * KIB);
        let (answer, taken) = form(&stranger, "/sign-in", URLENCODED, pieces).await;
        assert_eq!(answer.is(413).header("connection"), "close");
        assert!(taken <= LITTLE + 16 * KIB, "{taken}");
    });
}

#[test]
fn id_03_a_refusal_is_the_same_whether_a_body_was_read_or_not() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let finance = world.vendor_user("fin@acme.example", "finance").await;
        for (who, path) in
            [(&world.anonymous(), "/imports"), (&north.seller, "/imports"), (&finance, "/imports")]
        {
            let (large, taken) = form(who, path, MULTIPART, Sent::of(20 << 20)).await;
            assert_eq!(taken, 0, "{}", large.status);
            let small = who.post(path, &[]).await;
            let seen = |answer: &Answer| {
                let text = answer.text();
                (answer.status, answer.location().to_owned(), text)
            };
            assert_eq!(seen(&large), seen(&small));
        }
        let reader = world.api_key("", "accounts:read").await;
        let (answer, taken) = upload(&reader, Sent::of(20 << 20)).await;
        assert_eq!(taken, 0);
        let _ = answer.is(403).says("imports:run");
    });
}

#[test]
fn id_02_who_may_send_a_file_sends_it_to_the_limit_of_uploads() {
    on_sqlite(async |world| {
        let importer = world.api_key("", "imports:run").await;
        let (answer, taken) = upload(&importer, Sent::of(2 << 20)).await;
        assert_eq!(taken, 2 << 20);
        let _ = answer.is(422);
        let (answer, taken) = upload(&importer, Sent::of((64 << 20) + 1)).await;
        assert_eq!((answer.is(413).header("connection"), taken), ("close", 0));
        let operations = world.vendor_user("olga@acme.example", "operations").await;
        let (answer, taken) = form(&operations, "/imports", MULTIPART, Sent::of(2 << 20)).await;
        assert_eq!(taken, 2 << 20);
        let _ = answer.is(400).says("the first part is missing");
        // A form without files is a text, whatever the address takes else.
        let (answer, taken) = form(&operations, "/imports", URLENCODED, Sent::of(2 << 20)).await;
        assert_eq!((answer.is(413).header("connection"), taken), ("close", 0));
    });
}

#[test]
fn a_body_of_a_type_that_the_address_does_not_take_is_not_read() {
    on_sqlite(async |world| {
        let operations = world.vendor_user("olga@acme.example", "operations").await;
        let (answer, taken) =
            form(&operations, "/imports", "text/plain", Sent::of(500 * KIB)).await;
        assert_eq!(taken, 0);
        let _ = answer.is(415).says("not text/plain");
        let (answer, taken) =
            form(&world.anonymous(), "/sign-in", "application/json", Sent::of(KIB)).await;
        assert_eq!(taken, 0);
        let _ = answer.is(415).says("not application/json");
        let key = world.api_key("", "accounts:write accounts:read").await;
        let headers = [("content-type", "text/plain"), ("idempotency-key", "one")];
        let (body, taken) = Sent::of(KIB);
        let answer = key.send_body(Method::POST, "/api/v1/accounts", &headers, body).await;
        assert_eq!(taken.bytes(), 0);
        let _ = answer.is(415).says("Content-Type: application/json");
    });
}

#[test]
fn id_01_a_form_of_another_site_is_not_read() {
    on_sqlite(async |world| {
        let operations = world.vendor_user("olga@acme.example", "operations").await;
        let (body, taken) = Sent::of(2 << 20);
        let headers = [("content-type", MULTIPART), ("origin", "https://evil.example")];
        let answer = operations.send_body(Method::POST, "/imports", &headers, body).await;
        assert_eq!(taken.bytes(), 0);
        let _ = answer.is(403).says("another site");
    });
}

/// The path of the newest link to give a statement by.
async fn statement_link(world: &World, address: &str) -> String {
    let mails = world.mails_to(address).await;
    let found = mails.iter().rev().find_map(|(_, body)| {
        let from = body.find("/links/case-statement/")?;
        body[from..].split_whitespace().next().map(str::to_owned)
    });
    found.unwrap_or_else(|| panic!("no link in {mails:?}"))
}

#[test]
fn cf_04_the_holder_of_a_link_that_works_sends_a_file_and_one_of_another_link_does_not() {
    on_both(async |world| {
        let (north, _, _) = rivals(&world).await;
        world.run_jobs().await;
        let link = statement_link(&world, &north.admin.email).await;
        let holder = world.anonymous();
        let (answer, taken) = form(&holder, &link, MULTIPART, Sent::of(1 << 20)).await;
        assert_eq!(taken, 1 << 20);
        let _ = answer.is(400);
        // Of another purpose, unknown, used: the page of the link, and nothing is read.
        let other = link.replace("case-statement", "answer");
        let (answer, taken) = form(&holder, &other, MULTIPART, Sent::of(1 << 20)).await;
        assert_eq!(taken, 0);
        let _ = answer.is(404).says("is not valid");
        let given = [("words", "We met them in May.")];
        let file = ("file", "mail.txt", b"We met in May.".as_slice());
        let _ = holder.upload(&link, &given, file).await.is(200);
        let (answer, taken) = form(&holder, &link, MULTIPART, Sent::of(1 << 20)).await;
        assert_eq!(taken, 0);
        let _ = answer.is(410).says("was revoked");
        for _ in 0..29 {
            let unknown = format!("{link}x");
            let (answer, _) = form(&holder, &unknown, MULTIPART, Sent::of(1 << 20)).await;
            let _ = answer.is(404);
        }
        let unknown = format!("{link}x");
        let (answer, _) = form(&holder, &unknown, MULTIPART, Sent::of(1 << 20)).await;
        assert_ne!(answer.is(429).header("retry-after"), "");
    });
}

async fn sheet(who: &Caller, key: &str) -> Answer {
    let headers = [("content-type", "text/csv"), ("idempotency-key", key)];
    let path = "/api/v1/imports?kind=accounts&file_name=one.csv";
    let rows: Vec<String> = (0..13_000).map(|number| format!("Company {number:07}")).collect();
    let rows = rows.join("\n");
    let content = format!("name\n{rows}");
    who.send(Method::POST, path, &headers, Bytes::from(content)).await
}

#[test]
fn a_body_without_room_is_told_to_come_back_and_small_ones_find_room() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let config = Config { body_budget: 512 << 10, ..Config::for_tests() };
        let world = World::configured(Dialect::Sqlite, config).await;
        let importer = world.api_key("", "imports:run").await;
        let account = world.api_key("", "accounts:write accounts:read").await;
        let (hanging, asked) = Sent::hanging(200 << 10);
        let first = tokio::spawn({
            let importer = importer.clone();
            async move {
                let headers = [("content-type", "text/csv"), ("idempotency-key", "hanging")];
                let path = "/api/v1/imports?kind=accounts&file_name=one.csv";
                importer.send_body(Method::POST, path, &headers, hanging).await
            }
        });
        while asked.bytes() == 0 {
            tokio::task::yield_now().await;
        }
        // The first one has taken its room: another one of that size finds none.
        let refused = sheet(&importer, "other").await.is(503).says("as many uploads as it can");
        assert_eq!(refused.header("retry-after"), "2");
        assert_eq!(refused.header("connection"), "close");
        let body = serde_json::json!({ "name": "Initech" });
        let _ = account.api("POST", "/api/v1/accounts", &body).await.is(201);
        let _ = world.anonymous().post("/sign-in", &[("email", "x@y.example")]).await.is(422);
        // The room of one that is given up is free again.
        first.abort();
        assert!(first.await.unwrap_err().is_cancelled());
        let _ = sheet(&importer, "again").await.is(201);
    });
}

#[test]
fn id_01_reading_the_head_of_a_page_needs_no_form() {
    on_sqlite(async |world| {
        let operations = world.vendor_user("olga@acme.example", "operations").await;
        let answer = operations.send(Method::HEAD, "/settings", &[], Bytes::new()).await.is(200);
        assert!(answer.body.is_empty());
    });
}
