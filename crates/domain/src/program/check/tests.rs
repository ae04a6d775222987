//! Planted faults: each has to be found at its line and key.

mod faults;
mod lints;
mod robustness;

use super::*;

/// The default document with one passage replaced.
fn planted(old: &str, new: &str) -> String {
    let text = Document::DEFAULT_TOML;
    assert_eq!(text.matches(old).count().min(1), 1, "the default document has no {old:?}");
    text.replacen(old, new, 1)
}

/// The line, from 1, on which `needle` first stands.
fn line_of(text: &str, needle: &str) -> u32 {
    let before = text.split(needle).next().unwrap();
    assert!(before.len() < text.len(), "{needle:?} does not stand in the document");
    u32::try_from(before.matches('\n').count() + 1).unwrap()
}

#[test]
fn pg_03_the_default_document_has_neither_error_nor_warning() {
    let report = check(Document::DEFAULT_TOML);
    assert_eq!(report, Report::default(), "{report}");
    assert!(report.is_accepted());
}

#[test]
fn pg_03_a_report_says_where_what_and_what_to_do() {
    let faulty = planted("validity_days = 90 ", "validity_days = 0 ");
    let line = line_of(&faulty, "validity_days = 0");
    assert_eq!(
        check(&faulty).to_string(),
        format!(
            "error: line {line}, column 1, registration.validity_days: A window of zero days has \
             no effect. Write a whole number from 1 to 3650: Days of protection from the day of \
             approval (DR-01).\n"
        )
    );
}
