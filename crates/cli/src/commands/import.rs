//! `entente import`: a file is imported completely or not at all (IM-01).

use std::{
    cell::Cell,
    io::{IsTerminal as _, Write as _},
    path::PathBuf,
};

use clap::Args;
use run::imports::{FileImport, Kind, run_file};

use super::{Failure, acting};
use crate::{config::Settings, node};

/// Findings that are printed; the rest is counted.
const SHOWN: usize = 200;

/// A file to import.
#[derive(Debug, Args)]
pub(super) struct Import {
    /// What the rows are: accounts, direct-opportunities, partners, partner-users, vendor-users or
    /// registrations.
    kind: String,
    /// The file: CSV or XLSX.
    file: PathBuf,
    /// The encoding of a text, where its bytes do not tell, for example windows-1250.
    #[arg(long, value_name = "NAME", default_value = "")]
    encoding: String,
    /// A field and its column, in addition to the proposed mapping; an empty column skips the
    /// field. Repeatable.
    #[arg(long = "column", value_name = "FIELD=COLUMN", value_parser = pair)]
    columns: Vec<(String, String)>,
    /// A setting that differs from the proposed one. Repeatable.
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = pair)]
    settings: Vec<(String, String)>,
    /// Check only; import nothing.
    #[arg(long)]
    check: bool,
    /// The vendor, where there are several.
    #[arg(long, value_name = "NAME")]
    vendor: Option<String>,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write it as NAME=VALUE")?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

impl Import {
    /// Reads, checks and writes the file; on a fault nothing is written and the exit code is 1.
    pub(super) fn run(&self, settings: &Settings) -> Result<(), Failure> {
        let kind = Kind::from_word(&self.kind.replace('-', "_")).ok_or_else(|| {
            let known: Vec<String> =
                Kind::ALL.iter().map(|kind| kind.word().replace('_', "-")).collect();
            Failure::Wrong(format!("“{}” is not one of {}", self.kind, known.join(", ")))
        })?;
        if !self.file.exists() {
            let words = format!("{}: file not found", self.file.display());
            return Err(Failure::Wrong(words));
        }
        let app = node::existing_application(settings)?;
        let vendor = acting::vendor(&app, self.vendor.as_deref())?;
        // Companies are recognised by the index, which a node fills at its start.
        channel::accounts::index(&app)?.fill(&app, &vendor.vendor_id)?;
        let file = FileImport {
            kind,
            path: &self.file,
            encoding: &self.encoding,
            columns: &self.columns,
            settings: &self.settings,
            check_only: self.check,
        };
        let shown = Cell::new(u64::MAX);
        let imported = run_file(&app, &vendor.vendor_id, &file, &|done, total| {
            progress(&shown, done, total);
        })?;
        for finding in imported.findings.iter().take(SHOWN) {
            println!(
                "line {}, {}: {} ({})",
                finding.line,
                if finding.column.is_empty() { "row" } else { &finding.column },
                finding.reason,
                finding.level.word()
            );
        }
        let left = imported.findings.len().saturating_sub(SHOWN);
        if left > 0 {
            println!("and {left} more; the whole list is under Run, Imports");
        }
        tell(&imported.import);
        if imported.went_well() { Ok(()) } else { Err(Failure::Told(1)) }
    }
}

/// One line that grows on a terminal; nothing where nobody watches.
fn progress(shown: &Cell<u64>, done: u64, total: u64) {
    if done == shown.get() || !std::io::stderr().is_terminal() {
        return;
    }
    shown.set(done);
    eprint!("\r{done} of {total} rows");
    if done >= total {
        eprintln!();
    }
    if std::io::stderr().flush().is_err() {
        tracing::debug!("the progress could not be shown");
    }
}

fn tell(import: &run::imports::Import) {
    let report = &import.report;
    for remark in &report.remarks {
        println!(
            "note: {} ({} rows, first in line {})",
            remark.words, remark.rows, remark.first_line
        );
    }
    if !report.failure.is_empty() {
        println!("{}", report.failure);
    }
    println!(
        "{}: {} rows: {} new, {} changed, {} unchanged, {} held back, {} to decide, {} skipped, \
         {} errors",
        import.state.word(),
        report.rows,
        report.made,
        report.changed,
        report.unchanged,
        report.held,
        report.asked,
        report.left_out,
        report.faults
    );
}
