//! How long service identities and their keys live, and what ends with what.

use serde_json::json;
use testkit::on_both;

use super::{API, Office, key_body, key_for, make, page, patch, take_over};

#[test]
fn id_04_a_service_identity_lives_two_years_at_most_and_is_extended_by_its_owner() {
    on_both(async |world| {
        let office = Office::open(&world).await;
        let service = make(&office.ops_key, "Robot", &["accounts:read"]).await;
        let key = key_for(&world, &office.ops_key, &service, &["accounts:read"]).await;
        let until = |at: &str| json!({ "expires_at": at });
        // The world's clock stands at 2026-01-05T08:00:00Z; two years are 730 days.
        let too_far = until("2028-01-05T08:00:00.000001Z");
        let _ = patch(&office.ops_key, &service, &too_far).await.is(422).says("two years from now");
        let _ = patch(&office.ops_key, &service, &until("2026-01-05T08:00:00Z")).await.is(422);
        let _ = patch(&office.ops_key, &service, &until("2028-01-05T08:00:00Z")).await.is(200);
        let _ = patch(&office.ops_key, &service, &until("2026-02-01T00:00:00Z")).await.is(200);
        world.travel_to_instant("2026-01-31T23:59:59.999999Z").await;
        let _ = key.get("/api/v1/accounts").await.is(200);
        world.travel_to_instant("2026-02-01T00:00:00Z").await;
        let _ = key.get("/api/v1/accounts").await.is(401);
        let shown = office.ops.get(&page(&service)).await.is(200);
        let _ = shown.says("It has expired").says("Extend");
        let path = format!("{}/expiry", page(&service));
        // A form has the last day, until the end of which it works.
        let form = office.ops.get(&path).await.is(200);
        let _ = form.says("<option value=\"2028-01-31\">730 days</option>");
        let _ = office.ops.post(&path, &[("expires_at", "2028-02-01")]).await.is(422);
        let _ = office
            .ops
            .post(&path, &[("expires_at", "")])
            .await
            .is(422)
            .says("Choose when it expires");
        let _ = office.ops.post(&path, &[("expires_at", "2028-01-31")]).await.is(303);
        let shown = office.ops_key.get(&service).await.is(200).json();
        assert_eq!(shown["expires_at"], "2028-02-01T00:00:00Z");
        assert_eq!(office.ops_key.get(&service).await.is(200).json()["standing"], "active");
    });
}

#[test]
fn id_04_a_key_of_a_service_identity_does_not_outlive_it() {
    on_both(async |world| {
        let office = Office::open(&world).await;
        let service = make(&office.ops_key, "Robot", &["accounts:read"]).await;
        let keys = format!("{service}/keys");
        let later = key_body(&["accounts:read"], "2026-12-01T00:00:00.000001Z");
        let refused = office.ops_key.api("POST", &keys, &later).await.is(422);
        let _ = refused.says("its service identity: 2026-12-01T00:00:00Z at the latest");
        let equal = key_body(&["accounts:read"], "2026-12-01T00:00:00Z");
        let _ = office.ops_key.api("POST", &keys, &equal).await.is(201);
        // The page offers no life beyond it.
        let form = office.ops.get(&format!("{}/keys/new", page(&service))).await.is(200);
        let _ = form.says("90 days").does_not_say("365 days");
        let fields = [("name", "Key"), ("scopes", "accounts:read"), ("expires_at", "2026-12-01")];
        let refused = office.ops.post(&page(&keys), &fields).await.is(422);
        let _ =
            refused.says("cannot outlive its service identity: 1 Dec 2026, 01:00 at the latest");
    });
}

