//! What a service identity may do: never more than its owner, and never deciding.

use serde_json::json;
use testkit::on_both;

use super::{API, Office, fault, key_body, key_for, make, page, patch};

#[test]
fn id_04_a_service_identity_cannot_be_given_what_decides() {
    on_both(async |world| {
        let office = Office::open(&world).await;
        for scope in ["registrations:decide", "conflicts:decide"] {
            let body = json!({
                "name": "Robot", "scopes": ["accounts:read", scope],
                "expires_at": "2026-12-01T00:00:00Z"
            });
            let refused = office.ops_key.api("POST", API, &body).await.is(422);
            let words = format!("Only people can make decisions, not a service identity: {scope}");
            assert_eq!(fault(&refused.json(), "scopes"), words);
        }
        let service = make(&office.ops_key, "Robot", &["accounts:read"]).await;
        let change = json!({ "scopes": ["accounts:read", "registrations:decide"] });
        let refused = patch(&office.ops_key, &service, &change).await.is(422);
        let _ = refused
            .says("Only people can make decisions, not a service identity: registrations:decide");
        let body = key_body(&["registrations:decide"], "2026-11-01T00:00:00Z");
        let refused = office.ops_key.api("POST", &format!("{service}/keys"), &body).await.is(422);
        let _ = refused
            .says("Only people can make decisions, not a service identity: registrations:decide");
        let fields =
            [("name", "Bot"), ("scopes", "registrations:decide"), ("expires_at", "2026-04-04")];
        let _ = office
            .ops
            .post("/service-identities", &fields)
            .await
            .is(422)
            .says("Only people can make decisions");
    });
}

#[test]
fn id_04_a_service_identity_and_its_keys_never_get_more_than_their_maker_may() {
    on_both(async |world| {
        let office = Office::open(&world).await;
        // The chief may not look after jobs, and the key of operations may not import.
        let body = json!({
            "name": "Robot", "scopes": ["accounts:read", "operations:manage"],
            "expires_at": "2026-12-01T00:00:00Z"
        });
        let refused = office.chief_key.api("POST", API, &body).await.is(422);
        let _ = refused.says("You cannot grant permissions you do not have: operations:manage");
        let service = make(&office.ops_key, "Robot", &["accounts:read"]).await;
        let wider = json!({ "scopes": ["accounts:read", "imports:run"] });
        let refused = patch(&office.ops_key, &service, &wider).await.is(422);
        let _ = refused.says("You cannot grant permissions you do not have: imports:run");
        let body = key_body(&["accounts:write"], "2026-11-01T00:00:00Z");
        let refused = office.ops_key.api("POST", &format!("{service}/keys"), &body).await.is(422);
        let _ = refused.says("The service identity does not have: accounts:write");
    });
}

#[test]
fn id_04_what_is_taken_from_a_service_identity_is_gone_for_its_keys() {
    on_both(async |world| {
        let office = Office::open(&world).await;
        let both = ["accounts:read", "audit:read"];
        let service = make(&office.ops_key, "Robot", &both).await;
        let key = key_for(&world, &office.ops_key, &service, &both).await;
        let _ = key.get("/api/v1/audit-entries").await.is(200);
        let less = json!({ "scopes": ["accounts:read"] });
        let _ = patch(&office.ops_key, &service, &less).await.is(200);
        let _ = key.get("/api/v1/audit-entries").await.is(403);
        let _ = key.get("/api/v1/accounts").await.is(200);
        // What its owner may no longer do is gone as well, and comes back with the role.
        let roles = format!("/people/{}/roles", office.ops.user_id);
        let _ = office.chief.save(&roles, &[("roles", "finance")]).await.is(303);
        let _ = key.get("/api/v1/accounts").await.is(200);
        let _ = office.chief.save(&roles, &[("roles", "operations")]).await.is(303);
    });
}

#[test]
fn id_04_a_form_keeps_what_its_reader_may_not_give_and_an_overtaken_one_is_refused() {
    on_both(async |world| {
        let office = Office::open(&world).await;
        let both = ["accounts:read", "operations:manage"];
        let service = make(&office.ops_key, "Robot", &both).await;
        // A chief does not look after jobs: the form does not offer it and takes nothing away.
        let roles = format!("/people/{}/roles", office.ops.user_id);
        let _ = office.chief.save(&roles, &[("roles", "channel_chief")]).await.is(303);
        let at = format!("{}/edit", page(&service));
        let _ = office.ops.get(&at).await.is(200).does_not_say("operations:manage");
        let fields = [("name", "Robot"), ("purpose", "Accounts"), ("scopes", "accounts:read")];
        let mut sent = fields.to_vec();
        sent.push(("version", "1"));
        let _ = office.ops.post(&at, &sent).await.is(303);
        let shown = office.chief_key.get(&service).await.is(200).json();
        assert_eq!(shown["scopes"], json!(both));
        assert_eq!(shown["purpose"], "Accounts");
        let late = office.ops.post(&at, &sent).await.is(422);
        let _ = late.says("Someone else changed this");
    });
}
