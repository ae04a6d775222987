//! Matches two files, or finds the duplicates of one: what stands behind `entente match`.

mod columns;
mod error;
mod input;
mod output;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

pub use columns::Columns;
pub use error::RunError;
use input::Row;
use output::{Found, Sink};

use crate::record::{Candidate, Query, Record};
use crate::{Config, Index, POSSIBLE_BASIS_POINTS, SURE_BASIS_POINTS, learn};

/// How the links are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OutputFormat {
    /// Comma-separated values with a header.
    #[default]
    Csv,
    /// A JSON object a line, reasons as data.
    Ndjson,
    /// For reading.
    Text,
}

/// What to match and how.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// The list whose rows are looked for.
    pub left: PathBuf,
    /// The list in which they are looked for; none finds the duplicates within the left one.
    pub right: Option<PathBuf>,
    /// How the links are written.
    pub format: OutputFormat,
    /// Least probability of a link, 0 to 1; none takes the possible threshold (AC-03).
    pub threshold: Option<f64>,
    /// Most links of one row of the left list, at least 1.
    pub limit: usize,
    /// Names of the columns, in either list, where the usual ones do not serve.
    pub columns: Columns,
    /// Whether to write the reasons.
    pub reasons: bool,
    /// Whether to tell the progress.
    pub progress: bool,
    /// Whether to learn the weights of the fields from the lists first, without labels.
    pub learn: bool,
}

impl Options {
    /// The usual options for these files.
    pub fn new(left: PathBuf, right: Option<PathBuf>) -> Self {
        Self {
            left,
            right,
            format: OutputFormat::default(),
            threshold: None,
            limit: 1,
            columns: Columns::default(),
            reasons: false,
            progress: false,
            learn: false,
        }
    }

    fn least(&self) -> f64 {
        self.threshold.unwrap_or(f64::from(POSSIBLE_BASIS_POINTS) / 10_000.0)
    }

    fn check(&self) -> Result<(), RunError> {
        let threshold = self.least();
        if !(0.0..=1.0).contains(&threshold) {
            return Err(RunError::Usage(format!(
                "the threshold {threshold} is not between 0 and 1"
            )));
        }
        if self.limit == 0 {
            return Err(RunError::Usage("the limit must be at least 1".to_owned()));
        }
        Ok(())
    }
}

/// The result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    /// Rows of the left list.
    pub left_rows: usize,
    /// Rows of the right list, or of the only one.
    pub right_rows: usize,
    /// Rows of either list with neither a name nor a domain.
    pub skipped: usize,
    /// Links written.
    pub links: usize,
    /// Of these, at or above the sure threshold (AC-03).
    pub sure: usize,
}

impl Summary {
    /// The exit code of a program that ends well: 0 when links were found, 1 when none was.
    pub fn exit_code(&self) -> u8 {
        u8::from(self.links == 0)
    }
}

/// Rows told one by one when they cannot be compared; the others are only counted.
const MOST_TOLD: usize = 5;

/// Reads the lists, links them and writes the links to `out`; notes and progress go to `err`.
///
/// # Errors
/// [`RunError`] for files that cannot be read or understood, and for options without sense. Nothing
/// is written to `out` before both lists were read.
pub fn execute(
    options: &Options,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<Summary, RunError> {
    options.check()?;
    let left = input::read(&options.left, &options.columns)?;
    let other = options.right.as_deref().filter(|right| !same_file(&options.left, right));
    if options.right.is_some() && other.is_none() {
        note(err, "both lists are the same file: its duplicates are looked for")?;
    }
    let right = other.map(|right| input::read(right, &options.columns)).transpose()?;
    let held = right.as_ref().unwrap_or(&left);
    let index = Index::new(Config::default());
    let refused = index.insert_all(
        held.iter().enumerate().map(|(at, row)| Record { key: key(at), ..row.record.clone() }),
    );
    let held_file = other.unwrap_or(&options.left);
    tell_refused(&refused.iter().map(|(at, _)| *at).collect::<Vec<_>>(), held, held_file, err)?;
    let mut skipped = refused.len();
    if right.is_some() {
        let asked = left.iter().enumerate().filter(|(_, row)| !row.record.is_comparable());
        let refused: Vec<usize> = asked.map(|(at, _)| at).collect();
        tell_refused(&refused, &left, &options.left, err)?;
        skipped += refused.len();
    }
    if options.learn {
        let queries: Vec<Query> =
            left.iter().take(20_000).map(|row| Query::from(&row.record)).collect();
        index.set_weights(learn::without_labels(&index, &queries).weights);
    }
    let mut summary =
        Summary { left_rows: left.len(), right_rows: held.len(), skipped, ..Summary::default() };
    let mut sink = Sink::open(options, out).map_err(RunError::Unwritable)?;
    let mut work = Work { options, index: &index, left: &left, held, summary: &mut summary };
    if right.is_some() {
        work.link(&mut sink, err)?;
    } else {
        work.duplicates(&mut sink, err)?;
    }
    Ok(summary)
}

struct Work<'a> {
    options: &'a Options,
    index: &'a Index,
    left: &'a [Row],
    held: &'a [Row],
    summary: &'a mut Summary,
}

