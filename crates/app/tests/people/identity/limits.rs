//! Guessing is slow, and locks nobody out: who guesses uses up nobody else's attempts.

use testkit::{Answer, Caller, World, on_both, on_sqlite};

use super::{PASSWORD, cookie, devices::same_browser, mailed_path, person_with_password, session};

const ANA: &str = "ana@acme.example";

async fn tries(caller: &Caller, email: &str, password: &str) -> Answer {
    caller.post("/sign-in", &[("email", email), ("password", password)]).await
}

/// Guesses that often from there.
async fn guesses(caller: &Caller, email: &str, times: usize) {
    for _ in 0..times {
        let _ = tries(caller, email, "wrong one").await.is(422);
    }
}

/// Guesses ten times from each of so many places; five are as many as strangers are let.
async fn siege(world: &World, email: &str, places: u8) {
    for place in 0..places {
        guesses(&world.anonymous().at(&format!("203.0.113.{place}")), email, 10).await;
    }
}

/// The browser in which the person signed in with the password.
async fn own_browser(world: &World, email: &str) -> Caller {
    let answer = tries(&world.anonymous().at("198.51.100.1"), email, PASSWORD).await.is(303);
    same_browser(world, &answer).at("198.51.100.1")
}

async fn asks(caller: &Caller, email: &str) -> Answer {
    caller.post("/sign-in/link", &[("email", email)]).await.is(303)
}

async fn mailed(world: &World, email: &str) -> usize {
    world.run_jobs().await;
    world.mails_to(email).await.len()
}

#[test]
fn id_01_the_eleventh_wrong_password_from_one_place_in_fifteen_minutes_is_not_looked_at() {
    on_both(async |world| {
        person_with_password(&world, ANA, "", "operations").await;
        let here = world.anonymous();
        guesses(&here, ANA, 10).await;
        let answer = tries(&here, ANA, PASSWORD).await.is(429).says("sign-in link by mail");
        assert_eq!(cookie(&answer, "session"), None);
        let wait: i64 = answer.header("retry-after").parse().unwrap();
        assert!((1..=901).contains(&wait), "{wait}");
        // An unknown address reads the same.
        guesses(&here, "eve@acme.example", 10).await;
        let unknown = tries(&here, "eve@acme.example", PASSWORD).await.is(429);
        assert_eq!(unknown.text().replace("eve@", "ana@"), answer.text());
        // Elsewhere the address is free.
        let _ = tries(&here.at("198.51.100.1"), ANA, PASSWORD).await.is(303);
        world.travel_to_instant("2026-01-05T08:14:00Z").await;
        let _ = tries(&here, ANA, PASSWORD).await.is(429);
        world.travel_to_instant("2026-01-05T08:16:00Z").await;
        let _ = tries(&here, ANA, PASSWORD).await.is(303);
    });
}

#[test]
fn id_01_the_right_password_ends_the_count_of_wrong_ones_from_there_only() {
    on_sqlite(async |world| {
        person_with_password(&world, ANA, "", "operations").await;
        let [here, there] = [world.anonymous(), world.anonymous().at("203.0.113.1")];
        guesses(&here, ANA, 9).await;
        guesses(&there, ANA, 9).await;
        let _ = tries(&here, ANA, PASSWORD).await.is(303);
        guesses(&here, ANA, 10).await;
        guesses(&there, ANA, 1).await;
        let _ = tries(&there, ANA, PASSWORD).await.is(429);
    });
}

#[test]
fn id_01_the_fifty_first_wrong_password_from_one_place_is_not_looked_at_whosever_it_is() {
    on_sqlite(async |world| {
        person_with_password(&world, ANA, "", "operations").await;
        let here = world.anonymous();
        for number in 0..50 {
            guesses(&here, &format!("person{number}@acme.example"), 1).await;
        }
        let _ = tries(&here, ANA, PASSWORD).await.is(429);
        let _ = tries(&here.at("198.51.100.1"), ANA, PASSWORD).await.is(303);
    });
}

#[test]
fn id_01_after_fifty_wrong_passwords_from_anywhere_strangers_need_a_mailed_link() {
    on_both(async |world| {
        person_with_password(&world, ANA, "", "operations").await;
        siege(&world, ANA, 5).await;
        let fresh = world.anonymous().at("198.51.100.2");
        let _ = tries(&fresh, ANA, PASSWORD).await.is(429).says("sign-in link by mail");
        let _ = asks(&fresh, ANA).await;
        world.run_jobs().await;
        let path = mailed_path(&world, ANA).await;
        let _ = fresh.get(&path).await.is(200);
        let entered = fresh.post(&path, &[("x", "1")]).await.is(303);
        let _ = world.with_session(&session(&entered)).get("/settings").await.is(200);
        // From now on that browser is known.
        let known = same_browser(&world, &entered).at("198.51.100.2");
        let _ = tries(&known, ANA, PASSWORD).await.is(303);
        world.travel_to_instant("2026-01-05T08:16:00Z").await;
        let _ = tries(&fresh, ANA, PASSWORD).await.is(303);
    });
}

