//! What people set for themselves: profile, password, second factor, sessions.

use http::Method;
use jiff::ToSpan;
use testkit::{
    World, on_both,
    steps::identity::{code, secret_of},
};

use super::{PASSWORD, cookie, person_with_password, session};

#[test]
fn id_01_the_second_factor_is_asked_for_and_a_code_works_once() {
    on_both(async |world| {
        person_with_password(&world, "ana@acme.example", "", "operations").await;
        let fields = [("email", "ana@acme.example"), ("password", PASSWORD)];
        let first = session(&world.anonymous().post("/sign-in", &fields).await.is(303));
        let ana = world.with_session(&first);
        let _ = ana.post("/settings/second-factor", &[]).await.is(303);
        let _ = ana.get("/settings/second-factor").await.is(200).says("<svg").says("Secret");
        let secret = secret_of(&world).await;
        let path = "/settings/second-factor/confirmation";
        let _ = ana.post(path, &[("one_time_code", "000000")]).await.is(422);
        let shown =
            ana.post(path, &[("one_time_code", &code(&world, &secret))]).await.is(200).text();
        let recovery = recovery_code(&shown);

        // The password alone begins no session any more.
        world.app.clock.set(world.app.clock.now().saturating_add(1.minutes()).unwrap());
        let answer = world.anonymous().post("/sign-in", &fields).await.is(303);
        assert!(answer.location().starts_with("/sign-in/code"), "{}", answer.location());
        assert_eq!(cookie(&answer, "session"), None);
        let step = cookie(&answer, "sign-in-step").unwrap();
        let present = code(&world, &secret);
        let _ = enter(&world, &step, "123456").await.is(422).says("code is wrong");
        let entered = enter(&world, &step, &present).await.is(303);
        let _ = world.with_session(&session(&entered)).get("/settings").await.is(200);
        // Neither the step nor the code can be used again.
        assert_eq!(enter(&world, &step, &present).await.is(303).location(), "/sign-in");
        let answer = world.anonymous().post("/sign-in", &fields).await.is(303);
        let step = cookie(&answer, "sign-in-step").unwrap();
        let _ = enter(&world, &step, &present).await.is(422).says("already been used");
        // A recovery code gets in, once.
        let _ = enter(&world, &step, &recovery.to_uppercase()).await.is(303);
        let answer = world.anonymous().post("/sign-in", &fields).await.is(303);
        let step = cookie(&answer, "sign-in-step").unwrap();
        let _ = enter(&world, &step, &recovery).await.is(422);
    });
}

#[test]
fn id_01_wrong_codes_elsewhere_do_not_close_the_second_step_of_a_known_browser() {
    on_both(async |world| {
        person_with_password(&world, "ana@acme.example", "", "operations").await;
        let fields = [("email", "ana@acme.example"), ("password", PASSWORD)];
        let first = world.anonymous().post("/sign-in", &fields).await.is(303);
        let (ana, own) =
            (world.with_session(&session(&first)), super::devices::same_browser(&world, &first));
        let _ = ana.post("/settings/second-factor", &[]).await.is(303);
        let secret = secret_of(&world).await;
        let path = "/settings/second-factor/confirmation";
        let _ = ana.post(path, &[("one_time_code", &code(&world, &secret))]).await.is(200);
        world.app.clock.set(world.app.clock.now().saturating_add(1.minutes()).unwrap());
        let stranger = world.anonymous();
        let step = cookie(&stranger.post("/sign-in", &fields).await.is(303), "sign-in-step");
        let step = step.unwrap();
        for _ in 0..5 {
            let _ = enter_in(&stranger, &step, "123456").await.is(422);
        }
        let present = code(&world, &secret);
        let _ = enter_in(&stranger, &step, &present).await.is(429);
        let step = cookie(&own.post("/sign-in", &fields).await.is(303), "sign-in-step").unwrap();
        for _ in 0..4 {
            let _ = enter_in(&own, &step, "123456").await.is(422);
        }
        let entered = enter_in(&own, &step, &present).await.is(303);
        let _ = world.with_session(&session(&entered)).get("/settings").await.is(200);
    });
}

async fn enter(world: &World, step: &str, code: &str) -> testkit::Answer {
    enter_in(&world.anonymous(), step, code).await
}

