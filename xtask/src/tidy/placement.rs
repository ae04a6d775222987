//! `migrations/placement.toml`: where the rows of each table lie on a distributed engine.

use std::collections::BTreeSet;

use crate::tree::Tree;

/// The tables that are cut by vendor; none where there is no such file.
pub(crate) fn distributed(tree: &Tree) -> BTreeSet<String> {
    let parsed = tree.text("migrations/placement.toml").unwrap_or_default().parse::<toml::Table>();
    let names = parsed.ok().and_then(|mut table| table.remove("distributed"));
    let names = names.as_ref().and_then(toml::Value::as_array).into_iter().flatten();
    names.filter_map(toml::Value::as_str).map(str::to_owned).collect()
}

/// The tables that are whole on every server.
pub(crate) fn whole(tree: &Tree) -> BTreeSet<String> {
    let parsed = tree.text("migrations/placement.toml").unwrap_or_default().parse::<toml::Table>();
    let names = parsed.ok().and_then(|mut table| table.remove("reference"));
    names
        .as_ref()
        .and_then(toml::Value::as_table)
        .into_iter()
        .flatten()
        .map(|n| n.0.clone())
        .collect()
}