#[test]
fn id_04_a_key_made_with_a_services_key_belongs_to_the_same_service() {
    on_both(async |world| {
        let office = Office::open(&world).await;
        let scopes = ["api-keys:manage", "accounts:read"];
        let service = make(&office.ops_key, "Robot", &scopes).await;
        let other = make(&office.ops_key, "Other", &scopes).await;
        let key = key_for(&world, &office.ops_key, &service, &scopes).await;
        let body = key_body(&["accounts:read"], "2026-10-01T00:00:00Z");
        for path in ["/api/v1/api-keys", &format!("{service}/keys")] {
            let made = key.api("POST", path, &body).await.is(201).json();
            assert_eq!(format!("{API}/{}", made["service_id"].as_str().unwrap()), service);
            assert!(made["parent_id"].is_string());
        }
        let _ = key.api("POST", &format!("{other}/keys"), &body).await.refused_by("ID-04");
        // A program does not prolong its own life, nor make or take over another.
        let longer = json!({ "expires_at": "2027-12-01T00:00:00Z" });
        let _ = patch(&key, &service, &longer).await.refused_by("ID-04");
        let _ = take_over(&key, &other).await.refused_by("ID-04");
        let body = json!({ "name": "Third", "scopes": ["accounts:read"], "expires_at": "2026-12-01T00:00:00Z" });
        let _ = key.api("POST", API, &body).await.refused_by("ID-04");
        // Neither does a key that nobody owns: nobody would answer for it.
        let nobodys = world.api_key("", "api-keys:manage accounts:read").await;
        let _ = nobodys.api("POST", API, &body).await.refused_by("ID-04");
        let _ = take_over(&nobodys, &other).await.refused_by("ID-04");
    });
}

#[test]
fn id_04_a_services_key_made_with_a_persons_key_ends_with_it() {
    on_both(async |world| {
        let office = Office::open(&world).await;
        let maker = world.key_of(&office.ops, "", "api-keys:manage accounts:read").await;
        let service = make(&office.ops_key, "Robot", &["accounts:read"]).await;
        let key = key_for(&world, &maker, &service, &["accounts:read"]).await;
        let _ = key.get("/api/v1/accounts").await.is(200);
        let id = world.act(|cx| {
            Ok(cx.tx.query_one(
                "SELECT parent_key_id FROM identity_api_keys WHERE service_id <> ''",
                &[],
                |row| row.text(0),
            )?)
        });
        let path = format!("/api/v1/api-keys/{}", id.await);
        let _ = office.chief_key.api("DELETE", &path, &json!(null)).await.is(204);
        let _ = maker.get("/api/v1/accounts").await.is(401);
        let _ = key.get("/api/v1/accounts").await.is(401);
    });
}

#[test]
fn id_04_a_service_that_has_ended_has_no_keys_and_stays_ended() {
    on_both(async |world| {
        let office = Office::open(&world).await;
        let service = make(&office.ops_key, "Robot", &["accounts:read"]).await;
        let key = key_for(&world, &office.ops_key, &service, &["accounts:read"]).await;
        let _ = key.get("/api/v1/accounts").await.is(200);
        // Any administrator of the side may stop a program.
        let path = format!("{}/ending", page(&service));
        let _ = office.chief.get(&path).await.is(200).says("All its keys are revoked");
        let _ = office.chief.post(&path, &[]).await.is(303);
        let _ = key.get("/api/v1/accounts").await.is(401);
        let shown = office.ops_key.get(&service).await.is(200).json();
        assert_eq!((&shown["standing"], shown["ended_at"].is_string()), (&json!("ended"), true));
        let body = key_body(&["accounts:read"], "2026-11-01T00:00:00Z");
        let keys = format!("{service}/keys");
        let refused = office.ops_key.api("POST", &keys, &body).await.refused_by("ID-04");
        let _ = refused.says("has ended");
        let change = json!({ "purpose": "None" });
        let _ = patch(&office.ops_key, &service, &change).await.refused_by("ID-04");
        let _ = take_over(&office.chief_key, &service).await.refused_by("ID-04");
        let _ = office.chief_key.api("DELETE", &service, &json!(null)).await.is(204);
        // The name is free again.
        let _ = make(&office.ops_key, "Robot", &["accounts:read"]).await;
    });
}
