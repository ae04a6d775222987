//! Backups: a copy in one file while the nodes run, beside it a manifest by which a restore knows
//! that it is whole.

use std::{
    fs::{self, File},
    io::Read as _,
    path::{Path, PathBuf},
};

use db::{Db, Dialect, Options, SchemaState};
use frame::{AppError, Clock, Cx};
use people::{audit, identity};
use sell::deal_registration::receipts;
use sha2::{Digest as _, Sha256};

use super::{
    Failure, acting,
    manifest::{self, FORMAT, Manifest},
};
use crate::{
    config::Settings,
    node,
    soundness::{self, Soundness},
};

/// `entente backup FILE` (OP-04)
pub(super) fn backup(settings: &Settings, file: &Path) -> Result<(), Failure> {
    let manifest_path = manifest_path(file);
    for path in [file, &manifest_path] {
        if path.exists() {
            return Err(Failure::Failed(format!(
                "{} already exists; a backup never overwrites a file",
                path.display()
            )));
        }
    }
    let db = node::open_existing(settings)?;
    make_key(settings, &db);
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
    let mut manifest = Manifest {
        format: FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        made_at: Clock::machine().now().to_string(),
        made_from: dialect.to_string(),
        bytes,
        sha256,
        schema: found.schema,
        content_hash: found.content_hash.clone(),
        rows: found.rows.clone(),
        audit_heads: std::collections::BTreeMap::new(),
        heads: found.heads.clone(),
        signature: None,
    };
    let hash = manifest.hash()?;
    manifest.signature =
        db::look_into(file, move |tx| receipts::sign_stored(tx, &hash).map_err(AppError::from))?;
    manifest::write(&manifest_path, &manifest)?;
    println!("{} has {} rows ({bytes} bytes).", file.display(), found.all_rows());
    println!("sha256       {}", manifest.sha256);
    println!("content hash {}", manifest.content_hash);
    println!("The whole file was read back. Keep {} with it.", manifest_path.display());
    Ok(())
}

/// The key that signs the manifest is made by the first backup at the latest. Without one the
/// backup is no worse, so what keeps it from being made is only told.
fn make_key(settings: &Settings, db: &Db) {
    let made = || -> Result<(), AppError> {
        if db.check_schema(app::migrations::ALL)? != SchemaState::Current {
            return Ok(());
        }
        let app = app::open(db.clone(), Clock::machine(), settings.app.clone())?;
        let (told, now) = (app.clone(), app.clock.now());
        app.db.write_blocking(move |tx| {
            let Some(vendor) = identity::vendors(tx)?.into_iter().next() else {
                return Ok(());
            };
            receipts::public_key(&mut Cx::system(tx, &told, vendor.vendor_id, now)).map(|_| ())
        })
    };
    if let Err(error) = made() {
        tracing::warn!(%error, "the key that signs manifests could not be created");
    }
}

/// Says of rows that are not what the audit trail says that they were copied all the same, and
/// makes the command end with a fault: such a backup was made by an older version.
pub(super) fn told_of_rows(found: &Soundness, copied: &str) -> Result<(), Failure> {
    if found.differences.count == 0 {
        return Ok(());
    }
    for line in found.differences.words.iter().take(20) {
        println!("FAULT        {line}");
    }
    Err(Failure::Failed(format!(
        "{} rows differ from the audit trail. {copied}; `entente verify` lists each",
        found.differences.count
    )))
}

fn refuse_unsound(found: &Soundness, file: &Path) -> Result<(), Failure> {
    if found.is_sound() {
        return Ok(());
    }
    soundness::print(found);
    Err(Failure::Failed(format!(
        "{} was copied, but its data has the faults above, so it got no manifest and cannot \
         replace an earlier backup. Find out what happened with `entente verify`, then repair the \
         rows, or keep them as they are with `entente verify --accept REASON`, and back up again",
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
            tracing::warn!(%error, path = %left.display(), "a temporary file was left behind");
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

/// `entente verify [FILE] [--since MANIFEST]` (AU-01, DR-19, OP-04)
pub(super) fn verify(
    settings: &Settings,
    file: Option<&Path>,
    since: Option<&Path>,
) -> Result<(), Failure> {
    let since = since.map(manifest::read).transpose()?;
    let found = match file {
        Some(file) if !file.exists() => {
            return Err(Failure::Wrong(format!("{}: file not found", file.display())));
        }
        Some(file) => {
            let own = manifest_path(file);
            let own = if own.exists() { Some(manifest::read(&own)?) } else { None };
            if let Some(manifest) = &own {
                super::restore::check_file(file, manifest)?;
                println!("manifest     the file matches its manifest");
            }
            db::look_into(file, move |tx| match &own {
                Some(own) => {
                    soundness::examine_backup(tx, own, Some(since.as_ref().unwrap_or(own)))
                }
                None => soundness::examine_since(tx, since.as_ref()),
            })?
        }
        None => {
            let db = node::open_existing(settings)?;
            db.read_blocking(move |tx| soundness::examine_since(tx, since.as_ref()))
                .map_err(|error: AppError| Failure::of(error))?
        }
    };
    soundness::print(&found);
    if found.is_sound() { Ok(()) } else { Err(Failure::Told(1)) }
}

/// `entente verify --accept REASON` (AU-01)
pub(super) fn accept(settings: &Settings, reason: &str) -> Result<(), Failure> {
    let app = node::existing_application(settings)?;
    for vendor in app.db.read_blocking(identity::vendors)? {
        let reason = reason.to_owned();
        let taken = acting::write(&app, &vendor, move |cx| {
            audit::rows::accept(cx, &app::kept_tables(), &reason)
        })?;
        println!("accepted     {taken} differences of {}", vendor.name);
    }
    app.db.close();
    Ok(())
}
