//! What a database says of itself: whether it is whole, whether its chains are unbroken, whether
//! its rows are what the product wrote, how much there is of what, and a hash of all of it.

use std::collections::{BTreeMap, BTreeSet};

use db::{Dialect, SchemaState, Tx};
use frame::AppError;
use jiff::Timestamp;
use people::audit::{self, rows::Differences};
use run::operate::soundness::{self, Heads};
use sell::deal_registration::chains;

use crate::commands::manifest::{Manifest, UNSIGNED};

/// What was found.
#[derive(Debug)]
pub(crate) struct Soundness {
    /// The number of the last migration.
    pub(crate) schema: u32,
    /// Rows by table.
    pub(crate) rows: BTreeMap<String, i64>,
    /// SHA-256 over all rows, equal on both databases for the same rows.
    pub(crate) content_hash: String,
    /// The last link of each chain.
    pub(crate) heads: Heads,
    /// What is sound, one line each.
    pub(crate) good: Vec<String>,
    /// What is broken: the stored data, a chain, or what was noted elsewhere; one line each.
    pub(crate) faults: Vec<String>,
    /// Rows that are not what they should be. A copy of them is a faithful copy all the same.
    pub(crate) differences: Differences,
}

impl Soundness {
    /// How many rows there are in all.
    pub(crate) fn all_rows(&self) -> i64 {
        self.rows.values().sum()
    }

    /// True when nothing is wrong.
    pub(crate) fn is_sound(&self) -> bool {
        self.faults.is_empty() && self.differences.count == 0
    }
}

/// Looks at everything in one snapshot. Rules AU-01, DR-19, OP-04.
///
/// It errs when the schema is newer than this program, or when the database cannot be read.
pub(crate) fn examine(tx: &mut Tx<'_>) -> Result<Soundness, AppError> {
    examine_since(tx, None)
}

/// The same, and whether every chain holds what the manifest of an earlier backup noted.
/// Rules AU-01, DR-19.
pub(crate) fn examine_since(
    tx: &mut Tx<'_>,
    since: Option<&Manifest>,
) -> Result<Soundness, AppError> {
    let state = db::check_schema(tx, app::migrations::ALL)?;
    let tables = db::table_names(tx)?;
    let mut found = Soundness {
        schema: db::schema_version(tx)?,
        rows: db::row_counts(tx)?,
        content_hash: db::content_hash(tx, &tables)?,
        heads: Heads::new(),
        good: Vec::new(),
        faults: Vec::new(),
        differences: Differences::default(),
    };
    match db::integrity_check(tx) {
        Ok(()) => found.good.push("the stored data is intact".to_owned()),
        Err(error) => found.faults.push(error.to_string()),
    }
    if let Some(manifest) = since {
        signed(tx, manifest, &mut found)?;
    }
    match state {
        SchemaState::Current => within(tx, since, &mut found)?,
        SchemaState::Behind { pending } => found.good.push(format!(
            "the schema is {pending} migrations behind, so the chains were not read; run `entente \
             migrate` and verify again"
        )),
    }
    Ok(found)
}

fn within(
    tx: &mut Tx<'_>,
    since: Option<&Manifest>,
    found: &mut Soundness,
) -> Result<(), AppError> {
    let noted = since.map(Manifest::noted).unwrap_or_default();
    let inside = soundness::examine(tx, &app::kept_tables(), &noted)?;
    let broken = inside.faults.len();
    found.good.extend(inside.good);
    found.faults.extend(inside.faults);
    found.differences = inside.differences;
    found.heads = inside.heads;
    if since.is_some() && broken == 0 {
        found.good.push(format!("{} chains contain what the manifest recorded", noted.len()));
    }
    Ok(())
}

/// Whether one of the keys in this database signed the manifest.
fn signed(tx: &mut Tx<'_>, manifest: &Manifest, found: &mut Soundness) -> Result<(), AppError> {
    match manifest.signed_by(&chains::keys(tx)?) {
        Ok(words) => found.good.push(words),
        Err(words) => found.faults.push(words),
    }
    Ok(())
}

/// Looks at everything in a backup, and holds each value of its own manifest against it.
/// Rules AU-01, OP-04.
pub(crate) fn examine_backup(
    tx: &mut Tx<'_>,
    own: &Manifest,
    since: Option<&Manifest>,
) -> Result<Soundness, AppError> {
    let mut found = examine_since(tx, since)?;
    signed(tx, own, &mut found)?;
    let differing = differing(own, &found);
    if differing.is_empty() {
        found.good.push("every value of the manifest matches the backup".to_owned());
    }
    found.faults.extend(differing);
    Ok(found)
}

/// Each value of a manifest that is not what was found in the backup, in words. Rule OP-04.
fn differing(manifest: &Manifest, found: &Soundness) -> Vec<String> {
    let mut faults = Vec::new();
    let mut differs = |what: &str, says: &str, is: &str| {
        if says != is {
            faults.push(format!("the manifest says {what} is {says}; in the backup it is {is}"));
        }
    };
    differs("the schema", &manifest.schema.to_string(), &found.schema.to_string());
    differs("the content hash", &manifest.content_hash, &found.content_hash);
    let shown = |count: Option<&i64>| {
        count.map_or_else(|| "nothing".to_owned(), |count| format!("{count} rows"))
    };
    let tables: BTreeSet<&String> = manifest.rows.keys().chain(found.rows.keys()).collect();
    for table in tables {
        let what = format!("table {table}");
        differs(&what, &shown(manifest.rows.get(table)), &shown(found.rows.get(table)));
    }
    // The chains of a backup with an older schema are not read.
    if !found.heads.is_empty() && manifest.format != UNSIGNED {
        let shown = |noted: Option<&audit::Noted>| {
            noted.map_or_else(
                || "nothing".to_owned(),
                |noted| format!("link {} with hash {}", noted.seq, noted.hash),
            )
        };
        let chains: BTreeSet<&String> = manifest.heads.keys().chain(found.heads.keys()).collect();
        for chain in chains {
            let what = format!("the end of chain {chain}");
            differs(&what, &shown(manifest.heads.get(chain)), &shown(found.heads.get(chain)));
        }
    }
    let is_known = Dialect::ALL.iter().any(|one| one.to_string() == manifest.made_from);
    if !is_known {
        faults.push(format!("the manifest says it was made from {}", manifest.made_from));
    }
    if manifest.made_at.parse::<Timestamp>().is_err() {
        faults.push(format!("the manifest says it was made at {}", manifest.made_at));
    }
    faults
}

/// Prints it for people.
pub(crate) fn print(found: &Soundness) {
    println!("schema       {}", found.schema);
    println!("rows         {} in {} tables", found.all_rows(), found.rows.len());
    println!("content hash {}", found.content_hash);
    for line in &found.good {
        println!("good         {line}");
    }
    for line in found.faults.iter().chain(&found.differences.words) {
        println!("FAULT        {line}");
    }
    let more = found.differences.count.saturating_sub(found.differences.words.len());
    if more > 0 {
        println!("FAULT        and {more} more of these");
    }
}
