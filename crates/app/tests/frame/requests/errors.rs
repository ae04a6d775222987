//! Pages of errors: no dead ends, and nothing that was typed is lost.

use bytes::Bytes;
use frame::Config;
use http::Method;
use testkit::{Answer, Caller, on_both};

/// Fails unless the page has the navigation and a way back.
fn no_dead_end(answer: Answer) -> Answer {
    let answer = answer.says("<nav").says("aria-label=\"Main\"").says("href=\"/accounts\"");
    answer.says("Go to the home page")
}

/// The caller on a page of this site.
fn came_from(caller: &Caller, page: &str) -> Caller {
    caller.with_header("referer", &format!("{}{page}", Config::for_tests().base_url))
}

#[test]
fn ux_01_an_error_page_of_somebody_signed_in_has_the_navigation_and_a_way_back() {
    on_both(async |world| {
        let person = world.vendor_user("olga@acme.example", "operations").await;
        let finance = world.vendor_user("fin@acme.example", "finance").await;
        let _ = no_dead_end(person.get("/nowhere").await.is(404)).does_not_say("Go back");
        let _ = no_dead_end(person.get("/accounts/acc_none").await.is(404));
        let _ = no_dead_end(person.get("/theme").await.is(405)).says("Method not allowed");
        let _ = finance.get("/imports").await.is(403).says("<nav").says("Go to the home page");
        let from_list = came_from(&person, "/accounts?q=a&b=c");
        let _ = from_list
            .get("/accounts/acc_none")
            .await
            .is(404)
            .says("href=\"/accounts?q=a&amp;b=c\"");
        // Another site is no way back, nor is the page itself.
        let elsewhere = person.with_header("referer", "https://evil.example/accounts");
        let _ = elsewhere.get("/nowhere").await.is(404).does_not_say("Go back");
        let itself = came_from(&person, "/nowhere?x=1");
        let _ = itself.get("/nowhere?x=1").await.is(404).does_not_say("Go back");
        // A stranger is shown nothing of the house.
        let stranger = world.anonymous().get("/nowhere").await.is(404);
        let _ = stranger.does_not_say("href=\"/accounts\"").says("Go to the home page");
        // Programs get a document as before.
        let program = person.with_header("accept", "application/json");
        let told = program.get("/nowhere").await.is(404);
        assert_eq!(told.header("content-type"), "application/problem+json");
    });
}

#[test]
fn ux_01_what_was_typed_into_a_form_that_is_refused_is_repeated_but_no_secret() {
    on_both(async |world| {
        let finance = world.vendor_user("fin@acme.example", "finance").await;
        let form = [
            ("name", "Northwind & Sons"),
            ("note", "First line\nSecond line"),
            ("password", "seven green bottles"),
            ("manager_user_id", "usr_1"),
            ("city", ""),
        ];
        let page = finance.post("/partners", &form).await.is(403);
        let page = page.says("What you entered").says("Northwind &amp; Sons");
        let page = page.says("First line\nSecond line").says("not saved");
        let _ = page.does_not_say("green bottles").does_not_say("usr_1");
        let person = world.vendor_user("olga@acme.example", "operations channel_chief").await;
        let page = person.post("/partners/par_none", &form).await.is(404);
        let _ = no_dead_end(page).says("Northwind &amp; Sons");
        // The token of another session, after signing in again in another tab.
        let pairs = form.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let page = came_from(&person, "/partners/new").post_raw("/partners", &pairs).await;
        let page = no_dead_end(page.is(403)).says("This form has expired");
        let _ = page.says("Northwind &amp; Sons").says("href=\"/partners/new\"");
        assert_eq!(world.count("SELECT COUNT(*) FROM partners").await, 0);
    });
}

#[test]
fn ux_01_a_form_that_a_rule_refuses_keeps_the_navigation_and_what_was_typed() {
    on_both(async |world| {
        let person = world.vendor_user("olga@acme.example", "operations").await;
        let form =
            [("email", "olga@gmail.com"), ("name", "Olga Again"), ("roles", "channel_chief")];
        let page = person.post("/people", &form).await.is(409).says("ID-02");
        let page = page.says("aria-label=\"Main\"").says("href=\"/accounts\"");
        let _ = page.says("olga@gmail.com").says("Olga Again");
    });
}

#[test]
fn ux_01_a_form_sent_while_signed_out_leads_back_to_its_page_and_says_that_it_was_not_saved() {
    on_both(async |world| {
        let nobody = came_from(&world.anonymous(), "/partners/new?from=list");
        let sent = nobody.post("/partners", &[("name", "Northwind")]).await.is(303);
        let at = sent.location().to_owned();
        assert!(at.starts_with("/sign-in?next=%2Fpartners%2Fnew%3Ffrom%3Dlist&"), "{at}");
        let page = nobody.get(&at).await.is(200).says("your form was not saved");
        let _ = page.says("value=\"/partners/new?from=list\"");
        // Without a page of its own to go back to: that of the same address, else the home page.
        let at = |answer: Answer| answer.is(303).location().to_owned();
        let settings = at(world.anonymous().post("/settings", &[("name", "x")]).await);
        assert!(settings.starts_with("/sign-in?next=%2Fsettings&"), "{settings}");
        let theme = at(world.anonymous().post("/settings/sessions/end", &[]).await);
        assert!(theme.starts_with("/sign-in?next=%2F&"), "{theme}");
    });
}

#[test]
fn ux_01_that_a_form_was_not_saved_is_said_until_somebody_is_signed_in_and_to_whoever_is() {
    on_both(async |world| {
        let at = "/sign-in?next=%2Fpartners%2Fnew&unsaved=1";
        // After a wrong password it still stands there.
        let said = "your form was not saved";
        let nobody = world.anonymous();
        let page = nobody.get(at).await.is(200).says(said).says("name=\"unsaved\" value=\"1\"");
        drop(page);
        let wrong = [("email", "olga@acme.example"), ("password", "x"), ("unsaved", "1")];
        let _ = nobody.post("/sign-in", &wrong).await.is(422).says(said);
        let _ = nobody.post("/sign-in", &wrong[..2]).await.is(422).does_not_say(said);
        // Whoever signed in in another tab need not do so again.
        let person = world.vendor_user("olga@acme.example", "operations").await;
        let page = person.get(at).await.is(200).says(said).says("You are signed in");
        let page = page.says("href=\"/partners/new\"").says("aria-label=\"Main\"");
        let _ = page.does_not_say("Sign in, then").does_not_say("name=\"password\"");
        let elsewhere = person.get("/sign-in?next=%2F%2Fevil.example&unsaved=1").await.is(200);
        let _ = elsewhere.says("href=\"/\"").does_not_say("evil.example");
    });
}

#[test]
fn ux_01_the_address_that_was_asked_for_survives_signing_in() {
    on_both(async |world| {
        let at = "/accounts?q=m%C3%BCller&sort=-name";
        let asked = world.anonymous().get(at).await.is(303).location().to_owned();
        assert_eq!(asked, "/sign-in?next=%2Faccounts%3Fq%3Dm%25C3%25BCller%26sort%3D-name");
        let head = world.anonymous().send(Method::HEAD, at, &[], Bytes::new()).await.is(303);
        assert_eq!(head.location(), asked);
        let person = world.vendor_user("olga@acme.example", "operations").await;
        assert_eq!(person.get(&asked).await.is(303).location(), at);
    });
}
