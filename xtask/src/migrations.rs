//! `cargo xtask migrations`: what each migration makes, and whose it is.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use crate::Outcome;
use crate::sql::Change;
use crate::tidy::migrations;
use crate::tree::Tree;

/// Prints the migrations in order.
pub(crate) fn list(root: &Path) -> Outcome<()> {
    let tree = Tree::read(root)?;
    print!("{}", table(&tree));
    Ok(())
}

/// One line per migration, then one per owner with the tables and views it makes.
fn table(tree: &Tree) -> String {
    let mut out = String::new();
    for migration in migrations(tree) {
        let mut by_owner: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for owned in &migration.changes {
            let made = match &owned.change {
                Change::Table(mention) => mention.name.clone(),
                Change::View(mention) => format!("{} (view)", mention.name),
                Change::Touched(_) => continue,
            };
            // A table with a section for each database is made once on either.
            let list = by_owner.entry(&owned.owner).or_default();
            if !list.contains(&made) {
                list.push(made);
            }
        }
        out.push_str(migration.path.trim_start_matches("migrations/"));
        out.push('\n');
        for (owner, made) in by_owner {
            let _ = writeln!(out, "    {owner}: {}", made.join(", "));
        }
    }
    if out.is_empty() {
        out.push_str("no migrations\n");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Tree, table};

    #[test]
    fn owners_and_what_they_make_are_listed() {
        let text = "-- owner: deals\nCREATE TABLE deals (a TEXT);\nCREATE INDEX i ON deals (a);\n\
                    CREATE VIEW deals_v_open AS SELECT 1;\n";
        let tree = Tree::of(&[("migrations/0001_deals_start.sql", text)]);
        assert_eq!(table(&tree), "0001_deals_start.sql\n    deals: deals, deals_v_open (view)\n");
        assert_eq!(table(&Tree::default()), "no migrations\n");
    }
}
