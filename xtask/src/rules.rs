//! The register of business rules, where they are decided, and what tests them.
//!
//! `docs/rules.toml` says what each rule means; `docs/RULES.md` is written from it and from the
//! code by `cargo xtask rules`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::Outcome;
use crate::lex::Kind;
use crate::tidy::{Checkout, Finding};
use crate::tree::Tree;

/// What each rule means.
pub(crate) const REGISTRY: &str = "docs/rules.toml";

/// The table made from it.
pub(crate) const TABLE: &str = "docs/RULES.md";

/// All rules by chapter, in the order of the register.
#[derive(Debug)]
pub(crate) struct Registry {
    chapters: Vec<Chapter>,
    open: BTreeMap<String, String>,
}

#[derive(Debug)]
struct Chapter {
    title: String,
    rules: BTreeMap<String, String>,
}

impl Registry {
    /// Every registered id.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        self.chapters.iter().flat_map(|chapter| chapter.rules.keys().map(String::as_str))
    }

    /// The ids of which the register says that something is not met yet.
    pub(crate) fn open_ids(&self) -> impl Iterator<Item = &str> {
        self.open.keys().map(String::as_str)
    }
}

/// A place that names a rule in its documentation, or a test that bears its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The rule.
    pub(crate) id: String,
    /// File from the root.
    pub(crate) path: String,
    /// Line counted from 1.
    pub(crate) line: usize,
    /// The test's name; empty for documentation.
    pub(crate) name: String,
    /// Whether the rule is decided or tested here, not only mentioned beside a field.
    pub(crate) is_decided: bool,
}

/// Reads the register.
pub(crate) fn registry(tree: &Tree) -> Result<Registry, String> {
    let text = tree.text(REGISTRY).unwrap_or_default();
    let table: toml::Table = text.parse().map_err(|e| format!("is not TOML: {e}"))?;
    let texts = |value: Option<&toml::Value>| -> BTreeMap<String, String> {
        let entries = value.and_then(toml::Value::as_table).into_iter().flatten();
        entries.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
    };
    let list = table.get("chapter").and_then(toml::Value::as_array);
    let mut chapters = Vec::new();
    for chapter in list.into_iter().flatten() {
        let title = chapter.get("title").and_then(toml::Value::as_str);
        chapters.push(Chapter {
            title: title.ok_or("a chapter has no title")?.to_owned(),
            rules: texts(chapter.get("rules")),
        });
    }
    let wrong = chapters
        .iter()
        .flat_map(|chapter| chapter.rules.keys())
        .find(|key| ids_in(key) != [key.as_str()]);
    match wrong {
        Some(key) => Err(format!("`{key}` is no rule id: two capitals, a hyphen, two digits")),
        None => Ok(Registry { chapters, open: texts(table.get("open")) }),
    }
}

/// Rule ids in a text: two capitals, a hyphen, two digits, standing alone.
pub(crate) fn ids_in(text: &str) -> Vec<&str> {
    let is_part = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'-');
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    for (start, window) in bytes.windows(5).enumerate() {
        let [a, b, hyphen, d, e] = window else {
            continue;
        };
        let shaped = a.is_ascii_uppercase()
            && b.is_ascii_uppercase()
            && *hyphen == b'-'
            && d.is_ascii_digit()
            && e.is_ascii_digit();
        let alone = !is_part(start.checked_sub(1).and_then(|before| bytes.get(before)))
            && !bytes.get(start + 5).is_some_and(u8::is_ascii_alphanumeric);
        if shaped && alone {
            out.extend(text.get(start..start + 5));
        }
    }
    out
}

/// How the name of a test of `id` begins: `DR-01` gives `dr_01_`.
pub(crate) fn test_prefix(id: &str) -> String {
    format!("{}_", id.to_lowercase().replace('-', "_"))
}

/// Every mention of a rule in the documentation of the crates' code, by path and line.
pub(crate) fn mentions(checkout: &Checkout) -> Vec<Place> {
    let mut out = Vec::new();
    for (place, source) in checkout.crate_sources() {
        for (index, token) in source.code() {
            if !matches!(token.kind, Kind::Doc | Kind::InnerDoc) {
                continue;
            }
            for (offset, line) in token.text.lines().enumerate() {
                out.extend(ids_in(line).into_iter().map(|id| Place {
                    id: id.to_owned(),
                    path: place.path.to_owned(),
                    line: token.line + offset,
                    name: String::new(),
                    is_decided: source.documents_item(index),
                }));
            }
        }
    }
    out
}

/// Every function whose name begins with rule ids, once per id, by path and line.
pub(crate) fn tests(checkout: &Checkout) -> Vec<Place> {
    let mut out = Vec::new();
    for (path, source) in &checkout.sources {
        if path.starts_with("xtask/") {
            continue;
        }
        for function in &source.functions {
            out.extend(leading_ids(&function.name).into_iter().map(|id| Place {
                id,
                path: path.clone(),
                line: function.first_line,
                is_decided: true,
                name: function.name.clone(),
            }));
        }
    }
    out
}

fn leading_ids(name: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut parts = name.split('_');
    while let (Some(family), Some(number)) = (parts.next(), parts.next()) {
        let id = format!("{}-{number}", family.to_uppercase());
        if family.chars().any(|c| c.is_ascii_uppercase()) || ids_in(&id) != [id.as_str()] {
            break;
        }
        out.push(id);
    }
    out
}

