//! API keys, by pages and by the API.

use serde_json::json;
use testkit::{Caller, World, on_both};

use super::invite_back;

/// A key made with a key through the API, until this instant; with its address.
async fn child(world: &World, parent: &Caller, scopes: &[&str], until: &str) -> (Caller, String) {
    let body = json!({ "name": "Child", "scopes": scopes, "expires_at": until });
    let made = parent.api("POST", "/api/v1/api-keys", &body).await.is(201);
    (world.with_key(made.json()["secret"].as_str().unwrap()), made.location().to_owned())
}

/// Gives a person of the vendor one role, by a colleague.
async fn give_role(by: &Caller, person: &Caller, role: &str) {
    let path = format!("/people/{}/roles", person.user_id);
    let _ = by.save(&path, &[("roles", role)]).await.is(303);
}

#[test]
fn id_04_a_key_is_shown_once_and_works_within_its_scopes() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let fields =
            [("name", "CRM sync"), ("scopes", "partners:read"), ("expires_at", "2026-04-04")];
        let mut fields = fields.to_vec();
        fields.push((web::IDEMPOTENCY_FIELD, "twice"));
        let shown = north.admin.post("/api-keys", &fields).await.is(200).text();
        let start = shown.find("ent_").expect("the key");
        let secret: String =
            shown[start..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        let parts: Vec<usize> = secret.split('_').map(str::len).collect();
        // What it is recognised by, the secret, the vendor, what catches a mistyped one.
        assert_eq!(parts, [3, 8, 30, 26, 6], "{secret}");
        let key = world.with_key(&secret);
        let _ = key.get(&format!("/api/v1/partners/{}", north.id)).await.is(200);
        let _ = key.get("/api/v1/api-keys").await.is(403);
        // Sent twice, the form makes one key, and the secret is nowhere to be read again.
        let again = north.admin.post("/api-keys", &fields).await.is(200);
        assert!(!again.text().contains(&secret));
        let _ = north.admin.get("/api-keys").await.is(200).says("CRM sync").does_not_say(&secret);
        let count =
            world.count("SELECT COUNT(*) FROM identity_api_keys WHERE name = 'CRM sync'").await;
        assert_eq!(count, 1);
        let mistyped = format!("{}x", &secret[..secret.len() - 1]);
        let _ = world.with_key(&mistyped).get("/api/v1/partners").await.is(401);
    });
}

#[test]
fn id_04_scopes_beyond_ones_own_are_refused() {
    on_both(async |world| {
        let north = world.partner("North").await;
        for scope in ["registrations:decide", "program:edit", "vendor-people:manage", "all"] {
            let fields = [("name", "Too much"), ("scopes", scope), ("expires_at", "2026-04-04")];
            let _ = north.admin.post("/api-keys", &fields).await.is(422);
        }
        let maker = world.api_key(&north.id, "api-keys:manage partners:read").await;
        let body = json!({
            "name": "Child", "scopes": ["partners:read", "registrations:submit"],
            "expires_at": "2026-06-01T00:00:00Z"
        });
        let _ =
            maker.api("POST", "/api/v1/api-keys", &body).await.is(422).says("registrations:submit");
        let _ = north.seller.get("/api-keys").await.is(403);
    });
}

#[test]
fn id_04_a_key_ends_at_its_instant_and_when_it_is_revoked() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let maker = world.api_key(&north.id, "api-keys:manage partners:read").await;
        let make = async |name: &str, expires_at: &str| {
            let body =
                json!({ "name": name, "scopes": ["partners:read"], "expires_at": expires_at });
            maker.api("POST", "/api/v1/api-keys", &body).await
        };
        let _ = make("Past", "2026-01-05T08:00:00Z").await.is(422);
        let _ = make("Too far", "2028-01-06T00:00:00Z").await.is(422);
        let brief = make("Short", "2026-01-05T09:00:00Z").await.is(201).json();
        let short = world.with_key(brief["secret"].as_str().unwrap());
        let long = make("Long", "2026-12-01T00:00:00Z").await.is(201);
        let revocable = world.with_key(long.json()["secret"].as_str().unwrap());
        world.travel_to_instant("2026-01-05T08:59:59.999999Z").await;
        let _ = short.get("/api/v1/partners").await.is(200);
        world.travel_to_instant("2026-01-05T09:00:00Z").await;
        let _ = short.get("/api/v1/partners").await.is(401);
        let _ = revocable.get("/api/v1/partners").await.is(200);
        let _ = maker.api("DELETE", long.location(), &json!(null)).await.is(204);
        let _ = revocable.get("/api/v1/partners").await.is(401);
        assert_eq!(maker.get(long.location()).await.is(200).json()["standing"], "revoked");
    });
}

