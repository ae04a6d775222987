//! Whether what is stored is what the product wrote: every chain from its first link to its last,
//! the rows that decisions rest on, and what a copy of the heads elsewhere still finds. Rules
//! AU-01, CF-04, DR-01, DR-03, DR-19.

use std::collections::{BTreeMap, BTreeSet};

use db::{Dialect, Tx};

use channel::program;
use frame::error::AppError;
use people::{
    audit::{
        self, Noted,
        rows::{self, Differences},
    },
    events,
    identity::{self, Vendor},
};
use sell::{
    conflicts,
    deal_registration::{chains, proof},
};

/// The last link of each chain by the chain's name: `audit/VENDOR`, `rows/VENDOR`,
/// `receipts/VENDOR/PROGRAM`, `evidence/VENDOR/CASE/READER` and `events/VENDOR`.
pub type Heads = BTreeMap<String, Noted>;

/// What was found.
#[derive(Debug, Default)]
pub struct Found {
    /// What is sound, one line each.
    pub good: Vec<String>,
    /// What is broken: chains, and what was noted elsewhere and is not there.
    pub faults: Vec<String>,
    /// Rows that are not what they should be.
    pub differences: Differences,
    /// The last link of each chain without a fault.
    pub heads: Heads,
    /// Every chain that is here, sound or not.
    known: BTreeSet<String>,
}

