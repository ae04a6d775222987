//! One person has one address, however its host is spelled, and it has nothing that nobody sees.

use frame::Config;
use people::identity;
use testkit::{Caller, World, on_both, on_both_by_mail, steps::identity::mailed_path};

const SPELLED: &str = "user@müller-acme.example";
const ASCII: &str = "user@xn--mller-acme-9db.example";

async fn invite(by: &Caller, email: &str) -> testkit::Answer {
    by.post("/people", &[("email", email), ("name", "Uli"), ("roles", "operations")]).await
}

async fn chief(world: &World) -> Caller {
    world.vendor_user("chief@acme.example", "channel_chief operations").await
}

#[test]
fn id_01_two_spellings_of_a_host_are_one_person_and_mail_goes_to_the_ascii_form() {
    on_both_by_mail(async |world, post| {
        let chief = chief(&world).await;
        let _ = invite(&chief, SPELLED).await.is(303);
        let _ = invite(&chief, ASCII).await.is(422).says("already a member");
        let _ = invite(&chief, "User@MÜLLER-Acme.example").await.is(422).says("already a member");
        let known = "SELECT COUNT(*) FROM identity_users WHERE email LIKE 'user@%'";
        assert_eq!(world.count(known).await, 1);
        world.run_jobs().await;
        let path = post.letters_to(ASCII).remove(0).path();
        let fields = [("name", "Uli Müller"), ("password", "nine red apples")];
        let _ = world.anonymous().post(&path, &fields).await.is(303);
        for email in [SPELLED, ASCII] {
            let fields = [("email", email), ("password", "nine red apples")];
            let _ = world.anonymous().post("/sign-in", &fields).await.is(303);
            let _ = world.anonymous().post("/sign-in/link", &[("email", email)]).await.is(303);
            world.run_jobs().await;
        }
        assert_eq!(post.letters_to(ASCII).len(), 3);
        let only = post.letters().iter().filter(|letter| !letter.to.is_ascii()).count();
        assert_eq!(only, 0);
    });
}

#[test]
fn id_01_somebody_whose_host_was_kept_as_it_was_typed_is_still_known() {
    on_both_by_mail(async |world, post| {
        let chief = chief(&world).await;
        let _ = world.vendor_user(SPELLED, "finance").await;
        let _ = invite(&chief, ASCII).await.is(422).says("already a member");
        let _ = world.anonymous().post("/sign-in/link", &[("email", SPELLED)]).await.is(303);
        world.run_jobs().await;
        let path = post.letters_to(ASCII).remove(0).path();
        let _ = world.anonymous().get(&path).await.is(200).says("Sign in as");
    });
}

#[test]
fn id_01_people_are_listed_and_found_by_a_host_in_the_letters_of_its_language() {
    on_both(async |world| {
        let chief = chief(&world).await;
        let _ = invite(&chief, SPELLED).await.is(303);
        let _ = invite(&chief, "nora@xn--gnter-kva.example").await.is(303);
        let page = chief.get("/people").await.is(200).says(SPELLED).does_not_say(ASCII);
        let _ = page.says("nora@günter.example").says("chief@acme.example");
        for text in ["müller", "MULLER", "ller-acme.ex", "user%40müll", "xn--mller", ASCII, SPELLED]
        {
            let page = chief.get(&format!("/people?q={text}")).await.is(200).says(SPELLED);
            let _ = page.does_not_say("nora@").does_not_say("chief@acme.example");
        }
        let _ = chief.get("/people?q=schmidt").await.is(200).does_not_say(SPELLED);
        let key = world.key_of(&chief, "", "vendor-people:manage").await;
        let found = key.get("/api/v1/vendor-users?q=müller").await.is(200).json();
        assert_eq!(found["data"][0]["email"], ASCII, "programs compare the form that is kept");
        let id = found["data"][0]["id"].as_str().unwrap().to_owned();
        let _ = chief.get(&format!("/people/{id}")).await.is(200).says(SPELLED);
        let _ = chief.get("/search?q=müller").await.is(200).says(SPELLED);
    });
}

#[test]
fn id_01_letters_that_nobody_sees_or_few_servers_take_are_refused_in_an_address() {
    on_both(async |world| {
        let chief = chief(&world).await;
        let key = world.key_of(&chief, "", "vendor-people:manage").await;
        for hidden in [
            "us\u{200B}er@acme.example",
            "user@ac\u{200B}me.example",
            "user@ac\u{202E}me.example",
            "u\u{00AD}ser@acme.example",
        ] {
            let page = invite(&chief, hidden).await.is(422);
            assert!(page.text().contains("cannot be shown") || page.text().contains("not shown"));
            let body = serde_json::json!({ "email": hidden, "name": "Uli", "roles": ["finance"] });
            let _ = key.api("POST", "/api/v1/vendor-users", &body).await.is(422);
        }
        let _ = invite(&chief, "jörg@acme.example").await.is(422).says("letters without accents");
        let people = "SELECT COUNT(*) FROM identity_users";
        assert_eq!(world.count(people).await, 1);
    });
}

#[test]
fn id_01_the_console_gives_somebody_invited_a_link_that_works() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let fields = [("email", "ben@north.example"), ("name", "Ben Ito"), ("roles", "seller")];
        let _ = north.admin.post("/people", &fields).await.is(303);
        let _ = invite(&chief(&world).await, "uli@acme.example").await.is(303);
        for (email, partner, home) in [
            ("ben@north.example", north.id.as_str(), "/partner"),
            ("uli@acme.example", "", "/settings"),
        ] {
            let (email_, partner) = (email.to_owned(), partner.parse().ok());
            let way_in = world.act(move |cx| {
                let person = identity::person_by_email(cx, partner.as_ref(), &email_)?;
                identity::way_in(cx, &person)
            });
            let way_in = way_in.await;
            assert!(way_in.accepts);
            let path = way_in.url.strip_prefix(&Config::for_tests().base_url).unwrap().to_owned();
            let nobody = world.anonymous();
            let _ = nobody.get(&path).await.is(200).says("Accept the invitation");
            let fields = [("name", "Ben Ito"), ("password", "nine red apples")];
            let entered = nobody.post(&path, &fields).await.is(303);
            let person = world.with_session(&super::session(&entered));
            let _ = person.get(home).await.is(200);
            // It is the invitation: neither this link nor the mailed one works once more.
            let _ = nobody.get(&path).await.is(410);
            let mailed = mailed_path(&world, email).await;
            let _ = nobody.get(&mailed).await.is(410);
        }
    });
}
