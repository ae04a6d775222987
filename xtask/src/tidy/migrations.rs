//! Migrations are numbered without gaps, each statement belongs to a slice, and a new table refers to
//! no distributed one before it is distributed itself.

use super::Finding;
use crate::sql::{Change, Mention, changes, words};
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

/// The last migration that no distributed database has run.
const LAST_BEFORE_CITUS: u32 = 22;

/// Numbers, names and owners.
pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = early_references(tree);
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

/// References to distributed tables from tables that are only being made.
fn early_references(tree: &Tree) -> Vec<Finding> {
    let distributed = super::placement::distributed(tree);
    let mut findings = Vec::new();
    for (path, text) in tree.below("migrations/", ".sql") {
        if read(path, text).number.is_none_or(|number| number <= LAST_BEFORE_CITUS) {
            continue;
        }
        let words = words(&for_postgres(text));
        for statement in words.split(|word| word.text == ";") {
            let said = |at: usize| statement.get(at).map_or("", |word| word.text.as_str());
            if said(0) != "CREATE" || said(1) != "TABLE" {
                continue;
            }
            let pairs = statement.iter().zip(statement.iter().skip(1));
            for (_, to) in pairs.filter(|(word, _)| word.text == "REFERENCES") {
                if distributed.contains(&to.text) {
                    let message = format!(
                        "a table cannot refer to `{}` while it is made: on Citus it is laid beside \
                         it between two migrations. Keep the reference for SQLite in a section, \
                         and add it for PostgreSQL in the next migration",
                        to.text
                    );
                    findings.push(Finding::new(CHECK, path, to.line + 1, message));
                }
            }
        }
    }
    findings
}

/// The text that PostgreSQL gets, with empty lines for the rest.
fn for_postgres(text: &str) -> String {
    let mut out = String::new();
    let mut only_sqlite = false;
    for line in text.lines() {
        match line.trim() {
            "-- only sqlite" => only_sqlite = true,
            "-- end" => only_sqlite = false,
            _ if !only_sqlite => out.push_str(line),
            _ => {}
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Tree, check, early_references, migrations};

    #[test]
    fn a_new_table_that_refers_to_a_distributed_one_is_found() {
        let placement = ("migrations/placement.toml", "distributed = [\"deals\"]\n");
        let lines = |number: u32, text: &str| {
            let path = format!("migrations/{number:04}_a_b.sql");
            let found = early_references(&Tree::of(&[placement, (path.as_str(), text)]));
            found.iter().map(|finding| finding.line).collect::<Vec<_>>()
        };
        let early = "-- owner: a\nCREATE TABLE a (b TEXT\n REFERENCES deals (b));";
        assert_eq!(lines(23, early), [3]);
        assert_eq!(lines(22, early), [0; 0]);
        assert_eq!(lines(23, "CREATE TABLE a (b TEXT REFERENCES vendors (b));"), [0; 0]);
        assert_eq!(lines(23, "ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES deals (b);"), [0; 0]);
        let section = "CREATE TABLE a (b TEXT\n-- only sqlite\n REFERENCES deals (b)\n-- end\n);";
        assert_eq!(lines(23, section), [0; 0]);
    }

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
