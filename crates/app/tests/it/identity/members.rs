//! Managing the people of a side, by pages and by the API.

use serde_json::json;
use testkit::on_both;

#[test]
fn id_01_a_removed_persons_session_is_dead_with_its_next_request() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let _ = north.seller.get("/partner").await.is(200);
        let path = format!("/people/{}/removal", north.seller.user_id);
        let _ = north.admin.get(&path).await.is(200).says("ends at once");
        let _ = north.admin.post(&path, &[]).await.is(303);
        let _ = north.seller.get("/partner").await.is(303);
        let _ = north.admin.get(&format!("/people/{}", north.seller.user_id)).await.is(404);
    });
}

#[test]
fn id_01_a_suspended_person_is_out_until_restored() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let path = format!("/people/{}/suspension", north.seller.user_id);
        let _ = north.admin.post(&path, &[("do", "suspend")]).await.is(303);
        let _ = north.seller.get("/partner").await.is(303);
        let _ = world
            .anonymous()
            .post("/sign-in/link", &[("email", &north.seller.email)])
            .await
            .is(303);
        world.run_jobs().await;
        assert!(world.mails_to(&north.seller.email).await.is_empty());
        let _ = north.admin.post(&path, &[("do", "restore")]).await.is(303);
        let _ = north.admin.get("/people").await.is(200).does_not_say("Suspended");
    });
}

#[test]
fn id_02_a_role_that_is_taken_is_gone_with_the_next_request() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let second = world.partner_user("second@north.example", &north.id, "admin").await;
        let _ = second.get("/people").await.is(200);
        let path = format!("/people/{}/roles", second.user_id);
        let _ = north.admin.post(&path, &[("roles", "seller")]).await.is(303);
        let _ = second.get("/people").await.is(403);
    });
}

#[test]
fn id_02_a_partner_admin_gives_no_role_of_the_vendor_and_reaches_no_other_side() {
    on_both(async |world| {
        let [north, south] = world.partners(["North", "South"]).await;
        let chief = world.vendor_user("chief@acme.example", "channel_chief").await;
        for role in ["channel_chief", "operations", "everything"] {
            let path = format!("/people/{}/roles", north.seller.user_id);
            let _ = north.admin.post(&path, &[("roles", role)]).await.is(422).says("Unknown here");
            let fields = [("email", "x@north.example"), ("name", "X"), ("roles", role)];
            let _ = north.admin.post("/people", &fields).await.is(422);
        }
        // A person of another side answers exactly as one who does not exist.
        let missing = "usr_00000000000000000000000000";
        for path in ["", "/removal"] {
            let of = async |id: &str| {
                let answer = north.admin.get(&format!("/people/{id}{path}")).await.is(404);
                answer.text().replace(id, "ID")
            };
            let nothing = of(missing).await;
            assert_eq!(of(&south.seller.user_id).await, nothing);
            assert_eq!(of(&chief.user_id).await, nothing);
        }
        for id in [&south.seller.user_id, &chief.user_id] {
            let _ = north.admin.post(&format!("/people/{id}/removal"), &[]).await.is(404);
        }
        let _ = north.admin.get(&format!("/partners/{}/people", south.id)).await.is(404);
        let _ = north.seller.get("/people").await.is(403);
    });
}

#[test]
fn id_02_nobody_gives_themselves_more_than_they_have() {
    on_both(async |world| {
        let ops = world.vendor_user("ops@acme.example", "operations").await;
        let path = format!("/people/{}/roles", ops.user_id);
        let both = [("roles", "operations"), ("roles", "channel_chief")];
        let _ = ops.post(&path, &both).await.refused_by("ID-02");
        let chief = world.vendor_user("chief@acme.example", "channel_chief").await;
        let _ = chief.post(&path, &both).await.is(303);
        let manager = world.vendor_user("pam@acme.example", "partner_manager").await;
        let own = format!("/people/{}/roles", manager.user_id);
        let _ = manager.post(&own, &[("roles", "channel_chief")]).await.is(403);
    });
}

