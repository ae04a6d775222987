//! Managing the people of a side, by pages and by the API.

use serde_json::json;
use testkit::{on_both, on_sqlite};

#[test]
fn id_01_a_removed_persons_session_is_dead_with_its_next_request() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let _ = north.seller.get("/partner").await.is(200);
        let path = format!("/people/{}/removal", north.seller.user_id);
        let _ = north.admin.get(&path).await.is(200).says("end at once");
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
        let suspended = north.admin.get("/people?standing=suspended").await.is(200);
        let _ = suspended.does_not_say(&north.seller.email);
    });
}

#[test]
fn id_02_a_role_that_is_taken_is_gone_with_the_next_request() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let second = world.partner_user("second@north.example", &north.id, "admin").await;
        let _ = second.get("/people").await.is(200);
        let path = format!("/people/{}/roles", second.user_id);
        let _ = north.admin.save(&path, &[("roles", "seller")]).await.is(303);
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
            let _ = north.admin.save(&path, &[("roles", role)]).await.is(422).says("Unknown role");
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
        let _ = ops.save(&path, &both).await.refused_by("ID-02");
        let chief = world.vendor_user("chief@acme.example", "channel_chief").await;
        let _ = chief.save(&path, &both).await.is(303);
        let manager = world.vendor_user("pam@acme.example", "partner_manager").await;
        let own = format!("/people/{}/roles", manager.user_id);
        let _ = manager.save(&own, &[("roles", "channel_chief")]).await.is(403);
    });
}

#[test]
fn id_02_roles_that_somebody_else_changed_meanwhile_are_not_changed_back() {
    on_sqlite(async |world| {
        let chief = world.vendor_user("chief@acme.example", "channel_chief").await;
        let ops = world.vendor_user("ops@acme.example", "operations").await;
        let page = format!("/people/{}", ops.user_id);
        let path = format!("{page}/roles");
        let _ = chief.save(&path, &[("roles", "finance")]).await.is(303);
        let old = [("roles", "operations"), ("version", "1")];
        let told = chief.post(&path, &old).await.is(422);
        let _ = told.says("Someone else changed the roles: now Finance");
        let _ = chief.get(&page).await.is(200).says("Finance");
        let unversioned = chief.post(&path, &[("roles", "operations")]).await;
        let _ = unversioned.is(422).says("Someone else changed the roles");
        let _ = chief.save(&path, &[("roles", "operations")]).await.is(303);
    });
}

#[test]
fn id_01_the_last_who_manages_people_cannot_leave() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let own = format!("/people/{}", north.admin.user_id);
        let _ = north.admin.post(&format!("{own}/removal"), &[]).await.refused_by("ID-01");
        let seller = [("roles", "seller")];
        let _ = north.admin.save(&format!("{own}/roles"), &seller).await.refused_by("ID-01");
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

#[test]
fn id_03_page_file_and_api_of_people_hold_one_side_each() {
    on_both(async |world| {
        let [north, south] = world.partners(["North", "South"]).await;
        let chief = world.vendor_user("chief@acme.example", "channel_chief").await;
        let at = format!("/partners/{}/people", north.id);
        let page = chief.get(&at).await.is(200).does_not_say("@south.example");
        let _ = page.says("seller@north.example").says(&format!("{at}.csv"));
        let _ = chief.get(&at).await.says(&format!("{at}/new")).says("People of North");
        let file = chief.get(&format!("{at}.csv")).await.is(200).says("seller@north.example");
        assert_eq!(file.does_not_say("@south.example").text().lines().count(), 3);
        let file = chief.get("/people.csv").await.is(200).says("chief@acme.example");
        let _ = file.does_not_say("@north.example");
        let own = north.admin.get("/people.csv").await.is(200).says("admin@north.example");
        let _ = own.does_not_say("@south.example").does_not_say("@acme.example");
        for file in ["", ".csv"] {
            let _ = south.admin.get(&format!("{at}{file}")).await.is(404);
            let nobodys = "/partners/ptr_00000000000000000000000000/people";
            let _ = chief.get(&format!("{nobodys}{file}")).await.is(404);
        }
        let key = world.api_key("", "partner-people:manage vendor-people:manage").await;
        let of = |id: &str| format!("/api/v1/partner-users?limit=1&partner_id={id}");
        let body = key.get(&of(&north.id)).await.is(200).json();
        let cursor = body["next_cursor"].as_str().unwrap();
        let _ = key.get(&format!("{}&cursor={cursor}", of(&north.id))).await.is(200);
        let _ = key.get(&format!("{}&cursor={cursor}", of(&south.id))).await.is(422).says("cursor");
        let nobodys = of("ptr_00000000000000000000000000");
        let _ = key.get(&nobodys).await.is(404);
        let _ = key.get(&of("nobody")).await.is(404);
        let query = format!("/api/v1/vendor-users?partner_id={}", north.id);
        let _ = key
            .get(&query)
            .await
            .is(422)
            .says("Known parameters: q, standing, sort, cursor, limit");
    });
}

