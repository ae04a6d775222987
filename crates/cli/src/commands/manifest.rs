//! The manifest of a backup: by which a restore knows that the file is whole, and a later
//! `entente verify` that every chain still holds what it held then.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

use domain::deal_registration::receipt::Hash;
use frame::signature::{self, ALGORITHM, Verifier};
use people::audit;
use run::operate::soundness::Heads;
use sell::deal_registration::receipts::Signature;
use serde::{Deserialize, Serialize};

use super::Failure;
use crate::config::folder_of;

/// What is noted of a backup.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    /// The shape of this manifest.
    pub(crate) format: u32,
    /// The program that made it.
    pub(crate) program: String,
    /// When it was made.
    pub(crate) made_at: String,
    /// The kind of database it was made from.
    pub(crate) made_from: String,
    /// The size of the file.
    pub(crate) bytes: u64,
    /// SHA-256 of the file, in hexadecimal.
    pub(crate) sha256: String,
    /// The number of the last migration.
    pub(crate) schema: u32,
    /// SHA-256 over all rows.
    pub(crate) content_hash: String,
    /// Rows by table.
    pub(crate) rows: BTreeMap<String, i64>,
    /// The last entry of each audit trail, by vendor, as manifests of format 1 have it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) audit_heads: BTreeMap<String, audit::Noted>,
    /// The last link of each chain: a later database must hold it.
    #[serde(default)]
    pub(crate) heads: Heads,
    /// The installation's signature over all of that; `None` before it has a key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) signature: Option<Signature>,
}

/// The shape of manifests that this program writes.
pub(crate) const FORMAT: u32 = 2;
/// The shape that programs before it wrote: it notes the audit trails only, and is not signed.
pub(crate) const UNSIGNED: u32 = 1;

impl Manifest {
    /// What every chain must still hold.
    pub(crate) fn noted(&self) -> Heads {
        let trails = self.audit_heads.iter();
        let trails = trails.map(|(vendor, noted)| (format!("audit/{vendor}"), noted.clone()));
        self.heads.clone().into_iter().chain(trails).collect()
    }

    /// The hash that is signed: over the manifest without its signature.
    pub(crate) fn hash(&self) -> Result<Hash, Failure> {
        let unsigned = Self { signature: None, ..self.clone() };
        let text = serde_json::to_string(&unsigned).map_err(Failure::of)?;
        Ok(Hash::of(format!("entente manifest v{FORMAT}\n{text}").as_bytes()))
    }

    /// Whether one of the installation's keys signed it, in words. Rule AU-01.
    pub(crate) fn signed_by(&self, keys: &BTreeMap<String, Verifier>) -> Result<String, String> {
        if self.format == UNSIGNED {
            return Ok(
                "the manifest is from an older version: it is unsigned and records only the audit \
                       trails"
                    .to_owned(),
            );
        }
        let Some(signed) = &self.signature else {
            return if keys.is_empty() {
                Ok("the manifest is not signed: the installation has no key yet".to_owned())
            } else {
                Err("the manifest is not signed: its signature was removed".to_owned())
            };
        };
        if signed.algorithm != ALGORITHM {
            return Err(format!(
                "the manifest claims to be signed with “{}”; only {ALGORITHM} is accepted",
                signed.algorithm
            ));
        }
        let key = keys.get(&signed.key_id).ok_or_else(|| {
            format!(
                "the manifest is signed by key {}, which this installation does not have",
                signed.key_id
            )
        })?;
        let hash = self.hash().map_err(|_| "the manifest cannot be written again".to_owned())?;
        if key.verifies(hash.as_bytes(), &signed.signature) {
            Ok(format!("the manifest is signed by key {}", signed.key_id))
        } else {
            Err("the manifest was altered: its signature does not match its content".to_owned())
        }
    }
}

/// Writes a manifest to a file of its own, for its owner only.
pub(super) fn write(path: &Path, manifest: &Manifest) -> Result<(), Failure> {
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
pub(super) fn read(path: &Path) -> Result<Manifest, Failure> {
    let failed = |words: String| Failure::Failed(format!("{}: {words}", path.display()));
    let text = fs::read_to_string(path).map_err(|error| {
        failed(format!(
            "{error}; a backup cannot be verified without its manifest (--without-manifest skips \
             this)"
        ))
    })?;
    let manifest: Manifest =
        serde_json::from_str(&text).map_err(|error| failed(error.to_string()))?;
    match manifest.format {
        UNSIGNED if manifest.heads.is_empty() && manifest.signature.is_none() => Ok(manifest),
        FORMAT => signature::parse(&text).map_err(failed),
        other => Err(failed(format!(
            "this program reads manifests of format {UNSIGNED} and {FORMAT}, not {other}"
        ))),
    }
}
