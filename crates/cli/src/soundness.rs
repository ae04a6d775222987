//! What a database says of itself: whether it is whole, whether its chains are unbroken, whether
//! its rows are what the product wrote, how much there is of what, and a hash of all of it.

use std::collections::BTreeMap;

use db::{SchemaState, Tx};
use frame::AppError;
use people::audit::rows::Differences;
use run::operate::soundness::{self, Heads};
use sell::deal_registration::chains;

use crate::commands::manifest::Manifest;

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
    if let Some(manifest) = since {
        match manifest.signed_by(&chains::keys(tx)?) {
            Ok(words) => found.good.push(words),
            Err(words) => found.faults.push(words),
        }
    }
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
