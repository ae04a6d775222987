//! The form: its way when all is well, and when it is not.

use testkit::on_both;

use super::{GLOBEX, is_clean, register, with};

#[test]
fn dr_19_a_deal_is_registered_with_seven_fields_and_its_receipt_can_be_kept() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let form = north.seller.get("/registrations/new").await.is(200);
        is_clean(&form);
        let page = register(&north.seller).await;
        let shown = north.seller.get(&page).await.is(200);
        is_clean(&shown);
        let shown = shown.says("Globex GmbH").says("48,000.00").says("R-000001").says("Receipt");
        assert!(shown.text().contains("DR-19"));
        let receipt = north.seller.get(&format!("{page}/receipt")).await.is(200);
        assert!(receipt.header("content-disposition").contains("receipt-R-000001.json"));
        assert_eq!(receipt.json()["payload"]["number"], 1);
        north.seller.get("/registrations").await.is(200).says("Globex GmbH");
    });
}

#[test]
fn ux_01_a_form_with_faults_comes_back_with_its_input_and_names_each_field() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let fields = with(&[
            ("amount", "12.345"),
            ("contact_email", "nobody"),
            ("close_on", "2025-01-01"),
            ("need", "A new <platform>"),
        ]);
        let answer = north.seller.post("/registrations/new", &fields).await.is(422);
        is_clean(&answer);
        let text = answer
            .says("href=\"#f-amount\"")
            .says("href=\"#f-contact_email\"")
            .says("href=\"#f-close_on\"")
            .says("value=\"Globex GmbH\"")
            .says("value=\"12.345\"")
            .says("A new &lt;platform&gt;")
            .text();
        assert!(text.contains("Hank Scorpio on 18 December"));
        assert_eq!(world.count("SELECT COUNT(*) FROM deal_registrations").await, 0);
    });
}

#[test]
fn ux_01_an_empty_form_says_what_is_missing_and_links_to_it() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let fields = [("do", "submit"), ("product", "")];
        let answer = north.seller.post("/registrations/new", &fields).await.is(422);
        let _ = answer
            .says("href=\"#f-account_name\"")
            .says("href=\"#f-product\"")
            .says("href=\"#f-evidence_note\"");
    });
}

#[test]
fn dr_21_a_draft_is_filled_step_by_step_and_then_submitted() {
    on_both(async |world| {
        let north = world.partner("North").await;
        let fields = [("account_name", "Globex GmbH"), ("product", ""), ("do", "draft")];
        let page =
            north.seller.post("/registrations/new", &fields).await.is(303).location().to_owned();
        north.seller.get(&page).await.is(200).says("A draft protects nothing").says("Continue");
        north.seller.get(&format!("{page}/edit")).await.is(200).says("value=\"Globex GmbH\"");
        north.seller.post(&format!("{page}/edit"), &GLOBEX).await.is(303);
        north.seller.get(&page).await.is(200).does_not_say("A draft protects nothing");
    });
}

#[test]
fn dr_18_the_field_answers_while_one_types_and_asks_only_for_whole_domains() {
    on_both(async |world| {
        let [north, south] = world.partners(["North", "South"]).await;
        let path = "/availability/check?account_domain=";
        south.seller.get(&format!("{path}globex")).await.is(200).says("full domain");
        assert_eq!(world.count("SELECT COUNT(*) FROM availability_questions").await, 0);
        let free = south.seller.get(&format!("{path}globex.com")).await.is(200).says("Available");
        is_clean(&free);
        let (_, _) = super::approved(&world, &north).await;
        south
            .seller
            .get(&format!("{path}globex.com"))
            .await
            .is(200)
            .says("Protected until 5 Apr 2026")
            .does_not_say("North");
        // Without script the same question is a page.
        south
            .seller
            .get("/availability?q=globex.com")
            .await
            .is(200)
            .says("protected until 5 Apr 2026")
            .does_not_say("North");
    });
}