#[test]
fn id_01_people_are_found_by_the_name_that_is_shown_of_them() {
    on_both(async |world| {
        let [north, south] = world.partners(["North", "South"]).await;
        let (email, known_as) = ("zoe@north.example", "Zoe Known");
        let invite = async |by: &testkit::Caller, name: &str| {
            let form = [("email", email), ("name", name), ("roles", "seller")];
            let _ = by.post("/people", &form).await.is(303);
        };
        invite(&north.admin, known_as).await;
        world.run_jobs().await;
        invite(&south.admin, "Written By South").await;
        for (by, search, found) in [
            (&north.admin, "zoe+known", true),
            (&south.admin, "zoe+known", false),
            (&south.admin, "BY+SOUTH", true),
            (&south.admin, "zoe%40north", true),
        ] {
            let page = by.get(&format!("/people?q={search}")).await.is(200);
            assert_eq!(page.text().contains(email), found, "{search}");
        }
        let _ = south.admin.get("/people?standing=invited").await.is(200).says("Written By South");
        let page = south.admin.get("/people?standing=active").await.is(200);
        let _ = page.says("seller@south.example").does_not_say("Written By South");
    });
}

#[test]
fn id_01_a_patch_of_a_person_leaves_what_it_does_not_name() {
    on_both(async |world| {
        let key = world.api_key("", "vendor-people:manage").await;
        let body = json!({
            "email": "fin@acme.example", "name": "Fin", "roles": ["finance"], "territories": ["dach"],
        });
        let _ = key.api("POST", "/api/v1/vendor-users", &body).await.is(201);
        let person = world.vendor_user("ben@acme.example", "finance").await;
        let at = format!("/api/v1/vendor-users/{}", person.user_id);
        let mut number = 0;
        let mut patch = async |body: serde_json::Value| {
            let etag = key.get(&at).await.is(200).header("etag").to_owned();
            number += 1;
            let name = format!("p{number}");
            let headers = [("idempotency-key", name.as_str()), ("if-match", etag.as_str())];
            key.api_with("PATCH", &at, &body, &headers).await
        };
        let _ = patch(json!({ "territories": ["dach", "us-east"] })).await.is(200);
        let after = patch(json!({ "suspended": true })).await.is(200).json();
        assert_eq!(
            (&after["standing"], &after["roles"]),
            (&json!("suspended"), &json!(["finance"]))
        );
        let after = patch(json!({ "roles": ["executive"] })).await.is(200).json();
        assert_eq!(after["standing"], "suspended");
        let after = patch(json!({ "suspended": null })).await.is(200).json();
        assert_eq!(after["standing"], "suspended");
        assert_eq!(after["territories"], json!(["dach", "us-east"]));
        let _ = patch(json!({ "roles": ["admin"] })).await.is(422).says("Unknown role: admin");
        let _ = patch(json!({ "name": "Ben" })).await.is(422).says("roles, territories, suspended");
        let after = patch(json!({ "suspended": false, "territories": null })).await.is(200).json();
        assert_eq!((&after["standing"], &after["territories"]), (&json!("active"), &json!([])));
    });
}

#[test]
fn id_03_an_invitation_goes_to_the_side_that_its_door_names_only() {
    on_both(async |world| {
        let [north, south] = world.partners(["North", "South"]).await;
        let chief = world.vendor_user("chief@acme.example", "channel_chief").await;
        let own = world.api_key(&north.id, "partner-people:manage").await;
        let vendor = world.api_key("", "partner-people:manage vendor-people:manage").await;
        let to = |partner_id: &str| {
            json!({
                "partner_id": partner_id, "email": "zed@x.example", "name": "Zed", "roles": ["seller"],
            })
        };
        let users = "/api/v1/partner-users";
        let _ = own.api("POST", users, &to(&south.id)).await.is(404);
        let _ = vendor.api("POST", users, &to("ptr_00000000000000000000000000")).await.is(404);
        let _ = vendor.api("POST", users, &to("")).await.is(422).says("partner_id");
        let query = format!("{users}?partner_id={}", south.id);
        let _ = vendor.api("POST", &query, &to("")).await.is(422).says("partner_id");
        let wrong = vendor.api("POST", "/api/v1/vendor-users", &to(&south.id)).await.is(422);
        let _ = wrong.says("Invite partner users through partner-users");
        // A form takes the side from its address, whatever else is sent.
        for partner_id in [&south.id, &north.id] {
            let form = [
                ("partner_id", partner_id.as_str()),
                ("email", "zed@x.example"),
                ("name", "Zed"),
                ("roles", "seller"),
            ];
            let _ = chief.post("/people", &form).await.is(422).says("Unknown role: seller");
        }
        let form = [
            ("partner_id", south.id.as_str()),
            ("email", "zed@x.example"),
            ("name", "Zed"),
            ("roles", "seller"),
        ];
        let _ = north.admin.post("/people", &form).await.is(303);
        let _ = north.admin.get("/people").await.is(200).says("zed@x.example");
        let _ = south.admin.get("/people").await.is(200).does_not_say("zed@x.example");
    });
}
