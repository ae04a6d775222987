//! What is shown fits, and what is touched is what was meant: long words, targets for fingers, controls
//! that keep their size, forms after Back.

use std::sync::Arc;

use serde_json::{Value, json};
use testkit::{Partner, World};

use crate::{
    browser::{Browser, Shape},
    stage::{Stage, journey},
    stories::{fill_globex, nothing_by_itself, registered},
};

/// A deal whose note and company are longer than any line.
async fn long_words(partner: &Partner) -> String {
    let made = registered(partner, &"Kraftfahrzeughaftpflicht".repeat(6), "kraft.com").await;
    let page = format!("/registrations/{}", made["id"].as_str().expect("an id"));
    let address = format!("https://drive.example/{}?authuser=0", "x1y2z3".repeat(60));
    let note = json!({ "evidence_note": address, "need": address });
    let path = format!("/api/v1/deal-{}", page.trim_start_matches('/'));
    let tag = partner.key.get(&path).await.is(200).header("etag").to_owned();
    let headers = [("if-match", tag.as_str()), ("idempotency-key", "long")];
    partner.key.api_with("PATCH", &path, &note, &headers).await.is(200).ok();
    page
}

/// What is wider than the page, or wider than the box that should hold it.
const WIDE: &str = "const page = document.documentElement; \
    return page.scrollWidth > page.clientWidth ? page.scrollWidth : null";

async fn fits(browser: &Browser, path: &str, width: &str) {
    browser.visit(path).await;
    let wide = browser.run(WIDE).await;
    assert!(wide.is_null(), "{path} at {width}: {wide} pixels wide");
}

#[test]
fn ux_01_long_words_wrap_and_wide_tables_scroll_in_their_own_box() {
    journey("fitting", async |stage: Arc<Stage>| {
        let world = stage.world();
        nothing_by_itself(world).await;
        let north = world.partner("North").await;
        let page = long_words(&north).await;
        let chief = world.vendor_user("chief@acme.example", "channel_chief").await;
        let version = format!("/program/{}/versions/1", world.program_id);
        let timeline = format!("{page}/timeline");
        let decision = format!("{page}/decision");
        for (width, shape) in [("1280", Shape::DESK), ("390", Shape::PHONE)] {
            let browser = stage.browser(shape).await;
            browser.sign_in(&chief).await;
            for path in [&page, &timeline, &decision, "/registrations", "/", "/audit"] {
                fits(&browser, path, width).await;
            }
            browser.visit(&version).await;
            browser.run("for (const one of document.querySelectorAll('details')) one.open = true; return null").await;
            let wide = browser.run(WIDE).await;
            assert!(wide.is_null(), "{version} at {width}: {wide} pixels wide");
        }
    });
}

/// What a finger meets at the middle of the first box and a little beside it.
const MET: &str = "const box = document.querySelector('.tickbox input[name=id]'); \
    box.scrollIntoView({ block: 'center' }); \
    const at = box.getBoundingClientRect(); \
    const met = (x, y) => document.elementFromPoint(x, y).closest('.tickbox') !== null; \
    const [x, y] = [at.x + at.width / 2, at.y + at.height / 2]; \
    return met(x, y) && met(x - 16, y) && met(x, y + 16)";

/// Taps beside the first box.
const TAP: &str = "document.querySelector('tbody .tickbox').click(); \
    return document.querySelector('.tickbox input[name=id]').checked";

#[test]
fn ux_01_a_tap_on_a_box_ticks_it_and_opens_nothing() {
    journey("tapping", async |stage: Arc<Stage>| {
        let world = stage.world();
        nothing_by_itself(world).await;
        let north = world.partner("North").await;
        registered(&north, "Globex", "globex.com").await;
        let chief = world.vendor_user("chief@acme.example", "channel_chief").await;
        let browser = stage.browser(Shape::PHONE).await;
        browser.sign_in(&chief).await;
        browser.visit("/registrations/queue").await;
        assert_eq!(browser.run(MET).await, Value::Bool(true));
        assert_eq!(browser.run(TAP).await, Value::Bool(true));
        assert_eq!(browser.path().await, "/registrations/queue");
    });
}

