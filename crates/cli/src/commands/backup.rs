//! Backups: a copy in one file while the nodes run, beside it a manifest by which a restore knows
//! that it is whole.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{Read as _, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use app::{AppError, Clock, audit};
use db::{Db, Dialect, Options};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::Failure;
use crate::{
    config::{Settings, folder_of},
    node,
    soundness::{self, Soundness},
};

/// What is noted of a backup.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    /// The shape of this manifest.
    pub(super) format: u32,
    /// The program that made it.
    pub(super) program: String,
    /// When it was made.
    pub(super) made_at: String,
    /// The kind of database it was made from.
    pub(super) made_from: String,
    /// The size of the file.
    pub(super) bytes: u64,
    /// SHA-256 of the file, in hexadecimal.
    pub(super) sha256: String,
    /// The number of the last migration.
    pub(super) schema: u32,
    /// SHA-256 over all rows.
    pub(super) content_hash: String,
    /// Rows by table.
    pub(super) rows: BTreeMap<String, i64>,
    /// The last entry of each audit trail, by vendor: a later trail must hold it.
    #[serde(default)]
    pub(super) audit_heads: BTreeMap<String, audit::Noted>,
}

/// The shape of manifests that this program writes and reads.
const FORMAT: u32 = 1;

/// `entente backup FILE` (OP-04)
pub(super) fn backup(settings: &Settings, file: &Path) -> Result<(), Failure> {
    let manifest_path = manifest_path(file);
    for path in [file, &manifest_path] {
        if path.exists() {
            return Err(Failure::Failed(format!(
                "{} exists already; a backup never overwrites another",
                path.display()
            )));
        }
    }
    let db = node::open_existing(settings)?;
    let dialect = db.dialect();
    match dialect {
        Dialect::Sqlite => {
            db.backup_to(file)?;
        }
        Dialect::Postgres => copy_out(&db, file)?,
    }
    let found = db::look_into(file, soundness::examine)?;
    refuse_unsound(&found, file)?;
    let (bytes, sha256) = fingerprint(file)?;
    let manifest = Manifest {
        format: FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        made_at: Clock::machine().now().to_string(),
        made_from: dialect.to_string(),
        bytes,
        sha256,
        schema: found.schema,
        content_hash: found.content_hash.clone(),
        rows: found.rows.clone(),
        audit_heads: found.audit_heads.clone(),
    };
    write_manifest(&manifest_path, &manifest)?;
    println!("{} holds {} rows ({bytes} bytes).", file.display(), found.all_rows());
    println!("sha256       {}", manifest.sha256);
    println!("content hash {}", manifest.content_hash);
    println!("It was opened and read as a whole. Keep {} with it.", manifest_path.display());
    Ok(())
}

fn refuse_unsound(found: &Soundness, file: &Path) -> Result<(), Failure> {
    if found.faults.is_empty() {
        return Ok(());
    }
    soundness::print(found);
    Err(Failure::Failed(format!(
        "{} was copied, but what it holds has the faults above; it got no manifest. Look at \
         the running database with `entente verify` and `entente doctor`",
        file.display()
    )))
}

/// Copies a server's database into a file of its own.
fn copy_out(db: &Db, file: &Path) -> Result<(), Failure> {
    let copying = with_suffix(file, ".copying");
    let made = fill(db, &copying).and_then(|copy| {
        copy.backup_to(file)?;
        copy.close();
        Ok(())
    });
    for suffix in ["", "-wal", "-shm"] {
        let left = with_suffix(&copying, suffix);
        if left.exists()
            && let Err(error) = fs::remove_file(&left)
        {
            tracing::warn!(%error, path = %left.display(), "a temporary file was left");
        }
    }
    made
}

