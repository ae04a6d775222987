//! What reading the rows brought to light: faults that stop an import, rows left out on purpose,
//! and remarks about what was read otherwise than it was written.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

domain::words! {
    /// How much a finding weighs.
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum Level {
        /// The file is not imported until it is mended.
        #[default]
        Fault = "fault", "Error",
        /// The row is left out, and the rest is imported.
        LeftOut = "left out", "Skipped",
    }
}

/// One finding about one row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// How much it weighs.
    pub level: Level,
    /// The line of the file or row of the sheet, from 1.
    pub line: u64,
    /// The column; `""` for the row as a whole.
    pub column: String,
    /// The value, shortened.
    pub value: String,
    /// What is wrong and what to do.
    pub reason: String,
}

/// Something said of many rows at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// The words.
    pub words: String,
    /// Of how many rows.
    pub rows: u64,
    /// The first of them.
    pub first_line: u64,
}

/// Everything found.
#[derive(Debug, Clone, Default)]
pub(super) struct Findings {
    /// Faults and rows left out, in the order of the file.
    pub list: Vec<Finding>,
    faults: usize,
    /// How often something was found wrong, cells that were told before included.
    found_wrong: usize,
    /// The cells that were told: line and column.
    told: BTreeSet<(u64, String)>,
    remarks: BTreeMap<String, Remark>,
}

/// The longest part of a value that a finding repeats, in characters.
const SHOWN: usize = 200;

impl Findings {
    /// A fault: the file is not imported until it is mended. Of one cell the first is told.
    pub(super) fn fault(
        &mut self,
        line: u64,
        (column, value): (&str, &str),
        reason: impl Into<String>,
    ) {
        self.found_wrong += 1;
        if !column.is_empty() && !self.told.insert((line, column.to_owned())) {
            return;
        }
        self.faults += 1;
        self.put(Level::Fault, line, (column, value), reason.into());
    }

    /// A row that is left out on purpose.
    pub(super) fn left_out(
        &mut self,
        line: u64,
        (column, value): (&str, &str),
        reason: impl Into<String>,
    ) {
        self.put(Level::LeftOut, line, (column, value), reason.into());
    }

    fn put(&mut self, level: Level, line: u64, (column, value): (&str, &str), reason: String) {
        self.list.push(Finding {
            level,
            line,
            column: column.to_owned(),
            value: value.chars().take(SHOWN).collect(),
            reason,
        });
    }

    /// Something worth knowing that stops nothing; equal words are counted.
    pub(super) fn remark(&mut self, line: u64, words: impl Into<String>) {
        let words = words.into();
        let remark = self.remarks.entry(words.clone()).or_insert(Remark {
            words,
            rows: 0,
            first_line: line,
        });
        remark.rows += 1;
    }

    /// True when the file cannot be imported as it is.
    pub(super) fn has_faults(&self) -> bool {
        self.faults > 0
    }

    /// How many faults are told.
    pub(super) fn fault_count(&self) -> usize {
        self.faults
    }

    /// How often something was found wrong: it grows with every cell that cannot be used.
    pub(super) fn found_wrong(&self) -> usize {
        self.found_wrong
    }

    /// How many rows are left out.
    pub(super) fn left_out_count(&self) -> usize {
        self.list.len() - self.faults
    }

    /// The remarks, the most frequent first.
    pub(super) fn remarks(&self) -> Vec<Remark> {
        let mut all: Vec<Remark> = self.remarks.values().cloned().collect();
        all.sort_by(|a, b| (b.rows, a.first_line).cmp(&(a.rows, b.first_line)));
        all
    }
}