/// Writes the table.
pub(crate) fn write(root: &Path) -> Outcome<()> {
    let checkout = Checkout::new(Tree::read(root)?);
    let text = render(&checkout)?;
    fs::write(root.join(TABLE), text).map_err(|e| format!("{TABLE}: {e}"))?;
    println!("wrote {TABLE}");
    Ok(())
}

/// A finding when the table is not what the code and the register give.
pub(crate) fn check_current(checkout: &Checkout) -> Option<Finding> {
    let wanted = render(checkout).ok()?;
    let stored = checkout.tree.text(TABLE).unwrap_or_default();
    if stored == wanted {
        return None;
    }
    let same = wanted.lines().zip(stored.lines()).take_while(|(a, b)| a == b).count();
    let message = "is not current: run `cargo xtask rules`".to_owned();
    Some(Finding::new("rules-table", TABLE, same + 1, message))
}

/// The table: per chapter a row per rule with its meaning, its files, its tests, what is open.
pub(crate) fn render(checkout: &Checkout) -> Result<String, String> {
    let registry = registry(&checkout.tree)?;
    let decided = files_by_id(&mentions(checkout));
    let tested = files_by_id(&tests(checkout));
    let total = registry.ids().count();
    let present = registry.ids().filter(|id| decided.contains_key(*id)).count();
    let mut out = format!(
        "# Rules\n\nWritten by `cargo xtask rules` from `{REGISTRY}` and the code; do not edit by hand.\n\
         {present} of {total} rules stand in the code. A number in brackets counts the tests in a file.\n"
    );
    for chapter in &registry.chapters {
        let head = "| rule | meaning | decided in | tests | open |\n|---|---|---|---|---|\n";
        let _ = write!(out, "\n## {}\n\n{head}", chapter.title);
        for (id, meaning) in &chapter.rules {
            let places = decided.get(id).map_or("not yet".to_owned(), deciding);
            let tests = tested.get(id).map_or("–".to_owned(), counted);
            let open = registry.open.get(id).map_or("", String::as_str);
            let _ = writeln!(out, "| {id} | {meaning} | {places} | {tests} | {open} |");
        }
    }
    Ok(out)
}

fn files_by_id(places: &[Place]) -> BTreeMap<String, BTreeMap<String, usize>> {
    let mut out: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    for place in places.iter().filter(|place| place.is_decided) {
        let files = out.entry(place.id.clone()).or_default();
        *files.entry(place.path.clone()).or_default() += 1;
    }
    out
}

/// The pure rule first; where `domain` has none, whatever names the rule.
fn deciding(files: &BTreeMap<String, usize>) -> String {
    let (pure, other): (Vec<&String>, Vec<&String>) =
        files.keys().partition(|path| path.starts_with("crates/domain/"));
    let names = pure.into_iter().chain(other);
    names.map(|path| link(path)).collect::<Vec<_>>().join(" ")
}

fn counted(files: &BTreeMap<String, usize>) -> String {
    let item = |(path, count): (&String, &usize)| format!("{} ({count})", link(path));
    files.iter().map(item).collect::<Vec<_>>().join(" ")
}

fn link(path: &str) -> String {
    let inner = path.strip_prefix("crates/").unwrap_or(path);
    format!("[{}](../{path})", inner.replacen("/src/", "/", 1))
}

#[cfg(test)]
mod tests {
    use super::{Checkout, check_current, ids_in, leading_ids, render};

    const LIST: &str = "[[chapter]]\ntitle = \"Deals\"\n[chapter.rules]\nDR-01 = \"It ends.\"\nDR-02 = \"One holds.\"\n[open]\nDR-01 = \"time zones\"\n";

    fn files() -> Vec<(&'static str, &'static str)> {
        vec![
            ("docs/rules.toml", LIST),
            ("crates/domain/src/deals/term.rs", "/// Decides DR-01.\nfn ends() {}"),
            ("crates/app/tests/sell/deals.rs", "#[test]\nfn dr_01_the_last_day() {}"),
        ]
    }

    #[test]
    fn ids_stand_alone() {
        assert_eq!(ids_in("DR-01, (AC-05) and UTF-16, DR-012, XDR-03, IS-1"), ["DR-01", "AC-05"]);
        assert_eq!(leading_ids("dr_01_dr_02_both"), ["DR-01", "DR-02"]);
        assert!(leading_ids("a_name_01").is_empty());
    }

    #[test]
    fn a_row_says_where_tests_and_what_is_open() {
        let table = render(&Checkout::of(&files())).unwrap();
        assert!(table.contains("| DR-01 | It ends. | [domain/deals/term.rs](../crates/domain/src/deals/term.rs) | [app/tests/sell/deals.rs](../crates/app/tests/sell/deals.rs) (1) | time zones |"), "{table}");
        assert!(table.contains("| DR-02 | One holds. | not yet | – |  |"));
        assert!(table.contains("1 of 2 rules"));
    }

    #[test]
    fn a_stale_table_is_found_and_a_current_one_is_not() {
        let table = render(&Checkout::of(&files())).unwrap();
        let mut all = files();
        all.push(("docs/RULES.md", &table));
        assert_eq!(check_current(&Checkout::of(&all)), None);
        all.push(("crates/domain/src/deals/hold.rs", "/// Decides DR-02.\nfn holds() {}"));
        let finding = check_current(&Checkout::of(&all)).unwrap();
        assert!(finding.line > 1 && finding.message.contains("cargo xtask rules"));
    }
}