/// Looks at every vendor in one snapshot, compares the rows of these tables, and looks whether every chain still holds what was noted of it
/// elsewhere. Rules AU-01, CF-04, DR-19.
pub fn examine(
    tx: &mut Tx<'_>,
    tables: &[&'static audit::Table],
    noted: &Heads,
) -> Result<Found, AppError> {
    let mut found = Found::default();
    summed(tx, &mut found)?;
    receipts(tx, noted, &mut found)?;
    for vendor in identity::vendors(tx)? {
        trails(tx, &vendor, noted, &mut found)?;
        feed(tx, &vendor, noted, &mut found)?;
        evidence(tx, &vendor, noted, &mut found)?;
        compared(tx, tables, &vendor, &mut found)?;
    }
    for name in noted.keys().filter(|name| !found.known.contains(*name)) {
        found.faults.push(format!("{name}: it was recorded elsewhere but is missing here"));
    }
    Ok(found)
}

impl Found {
    fn ends_with(&mut self, name: String, (length, hash): (i64, String)) {
        if length > 0 {
            self.heads.insert(name, Noted { seq: length, hash });
        }
    }
}

/// What is wrong with a chain of which this was noted and that has this length and this hash in
/// the place noted; `None` when nothing is.
fn misses(noted: &Noted, length: i64, hash: Option<&str>) -> Option<String> {
    if length < noted.seq {
        Some(format!(
            "it had {} links when it was recorded elsewhere and now has {length}",
            noted.seq
        ))
    } else if hash == Some(noted.hash.as_str()) {
        None
    } else {
        Some(format!(
            "link {} differs from the one recorded elsewhere: the chain was rewritten",
            noted.seq
        ))
    }
}

/// The sums of all rows, which the embedded database keeps: whatever changed without the program
/// leaves them as they were. Rule AU-01.
fn summed(tx: &mut Tx<'_>, found: &mut Found) -> Result<(), AppError> {
    match (db::differing_tables(tx)?, tx.dialect()) {
        (Some(tables), _) if tables.is_empty() => {
            found.good.push("every table matches the sum of its rows".to_owned());
        }
        (Some(tables), _) => found.faults.extend(tables.into_iter().map(|table| {
            format!(
                "table {table}: its rows differ from what the program wrote; a value was damaged \
                 or changed outside the product"
            )
        })),
        (None, Dialect::Sqlite) => found.good.push(
            "the sums of rows do not exist yet: the next start of this version computes them"
                .to_owned(),
        ),
        (None, Dialect::Postgres) => {}
    }
    Ok(())
}

/// The audit trail, and the chain of what rows said.
fn trails(
    tx: &mut Tx<'_>,
    vendor: &Vendor,
    noted: &Heads,
    found: &mut Found,
) -> Result<(), AppError> {
    let id = vendor.vendor_id.as_str();
    for (kind, title, unit) in [("audit", "audit of", "entry"), ("rows", "rows of", "link")] {
        let name = format!("{kind}/{id}");
        let own: Vec<Noted> = noted.get(&name).cloned().into_iter().collect();
        let verified = if kind == "audit" {
            audit::verify_since(tx, id, &own)?
        } else {
            rows::verify_since(tx, id, &own)?
        };
        match verified {
            Ok(chain) => {
                found.good.push(format!(
                    "{title} {}: {} entries intact, last hash {}",
                    vendor.name, chain.entries, chain.head
                ));
                found.ends_with(name.clone(), (chain.entries, chain.head));
            }
            Err(fault) => found
                .faults
                .push(format!("{title} {}: {unit} {}: {}", vendor.name, fault.seq, fault.words)),
        }
        found.known.insert(name);
    }
    Ok(())
}

/// The chains of receipts of every program.
fn receipts(tx: &mut Tx<'_>, noted: &Heads, found: &mut Found) -> Result<(), AppError> {
    for chain in chains::verify_all(tx)? {
        let name = format!("receipts/{}/{}", chain.vendor_id, chain.program_id);
        let title = format!("receipts of program {}", chain.program_id);
        let length = i64::try_from(chain.receipts).unwrap_or(i64::MAX);
        match chain.end {
            Ok(hash) => {
                found.good.push(format!("{title}: {length} intact, last hash {hash}"));
                if let Some(noted) = noted.get(&name) {
                    let place = (chain.vendor_id.as_str(), chain.program_id.as_str());
                    let there = chains::hash_at(tx, place, noted.seq)?;
                    let missing = misses(noted, length, there.as_deref());
                    found.faults.extend(missing.map(|words| format!("{title}: {words}")));
                }
                found.ends_with(name.clone(), (length, hash.to_string()));
            }
            Err(words) => found.faults.push(format!("{title}: {words}")),
        }
        found.known.insert(name);
    }
    Ok(())
}

/// The event feed, which has no hashes of its own: one is computed over all of it.
fn feed(
    tx: &mut Tx<'_>,
    vendor: &Vendor,
    noted: &Heads,
    found: &mut Found,
) -> Result<(), AppError> {
    let id = vendor.vendor_id.as_str();
    let (name, title) = (format!("events/{id}"), format!("event feed of {}", vendor.name));
    let all = events::digest(tx, id, None)?;
    if let Some(gap) = all.gap {
        found.faults.push(format!("{title}: event {gap} is missing"));
    } else {
        found.good.push(format!("{title}: {} events without a gap", all.length));
    }
    if let Some(noted) = noted.get(&name) {
        let there = events::digest(tx, id, Some(noted.seq))?;
        let missing = misses(noted, all.length, Some(&there.hash));
        found.faults.extend(missing.map(|words| format!("{title}: {words}")));
    }
    found.ends_with(name.clone(), (all.length, all.hash));
    found.known.insert(name);
    Ok(())
}

/// The sealed evidence of cases that ended.
fn evidence(
    tx: &mut Tx<'_>,
    vendor: &Vendor,
    noted: &Heads,
    found: &mut Found,
) -> Result<(), AppError> {
    let id = vendor.vendor_id.as_str();
    let keys = chains::keys(tx)?;
    let proof = conflicts::proof::verify_all(tx, id, &keys)?;
    if !proof.sealed.is_empty() {
        found.good.push(format!(
            "evidence of {}: {} sealed bundles intact",
            vendor.name,
            proof.sealed.len()
        ));
    }
    for sealed in proof.sealed {
        let reader = if sealed.reader.is_empty() { "vendor" } else { sealed.reader.as_str() };
        let name = format!("evidence/{id}/{}/{reader}", sealed.case_id);
        let length = sealed.items.max(1);
        if let Some(noted) = noted.get(&name) {
            let missing = misses(noted, length, Some(&sealed.seal));
            found.faults.extend(missing.map(|words| format!("{name}: {words}")));
        }
        found.ends_with(name.clone(), (length, sealed.seal));
        found.known.insert(name);
    }
    proof.faults.into_iter().for_each(|words| found.differences.add(words));
    Ok(())
}

/// The rows that decisions rest on.
fn compared(
    tx: &mut Tx<'_>,
    tables: &[&'static audit::Table],
    vendor: &Vendor,
    found: &mut Found,
) -> Result<(), AppError> {
    let id = vendor.vendor_id.as_str();
    let rows = rows::compare(tx, id, tables)?;
    let (compared, unknown) = (rows.compared, rows.unknown);
    if rows.count == 0 && unknown == 0 {
        found.good.push(format!("rows of {}: {compared} match the audit trail", vendor.name));
    }
    if unknown > 0 {
        found.good.push(format!(
            "rows of {}: {unknown} are not in the audit trail yet and were not compared; a \
             running node adds them within two hours of an upgrade",
            vendor.name
        ));
    }
    found.differences.join(rows);
    found.differences.join(proof::compare(tx, id)?);
    let faults = program::proof::faults(tx, id)?;
    for words in faults {
        found.differences.add(words);
    }
    Ok(())
}
