//! Licences, bans and sources of every package, by `cargo metadata` against `deny.toml`.
//!
//! The file has the form that cargo-deny reads, so that tool can be used on it as well.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::Finding;
use crate::tree::Tree;
use crate::{Outcome, spdx};

const CHECK: &str = "dependencies";
const POLICY: &str = "deny.toml";

/// What the audit says.
#[derive(Debug, Default)]
pub(super) struct Audited {
    /// What must be mended.
    pub(super) findings: Vec<Finding>,
    /// What should be looked at when there is time: two versions of a package we name ourselves.
    pub(super) warnings: Vec<String>,
    /// How many packages were looked at.
    pub(super) packages: usize,
}

impl Audited {
    fn say(&mut self, message: String) {
        self.findings.push(Finding::new(CHECK, POLICY, 0, message));
    }
}

/// Asks cargo for every package of every platform and compares. What keeps cargo from answering
/// is a finding too, so that the other checks are still heard.
pub(super) fn run(root: &Path, tree: &Tree) -> Audited {
    let policy = Policy::read(tree.text(POLICY).unwrap_or_default());
    let both = policy.and_then(|policy| Ok((policy, metadata(root)?)));
    both.map_or_else(
        |message| {
            let mut audited = Audited::default();
            audited.say(message);
            audited
        },
        |(policy, metadata)| audit(&policy, &metadata),
    )
}

fn metadata(root: &Path) -> Outcome<Value> {
    let output = Command::new("cargo")
        .args(["metadata", "--format-version", "1", "--locked", "--all-features"])
        .current_dir(root)
        .output()
        .map_err(|e| format!("cargo metadata: {e}"))?;
    if !output.status.success() {
        return Err(format!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr)));
    }
    serde_json::from_slice(&output.stdout).map_err(|e| format!("cargo metadata: {e}"))
}

#[derive(Debug, Default)]
struct Policy {
    licences: BTreeSet<String>,
    exceptions: BTreeMap<String, BTreeSet<String>>,
    banned: Vec<Ban>,
    registries: BTreeSet<String>,
}

#[derive(Debug)]
struct Ban {
    name: String,
    reason: String,
    wrappers: BTreeSet<String>,
}

impl Policy {
    fn read(text: &str) -> Outcome<Policy> {
        let table: toml::Table = text.parse().map_err(|e| format!("{POLICY}: {e}"))?;
        let list = |part: &str, key: &str| {
            let value = table.get(part).and_then(|part| part.get(key));
            value.and_then(toml::Value::as_array).cloned().unwrap_or_default()
        };
        let mut policy = Policy {
            licences: names(Some(&toml::Value::Array(list("licenses", "allow")))),
            registries: names(Some(&toml::Value::Array(list("sources", "allow-registry")))),
            ..Policy::default()
        };
        for exception in list("licenses", "exceptions") {
            policy.exceptions.insert(word(&exception, "crate"), names(exception.get("allow")));
        }
        for ban in list("bans", "deny") {
            policy.banned.push(Ban {
                name: word(&ban, "crate"),
                reason: word(&ban, "reason"),
                wrappers: names(ban.get("wrappers")),
            });
        }
        Ok(policy)
    }

    fn allows(&self, package: &str, licence: &str) -> bool {
        let extra = self.exceptions.get(package);
        self.licences.contains(licence) || extra.is_some_and(|list| list.contains(licence))
    }
}

fn names(value: Option<&toml::Value>) -> BTreeSet<String> {
    let items = value.and_then(toml::Value::as_array).into_iter().flatten();
    items.filter_map(toml::Value::as_str).map(str::to_owned).collect()
}

fn word(value: &toml::Value, key: &str) -> String {
    let text = value.get(key).and_then(toml::Value::as_str);
    text.unwrap_or_default().to_owned()
}

fn audit(policy: &Policy, metadata: &Value) -> Audited {
    let packages = items(metadata, "packages");
    let members: BTreeSet<&str> =
        items(metadata, "workspace_members").iter().filter_map(Value::as_str).collect();
    let mut audited = Audited { packages: packages.len(), ..Audited::default() };
    for package in packages {
        if members.contains(text(package, "id")) {
            wildcards(package, &mut audited);
        } else {
            licence(policy, package, &mut audited);
            source(policy, package, &mut audited);
        }
    }
    bans(policy, metadata, &mut audited);
    twins(packages, &members, &mut audited);
    audited
}

fn items<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn label(package: &Value) -> String {
    format!("{} {}", text(package, "name"), text(package, "version"))
}

fn licence(policy: &Policy, package: &Value, audited: &mut Audited) {
    let expression = text(package, "license");
    let name = text(package, "name");
    if !spdx::is_met(expression, &|licence| policy.allows(name, licence)) {
        let stated = if expression.is_empty() { "none stated" } else { expression };
        audited.say(format!("licence of {}: {stated}; allowed are those listed", label(package)));
    }
}

fn source(policy: &Policy, package: &Value, audited: &mut Audited) {
    let source = text(package, "source");
    let address = source.strip_prefix("registry+").or_else(|| source.strip_prefix("sparse+"));
    if !address.is_some_and(|address| policy.registries.contains(address)) {
        let shown = if source.is_empty() { "a folder outside the workspace" } else { source };
        audited.say(format!("source of {}: {shown} is not listed", label(package)));
    }
}

fn wildcards(member: &Value, audited: &mut Audited) {
    for dependency in items(member, "dependencies") {
        let comes_from_outside = dependency.get("source").is_some_and(Value::is_string);
        if comes_from_outside && text(dependency, "req") == "*" {
            let (owner, name) = (text(member, "name"), text(dependency, "name"));
            audited.say(format!("`{owner}` takes any version of `{name}`: name one"));
        }
    }
}

