//! `entente match`: matches companies between two lists, or finds duplicates in one, without an
//! installation (AC-01, AC-02).

use std::{
    io::{BufWriter, Write as _},
    path::PathBuf,
};

use clap::{Args, ValueEnum};
use matching::run::{Columns, Options, OutputFormat, execute};

use super::Failure;

/// Two lists of companies, or one.
#[derive(Debug, Args)]
pub(super) struct Match {
    /// The list of companies to look up (CSV or NDJSON).
    left: PathBuf,
    /// The list to search; without it, duplicates within the first list are found.
    right: Option<PathBuf>,
    /// The output format.
    #[arg(long, value_enum, default_value = "csv")]
    format: Format,
    /// The minimum probability of a match, from 0 to 1.
    #[arg(long, value_name = "SHARE")]
    threshold: Option<f64>,
    /// The maximum number of matches per row.
    #[arg(long, default_value_t = 1, value_name = "COUNT")]
    limit: usize,
    /// Include the reasons for each match.
    #[arg(long)]
    reasons: bool,
    /// Learn the field weights from the lists first.
    #[arg(long)]
    learn: bool,
    /// Do not show progress.
    #[arg(long)]
    quiet: bool,
    /// The name column, if not detected from the header.
    #[arg(long, value_name = "COLUMN")]
    name_column: Option<String>,
    /// The identifier column.
    #[arg(long, value_name = "COLUMN")]
    key_column: Option<String>,
    /// The column with other names.
    #[arg(long, value_name = "COLUMN")]
    other_names_column: Option<String>,
    /// The column with domains, URLs or e-mail addresses.
    #[arg(long, value_name = "COLUMN")]
    domain_column: Option<String>,
    /// The country column.
    #[arg(long, value_name = "COLUMN")]
    country_column: Option<String>,
    /// The postal code column.
    #[arg(long, value_name = "COLUMN")]
    postal_code_column: Option<String>,
    /// The city column.
    #[arg(long, value_name = "COLUMN")]
    city_column: Option<String>,
    /// The parent company column.
    #[arg(long, value_name = "COLUMN")]
    parent_column: Option<String>,
}

/// How links are written.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// Comma-separated values with a header.
    Csv,
    /// A JSON object a line, with the reasons as data.
    Ndjson,
    /// For reading.
    Text,
}

/// Carries it out. Exit codes: 0 when something was linked, 1 when nothing was, 2 for bad input.
pub(super) fn run(told: Match) -> Result<(), Failure> {
    let options = Options {
        format: match told.format {
            Format::Csv => OutputFormat::Csv,
            Format::Ndjson => OutputFormat::Ndjson,
            Format::Text => OutputFormat::Text,
        },
        threshold: told.threshold,
        limit: told.limit,
        columns: Columns {
            name: told.name_column,
            key: told.key_column,
            other_names: told.other_names_column,
            domain: told.domain_column,
            country: told.country_column,
            postal_code: told.postal_code_column,
            city: told.city_column,
            parent: told.parent_column,
        },
        reasons: told.reasons,
        progress: !told.quiet,
        learn: told.learn,
        ..Options::new(told.left, told.right)
    };
    let mut out = BufWriter::new(std::io::stdout().lock());
    let summary = execute(&options, &mut out, &mut std::io::stderr())
        .map_err(|error| Failure::Wrong(error.to_string()))?;
    out.flush().map_err(Failure::of)?;
    match summary.exit_code() {
        0 => Ok(()),
        code => Err(Failure::Told(code)),
    }
}
