//! `cargo xtask tidy`: the rules of the house that no compiler holds.
//!
//! Each check is a function from a [`Checkout`] to findings, so that its tests can plant a fault
//! in a tree of a few lines and see it found.

mod audit;
mod calls;
pub(crate) mod circles;
mod columns;
mod drivers;
mod eyes;
mod inline;
mod length;
mod migrations;
mod named;
pub(crate) mod placement;
mod pure;
mod rule_ids;
mod stories;
mod tables;
mod words;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use crate::Outcome;
use crate::rules;
use crate::source::Source;
use crate::tree::Tree;

pub(crate) use migrations::{Migration, migrations};

/// Something that is not as the house wants it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    /// File from the root.
    pub(crate) path: String,
    /// Line counted from 1; 0 when the file as a whole is meant.
    pub(crate) line: usize,
    /// Name of the check.
    pub(crate) check: &'static str,
    /// What is wrong and what to do.
    pub(crate) message: String,
}

impl Finding {
    /// A finding of `check` at `path:line`.
    pub(crate) fn new(check: &'static str, path: &str, line: usize, message: String) -> Finding {
        Finding { path: path.to_owned(), line, check, message }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: [{}] {}", self.path, self.check, self.message),
            line => write!(f, "{}:{line}: [{}] {}", self.path, self.check, self.message),
        }
    }
}

/// The tree with each Rust file parsed once.
#[derive(Debug)]
pub(crate) struct Checkout {
    /// All text files.
    pub(crate) tree: Tree,
    /// The parsed Rust files by path.
    pub(crate) sources: BTreeMap<String, Source>,
}

impl Checkout {
    /// Parses every Rust file of `tree`.
    pub(crate) fn new(tree: Tree) -> Checkout {
        let sources = tree
            .iter()
            .filter(|(path, _)| Path::new(path).extension().is_some_and(|ending| ending == "rs"))
            .map(|(path, text)| (path.to_owned(), Source::parse(text)))
            .collect();
        Checkout { tree, sources }
    }

    /// A checkout of the given files, for tests.
    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Checkout {
        Checkout::new(Tree::of(files))
    }

    /// Parsed files that belong to a crate's own code: `crates/<crate>/src/…`, by path.
    pub(crate) fn crate_sources(&self) -> impl Iterator<Item = (CratePath<'_>, &Source)> {
        self.sources
            .iter()
            .filter_map(|(path, source)| CratePath::of(path).map(|place| (place, source)))
    }
}

/// Crates that are not the application: below it, above it, or for its tests.
const TOOLS: [&str; 8] = ["cli", "db", "domain", "jobs", "matching", "rig", "testkit", "web"];

/// A path below `crates/<crate>/src/`, taken apart.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CratePath<'a> {
    /// The whole path from the root.
    pub(crate) path: &'a str,
    /// Name of the crate's folder.
    pub(crate) krate: &'a str,
    /// What follows `src/`.
    pub(crate) inner: &'a str,
}

impl<'a> CratePath<'a> {
    fn of(path: &'a str) -> Option<CratePath<'a>> {
        let (krate, rest) = path.strip_prefix("crates/")?.split_once('/')?;
        let inner = rest.strip_prefix("src/")?;
        Some(CratePath { path, krate, inner })
    }

    /// The first folder below `src`, `None` for a file that lies directly in it.
    pub(crate) fn folder(&self) -> Option<&'a str> {
        self.inner.split_once('/').map(|(folder, _)| folder)
    }

    /// True in the frame, in the groups of slices, and in the crate that puts them together.
    pub(crate) fn is_application(&self) -> bool {
        !TOOLS.contains(&self.krate)
    }

    /// The slice that this code belongs to; `None` outside slices and in what puts them together.
    pub(crate) fn slice(&self) -> Option<&'a str> {
        match self.krate {
            "demo" => Some("demo"),
            "frame" => None,
            _ if self.is_application() => self.folder(),
            _ => None,
        }
    }

    /// Who owns this code when tables are asked for: a slice, else the crate. The migrations, which
    /// do not change, call the frame `core`.
    pub(crate) fn area(&self) -> &'a str {
        self.slice().unwrap_or(if self.krate == "frame" { "core" } else { self.krate })
    }
}