#[test]
fn id_04_the_last_use_is_written_at_most_once_a_minute() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let key = world.api_key(&north.id, "partners:read api-keys:manage").await;
        let used = async || {
            let list = key.get("/api/v1/api-keys").await.is(200).json();
            let keys = list["data"].as_array().unwrap().clone();
            keys.iter()
                .find(|one| one["scopes"].as_array().unwrap().len() == 2)
                .map(|one| one["used_at"].as_str().unwrap_or("never").to_owned())
                .unwrap()
        };
        assert_eq!(used().await, "never");
        assert_eq!(used().await, "2026-01-05T08:00:00Z");
        world.travel_to_instant("2026-01-05T08:01:00Z").await;
        let _ = used().await;
        assert_eq!(used().await, "2026-01-05T08:00:00Z");
        world.travel_to_instant("2026-01-05T08:01:00.000001Z").await;
        let _ = used().await;
        assert_eq!(used().await, "2026-01-05T08:01:00.000001Z");
    });
}

#[test]
fn id_03_keys_of_another_partner_answer_like_missing_ones() {
    on_both(async |world| {
        let [north, south] = world.partners(["North", "South"]).await;
        let of_south = world.api_key(&south.id, "api-keys:manage").await;
        let list = of_south.get("/api/v1/api-keys").await.is(200).json();
        let foreign = list["data"][0]["id"].as_str().unwrap().to_owned();
        let of_north = world.api_key(&north.id, "api-keys:manage").await;
        let missing = "key_00000000000000000000000000";
        let answer = async |id: &str| {
            let answer = of_north.get(&format!("/api/v1/api-keys/{id}")).await.is(404);
            answer.text().replace(id, "ID")
        };
        assert_eq!(answer(&foreign).await, answer(missing).await);
        let path = format!("/api/v1/api-keys/{foreign}");
        let _ = of_north.api("DELETE", &path, &json!(null)).await.is(404);
        let _ = of_north.get("/api/v1/api-keys").await.is(200).does_not_say(&foreign);
    });
}

#[test]
fn id_04_a_key_gives_its_person_no_more_than_the_session_does() {
    on_both(async |world| {
        let ops = world.vendor_user("ops@acme.example", "operations").await;
        let key = world.key_of(&ops, "", "vendor-people:manage").await;
        let both = [("roles", "operations"), ("roles", "channel_chief")];
        let page = format!("/people/{}/roles", ops.user_id);
        let _ = ops.save(&page, &both).await.refused_by("ID-02");
        let path = format!("/api/v1/vendor-users/{}", ops.user_id);
        let etag = key.get(&path).await.is(200).header("etag").to_owned();
        let headers = [("idempotency-key", "more"), ("if-match", etag.as_str())];
        let wanted = json!({ "roles": ["operations", "channel_chief"] });
        let _ = key.api_with("PATCH", &path, &wanted, &headers).await.refused_by("ID-02");
        assert_eq!(key.get(&path).await.is(200).json()["roles"], json!(["operations"]));
    });
}

#[test]
fn id_04_a_role_that_is_taken_is_gone_for_the_persons_keys_with_the_next_request() {
    on_both(async |world| {
        let chief = world.vendor_user("chief@acme.example", "channel_chief").await;
        let ops = world.vendor_user("ops@acme.example", "operations").await;
        let key = world.key_of(&ops, "", "accounts:read audit:read api-keys:manage").await;
        let (made, at) =
            child(&world, &key, &["accounts:read", "audit:read"], "2026-06-01T00:00:00Z").await;
        for one in [&key, &made] {
            let _ = one.get("/api/v1/audit-entries").await.is(200);
        }
        // Direct representatives read accounts, and no audit trail.
        give_role(&chief, &ops, "direct_rep").await;
        for one in [&key, &made] {
            let _ = one.get("/api/v1/audit-entries").await.is(403).says("audit:read");
            let _ = one.get("/api/v1/accounts").await.is(200);
        }
        let of_chief = world.key_of(&chief, "", "api-keys:manage").await;
        let shown = of_chief.get(&at).await.is(200).json();
        assert_eq!(shown["scopes"], json!(["accounts:read", "audit:read"]));
        assert_eq!(shown["effective_scopes"], json!(["accounts:read"]));
        let _ = chief.get("/api-keys").await.is(200).says("Currently inactive: audit:read");
        give_role(&chief, &ops, "finance").await;
        let _ = key.get("/api/v1/audit-entries").await.is(200);
    });
}

