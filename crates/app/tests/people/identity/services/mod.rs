//! Service identities, by pages and by the API.

mod lives;
mod owners;
mod scopes;

use serde_json::{Value, json};
use testkit::{Answer, Caller, World, on_both};

const API: &str = "/api/v1/service-identities";

/// Two administrators of the vendor, the first with a key for the API.
struct Office {
    ops: Caller,
    ops_key: Caller,
    chief: Caller,
    chief_key: Caller,
}

impl Office {
    async fn open(world: &World) -> Self {
        let ops = world.vendor_user("ops@acme.example", "operations").await;
        let chief = world.vendor_user("chief@acme.example", "channel_chief").await;
        let scopes = "api-keys:manage accounts:read accounts:write audit:read operations:manage \
                      registrations:decide conflicts:decide";
        let ops_key = world.key_of(&ops, "", scopes).await;
        let chief_key = world.key_of(&chief, "", scopes).await;
        Self { ops, ops_key, chief, chief_key }
    }

    async fn remove(&self, person: &Caller) {
        let by = if person.user_id == self.ops.user_id { &self.chief } else { &self.ops };
        let path = format!("/people/{}/removal", person.user_id);
        let _ = by.post(&path, &[]).await.is(303);
    }
}

/// A service identity through the API, with its address.
async fn make(key: &Caller, name: &str, scopes: &[&str]) -> String {
    let body = json!({ "name": name, "scopes": scopes, "expires_at": "2026-12-01T00:00:00Z" });
    key.api("POST", API, &body).await.is(201).location().to_owned()
}

fn key_body(scopes: &[&str], until: &str) -> Value {
    json!({ "name": "Production", "scopes": scopes, "expires_at": until })
}

/// A key for a service identity through the API.
async fn key_for(world: &World, by: &Caller, service: &str, scopes: &[&str]) -> Caller {
    let body = key_body(scopes, "2026-11-01T00:00:00Z");
    let made = by.api("POST", &format!("{service}/keys"), &body).await.is(201).json();
    world.with_key(made["secret"].as_str().unwrap())
}

/// Changes a service identity as it is now.
async fn patch(by: &Caller, service: &str, change: &Value) -> Answer {
    let etag = by.get(service).await.is(200).header("etag").to_owned();
    let once = format!("{etag}{change}").replace(|c: char| !c.is_ascii_alphanumeric(), "");
    let headers = [("idempotency-key", once.as_str()), ("if-match", etag.as_str())];
    by.api_with("PATCH", service, change, &headers).await
}

async fn take_over(by: &Caller, service: &str) -> Answer {
    by.api("POST", &format!("{service}/ownership"), &json!({})).await
}

/// What an answer says is wrong with a field.
fn fault(answer: &Value, field: &str) -> String {
    let all = answer["errors"].as_array().unwrap().iter();
    let found = all.filter(|one| one["field"] == field).map(|one| one["detail"].as_str().unwrap());
    found.collect::<Vec<_>>().join("; ")
}

fn page(service: &str) -> String {
    service.replace("/api/v1", "")
}

