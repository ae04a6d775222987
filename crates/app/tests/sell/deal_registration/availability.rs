//! “Is it free?”

use serde_json::json;
use testkit::steps::accounts::operations;
use testkit::{on_both, on_sqlite};

use super::{approved, register};

#[test]
fn dr_18_the_answer_tells_until_when_and_never_by_whom() {
    on_both(async |world| {
        let [north, south] = world.partners(["North", "South"]).await;
        approved(&world, &north, "Globex").await;
        let held = south.key.get("/api/v1/availability?q=globex-corp.com").await.is(200);
        let body = held.json();
        assert_eq!(body["answer"], "protected");
        assert_eq!(body["protected_until"], "2026-04-05");
        assert!(!held.text().contains("North"));
        let free = south.key.get("/api/v1/availability?q=Umbrella").await.is(200).json();
        assert_eq!(free["answer"], "free");
        let keys = |value: &serde_json::Value| -> Vec<String> {
            value.as_object().unwrap().keys().cloned().collect()
        };
        assert_eq!(keys(&body), keys(&free), "one shape for every answer");
        register(&north, "Initech").await.is(201).ok();
        let open = south.key.get("/api/v1/availability?q=initech-corp.com").await.is(200).json();
        assert_eq!(open["answer"], "needs_review");
        world.travel_to("2026-04-06").await;
        let after = south.key.get("/api/v1/availability?q=globex-corp.com").await.is(200).json();
        assert_eq!(after["answer"], "free");
    });
}

#[test]
fn dr_18_a_partner_asks_so_often_and_no_more_within_an_hour() {
    on_both(async |world| {
        world.with_document(|document| document.availability.queries_per_hour = 3).await;
        let [north, south] = world.partners(["North", "South"]).await;
        for left in [2, 1, 0] {
            let answer = north.key.get("/api/v1/availability?q=Globex").await.is(200).json();
            assert_eq!(answer["questions_left"], left);
        }
        let limited = north.key.get("/api/v1/availability?q=Globex").await.is(429);
        assert_eq!(limited.header("retry-after"), "3601");
        let limited = limited.says("3 answers about accounts within an hour, which is the limit");
        let _ = limited.says("Try again in 61 minutes. Nothing was saved.");
        south.key.get("/api/v1/availability?q=Globex").await.is(200).ok();
        world.app.clock.set("2026-01-05T08:59:59Z".parse().unwrap());
        let _ = north.key.get("/api/v1/availability?q=Globex").await.is(429);
        world.app.clock.set("2026-01-05T09:00:00Z".parse().unwrap());
        north.key.get("/api/v1/availability?q=Globex").await.is(200).ok();
    });
}

#[test]
fn dr_18_many_misses_raise_one_alarm() {
    on_sqlite(async |world| {
        world.with_document(|document| document.availability.misses_alarm = 2).await;
        let north = world.partner("North").await;
        let operations = world.vendor_user("ops@acme.example", "operations").await;
        for (name, alarms) in [("Aaa", 0), ("Bbb", 1), ("Ccc", 1)] {
            north.key.get(&format!("/api/v1/availability?q={name}%20Unheard")).await.is(200).ok();
            assert_eq!(world.mails_to(&operations.email).await.len(), alarms, "{name}");
        }
    });
}

#[test]
fn dr_18_a_domain_that_many_companies_use_needs_the_companys_name() {
    on_both(async |world| {
        let north = world.partner("North").await;
        for domain in ["gmail.com", "ana.gmail.com", "co.uk"] {
            let path = format!("/api/v1/availability?q={domain}");
            let answer = north.key.get(&path).await.is(200).json();
            assert_eq!(answer["answer"], "needs_name", "{domain}");
        }
        let page = north.seller.get("/availability?q=gmail.com").await.is(200);
        page.says("Enter its full name").does_not_say("Register a deal</a>");
        let named = north.key.get("/api/v1/availability?q=Gmail%20Logistics").await.is(200).json();
        assert_eq!(named["answer"], "free");
    });
}

/// What does not say which company is meant, or only half of it.
const UNCLEAR: &[&str] = &[
    "a",
    "😀",
    "ab",
    "GmbH",
    "Germany",
    "2024",
    "localhost.localdomain",
    "newco.example",
    "db.newco.internal",
    "newco.test",
    "app.localhost",
    "newco.invalid",
    "gmail.com",
    "live.de",
    "etsy.com",
    "https://www.etsy.com/shop/sommerwind",
    "klempner.squarespace.com",
    "newco.github.io",
    "github.io",
    "co.uk",
    "linkedin.com",
    "jane@newco-werke.de",
    "jane@gmail.com",
    "Sirius",
    "Stah",
    "Globex",
    "Hafen Lager",
    "Bremen Verwaltung",
];
/// Companies that nobody has; "Gist" stands inside a word of "Globex Logistics".
const FREE: [&str; 6] =
    ["Newco Werke AG", "newco-werke.de", "Newco Werke", "globex.de", "jane@globex.de", "Gist"];

