//! A file has at most 400 lines, a function at most 70, a crate at most 25,000.

use std::collections::BTreeMap;

use super::{Checkout, Finding};

const CHECK: &str = "length";

/// One subject per file fits into this.
const MAX_FILE_LINES: usize = 400;

/// What compiles in a few seconds: a larger group becomes two crates.
const MAX_CRATE_LINES: usize = 25_000;

/// From `fn` to the closing brace: what a screen shows.
const MAX_FUNCTION_LINES: usize = 70;

/// Measures every file that a person writes.
pub(super) fn check(checkout: &Checkout) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in checkout.tree.iter() {
        let counts = [".rs", ".sql", ".css", ".js"].iter().any(|ending| path.ends_with(ending));
        if !counts || is_not_ours(path, text) {
            continue;
        }
        let lines = text.lines().count();
        if lines > MAX_FILE_LINES {
            let message = format!("{lines} lines; at most {MAX_FILE_LINES}: one subject per file");
            findings.push(Finding::new(CHECK, path, MAX_FILE_LINES + 1, message));
        }
        let Some(source) = checkout.sources.get(path) else {
            continue;
        };
        for function in &source.functions {
            let lines = function.last_line + 1 - function.first_line;
            if lines > MAX_FUNCTION_LINES {
                let message =
                    format!("`{}` has {lines} lines; at most {MAX_FUNCTION_LINES}", function.name);
                findings.push(Finding::new(CHECK, path, function.first_line, message));
            }
        }
    }
    findings
}

/// Measures the code of every crate, without the tests beside it.
pub(super) fn check_crates(checkout: &Checkout) -> Vec<Finding> {
    let mut lines: BTreeMap<&str, usize> = BTreeMap::new();
    for (path, text) in checkout.tree.below("crates/", ".rs") {
        let mut parts = path.split('/').skip(1);
        if let (Some(krate), Some("src")) = (parts.next(), parts.next()) {
            *lines.entry(krate).or_default() += text.lines().count();
        }
    }
    let large = lines.into_iter().filter(|(_, lines)| *lines > MAX_CRATE_LINES);
    large
        .map(|(krate, lines)| {
            let message = format!("{lines} lines; at most {MAX_CRATE_LINES}: make it two crates");
            Finding::new(CHECK, &format!("crates/{krate}/Cargo.toml"), 0, message)
        })
        .collect()
}

/// Files taken over from elsewhere, and files that a command writes.
pub(super) fn is_not_ours(path: &str, text: &str) -> bool {
    let mark = concat!("@", "generated");
    let generated = text.lines().take(5).any(|line| line.contains(mark));
    generated || path.split('/').any(|part| part == "vendor") || path.ends_with(".min.js")
}

#[cfg(test)]
mod tests {
    use super::{Checkout, check, check_crates};

    #[test]
    fn a_crate_that_grew_too_large_is_named() {
        let [half, more] = [12_500, 12_501].map(|lines| "\n".repeat(lines));
        let told = |second: &str| {
            let files = [
                ("crates/sell/src/a.rs", half.as_str()),
                ("crates/sell/src/b/c.rs", second),
                ("crates/sell/tests/d.rs", half.as_str()),
            ];
            check_crates(&Checkout::of(&files))
        };
        assert_eq!(told(&half), []);
        assert_eq!(told(&more)[0].message, "25001 lines; at most 25000: make it two crates");
    }

    fn found(path: &str, text: &str) -> usize {
        check(&Checkout::of(&[(path, text)])).len()
    }

    #[test]
    fn the_last_line_allowed_and_the_first_too_many() {
        assert_eq!(found("crates/db/src/a.rs", &"\n".repeat(400)), 0);
        assert_eq!(found("crates/db/src/a.rs", &"\n".repeat(401)), 1);
        assert_eq!(found("migrations/0001_a_b.sql", &"\n".repeat(401)), 1);
    }

    #[test]
    fn a_function_of_70_lines_passes_and_one_of_71_does_not() {
        let function = |inner: usize| format!("fn long() {{\n{}}}\n", "x();\n".repeat(inner));
        assert_eq!(found("crates/db/src/a.rs", &function(68)), 0);
        assert_eq!(found("crates/db/src/a.rs", &function(69)), 1);
    }

    #[test]
    fn files_of_others_are_left_alone() {
        let long = "\n".repeat(500);
        assert_eq!(found("crates/web/assets/vendor/axe.js", &long), 0);
        let generated = format!("// {}\n{long}", concat!("@", "generated"));
        assert_eq!(found("crates/web/src/table.rs", &generated), 0);
    }
}