#[test]
fn id_01_a_known_browser_is_let_in_however_much_others_guess() {
    on_both(async |world| {
        person_with_password(&world, ANA, "", "operations").await;
        let own = own_browser(&world, ANA).await;
        // From wherever, and from the very place where the person is.
        guesses(&world.anonymous().at("198.51.100.1"), ANA, 10).await;
        siege(&world, ANA, 4).await;
        let _ = tries(&world.anonymous().at("198.51.100.1"), ANA, PASSWORD).await.is(429);
        let entered = tries(&own, ANA, PASSWORD).await.is(303);
        let _ = world.with_session(&session(&entered)).get("/settings").await.is(200);
    });
}

#[test]
fn id_01_wrong_passwords_in_a_known_browser_count_for_that_browser_alone() {
    on_sqlite(async |world| {
        person_with_password(&world, ANA, "", "operations").await;
        let own = own_browser(&world, ANA).await;
        let other = own_browser(&world, ANA).await;
        guesses(&own, ANA, 10).await;
        let _ = tries(&own, ANA, PASSWORD).await.is(429);
        let _ = tries(&other, ANA, PASSWORD).await.is(303);
        let _ = tries(&world.anonymous().at("198.51.100.1"), ANA, PASSWORD).await.is(303);
        world.travel_to_instant("2026-01-05T08:16:00Z").await;
        guesses(&own, ANA, 9).await;
        let _ = tries(&own, ANA, PASSWORD).await.is(303);
        guesses(&own, ANA, 9).await;
        let _ = tries(&own, ANA, PASSWORD).await.is(303);
    });
}

#[test]
fn id_01_a_browser_known_for_one_person_is_a_stranger_for_another() {
    on_sqlite(async |world| {
        person_with_password(&world, ANA, "", "operations").await;
        person_with_password(&world, "eve@acme.example", "", "operations").await;
        let eves = own_browser(&world, "eve@acme.example").await;
        siege(&world, ANA, 5).await;
        let _ = tries(&eves, ANA, PASSWORD).await.is(429);
        let _ = tries(&eves, "eve@acme.example", PASSWORD).await.is(303);
    });
}

#[test]
fn id_01_a_network_of_ipv6_is_one_place() {
    on_sqlite(async |world| {
        person_with_password(&world, ANA, "", "operations").await;
        for host in 0..10 {
            let place = format!("2001:db8:1:2:{host}::1");
            guesses(&world.anonymous().at(&place), ANA, 1).await;
        }
        let at = |place: &str| world.anonymous().at(place);
        let _ = tries(&at("2001:db8:1:2:ffff::1"), ANA, PASSWORD).await.is(429);
        let _ = tries(&at("2001:db8:1:3::1"), ANA, PASSWORD).await.is(303);
    });
}

#[test]
fn id_01_over_the_limit_no_mail_is_sent_and_the_page_says_the_same() {
    on_both(async |world| {
        person_with_password(&world, ANA, "", "operations").await;
        let here = world.anonymous();
        let first = asks(&here, ANA).await;
        assert_eq!(mailed(&world, ANA).await, 1);
        let path = mailed_path(&world, ANA).await;
        for asked in 2..=5 {
            let _ = asks(&here, ANA).await;
            assert_eq!(mailed(&world, ANA).await, asked);
        }
        for email in [ANA, "eve@acme.example"] {
            for _ in 0..6 {
                let again = asks(&here, email).await;
                assert_eq!(again.location(), "/sign-in/sent");
                assert_eq!((&again.body, again.status), (&first.body, first.status));
            }
        }
        assert_eq!(mailed(&world, ANA).await, 5);
        assert_eq!(mailed(&world, "eve@acme.example").await, 0);
        // What was mailed before still works, from wherever.
        let _ = here.at("198.51.100.1").post(&path, &[("x", "1")]).await.is(303);
    });
}

#[test]
fn id_01_ten_mails_in_fifteen_minutes_go_to_an_address_wherever_they_are_asked_for() {
    on_both(async |world| {
        person_with_password(&world, ANA, "", "operations").await;
        for place in 0..15 {
            let there = world.anonymous().at(&format!("203.0.113.{place}"));
            let _ = asks(&there, ANA).await;
            world.run_jobs().await;
        }
        assert_eq!(mailed(&world, ANA).await, 10);
        // A password cannot be asked for instead.
        let there = world.anonymous().at("203.0.113.99");
        let _ = there.post("/password/forgotten", &[("email", ANA)]).await.is(303);
        assert_eq!(mailed(&world, ANA).await, 10);
        world.travel_to_instant("2026-01-05T08:16:00Z").await;
        let _ = asks(&there, ANA).await;
        assert_eq!(mailed(&world, ANA).await, 11);
    });
}