#[test]
fn id_04_a_service_identity_is_made_on_pages_and_acts_under_its_own_name() {
    on_both(async |world| {
        let office = Office::open(&world).await;
        let _ = office.ops.get("/service-identities").await.is(200).says("No service identities");
        let form = office.ops.get("/service-identities/new").await.is(200);
        let _ = form.says("imports:run").does_not_say("registrations:decide");
        let fields = [
            ("name", "CRM sync"),
            ("purpose", "Accounts from the CRM"),
            ("scopes", "accounts:read"),
            ("scopes", "accounts:write"),
            ("expires_at", "2026-04-04"),
        ];
        let made = office.ops.post("/service-identities", &fields).await.is(303);
        let service = made.location().to_owned();
        let shown = office.ops.get(&service).await.is(200);
        let _ =
            shown.says("CRM sync").says("Accounts from the CRM").says("No keys").says("Created");
        let key = [
            ("name", "Production"),
            ("scopes", "accounts:write"),
            ("expires_at", "2026-04-05T00:00:00Z"),
        ];
        let mut key = key.to_vec();
        key.push((web::IDEMPOTENCY_FIELD, "once"));
        let shown = office.ops.post(&format!("{service}/keys"), &key).await.is(200).text();
        let start = shown.find("ent_").expect("the key");
        let secret: String =
            shown[start..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        let program = world.with_key(&secret);
        let account = json!({ "name": "Initech" });
        let _ = program.api("POST", "/api/v1/accounts", &account).await.is(201);
        let _ = program.get("/api/v1/accounts").await.is(403).says("accounts:read");
        let again = office.ops.post(&format!("{service}/keys"), &key).await.is(200);
        let _ = again.does_not_say(&secret).says("shown once");
        let _ = office.ops.get(&service).await.is(200).says("Production").does_not_say(&secret);
        let entries = office.ops_key.get("/api/v1/audit-entries").await.is(200).json();
        let mut entries = entries["data"].as_array().unwrap().iter();
        let made = entries.find(|entry| entry["action"] == "account.created").unwrap();
        assert_eq!(made["details"]["name"], "CRM sync");
        assert_eq!(made["actor"], format!("user:{}", office.ops.user_id));
        let keys = office.chief.get("/api-keys").await.is(200);
        let _ = keys.says("CRM sync, service identity of ops");
    });
}

#[test]
fn id_04_faults_of_a_service_identity_are_told_by_field() {
    on_both(async |world| {
        let office = Office::open(&world).await;
        let _ = make(&office.ops_key, "Robot", &["accounts:read"]).await;
        let body = json!({ "name": "robot", "scopes": [], "expires_at": "2025-12-01T00:00:00Z" });
        let faults = office.ops_key.api("POST", API, &body).await.is(422).json();
        for (field, words) in
            [("name", "already"), ("scopes", "at least one"), ("expires_at", "in the future")]
        {
            let said = fault(&faults, field);
            assert!(said.contains(words), "{field}: {faults}");
        }
        let fields = [("name", ""), ("purpose", "x"), ("expires_at", "2026-04-04")];
        let form = office.ops.post("/service-identities", &fields).await.is(422);
        let _ = form.says("Enter a name").says("at least one permission");
    });
}

#[test]
fn id_03_each_side_sees_its_own_service_identities_only() {
    on_both(async |world| {
        let office = Office::open(&world).await;
        let [north, south] = world.partners(["North", "South"]).await;
        let scopes = "api-keys:manage partners:read";
        let north_key = world.key_of(&north.admin, &north.id, scopes).await;
        let south_key = world.key_of(&south.admin, &south.id, scopes).await;
        let of_vendor = make(&office.ops_key, "Robot", &["accounts:read"]).await;
        // Another side may use the same name.
        let of_north = make(&north_key, "Robot", &["partners:read"]).await;
        let missing = "svc_00000000000000000000000000";
        for (key, person, foreign) in [
            (&north_key, &north.admin, &of_vendor),
            (&south_key, &south.admin, &of_north),
            (&office.ops_key, &office.ops, &of_north),
        ] {
            let id = foreign.rsplit('/').next().unwrap();
            let answer = async |id: &str| {
                let answer = key.get(&format!("{API}/{id}")).await.is(404);
                answer.text().replace(id, "ID")
            };
            assert_eq!(answer(id).await, answer(missing).await);
            let _ = key.get(API).await.is(200).does_not_say(id);
            let _ = person.get("/service-identities").await.is(200).does_not_say(id);
            let _ = person.get(&page(foreign)).await.is(404);
            for path in ["edit", "keys/new", "ownership", "ending"] {
                let _ = person.get(&format!("{}/{path}", page(foreign))).await.is(404);
            }
            let _ = take_over(key, foreign).await.is(404);
            let _ = key.api("DELETE", foreign, &json!(null)).await.is(404);
            let body = key_body(&["partners:read"], "2026-11-01T00:00:00Z");
            let _ = key.api("POST", &format!("{foreign}/keys"), &body).await.is(404);
        }
        let _ = north.admin.get("/service-identities").await.is(200).says("Robot");
        let _ = north.seller.get("/service-identities").await.is(403);
        let file = office.ops.get("/service-identities.csv").await.is(200).text();
        assert_eq!(file.lines().count(), 2, "{file}");
        let file = north.admin.get("/service-identities.csv").await.is(200).text();
        assert!(file.lines().count() == 2 && file.contains("partners:read"), "{file}");
    });
}

#[test]
fn id_04_changes_of_a_service_identity_are_told_once_by_event_and_audit() {
    on_both(async |world| {
        let office = Office::open(&world).await;
        let body = json!({
            "name": "Robot", "scopes": ["accounts:read"], "expires_at": "2026-12-01T00:00:00Z"
        });
        let once = [("idempotency-key", "one")];
        let made = office.ops_key.api_with("POST", API, &body, &once).await.is(201);
        let again = office.ops_key.api_with("POST", API, &body, &once).await.is(201);
        assert_eq!(made.location(), again.location());
        let service = made.location().to_owned();
        let change = json!({ "purpose": "Accounts from the CRM" });
        let _ = patch(&office.ops_key, &service, &change).await.is(200);
        // What changes nothing is no change.
        let _ = patch(&office.ops_key, &service, &change).await.is(200);
        let _ = take_over(&office.chief_key, &service).await.is(200);
        office.remove(&office.chief).await;
        let _ = office.ops_key.api("DELETE", &service, &json!(null)).await.is(204);
        let id = service.rsplit('/').next().unwrap().to_owned();
        let told = world.act(move |cx| {
            let read = |sql: &str, cx: &mut frame::Cx<'_, '_>| {
                cx.tx.query(sql, db::params![&id], |row| row.text(0))
            };
            let feed = "SELECT kind FROM events_feed WHERE object_id = $1 ORDER BY seq";
            let trail = "SELECT action FROM audit_entries WHERE object_id = $1 ORDER BY seq";
            Ok((read(feed, cx)?, read(trail, cx)?))
        });
        let (events, audit) = told.await;
        let kinds = ["made", "changed", "taken_over", "dormant", "ended"];
        let kinds: Vec<String> =
            kinds.iter().map(|kind| format!("identity.service_{kind}")).collect();
        assert_eq!(events, kinds);
        assert_eq!(audit, kinds);
    });
}
