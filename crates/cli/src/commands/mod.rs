//! What the binary can be told to do.

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

use crate::config::{self, LogFormat, Settings};

/// A partner program system: run it, look after it.
///
/// Exit codes: 0 done, 1 failed or a fault was found, 2 told wrongly (arguments, configuration).
#[derive(Debug, Parser)]
#[command(name = "entente", version, about)]
struct Arguments {
    /// The configuration file (TOML); the environment overrules it.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show the product with invented people; also what is done without a command.
    Demo(demo::Demo),
    /// Serve the application and run its jobs.
    Serve,
    /// Run jobs only, beside other nodes that serve.
    Work,
    /// Bring the database's schema up to date; an embedded one is backed up first.
    Migrate,
    /// Look at everything the installation stands on, and say of each fault what to do.
    Doctor(doctor::Look),
    /// Copy the database into one file while the nodes run, with a manifest beside it.
    Backup {
        /// The file to make; it must not exist yet.
        file: PathBuf,
    },
    /// Put a backup in place, after checking it against its manifest and by opening it.
    Restore {
        /// The backup.
        file: PathBuf,
        /// The folder to put entente.db into, instead of where the configuration says.
        #[arg(long, value_name = "FOLDER")]
        to: Option<PathBuf>,
        /// Take a backup that has no manifest.
        #[arg(long)]
        without_manifest: bool,
    },
    /// Check that the stored data is whole, that no entry of a chain was changed, and that the
    /// rows that decisions rest on are what the audit trail and the receipts say.
    Verify {
        /// A backup to look at instead of the running database.
        file: Option<PathBuf>,
        /// The manifest of an earlier backup: every chain must still hold what it noted.
        #[arg(long, value_name = "MANIFEST")]
        since: Option<PathBuf>,
        /// Take rows of the running database that were changed behind the product's back as they
        /// are, for this reason. The audit trail keeps both.
        #[arg(long, value_name = "REASON", conflicts_with = "file")]
        accept: Option<String>,
    },
    /// Copy everything into an empty database of the other kind. Stop every node before.
    Move {
        /// The database there is, for example `sqlite:/var/lib/entente/entente.db`.
        #[arg(long, value_name = "URL")]
        from: String,
        /// The empty one to fill.
        #[arg(long, value_name = "URL")]
        to: String,
    },
    /// The document that holds the rules: print, check, compare, apply.
    #[command(subcommand)]
    Program(program::Program),
    /// Read a file in as a whole or not at all; every fault says line, column and reason.
    Import(import::Import),
    /// Receipts of registrations: verify one without any server.
    #[command(subcommand)]
    Receipt(receipt::Receipt),
    /// Conflict cases: verify a file of evidence without any server.
    #[command(subcommand)]
    Conflict(conflict::Conflict),
    /// Keys for programs: make, list, revoke.
    #[command(subcommand)]
    ApiKey(api_key::ApiKey),
    /// Service identities, the names under which integrations act: create, list, end.
    #[command(subcommand)]
    Service(service::Service),
    /// People: make the first ones, list, suspend, let in again.
    #[command(subcommand)]
    User(user::User),
    /// Find the same companies in two lists, or twice in one; needs no installation.
    Match(Box<matching::Match>),
    /// Print what the product knows of itself, as the documents under docs/ keep it.
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
        Self::Wrong(format!("the configuration cannot be used\n  {error}"))
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
        Some(Command::Doctor(look)) => doctor::doctor(&settings()?, look),
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
