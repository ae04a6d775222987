//! Reads lists: CSV or JSON lines, plain or gzip.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use serde_json::{Map, Value};

use super::columns::{Columns, Places};
use super::error::RunError;
use crate::record::Record;

/// A row of a list.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// The line on which it begins.
    pub(super) line: u64,
    /// Its identifier as written, or its line.
    pub(super) key: String,
    pub(super) record: Record,
}

/// Reads all rows of a file.
pub(super) fn read(file: &Path, columns: &Columns) -> Result<Vec<Row>, RunError> {
    let unreadable = |source| RunError::Unreadable { file: file.to_owned(), source };
    let opened = std::fs::File::open(file).map_err(unreadable)?;
    let mut reader = BufReader::new(opened);
    let zipped = reader.fill_buf().map_err(unreadable)?.starts_with(&[0x1F, 0x8B]);
    let mut text: Box<dyn BufRead> = if zipped {
        Box::new(BufReader::new(MultiGzDecoder::new(reader)))
    } else {
        Box::new(reader)
    };
    let start = text.fill_buf().map_err(unreadable)?;
    let marked = start.starts_with(&[0xEF, 0xBB, 0xBF]);
    if marked {
        text.consume(3);
    }
    let start = text.fill_buf().map_err(unreadable)?;
    match start.iter().find(|byte| !byte.is_ascii_whitespace()) {
        None => Err(RunError::Empty { file: file.to_owned() }),
        Some(b'{') => read_lines(text, file, columns),
        Some(_) => {
            let separator = separator(start);
            read_csv(text, separator, file, columns)
        }
    }
}

/// The sign that occurs most in the first line.
fn separator(start: &[u8]) -> u8 {
    let line = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |sign: u8| line.split(|byte| *byte == sign).count();
    [b',', b';', b'\t', b'|'].into_iter().rev().max_by_key(|sign| count(*sign)).unwrap_or(b',')
}

fn read_csv(
    text: impl Read,
    separator: u8,
    file: &Path,
    columns: &Columns,
) -> Result<Vec<Row>, RunError> {
    let mut reader =
        csv::ReaderBuilder::new().delimiter(separator).flexible(true).from_reader(text);
    let header: Vec<String> = reader
        .headers()
        .map_err(|error| csv_error(file, &error))?
        .iter()
        .map(str::to_owned)
        .collect();
    let places = columns.find(&header, file)?;
    let mut rows = Vec::new();
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(|error| csv_error(file, &error))? {
        let line = record.position().map_or(0, csv::Position::line);
        if record.len() != header.len() {
            let message = format!("{} fields where the header has {}", record.len(), header.len());
            return Err(RunError::Malformed { file: file.to_owned(), line, message });
        }
        rows.push(row(line, &places, |place| {
            record.get(place).unwrap_or_default().trim().to_owned()
        }));
    }
    Ok(rows)
}

fn csv_error(file: &Path, error: &csv::Error) -> RunError {
    let line = error.position().map_or(1, csv::Position::line);
    let message = if let csv::ErrorKind::Utf8 { err, .. } = error.kind() {
        format!("field {}: not UTF-8; save the file as UTF-8", err.field() + 1)
    } else if let csv::ErrorKind::Io(source) = error.kind() {
        source.to_string()
    } else {
        error.to_string()
    };
    RunError::Malformed { file: file.to_owned(), line, message }
}

fn row(line: u64, places: &Places, value: impl Fn(usize) -> String) -> Row {
    let text = |kind: usize| places.get(kind).copied().flatten().map(&value).unwrap_or_default();
    let some = |kind: usize| Some(text(kind)).filter(|text| !text.is_empty());
    let parts = |kind: usize, signs: &[char]| -> Vec<String> {
        text(kind)
            .split(signs)
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect()
    };
    Row {
        line,
        key: some(1).unwrap_or_else(|| line.to_string()),
        record: Record {
            key: String::new(),
            name: text(0),
            other_names: parts(2, &['|', ';']),
            domains: parts(3, &['|', ';', ' ']),
            country: some(4),
            postal_code: some(5),
            city: some(6),
            parent: some(7),
        },
    }
}

fn read_lines(text: impl BufRead, file: &Path, columns: &Columns) -> Result<Vec<Row>, RunError> {
    let mut rows = Vec::new();
    let mut known: Option<(Vec<String>, Places)> = None;
    for (at, line_text) in text.lines().enumerate() {
        let line = at as u64 + 1;
        let malformed =
            |message: String| RunError::Malformed { file: file.to_owned(), line, message };
        let line_text = line_text.map_err(|error| malformed(error.to_string()))?;
        if line_text.trim().is_empty() {
            continue;
        }
        let object: Map<String, Value> = serde_json::from_str(&line_text)
            .map_err(|error| malformed(format!("column {}: {error}", error.column())))?;
        let fields: Vec<String> = object.keys().cloned().collect();
        let places = match &known {
            Some((header, places)) if *header == fields => *places,
            Some(_) | None => columns.find(&fields, file).map_err(|error| at_line(error, line))?,
        };
        let mut values = Vec::with_capacity(fields.len());
        for (field, value) in &object {
            let wanted = places.iter().flatten().any(|place| fields.get(*place) == Some(field));
            values.push(if wanted { plain(file, line, field, value)? } else { String::new() });
        }
        rows.push(row(line, &places, |place| values.get(place).cloned().unwrap_or_default()));
        known = Some((fields, places));
    }
    Ok(rows)
}

/// A missing column of a JSON line is a fault of that line.
fn at_line(error: RunError, line: u64) -> RunError {
    if let RunError::NoColumn { file, wanted, present } = error {
        let message = format!("there is no field {wanted}; the fields are: {}", present.join(", "));
        return RunError::Malformed { file, line, message };
    }
    error
}

fn plain(file: &Path, line: u64, field: &str, value: &Value) -> Result<String, RunError> {
    let wrong = |message: &str| RunError::Field {
        file: file.to_owned(),
        line,
        field: field.to_owned(),
        message: message.to_owned(),
    };
    match value {
        Value::Null => Ok(String::new()),
        Value::String(text) => Ok(text.trim().to_owned()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Array(items) => {
            let texts: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
            texts.map(|texts| texts.join("|")).ok_or_else(|| wrong("a list may hold texts only"))
        }
        Value::Bool(_) | Value::Object(_) => {
            Err(wrong("must be a text, a number or a list of texts"))
        }
    }
}
