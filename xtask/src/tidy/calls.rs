//! Slices call each other only along the edges listed in `docs/slices.toml`, which form no circle.

use std::collections::{BTreeMap, BTreeSet};

use super::{Checkout, CratePath, Finding};
use crate::source::CodePath;

const CHECK: &str = "slice-calls";
const LIST: &str = "docs/slices.toml";

/// Edges by caller. The house's own folders may be used by all; what they call stands apart,
/// because they put the slices together and so form no layer with them.
#[derive(Debug, Default)]
struct Table {
    house: BTreeMap<String, BTreeSet<String>>,
    calls: BTreeMap<String, BTreeSet<String>>,
}

/// The list against itself, against the folders, and against every path in a slice.
pub(super) fn check(checkout: &Checkout) -> Vec<Finding> {
    let folders: BTreeSet<&str> = checkout
        .crate_sources()
        .filter(|(place, _)| place.krate == "app")
        .filter_map(|(place, _)| place.folder())
        .collect();
    if folders.is_empty() {
        return Vec::new();
    }
    let text = checkout.tree.text(LIST).unwrap_or_default();
    let table = match read(text) {
        Ok(table) => table,
        Err(message) => return vec![Finding::new(CHECK, LIST, 0, message)],
    };
    let mut findings = listed(&table, &folders);
    findings.extend(circles(&table));
    for (place, source) in checkout.crate_sources() {
        let Some(folder) = place.folder().filter(|_| place.krate == "app") else {
            continue;
        };
        for path in source.paths().iter().filter(|path| !path.in_test) {
            let Some(target) = target(place, path).filter(|name| folders.contains(name)) else {
                continue;
            };
            if target != folder && !table.allows(folder, target) {
                let message =
                    format!("`{folder}` may not call `{target}`: the edge is not listed in {LIST}");
                findings.push(Finding::new(CHECK, place.path, path.line, message));
            }
        }
    }
    findings
}

impl Table {
    fn allows(&self, from: &str, to: &str) -> bool {
        let mut lists = self.house.get(from).into_iter().chain(self.calls.get(from));
        self.house.contains_key(to) || lists.any(|list| list.contains(to))
    }
}

fn read(text: &str) -> Result<Table, String> {
    let parsed: toml::Table = text.parse().map_err(|e| format!("is not TOML: {e}"))?;
    let names = |value: &toml::Value| -> BTreeSet<String> {
        let items = value.as_array().into_iter().flatten();
        items.filter_map(toml::Value::as_str).map(str::to_owned).collect()
    };
    let edges = |part: &str| -> BTreeMap<String, BTreeSet<String>> {
        let lists = parsed.get(part).and_then(toml::Value::as_table);
        let each = lists.into_iter().flatten();
        each.map(|(name, list)| (name.clone(), names(list))).collect()
    };
    Ok(Table { house: edges("house"), calls: edges("calls") })
}

fn listed(table: &Table, folders: &BTreeSet<&str>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut say = |message: String| findings.push(Finding::new(CHECK, LIST, 0, message));
    for folder in folders {
        if !table.house.contains_key(*folder) && !table.calls.contains_key(*folder) {
            say(format!("crates/app/src/{folder} is not listed"));
        }
    }
    let known = |name: &String| folders.contains(name.as_str());
    for name in table.calls.keys().chain(table.house.keys()).filter(|name| !known(name)) {
        say(format!("`{name}` is listed but crates/app/src/{name} does not exist"));
    }
    for (slice, list) in table.calls.iter().chain(&table.house) {
        for name in list.iter().filter(|name| !known(name)) {
            say(format!("`{slice}` lists `{name}`, which does not exist"));
        }
    }
    findings
}

