//! The first page of each kind of person, search and the rules of engagement.

mod cases;

use testkit::steps::conflicts::rivals;
use testkit::steps::deal_registration::{deal, with};
use testkit::steps::deal_registration_pages::{approved, is_clean, register};
use testkit::steps::imports::{imported, importer};
use testkit::{Caller, on_both, on_each};

use serde_json::{Value, json};

#[test]
fn ux_01_nobody_is_sent_to_sign_in() {
    on_both(async |world| {
        let answer = world.anonymous().get("/").await.is(303);
        assert!(answer.location().starts_with("/sign-in"), "{}", answer.location());
    });
}

#[test]
fn ux_01_a_partner_begins_with_one_field_and_sees_its_clocks() {
    on_both(async |world| {
        let [north, south] = world.partners(["North", "South"]).await;
        let empty =
            south.seller.get("/").await.is(200).says("Register a deal").says("No deals yet");
        is_clean(&empty);
        approved(&world, &north).await;
        let home = north.seller.get("/").await.is(200).says("Globex GmbH");
        is_clean(&home);
        world.travel_to("2026-01-16").await;
        let home = north.seller.get("/").await.is(200);
        let _ = home
            .says("Follow up with Globex GmbH")
            .says("direct sales may engage")
            .says("Log activity");
        is_clean(&north.admin.get("/").await.is(200));
        south.seller.get("/").await.is(200).does_not_say("Globex");
    });
}

#[test]
fn dr_09_the_vendors_people_see_what_waits_for_them() {
    on_each(async |world| {
        let north = world.partner("North").await;
        world.with_document(|document| document.registration.auto_approve = false).await;
        register(&north.seller).await;
        let chief = world.vendor_user("chief@acme.example", "channel_chief").await;
        let operations = world.vendor_user("ops@acme.example", "operations").await;
        for person in [&chief, &operations] {
            let home = person.get("/").await.is(200).says("Decide Globex GmbH").says("breach");
            is_clean(&home);
        }
        let rep = world.vendor_user("rep@acme.example", "direct_rep").await;
        let home = rep.get("/").await.is(200).says("Check availability");
        is_clean(&home.does_not_say("Globex"));
        for role in [
            "partner_manager",
            "marketing",
            "direct_manager",
            "sales_engineer",
            "finance",
            "executive",
        ] {
            let person = world.vendor_user(&format!("{role}@acme.example"), role).await;
            is_clean(&person.get("/").await.is(200));
        }
        for role in ["pre_sales", "delivery", "marketer", "executive"] {
            let email = format!("{role}@north.example");
            let person = world.partner_user(&email, &north.id, role).await;
            is_clean(&person.get("/").await.is(200));
        }
    });
}

#[test]
fn ux_02_the_badge_counts_all_that_waits_and_not_the_rows_shown() {
    on_both(async |world| {
        let north = world.partner("North").await;
        for number in 1..=11 {
            let draft = with(deal(&format!("Globex {number}")), json!({ "submit": false }));
            north.key.api("POST", "/api/v1/deal-registrations", &draft).await.is(201).ok();
        }
        let home = north.seller.get("/").await.is(200).says("All drafts").text();
        let list = home.split("Needs you").nth(1).expect("the list");
        assert_eq!(list.matches("Submit draft").count(), 8);
        let badge = list.split("</h2>").next().unwrap_or_default();
        assert!(badge.contains(">11<"), "{badge}");
    });
}

#[test]
fn ux_01_search_finds_by_company_number_and_page() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let (page, manager) = approved(&world, &north).await;
        for query in ["globex", "R-000001", "1"] {
            let answer = manager.get(&format!("/search.json?q={query}")).await.is(200);
            if query.len() > 1 {
                assert!(answer.text().contains(&page), "{query}: {}", answer.text());
            }
        }
        let answer = north.seller.get("/search.json?q=rules").await.is(200);
        assert!(answer.text().contains("/rules"), "{}", answer.text());
        is_clean(&manager.get("/search?q=globex").await.is(200).says("Globex GmbH"));
        north.seller.get("/search?q=globex").await.is(200).says("Globex GmbH");
    });
}

#[test]
fn ux_01_search_finds_people_cases_and_words_inside_compounds() {
    on_both(async |world| {
        let (north, south, case) = rivals(&world).await;
        let manager = world.vendor_user("pam@acme.example", "partner_manager").await;
        let administrator = world.vendor_user("renée.öz@acme.example", "operations").await;
        let hits = async |caller: &Caller, words: &str| {
            let path = format!("/search.json?q={}", web::url_encode(words));
            caller.get(&path).await.is(200).text().clone()
        };
        let of_case = format!("/conflicts/{case}");
        for words in ["C-000001", "c-1", "C1"] {
            let found = hits(&manager, words).await;
            assert!(found.contains(&of_case), "{words}: {found}");
            assert!(hits(&north.seller, words).await.contains(&of_case), "{words}");
        }
        assert!(!hits(&manager, "C-000002").await.contains("/conflicts/"));
        let key = importer(&world).await;
        let text = "name,country\nÖlmühlenbetriebe Oberland AG,DE\n";
        imported(&world, &key, ("accounts", text.as_bytes()), Value::Null).await;
        for words in ["mühlenbetrieb", "MUHLEN", "öLMÜHL"] {
            let found = hits(&manager, words).await;
            assert!(found.contains("Ölmühlenbetriebe Oberland AG"), "{words}: {found}");
        }
        // People are for those who manage them.
        for words in ["RENEE", "renée öz", "öz@ACME"] {
            let found = hits(&administrator, words).await;
            assert!(found.contains(&format!("/people/{}", administrator.user_id)), "{found}");
            assert!(!hits(&manager, words).await.contains("/people/"), "{words}");
            assert!(!hits(&north.admin, words).await.contains("/people/"), "{words}");
        }
        let own = hits(&north.admin, "seller@").await;
        assert!(own.contains(&format!("/people/{}", north.seller.user_id)), "{own}");
        assert!(!own.contains(south.seller.user_id.as_str()), "{own}");
        let theirs = hits(&administrator, "seller@").await;
        let path = format!("/partners/{}/people/{}", south.id, south.seller.user_id);
        assert!(theirs.contains(&path), "{theirs}");
        administrator.get(&path).await.is(200).ok();
    });
}

