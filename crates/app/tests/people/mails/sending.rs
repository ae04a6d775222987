//! A mail that is sent, refused, sent twice, sent again, or never sent.

use domain::ids::UserId;
use jiff::ToSpan;
use people::{
    identity::links::{self, LinkPurpose, NewLink, Uses},
    notifications::{self, Mail, MailLink},
};
use serde_json::json;
use testkit::{Manner, PostOffice, World, on_both, on_both_by_mail};

use super::{ask, is_stored_nowhere, mail_ids, newest, operator, paths, secret, signs_in};

const ANA: &str = "ana@acme.example";

/// What operators read in the place of a sign-in link.
const WORDS: &str = "shown to its recipient only";

#[test]
fn id_01_a_mailed_link_works_for_its_recipient_and_operators_read_words() {
    on_both_by_mail(async |world, post| {
        let ops = operator(&world).await;
        world.vendor_user(ANA, "direct_rep").await;
        ask(&world, ANA).await;
        let path = paths(&post, ANA).remove(0);
        let page = newest(&ops).await.says("Sent").says("sign-in link").says(WORDS);
        let _ = page.does_not_say(secret(&path)).does_not_say("/links/");
        is_stored_nowhere(&world, &[secret(&path)]).await;
        signs_in(&world, &path).await;
        let _ = world.anonymous().get(&path).await.is(410);
    });
}

#[test]
fn id_01_a_mail_that_arrived_unconfirmed_is_sent_again_and_both_links_work() {
    on_both_by_mail(async |world, post| {
        world.vendor_user(ANA, "direct_rep").await;
        post.treats_next(&[Manner::HangsUp]);
        ask(&world, ANA).await;
        assert_eq!(paths(&post, ANA).len(), 1);
        world.travel_to_instant("2026-01-05T08:00:10Z").await;
        let both = paths(&post, ANA);
        let [first, second] = both.as_slice() else { panic!("{both:?}") };
        assert_ne!(secret(first), secret(second));
        is_stored_nowhere(&world, &[secret(first), secret(second)]).await;
        let _ = world.anonymous().get(second).await.is(200).says("Sign in as");
        signs_in(&world, first).await;
        // It is one link: used by one of the two, it is used.
        let _ = world.anonymous().get(second).await.is(410).says("already been used");
    });
}

#[test]
fn id_01_a_refused_mail_is_tried_again_and_what_the_server_quotes_is_covered() {
    on_both_by_mail(async |world, post| {
        let ops = operator(&world).await;
        world.vendor_user(ANA, "direct_rep").await;
        post.treats_next(&[Manner::Refuses]);
        ask(&world, ANA).await;
        let refused = post.refused().remove(0).path();
        let page = newest(&ops).await.says("Failed").says("(a link) is not to our liking");
        let _ = page.does_not_say(secret(&refused));
        let waiting = ops.get("/operations?show=waiting").await.is(200);
        let _ = waiting.says("is not to our liking").does_not_say(secret(&refused));
        is_stored_nowhere(&world, &[secret(&refused)]).await;
        world.travel_to_instant("2026-01-05T08:00:10Z").await;
        signs_in(&world, &paths(&post, ANA).remove(0)).await;
    });
}

/// Tries a mail until it is a dead letter.
async fn given_up(world: &World, post: &PostOffice, email: &str) {
    post.treats_next(&[Manner::Refuses; 12]);
    let seller = email.to_owned();
    world.act(move |cx| invite(cx, &seller)).await;
    for hour in 9..22 {
        world.travel_to_instant(&format!("2026-01-05T{hour:02}:00:00Z")).await;
    }
    assert_eq!(post.refused().len(), 12);
}

fn invite(cx: &mut frame::Cx<'_, '_>, email: &str) -> Result<UserId, frame::AppError> {
    let roles = ["direct_rep"];
    let new =
        people::identity::NewUser { email, name: "Ben Ito", roles: &roles, ..Default::default() };
    people::identity::invite(cx, &new)
}

#[test]
fn id_01_an_operator_sends_a_mail_again_and_reads_no_link() {
    on_both_by_mail(async |world, post| {
        let ops = world.api_key("", "operations:manage").await;
        let person = operator(&world).await;
        let ben = "ben@acme.example";
        given_up(&world, &post, ben).await;
        let dead = ops.get("/api/v1/jobs?state=dead").await.is(200);
        let dead = dead.says("notifications.send").says("(a link) is not to our liking");
        let refused: Vec<String> = post.refused().iter().map(testkit::Letter::path).collect();
        let _ = refused.iter().fold(dead, |answer, path| answer.does_not_say(secret(path)));
        let id = mail_ids(&person).await.remove(0);
        let path = format!("/api/v1/mails/{id}/resending");
        let answer = ops.api("POST", &path, &json!({})).await.is(202);
        let _ = answer.does_not_say("links");
        world.run_jobs().await;
        let arrived = paths(&post, ben).remove(0);
        let _ = newest(&person).await.says("Sent").says(WORDS).does_not_say(secret(&arrived));
        let _ = world.anonymous().get(&arrived).await.is(200).says("Accept the invitation");
        // One that was refused may have arrived all the same, and works too.
        let _ = world.anonymous().get(&refused[0]).await.is(200);
        is_stored_nowhere(&world, &[secret(&arrived), secret(&refused[0])]).await;
    });
}

