//! HEAD: the answer of GET without its body, everywhere, and nothing is used up.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::Method;
use testkit::{
    Answer, Caller, on_both,
    steps::identity::{mailed_path, person_with_password, session},
};

use super::{all_scopes, filled};

async fn head(caller: &Caller, path: &str) -> Answer {
    caller.send(Method::HEAD, path, &[], Bytes::new()).await
}

/// The headers that the two must share; what tells one request from another is left out.
fn shared(answer: &Answer) -> BTreeMap<String, String> {
    let own = ["x-request-id", "content-length", "set-cookie"];
    let headers = answer.headers.iter().filter(|(name, _)| !own.contains(&name.as_str()));
    headers
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into()))
        .collect()
}

#[test]
fn ap_01_every_route_answers_head_as_get() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let person = world.vendor_user("olga@acme.example", "operations channel_chief").await;
        let key = world.api_key("", &all_scopes()).await;
        let callers = [&person, &key, &north.admin, &world.anonymous()];
        for route in world.app.table.routes().iter().filter(|route| route.method == Method::GET) {
            let path = filled(route.path, &north.id);
            for caller in callers {
                let got = caller.get(&path).await;
                let asked = head(caller, &path).await;
                assert_eq!(asked.status, got.status, "{path}");
                assert_eq!(shared(&asked), shared(&got), "{path}");
                assert!(asked.body.is_empty(), "{path}");
                assert_eq!(asked.header("content-length").is_empty(), got.status == 304, "{path}");
            }
        }
    });
}

#[test]
fn ap_01_head_says_how_long_the_answer_to_get_is() {
    on_both(async |world| {
        let key = world.api_key("", "accounts:read").await;
        let got = key.get("/api/v1/accounts").await.is(200);
        let asked = head(&key, "/api/v1/accounts").await.is(200);
        assert_eq!(asked.header("content-length"), got.body.len().to_string());
    });
}

#[test]
fn id_01_looking_at_the_head_of_a_link_uses_nothing_up() {
    on_both(async |world| {
        let email = "ana@acme.example";
        person_with_password(&world, email, "", "operations").await;
        let _ = world.anonymous().post("/sign-in/link", &[("email", email)]).await.is(303);
        world.run_jobs().await;
        let path = mailed_path(&world, email).await;
        // Programs that look at links in mails ask for their heads, some of them often.
        for _ in 0..40 {
            let _ = head(&world.anonymous(), &path).await.is(200);
        }
        let _ = world.anonymous().get(&path).await.is(200);
        let entered = world.anonymous().post(&path, &[]).await.is(303);
        let person = world.with_session(&session(&entered));
        // A message for the next page stays for whoever reads that page.
        let flash = format!("{}=Saved", web::host_cookie_name("flash", true));
        let (name, secret) = person.session_cookie();
        let cookies = format!("{flash}; {name}={secret}");
        let browser = world.anonymous().with_header("cookie", &cookies);
        let asked = head(&browser, "/settings").await.is(200);
        assert_eq!(asked.header("set-cookie"), "");
        let _ = browser.get("/settings").await.is(200).says("Saved");
    });
}
