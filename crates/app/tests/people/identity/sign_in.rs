//! Signing in with passwords and mailed links.

use testkit::on_both;

use super::{PASSWORD, cookie, mailed_path, person_with_password, session};

#[test]
fn id_01_a_right_password_begins_a_session_in_a_cookie_bound_to_the_host() {
    on_both(async |world| {
        person_with_password(&world, "ana@acme.example", "", "operations").await;
        let nobody = world.anonymous();
        nobody.get("/sign-in").await.is(200).says("Send me a sign-in link");
        let fields = [("email", " Ana@Acme.example"), ("password", PASSWORD), ("next", "/people")];
        let answer = nobody.post("/sign-in", &fields).await.is(303);
        assert_eq!(answer.location(), "/people");
        let set = answer.header("set-cookie");
        assert!(set.starts_with("__Host-session="), "{set}");
        for part in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age=604800"] {
            assert!(set.contains(part), "{part}: {set}");
        }
        world.with_session(&session(&answer)).get("/people").await.is(200).says("Ana Ruiz");
    });
}

#[test]
fn id_01_a_wrong_password_and_an_unknown_address_read_the_same() {
    on_both(async |world| {
        person_with_password(&world, "ana@acme.example", "", "operations").await;
        let nobody = world.anonymous();
        let try_with = async |email: &str, password: &str| {
            let fields = [("email", email), ("password", password), ("next", "/")];
            let answer = nobody.post("/sign-in", &fields).await.is(422);
            assert_eq!(cookie(&answer, "session"), None);
            answer.text().replace(email, "ADDRESS")
        };
        let wrong = try_with("ana@acme.example", "not the password").await;
        let unknown = try_with("eve@acme.example", "not the password").await;
        assert_eq!(wrong, unknown);
        try_with("ana@acme.example", "").await;
        // A link can be asked for in both cases, and the answers are equal to the byte.
        let known = nobody.post("/sign-in/link", &[("email", "ana@acme.example")]).await.is(303);
        let other = nobody.post("/sign-in/link", &[("email", "eve@acme.example")]).await.is(303);
        assert_eq!((known.location(), &known.body), (other.location(), &other.body));
        world.run_jobs().await;
        assert_eq!(world.mails_to("ana@acme.example").await.len(), 1);
        assert!(world.mails_to("eve@acme.example").await.is_empty());
    });
}

#[test]
fn id_01_a_mailed_link_signs_in_once_and_not_by_being_opened() {
    on_both(async |world| {
        person_with_password(&world, "ana@acme.example", "", "operations").await;
        let nobody = world.anonymous();
        let _ = nobody.post("/sign-in/link", &[("email", "ana@acme.example")]).await.is(303);
        world.run_jobs().await;
        let path = mailed_path(&world, "ana@acme.example").await;
        for _ in 0..3 {
            let opened = nobody.get(&path).await.is(200).says("Sign in as Ana Ruiz");
            assert_eq!(cookie(&opened, "session"), None);
        }
        let answer = nobody.post(&path, &[("x", "1")]).await.is(303);
        let _ = world.with_session(&session(&answer)).get("/settings").await.is(200);
        let again = nobody.post(&path, &[("x", "2")]).await.is(410).says("already been used");
        assert_eq!(cookie(&again, "session"), None);
    });
}

#[test]
fn id_01_a_forgotten_password_is_replaced_by_a_mailed_link_and_every_session_ends() {
    on_both(async |world| {
        person_with_password(&world, "ana@acme.example", "", "operations").await;
        let nobody = world.anonymous();
        let fields = [("email", "ana@acme.example"), ("password", PASSWORD)];
        let before = session(&nobody.post("/sign-in", &fields).await.is(303));
        let _ = nobody.post("/password/forgotten", &[("email", "ana@acme.example")]).await.is(303);
        world.run_jobs().await;
        let path = mailed_path(&world, "ana@acme.example").await;
        let _ = nobody.get(&path).await.is(200).says("New password");
        let _ = nobody.post(&path, &[("password", "password1")]).await.is(422).says("too common");
        let _ = nobody.post(&path, &[("password", "a quite new one")]).await.is(303);
        let _ = nobody.post(&path, &[("password", "and yet another")]).await.is(410);
        assert_eq!(
            world.with_session(&before).get("/settings").await.is(303).location(),
            "/sign-in?next=%2Fsettings"
        );
        let _ = nobody.post("/sign-in", &fields).await.is(422);
        let fields = [("email", "ana@acme.example"), ("password", "a quite new one")];
        let _ = nobody.post("/sign-in", &fields).await.is(303);
    });
}

