//! Dependencies as a `Cargo.toml` names them.

use std::collections::BTreeSet;

/// One dependency of a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dependency {
    /// Its name in the manifest.
    pub(crate) name: String,
    /// The line that names it first, counted from 1; 0 when it cannot be told.
    pub(crate) line: usize,
    /// Whether only tests use it.
    pub(crate) is_dev: bool,
}

/// All dependencies of a manifest: normal, build, dev and per target, by name within each kind.
/// A manifest that cannot be parsed has none: cargo itself complains about it.
pub(crate) fn dependencies(text: &str) -> Vec<Dependency> {
    let Ok(table) = text.parse::<toml::Table>() else {
        return Vec::new();
    };
    let mut out = Vec::new();
    collect(&table, text, &mut out);
    let targets = table.get("target").and_then(toml::Value::as_table);
    for target in targets.into_iter().flat_map(toml::Table::values) {
        if let Some(inner) = target.as_table() {
            collect(inner, text, &mut out);
        }
    }
    out
}

fn collect(table: &toml::Table, text: &str, out: &mut Vec<Dependency>) {
    for key in ["dependencies", "build-dependencies", "dev-dependencies"] {
        let entries = table.get(key).and_then(toml::Value::as_table);
        let names: BTreeSet<&String> = entries.into_iter().flat_map(toml::Table::keys).collect();
        for name in names {
            out.push(Dependency {
                name: name.clone(),
                line: line_of(text, name),
                is_dev: key == "dev-dependencies",
            });
        }
    }
}

fn line_of(text: &str, name: &str) -> usize {
    let names_it = |line: &str| {
        let key = line.trim_start().trim_start_matches('"');
        let rest = key.strip_prefix(name);
        rest.is_some_and(|rest| rest.starts_with(['.', ' ', '=', '"']))
    };
    text.lines().position(names_it).map_or(0, |at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::dependencies;

    #[test]
    fn all_kinds_are_listed_with_their_line() {
        let text = "[dependencies]\na.workspace = true\n[dev-dependencies]\nb = \"1\"\n\
                    [target.'cfg(unix)'.dependencies]\nc = { version = \"1\" }\n";
        let found = dependencies(text);
        let names: Vec<(&str, usize, bool)> =
            found.iter().map(|d| (d.name.as_str(), d.line, d.is_dev)).collect();
        assert_eq!(names, [("a", 2, false), ("b", 4, true), ("c", 6, false)]);
    }
}
