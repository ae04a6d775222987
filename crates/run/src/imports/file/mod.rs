//! Reading a file into rows of text: CSV in the encodings and with the separators that exports
//! use, and XLSX. What the file is, is told from its content, never from its name.

mod archive;
mod shown;
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
    /// What is said of lines that are no rows.
    pub(super) notes: Vec<Note>,
}

/// A line that is no row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Note {
    /// The line of the file, or the row of the sheet.
    pub(super) line: u64,
    /// What stands there.
    pub(super) value: String,
    /// What is said of it.
    pub(super) words: &'static str,
}

impl Note {
    fn left_out(line: &Line, words: &'static str) -> Self {
        let value = line.cells.iter().find(|cell| !cell.is_empty()).cloned().unwrap_or_default();
        Self { line: line.number, value, words }
    }
}

/// A row of a file.
#[derive(Debug, Clone)]
pub struct Line {
    /// The line of the file, or the row of the sheet, from 1.
    pub number: u64,
    /// How many lines of the file it takes.
    pub(super) lines: u64,
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

/// Reads a file; `encoding` names that of a text, or is empty where its bytes tell. Rule IM-01.
pub(super) fn read(content: &[u8], encoding: &str) -> Result<Sheet, FileFault> {
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
    text::read(content, encoding)
}

/// Puts rows together: names for all columns, no empty rows, every row as wide as the head. Titles
/// above the head, the head repeated, and what a report writes below its rows are left out and told.
fn sheet(
    rows: impl Iterator<Item = Result<Line, FileFault>>,
    mut reading: Reading,
) -> Result<Sheet, FileFault> {
    let mut rows = rows;
    let mut notes = Vec::new();
    let (head, below_it) = head(&mut rows, &mut reading, &mut notes)?;
    if head.len() > MOST_COLUMNS {
        return Err(FileFault(format!(
            "The file has {} columns; at most {MOST_COLUMNS} are allowed.",
            head.len()
        )));
    }
    let headers = named(head);
    let mut kept: Vec<Line> = Vec::new();
    // Where a block of rows begins behind empty lines, and the line on which the next row is due.
    let (mut blocks, mut gap, mut next_line) = (Vec::new(), false, u64::MAX);
    for row in below_it.into_iter().map(Ok).chain(rows) {
        let mut row = row?;
        if row.cells.iter().all(String::is_empty) {
            reading.empty_rows += 1;
            gap = true;
            continue;
        }
        if headers.len() > 1 && row.cells == headers {
            notes.push(Note::left_out(&row, "repeats the header and is left out"));
            continue;
        }
        if gap || row.number > next_line {
            blocks.push(kept.len());
        }
        (gap, next_line) = (false, row.number + row.lines);
        fits(&mut row, headers.len())?;
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
    for footer in below(&mut kept, &blocks) {
        notes.push(Note::left_out(
            &footer,
            "is below the rows, as reports write it, and is left out",
        ));
    }
    if kept.last().is_some_and(is_total) {
        let total = kept.pop();
        notes.extend(total.map(|line| Note::left_out(&line, "is a total and is left out")));
    }
    if kept.is_empty() {
        return Err(FileFault("The file has a header but no rows.".into()));
    }
    Ok(Sheet { headers, rows: kept, reading, notes })
}

/// A row is not wider than the head, but for empty cells at its end, and no cell is endless.
fn fits(row: &mut Line, width: usize) -> Result<(), FileFault> {
    while row.cells.len() > width && row.cells.last().is_some_and(String::is_empty) {
        row.cells.pop();
    }
    if row.cells.len() > width {
        return Err(FileFault(format!(
            "Line {} has {} cells, but the header has {}: is a value with a separator missing \
                 its quotation marks?",
            row.number,
            row.cells.len(),
            width
        )));
    }
    let is_long = |cell: &&String| cell.len() > LONGEST_CELL && cell.chars().count() > LONGEST_CELL;
    if let Some(long) = row.cells.iter().find(is_long) {
        return Err(FileFault(format!(
            "Line {} has a cell of {} characters: is its closing quotation mark missing?",
            row.number,
            long.chars().count()
        )));
    }
    Ok(())
}

/// How many lines may stand above the head.
const ABOVE: usize = 30;

/// The names of the columns, and the first rows below: the first row that holds something, or the one
/// behind an empty line below titles of one cell.
fn head(
    rows: &mut impl Iterator<Item = Result<Line, FileFault>>,
    reading: &mut Reading,
    notes: &mut Vec<Note>,
) -> Result<(Vec<String>, Vec<Line>), FileFault> {
    let mut first: Vec<Line> = rows.by_ref().take(ABOVE).collect::<Result<_, _>>()?;
    let (mut titles, mut at, mut due) = (Vec::new(), None, 0);
    for (place, line) in first.iter().enumerate() {
        let cells = filled(line);
        let is_behind_a_gap = line.number > due && due > 0;
        if cells > 1 && (titles.is_empty() || is_behind_a_gap) {
            at = Some(place);
            break;
        }
        if cells > 1 {
            break;
        }
        if cells == 1 {
            titles.push(place);
            due = line.number + line.lines;
        }
    }
    // Without a row behind titles, the first that holds something names the columns.
    let Some(place) = at.or_else(|| titles.first().copied()) else {
        return Err(FileFault("The file contains no text.".into()));
    };
    let below = first.split_off((place + 1).min(first.len()));
    let head = first.pop().map(|line| line.cells).unwrap_or_default();
    for line in first {
        if filled(&line) == 0 {
            reading.empty_rows += 1;
        } else {
            notes.push(Note::left_out(&line, "is above the header and is left out"));
        }
    }
    Ok((head, below))
}

fn filled(line: &Line) -> usize {
    line.cells.iter().filter(|cell| !cell.is_empty()).count()
}

/// Takes off what stands behind the last empty lines with one cell a line, below rows with more.
fn below(rows: &mut Vec<Line>, blocks: &[usize]) -> Vec<Line> {
    let is_report = |from: usize| {
        let footer = rows.get(from..).unwrap_or_default();
        from > 0 && !footer.is_empty() && footer.iter().all(|row| filled(row) == 1)
    };
    let wide =
        |to: usize| rows.get(..to).is_some_and(|above| above.iter().any(|row| filled(row) > 1));
    match blocks.iter().copied().find(|from| is_report(*from) && wide(*from)) {
        Some(from) => rows.split_off(from),
        None => Vec::new(),
    }
}

/// A last row that says what it sums up, and holds numbers besides.
fn is_total(row: &Line) -> bool {
    let mut cells = row.cells.iter().filter(|cell| !cell.is_empty());
    let is_word = cells.next().is_some_and(|cell| {
        matches!(
            cell.to_lowercase().trim_end_matches(':'),
            "total" | "totals" | "grand total" | "sum" | "summe" | "gesamt" | "gesamtsumme"
        )
    });
    let mut numbers = cells.map(|cell| domain::written::Written::parse(cell).is_ok()).peekable();
    is_word && numbers.peek().is_some() && numbers.all(|is_number| is_number)
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
