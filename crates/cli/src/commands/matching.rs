//! `entente match`: which companies of two lists are the same, or which of one list are there
//! twice, without any installation (AC-01, AC-02).

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
    /// The list whose rows are looked for (CSV or NDJSON).
    left: PathBuf,
    /// The list in which they are looked for; without it the duplicates of the first are found.
    right: Option<PathBuf>,
    /// How the links are written.
    #[arg(long, value_enum, default_value = "csv")]
    format: Format,
    /// The least probability of a link, from 0 to 1.
    #[arg(long, value_name = "SHARE")]
    threshold: Option<f64>,
    /// The most links of one row.
    #[arg(long, default_value_t = 1, value_name = "COUNT")]
    limit: usize,
    /// Write the reasons of each link.
    #[arg(long)]
    reasons: bool,
    /// Learn from the lists first how much each field says.
    #[arg(long)]
    learn: bool,
    /// Say nothing about the progress.
    #[arg(long)]
    quiet: bool,
    /// The column that holds the name, where the usual headings do not serve.
    #[arg(long, value_name = "COLUMN")]
    name_column: Option<String>,
    /// The column that holds the identifier.
    #[arg(long, value_name = "COLUMN")]
    key_column: Option<String>,
    /// The column that holds further names.
    #[arg(long, value_name = "COLUMN")]
    other_names_column: Option<String>,
    /// The column that holds domains, pages or mail addresses.
    #[arg(long, value_name = "COLUMN")]
    domain_column: Option<String>,
    /// The column that holds the country.
    #[arg(long, value_name = "COLUMN")]
    country_column: Option<String>,
    /// The column that holds the postal code.
    #[arg(long, value_name = "COLUMN")]
    postal_code_column: Option<String>,
    /// The column that holds the city.
    #[arg(long, value_name = "COLUMN")]
    city_column: Option<String>,
    /// The column that holds the parent company.
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
