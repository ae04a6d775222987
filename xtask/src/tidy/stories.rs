//! Stories of a slice lie in the test binary of its group, so that an edited one is compiled with
//! those of its group only.

use std::collections::{BTreeMap, BTreeSet};

use super::{Checkout, CratePath, Finding};

const CHECK: &str = "stories";

/// Where the test binaries of the groups lie.
const STORIES: &str = "crates/app/tests/";

/// One finding for each file in the binary of another group, or of none.
pub(super) fn check(checkout: &Checkout) -> Vec<Finding> {
    let places = || checkout.crate_sources().map(|(place, _)| place);
    let groups: BTreeSet<&str> =
        places().filter(CratePath::is_application).map(|place| place.krate).collect();
    let homes: BTreeMap<&str, &str> =
        places().filter_map(|place| Some((place.slice()?, home(place.krate)))).collect();
    let mut findings = Vec::new();
    for (path, _) in checkout.tree.below(STORIES, ".rs") {
        let Some((group, rest)) = path.strip_prefix(STORIES).and_then(|p| p.split_once('/')) else {
            let message = format!("lie in the test binary of a group: {STORIES}<group>/");
            findings.push(Finding::new(CHECK, path, 0, message));
            continue;
        };
        let first = rest.split('/').next().unwrap_or(rest);
        let slice = first.strip_suffix(".rs").unwrap_or(first);
        let message = match homes.get(slice) {
            Some(home) if *home != group => {
                format!("stories of `{slice}` lie in {STORIES}{home}, with its group")
            }
            None if !groups.contains(group) => format!("`{group}` is no group of docs/slices.toml"),
            Some(_) | None => continue,
        };
        findings.push(Finding::new(CHECK, path, 0, message));
    }
    findings
}

/// The binary for the slices of a crate. The demo has few stories, and they need all slices.
fn home(krate: &str) -> &str {
    if krate == "demo" { "app" } else { krate }
}

#[cfg(test)]
mod tests {
    use super::{Checkout, check};

    #[test]
    fn stories_in_the_binary_of_another_group_or_of_none_are_found() {
        let files = |paths: &[&'static str]| {
            let code = ["crates/sell/src/deals/store.rs", "crates/run/src/imports/mod.rs"];
            let demo = ["crates/demo/src/dice.rs", "crates/app/src/lib.rs"];
            let all = code.iter().chain(&demo).chain(paths);
            Checkout::of(&all.map(|path| (*path, "")).collect::<Vec<_>>())
        };
        let good = [
            "crates/app/tests/sell/main.rs",
            "crates/app/tests/sell/deals/lockout.rs",
            "crates/app/tests/sell/deal_pages.rs",
            "crates/app/tests/run/imports.rs",
            "crates/app/tests/app/demo/history.rs",
        ];
        assert_eq!(check(&files(&good)), []);
        let planted = [
            "crates/app/tests/run/deals/lockout.rs",
            "crates/app/tests/sell/imports.rs",
            "crates/app/tests/it/sweeps.rs",
            "crates/app/tests/loose.rs",
        ];
        let found = check(&files(&planted));
        let told: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), planted.len(), "{told:?}");
        let all = told.join("\n");
        assert!(all.contains("`deals` lie in crates/app/tests/sell"), "{all}");
        assert!(all.contains("`it` is no group"), "{all}");
    }
}