/// Takes away, again and again, slices that call nobody left; what stays is in a circle or leads to one.
fn circles(table: &Table) -> Option<Finding> {
    let mut left = table.calls.clone();
    loop {
        let free: Vec<String> = left
            .iter()
            .filter(|(_, list)| !list.iter().any(|name| left.contains_key(name)))
            .map(|(name, _)| name.clone())
            .collect();
        if free.is_empty() {
            break;
        }
        left.retain(|name, _| !free.contains(name));
    }
    if left.is_empty() {
        return None;
    }
    let names: Vec<&str> = left.keys().map(String::as_str).collect();
    let message = format!("the listed calls form a circle among {}", names.join(", "));
    Some(Finding::new(CHECK, LIST, 0, message))
}

/// The folder below `src` that a path leads to: by `crate::`, or by enough `super::`.
fn target<'a>(place: CratePath<'_>, path: &'a CodePath) -> Option<&'a str> {
    let first = path.names.first()?;
    if first == "crate" || first == "app" {
        return path.names.get(1).map(String::as_str);
    }
    let ups = path.names.iter().take_while(|name| *name == "super").count();
    (ups > 0 && ups == depth(place.inner))
        .then(|| path.names.get(ups).map(String::as_str))
        .flatten()
}

/// How many modules a file is away from the root of its crate.
fn depth(inner: &str) -> usize {
    let parts = inner.split('/').count();
    parts - usize::from(inner.ends_with("/mod.rs") || inner == "lib.rs")
}

#[cfg(test)]
mod tests {
    use super::{Checkout, check};

    const ACCOUNTS: (&str, &str) = ("crates/app/src/accounts/mod.rs", "pub fn find() {}");
    const CORE: (&str, &str) = ("crates/app/src/core/mod.rs", "pub struct Tx;");
    const NONE: &str = "[house]\ncore = []\n[calls]\naccounts = []\ndeals = []\n";
    const ONE: &str = "[house]\ncore = []\n[calls]\naccounts = []\ndeals = [\"accounts\"]\n";

    fn found(list: &str, path: &str, code: &str) -> Vec<String> {
        let files = [ACCOUNTS, CORE, ("docs/slices.toml", list), (path, code)];
        check(&Checkout::of(&files)).into_iter().map(|f| f.to_string()).collect()
    }

    #[test]
    fn a_call_outside_the_list_is_found_however_it_is_written() {
        let file = "crates/app/src/deals/actions/submit.rs";
        for code in [
            "fn f() { crate::accounts::find(); }",
            "use crate::{core::Tx, accounts::find};",
            "use super::super::super::accounts;",
        ] {
            assert_eq!(found(NONE, file, code).len(), 1, "{code}");
            assert!(found(ONE, file, code).is_empty(), "{code}");
        }
    }

    #[test]
    fn the_house_and_the_slice_itself_may_be_used() {
        let code = "use crate::core::Tx; use crate::deals::store; use super::store;";
        assert!(found(NONE, "crates/app/src/deals/mod.rs", code).is_empty());
    }

    #[test]
    fn the_house_calls_a_slice_only_where_it_says_so() {
        let code = "use crate::accounts::find;";
        let silent = "[house]\ncore = []\n[calls]\naccounts = []\n";
        assert_eq!(found(silent, "crates/app/src/core/ctx.rs", code).len(), 1);
        let said = "[house]\ncore = [\"accounts\"]\n[calls]\naccounts = []\n";
        assert!(found(said, "crates/app/src/core/ctx.rs", code).is_empty());
    }

    #[test]
    fn a_circle_in_the_list_is_found() {
        let circle =
            "[house]\ncore = []\n[calls]\naccounts = [\"deals\"]\ndeals = [\"accounts\"]\n";
        let findings = found(circle, "crates/app/src/deals/mod.rs", "");
        assert_eq!(findings.len(), 1);
        assert!(findings[0].contains("circle among accounts, deals"));
    }

    #[test]
    fn a_folder_that_is_not_listed_and_a_name_without_folder_are_found() {
        let list = "[house]\ncore = []\n[calls]\naccounts = []\nghosts = []\n";
        assert_eq!(found(list, "crates/app/src/deals/mod.rs", "").len(), 2);
    }
}
