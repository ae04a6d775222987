//! Restoring a backup, and moving from one kind of database to the other. Neither touches a
//! database that holds something.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use db::{Db, SchemaState};
use frame::Clock;

use super::{
    Failure,
    backup::{fingerprint, manifest_path, told_of_rows, with_suffix},
    manifest::{self, Manifest},
};
use crate::{
    config::{Settings, check_database_url, folder_of, sqlite_path},
    node,
    soundness::{self, Soundness},
};

/// The options of a restore.
#[derive(Debug)]
pub(super) struct Restore<'a> {
    /// The backup.
    pub(super) file: &'a Path,
    /// The folder to put `entente.db` into, instead of where the configuration says.
    pub(super) to: Option<&'a Path>,
    /// Take a backup that has no manifest.
    pub(super) without_manifest: bool,
}

impl Restore<'_> {
    /// `entente restore FILE` (OP-04)
    pub(super) fn run(&self, settings: &Settings) -> Result<(), Failure> {
        if !self.file.exists() {
            return Err(Failure::Wrong(format!("{}: file not found", self.file.display())));
        }
        let manifest = if self.without_manifest {
            None
        } else {
            let manifest = manifest::read(&manifest_path(self.file))?;
            check_file(self.file, &manifest)?;
            Some(manifest)
        };
        let found = db::look_into(self.file, |tx| match &manifest {
            Some(manifest) => soundness::examine_backup(tx, manifest, None),
            None => soundness::examine(tx),
        })?;
        check_content(&found)?;
        let target = match self.to {
            Some(folder) => Some(folder.join("entente.db")),
            None => sqlite_path(&settings.database_url),
        };
        match target {
            Some(target) => into_file(self.file, &target, &found)?,
            None => into_server(self.file, settings, &found)?,
        }
        println!("{} rows, content hash {}", found.all_rows(), found.content_hash);
        println!("Run `entente doctor` to check the rest of the installation.");
        told_of_rows(&found, "The restored database contains them as the backup does")
    }
}

/// Fails unless the file is byte for byte the one that the manifest describes.
pub(super) fn check_file(file: &Path, manifest: &Manifest) -> Result<(), Failure> {
    let (bytes, sha256) = fingerprint(file)?;
    if bytes != manifest.bytes {
        return Err(Failure::Failed(format!(
            "{} has {bytes} bytes but had {} when it was created: it is truncated or was changed",
            file.display(),
            manifest.bytes
        )));
    }
    if sha256 != manifest.sha256 {
        return Err(Failure::Failed(format!(
            "{} has changed since it was created: its SHA-256 is {sha256}, the manifest says {}",
            file.display(),
            manifest.sha256
        )));
    }
    Ok(())
}

fn check_content(found: &Soundness) -> Result<(), Failure> {
    if found.faults.is_empty() {
        return Ok(());
    }
    soundness::print(found);
    Err(Failure::Failed("the backup has the faults above; nothing was restored".into()))
}

/// Puts the file in place under a name that must be free, with nothing of another database beside
/// it: SQLite would play a log that was left behind into the restored file.
fn into_file(file: &Path, target: &Path, expected: &Soundness) -> Result<(), Failure> {
    refuse_occupied(target)?;
    let folder = folder_of(target);
    fs::create_dir_all(&folder)
        .map_err(|error| Failure::Failed(format!("{}: {error}", folder.display())))?;
    let partial = with_suffix(target, ".restoring");
    if partial.exists() {
        return Err(Failure::Failed(format!(
            "{} was left by an interrupted restore: remove it and restore again",
            partial.display()
        )));
    }
    let placed = copy_synced(file, &partial).and_then(|()| {
        let found = db::look_into(&partial, soundness::examine)?;
        if found.content_hash != expected.content_hash {
            return Err(Failure::Failed("the rows in the copy differ from the backup".into()));
        }
        refuse_occupied(target)?;
        let at = |error: std::io::Error| Failure::Failed(format!("{}: {error}", target.display()));
        fs::rename(&partial, target).map_err(at)?;
        File::open(&folder).and_then(|folder| folder.sync_all()).map_err(at)
    });
    if placed.is_err()
        && partial.exists()
        && let Err(error) = fs::remove_file(&partial)
    {
        tracing::warn!(%error, path = %partial.display(), "a temporary file was left behind");
    }
    placed?;
    println!("Restored to {}.", target.display());
    Ok(())
}