#[test]
fn id_04_a_suspended_persons_keys_are_refused_until_the_person_is_restored() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let key = world.key_of(&north.seller, &north.id, "partners:read").await;
        let path = format!("/people/{}/suspension", north.seller.user_id);
        let _ = key.get("/api/v1/partners").await.is(200);
        let _ = north.admin.post(&path, &[("do", "suspend")]).await.is(303);
        let _ = key.get("/api/v1/partners").await.is(401);
        let _ = north.admin.get("/api-keys").await.is(200).says("Dormant");
        let _ = north.admin.post(&path, &[("do", "restore")]).await.is(303);
        let _ = key.get("/api/v1/partners").await.is(200);
    });
}

#[test]
fn id_04_a_removed_persons_keys_end_for_good_even_if_the_person_comes_back() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let key = world.key_of(&north.seller, &north.id, "partners:read").await;
        let _ = key.get("/api/v1/partners").await.is(200);
        let path = format!("/people/{}/removal", north.seller.user_id);
        let _ = north.admin.post(&path, &[]).await.is(303);
        let _ = key.get("/api/v1/partners").await.is(401);
        invite_back(&world, &north.admin, (&north.seller.email, "seller")).await;
        let path = format!("/people/{}", north.seller.user_id);
        let _ = north.admin.get(&path).await.is(200).says("Active");
        let _ = key.get("/api/v1/partners").await.is(401);
    });
}

#[test]
fn id_04_inviting_and_restoring_with_a_key_needs_what_its_person_may_at_present() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let second = world.partner_user("second@north.example", &north.id, "admin").await;
        let key = world.key_of(&second, &north.id, "partner-people:manage").await;
        let invite = |email: &str| json!({ "email": email, "name": "Ben", "roles": ["seller"] });
        let path = "/api/v1/partner-users";
        let _ = key.api("POST", path, &invite("ben@north.example")).await.is(201);
        let seller = format!("{path}/{}", north.seller.user_id);
        let suspend = format!("/people/{}/suspension", north.seller.user_id);
        let _ = north.admin.post(&suspend, &[("do", "suspend")]).await.is(303);
        give_role(&north.admin, &second, "seller").await;
        let _ = key.api("POST", path, &invite("eve@north.example")).await.is(403);
        let headers = [("idempotency-key", "restore"), ("if-match", "\"v2\"")];
        let restore = json!({ "suspended": false });
        let refused = key.api_with("PATCH", &seller, &restore, &headers).await;
        let _ = refused.is(403).says("partner-people:manage");
        assert!(world.mails_to("eve@north.example").await.is_empty());
        let suspended = north.admin.get("/people?standing=suspended").await.is(200);
        let _ = suspended.says(&north.seller.email);
    });
}

#[test]
fn id_04_a_key_made_with_a_key_does_not_outlive_it() {
    on_both(async |world| {
        let chief = world.vendor_user("chief@acme.example", "channel_chief").await;
        let parent = world.key_of(&chief, "", "api-keys:manage accounts:read").await;
        let scopes = ["api-keys:manage", "accounts:read"];
        let (middle, _) = child(&world, &parent, &scopes, "2026-06-01T12:00:00Z").await;
        let until =
            |at: &str| json!({ "name": "Low", "scopes": ["accounts:read"], "expires_at": at });
        let later = until("2026-06-01T12:00:00.000001Z");
        let refused = middle.api("POST", "/api/v1/api-keys", &later).await.is(422);
        let _ = refused.says("2026-06-01T12:00:00Z at the latest");
        let equal = until("2026-06-01T12:00:00Z");
        let made = middle.api("POST", "/api/v1/api-keys", &equal).await.is(201).json();
        assert_eq!(made["owner_user_id"], json!(chief.user_id));
        let above = middle.get("/api/v1/api-keys").await.is(200).json();
        assert_eq!(made["parent_id"], above["data"][1]["id"]);
    });
}

#[test]
fn id_04_revoking_a_key_ends_those_made_with_it_and_with_those_at_once() {
    on_both(async |world| {
        let chief = world.vendor_user("chief@acme.example", "channel_chief").await;
        let top = world.key_of(&chief, "", "api-keys:manage accounts:read").await;
        let (scopes, until) = (["api-keys:manage", "accounts:read"], "2026-06-01T00:00:00Z");
        let (parent, at) = child(&world, &top, &scopes, until).await;
        let (middle, _) = child(&world, &parent, &scopes, until).await;
        let (lowest, _) = child(&world, &middle, &["accounts:read"], until).await;
        let (beside, _) = child(&world, &top, &["accounts:read"], until).await;
        let _ = lowest.get("/api/v1/accounts").await.is(200);
        let _ = top.api("DELETE", &at, &json!(null)).await.is(204);
        for ended in [&parent, &middle, &lowest] {
            let _ = ended.get("/api/v1/accounts").await.is(401);
        }
        for kept in [&top, &beside] {
            let _ = kept.get("/api/v1/accounts").await.is(200);
        }
    });
}
