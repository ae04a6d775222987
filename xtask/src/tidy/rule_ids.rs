//! Each rule that code names is registered and has a test; each test that names a rule names a
//! registered one.

use std::collections::BTreeSet;

use super::{Checkout, Finding};
use crate::rules::{self, REGISTRY};

const CHECK: &str = "rule-ids";

/// Compares the code's documentation, the names of tests and the registry.
pub(super) fn check(checkout: &Checkout) -> Vec<Finding> {
    let registry = match rules::registry(&checkout.tree) {
        Ok(registry) => registry,
        Err(message) => return vec![Finding::new(CHECK, REGISTRY, 0, message)],
    };
    let known: BTreeSet<&str> = registry.ids().collect();
    let tested: BTreeSet<String> = rules::tests(checkout).into_iter().map(|test| test.id).collect();
    let mut findings = Vec::new();
    let mut reported = BTreeSet::new();
    for place in rules::mentions(checkout) {
        if !known.contains(place.id.as_str()) {
            let message = format!("{} is not in {REGISTRY}", place.id);
            findings.push(Finding::new(CHECK, &place.path, place.line, message));
        } else if place.is_decided
            && !tested.contains(&place.id)
            && reported.insert(place.id.clone())
        {
            let begins = rules::test_prefix(&place.id);
            let message =
                format!("{} has no test: one whose name begins with `{begins}`", place.id);
            findings.push(Finding::new(CHECK, &place.path, place.line, message));
        }
    }
    for test in rules::tests(checkout) {
        if !known.contains(test.id.as_str()) {
            let message = format!("`{}` names {}, which is not in {REGISTRY}", test.name, test.id);
            findings.push(Finding::new(CHECK, &test.path, test.line, message));
        }
    }
    for id in registry.open_ids().filter(|id| !known.contains(id)) {
        let message = format!("`open` names {id}, which is no rule of this file");
        findings.push(Finding::new(CHECK, REGISTRY, 0, message));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::{Checkout, check};

    const LIST: (&str, &str) = (
        "docs/rules.toml",
        "[[chapter]]\ntitle = \"Deals\"\n[chapter.rules]\nDR-01 = \"It ends.\"\nDR-02 = \"One holds.\"\n",
    );
    const TERM: &str = "crates/domain/src/deals/term.rs";
    const TEST: &str = "crates/app/tests/sell/deals.rs";

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let mut all = vec![LIST];
        all.extend_from_slice(files);
        check(&Checkout::of(&all)).into_iter().map(|f| f.to_string()).collect()
    }

    #[test]
    fn a_rule_in_code_without_a_test_is_found() {
        let code = "//! Terms.\n/// Decides DR-01.\nfn ends() {}";
        let findings = found(&[(TERM, code)]);
        assert_eq!(findings.len(), 1);
        assert!(findings[0].starts_with("crates/domain/src/deals/term.rs:2:"), "{findings:?}");
        assert!(findings[0].contains("dr_01_"));
        assert!(found(&[(TERM, code), (TEST, "#[test]\nfn dr_01_the_last_day() {}")]).is_empty());
    }

    #[test]
    fn a_test_beside_the_rule_counts_and_may_name_two() {
        let code = "/// DR-01, DR-02.\nfn a() {}\n#[cfg(test)]\nmod tests { #[test] fn dr_01_dr_02_both() {} }";
        assert!(found(&[(TERM, code)]).is_empty());
    }

    #[test]
    fn a_field_may_name_a_rule_that_is_decided_elsewhere() {
        assert!(found(&[(TERM, "struct S {\n/// For DR-01.\ndays: u8 }")]).is_empty());
        assert_eq!(found(&[(TERM, "struct S {\n/// For DR-77.\ndays: u8 }")]).len(), 1);
    }

    #[test]
    fn a_rule_that_does_not_exist_is_found_in_code_and_in_tests() {
        assert_eq!(found(&[(TERM, "/// Decides DR-77.\nfn ends() {}")]).len(), 1);
        assert_eq!(found(&[(TEST, "#[test]\nfn dr_77_something() {}")]).len(), 1);
        assert!(found(&[(TEST, "#[test]\nfn something_else() {}")]).is_empty());
    }
}
