//! From the question whether an account is free to the consent that lets direct sales in.

use std::sync::Arc;

use crate::{
    browser::Shape,
    stage::{Stage, journey},
    stories::{fill_globex, link_in_mail, nothing_by_itself, registered},
};

#[test]
fn ux_01_a_deal_goes_from_the_question_to_the_receipt_the_decision_and_the_consent() {
    journey("registering", async |stage: Arc<Stage>| {
        let world = stage.world();
        nothing_by_itself(world).await;
        let north = world.partner("North").await;
        let manager = world.vendor_user("miriam.vogel@acme.example", "partner_manager").await;
        let rep = world.vendor_user("lukas.steiner@acme.example", "direct_rep").await;
        let browser = stage.browser(Shape::DESK).await;

        browser.sign_in(&north.seller).await;
        browser.visit("/").await;
        browser.fill("account_domain", "globex.com").await;
        browser.sees("Available").await;
        browser.press("Register").await;
        fill_globex(&browser).await;
        browser.press("Submit").await;
        browser.sees("R-000001").await;
        browser.sees("Receipt").await;
        let page = browser.path().await;

        browser.sign_in(&manager).await;
        browser.visit("/registrations/queue").await;
        browser.press("Globex GmbH R-000001").await;
        browser.sees("Automatic checks").await;
        browser.press("Approve").await;
        browser.sees("Approved").await;

        browser.sign_in(&north.seller).await;
        browser.visit(&page).await;
        browser.sees("Protected until").await;
        browser.sees("5 Apr 2026").await;

        browser.sign_in(&rep).await;
        browser.visit("/direct-opportunities/new").await;
        browser.fill("account", "Globex").await;
        browser.fill("name", "Platform").await;
        browser.fill("amount", "90000").await;
        browser.press("Record opportunity").await;
        browser.sees("Nothing was recorded").await;
        browser.sees("DR-05").await;
        browser.does_not_see("North").await;
        browser.visit("/").await;
        browser.press("Globex GmbH: your attempt was refused").await;
        browser.fill("purpose", "Invite their board to our executive round.").await;
        browser.press("Ask for consent").await;
        browser.sees("Request sent. You will be notified when the partner answers.").await;

        world.run_jobs().await;
        let link = link_in_mail(world, &north.seller, "/links/consent/").await;
        let telephone = stage.browser(Shape::PHONE).await;
        telephone.visit(&link).await;
        telephone.sees("Invite their board to our executive round.").await;
        telephone.click("input[value='give']").await;
        telephone.press("Answer").await;
        telephone.sees("Thank you").await;

        browser.visit("/").await;
        browser.sees("Globex GmbH: the partner consented").await;
        browser.press("Record opportunity").await;
        browser.fill("name", "Platform").await;
        browser.fill("amount", "90000").await;
        browser.press("Record opportunity").await;
        browser.sees("Platform").await;
        browser.does_not_see("Nothing was recorded").await;
    });
}

#[test]
fn ac_03_the_decider_is_shown_the_same_company_in_another_spelling_with_reasons() {
    journey("spelling", async |stage: Arc<Stage>| {
        let world = stage.world();
        nothing_by_itself(world).await;
        let [north, south] = world.partners(["North", "South"]).await;
        registered(&north, "Müller Maschinenbau GmbH", "mueller-maschinenbau.com").await;
        let manager = world.vendor_user("miriam.vogel@acme.example", "partner_manager").await;
        let browser = stage.browser(Shape::DESK).await;
        browser.sign_in(&manager).await;

        // Surely the same: the decider sees who waits for it as well.
        let second =
            registered(&south, "MUELLER Maschinenbau & Co. KG", "mueller-maschinenbau.com").await;
        let id = second["id"].as_str().expect("an id");
        browser.visit(&format!("/registrations/{id}/decision")).await;
        browser.sees("Also waiting for this account").await;
        browser.sees("R-000001").await;

        // Possibly the same: the decider says, and reads why it may be.
        let third = registered(&south, "Mueller Maschinenbau", "mueller-bau.com").await;
        let id = third["id"].as_str().expect("an id");
        browser.visit(&format!("/registrations/{id}/decision")).await;
        browser.sees("Müller Maschinenbau GmbH").await;
        browser.sees("A new account").await;
        browser.click("input[name='account'][value^='acc_']").await;
        browser.press("Approve").await;
        browser.sees("Approved").await;
    });
}
