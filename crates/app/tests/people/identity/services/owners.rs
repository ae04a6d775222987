//! Who answers for a service identity, and what becomes of it when that person may not act.

use serde_json::json;
use testkit::on_both;

use super::{Office, key_body, key_for, make, page, patch, take_over};
use crate::identity::invite_back;

#[test]
fn id_04_a_service_whose_owner_is_removed_is_dormant_until_it_is_taken_over() {
    on_both(async |world| {
        let office = Office::open(&world).await;
        let service = make(&office.ops_key, "Robot", &["accounts:read"]).await;
        // Made in a session: the keys of the person end with the person.
        let form = [("name", "Key"), ("scopes", "accounts:read"), ("expires_at", "2026-02-03")];
        let shown =
            office.ops.post(&format!("{}/keys", page(&service)), &form).await.is(200).text();
        let start = shown.find("ent_").unwrap();
        let key = world.with_key(&shown[start..start + 77]);
        let _ = key.get("/api/v1/accounts").await.is(200);
        let person = format!("/people/{}", office.ops.user_id);
        let _ = office.chief.get(&person).await.is(200).says("Owns the service identities “Robot”");
        let asked = office.chief.get(&format!("{person}/removal")).await.is(200);
        let _ = asked.says("stop until another administrator takes them over: “Robot”");
        office.remove(&office.ops).await;
        let _ = key.get("/api/v1/accounts").await.is(401);
        let _ = office.chief.get("/inbox").await.is(200).says("“Robot” has stopped");
        assert_eq!(world.mails_to("chief@acme.example").await.len(), 1);
        let shown = office.chief.get(&page(&service)).await.is(200);
        let _ = shown.says("has no active access").says("Take over");
        // The same person comes back: nobody asked whether it answers for the program again.
        invite_back(&world, &office.chief, ("ops@acme.example", "operations")).await;
        let _ = office.chief.get(&person).await.is(200).does_not_say("Robot");
        let _ = key.get("/api/v1/accounts").await.is(401);
        assert_eq!(office.chief_key.get(&service).await.is(200).json()["standing"], "dormant");
        let taken = take_over(&office.chief_key, &service).await.is(200).json();
        assert_eq!(taken["owner_user_id"], json!(office.chief.user_id));
        assert_eq!(taken["standing"], "active");
        let _ = key.get("/api/v1/accounts").await.is(200);
        let _ = office.chief.get("/inbox").await.is(200).says("done");
    });
}

#[test]
fn id_04_a_service_whose_owner_is_suspended_stops_until_the_owner_is_restored() {
    on_both(async |world| {
        let office = Office::open(&world).await;
        let service = make(&office.ops_key, "Robot", &["accounts:read"]).await;
        let key = key_for(&world, &office.ops_key, &service, &["accounts:read"]).await;
        let path = format!("/people/{}/suspension", office.ops.user_id);
        let _ = office.chief.post(&path, &[("do", "suspend")]).await.is(303);
        let _ = key.get("/api/v1/accounts").await.is(401);
        let _ = office.chief.get("/inbox").await.is(200).says("“Robot” has stopped");
        let person = format!("/people/{}", office.ops.user_id);
        let _ = office
            .chief
            .get(&person)
            .await
            .is(200)
            .says("Stopped because this person has no access: “Robot”");
        let _ = office.chief.post(&path, &[("do", "restore")]).await.is(303);
        let _ = key.get("/api/v1/accounts").await.is(200);
        let shown = office.chief.get(&page(&service)).await.is(200);
        let _ = shown.says("Stopped: its owner lost access").says("Active again");
    });
}

#[test]
fn id_04_taking_over_narrows_to_what_the_new_owner_may() {
    on_both(async |world| {
        let office = Office::open(&world).await;
        let both = ["accounts:read", "operations:manage"];
        let service = make(&office.ops_key, "Robot", &both).await;
        let key = key_for(&world, &office.ops_key, &service, &both).await;
        let _ = key.get("/api/v1/jobs").await.is(200);
        let only_jobs = make(&office.ops_key, "Jobs", &["operations:manage"]).await;
        // The button says what follows before it is pressed.
        let path = format!("{}/ownership", page(&service));
        let asked = office.chief.get(&path).await.is(200);
        let _ = asked
            .says("It loses the permissions you do not have: operations:manage")
            .says("Its key keeps working");
        let _ = office.chief.post(&path, &[]).await.is(303);
        let _ = key.get("/api/v1/jobs").await.is(403);
        let _ = key.get("/api/v1/accounts").await.is(200);
        let shown = office.chief_key.get(&service).await.is(200).json();
        assert_eq!(shown["scopes"], json!(["accounts:read"]));
        let _ = office.ops.get("/inbox").await.is(200).says("took over “Robot”");
        // It does not come back with the owner of before.
        let _ = take_over(&office.ops_key, &service).await.is(200);
        let _ = key.get("/api/v1/jobs").await.is(403);
        let _ = take_over(&office.ops_key, &service).await.refused_by("ID-04");
        let _ = take_over(&office.chief_key, &only_jobs).await.refused_by("ID-04");
    });
}

#[test]
fn id_04_taking_over_can_revoke_the_keys_whose_secrets_others_know() {
    on_both(async |world| {
        let office = Office::open(&world).await;
        let service = make(&office.ops_key, "Robot", &["accounts:read"]).await;
        let key = key_for(&world, &office.ops_key, &service, &["accounts:read"]).await;
        let path = format!("{service}/ownership");
        let with_keys = json!({ "revoke_keys": true });
        let _ = office.chief_key.api("POST", &path, &with_keys).await.is(200);
        let _ = key.get("/api/v1/accounts").await.is(401);
        let key = key_for(&world, &office.chief_key, &service, &["accounts:read"]).await;
        let _ = key.get("/api/v1/accounts").await.is(200);
    });
}

#[test]
fn id_04_only_the_owner_gives_a_service_identity_keys_life_or_scopes() {
    on_both(async |world| {
        let office = Office::open(&world).await;
        let service = make(&office.ops_key, "Robot", &["accounts:read"]).await;
        let body = key_body(&["accounts:read"], "2026-11-01T00:00:00Z");
        let keys = format!("{service}/keys");
        let longer = json!({ "expires_at": "2027-12-01T00:00:00Z" });
        let _ = office.chief_key.api("POST", &keys, &body).await.refused_by("ID-04");
        let refused = patch(&office.chief_key, &service, &longer).await.refused_by("ID-04");
        let _ = refused.says("Take it over first");
        let shown = office.chief.get(&page(&service)).await.is(200);
        let _ = shown.does_not_say("Create a key").does_not_say("/expiry");
        for path in ["edit", "expiry", "keys/new"] {
            let path = format!("{}/{path}", page(&service));
            let _ = office.chief.get(&path).await.refused_by("ID-04");
            let _ = office.ops.get(&path).await.is(200);
        }
        let form = [("name", "Robot"), ("scopes", "accounts:read"), ("expires_at", "2026-02-03")];
        for path in ["edit", "expiry", "keys"] {
            let path = format!("{}/{path}", page(&service));
            let _ = office.chief.post(&path, &form).await.refused_by("ID-04");
        }
        let _ = take_over(&office.chief_key, &service).await.is(200);
        let _ = office.chief_key.api("POST", &keys, &body).await.is(201);
        let _ = patch(&office.chief_key, &service, &longer).await.is(200);
        let _ = office.ops_key.api("POST", &keys, &body).await.refused_by("ID-04");
    });
}