/// Runs every check; prints findings by path and line.
pub(crate) fn run(root: &Path) -> Outcome<()> {
    let checkout = Checkout::new(Tree::read(root)?);
    let mut findings = in_tree(&checkout);
    let audited = audit::run(root, &checkout.tree);
    for warning in &audited.warnings {
        println!("warning: {warning}");
    }
    findings.extend(audited.findings);
    findings.sort();
    findings.dedup();
    for finding in &findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => {
            println!(
                "tidy: clean ({} files, {} packages)",
                checkout.tree.iter().count(),
                audited.packages
            );
            Ok(())
        }
        1 => Err("tidy: 1 finding".to_owned()),
        count => Err(format!("tidy: {count} findings")),
    }
}

/// The checks that need nothing but the tree.
fn in_tree(checkout: &Checkout) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(pure::check(checkout));
    findings.extend(drivers::check(checkout));
    findings.extend(columns::check(checkout));
    findings.extend(migrations::check(&checkout.tree));
    findings.extend(tables::check(checkout));
    findings.extend(calls::check(checkout));
    findings.extend(circles::check(checkout));
    findings.extend(eyes::check(checkout));
    findings.extend(length::check(checkout));
    findings.extend(length::check_crates(checkout));
    findings.extend(named::check(checkout));
    findings.extend(rule_ids::check(checkout));
    findings.extend(rules::check_current(checkout));
    findings.extend(inline::check(checkout));
    findings.extend(stories::check(checkout));
    findings.extend(words::check(&checkout.tree));
    let views = crate::vendors::views(&checkout.tree).into_iter();
    findings.extend(views.map(|(path, message)| Finding::new("one-vendor", &path, 0, message)));
    findings
}

#[cfg(test)]
mod tests {
    use super::{Checkout, Finding, in_tree};

    /// A small project in which every check has something to look at and nothing to find.
    fn clean() -> Vec<(&'static str, &'static str)> {
        vec![
            ("crates/domain/Cargo.toml", "[dependencies]\nserde.workspace = true\n"),
            ("crates/domain/src/deals/term.rs", "/// Decides DR-01.\npub fn ends() {}\n"),
            ("crates/sell/src/deals/store.rs", "const LIST: &str = \"SELECT id FROM deals\";\n"),
            ("crates/app/tests/sell/deals.rs", "#[test]\nfn dr_01_the_last_day() {}\n"),
            (
                "migrations/0001_deals_start.sql",
                "-- owner: deals\nCREATE TABLE deals (vendor_id TEXT);\n",
            ),
            ("docs/slices.toml", "groups = [\"sell\"]\n[calls]\ndeals = []\n"),
            (
                "docs/rules.toml",
                "[[chapter]]\ntitle = \"Deals\"\n[chapter.rules]\nDR-01 = \"It ends.\"\n",
            ),
        ]
    }

    fn with_current_rules(files: &[(&str, &str)]) -> Vec<Finding> {
        let table = crate::rules::render(&Checkout::of(files)).unwrap();
        let mut all = files.to_vec();
        all.push(("docs/RULES.md", &table));
        in_tree(&Checkout::of(&all))
    }

    #[test]
    fn a_clean_tree_has_no_findings() {
        assert_eq!(with_current_rules(&clean()), []);
    }

    #[test]
    fn a_fault_planted_in_a_clean_tree_is_the_only_finding() {
        let mut files = clean();
        files.push(("crates/domain/src/deals/clock.rs", "fn f() { std::fs::read(\"x\"); }"));
        let found = with_current_rules(&files);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].check, "pure-domain");
        let shown = found[0].to_string();
        assert!(shown.starts_with("crates/domain/src/deals/clock.rs:1: [pure-domain]"), "{shown}");
    }
}
