//! API keys, by pages and by the API.

use serde_json::json;
use testkit::on_both;

#[test]
fn id_04_a_key_is_shown_once_and_works_within_its_scopes() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let fields = [("name", "CRM sync"), ("scopes", "partners:read"), ("days", "90")];
        let mut fields = fields.to_vec();
        fields.push((web::IDEMPOTENCY_FIELD, "twice"));
        let shown = north.admin.post("/api-keys", &fields).await.is(200).text();
        let start = shown.find("ent_").expect("the key");
        let secret: String =
            shown[start..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        let parts: Vec<usize> = secret.split('_').map(str::len).collect();
        assert_eq!(parts, [3, 8, 30, 6], "{secret}");
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
            let fields = [("name", "Too much"), ("scopes", scope), ("days", "90")];
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