#[test]
fn id_01_without_a_mail_server_nobody_has_the_link_until_the_mail_is_sent() {
    on_both(async |world| {
        let ops = operator(&world).await;
        let key = world.api_key("", "operations:manage").await;
        world.vendor_user(ANA, "direct_rep").await;
        ask(&world, ANA).await;
        let page = newest(&ops).await.says("Kept").says(WORDS).does_not_say("/links/");
        let list = ops.get("/operations/mails").await.is(200).says("entente user link ADDRESS");
        drop((page, list));
        let unsent = "SELECT COUNT(*) FROM identity_links WHERE secret_hash LIKE 'unsent:%'";
        assert_eq!(world.count(unsent).await, 1, "it has no secret yet");
        let post = PostOffice::open();
        let node = world.second_node_by_mail(&post);
        let id = mail_ids(&ops).await.remove(0);
        let path = format!("/api/v1/mails/{id}/resending");
        let _ = node.seen_by(&key).api("POST", &path, &json!({})).await.is(202);
        node.run_jobs().await;
        signs_in(&world, &paths(&post, ANA).remove(0)).await;
    });
}

/// A link that signs somebody in for an hour, in a mail.
async fn promised(world: &World, user_id: &str) -> MailLink {
    let user_id = UserId::parse(user_id).unwrap();
    world
        .act(move |cx| {
            let new = NewLink {
                purpose: LinkPurpose::SignIn,
                user_id: Some(&user_id),
                partner_id: None,
                subject_id: "",
                uses: Uses::Once,
                expires_at: cx.now.saturating_add(1.hours()).unwrap(),
            };
            links::promise(cx, &new)
        })
        .await
}

async fn mail(world: &World, to: &'static str, body: String, links: Vec<MailLink>) {
    world
        .act(move |cx| {
            let mail = Mail { to, subject: "Hello", body: &body, links: &links, kind: "test" };
            notifications::mail(cx, &mail)
        })
        .await;
    world.run_jobs().await;
}

#[test]
fn id_01_words_for_the_link_of_somebody_else_stay_words() {
    on_both_by_mail(async |world, post| {
        let ana = world.vendor_user(ANA, "direct_rep").await;
        let link = promised(&world, &ana.user_id).await;
        // Somebody has read the words on a page and writes them where a mail quotes him.
        let eve = "eve@north.example";
        let note = format!("My note: {link}\n");
        mail(&world, eve, note.clone(), Vec::new()).await;
        assert_eq!(post.letters_to(eve)[0].text.trim_end(), note.trim_end());
        mail(&world, ANA, format!("Open {link}\n"), vec![link]).await;
        signs_in(&world, &paths(&post, ANA).remove(0)).await;
    });
}

#[test]
fn id_01_a_link_that_ended_before_its_mail_was_sent_gets_no_secret() {
    on_both_by_mail(async |world, post| {
        let ana = world.vendor_user(ANA, "direct_rep").await;
        let link = promised(&world, &ana.user_id).await;
        world.app.clock.set("2026-01-05T09:00:00Z".parse().unwrap());
        mail(&world, ANA, format!("Open {link}\n"), vec![link]).await;
        let text = post.letters_to(ANA).remove(0).text;
        assert!(text.contains("expired or was taken back") && !text.contains("/links/"), "{text}");
    });
}

#[test]
fn id_01_a_link_has_room_for_the_secrets_of_its_last_sendings_only() {
    on_both_by_mail(async |world, post| {
        let ana = world.vendor_user(ANA, "direct_rep").await;
        let link = promised(&world, &ana.user_id).await;
        for _ in 0..40 {
            mail(&world, ANA, format!("Open {link}\n"), vec![link.clone()]).await;
        }
        assert_eq!(world.count("SELECT COUNT(*) FROM identity_link_secrets").await, 32);
        signs_in(&world, paths(&post, ANA).last().unwrap()).await;
        world.travel_to("2026-02-06").await;
        assert_eq!(world.count("SELECT COUNT(*) FROM identity_link_secrets").await, 0);
    });
}