impl Work<'_> {
    fn link(&mut self, sink: &mut Sink<'_>, err: &mut dyn Write) -> Result<(), RunError> {
        for (at, row) in self.left.iter().enumerate() {
            self.progress(at, err)?;
            for (other, found) in self.candidates(row, None) {
                self.write(sink, (row, other), &found)?;
            }
        }
        Ok(())
    }

    /// Each pair once, found from either side, in the order of the file.
    fn duplicates(&mut self, sink: &mut Sink<'_>, err: &mut dyn Write) -> Result<(), RunError> {
        let mut pairs: BTreeMap<(usize, usize), Candidate> = BTreeMap::new();
        for (at, row) in self.left.iter().enumerate() {
            self.progress(at, err)?;
            for (other, found) in self.candidates(row, Some(at)) {
                let pair = (at.min(other), at.max(other));
                if pairs.get(&pair).is_none_or(|known| found.probability > known.probability) {
                    pairs.insert(pair, found);
                }
            }
        }
        for ((at, other), found) in pairs {
            if let Some(row) = self.left.get(at) {
                self.write(sink, (row, other), &found)?;
            }
        }
        Ok(())
    }

    /// The candidates in the other list with their places; with reasons where they are wanted.
    fn candidates(&self, row: &Row, except: Option<usize>) -> Vec<(usize, Candidate)> {
        let query = Query::from(&row.record);
        let except = except.map(key);
        // What looks sure is always looked at closely.
        let from = if self.options.reasons { 0 } else { SURE_BASIS_POINTS };
        let mut found = self.index.weighed(&query, except.as_deref(), (self.options.limit, from));
        let least = self.options.least();
        found.retain(|one| one.probability >= least);
        if !self.options.reasons {
            for one in &mut found {
                one.reasons.clear();
            }
        }
        found.into_iter().filter_map(|one| Some((one.key.parse().ok()?, one))).collect()
    }

    fn write(
        &mut self,
        sink: &mut Sink<'_>,
        pair: (&Row, usize),
        candidate: &Candidate,
    ) -> Result<(), RunError> {
        let (row, other) = pair;
        let Some(other) = self.held.get(other) else {
            return Ok(());
        };
        let found = Found::new(row, other, candidate);
        self.summary.links += 1;
        self.summary.sure += usize::from(found.is_sure());
        sink.write(&found).map_err(RunError::Unwritable)
    }

    fn progress(&self, at: usize, err: &mut dyn Write) -> Result<(), RunError> {
        if self.options.progress && at > 0 && at.is_multiple_of(10_000) {
            note(err, &format!("{at} of {} rows", self.left.len()))?;
        }
        Ok(())
    }
}

/// Keys of equal length keep the order of the file.
fn key(at: usize) -> String {
    format!("{at:010}")
}

fn note(err: &mut dyn Write, text: &str) -> Result<(), RunError> {
    writeln!(err, "{text}").map_err(RunError::Unwritable)
}

fn same_file(left: &Path, right: &Path) -> bool {
    match (left.canonicalize(), right.canonicalize()) {
        (Ok(left), Ok(right)) => left == right,
        (Ok(_) | Err(_), Err(_)) | (Err(_), Ok(_)) => left == right,
    }
}

fn tell_refused(
    refused: &[usize],
    rows: &[Row],
    file: &Path,
    err: &mut dyn Write,
) -> Result<(), RunError> {
    for row in refused.iter().take(MOST_TOLD).filter_map(|at| rows.get(*at)) {
        let name = &row.record.name;
        note(
            err,
            &format!(
                "{}, line {}: nothing to compare in '{name}'; the row is left out",
                file.display(),
                row.line
            ),
        )?;
    }
    let further = refused.len().saturating_sub(MOST_TOLD);
    if further > 0 {
        note(
            err,
            &format!(
                "{}: {further} further rows with nothing to compare are left out",
                file.display()
            ),
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
