//! Deal registration through its pages.

use crate::{Answer, Caller, Partner, World};

/// A whole short form.
pub const GLOBEX: [(&str, &str); 9] = [
    ("account_domain", "globex.com"),
    ("account_name", "Globex GmbH"),
    ("contact_email", "hank.scorpio@globex.com"),
    ("product", "core"),
    ("amount", "48000"),
    ("currency", "EUR"),
    ("close_on", "2026-06-30"),
    ("evidence_note", "Met Hank Scorpio on 18 December; he asked for an offer"),
    ("do", "submit"),
];

/// The same with some fields otherwise.
pub fn with<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields: Vec<(&str, &str)> = GLOBEX.to_vec();
    for (name, value) in changes {
        match fields.iter_mut().find(|(known, _)| known == name) {
            Some(field) => field.1 = value,
            None => fields.push((name, value)),
        }
    }
    fields
}

/// Submits the short form; the page of the registration.
pub async fn register(seller: &Caller) -> String {
    let answer = seller.post("/registrations/new", &GLOBEX).await.is(303);
    answer.location().to_owned()
}

/// A registered deal that a partner manager approved.
pub async fn approved(world: &World, partner: &Partner) -> (String, Caller) {
    let page = register(&partner.seller).await;
    let manager = world.vendor_user("pam@acme.example", "partner_manager").await;
    if !partner.seller.get(&page).await.text().contains("Protected until") {
        let fields = account_field(&manager, &page).await;
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        manager.post(&format!("{page}/decision"), &fields).await.is(303);
    }
    (page, manager)
}

async fn account_field(manager: &Caller, page: &str) -> Vec<(String, String)> {
    let form = manager.get(&format!("{page}/decision")).await.is(200).text();
    if form.contains("name=\"account\"") {
        vec![("account".into(), "new".into())]
    } else {
        Vec::new()
    }
}

/// Fails when a page holds what its content policy forbids.
pub fn is_clean(answer: &Answer) {
    let text = answer.text();
    assert!(!text.contains(" style="), "{}: a style attribute", answer.asked);
    assert!(!text.contains("<style"), "{}: a style element", answer.asked);
    assert!(!text.contains("javascript:"), "{}: a script address", answer.asked);
    for tag in text.split('<') {
        let inside = tag.split('>').next().unwrap_or("");
        assert!(
            !inside.split_whitespace().any(|part| part.starts_with("on") && part.contains('=')),
            "{}: a handler in <{inside}>",
            answer.asked
        );
        assert!(
            !inside.starts_with("script") || inside.contains("src="),
            "{}: an inline script",
            answer.asked
        );
    }
}
