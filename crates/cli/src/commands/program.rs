//! `entente program`: the document that holds the rules, as a file (PG-01 to PG-05).

use std::{
    io::Write as _,
    path::{Path, PathBuf},
};

use channel::program::{self, Apply, DraftFault, Effective};
use clap::{Args, Subcommand};
use domain::{
    ids::ProgramId,
    program::{Change, Document, check, schema_json},
};
use frame::Cx;
use jiff::civil::Date;

use super::{Failure, acting};
use crate::{config::Settings, node};

/// Program document commands.
#[derive(Debug, Subcommand)]
pub(super) enum Program {
    /// Print the document in force, or another version.
    Export {
        /// The version number; by default the one in force.
        #[arg(long, value_name = "NUMBER")]
        version: Option<i64>,
        #[command(flatten)]
        which: Which,
    },
    /// Check a document without a database; every error gives line and key.
    Check {
        /// The document (TOML).
        file: PathBuf,
    },
    /// Describe what a document would change, for whom, and from when.
    Diff {
        /// The document (TOML).
        file: PathBuf,
        #[command(flatten)]
        which: Which,
    },
    /// Create a version from a document: proposed, or with --at-once announced too.
    Apply(Applying),
    /// Print the JSON Schema of documents, for editors.
    Schema,
    /// Print the default document for a new program.
    Example,
}

/// A document to apply.
#[derive(Debug, Args)]
pub(super) struct Applying {
    /// The document (TOML).
    file: PathBuf,
    /// A note on the version.
    #[arg(long, default_value = "", value_name = "TEXT")]
    note: String,
    /// Approve and announce it too, instead of leaving that to another person.
    #[arg(long)]
    at_once: bool,
    /// The day it takes effect; by default as early as the notice period allows.
    #[arg(long, value_name = "YYYY-MM-DD", requires = "at_once")]
    from: Option<Date>,
    #[command(flatten)]
    which: Which,
}

/// A program.
#[derive(Debug, Args)]
pub(super) struct Which {
    /// The program, by name or id, if there are several.
    #[arg(long, value_name = "NAME")]
    program: Option<String>,
    /// The vendor, if there are several.
    #[arg(long, value_name = "NAME")]
    vendor: Option<String>,
}

/// Carries it out; only what needs the database reads the settings.
pub(super) fn run(
    settings: impl Fn() -> Result<Settings, Failure>,
    what: &Program,
) -> Result<(), Failure> {
    match what {
        Program::Check { file } => check_file(file),
        Program::Schema => print_whole(&schema_json()),
        Program::Example => print_whole(Document::DEFAULT_TOML),
        Program::Export { version, which } => export(&settings()?, *version, which),
        Program::Diff { file, which } => diff(&settings()?, file, which),
        Program::Apply(document) => apply(&settings()?, document),
    }
}

fn print_whole(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(Failure::of)
}

fn text_of(file: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(file)
        .map_err(|error| Failure::Wrong(format!("{}: {error}", file.display())))
}

fn check_file(file: &Path) -> Result<(), Failure> {
    let report = check(&text_of(file)?);
    let told = report.to_string();
    if !told.is_empty() {
        println!("{}", told.trim_end());
    }
    if report.is_accepted() {
        println!("{}: accepted, {} warnings", file.display(), report.warnings.len());
        Ok(())
    } else {
        println!("{}: {} errors", file.display(), report.errors.len() + report.unlisted);
        Err(Failure::Told(1))
    }
}

/// The program that is meant.
fn program_of(cx: &mut Cx<'_, '_>, given: Option<&str>) -> Result<ProgramId, frame::AppError> {
    let Some(given) = given else {
        return program::only_program(cx);
    };
    let all = program::programs(cx)?;
    let found = all.iter().find(|(id, name)| id.as_str() == given || name == given);
    found.map(|(id, _)| id.clone()).ok_or_else(|| {
        let names: Vec<&str> = all.iter().map(|(_, name)| name.as_str()).collect();
        frame::AppError::field(
            "program",
            format!("there is no “{given}”; there are: {}", names.join(", ")),
        )
    })
}

fn export(settings: &Settings, version: Option<i64>, which: &Which) -> Result<(), Failure> {
    let app = node::existing_application(settings)?;
    let vendor = acting::vendor(&app, which.vendor.as_deref())?;
    let name = which.program.clone();
    let source = acting::read(&app, &vendor, move |cx| {
        let program_id = program_of(cx, name.as_deref())?;
        let now = cx.now;
        program::export(cx, &program_id, (version, now))
    })?;
    print_whole(&source)
}

/// A fault of the document is told as `check` tells it; another is the application's.
fn document_fault(fault: DraftFault) -> frame::AppError {
    match fault {
        DraftFault::Faulty(report) => {
            frame::AppError::Malformed(format!("the document has errors\n{report}"))
        }
        DraftFault::Other(error) => error,
    }
}

fn diff(settings: &Settings, file: &Path, which: &Which) -> Result<(), Failure> {
    let text = text_of(file)?;
    let app = node::existing_application(settings)?;
    let vendor = acting::vendor(&app, which.vendor.as_deref())?;
    let name = which.program.clone();
    let (review, report) = acting::read(&app, &vendor, move |cx| {
        let program_id = program_of(cx, name.as_deref())?;
        program::compare(cx, &program_id, &text).map_err(document_fault)
    })?;
    for warning in &report.warnings {
        println!("warning: {warning}");
    }
    tell_changes(&review);
    Ok(())
}

fn tell_changes(review: &program::Review) {
    if review.base.is_some() && review.changes.is_empty() {
        println!("No rule changes.");
        return;
    }
    for change in &review.changes {
        println!("{}", change_line(change));
    }
    println!(
        "{} partners are affected; it can take effect from {}",
        review.touched.len(),
        review.earliest_at
    );
}

fn change_line(change: &Change) -> String {
    let rule = change.rule.map_or_else(String::new, |rule| format!(" ({rule})"));
    let worse = if change.worsens_partner_terms { " [worsens terms]" } else { "" };
    format!("{}{rule}{worse}", change.words)
}

fn apply(settings: &Settings, document: &Applying) -> Result<(), Failure> {
    let text = text_of(&document.file)?;
    let app = node::existing_application(settings)?;
    let vendor = acting::vendor(&app, document.which.vendor.as_deref())?;
    let (name, note) = (document.which.program.clone(), document.note.clone());
    let (at_once, from) = (document.at_once, document.from);
    let applied = acting::write(&app, &vendor, move |cx| {
        let program_id = match name.as_deref() {
            Some(name) => Some(program_of(cx, Some(name))?),
            None => None,
        };
        let apply = Apply {
            program_id: program_id.as_ref(),
            document: &text,
            note: &note,
            at_once,
            effective: from.map_or(Effective::Earliest, Effective::On),
        };
        apply.run(cx).map_err(document_fault)
    })?;
    tell_changes(&applied.review);
    match applied.version {
        None => println!("Nothing was applied: the last announced rules are the same."),
        Some(version) => {
            println!("Version {} is {}.", version.number, version.state.word());
            if let Some(at) = version.effective_at {
                println!("It takes effect at {at}.");
            } else {
                println!("Another person must approve and announce it under Run, Program.");
            }
        }
    }
    Ok(())
}