#[test]
fn id_01_the_last_who_manages_people_cannot_leave() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let own = format!("/people/{}", north.admin.user_id);
        let _ = north.admin.post(&format!("{own}/removal"), &[]).await.refused_by("ID-01");
        let seller = [("roles", "seller")];
        let _ = north.admin.post(&format!("{own}/roles"), &seller).await.refused_by("ID-01");
        let suspend = [("do", "suspend")];
        let _ = north.admin.post(&format!("{own}/suspension"), &suspend).await.refused_by("ID-01");
        let _ = world.partner_user("second@north.example", &north.id, "admin").await;
        let _ = north.admin.post(&format!("{own}/removal"), &[]).await.is(303);
        let _ = north.admin.get("/people").await.is(303);
    });
}

#[test]
fn id_01_partner_users_are_invited_changed_and_removed_through_the_api() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let key = world.api_key(&north.id, "partner-people:manage").await;
        let body = json!({ "email": "ben@north.example", "name": "Ben", "roles": ["seller"] });
        let made = key.api("POST", "/api/v1/partner-users", &body).await.is(201);
        assert_eq!(made.json()["standing"], "invited");
        let path = made.location().to_owned();
        assert_eq!(world.mails_to("ben@north.example").await.len(), 1);
        let list = key.get("/api/v1/partner-users?limit=2").await.is(200).json();
        assert_eq!(list["data"].as_array().unwrap().len(), 2);
        let next = format!(
            "/api/v1/partner-users?limit=2&cursor={}",
            list["next_cursor"].as_str().unwrap()
        );
        let rest = key.get(&next).await.is(200).json();
        assert_eq!(rest["data"].as_array().unwrap().len(), 1);
        assert!(rest["next_cursor"].is_null());
        let wanted = json!({ "roles": ["seller", "admin"] });
        let _ = key.api("PATCH", &path, &wanted).await.is(428);
        let etag = key.get(&path).await.is(200).header("etag").to_owned();
        let headers = [("idempotency-key", "p1"), ("if-match", etag.as_str())];
        let changed = key.api_with("PATCH", &path, &wanted, &headers).await.is(200);
        assert_eq!(changed.json()["roles"], json!(["admin", "seller"]));
        let headers = [("idempotency-key", "p2"), ("if-match", etag.as_str())];
        let _ = key.api_with("PATCH", &path, &wanted, &headers).await.is(412);
        let _ = key.api("DELETE", &path, &json!(null)).await.is(204);
        let _ = key.get(&path).await.is(404);
    });
}

#[test]
fn id_03_people_of_another_partner_and_missing_ones_answer_alike_in_the_api() {
    on_both(async |world| {
        let [north, south] = world.partners(["North", "South"]).await;
        let key = world.api_key(&north.id, "partner-people:manage").await;
        let missing = "usr_00000000000000000000000000";
        let answer = async |id: &str, query: &str| {
            let answer = key.get(&format!("/api/v1/partner-users/{id}{query}")).await.is(404);
            answer.text().replace(id, "ID")
        };
        let nothing = answer(missing, "").await;
        assert_eq!(answer(&south.seller.user_id, "").await, nothing);
        let query = format!("?partner_id={}", south.id);
        assert_eq!(answer(&south.seller.user_id, &query).await, nothing);
        let _ = key.get("/api/v1/vendor-users").await.is(404);
        let vendor = world.api_key("", "partner-people:manage").await;
        let _ = vendor.get("/api/v1/partner-users").await.is(422).says("partner_id");
        let path = format!("/api/v1/partner-users?partner_id={}", south.id);
        let _ = vendor.get(&path).await.is(200).says("seller@south.example");
        let _ = vendor.get("/api/v1/vendor-users").await.is(403);
    });
}
