//! Lists, swept over the route table: what the frame promises of one list holds for each.

use serde_json::{Value, json};
use testkit::{Answer, Caller, Partner, World, on_each, on_sqlite};

use super::{all_scopes, errors};

/// The addresses of all declared lists in the API.
fn lists(world: &World) -> Vec<&'static str> {
    let declared = world.app.table.routes().iter().filter(|route| {
        route.doc.as_ref().is_some_and(|doc| doc.parameters.is_some()) && !route.path.contains('{')
    });
    declared.map(|route| route.path).collect()
}

/// The address of the link with this text.
fn link(page: &Answer, text: &str) -> String {
    let html = page.text();
    let before = html.split(&format!(">{text}<")).next().unwrap();
    let href = before.rsplit("href=\"").next().unwrap();
    href.split('"').next().unwrap().replace("&amp;", "&")
}

fn ids(body: &Value) -> Vec<String> {
    let rows = body["data"].as_array().unwrap().iter();
    // An entry of the audit trail has its number in place of an id.
    rows.map(|row| row.get("id").unwrap_or(&row["sequence"]).to_string()).collect()
}

#[test]
fn ap_01_every_list_names_a_parameter_that_it_does_not_have_and_those_that_it_has() {
    on_sqlite(async |world| {
        let north = world.partner("North").await;
        let key = world.api_key("", &all_scopes()).await;
        let all = lists(&world);
        assert!(all.contains(&"/api/v1/partners"), "{all:?}");
        for list in all.into_iter().filter(|list| !list.ends_with(EXPORT)) {
            let answer = key.get(&format!("{list}?colour=red&limit=0&sort=colour")).await.is(422);
            let told = errors(&answer);
            let said = &told["colour"];
            assert!(
                said.contains("Known parameters: ") && said.contains("sort, cursor, limit"),
                "{list}"
            );
            assert!(told.contains_key("limit") && told.contains_key("sort"), "{list}");
            let at = asked(list, &north.id);
            let answer = key.get(&format!("{at}cursor=nonsense")).await.is(422);
            assert!(errors(&answer).contains_key("cursor"), "{list}");
        }
    });
}

/// The lists in which this world has few rows or none: the stories of their own slices page through
/// them.
const EMPTY: [&str; 5] = [
    "/api/v1/conflict-precedents",
    "/api/v1/conflicts",
    "/api/v1/direct-attempts",
    "/api/v1/imports",
    "/api/v1/notices",
];

/// A list as one file of lines, which is not read page by page.
const EXPORT: &str = ".ndjson";

/// Orders in which only some of the rows have a place.
const OF_SOME: [&str; 4] = ["due", "expires", "lapses", "amount"];

/// The address of a list with the parameters without which it answers nothing.
fn asked(list: &str, partner_id: &str) -> String {
    match list {
        "/api/v1/partner-users" => format!("{list}?partner_id={partner_id}&"),
        _ => format!("{list}?"),
    }
}

/// A deal that can be registered.
fn deal(name: &str) -> Value {
    let document = domain::program::Document::default_document();
    let product = document.products.iter().find(|product| product.registrable).unwrap();
    json!({
        "submit": true, "account_name": name, "account_country": "DE",
        "account_domain": format!("{name}.com"),
        "contact_email": format!("ana@{name}.com"),
        "products": [{ "code": product.code, "quantity": 1 }],
        "amount": { "minor": 5_000_000, "currency": "EUR" }, "close_on": "2027-06-30",
        "evidence_note": "We met their head of purchasing.",
    })
}

/// Four deals that are approved and four that wait.
async fn register(world: &World, chief: &Caller, partner: &Partner) {
    let decides = world.key_of(chief, "", &all_scopes()).await;
    let deals = world.key_of(&partner.seller, &partner.id, &all_scopes()).await;
    let names =
        ["soylent", "tyrell", "cyberdyne", "wonka", "acmecola", "oscorp", "vandelay", "bluth"];
    for (place, name) in names.into_iter().enumerate() {
        let path = "/api/v1/deal-registrations";
        let made = deals.api("POST", path, &deal(name)).await.is(201).json();
        if place >= 4 {
            let path = format!("{path}/{}/decision", made["id"].as_str().unwrap());
            let decision = json!({ "decision": "approve", "new_account": true });
            let _ = decides.api("POST", &path, &decision).await.is(200);
        }
    }
}

/// Four accounts with an opportunity each, eight deals, and as many people of the vendor and of a partner, keys and service identities. Names repeat, so that
/// the id decides between equals.
async fn fill(world: &World, key: &Caller, partner: &Partner) {
    let partner_id = &partner.id;
    let chief = world.vendor_user("chief@acme.example", "channel_chief").await;
    register(world, &chief, partner).await;
    let own = world.key_of(&chief, "", "api-keys:manage accounts:read").await;
    for name in ["Initech", "Globex", "Umbrella", "Hooli"] {
        let email = format!("{}@acme.example", name.to_lowercase());
        let mut body = json!({ "email": email, "name": "Ana", "roles": ["finance"] });
        let _ = key.api("POST", "/api/v1/vendor-users", &body).await.is(201);
        body["partner_id"] = json!(partner_id);
        body["roles"] = json!(["seller"]);
        let _ = key.api("POST", "/api/v1/partner-users", &body).await.is(201);
        let body = json!({
            "name": name, "scopes": ["accounts:read"], "expires_at": "2026-06-01T00:00:00Z",
        });
        let _ = own.api("POST", "/api/v1/service-identities", &body).await.is(201);
        let _ = own.api("POST", "/api/v1/api-keys", &body).await.is(201);
        let body = json!({ "name": name, "country": "DE" });
        let account = key.api("POST", "/api/v1/accounts", &body).await.is(201).json();
        let body = json!({
            "account_id": account["id"], "name": "Archive", "opened_on": "2026-01-05",
            "amount": { "minor": 1000, "currency": "EUR" },
        });
        let _ = key.api("POST", "/api/v1/direct-opportunities", &body).await.is(201);
    }
}