#[test]
fn id_01_a_known_browser_has_one_mail_sent_every_five_minutes_over_any_limit() {
    on_both(async |world| {
        person_with_password(&world, ANA, "", "operations").await;
        let own = own_browser(&world, ANA).await;
        for place in 0..10 {
            let _ = asks(&world.anonymous().at(&format!("203.0.113.{place}")), ANA).await;
            world.run_jobs().await;
        }
        for _ in 0..3 {
            let _ = asks(&own, ANA).await;
            assert_eq!(mailed(&world, ANA).await, 11);
        }
        world.travel_to_instant("2026-01-05T08:04:59Z").await;
        let _ = asks(&own, ANA).await;
        assert_eq!(mailed(&world, ANA).await, 11);
        world.travel_to_instant("2026-01-05T08:05:00Z").await;
        let _ = asks(&own, ANA).await;
        assert_eq!(mailed(&world, ANA).await, 12);
    });
}

#[test]
fn id_01_a_link_asked_for_twice_before_it_is_sent_is_one_mail() {
    on_both(async |world| {
        person_with_password(&world, ANA, "", "operations").await;
        for _ in 0..3 {
            let _ = asks(&world.anonymous(), ANA).await;
        }
        assert_eq!(mailed(&world, ANA).await, 1);
    });
}

#[test]
fn id_01_a_link_that_works_opens_where_thirty_wrong_ones_were_opened() {
    on_both(async |world| {
        person_with_password(&world, ANA, "", "operations").await;
        let here = world.anonymous();
        let _ = asks(&here, ANA).await;
        world.run_jobs().await;
        let path = mailed_path(&world, ANA).await;
        for number in 0..30 {
            let _ = here.get(&format!("/links/sign-in/guess{number}")).await.is(404);
        }
        let _ = here.get("/links/sign-in/guess").await.is(429);
        let _ = here.get(&path).await.is(200).says("Sign in as Ana Ruiz");
        let entered = here.post(&path, &[("x", "1")]).await.is(303);
        let _ = world.with_session(&session(&entered)).get("/settings").await.is(200);
        // And a used one says that it was used.
        let _ = here.get(&path).await.is(410);
    });
}

#[test]
fn id_01_where_a_new_password_was_set_by_a_link_it_lets_in() {
    on_sqlite(async |world| {
        person_with_password(&world, ANA, "", "operations").await;
        siege(&world, ANA, 5).await;
        let fresh = world.anonymous().at("198.51.100.2");
        let _ = fresh.post("/password/forgotten", &[("email", ANA)]).await.is(303);
        world.run_jobs().await;
        let path = mailed_path(&world, ANA).await;
        let set = fresh.post(&path, &[("password", "a quite new one")]).await.is(303);
        let known = same_browser(&world, &set).at("198.51.100.2");
        let _ = tries(&fresh, ANA, "a quite new one").await.is(429);
        let _ = tries(&known, ANA, "a quite new one").await.is(303);
    });
}

#[test]
fn id_01_what_is_counted_is_forgotten_and_names_nobody() {
    on_both(async |world| {
        let rows = "SELECT COUNT(*) FROM identity_attempts";
        for place in 0..2 {
            let there = world.anonymous().at(&format!("203.0.113.{place}"));
            for number in 0..55 {
                let email = format!("person{place}-{number}@acme.example");
                let status = tries(&there, &email, "wrong one").await.status.as_u16();
                assert_eq!(status, if number < 50 { 422 } else { 429 });
            }
        }
        // Fifty guesses from each place: address, address and place, and the place itself.
        assert_eq!(world.count(rows).await, 2 * (50 + 50 + 1));
        let named = "SELECT COUNT(*) FROM identity_attempts WHERE subject LIKE '%203.0.113%' \
                     OR subject LIKE '%acme%'";
        assert_eq!(world.count(named).await, 0);
        // Whoever comes later sweeps some of it away with every attempt.
        world.travel_to_instant("2026-01-05T08:20:00Z").await;
        guesses(&world.anonymous(), ANA, 4).await;
        assert_eq!(world.count(rows).await, 202 + 3 - 4 * 3 * 8);
        guesses(&world.anonymous(), ANA, 5).await;
        assert_eq!(world.count(rows).await, 3);
    });
}
