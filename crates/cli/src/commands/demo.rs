//! `entente demo`: a vendor with two years of history, made at the first start and kept in a
//! folder of its own (DM-01). It is what the program does when it is told nothing.

use std::{
    cell::Cell,
    fs,
    io::{IsTerminal as _, Write as _},
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::Args;
use db::Db;
use demo::Options;
use frame::{App, Clock};

use super::{Failure, backup::with_suffix, serve};
use crate::{config::Settings, node};

/// Where demos lie when nothing else is said.
const FOLDER: &str = "entente-data";

/// What a demo is told.
#[derive(Debug, Clone, Args)]
pub(super) struct Demo {
    /// The random seed: the same number creates the same people, deals and dates.
    #[arg(long, default_value_t = 1, value_name = "NUMBER")]
    seed: u64,
    /// The data folder; by default entente-data/demo, one per seed.
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// The address to listen on, instead of the configured one.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Delete the demo and create it again.
    #[arg(long)]
    fresh: bool,
    /// Number of companies; fewer are faster to create.
    #[arg(long, hide = true)]
    accounts: Option<usize>,
    /// Number of registrations; fewer are faster to create.
    #[arg(long, hide = true)]
    registrations: Option<u32>,
}

impl Default for Demo {
    fn default() -> Self {
        Self {
            seed: 1,
            data: None,
            listen: None,
            fresh: false,
            accounts: None,
            registrations: None,
        }
    }
}

impl Demo {
    /// Makes the demo unless it is there, and serves it.
    pub(super) fn run(&self, mut settings: Settings) -> Result<(), Failure> {
        let folder = self.folder();
        let path = folder.join("entente.db");
        settings.database_url = format!("sqlite:{}", path.display());
        settings.app.data_dir = Some(folder);
        settings.app.demo = true;
        // Invented people are never written to.
        settings.app.smtp = None;
        if let Some(listen) = self.listen {
            settings.listen = listen;
        }
        let listener = serve::bind(&mut settings)?;
        if self.fresh {
            remove(&path)?;
        }
        if !path.exists() {
            self.make(&settings, &path)?;
        }
        let app = open(&settings, &path)?;
        serve::run(app, listener, &settings, tell_people)
    }

    fn folder(&self) -> PathBuf {
        match (&self.data, self.seed) {
            (Some(folder), _) => folder.clone(),
            (None, 1) => Path::new(FOLDER).join("demo"),
            (None, seed) => Path::new(FOLDER).join(format!("demo-{seed}")),
        }
    }

    /// Makes it under another name, so that one that was broken off is never taken for whole.
    fn make(&self, settings: &Settings, path: &Path) -> Result<(), Failure> {
        let making = with_suffix(path, ".making");
        remove(&making)?;
        let mut settings = settings.clone();
        settings.database_url = format!("sqlite:{}", making.display());
        // The same ids for the same seed. Whoever serves it draws from true chance again.
        settings.app.seed = seed_bytes(self.seed);
        let db = node::open(&settings)?;
        let clock = Clock::machine();
        db.migrate(app::migrations::ALL, 0)?;
        let app = app::open(db, clock, settings.app)?;
        let usual = Options::default();
        let options = Options {
            seed: self.seed,
            accounts: self.accounts.unwrap_or(usual.accounts),
            registrations: self.registrations.unwrap_or(usual.registrations),
        };
        eprintln!("Creating two years of a partner program; this takes a few seconds.");
        let shown = Cell::new(0);
        let made = demo::seed(&app, options, &|percent| progress(&shown, percent))?;
        app.db.close();
        fs::rename(&making, path).map_err(Failure::of)?;
        eprintln!(
            "{} partners, {} accounts, {} registrations.",
            made.partners, made.accounts, made.registrations
        );
        Ok(())
    }
}

/// One line that grows on a terminal; nothing where nobody watches.
fn progress(shown: &Cell<u32>, percent: u32) {
    if percent == shown.get() || !std::io::stderr().is_terminal() {
        return;
    }
    shown.set(percent);
    eprint!("\r{percent:>3} %");
    if percent >= 100 {
        eprintln!();
    }
    if std::io::stderr().flush().is_err() {
        tracing::debug!("the progress could not be shown");
    }
}

fn seed_bytes(seed: u64) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (byte, of_seed) in bytes.iter_mut().zip(seed.to_le_bytes()) {
        *byte = of_seed;
    }
    bytes
}

/// Opens a demo that is there, with its clock where it stood.
fn open(settings: &Settings, path: &Path) -> Result<Arc<App>, Failure> {
    let db: Db = node::open(settings)?;
    let clock = Clock::machine();
    node::migrate(settings, &db, &clock).map_err(|failure| match failure {
        Failure::Failed(words) | Failure::Wrong(words) => Failure::Failed(format!(
            "{words}\nThis demo was created by another version: run `entente demo --fresh` to \
             recreate it"
        )),
        Failure::Told(code) => Failure::Told(code),
    })?;
    let app = app::open(db, clock, settings.app.clone())?;
    if !demo::resume(&app)? {
        return Err(Failure::Failed(format!(
            "{} does not contain a demo; choose another folder with --data",
            path.display()
        )));
    }
    let now = app.clock.now().as_microsecond();
    let node = app.clone();
    app.db.write_blocking(move |tx| node.work.schedule(tx, now))?;
    Ok(app)
}

/// Removes a database of the demo and what belongs to it.
fn remove(path: &Path) -> Result<(), Failure> {
    for suffix in ["", "-wal", "-shm"] {
        let file = with_suffix(path, suffix);
        if file.exists() {
            fs::remove_file(&file)
                .map_err(|error| Failure::Failed(format!("{}: {error}", file.display())))?;
        }
    }
    Ok(())
}

/// Prints a link for each kind of person.
fn tell_people(app: &Arc<App>) -> Result<(), Failure> {
    println!("\nSign in as one of these people by opening the address:\n");
    for link in demo::links(app)? {
        println!("  {:<22} {}, {}", link.role, link.name, link.organisation);
        println!("  {:<22} {}", "", link.url);
    }
    println!("\nor choose among them at {}/demo\n", app.config.base_url);
    Ok(())
}