#[test]
fn ap_01_every_list_pages_through_the_same_rows_in_every_order() {
    on_each(async |world| {
        let [cedar, alder, ..] = world.partners(["Cedar", "Alder", "Birch", "Dogwood"]).await;
        let key = world.api_key("", &all_scopes()).await;
        fill(&world, &key, &cedar).await;
        // What one of them holds is refused to another.
        let rival = world.key_of(&alder.seller, &alder.id, &all_scopes()).await;
        for name in ["acmecola", "oscorp", "vandelay", "bluth"] {
            let _ = rival.api("POST", "/api/v1/deal-registrations", &deal(name)).await.is(409);
        }
        let table = &world.app.table;
        for route in table.routes() {
            let Some(parameters) = route.doc.as_ref().and_then(|doc| doc.parameters) else {
                continue;
            };
            if route.path.ends_with(EXPORT) {
                continue;
            }
            let sorts = parameters().into_iter().find(|(name, _)| name == "sort").unwrap().1;
            let at = asked(route.path, &cedar.id);
            let whole = ids(&key.get(&format!("{at}limit=200")).await.is(200).json());
            assert!(EMPTY.contains(&route.path) || whole.len() > 3, "{}: {whole:?}", route.path);
            for sort in sorts.trim_start_matches("One of: ").split(", ") {
                let first = format!("{at}limit=3&sort={sort}");
                let of_some = OF_SOME.contains(&sort.trim_start_matches('-'));
                let (mut seen, mut path) = (Vec::new(), first.clone());
                loop {
                    let body = key.get(&path).await.is(200).json();
                    seen.extend(ids(&body));
                    let Some(cursor) = body["next_cursor"].as_str() else { break };
                    path = format!("{first}&cursor={cursor}");
                }
                let mut sorted = (seen.clone(), whole.clone());
                sorted.0.sort();
                sorted.1.sort();
                if of_some && route.path == "/api/v1/deal-registrations" {
                    assert_eq!(sorted.0.len(), 4, "{} by {sort}", route.path);
                } else {
                    assert_eq!(sorted.0, sorted.1, "{} by {sort}", route.path);
                }
                let turned = match sort.strip_prefix('-') {
                    Some(name) => name.to_owned(),
                    None => format!("-{sort}"),
                };
                let path = format!("{at}limit=200&sort={turned}");
                let mut back = ids(&key.get(&path).await.is(200).json());
                back.reverse();
                assert_eq!(seen, back, "{} by {sort} and {turned}", route.path);
            }
        }
    });
}

#[test]
fn ux_01_a_page_of_a_list_leads_forward_and_back_to_the_same_rows() {
    on_each(async |world| {
        for number in 0..60 {
            let _ = world.partner(&format!("Partner {number:02}")).await;
        }
        let person = world.vendor_user("pam@acme.example", "partner_manager").await;
        let first = person.get("/partners?sort=-name").await.is(200);
        let _ = first.clone().says("Partner 59").says("Partner 10").does_not_say("Partner 09");
        let second = person.get(&link(&first, "Next")).await.is(200);
        let _ = second.clone().says("Partner 09").says("Partner 00").does_not_say("Partner 10");
        let back = person.get(&link(&second, "Previous")).await.is(200);
        let _ = back.says("Partner 59").says("Partner 10").does_not_say("Partner 09");
        let file = person.get("/partners.csv?sort=-name").await.is(200).text();
        assert_eq!(file.lines().count(), 61);
        assert!(file.lines().nth(1).unwrap().contains("Partner 59"), "{file}");
    });
}

#[test]
fn ap_01_a_cursor_of_another_filter_or_order_is_refused() {
    on_sqlite(async |world| {
        let _ = world.partners(["Cedar", "Alder", "Birch"]).await;
        let key = world.api_key("", &all_scopes()).await;
        let body = key.get("/api/v1/partners?limit=1&q=e").await.is(200).json();
        let cursor = body["next_cursor"].as_str().unwrap();
        for other in ["q=a", "q=e&sort=-name", "q=e&sort=created", "q=e&status=active", ""] {
            let answer = key.get(&format!("/api/v1/partners?{other}&cursor={cursor}")).await;
            let _ = answer.is(422).says("cursor");
        }
    });
}

#[test]
fn ap_01_an_address_of_before_leads_to_the_names_of_today() {
    on_sqlite(async |world| {
        let person = world.vendor_user("pam@acme.example", "partner_manager").await;
        let answer = person.get("/partners?manager=none&after=abc&sort=name").await.is(303);
        assert_eq!(answer.header("location"), "/partners?manager_user_id=none&sort=name");
        let _ = person.get("/partners?status=gone").await.is(422).says("onboarding");
    });
}

#[test]
fn a_search_for_signs_of_a_pattern_finds_these_signs() {
    on_each(async |world| {
        let _ = world.partners(["100% Nord", "100 Nord", "Big_Nord", "Big Nord"]).await;
        let key = world.api_key("", &all_scopes()).await;
        for (search, wanted) in [("100%25", 1), ("g_n", 1), ("NORD", 4), ("%25", 1), ("!", 0)] {
            let body = key.get(&format!("/api/v1/partners?q={search}")).await.is(200).json();
            assert_eq!(body["data"].as_array().unwrap().len(), wanted, "{search}");
        }
    });
}
