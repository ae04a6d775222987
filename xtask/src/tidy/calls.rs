//! Crates of the application depend on each other only upwards, and slices call each other only
//! along the edges listed in `docs/slices.toml`, which form no circle.

use std::collections::{BTreeMap, BTreeSet};

use super::{Checkout, CratePath, Finding};
use crate::source::CodePath;

const CHECK: &str = "slice-calls";
const LIST: &str = "docs/slices.toml";

/// The crates from below to above, and edges by caller.
#[derive(Debug, Default)]
struct Table {
    groups: Vec<String>,
    calls: BTreeMap<String, BTreeSet<String>>,
}

/// The list against itself, against folders and manifests, and against every path in a slice.
pub(super) fn check(checkout: &Checkout) -> Vec<Finding> {
    let places = || checkout.crate_sources().map(|(place, _)| place);
    let slices: BTreeSet<&str> = places().filter_map(|place| place.slice()).collect();
    if slices.is_empty() {
        return Vec::new();
    }
    let text = checkout.tree.text(LIST).unwrap_or_default();
    let table = match read(text) {
        Ok(table) => table,
        Err(message) => return vec![Finding::new(CHECK, LIST, 0, message)],
    };
    let crates: BTreeSet<&str> =
        places().filter(CratePath::is_application).map(|place| place.krate).collect();
    let mut findings = listed(&table, &slices);
    findings.extend(circles(&table));
    findings.extend(crates.iter().flat_map(|krate| downward(&table, checkout, krate)));
    for (place, source) in checkout.crate_sources() {
        let Some(slice) = place.slice() else { continue };
        for path in source.paths().iter().filter(|path| !path.in_test) {
            let target = target(place, path, &crates).filter(|name| slices.contains(name));
            let Some(target) = target.filter(|name| *name != slice) else { continue };
            if !table.calls.get(slice).is_some_and(|list| list.contains(target)) {
                let message =
                    format!("`{slice}` may not call `{target}`: the edge is not listed in {LIST}");
                findings.push(Finding::new(CHECK, place.path, path.line, message));
            }
        }
    }
    findings
}

/// What a crate depends on must stand before it in the list.
fn downward(table: &Table, checkout: &Checkout, krate: &str) -> Vec<Finding> {
    let Some(own) = table.groups.iter().position(|name| name == krate) else {
        let message = format!("crates/{krate} is not listed under `groups`");
        return vec![Finding::new(CHECK, LIST, 0, message)];
    };
    let path = format!("crates/{krate}/Cargo.toml");
    let manifest = match checkout.tree.text(&path).unwrap_or_default().parse::<toml::Table>() {
        Ok(manifest) => manifest,
        Err(error) => return vec![Finding::new(CHECK, &path, 0, format!("is not TOML: {error}"))],
    };
    let names = dependencies(&manifest).into_iter();
    let upward = names.filter(|name| table.groups.iter().skip(own).any(|group| group == name));
    upward
        .map(|name| {
            let message = format!(
                "`{krate}` may not depend on `{name}`, which stands above it under `groups` in {LIST}"
            );
            Finding::new(CHECK, &path, 0, message)
        })
        .collect()
}

/// The packages that a manifest depends on for more than tests, whatever it calls them.
fn dependencies(manifest: &toml::Table) -> Vec<String> {
    let targets = manifest.get("target").and_then(toml::Value::as_table).into_iter().flatten();
    let all = targets.filter_map(|(_, target)| target.as_table()).chain([manifest]);
    let tables = all.flat_map(|one| [one.get("dependencies"), one.get("build-dependencies")]);
    let each = tables.flatten().filter_map(toml::Value::as_table).flatten();
    each.map(|(name, how)| {
        let package = how.get("package").and_then(toml::Value::as_str);
        package.unwrap_or(name).to_owned()
    })
    .collect()
}

fn read(text: &str) -> Result<Table, String> {
    let parsed: toml::Table = text.parse().map_err(|e| format!("is not TOML: {e}"))?;
    let names = |value: &toml::Value| -> Vec<String> {
        let items = value.as_array().into_iter().flatten();
        items.filter_map(toml::Value::as_str).map(str::to_owned).collect()
    };
    let lists = parsed.get("calls").and_then(toml::Value::as_table).into_iter().flatten();
    let calls = lists.map(|(name, list)| (name.clone(), names(list).into_iter().collect()));
    Ok(Table {
        groups: parsed.get("groups").map(names).unwrap_or_default(),
        calls: calls.collect(),
    })
}

