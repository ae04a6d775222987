//! The browsers in which people sign in: how they are known, and who shares one.

use domain::ids::UserId;
use people::identity::devices;
use testkit::{Answer, Caller, World, on_both};

use super::{PASSWORD, cookie, mailed_path, person_with_password, session};

/// Nobody in particular, in the browser that got this answer.
pub(super) fn same_browser(world: &World, answer: &Answer) -> Caller {
    let secret = cookie(answer, "device").unwrap_or_else(|| panic!("{}: no device", answer.asked));
    in_browser(world, &secret)
}

fn in_browser(world: &World, secret: &str) -> Caller {
    world.anonymous().with_header("cookie", &format!("__Host-device={secret}"))
}

async fn sign_in(caller: &Caller, email: &str) -> Answer {
    caller.post("/sign-in", &[("email", email), ("password", PASSWORD)]).await.is(303)
}

async fn devices_of(world: &World, user_id: &UserId) -> Vec<String> {
    let user_id = user_id.clone();
    world
        .act(move |cx| {
            let sql = "SELECT device_hash FROM identity_devices WHERE user_id = $1 \
                       ORDER BY last_seen_at DESC, device_hash";
            Ok(cx.tx.query(sql, db::params![user_id.as_str()], |row| row.text(0))?)
        })
        .await
}

async fn shared(world: &World, a: &UserId, b: &UserId) -> bool {
    let pairs = world.act(devices::in_common).await;
    pairs.contains(&(a.clone(), b.clone())) || pairs.contains(&(b.clone(), a.clone()))
}

async fn user_of(world: &World, email: &str) -> UserId {
    let email = email.to_owned();
    let found = world
        .act(move |cx| {
            let sql = "SELECT user_id FROM identity_users WHERE email = $1";
            Ok(cx.tx.query_one(sql, db::params![&email], |row| row.text(0))?)
        })
        .await;
    found.parse().expect("an id")
}

#[test]
fn id_01_a_browser_is_known_by_a_cookie_that_is_bound_to_the_host_and_kept_as_a_hash() {
    on_both(async |world| {
        let ana = person_with_password(&world, "ana@acme.example", "", "operations").await;
        let first = sign_in(&world.anonymous(), "ana@acme.example").await;
        let set = first.headers.get_all("set-cookie").iter().filter_map(|v| v.to_str().ok());
        let set = set.into_iter().find(|set| set.starts_with("__Host-device=")).expect("a cookie");
        for part in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age=34560000"] {
            assert!(set.contains(part), "{part}: {set}");
        }
        let secret = cookie(&first, "device").unwrap();
        let known = devices_of(&world, &ana).await;
        assert_eq!(known, [frame::secrets::hash(&secret)]);
        // The same browser stays the same device, another one is another.
        let again = sign_in(&same_browser(&world, &first), "ana@acme.example").await;
        assert_eq!(cookie(&again, "device").as_deref(), Some(secret.as_str()));
        assert_eq!(devices_of(&world, &ana).await, known);
        let other = sign_in(&world.anonymous(), "ana@acme.example").await;
        assert_ne!(cookie(&other, "device").as_deref(), Some(secret.as_str()));
        assert_eq!(devices_of(&world, &ana).await.len(), 2);
    });
}

#[test]
fn id_01_a_browser_cannot_bring_a_secret_that_was_not_made_here() {
    on_both(async |world| {
        let ana = person_with_password(&world, "ana@acme.example", "", "operations").await;
        for planted in ["short", &"x".repeat(43)] {
            let answer = sign_in(&in_browser(&world, planted), "ana@acme.example").await;
            assert_ne!(cookie(&answer, "device").as_deref(), Some(planted));
            let hash = frame::secrets::hash(planted);
            assert!(!devices_of(&world, &ana).await.contains(&hash), "{planted}");
        }
    });
}

#[test]
fn id_01_twenty_devices_of_a_person_are_known_and_the_oldest_is_forgotten_for_a_new_one() {
    on_both(async |world| {
        let ana = person_with_password(&world, "ana@acme.example", "", "operations").await;
        let mut answers = Vec::new();
        for minute in 0..21 {
            world.travel_to_instant(&format!("2026-01-05T09:{minute:02}:00Z")).await;
            answers.push(sign_in(&world.anonymous(), "ana@acme.example").await);
        }
        let hashes: Vec<String> = answers
            .iter()
            .rev()
            .map(|answer| frame::secrets::hash(&cookie(answer, "device").unwrap()))
            .collect();
        assert_eq!(devices_of(&world, &ana).await, hashes[..20]);
        assert_eq!(world.count("SELECT COUNT(*) FROM identity_devices").await, 20);
    });
}

