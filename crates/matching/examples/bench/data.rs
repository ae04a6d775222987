//! The labelled sets.

use std::io::Read;
use std::path::{Path, PathBuf};

/// A row of a list.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) country: String,
}

/// A labelled query.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) name: String,
    pub(crate) country: String,
    /// Row meant; none when it is in no row.
    pub(crate) truth: Option<usize>,
    /// Kinds of noise, where the file says.
    pub(crate) kinds: String,
}

/// Where the data lie, seen from the project or from the crate.
pub(crate) fn folder() -> Option<PathBuf> {
    ["../shared/data", "../../../shared/data"]
        .iter()
        .map(PathBuf::from)
        .find(|path| path.join("companies").is_dir())
}

/// Rows of a CSV file, plain or gzip, as maps by the header.
pub(crate) fn table(path: &Path) -> Result<Vec<csv::StringRecord>, Box<dyn std::error::Error>> {
    let file = std::fs::File::open(path)?;
    let reader: Box<dyn Read> = if path.extension().is_some_and(|ending| ending == "gz") {
        Box::new(flate2::read::GzDecoder::new(file))
    } else {
        Box::new(file)
    };
    Ok(csv::Reader::from_reader(reader).into_records().collect::<Result<_, _>>()?)
}

fn text(record: &csv::StringRecord, column: usize) -> String {
    record.get(column).unwrap_or_default().to_owned()
}

/// A list with the name and country in the given columns.
pub(crate) fn rows(
    path: &Path,
    name: usize,
    country: usize,
) -> Result<Vec<Row>, Box<dyn std::error::Error>> {
    Ok(table(path)?
        .iter()
        .map(|record| Row { name: text(record, name), country: text(record, country) })
        .collect())
}

/// Queries: qid, name, country, true id, and kinds of noise where given.
pub(crate) fn queries(path: &Path) -> Result<Vec<Asked>, Box<dyn std::error::Error>> {
    let asked = |record: &csv::StringRecord| Asked {
        name: text(record, 1),
        country: text(record, 2),
        truth: record.get(3).and_then(|id| id.parse::<usize>().ok()),
        kinds: text(record, 4),
    };
    Ok(table(path)?.iter().map(asked).collect())
}
