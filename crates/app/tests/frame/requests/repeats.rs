//! What is kept of a write so that repeating it has one effect, and of whom nothing is kept.

use testkit::{World, on_each};
use web::IDEMPOTENCY_FIELD;

async fn kept(world: &World) -> i64 {
    world.count("SELECT COUNT(*) FROM idempotency_answers").await
}

/// A deal as the form of a personal link sends it, with the token of one showing of the form.
fn deal(token: &'static str, name: &'static str) -> Vec<(&'static str, &'static str)> {
    let mut fields = testkit::steps::deal_registration_pages::with(&[("account_name", name)]);
    fields.push((IDEMPOTENCY_FIELD, token));
    fields
}

#[test]
fn ap_01_nothing_is_kept_of_what_strangers_send() {
    on_each(async |world| {
        let stranger = world.anonymous();
        for token in ["one", "two", "three"] {
            let token = (IDEMPOTENCY_FIELD, token);
            let theme = [("theme", "dark"), token];
            let _ = stranger.post("/theme", &theme).await.is(303);
            let sign_in = [("email", "x@y.example"), ("password", "z"), token];
            let _ = stranger.post("/sign-in", &sign_in).await.is(422);
            let link = [("email", "x@y.example"), token];
            let _ = stranger.post("/sign-in/link", &link).await.is(303);
            let _ = stranger.post("/password/forgotten", &link).await.is(303);
            let _ = stranger.post("/sign-in/code", &[("one_time_code", "1"), token]).await.is(303);
            let _ = stranger.post("/links/register/none", &deal("t", "Globex")).await.is(404);
        }
        assert_eq!(kept(&world).await, 0);
        let olga = world.vendor_user("olga@acme.example", "operations").await;
        let _ = olga.post("/theme", &[("theme", "dark"), (IDEMPOTENCY_FIELD, "one")]).await.is(303);
        assert_eq!(kept(&world).await, 0);
    });
}

#[test]
fn ap_01_a_form_of_a_link_that_is_sent_twice_has_one_effect() {
    on_each(async |world| {
        let north = world.partner("North").await;
        let made = north.seller.post("/registrations/link", &[]).await.is(200).text();
        let from = made.find("/links/register/").expect("a link");
        let link: String =
            made[from..].chars().take_while(|letter| !"\"<& ".contains(*letter)).collect();
        let before = kept(&world).await;
        let holder = world.anonymous();
        let first = holder.post(&link, &deal("once", "Globex GmbH")).await.is(200);
        // From wherever: the link is who asks.
        let elsewhere = holder.at("198.51.100.9");
        let again = elsewhere.post(&link, &deal("once", "Globex GmbH")).await.is(200);
        assert_eq!((again.header("idempotency-replayed"), &again.body), ("true", &first.body));
        let deals = "SELECT COUNT(*) FROM deal_registrations";
        assert_eq!((world.count(deals).await, kept(&world).await), (1, before + 1));
        let other = holder.post(&link, &deal("once", "Initech AG")).await.is(422);
        let _ = other.says("a different request");
        // A link that was taken back repeats what it said and keeps nothing more.
        let shown = north.seller.get("/registrations/link").await.is(200).text();
        let id = shown.split("name=\"revoke\" value=\"").nth(1).unwrap();
        let id: String = id.chars().take_while(|letter| *letter != '"').collect();
        let _ = north.seller.post("/registrations/link", &[("revoke", &id)]).await.is(303);
        let before = kept(&world).await;
        let again = holder.post(&link, &deal("once", "Globex GmbH")).await.is(200);
        assert_eq!(again.header("idempotency-replayed"), "true");
        for token in ["two", "three"] {
            let _ = holder.post(&link, &deal(token, "Initech AG")).await.is(410);
        }
        assert_eq!((world.count(deals).await, kept(&world).await), (1, before));
    });
}

#[test]
fn ap_01_a_link_for_one_use_has_one_effect_without_any_token() {
    on_each(async |world| {
        let olga = world.vendor_user("olga@acme.example", "operations").await;
        let _ = world.anonymous().post("/sign-in/link", &[("email", &olga.email)]).await.is(303);
        world.run_jobs().await;
        let (_, body) = world.mails_to(&olga.email).await.pop().expect("a mail");
        let link = body.split_whitespace().find(|word| word.contains("/links/")).unwrap();
        let link = &link[link.find("/links/").unwrap()..];
        let sessions = "SELECT COUNT(*) FROM identity_sessions";
        let before = world.count(sessions).await;
        let [one, other] = [world.anonymous(), world.anonymous()];
        let (one, other) = tokio::join!(one.post_raw(link, &[]), other.post_raw(link, &[]));
        let mut statuses = [one.status.as_u16(), other.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 410]);
        assert_eq!(world.count(sessions).await, before + 1);
    });
}