#[test]
fn id_01_a_device_is_forgotten_when_it_was_not_used_for_400_days() {
    on_both(async |world| {
        person_with_password(&world, "ana@acme.example", "", "operations").await;
        let _ = sign_in(&world.anonymous(), "ana@acme.example").await;
        let devices = "SELECT COUNT(*) FROM identity_devices";
        world.travel_to_instant("2027-02-09T07:00:00Z").await;
        assert_eq!(world.count(devices).await, 1);
        world.travel_to_instant("2027-02-10T07:00:00Z").await;
        assert_eq!(world.count(devices).await, 0);
    });
}

/// Invites somebody, who accepts in this browser.
async fn enrols(world: &World, by: &Caller, email: &str, browser: &Caller) -> (UserId, Answer) {
    let fields = [("email", email), ("name", "Ben Ito"), ("roles", "seller")];
    let _ = by.post("/people", &fields).await.is(303);
    let path = mailed_path(world, email).await;
    let fields = [("name", "Ben Ito"), ("password", PASSWORD)];
    let answer = browser.post(&path, &fields).await.is(303);
    assert!(!session(&answer).is_empty());
    (user_of(world, email).await, answer)
}

#[test]
fn id_01_a_device_is_shared_when_one_accepted_an_invitation_where_the_other_signs_in() {
    on_both(async |world| {
        let [north, south] = world.partners(["North", "South"]).await;
        let carl = person_with_password(&world, "carl@acme.example", "", "operations").await;
        let dora = person_with_password(&world, "dora@acme.example", "", "operations").await;
        let (ben, accepted) =
            enrols(&world, &north.admin, "ben@north.example", &world.anonymous()).await;
        assert!(!shared(&world, &ben, &carl).await);
        assert!(!shared(&world, &ben, &ben).await);
        let browser = same_browser(&world, &accepted);
        let _ = sign_in(&browser, "carl@acme.example").await;
        assert!(shared(&world, &ben, &carl).await);
        // Elsewhere it is another device.
        let elsewhere = sign_in(&world.anonymous(), "dora@acme.example").await;
        assert!(!shared(&world, &ben, &dora).await);
        // Two who only sign in on a device share none: nobody accepted an invitation there.
        let _ = sign_in(&same_browser(&world, &elsewhere), "carl@acme.example").await;
        assert!(!shared(&world, &carl, &dora).await);
        // Somebody known accepts for a second side where another one signed in before.
        let fields = [("email", "ben@north.example"), ("name", "Ben"), ("roles", "seller")];
        let _ = south.admin.post("/people", &fields).await.is(303);
        let path = mailed_path(&world, "ben@north.example").await;
        let _ = same_browser(&world, &elsewhere).post(&path, &[("x", "1")]).await.is(303);
        assert!(shared(&world, &ben, &dora).await);
        let sides = "SELECT COUNT(*) FROM identity_device_enrolments WHERE partner_id <> ''";
        assert_eq!(world.count(sides).await, 2);
    });
}

#[test]
fn id_01_where_an_invitation_was_accepted_is_known_when_the_device_is_forgotten() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let carl = person_with_password(&world, "carl@acme.example", "", "operations").await;
        let (ben, accepted) =
            enrols(&world, &north.admin, "ben@north.example", &world.anonymous()).await;
        let browser = same_browser(&world, &accepted);
        let _ = sign_in(&browser, "carl@acme.example").await;
        for minute in 0..20 {
            world.travel_to_instant(&format!("2026-01-05T09:{minute:02}:00Z")).await;
            let _ = sign_in(&world.anonymous(), "ben@north.example").await;
        }
        let hash = frame::secrets::hash(&cookie(&accepted, "device").unwrap());
        assert!(!devices_of(&world, &ben).await.contains(&hash));
        assert!(shared(&world, &ben, &carl).await);
    });
}