fn refuse_occupied(target: &Path) -> Result<(), Failure> {
    if target.exists() {
        return Err(Failure::Failed(format!(
            "{} already exists. Stop the server, move this file and those with the same prefix to \
             another folder, and restore again",
            target.display()
        )));
    }
    for suffix in ["-wal", "-shm", "-journal"] {
        let left = with_suffix(target, suffix);
        if left.exists() {
            return Err(Failure::Failed(format!(
                "{} was left by another database and would damage the restored one: move it away \
                 and restore again",
                left.display()
            )));
        }
    }
    Ok(())
}

fn copy_synced(from: &Path, to: &Path) -> Result<(), Failure> {
    let at = |error: std::io::Error| Failure::Failed(format!("{}: {error}", to.display()));
    node::create_private(to)?;
    let mut source = File::open(from).map_err(at)?;
    let mut target = File::options().write(true).open(to).map_err(at)?;
    std::io::copy(&mut source, &mut target).map_err(at)?;
    target.sync_all().map_err(at)
}

/// Copies the rows into an empty database of a server.
fn into_server(file: &Path, settings: &Settings, expected: &Soundness) -> Result<(), Failure> {
    let working = WorkingCopy::of(file)?;
    let from = working.open(settings)?;
    let now = Clock::machine().now().as_microsecond();
    from.migrate(app::migrations::ALL, now)?;
    let to = node::open(settings)?;
    to.migrate(app::migrations::ALL, now)?;
    let copied = db::copy_all(&from, &to)?;
    let (before, after) = (hash(&from)?, hash(&to)?);
    let current = app::migrations::ALL.last().map_or(0, |migration| migration.number);
    if before != after || (expected.schema == current && after != expected.content_hash) {
        return Err(Failure::Failed("the rows on the server differ from the backup".into()));
    }
    println!("Restored {} rows of {} tables to the server.", copied.rows, copied.tables);
    Ok(())
}

/// A copy of the backup that may be written to, removed at the end.
struct WorkingCopy(PathBuf);

impl WorkingCopy {
    fn of(file: &Path) -> Result<Self, Failure> {
        let path = with_suffix(file, ".restoring");
        copy_synced(file, &path)?;
        Ok(Self(path))
    }

    fn open(&self, settings: &Settings) -> Result<Db, Failure> {
        let url = format!("sqlite:{}", self.0.display());
        Ok(Db::open(&url, settings.database.clone())?)
    }
}

impl Drop for WorkingCopy {
    fn drop(&mut self) {
        for suffix in ["", "-wal", "-shm"] {
            let path = with_suffix(&self.0, suffix);
            if path.exists()
                && let Err(error) = fs::remove_file(&path)
            {
                tracing::warn!(%error, path = %path.display(), "a temporary file was left behind");
            }
        }
    }
}

fn hash(db: &Db) -> Result<String, Failure> {
    Ok(db.content_hash(&db.table_names()?)?)
}

/// `entente move --from URL --to URL` (OP-02)
pub(super) fn move_rows(settings: &Settings, from: &str, to: &str) -> Result<(), Failure> {
    for url in [from, to] {
        check_database_url(url).map_err(|_| {
            Failure::Wrong(format!("“{url}” must start with sqlite: or postgres://"))
        })?;
    }
    let of = |url: &str| Settings { database_url: url.to_owned(), ..settings.clone() };
    if let Some(target) = sqlite_path(to) {
        refuse_occupied(&target)?;
    }
    let source = node::open_existing(&of(from))?;
    if let SchemaState::Behind { pending } = source.check_schema(app::migrations::ALL)? {
        return Err(Failure::Failed(format!(
            "the source database lacks {pending} migrations: run `entente migrate` on it first"
        )));
    }
    let target = node::open(&of(to))?;
    target.migrate(app::migrations::ALL, Clock::machine().now().as_microsecond())?;
    let copied = db::copy_all(&source, &target)?;
    let (before, after) = (hash(&source)?, hash(&target)?);
    println!("{} rows of {} tables", copied.rows, copied.tables);
    println!("content hash before {before}");
    println!("content hash after  {after}");
    if before != after {
        return Err(Failure::Failed(
            "the databases differ: a node was still writing. Stop all nodes, empty the target, \
             and move again"
                .into(),
        ));
    }
    println!(
        "The databases are equal. Set database_url (ENTENTE_DATABASE_URL) to the new address and \
         restart."
    );
    Ok(())
}