fn bans(policy: &Policy, metadata: &Value, audited: &mut Audited) {
    let by_id: BTreeMap<&str, &str> = items(metadata, "packages")
        .iter()
        .map(|package| (text(package, "id"), text(package, "name")))
        .collect();
    let name_of = |id: &str| by_id.get(id).copied().unwrap_or_default();
    let nodes = metadata.get("resolve").map_or(&[][..], |resolve| items(resolve, "nodes"));
    for node in nodes {
        let parent = name_of(text(node, "id"));
        for edge in items(node, "deps") {
            let name = name_of(text(edge, "pkg"));
            let ban = policy.banned.iter().find(|ban| ban.name == name);
            if let Some(ban) = ban.filter(|ban| !ban.wrappers.contains(parent)) {
                audited.say(format!(
                    "`{parent}` depends on `{name}`, which is banned: {}",
                    ban.reason
                ));
            }
        }
    }
}

/// Two versions of a package that we name ourselves: built twice, and its types do not meet.
fn twins(packages: &[Value], members: &BTreeSet<&str>, audited: &mut Audited) {
    let direct: BTreeSet<&str> = packages
        .iter()
        .filter(|package| members.contains(text(package, "id")))
        .flat_map(|member| items(member, "dependencies"))
        .map(|dependency| text(dependency, "name"))
        .collect();
    let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for package in packages {
        let name = text(package, "name");
        versions.entry(name).or_default().insert(text(package, "version"));
    }
    for (name, found) in
        versions.iter().filter(|(name, found)| found.len() > 1 && direct.contains(**name))
    {
        let list: Vec<&str> = found.iter().copied().collect();
        audited.warnings.push(format!(
            "{name} is built in {} versions: {}",
            list.len(),
            list.join(", ")
        ));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Audited, Policy, audit};

    const POLICY: &str = "
        [licenses]
        allow = [\"MIT\"]
        exceptions = [{ crate = \"roots\", allow = [\"CDLA-Permissive-2.0\"] }]
        [bans]
        deny = [
            { crate = \"openssl-sys\", reason = \"one TLS stack\" },
            { crate = \"time\", reason = \"one calendar\", wrappers = [\"cookie\"] },
        ]
        [sources]
        allow-registry = [\"https://registry\"]
    ";

    fn package(name: &str, licence: &str, source: &str) -> Value {
        json!({ "id": name, "name": name, "version": "1.0.0", "license": licence, "source": source })
    }

    fn run(packages: &[Value], edges: &[(&str, &str)]) -> Audited {
        let ours = json!({ "id": "app", "name": "app", "version": "0.1.0", "dependencies": [
            { "name": "serde", "req": "^1", "source": "registry+https://registry" },
            { "name": "db", "req": "*", "source": null },
        ] });
        let mut all = vec![ours];
        all.extend_from_slice(packages);
        let node = |(from, to): &(&str, &str)| json!({ "id": from, "deps": [{ "pkg": to }] });
        let nodes: Vec<Value> = edges.iter().map(node).collect();
        let metadata = json!({
            "packages": all, "workspace_members": ["app"], "resolve": { "nodes": nodes },
        });
        audit(&Policy::read(POLICY).unwrap(), &metadata)
    }

    #[test]
    fn a_clean_set_has_no_findings() {
        let good = package("serde", "MIT OR Apache-2.0", "registry+https://registry");
        let special = package("roots", "CDLA-Permissive-2.0", "registry+https://registry");
        let audited = run(&[good, special], &[("app", "serde"), ("cookie", "time")]);
        assert_eq!(audited.findings, []);
        assert!(audited.warnings.is_empty());
        assert_eq!(audited.packages, 3);
    }

    #[test]
    fn a_foreign_licence_and_a_missing_one_are_found() {
        for licence in ["GPL-3.0-only", "", "CDLA-Permissive-2.0"] {
            let audited = run(&[package("serde", licence, "registry+https://registry")], &[]);
            assert_eq!(audited.findings.len(), 1, "{licence}");
        }
    }

    #[test]
    fn git_folders_and_other_registries_are_found() {
        for source in ["git+https://host/x", "", "registry+https://elsewhere"] {
            let audited = run(&[package("serde", "MIT", source)], &[]);
            assert_eq!(audited.findings.len(), 1, "{source}");
        }
    }

    #[test]
    fn a_ban_holds_for_every_parent_that_is_not_excepted() {
        let tls = package("openssl-sys", "MIT", "registry+https://registry");
        let time = package("time", "MIT", "registry+https://registry");
        let cookie = package("cookie", "MIT", "registry+https://registry");
        let edges = [("app", "openssl-sys"), ("app", "time"), ("cookie", "time")];
        let audited = run(&[tls, time, cookie], &edges);
        assert_eq!(audited.findings.len(), 2);
    }

    #[test]
    fn a_wildcard_is_found_and_a_twin_is_a_warning() {
        let mut member = package("cli", "MIT", "");
        member["dependencies"] =
            json!([{ "name": "rand", "req": "*", "source": "registry+https://registry" }]);
        let policy = Policy::read(POLICY).unwrap();
        let mut twin = package("rand", "MIT", "registry+https://registry");
        twin["version"] = json!("2.0.0");
        let metadata = json!({
            "packages": [member, package("rand", "MIT", "registry+https://registry"), twin],
            "workspace_members": ["cli"],
        });
        let audited = audit(&policy, &metadata);
        assert_eq!(audited.findings.len(), 1);
        assert_eq!(audited.warnings, ["rand is built in 2 versions: 1.0.0, 2.0.0"]);
    }
}
