//! Migrations are numbered without gaps, and each statement belongs to a slice.

use super::Finding;
use crate::sql::{Change, Mention, changes};
use crate::tree::Tree;

const CHECK: &str = "migrations";

/// One migration file.
#[derive(Debug)]
pub(crate) struct Migration<'a> {
    /// Path from the root.
    pub(crate) path: &'a str,
    /// The four digits of its name, `None` when the name has another form.
    pub(crate) number: Option<u32>,
    /// What it does, in order.
    pub(crate) changes: Vec<OwnedChange>,
    /// Statements before the first owner line, as lines counted from 1.
    pub(crate) without_owner: Vec<usize>,
}

/// A change with the owner that stands above it.
#[derive(Debug)]
pub(crate) struct OwnedChange {
    /// The slice.
    pub(crate) owner: String,
    /// The change; lines are counted from 1 in the whole file.
    pub(crate) change: Change,
}

impl OwnedChange {
    /// The name that is created or touched.
    pub(crate) fn mention(&self) -> &Mention {
        match &self.change {
            Change::Table(mention) | Change::View(mention) | Change::Touched(mention) => mention,
        }
    }
}

/// All migrations in the order of their file names.
pub(crate) fn migrations(tree: &Tree) -> Vec<Migration<'_>> {
    tree.below("migrations/", ".sql").map(|(path, text)| read(path, text)).collect()
}

fn read<'a>(path: &'a str, text: &str) -> Migration<'a> {
    let name = path.rsplit('/').next().unwrap_or_default();
    let number = name
        .split_once('_')
        .filter(|(digits, _)| digits.len() == 4)
        .and_then(|(digits, _)| digits.parse().ok());
    let mut migration = Migration { path, number, changes: Vec::new(), without_owner: Vec::new() };
    let mut owner: Option<String> = None;
    let mut section = String::new();
    let mut first_line = 1;
    for (index, line) in text.lines().enumerate() {
        if let Some(next) = owner_line(line) {
            migration.take(owner.as_deref(), &section, first_line);
            owner = Some(next.to_owned());
            section.clear();
            first_line = index + 1;
        }
        section.push_str(line);
        section.push('\n');
    }
    migration.take(owner.as_deref(), &section, first_line);
    migration
}

fn owner_line(line: &str) -> Option<&str> {
    line.trim().strip_prefix("-- owner:").map(str::trim)
}

impl Migration<'_> {
    fn take(&mut self, owner: Option<&str>, section: &str, first_line: usize) {
        for mut change in changes(section) {
            let (Change::Table(mention) | Change::View(mention) | Change::Touched(mention)) =
                &mut change;
            mention.line += first_line;
            match owner {
                Some(owner) => self.changes.push(OwnedChange { owner: owner.to_owned(), change }),
                None => self.without_owner.push(mention.line),
            }
        }
    }
}

/// Numbers, names and owners.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (expected, migration) in (1_u32..).zip(migrations(tree)) {
        let name = migration.path.rsplit('/').next().unwrap_or_default();
        if migration.number.is_none() {
            let message = format!("`{name}` must be named NNNN_<capability>_<what>.sql");
            findings.push(Finding::new(CHECK, migration.path, 0, message));
        } else if migration.number != Some(expected) {
            let message =
                format!("the next number is {expected:04}: numbers have no gap and no twin");
            findings.push(Finding::new(CHECK, migration.path, 0, message));
        }
        for line in &migration.without_owner {
            let message = "say who owns this: a line `-- owner: <slice>` above it".to_owned();
            findings.push(Finding::new(CHECK, migration.path, *line, message));
        }
        if migration.changes.is_empty() && migration.without_owner.is_empty() {
            let message = "a migration that changes nothing is not one".to_owned();
            findings.push(Finding::new(CHECK, migration.path, 0, message));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::{Tree, check, migrations};

    const OWNED: &str = "-- owner: deals\nCREATE TABLE deals (a TEXT);\n";

    #[test]
    fn a_gap_a_twin_and_a_wrong_name_are_found() {
        let gap =
            Tree::of(&[("migrations/0001_a_b.sql", OWNED), ("migrations/0003_a_c.sql", OWNED)]);
        assert_eq!(check(&gap).len(), 1);
        let twin =
            Tree::of(&[("migrations/0001_a_b.sql", OWNED), ("migrations/0001_a_c.sql", OWNED)]);
        assert_eq!(check(&twin).len(), 1);
        let named = Tree::of(&[("migrations/first.sql", OWNED)]);
        assert_eq!(check(&named).len(), 1);
        let clean =
            Tree::of(&[("migrations/0001_a_b.sql", OWNED), ("migrations/0002_a_c.sql", OWNED)]);
        assert_eq!(check(&clean), []);
    }

    #[test]
    fn a_statement_without_owner_is_found_with_its_line() {
        let text = "-- What it is for.\n\nCREATE TABLE deals (a TEXT);\n-- owner: deals\nCREATE TABLE deals_b (a TEXT);";
        let findings = check(&Tree::of(&[("migrations/0001_a_b.sql", text)]));
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].line, 3);
    }

    #[test]
    fn an_owner_counts_until_the_next_one() {
        let text =
            "-- owner: one\nCREATE TABLE one (a TEXT);\n-- owner: two\nCREATE TABLE two (a TEXT);";
        let tree = Tree::of(&[("migrations/0001_a_b.sql", text)]);
        let owners: Vec<(String, usize)> = migrations(&tree)
            .remove(0)
            .changes
            .iter()
            .map(|change| (change.owner.clone(), change.mention().line))
            .collect();
        assert_eq!(owners, [("one".to_owned(), 2), ("two".to_owned(), 4)]);
    }
}
