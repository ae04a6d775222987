//! What journeys begin with: companies, deals and the links of mails.

use domain::program::Document;
use serde_json::{Value, json};
use testkit::{Caller, Partner, World};

use crate::browser::Browser;

/// The first product line of the default program that can be registered.
fn product() -> String {
    let document = Document::default_document();
    let product = document.products.iter().find(|product| product.registrable).expect("a product");
    product.code.clone()
}

/// Registers a company through the API; the answer.
pub(crate) async fn registered(partner: &Partner, name: &str, domain: &str) -> Value {
    let body = json!({
        "submit": true,
        "account_name": name,
        "account_domain": domain,
        "account_country": "DE",
        "contact_email": format!("ana@{domain}"),
        "products": [{ "code": product(), "quantity": 1 }],
        "amount": { "minor": 5_000_000, "currency": "EUR" },
        "close_on": "2027-06-30",
        "evidence_note": "We met their head of purchasing."
    });
    partner.key.api("POST", "/api/v1/deal-registrations", &body).await.is(201).json()
}

/// Registers a company and has it approved; the path of its page.
pub(crate) async fn approved(
    world: &World,
    partner: &Partner,
    (name, domain): (&str, &str),
) -> String {
    let made = registered(partner, name, domain).await;
    let id = made["id"].as_str().expect("an id");
    if made["status"] != "approved" {
        let key = world.decider().await;
        let decision = json!({ "decision": "approve" });
        key.api("POST", &format!("/api/v1/deal-registrations/{id}/decision"), &decision)
            .await
            .is(200)
            .ok();
    }
    format!("/registrations/{id}")
}

/// Lets every registration wait for a person.
pub(crate) async fn nothing_by_itself(world: &World) {
    world.with_document(|document| document.registration.auto_approve = false).await;
}

/// The path of the newest link with this beginning in the mails to somebody.
pub(crate) async fn link_in_mail(world: &World, to: &Caller, beginning: &str) -> String {
    let mails = world.mails_to(&to.email).await;
    let found = mails.iter().rev().find_map(|(_, body)| {
        let from = body.find(beginning)?;
        body.get(from..)?.split_whitespace().next().map(str::to_owned)
    });
    found.unwrap_or_else(|| panic!("no {beginning} in {mails:?}"))
}

/// Fills the rest of the short form for Globex and submits it.
pub(crate) async fn fill_globex(browser: &Browser) {
    browser.fill("account_name", "Globex GmbH").await;
    browser.fill("contact_email", "hank.scorpio@globex.com").await;
    browser.click(&format!("input[name='product'][value='{}']", product())).await;
    browser.fill("amount", "48000").await;
    // Parts of a date are typed in the order of the browser's language.
    browser.fill("close_on", "06302026").await;
    browser.fill("evidence_note", "Met Hank Scorpio on 18 December; he asked for an offer").await;
}