/// Marks and controls that are too low for a finger, text that its control cuts off, and buttons as
/// wide as the page.
const SIZES: &str = "const low = [...document.querySelectorAll('main .rule, main .chip, main select, main .btn')] \
      .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 24); \
    const cut = [...document.querySelectorAll('main select, main input.input')].filter((one) => { \
      const style = getComputedStyle(one); \
      const room = one.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom); \
      return one.checkVisibility() && room < parseFloat(style.fontSize) * 1.2; }); \
    const wide = innerWidth < 500 ? [] : [...document.querySelectorAll('main .btn:not(.btn-block)')] \
      .filter((one) => one.getBoundingClientRect().width > 400); \
    const told = (what, all) => all.slice(0, 3).map((one) => `${what}: ${one.outerHTML.slice(0, 120)}`); \
    const found = [...told('low', low), ...told('cut', cut), ...told('wide', wide)]; \
    return found.length ? found.join(' | ') : null";

/// The paths that a person of the vendor and one of a partner look at.
async fn places(world: &World) -> (Partner, String, [&'static str; 7]) {
    let north = world.partner("North").await;
    let made = registered(&north, "Globex", "globex.com").await;
    let page = format!("/registrations/{}", made["id"].as_str().expect("an id"));
    let rest = [
        "/",
        "/registrations",
        "/registrations/queue",
        "/accounts",
        "/conflicts/new",
        "/program",
        "/imports/new",
    ];
    (north, page, rest)
}

#[test]
fn ux_01_controls_keep_their_size_and_their_text() {
    journey("sizes", async |stage: Arc<Stage>| {
        let world = stage.world();
        nothing_by_itself(world).await;
        let (north, page, rest) = places(world).await;
        let chief = world.vendor_user("chief@acme.example", "channel_chief").await;
        let mut found = Vec::new();
        for (width, shape) in [("1280", Shape::DESK), ("390", Shape::PHONE)] {
            let browser = stage.browser(shape).await;
            browser.sign_in(&chief).await;
            for path in rest.iter().copied().chain([page.as_str()]) {
                browser.visit(path).await;
                let wrong = browser.run(SIZES).await;
                found.extend(wrong.as_str().map(|wrong| format!("{path} at {width}: {wrong}")));
            }
            browser.sign_in(&north.seller).await;
            browser.visit("/registrations/new").await;
            browser.run("for (const one of document.querySelectorAll('details')) one.open = true; return null").await;
            let wrong = browser.run(SIZES).await;
            found.extend(wrong.as_str().map(|wrong| format!("the form at {width}: {wrong}")));
        }
        assert!(found.is_empty(), "{}", found.join("\n"));
    });
}

/// The names of fields of the form that should hold something and do not.
const EMPTY: &str = "const names = ['account_domain', 'account_name', 'contact_email', 'amount', 'evidence_note']; \
    if (!document.querySelector('[name=account_name]')) return null; \
    return names.filter((name) => document.querySelector(`[name=${name}]`).value === '').join(' ')";

#[test]
fn ux_01_after_back_the_form_holds_what_was_sent_and_a_new_one_is_empty() {
    journey("back", async |stage: Arc<Stage>| {
        let world = stage.world();
        let north = world.partner("North").await;
        let browser = stage.browser(Shape::DESK).await;
        browser.sign_in(&north.seller).await;
        browser.visit("/registrations/new").await;
        browser.fill("account_domain", "globex.com").await;
        fill_globex(&browser).await;
        browser.press("Submit").await;
        browser.sees("Receipt").await;
        browser.run("history.back(); return null").await;
        let empty = browser.until(EMPTY).await;
        assert_eq!(empty, Value::String(String::new()), "fields are empty after Back");
        // A new deal begins with nothing of the one before.
        browser.visit("/registrations").await;
        browser.visit("/registrations/new").await;
        let kept = "return document.querySelector('[name=account_name]').value";
        assert_eq!(browser.run(kept).await, Value::String(String::new()));
    });
}
