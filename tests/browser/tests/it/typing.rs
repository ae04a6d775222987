//! “Is it free?” answers while one types, whatever the spelling, and never tells whose it is.

use std::sync::Arc;

use serde_json::Value;

use crate::{
    browser::Shape,
    stage::{Stage, journey},
    stories::approved,
};

/// How long the page waits for further keys before it asks, and how long the question took, in
/// milliseconds, as the browser's own clock tells.
const TOOK: &str = "const asked = performance.getEntriesByType('resource')\
    .filter((one) => one.name.includes('/availability/check')).at(-1); \
    return asked ? Math.round(asked.duration * 10) / 10 : null;";

#[test]
fn dr_18_another_spelling_of_a_protected_company_is_recognised_while_one_types() {
    journey("typing", async |stage: Arc<Stage>| {
        let world = stage.world();
        let [north, south] = world.partners(["North", "South"]).await;
        approved(world, &north, ("Käslin Präzisionstechnik AG", "kaeslin.com")).await;
        let browser = stage.browser(Shape::DESK).await;
        browser.sign_in(&south.seller).await;
        for (typed, answer) in [
            ("KAESLIN Praezisionstechnik", "Protected until"),
            ("www.kaeslin.com", "Protected until"),
            ("Umbrella Optik", "Available"),
        ] {
            browser.visit("/availability").await;
            browser.fill("q", typed).await;
            browser.sees(answer).await;
            let took = browser.until(TOOK).await;
            println!("“{typed}” was answered in {took} ms");
            assert!(matches!(took, Value::Number(_)), "{took}");
            browser.does_not_see("North").await;
        }
    });
}
