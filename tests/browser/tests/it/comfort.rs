//! The main task without script, and by keyboard alone.

use std::sync::Arc;

use fantoccini::key::Key;

use crate::{
    browser::Shape,
    stage::{Stage, journey},
    stories::fill_globex,
};

#[test]
fn ux_01_a_deal_is_asked_about_and_registered_without_script() {
    journey("no-script", async |stage: Arc<Stage>| {
        let north = stage.world().partner("North").await;
        let browser = stage.browser(Shape::NO_SCRIPT).await;
        browser.sign_in(&north.seller).await;
        browser.visit("/availability").await;
        assert_eq!(browser.run("return document.documentElement.dataset.script ?? ''").await, "");
        browser.fill("q", "globex.com").await;
        browser.press("Check").await;
        browser.sees("globex.com is available").await;
        browser.press("Register a deal").await;
        fill_globex(&browser).await;
        browser.fill("amount", "much").await;
        browser.press("Submit").await;
        // What is wrong is told, linked to its field, and nothing that was typed is lost.
        browser.find("a[href='#f-amount']").await;
        browser.fill("amount", "48000").await;
        browser.press("Submit").await;
        browser.sees("R-000001").await;
        browser.sees("Receipt").await;
    });
}

#[test]
fn ux_01_a_deal_is_registered_by_keyboard_alone() {
    journey("keyboard", async |stage: Arc<Stage>| {
        let north = stage.world().partner("North").await;
        let browser = stage.browser(Shape::DESK).await;
        let (space, enter) = (" ", char::from(Key::Enter).to_string());
        browser.sign_in(&north.seller).await;
        browser.visit("/").await;
        browser.tab_to("[name='account_domain']").await;
        browser.type_keys("globex.com").await;
        browser.sees("Available").await;
        browser.type_keys(&enter).await;
        browser.find("[name='account_name']").await;
        for (field, keys) in [
            ("[name='account_name']", "Globex GmbH"),
            ("[name='contact_email']", "hank.scorpio@globex.com"),
            ("[name='product']", space),
            ("[name='amount']", "48000"),
            ("[name='close_on']", "06302026"),
            ("[name='evidence_note']", "Met Hank Scorpio; he asked for an offer"),
        ] {
            browser.tab_to(field).await;
            browser.type_keys(keys).await;
        }
        browser.tab_to("button[value='submit']").await;
        browser.type_keys(&enter).await;
        browser.sees("R-000001").await;
        browser.tab_to("main a, main button").await;
    });
}