fn fill(db: &Db, copying: &Path) -> Result<Db, Failure> {
    node::create_private(copying)?;
    let options = Options { readers: 1, durability: db::Durability::Off, ..Options::default() };
    let copy = Db::open(&format!("sqlite:{}", copying.display()), options)?;
    copy.migrate(app::migrations::ALL, Clock::machine().now().as_microsecond())?;
    db::copy_all(db, &copy)?;
    Ok(copy)
}

/// Where the manifest of a backup lies.
pub(super) fn manifest_path(file: &Path) -> PathBuf {
    with_suffix(file, ".manifest.json")
}

/// The same path with something behind it.
pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// The size of a file and its SHA-256.
pub(super) fn fingerprint(file: &Path) -> Result<(u64, String), Failure> {
    let at = |error: std::io::Error| Failure::Failed(format!("{}: {error}", file.display()));
    let mut source = File::open(file).map_err(at)?;
    let mut digest = Sha256::new();
    let mut piece = vec![0; 1 << 20];
    let mut bytes: u64 = 0;
    loop {
        let count = source.read(&mut piece).map_err(at)?;
        let Some(read) = piece.get(..count).filter(|read| !read.is_empty()) else {
            break;
        };
        digest.update(read);
        bytes += u64::try_from(count).unwrap_or(0);
    }
    Ok((bytes, data_encoding::HEXLOWER.encode(&digest.finalize())))
}

fn write_manifest(path: &Path, manifest: &Manifest) -> Result<(), Failure> {
    let at = |error: std::io::Error| Failure::Failed(format!("{}: {error}", path.display()));
    let mut text = serde_json::to_string_pretty(manifest).map_err(Failure::of)?;
    text.push('\n');
    let mut options = fs::OpenOptions::new();
    let mut file = options.write(true).create_new(true).mode(0o600).open(path).map_err(at)?;
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(at)?;
    // Its name has to survive a loss of power too.
    File::open(folder_of(path)).and_then(|folder| folder.sync_all()).map_err(at)
}

/// Reads the manifest of a backup.
pub(super) fn read_manifest(path: &Path) -> Result<Manifest, Failure> {
    let text = fs::read_to_string(path).map_err(|error| {
        Failure::Failed(format!(
            "{}: {error}; without its manifest a backup cannot be checked (--without-manifest \
             takes it all the same)",
            path.display()
        ))
    })?;
    let manifest: Manifest = serde_json::from_str(&text)
        .map_err(|error| Failure::Failed(format!("{}: {error}", path.display())))?;
    if manifest.format != FORMAT {
        return Err(Failure::Failed(format!(
            "{}: this program reads manifests of format {FORMAT}, not {}",
            path.display(),
            manifest.format
        )));
    }
    Ok(manifest)
}

/// `entente verify [FILE] [--since MANIFEST]` (AU-01, DR-19, OP-04)
pub(super) fn verify(
    settings: &Settings,
    file: Option<&Path>,
    since: Option<&Path>,
) -> Result<(), Failure> {
    let noted = match since {
        Some(path) => read_manifest(path)?.audit_heads,
        None => BTreeMap::new(),
    };
    let noted_count = noted.len();
    let found = match file {
        Some(file) if !file.exists() => {
            return Err(Failure::Wrong(format!("{}: there is no such file", file.display())));
        }
        Some(file) => {
            let checked = manifest_path(file).exists();
            if checked {
                super::restore::check_file(file, &read_manifest(&manifest_path(file))?)?;
                println!("manifest     the file is the one that was written");
            }
            db::look_into(file, move |tx| soundness::examine_since(tx, &noted))?
        }
        None => {
            let db = node::open_existing(settings)?;
            db.read_blocking(move |tx| soundness::examine_since(tx, &noted))
                .map_err(|error: AppError| Failure::of(error))?
        }
    };
    soundness::print(&found);
    if let (Some(path), true) = (since, found.faults.is_empty()) {
        println!("good         {noted_count} audit trails hold what {} noted", path.display());
    }
    if found.faults.is_empty() { Ok(()) } else { Err(Failure::Told(1)) }
}
