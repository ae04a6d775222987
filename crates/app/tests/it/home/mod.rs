//! The first page of each kind of person, search and the rules of engagement.

use testkit::on_both;

use super::deal_registration_pages::{approved, is_clean, register};

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
        let empty = south
            .seller
            .get("/")
            .await
            .is(200)
            .says("Register a deal")
            .says("No deal has a clock yet");
        is_clean(&empty);
        approved(&world, &north).await;
        let home = north.seller.get("/").await.is(200).says("Globex GmbH");
        is_clean(&home);
        world.travel_to("2026-01-16").await;
        let home = north.seller.get("/").await.is(200);
        let _ = home
            .says("Follow up with Globex GmbH")
            .says("direct sales may engage")
            .says("Log an activity");
        is_clean(&north.admin.get("/").await.is(200));
        south.seller.get("/").await.is(200).does_not_say("Globex");
    });
}

#[test]
fn dr_09_the_vendors_people_see_what_waits_for_them() {
    on_both(async |world| {
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
        let home = rep.get("/").await.is(200).says("Is this account protected?");
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