#[test]
fn id_01_signing_out_ends_the_session_on_the_server() {
    on_both(async |world| {
        let ana = world.vendor_user("ana@acme.example", "operations").await;
        let _ = ana.get("/settings").await.is(200);
        let _ = ana.post("/sign-out", &[]).await.is(303);
        let _ = ana.get("/settings").await.is(303);
    });
}

#[test]
fn id_01_a_form_without_the_token_or_from_another_site_changes_nothing() {
    on_both(async |world| {
        let ana = world.vendor_user("ana@acme.example", "operations").await;
        let pairs = [("name".to_owned(), "Eve".to_owned())];
        let _ = ana.post_raw("/settings", &pairs).await.is(403);
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("origin", "https://evil.example"),
        ];
        let body = bytes::Bytes::from_static(b"email=ana@acme.example&password=x");
        let method = http::Method::POST;
        let _ = world.anonymous().send(method, "/sign-in", &headers, body).await.is(403);
        let _ = ana.get("/settings").await.is(200).does_not_say("Eve");
    });
}

#[test]
fn id_01_a_session_ends_after_eight_idle_hours_for_the_vendor_and_a_day_for_a_partner() {
    on_both(async |world| {
        let north = world.partner("North").await;
        person_with_password(&world, "ana@acme.example", "", "operations").await;
        person_with_password(&world, "ben@north.example", &north.id, "seller").await;
        let enter = async |email: &str| {
            let fields = [("email", email), ("password", PASSWORD)];
            session(&world.anonymous().post("/sign-in", &fields).await.is(303))
        };
        let ana = world.with_session(&enter("ana@acme.example").await);
        let ben = world.with_session(&enter("ben@north.example").await);
        world.travel_to_instant("2026-01-05T16:00:00Z").await;
        let _ = ana.get("/settings").await.is(200);
        world.travel_to_instant("2026-01-06T00:00:00Z").await;
        let _ = ana.get("/settings").await.is(200);
        world.travel_to_instant("2026-01-06T08:00:00Z").await;
        let _ = ben.get("/settings").await.is(200);
        world.travel_to_instant("2026-01-06T08:00:00.000001Z").await;
        let _ = ana.get("/settings").await.is(303);
        world.travel_to_instant("2026-01-07T08:00:00.000001Z").await;
        let _ = ben.get("/settings").await.is(303);
    });
}

#[test]
fn id_01_a_session_ends_after_seven_days_however_much_it_is_used() {
    on_both(async |world| {
        let north = world.partner("North").await;
        person_with_password(&world, "ben@north.example", &north.id, "seller").await;
        let fields = [("email", "ben@north.example"), ("password", PASSWORD)];
        let ben = session(&world.anonymous().post("/sign-in", &fields).await.is(303));
        let ben = world.with_session(&ben);
        for day in 6..=11 {
            world.travel_to_instant(&format!("2026-01-{day:02}T08:00:00Z")).await;
            let _ = ben.get("/settings").await.is(200);
        }
        world.travel_to_instant("2026-01-12T07:59:59.999999Z").await;
        let _ = ben.get("/settings").await.is(200);
        world.travel_to_instant("2026-01-12T08:00:00Z").await;
        let _ = ben.get("/settings").await.is(303);
    });
}

#[test]
fn id_01_the_theme_is_kept_before_signing_in_and_leads_back_to_this_site_only() {
    on_both(async |world| {
        let nobody = world.anonymous();
        let fields = [("theme", "dark"), ("return_to", "/sign-in?next=%2Fpeople")];
        let answer = nobody.post("/theme", &fields).await.is(303);
        assert_eq!(answer.location(), "/sign-in?next=%2Fpeople");
        assert!(answer.header("set-cookie").starts_with("theme=dark"));
        let fields = [("theme", "dark"), ("return_to", "//evil.example")];
        assert_eq!(nobody.post("/theme", &fields).await.is(303).location(), "/");
    });
}