#[test]
fn dr_18_what_does_not_say_which_company_is_never_called_free() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let ops = operations(&world).await;
        for (name, domain) in [
            ("Globex Logistics GmbH", "globex.de"),
            ("Sirius Stahl AG", ""),
            ("Nordwind Hafen Lagerhaus Bremen Verwaltungs GmbH", ""),
        ] {
            let domains = if domain.is_empty() { vec![] } else { vec![domain] };
            let body = json!({ "name": name, "domains": domains, "country": "DE" });
            ops.api("POST", "/api/v1/accounts", &body).await.is(201).ok();
        }
        let answer = async |question: &str| {
            let path = format!("/api/v1/availability?q={}", web::url_encode(question));
            let body = north.key.get(&path).await.is(200).json();
            body["answer"].as_str().unwrap().to_owned()
        };
        for unclear in UNCLEAR {
            let found = answer(unclear).await;
            assert!(["needs_name", "needs_review"].contains(&found.as_str()), "{unclear}: {found}");
        }
        for unclear in ["a", "😀", "gmail.com", "newco.example", "jane@newco-werke.de"] {
            assert_eq!(answer(unclear).await, "needs_name", "{unclear}");
        }
        // An account without a domain may be the company of a domain that is called like it.
        assert_eq!(answer("sirius-stahl.de").await, "needs_review");
        assert_eq!(answer("globexlogistics.com").await, "needs_review");
        for free in FREE {
            assert_eq!(answer(free).await, "free", "{free}");
        }
        let page = north.seller.get("/availability?q=ab").await.is(200);
        page.says("ab does not identify a company").does_not_say("Register a deal</a>");
    });
}

#[test]
fn dr_18_a_domain_under_which_many_names_stand_is_learned_as_shared() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let ops = operations(&world).await;
        let names = ["Adler Bau", "Birke Holz", "Cobalt Chemie", "Dachs Dach", "Esche Metall"];
        for (many, name) in names.iter().enumerate() {
            let shared = many == names.len() - 1;
            let body =
                json!({ "name": name, "domains": ["handwerker-portal.de"], "country": "DE" });
            ops.api("POST", "/api/v1/accounts", &body).await.is(201).ok();
            let path = "/api/v1/availability?q=handwerker-portal.de";
            let answer = north.key.get(path).await.is(200).json();
            let right = match many {
                0 => "free",
                _ if shared => "needs_name",
                _ => "needs_review",
            };
            assert_eq!(answer["answer"], right, "{many}");
        }
        let asked = world.count("SELECT COUNT(*) FROM account_questions").await;
        let body =
            json!({ "name": "Falke Glas", "domains": ["handwerker-portal.de"], "country": "DE" });
        ops.api("POST", "/api/v1/accounts", &body).await.is(201).ok();
        assert_eq!(world.count("SELECT COUNT(*) FROM account_questions").await, asked);
    });
}

#[test]
fn dr_18_every_live_registration_is_found_by_its_own_name_and_domain() {
    on_both(async |world| {
        let [north, south] = world.partners(["North", "South"]).await;
        let pam = super::decider(&world).await;
        let ops = operations(&world).await;
        let body =
            json!({ "name": "Globex Holding AG", "domains": ["globex.de"], "country": "DE" });
        let account = ops.api("POST", "/api/v1/accounts", &body).await.is(201).json();
        let names = [
            ("Société Générale d’Ölmühlen S.A.", "olmuhlen.fr"),
            ("ООО «Северный Ветер»", "severny-veter.ru"),
            ("株式会社三井物産", "mitsui-bussan.jp"),
            ("3M", "three-m.com"),
            ("AT&T", "at-and-t.com"),
            ("Müller & Söhne (Ulm) GmbH & Co. KG", ""),
            ("Fund IV", "fund-vier.lu"),
            ("Élan 100% Café", "elan-cafe.fr"),
            ("Globex Werke", "globex.de"),
            ("under_score", "under-score.io"),
        ];
        for (name, domain) in names {
            let contact = if domain.is_empty() { "gmail.com" } else { domain };
            let other = json!({
                "account_name": name, "account_domain": domain,
                "contact_email": format!("ana@{contact}"),
            });
            let to = "/api/v1/deal-registrations";
            let sent = north.key.api("POST", to, &super::with(super::deal("x"), other)).await;
            let id = sent.is(201).json()["id"].as_str().unwrap().to_owned();
            let asks = async |when: &str, right: &[&str]| {
                for question in [name, domain].into_iter().filter(|text| !text.is_empty()) {
                    let path = format!("/api/v1/availability?q={}", web::url_encode(question));
                    let body = south.key.get(&path).await.is(200).json();
                    let answer = body["answer"].as_str().unwrap();
                    assert!(right.contains(&answer), "{question} {when}: {answer}");
                }
            };
            asks("submitted", &["needs_review", "needs_name"]).await;
            let read = pam.get(&super::path(&id, "")).await.is(200).json();
            let chosen = if read["account_id"].is_string() {
                json!({ "decision": "approve" })
            } else {
                // A person says that Globex Werke is Globex Holding.
                json!({ "decision": "approve", "account_id": account["id"] })
            };
            super::decide(&pam, &id, chosen).await.is(200).ok();
            asks("approved", &["protected", "needs_review"]).await;
            if name == "Globex Werke" {
                asks("approved", &["protected"]).await;
            }
        }
    });
}
