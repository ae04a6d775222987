//! Reading a file into rows of text: CSV in the encodings and with the separators that exports
//! use, and XLSX. What the file is, is told from its content, never from its name.

mod archive;
mod text;
mod workbook;

use serde::{Deserialize, Serialize};

/// The most rows of one file.
pub(super) const MOST_ROWS: usize = 250_000;
/// The most columns of one file.
pub(super) const MOST_COLUMNS: usize = 300;
/// The most cells of one file, empty ones included: each takes room, and a line of separators is
/// short.
pub(super) const MOST_CELLS: usize = 10_000_000;
/// The longest cell, in characters.
const LONGEST_CELL: usize = 32_767;

/// A file's rows.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    /// The names of the columns; one without a name is called by its position, and a name that
    /// comes again gets a number.
    pub headers: Vec<String>,
    /// The rows below, each with one cell per column.
    pub rows: Vec<Line>,
    /// How it was read.
    pub reading: Reading,
}

/// A row of a file.
#[derive(Debug, Clone)]
pub struct Line {
    /// The line of the file, or the row of the sheet, from 1.
    pub number: u64,
    /// The cells, without blanks around.
    pub cells: Vec<String>,
}

/// How a file was read, as the report tells it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Reading {
    /// `CSV` or `XLSX`.
    pub format: String,
    /// The encoding of a text.
    pub encoding: String,
    /// What separates the cells of a text, in words.
    pub separator: String,
    /// The sheet of a workbook.
    pub sheet: String,
    /// How many cells hold formulas; what they last showed was read.
    pub formulas: u64,
    /// Rows without any value, which were passed over.
    pub empty_rows: u64,
}

/// Why a file cannot be read at all, in words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(super) struct FileFault(pub String);

/// Reads a file. Rule IM-01.
pub(super) fn read(content: &[u8]) -> Result<Sheet, FileFault> {
    if content.is_empty() {
        return Err(FileFault("The file is empty.".into()));
    }
    if content.starts_with(b"PK\x03\x04") {
        archive::check(content)?;
        return workbook::read(content);
    }
    if content.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return Err(FileFault(
            "This is an old workbook (.xls) or one with a password: save it as .xlsx without a \
             password, or as .csv, and send that."
                .into(),
        ));
    }
    text::read(content)
}

/// Puts rows together: names for all columns, no empty rows, every row as wide as the head.
fn sheet(
    head: Vec<String>,
    rows: impl Iterator<Item = Result<Line, FileFault>>,
    mut reading: Reading,
) -> Result<Sheet, FileFault> {
    if head.len() > MOST_COLUMNS {
        return Err(FileFault(format!(
            "The file has {} columns; at most {MOST_COLUMNS} are allowed.",
            head.len()
        )));
    }
    let headers = named(head);
    let mut kept = Vec::new();
    for row in rows {
        let mut row = row?;
        if row.cells.iter().all(String::is_empty) {
            reading.empty_rows += 1;
            continue;
        }
        while row.cells.len() > headers.len() && row.cells.last().is_some_and(String::is_empty) {
            row.cells.pop();
        }
        if row.cells.len() > headers.len() {
            return Err(FileFault(format!(
                "Line {} has {} cells, but the header has {}: is a value with a separator missing \
                 its quotation marks?",
                row.number,
                row.cells.len(),
                headers.len()
            )));
        }
        let is_long =
            |cell: &&String| cell.len() > LONGEST_CELL && cell.chars().count() > LONGEST_CELL;
        if let Some(long) = row.cells.iter().find(is_long) {
            return Err(FileFault(format!(
                "Line {} has a cell of {} characters: is its closing quotation mark missing?",
                row.number,
                long.chars().count()
            )));
        }
        row.cells.resize(headers.len(), String::new());
        kept.push(row);
        if kept.len().saturating_mul(headers.len()) > MOST_CELLS {
            return Err(FileFault(format!(
                "The file exceeds {MOST_CELLS} cells at line {}: remove columns you do not need, \
                 or split the file.",
                kept.last().map_or(0, |line| line.number)
            )));
        }
        if kept.len() > MOST_ROWS {
            return Err(FileFault(format!(
                "The file has more than {MOST_ROWS} rows: split it and import the parts."
            )));
        }
    }
    if kept.is_empty() {
        return Err(FileFault("The file has a header but no rows.".into()));
    }
    Ok(Sheet { headers, rows: kept, reading })
}

fn named(head: Vec<String>) -> Vec<String> {
    let mut names: Vec<String> = Vec::with_capacity(head.len());
    for (position, name) in (1..).zip(head) {
        let name = if name.is_empty() { format!("Column {position}") } else { name };
        let again = names.iter().filter(|known| **known == name).count();
        names.push(if again == 0 { name } else { format!("{name} ({})", again + 1) });
    }
    names
}