#[test]
fn pg_01_partners_read_the_rules_with_the_numbers_in_force() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let page = north.seller.get("/rules").await.is(200).says("90 days").says("id=\"DR-01\"");
        is_clean(&page);
        let marketing = world.vendor_user("m@acme.example", "marketing").await;
        marketing.get("/rules").await.is(200);
        marketing.get("/styleguide").await.is(404);
    });
}

#[test]
fn dr_05_a_rep_finds_at_home_what_was_refused_until_it_takes_a_way_on() {
    on_both(async |world| {
        let north = world.partner("North").await;
        approved(&world, &north).await;
        let rep = world.vendor_user("rep@acme.example", "direct_rep").await;
        let other = world.vendor_user("other@acme.example", "direct_rep").await;
        let fields =
            [("account", "Globex"), ("name", "Platform"), ("amount", "9"), ("currency", "EUR")];
        rep.post("/direct-opportunities", &fields).await.is(409).says("Nothing was recorded");
        let home = rep.get("/").await.is(200).says("Globex GmbH: your attempt was refused");
        is_clean(&home.does_not_say("North"));
        other.get("/").await.is(200).does_not_say("your attempt was refused");
        let list = rep.get("/direct-attempts").await.is(200).text();
        let from = list.find("/direct-attempts/att_").unwrap();
        let here: String = list[from..].chars().take_while(|c| *c != '"').collect();
        rep.post(&format!("{here}/consent"), &[("purpose", "A demo.")]).await.is(303);
        rep.get("/")
            .await
            .is(200)
            .does_not_say("your attempt was refused")
            .says("has not answered");
    });
}

#[test]
fn ux_02_who_runs_the_program_finds_at_home_what_keeps_it_in_order() {
    on_both(async |world| {
        let chief = world.vendor_user("chief@acme.example", "channel_chief").await;
        let operations = world.vendor_user("ops@acme.example", "operations").await;
        let manager = world.vendor_user("pam@acme.example", "partner_manager").await;
        for person in [&chief, &operations, &manager] {
            person.get("/").await.is(200).does_not_say("Program tasks");
        }
        let key = world.api_key("", "program:read program:edit").await;
        let document = domain::program::Document::DEFAULT_TOML
            .replace("\nvalidity_days = 90 ", "\nvalidity_days = 100 ");
        let draft = json!({ "document": document, "note": "Ten days more." });
        let versions = "/api/v1/program-versions";
        let made = key.api("POST", versions, &draft).await.is(201).json();
        let proposal = format!("{versions}/{}/proposal", made["number"]);
        key.api("POST", &proposal, &json!(null)).await.is(200).ok();
        let home = chief.get("/").await.is(200).says("Approve version").says("Ten days more.");
        is_clean(&home);
        operations.get("/").await.is(200).does_not_say("Approve version");
        manager.get("/").await.is(200).does_not_say("Approve version");
    });
}

#[test]
fn dr_16_a_returned_deal_shows_at_home_until_when_its_first_submission_counts() {
    on_both(async |world| {
        let north = world.partner("North").await;
        world.with_document(|document| document.registration.auto_approve = false).await;
        let key = world.decider().await;
        for number in 1..=9_u8 {
            let name = format!("Globex {number}");
            let made =
                testkit::steps::deal_registration::register(&north, &name).await.is(201).json();
            let id = made["id"].as_str().unwrap();
            let ask = json!({ "decision": "return", "note": "Which department?" });
            testkit::steps::deal_registration::decide(&key, id, ask).await.is(200).ok();
        }
        let home = north.seller.get("/").await.is(200).says("First submission counts until");
        let home = home.says("12 Jan 2026").says("All returned");
        is_clean(&home);
        assert_eq!(
            home.text().matches("Answer the question on Globex").count(),
            8,
            "the rest is a link"
        );
        world.travel_to_instant("2026-01-12T08:01:00Z").await;
        north
            .seller
            .get("/")
            .await
            .is(200)
            .says("your first submission time no longer counts: a rival");
    });
}

#[test]
fn dr_03_home_offers_a_renewal_only_where_it_is_possible() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let id = testkit::steps::deal_registration::approved(&world, &north, "Globex").await;
        // Ten days before the end, but nothing was logged lately: the page refuses to renew it.
        world.travel_to("2026-03-27").await;
        let home = north.seller.get("/").await.is(200).says("Globex: protection ends");
        let _ = home.says("It cannot be renewed now").does_not_say("<span>Renew</span>");
        testkit::steps::deal_registration::log_call(&north, &id, "2026-03-26").await.is(201).ok();
        let home = north.seller.get("/").await.is(200).says("<span>Renew</span>");
        let _ = home.does_not_say("It cannot be renewed now");
        let renewal = format!("/api/v1/deal-registrations/{id}/renewal");
        north.key.api("POST", &renewal, &Value::Null).await.is(200).ok();
        let page = north.seller.get(&format!("/registrations/{id}")).await.is(200);
        let _ = page.says("Protected until").does_not_say("Can be renewed");
    });
}
