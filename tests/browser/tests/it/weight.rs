//! What a page weighs, as it travels.

use std::sync::Arc;

use serde_json::Value;

use crate::{
    browser::{Browser, Shape},
    stage::{Stage, journey},
    stories::approved,
};

const WEIGHT: &str = "const page = performance.getEntriesByType('navigation')[0]; \
    const parts = performance.getEntriesByType('resource'); \
    if (page.loadEventEnd === 0) return null; \
    const of = (kind) => parts.filter((one) => one.name.endsWith(kind))\
    .reduce((sum, one) => sum + one.encodedBodySize, 0); \
    return { html: page.encodedBodySize, script: of('.js'), style: of('.css'), \
    requests: parts.length + 1, \
    strangers: parts.map((one) => one.name).filter((name) => !name.startsWith(location.origin)) };";

/// The most kilobytes of script, style and HTML, and the most requests.
#[derive(Clone, Copy)]
struct Budget {
    script: u64,
    style: u64,
    html: u64,
    requests: u64,
}

const PARTNER: Budget = Budget { script: 30, style: 20, html: 20, requests: 8 };
const VENDOR: Budget = Budget { script: 60, style: 20, html: 40, requests: 10 };

/// Names of companies that no one takes for each other.
const STARS: &str = "Achernar Aldebaran Algol Altair Antares Arcturus Bellatrix Betelgeuse Canopus \
    Capella Castor Deneb Fomalhaut Hadar Menkar Mirach Polaris Pollux Procyon Regulus Rigel \
    Sirius Spica Vega";

async fn weigh(browser: &Browser, path: &str, budget: Budget) {
    browser.visit(path).await;
    let seen = browser.until(WEIGHT).await;
    println!("{path}: {seen}");
    let number = |name: &str| seen[name].as_u64().unwrap_or_else(|| panic!("{name}: {seen}"));
    assert!(number("html") > 0, "{path}: {seen}");
    for (name, most) in [("script", budget.script), ("style", budget.style), ("html", budget.html)]
    {
        assert!(number(name) <= most * 1024, "{path}: more than {most} kB of {name}: {seen}");
    }
    assert!(number("requests") <= budget.requests, "{path}: {seen}");
    assert_eq!(seen["strangers"], Value::Array(Vec::new()), "{path}");
}

#[test]
fn ux_01_pages_stay_within_their_weight_and_ask_nobody_else() {
    journey("weight", async |stage: Arc<Stage>| {
        let world = stage.world();
        let partners = world.partners(["North", "South", "West"]).await;
        let north = &partners[0];
        let mut page = String::new();
        for (number, star) in STARS.split(' ').enumerate() {
            let company = (star, format!("{}.com", star.to_lowercase()));
            let made = approved(world, &partners[number % 3], (company.0, &company.1)).await;
            if number % 3 == 0 {
                page = made;
            }
        }
        let chief = world.vendor_user("helene.brandt@acme.example", "channel_chief").await;
        let browser = stage.browser(Shape::PHONE).await;
        browser.sign_in(&north.seller).await;
        for path in ["/", "/registrations", "/registrations/new", "/availability", &page] {
            weigh(&browser, path, PARTNER).await;
        }
        browser.sign_in(&chief).await;
        for path in ["/", "/registrations", "/registrations/queue", "/accounts", "/partners", &page]
        {
            weigh(&browser, path, VENDOR).await;
        }
    });
}
