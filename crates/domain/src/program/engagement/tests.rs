use std::fmt::Write;

use super::*;
use crate::money::Currency;
use crate::program::registration::RegistrationTerms;

fn page(document: &Document) -> String {
    let mut page = String::new();
    for section in rules_of_engagement(document) {
        writeln!(page, "# {}", section.heading).unwrap();
        for paragraph in section.paragraphs {
            let rules: Vec<_> = paragraph.rules.iter().map(|rule| rule.as_str()).collect();
            writeln!(page, "[{}] {}", rules.join(" "), paragraph.text).unwrap();
        }
    }
    page
}

#[test]
fn pg_01_the_page_that_partners_read_changes_knowingly() {
    insta::assert_snapshot!("rules_of_engagement", page(&Document::default_document()));
}

#[test]
fn pg_01_the_page_says_the_numbers_in_force() {
    let mut document = Document::default_document();
    let own = RegistrationTerms { validity_days: Some(120), ..RegistrationTerms::default() };
    document.registration.by_tier.insert("premier".to_owned(), own);
    document.registration.follow_up_days = 1;
    document.registration.minimum_amounts_minor.insert(Currency::parse("EUR").unwrap(), 500_000);
    document.conflicts.appeal_business_days = 0;
    document.rules_of_engagement.text = "\n\n  \n".to_owned();
    let page = page(&document);
    assert!(
        page.contains("for 90 days after the day of approval; 120 days for Premier."),
        "{page}"
    );
    assert!(page.contains("at least every 1 day."), "{page}");
    assert!(page.contains("[DR-12] The deal is worth at least 5,000.00 EUR."), "{page}");
    assert!(!page.contains("appealed") && !page.contains("How we work together"), "{page}");
}