async fn enter_in(browser: &testkit::Caller, step: &str, code: &str) -> testkit::Answer {
    let cookie = format!("{}={step}", web::host_cookie_name("sign-in-step", true));
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("sec-fetch-site", "same-origin"),
        ("cookie", cookie.as_str()),
    ];
    let body = bytes::Bytes::from(format!("one_time_code={code}&next=%2F"));
    browser.send(Method::POST, "/sign-in/code", &headers, body).await
}

fn recovery_code(page: &str) -> String {
    page.split(|c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'))
        .find(|word| word.len() == 29 && word.split('-').all(|group| group.len() == 4))
        .expect("a recovery code")
        .to_owned()
}

#[test]
fn id_01_sessions_are_listed_and_ended_one_by_one_or_all_others() {
    on_both(async |world| {
        person_with_password(&world, "ana@acme.example", "", "operations").await;
        let fields = [("email", "ana@acme.example"), ("password", PASSWORD)];
        let mut all = Vec::new();
        for _ in 0..3 {
            let answer = world.anonymous().post("/sign-in", &fields).await.is(303);
            all.push(world.with_session(&session(&answer)));
        }
        let page = all[0].get("/settings/sessions").await.is(200).says("this session").text();
        assert_eq!(page.matches("name=\"session_id\"").count(), 3);
        let ids: Vec<String> =
            page.split("value=\"ses_").skip(1).map(|rest| format!("ses_{}", &rest[..26])).collect();
        let other = world.vendor_user("eve@acme.example", "operations").await;
        let theirs = [("session_id", ids[0].as_str())];
        let _ = other.post("/settings/sessions/end", &theirs).await.is(404);
        let _ = all[0].post("/settings/sessions/end-others", &[]).await.is(303);
        let _ = all[0].get("/settings").await.is(200);
        let _ = all[1].get("/settings").await.is(303);
        let _ = all[2].get("/settings").await.is(303);
        let _ = other.get("/settings").await.is(200);
    });
}

#[test]
fn id_01_a_password_changes_with_the_present_one_only_and_other_sessions_end() {
    on_both(async |world| {
        person_with_password(&world, "ana@acme.example", "", "operations").await;
        let fields = [("email", "ana@acme.example"), ("password", PASSWORD)];
        let here = world.anonymous().post("/sign-in", &fields).await.is(303);
        let here = world.with_session(&session(&here));
        let there = world.anonymous().post("/sign-in", &fields).await.is(303);
        let there = world.with_session(&session(&there));
        let path = "/settings/password";
        let change = async |old: &str, new: &str| {
            here.post(path, &[("old_password", old), ("password", new)]).await
        };
        let _ = change("not mine", "eleven blue birds").await.is(422).says("current password");
        let _ = change(PASSWORD, "qwertyuiop").await.is(422);
        let _ = change(PASSWORD, "eleven blue birds").await.is(303);
        let _ = here.get("/settings").await.is(200);
        let _ = there.get("/settings").await.is(303);
        let _ = world.anonymous().post("/sign-in", &fields).await.is(422);
    });
}

#[test]
fn id_01_a_profile_names_every_bad_field_and_keeps_nothing_of_it() {
    on_both(async |world| {
        let ana = world.vendor_user("ana@acme.example", "operations").await;
        let fields = [("name", ""), ("phone", "call me"), ("zone", "Mars/Base")];
        let _ = ana.post("/settings", &fields).await.is(422).says("Enter a name").says("time zone");
        let fields = [("name", "Ana\u{202E}"), ("phone", ""), ("zone", "Europe/Madrid")];
        let _ = ana.post("/settings", &fields).await.is(422).says("U+202E");
        let fields = [("name", "Ana Ruiz"), ("phone", "+34 91 123"), ("zone", "Europe/Madrid")];
        let _ = ana.post("/settings", &fields).await.is(303);
        let _ = ana.get("/settings").await.is(200).says("Ana Ruiz").says("Europe/Madrid");
    });
}

#[test]
fn id_03_a_key_has_no_settings_and_a_partner_none_of_the_vendor() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let _ = north.key.get("/settings").await.is(303);
        let _ = north.admin.get("/settings/vendor").await.is(404);
        let ops = world.vendor_user("ops@acme.example", "operations").await;
        let _ = ops.get("/settings/vendor").await.is(200).says("Acme");
        let fields = [("name", "Acme"), ("host", "elsewhere.example"), ("zone", "Europe/Berlin")];
        let _ = ops.post("/settings/vendor", &fields).await.is(422).says("nobody could sign in");
        let rep = world.vendor_user("rep@acme.example", "direct_rep").await;
        let _ = rep.get("/settings/vendor").await.is(403);
    });
}