fn listed(table: &Table, slices: &BTreeSet<&str>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut say = |message: String| findings.push(Finding::new(CHECK, LIST, 0, message));
    for slice in slices.iter().filter(|slice| !table.calls.contains_key(**slice)) {
        say(format!("the slice `{slice}` is not listed"));
    }
    let known = |name: &String| slices.contains(name.as_str());
    for name in table.calls.keys().filter(|name| !known(name)) {
        say(format!("`{name}` is listed, and no crate has a folder of that name"));
    }
    for (slice, list) in &table.calls {
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

/// The slice that a path leads to: by `crate::`, by another crate's name, or by enough `super::`.
fn target<'a>(
    place: CratePath<'_>,
    path: &'a CodePath,
    crates: &BTreeSet<&str>,
) -> Option<&'a str> {
    let first = path.names.first()?;
    if crates.contains(first.as_str()) || first == "crate" && place.krate != "demo" {
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

    const ACCOUNTS: (&str, &str) = ("crates/channel/src/accounts/mod.rs", "pub fn find() {}");
    const FRAME: (&str, &str) = ("crates/frame/src/lib.rs", "pub struct Tx;");
    const NONE: &str =
        "groups = [\"frame\", \"channel\", \"sell\"]\n[calls]\naccounts = []\ndeals = []\n";
    const ONE: &str = "groups = [\"frame\", \"channel\", \"sell\"]\n[calls]\naccounts = []\n\
                       deals = [\"accounts\"]\n";

    fn found(list: &str, path: &str, code: &str) -> Vec<String> {
        let files = [ACCOUNTS, FRAME, ("docs/slices.toml", list), (path, code)];
        check(&Checkout::of(&files)).into_iter().map(|f| f.to_string()).collect()
    }

    #[test]
    fn a_call_outside_the_list_is_found_however_it_is_written() {
        for (file, code) in [
            ("crates/sell/src/deals/actions/submit.rs", "fn f() { channel::accounts::find(); }"),
            ("crates/sell/src/deals/actions/submit.rs", "use channel::{accounts::find, program};"),
            ("crates/channel/src/deals/submit.rs", "fn f() { crate::accounts::find(); }"),
            ("crates/channel/src/deals/submit.rs", "use crate::{other, accounts::find};"),
            ("crates/channel/src/deals/actions/submit.rs", "use super::super::super::accounts;"),
        ] {
            let told = found(NONE, file, code);
            assert!(told.iter().any(|one| one.contains("may not call `accounts`")), "{code}");
            let told = found(ONE, file, code);
            assert!(told.iter().all(|one| !one.contains("may not call")), "{code}: {told:?}");
        }
    }

    #[test]
    fn the_frame_and_the_slice_itself_may_be_used() {
        let code = "use frame::Tx; use crate::deals::store; use super::store;";
        assert_eq!(found(NONE, "crates/sell/src/deals/mod.rs", code), [""; 0]);
    }

    #[test]
    fn a_crate_depends_on_those_before_it_only() {
        let manifest = "crates/channel/Cargo.toml";
        let deals = ("crates/sell/src/deals/mod.rs", "");
        let with = |text: &str| {
            let list = ("docs/slices.toml", NONE);
            check(&Checkout::of(&[ACCOUNTS, FRAME, list, deals, (manifest, text)]))
        };
        assert_eq!(with("[dependencies]\nframe.workspace = true\nhttp = \"1\"\n"), []);
        for text in [
            "[dependencies]\nsell.workspace = true\n",
            "[build-dependencies]\nsell.workspace = true\n",
            "[target.'cfg(unix)'.dependencies]\nsell.workspace = true\n",
            "[dependencies]\nshop = { package = \"sell\", path = \"../sell\" }\n",
        ] {
            let upward = with(text);
            assert_eq!(upward.len(), 1, "{text}");
            assert!(upward[0].message.contains("`channel` may not depend on `sell`"), "{upward:?}");
        }
        assert!(with("[dependencies").iter().any(|one| one.message.contains("is not TOML")));
        let unlisted = found(NONE, "crates/pay/src/deals/mod.rs", "");
        assert!(unlisted[0].contains("crates/pay is not listed under `groups`"), "{unlisted:?}");
    }

    #[test]
    fn a_circle_in_the_list_is_found() {
        let circle = NONE.replace("accounts = []", "accounts = [\"deals\"]");
        let circle = circle.replace("deals = []", "deals = [\"accounts\"]");
        let findings = found(&circle, "crates/sell/src/deals/mod.rs", "");
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert!(findings[0].contains("circle among accounts, deals"));
    }

    #[test]
    fn a_folder_that_is_not_listed_and_a_name_without_folder_are_found() {
        let list = NONE.replace("deals = []", "ghosts = []");
        assert_eq!(found(&list, "crates/sell/src/deals/mod.rs", "").len(), 2);
    }
}
