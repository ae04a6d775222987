//! What can go wrong with the files, said with line and column.

use std::path::PathBuf;

use thiserror::Error;

/// Why the lists could not be matched. Every text names the file, and the line and column where
/// there is one; lines and columns count from one.
#[derive(Debug, Error)]
pub enum RunError {
    /// The file could not be opened or read.
    #[error("{}: {source}", .file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file has no line with column names.
    #[error("{}: the file is empty; its first line must name the columns", .file.display())]
    Empty {
        /// The file.
        file: PathBuf,
    },
    /// A line is not as the format wants it.
    #[error("{}, line {line}: {message}", .file.display())]
    Malformed {
        /// The file.
        file: PathBuf,
        /// The line.
        line: u64,
        /// What is wrong.
        message: String,
    },
    /// A column that was asked for, or that must be there, is not.
    #[error("{}, line 1: there is no column {wanted}; the columns are: {}", .file.display(), .present.join(", "))]
    NoColumn {
        /// The file.
        file: PathBuf,
        /// Names that were looked for.
        wanted: String,
        /// Names that are there.
        present: Vec<String>,
    },
    /// A column that is used is there twice.
    #[error("{}, line 1: the column '{name}' is there twice, as columns {first} and {second}; rename one of them", .file.display())]
    ColumnTwice {
        /// The file.
        file: PathBuf,
        /// The name.
        name: String,
        /// Its first place.
        first: usize,
        /// Its second place.
        second: usize,
    },
    /// A field of a JSON line has the wrong kind.
    #[error("{}, line {line}, field '{field}': {message}", .file.display())]
    Field {
        /// The file.
        file: PathBuf,
        /// The line.
        line: u64,
        /// The field.
        field: String,
        /// What is wrong.
        message: String,
    },
    /// An option makes no sense.
    #[error("{0}")]
    Usage(String),
    /// The result could not be written.
    #[error("the result could not be written: {0}")]
    Unwritable(std::io::Error),
}

impl RunError {
    /// The exit code of a program that ends with this error: 2, as for wrong usage.
    pub fn exit_code(&self) -> u8 {
        2
    }
}
