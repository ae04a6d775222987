//! Faults that are planted in what the product writes, reads and is told: each a plausible slip of
//! one rule. None of them stands in the product's code; they come in at the seam of its database.

mod parts;
mod rows;
mod statement;
mod terms;

use db::{Rewritten, Value};
use domain::program::Document;
use jiff::SignedDuration;

pub use statement::Statement;

/// Changes a statement; `None` when it leaves it as it is.
pub type Write = fn(&mut Statement) -> Option<Change>;

/// What becomes of a statement that a fault wants to change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It is run as it was changed.
    Altered,
    /// It is not run.
    Skipped,
    /// It is run twice.
    Doubled,
}

/// Where a fault is planted.
#[derive(Debug, Clone, Copy)]
pub enum Plant {
    /// In a statement that writes.
    Writes(Write),
    /// In the document that the product reads; the checker knows another.
    Document(fn(&mut Document)),
    /// In the schema, before the first day.
    Schema(&'static str),
    /// In the clock by which jobs run.
    Jobs(SignedDuration),
}

/// A fault.
#[derive(Debug, Clone, Copy)]
pub struct Fault {
    /// Its name, which says what is planted.
    pub name: &'static str,
    /// The rule that it breaks.
    pub rule: &'static str,
    /// Where it is planted.
    pub plant: Plant,
}

impl Fault {
    /// A fault in what is written.
    pub(super) const fn writes(rule: &'static str, name: &'static str, write: Write) -> Fault {
        Fault { name, rule, plant: Plant::Writes(write) }
    }

    /// A fault in the document that is read.
    pub(super) const fn reads(
        rule: &'static str,
        name: &'static str,
        change: fn(&mut Document),
    ) -> Fault {
        Fault { name, rule, plant: Plant::Document(change) }
    }

    /// The change of the schema, where it is one.
    pub fn schema(&self) -> Option<&'static str> {
        match self.plant {
            Plant::Schema(sql) => Some(sql),
            Plant::Writes(_) | Plant::Document(_) | Plant::Jobs(_) => None,
        }
    }
}

/// Every fault, in a fixed order.
pub fn all() -> Vec<Fault> {
    rows::ROWS.iter().chain(parts::PARTS).chain(terms::TERMS).copied().collect()
}

/// What a fault makes of a statement.
pub fn rewritten(write: Write, sql: &str, values: &[Value<'_>]) -> Rewritten {
    let Some(mut statement) = Statement::read(sql, values) else {
        return Rewritten::AsGiven;
    };
    match write(&mut statement) {
        None => Rewritten::AsGiven,
        Some(Change::Skipped) => Rewritten::Instead(Vec::new()),
        Some(Change::Altered) => Rewritten::Instead(vec![statement.written()]),
        Some(Change::Doubled) => Rewritten::Instead(vec![statement.written(), statement.written()]),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn there_are_at_least_sixty_faults_and_no_two_are_alike() {
        let all = all();
        let names: BTreeSet<&str> = all.iter().map(|fault| fault.name).collect();
        assert_eq!(names.len(), all.len());
        assert!(all.len() >= 60, "{}", all.len());
    }

    #[test]
    fn a_statement_that_no_fault_is_about_is_run_as_given() {
        for fault in all() {
            if let Plant::Writes(write) = fault.plant {
                let sql = "INSERT INTO notices (vendor_id, notice_id) VALUES ($1, $2)";
                let values = db::params!["v", "n"];
                assert_eq!(rewritten(write, sql, values), Rewritten::AsGiven, "{}", fault.name);
            }
        }
    }
}
