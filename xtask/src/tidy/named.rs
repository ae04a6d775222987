//! What a document names is there: every file and test that `docs/operate/asvs.md` points to.

use std::collections::BTreeSet;

use super::{Checkout, Finding};

const DOCUMENT: &str = "docs/operate/asvs.md";
const CHECK: &str = "named";

/// Names of tests have at least so many words.
const TEST_WORDS: usize = 4;

/// One finding for each file or test that is named and not there.
pub(super) fn check(checkout: &Checkout) -> Vec<Finding> {
    let Some((_, text)) = checkout.tree.iter().find(|(path, _)| *path == DOCUMENT) else {
        return Vec::new();
    };
    let files: BTreeSet<&str> = checkout.tree.iter().map(|(path, _)| path).collect();
    let mut findings = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        for name in line.split('`').skip(1).step_by(2) {
            let is_missing = if is_file(name) {
                !files.contains(name)
            } else {
                is_test(name) && !has_function(checkout, name)
            };
            if is_missing {
                let message = format!("names `{name}`, which is not there: point to what is");
                findings.push(Finding::new(CHECK, DOCUMENT, number, message));
            }
        }
    }
    findings
}

fn is_file(name: &str) -> bool {
    name.contains('/') && name.rsplit('/').next().is_some_and(|last| last.contains('.'))
}

fn is_test(name: &str) -> bool {
    name.split('_').count() >= TEST_WORDS
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

fn has_function(checkout: &Checkout, name: &str) -> bool {
    let wanted = format!("fn {name}(");
    checkout.sources.keys().any(|path| {
        let text = checkout.tree.iter().find(|(known, _)| known == path);
        text.is_some_and(|(_, text)| text.contains(&wanted))
    })
}

#[cfg(test)]
mod tests {
    use super::{DOCUMENT, check};
    use crate::tidy::Checkout;

    #[test]
    fn a_file_or_test_that_is_not_there_is_named() {
        let document = "`crates/a/src/b.rs` and `crates/a/src/gone.rs`\n\
                        `id_01_it_is_there`, `id_01_it_is_gone`, `cargo xtask tidy`, `unsafe`\n";
        let files =
            [(DOCUMENT, document), ("crates/a/src/b.rs", "#[test]\nfn id_01_it_is_there() {}\n")];
        let found = check(&Checkout::of(&files));
        let lines: Vec<usize> = found.iter().map(|finding| finding.line).collect();
        assert_eq!(lines, [1, 2], "{found:?}");
        assert!(found[0].message.contains("gone.rs"));
        assert!(found[1].message.contains("id_01_it_is_gone"));
        assert_eq!(check(&Checkout::of(&[("a.md", "`b/c.rs`")])), []);
    }
}
