//! Inviting people and accepting.

use testkit::{on_both, on_each};

use super::{cookie, mailed_path, session};

#[test]
fn id_01_a_partner_admin_invites_and_the_person_accepts_once() {
    on_each(async |world| {
        let north = world.partner("North").await;
        let fields = [("email", "Ben@North.example"), ("name", "Ben Ito"), ("roles", "seller")];
        let _ = north.admin.post("/people", &fields).await.is(303);
        let _ = north.admin.get("/people").await.is(200).says("Ben Ito").says("Invited");
        let path = mailed_path(&world, "ben@north.example").await;
        let nobody = world.anonymous();
        let _ = nobody.get(&path).await.is(200).says("North").says("Seller");
        let _ = nobody.post(&path, &[("name", ""), ("password", "short")]).await.is(422);
        let fields = [("name", "Benjamin Ito"), ("password", "nine red apples")];
        let ben = session(&nobody.post(&path, &fields).await.is(303));
        let _ = world.with_session(&ben).get("/partner").await.is(200).says("North");
        let _ = nobody.post(&path, &fields).await.is(410).says("already been used");
        let _ = nobody.get(&path).await.is(410);
        let fields = [("email", "ben@north.example"), ("password", "nine red apples")];
        let _ = nobody.post("/sign-in", &fields).await.is(303);
    });
}

#[test]
fn id_01_an_invitation_expires_after_fourteen_days_and_a_new_one_replaces_it() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let fields = [("email", "ben@north.example"), ("name", "Ben Ito"), ("roles", "seller")];
        let _ = north.admin.post("/people", &fields).await.is(303);
        let first = mailed_path(&world, "ben@north.example").await;
        world.travel_to_instant("2026-01-19T07:59:59Z").await;
        let nobody = world.anonymous();
        let _ = nobody.get(&first).await.is(200);
        world.travel_to_instant("2026-01-19T08:00:00Z").await;
        let _ = nobody.get(&first).await.is(410).says("expired");
        let vendor = world.vendor_user("ops@acme.example", "operations").await;
        let base = format!("/partners/{}/people", north.id);
        let list = vendor.get(&base).await.is(200).text();
        let user = list.split(&format!("{base}/usr_")).nth(1).map(|rest| &rest[..26]);
        let mut again = None;
        for part in list.split("usr_").skip(1) {
            let id = format!("usr_{}", &part[..26]);
            let page = vendor.get(&format!("{base}/{id}")).await.is(200);
            if page.text().contains("ben@north.example") {
                again = Some(id);
            }
        }
        let id = again.unwrap_or_else(|| panic!("{user:?}"));
        let _ = vendor.post(&format!("{base}/{id}/invitation"), &[]).await.is(303);
        let _ = nobody.get(&first).await.is(410);
        let second = mailed_path(&world, "ben@north.example").await;
        assert_ne!(first, second);
        let _ = nobody.get(&second).await.is(200);
    });
}

#[test]
fn id_01_somebody_known_elsewhere_joins_a_second_partner_and_chooses_between_them() {
    on_both(async |world| {
        let [north, south] = world.partners(["North", "South"]).await;
        let email = north.seller.email.clone();
        let fields = [("email", email.as_str()), ("name", "Somebody"), ("roles", "seller")];
        let _ = south.admin.post("/people", &fields).await.is(303);
        // Who the person is elsewhere is not told to the second partner.
        let _ = south.admin.get("/people").await.is(200).says("Somebody").does_not_say("North");
        let path = mailed_path(&world, &email).await;
        let nobody = world.anonymous();
        let _ = nobody.get(&path).await.is(200).does_not_say("Password");
        let in_south = session(&nobody.post(&path, &[("x", "1")]).await.is(303));
        let person = world.with_session(&in_south);
        let _ = person.get("/partner").await.is(200).says("South").does_not_say("North");
        let _ = person.get("/memberships").await.is(200).says("North").says("South");
        let fields = [("partner_id", north.id.as_str()), ("next", "/partner")];
        let answer = person.post("/memberships", &fields).await.is(303);
        let in_north = world.with_session(&session(&answer));
        let _ = in_north.get("/partner").await.is(200).says("North").does_not_say("South");
        let _ = person.get("/partner").await.is(303);
        // Nobody acts for a partner to which it does not belong, or for the vendor.
        let east = world.partner("East").await;
        for other in [east.id.as_str(), ""] {
            let answer = in_north.post("/memberships", &[("partner_id", other)]).await.is(404);
            assert_eq!(cookie(&answer, "session"), None);
        }
    });
}
