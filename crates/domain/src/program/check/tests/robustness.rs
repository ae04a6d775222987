use std::fmt::Write;

use proptest::prelude::*;

use super::*;

#[test]
fn pg_03_a_document_is_at_most_a_million_bytes() {
    let padding = LARGEST_BYTES - Document::DEFAULT_TOML.len();
    let largest = format!("{}{}", Document::DEFAULT_TOML, "#".repeat(padding));
    assert!(check(&largest).is_accepted());
    let report = check(&format!("{largest}#"));
    assert_eq!(report.errors[0].code, "too-large");
}

#[test]
fn pg_03_a_flood_of_faults_is_counted_and_not_listed() {
    let mut flood = String::new();
    for number in 0..50_000 {
        writeln!(flood, "k{number} = {number}").unwrap();
    }
    let report = check(&flood);
    assert_eq!(report.errors.len(), 200);
    assert!(report.unlisted >= 49_800, "{}", report.unlisted);
    assert!(report.to_string().ends_with(&format!("and {} more\n", report.unlisted)));
}

#[test]
fn pg_03_depth_and_number_of_values_are_bounded() {
    let deep = format!("a = {}{}", "[".repeat(70), "]".repeat(70));
    assert_eq!(check(&deep).errors[0].code, "too-large");
    let deeper = format!("a = {}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(!check(&deeper).is_accepted());
    let many = format!("a = [{}]", "0,".repeat(100_001));
    assert_eq!(check(&many).errors[0].code, "too-large");
    let long_key = format!("[{}]\n{}", "k".repeat(400_000), "a = 1\n");
    let report = check(&long_key);
    let longest = report.errors.iter().map(|error| error.to_string().len()).max();
    assert!(longest.is_some_and(|longest| longest < 600), "{report}");
}

#[test]
fn pg_03_an_empty_document_is_told_every_key_it_lacks() {
    let report = check("");
    let keys: Vec<_> = report.errors.iter().map(|error| error.key.as_str()).collect();
    assert!(keys.contains(&"name") && keys.contains(&"registration") && keys.contains(&"tiers"));
    assert!(report.errors.iter().all(|error| error.code == "missing-key"), "{report}");
}

/// Pieces that a careless hand could leave in a document.
const PIECES: &[&str] = &[
    "",
    "0",
    "-1",
    "\"\"",
    "[]",
    "{}",
    "= ",
    "[[tiers]]\n",
    "[registration]\n",
    "true",
    "1e999",
    "nan",
    "'",
    "\"\"\"",
    "\u{feff}",
    "\0",
    "é",
    "2026-02-29",
    "{ from = 1 }",
    "9223372036854775808",
    "#",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn pg_03_no_mutilated_document_is_accepted_half_read(
        at in any::<proptest::sample::Index>(),
        cut in 0_usize..60,
        piece in proptest::sample::select(PIECES),
    ) {
        let text = Document::DEFAULT_TOML;
        let letters: Vec<char> = text.chars().collect();
        let index = at.index(letters.len());
        let head: String = letters[..index].iter().collect();
        let tail: String = letters[(index + cut).min(letters.len())..].iter().collect();
        let mutilated = format!("{head}{piece}{tail}");
        let (document, report) = read(&mutilated);
        prop_assert_eq!(document.is_some(), report.is_accepted());
        let lines = u32::try_from(mutilated.matches('\n').count() + 1).unwrap();
        for finding in report.errors.iter().chain(&report.warnings) {
            prop_assert!((1..=lines).contains(&finding.line), "{}", finding);
        }
        if let Some(document) = document {
            prop_assert_eq!(Document::parse(&document.to_toml()), Ok(document));
        }
    }
}
