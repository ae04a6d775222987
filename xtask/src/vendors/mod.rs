//! Each statement that the tests ran names one vendor, or is a listed one that does not.
//!
//! On a distributed engine a statement that names its vendor is a matter of one server. One that
//! does not is put to all of them: right for the work of a night, wrong for a request.

mod clauses;
mod facts;
mod pieces;
mod read;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::Outcome;
use crate::sql::Change;
use crate::tidy::{migrations, placement};
use crate::tree::Tree;
use pieces::Piece;

/// The column by which tables are cut.
pub(crate) const COLUMN: &str = "vendor_id";

/// The statements that name no vendor, with the reason.
const LIST: &str = "migrations/maintenance.toml";

/// The tables of a schema.
#[derive(Debug, Default)]
pub(crate) struct Schema {
    /// Those that are cut by vendor, and the views on them.
    pub(crate) by_vendor: BTreeSet<String>,
    /// Those that are whole on every server.
    pub(crate) whole: BTreeSet<String>,
}

impl Schema {
    /// As the migrations and the placement say.
    pub(crate) fn read(tree: &Tree) -> Schema {
        let mut by_vendor = placement::distributed(tree);
        for migration in migrations(tree) {
            by_vendor.extend(migration.changes.into_iter().filter_map(
                |owned| match owned.change {
                    Change::View(mention) => Some(mention.name),
                    Change::Table(_) | Change::Touched(_) => None,
                },
            ));
        }
        Schema { by_vendor, whole: placement::whole(tree) }
    }

    /// What is wrong with a statement; `None` when it names one vendor, or looks at no table that is
    /// cut by vendor.
    pub(crate) fn fault(&self, sql: &str) -> Option<String> {
        let pieces = pieces::pieces(sql);
        let mut reader = read::Reader::new(self);
        reader.statement(&pieces);
        let (read, said) = (reader.facts.count(), self.said(&pieces));
        if read < said {
            return Some(format!("{read} of {said} tables were found in it: it cannot be read"));
        }
        reader.facts.fault()
    }

    /// How many tables that are cut by vendor stand behind a word that tables stand behind.
    fn said(&self, pieces: &[Piece]) -> usize {
        let mut before = None;
        let mut count = 0;
        for piece in pieces {
            if let Piece::Group(inner) = piece {
                count += self.said(inner);
            }
            let leads = before.is_some_and(|word: &Piece| {
                word.is_any(&["FROM", "JOIN", "INTO", "UPDATE", "USING"])
            });
            count += usize::from(leads && piece.name().is_some_and(|n| self.by_vendor.contains(n)));
            before = Some(piece);
        }
        count
    }
}

/// The views whose rows are not of the vendor that their own column says, as path and message.
pub(crate) fn views(tree: &Tree) -> Vec<(String, String)> {
    let schema = Schema::read(tree);
    let mut findings = Vec::new();
    for (path, text) in tree.below("migrations/", ".sql") {
        let lines = text.lines().filter(|line| !line.trim_start().starts_with("--"));
        let text: String = lines.flat_map(|line| [line, "\n"]).collect();
        for statement in text.split(';').map(str::trim) {
            let Some(view) = statement.strip_prefix("CREATE VIEW ") else { continue };
            let Some((name, query)) = view.split_once(" AS") else { continue };
            let read = format!("SELECT 1 FROM ({query}) v WHERE v.{COLUMN} = $1");
            if let Some(fault) = schema.fault(&read) {
                let message = format!("view `{name}`, read for one {COLUMN}: {fault}");
                findings.push((path.to_owned(), message));
            }
        }
    }
    findings
}

/// A listed statement: how it begins and ends, and why it names no vendor.
struct Listed {
    begins: String,
    ends: String,
    reason: String,
}

impl Listed {
    fn is(&self, sql: &str) -> bool {
        sql.starts_with(&self.begins) && sql.ends_with(&self.ends)
    }
}

fn listed(tree: &Tree) -> Outcome<Vec<Listed>> {
    let text = tree.text(LIST).unwrap_or_default();
    let table: toml::Table = text.parse().map_err(|error| format!("{LIST}: {error}"))?;
    let list = table.get("statement").and_then(toml::Value::as_array).into_iter().flatten();
    list.map(|one| {
        let text = |name: &str| one.get(name).and_then(toml::Value::as_str).unwrap_or_default();
        let (begins, reason) = (text("begins"), text("reason"));
        if begins.is_empty() || reason.is_empty() {
            return Err(format!("{LIST}: each statement has `begins` and a `reason`"));
        }
        Ok(Listed {
            begins: one_line(begins),
            ends: one_line(text("ends")),
            reason: reason.to_owned(),
        })
    })
    .collect()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The statements of the product that a folder holds, as the tests wrote them down, each with the
/// lines that ran it.
fn recorded(folder: &Path) -> Outcome<BTreeMap<String, BTreeSet<String>>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let at = |error: std::io::Error| format!("{}: {error}", folder.display());
    for entry in fs::read_dir(folder).map_err(at)? {
        let text = fs::read_to_string(entry.map_err(at)?.path()).map_err(at)?;
        for (place, sql) in text.lines().filter_map(|line| line.split_once('\t')) {
            if is_product(place) {
                found.entry(sql.to_owned()).or_default().insert(place.to_owned());
            }
        }
    }
    Ok(found)
}

/// Whether a line of code is the product's: neither a test nor what tests stand on, nor storage, which
/// reads whole tables to copy and to check them.
fn is_product(place: &str) -> bool {
    let Some((krate, rest)) = place.strip_prefix("crates/").and_then(|p| p.split_once('/')) else {
        return false;
    };
    rest.starts_with("src/") && !matches!(krate, "db" | "testkit" | "rig")
}

/// Checks what the tests wrote down. `complete` says that all tests ran: then a listed statement that
/// none of them ran is a finding too.
pub(crate) fn check(root: &Path, folder: &Path, complete: bool) -> Outcome<()> {
    let tree = Tree::read(root)?;
    let (findings, count) = findings(&tree, &recorded(folder)?, complete)?;
    for finding in &findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => {
            println!("statements: {count} of the product were run, each for one vendor or listed");
            Ok(())
        }
        found => Err(format!("statements: {found} findings; {LIST} lists those of maintenance")),
    }
}

fn findings(
    tree: &Tree,
    recorded: &BTreeMap<String, BTreeSet<String>>,
    complete: bool,
) -> Outcome<(Vec<String>, usize)> {
    let (schema, listed) = (Schema::read(tree), listed(tree)?);
    let mut used = BTreeSet::new();
    let mut findings = Vec::new();
    for (sql, places) in recorded {
        let Some(fault) = schema.fault(sql) else { continue };
        match listed.iter().position(|one| one.is(sql)) {
            Some(index) => drop(used.insert(index)),
            None => findings
                .push(format!("{}: {fault}: {sql}", places.first().map_or("", String::as_str))),
        }
    }
    if complete {
        let unused = listed.iter().enumerate().filter(|(index, _)| !used.contains(index));
        findings.extend(unused.map(|(_, one)| {
            format!("{LIST}: no test ran `{} …` ({}), or it names a vendor", one.begins, one.reason)
        }));
    }
    Ok((findings, recorded.len()))
}

/// `cargo xtask statements FOLDER`: checks what a run of tests wrote down there.
pub(crate) fn run(root: &Path, folder: &str) -> Outcome<()> {
    check(root, Path::new(folder), false)
}
