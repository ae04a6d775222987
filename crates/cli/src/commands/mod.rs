//! The commands of the binary.

mod acting;
mod api_key;
mod backup;
mod conflict;
mod demo;
mod doctor;
mod import;
mod inspect;
pub(crate) mod manifest;
mod matching;
mod program;
mod receipt;
mod restore;
mod serve;
mod service;
mod user;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

use crate::{
    config::{self, LogFormat, Settings},
    zones,
};

/// Entente, a partner program system.
///
/// Exit codes: 0 success, 1 failure or a fault was found, 2 wrong arguments or configuration.
#[derive(Debug, Parser)]
#[command(name = "entente", version, about)]
struct Arguments {
    /// The configuration file (TOML); environment variables take precedence.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the demo with invented data (the default command).
    Demo(demo::Demo),
    /// Serve the application and run its jobs.
    Serve,
    /// Run jobs only, alongside other nodes that serve.
    Work,
    /// Migrate the database schema; an embedded database is backed up first.
    Migrate,
    /// Check everything the installation depends on and say how to correct each fault.
    Doctor(doctor::Look),
    /// Back up the database to one file with a manifest, while the nodes run.
    Backup {
        /// The file to create; it must not exist yet.
        file: PathBuf,
    },
    /// Restore a backup, after checking it against its manifest and opening it.
    Restore {
        /// The backup.
        file: PathBuf,
        /// The folder for entente.db, instead of the configured one.
        #[arg(long, value_name = "FOLDER")]
        to: Option<PathBuf>,
        /// Accept a backup without a manifest.
        #[arg(long)]
        without_manifest: bool,
    },
    /// Verify that the stored data is intact, that no chain entry was changed, and that the rows
    /// behind decisions match the audit trail and the receipts.
    Verify {
        /// A backup to verify instead of the running database.
        file: Option<PathBuf>,
        /// The manifest of an earlier backup: every chain must still contain what it recorded.
        #[arg(long, value_name = "MANIFEST")]
        since: Option<PathBuf>,
        /// Accept rows of the running database that were changed outside the product, for this
        /// reason. The audit trail keeps both versions.
        #[arg(long, value_name = "REASON", conflicts_with = "file")]
        accept: Option<String>,
    },
    /// Copy everything into an empty database of the other kind. Stop all nodes first.
    Move {
        /// The source database, for example `sqlite:/var/lib/entente/entente.db`.
        #[arg(long, value_name = "URL")]
        from: String,
        /// The empty target database.
        #[arg(long, value_name = "URL")]
        to: String,
    },
    /// The program document: print, check, compare, apply.
    #[command(subcommand)]
    Program(program::Program),
    /// Import a file completely or not at all; every error gives line, column and reason.
    Import(import::Import),
    /// Registration receipts: verify one offline.
    #[command(subcommand)]
    Receipt(receipt::Receipt),
    /// Conflict cases: verify an evidence file offline.
    #[command(subcommand)]
    Conflict(conflict::Conflict),
    /// API keys: create, list, revoke.
    #[command(subcommand)]
    ApiKey(api_key::ApiKey),
    /// Service identities for integrations: create, list, end.
    #[command(subcommand)]
    Service(service::Service),
    /// Users: create the first ones, list, suspend, restore.
    #[command(subcommand)]
    User(user::User),
    /// Match companies between two lists, or find duplicates in one; needs no installation.
    Match(Box<matching::Match>),
    /// Print generated documents, as stored under docs/.
    #[command(subcommand, hide = true)]
    Internals(inspect::Internals),
}

/// How a command can fail.
#[derive(Debug)]
pub(crate) enum Failure {
    /// It was told wrongly: arguments or configuration.
    Wrong(String),
    /// It could not be done.
    Failed(String),
    /// It has said itself what there is to say; the exit code is what is left.
    Told(u8),
}

impl Failure {
    /// From anything with words.
    pub(crate) fn of(error: impl std::fmt::Display) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<String> for Failure {
    fn from(words: String) -> Self {
        Self::Failed(words)
    }
}

impl From<config::ConfigError> for Failure {
    fn from(error: config::ConfigError) -> Self {
        Self::Wrong(format!("the configuration is not valid\n  {error}"))
    }
}

impl From<db::DbError> for Failure {
    fn from(error: db::DbError) -> Self {
        Self::of(error)
    }
}

impl From<frame::AppError> for Failure {
    fn from(error: frame::AppError) -> Self {
        Self::of(error)
    }
}

/// Reads the arguments, runs, answers with the exit code.
pub(crate) fn run() -> ExitCode {
    let arguments = Arguments::parse();
    zones::choose();
    match carry_out(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Told(code)) => ExitCode::from(code),
        Err(Failure::Failed(message)) => {
            eprintln!("entente: {message}");
            ExitCode::from(1)
        }
        Err(Failure::Wrong(message)) => {
            eprintln!("entente: {message}");
            ExitCode::from(2)
        }
    }
}

fn carry_out(arguments: Arguments) -> Result<(), Failure> {
    let settings = || -> Result<Settings, Failure> {
        let settings = config::read(arguments.config.as_deref())?;
        log(&settings)?;
        Ok(settings)
    };
    match arguments.command {
        None => demo::Demo::default().run(settings()?),
        Some(Command::Demo(demo)) => demo.run(settings()?),
        Some(Command::Serve) => serve::serve(settings()?),
        Some(Command::Work) => serve::work(&settings()?),
        Some(Command::Migrate) => serve::migrate(&settings()?),
        Some(Command::Doctor(look)) => doctor::doctor(&settings()?, &look),
        Some(Command::Backup { file }) => backup::backup(&settings()?, &file),
        Some(Command::Restore { file, to, without_manifest }) => {
            restore::Restore { file: &file, to: to.as_deref(), without_manifest }.run(&settings()?)
        }
        Some(Command::Verify { file, since, accept }) => {
            let settings = settings()?;
            if let Some(reason) = accept {
                backup::accept(&settings, &reason)?;
            }
            backup::verify(&settings, file.as_deref(), since.as_deref())
        }
        Some(Command::Move { from, to }) => restore::move_rows(&settings()?, &from, &to),
        Some(Command::Program(what)) => program::run(settings, &what),
        Some(Command::Import(what)) => what.run(&settings()?),
        Some(Command::Receipt(what)) => receipt::run(settings, &what),
        Some(Command::Conflict(what)) => conflict::run(settings, &what),
        Some(Command::ApiKey(what)) => api_key::run(&settings()?, &what),
        Some(Command::Service(what)) => service::run(&settings()?, &what),
        Some(Command::User(what)) => user::run(&settings()?, &what),
        Some(Command::Match(what)) => matching::run(*what),
        Some(Command::Internals(what)) => inspect::print(&what),
    }
}

fn log(settings: &Settings) -> Result<(), Failure> {
    let filter = tracing_subscriber::EnvFilter::builder()
        .parse(&settings.log)
        .map_err(|error| Failure::Wrong(format!("log (ENTENTE_LOG): {error}")))?;
    // The driver would write every value that it stores into the log of a debugging session.
    let quiet = "tokio_postgres=info".parse().map_err(Failure::of)?;
    let filter = filter.add_directive(quiet);
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match settings.log_format {
        LogFormat::Text => lines.compact().init(),
        LogFormat::Json => lines.json().init(),
    }
    Ok(())
}
