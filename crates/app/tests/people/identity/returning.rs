//! Signing in leads to where somebody wanted to go, by whatever way they sign in.

use testkit::{Answer, World, on_both};

use super::{PASSWORD, mailed_path, person_with_password, session};

const ANA: &str = "ana@acme.example";
const WANTED: &str = "/accounts?q=m%C3%BCller&sort=-name";

/// The value of the hidden field in which a form keeps the way.
fn kept(page: &Answer) -> String {
    let html = page.text();
    let from = html.split("name=\"next\" value=\"").nth(1).unwrap();
    from.split('"').next().unwrap().replace("&amp;", "&")
}

/// The sign-in page to which somebody is sent who asks for the page, and what it keeps.
async fn sent_to_sign_in(world: &World) -> String {
    let nobody = world.anonymous();
    let at = nobody.get(WANTED).await.is(303).location().to_owned();
    let next = kept(&nobody.get(&at).await.is(200));
    assert_eq!(next, WANTED);
    next
}

#[test]
fn id_01_path_and_query_survive_signing_in_with_a_password() {
    on_both(async |world| {
        person_with_password(&world, ANA, "", "operations").await;
        let next = sent_to_sign_in(&world).await;
        let nobody = world.anonymous();
        let wrong = [("email", ANA), ("password", "wrong"), ("next", next.as_str())];
        let again = kept(&nobody.post("/sign-in", &wrong).await.is(422));
        let right = [("email", ANA), ("password", PASSWORD), ("next", again.as_str())];
        let entered = nobody.post("/sign-in", &right).await.is(303);
        assert_eq!(entered.location(), WANTED);
        let person = world.with_session(&session(&entered));
        let _ = person.get(entered.location()).await.is(200).says("müller");
    });
}

#[test]
fn id_01_path_and_query_survive_signing_in_with_a_mailed_link() {
    on_both(async |world| {
        person_with_password(&world, ANA, "", "operations").await;
        let next = sent_to_sign_in(&world).await;
        let nobody = world.anonymous();
        let bad = [("email", "ana"), ("next", next.as_str())];
        let next = kept(&nobody.post("/sign-in/link", &bad).await.is(422));
        let asked = [("email", ANA), ("next", next.as_str())];
        let _ = nobody.post("/sign-in/link", &asked).await.is(303);
        world.run_jobs().await;
        let path = mailed_path(&world, ANA).await;
        assert_eq!(nobody.post(&path, &[]).await.is(303).location(), WANTED);
        // Another site is no page of ours, by this way either.
        let asked = [("email", ANA), ("next", "https://evil.example/")];
        let _ = nobody.at("192.0.2.9").post("/sign-in/link", &asked).await.is(303);
        world.run_jobs().await;
        let path = mailed_path(&world, ANA).await;
        assert_eq!(nobody.post(&path, &[]).await.is(303).location(), "/");
    });
}

#[test]
fn id_01_a_used_link_tells_somebody_signed_in_where_to_go() {
    on_both(async |world| {
        person_with_password(&world, ANA, "", "operations").await;
        let nobody = world.anonymous();
        let _ = nobody.post("/sign-in/link", &[("email", ANA)]).await.is(303);
        world.run_jobs().await;
        let path = mailed_path(&world, ANA).await;
        let person = world.with_session(&session(&nobody.post(&path, &[]).await.is(303)));
        for page in [person.get(&path).await, person.post(&path, &[]).await] {
            let page = page.is(410).says("already been used").says("You are signed in as Ana Ruiz");
            let page = page.says("Go to the home page").says("aria-label=\"Main\"");
            let _ = page.does_not_say("Go to sign-in").does_not_say("Sign in to see");
        }
        let _ = nobody.get(&path).await.is(410).says("Go to sign-in").does_not_say("Ana Ruiz");
        world.travel_to_instant("2026-01-05T09:00:00Z").await;
        let _ = person.get(&path).await.is(410).says("You are signed in as Ana Ruiz");
    });
}
