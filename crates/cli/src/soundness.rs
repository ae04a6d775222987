//! What a database says of itself: whether it is whole, whether its chains are unbroken, how much
//! there is of what, and a hash of all of it.

use std::collections::BTreeMap;

use app::{AppError, audit, deal_registration::chains, identity};
use db::{SchemaState, Tx};

/// What was found.
#[derive(Debug)]
pub(crate) struct Soundness {
    /// The number of the last migration.
    pub(crate) schema: u32,
    /// Rows by table.
    pub(crate) rows: BTreeMap<String, i64>,
    /// SHA-256 over all rows, equal on both databases for the same rows.
    pub(crate) content_hash: String,
    /// The last entry of each audit trail, by vendor.
    pub(crate) audit_heads: BTreeMap<String, audit::Noted>,
    /// What is sound, one line each.
    pub(crate) good: Vec<String>,
    /// What is not, one line each.
    pub(crate) faults: Vec<String>,
}

impl Soundness {
    /// How many rows there are in all.
    pub(crate) fn all_rows(&self) -> i64 {
        self.rows.values().sum()
    }
}

/// Looks at everything in one snapshot. Rules AU-01, DR-19, OP-04.
///
/// It errs when the schema is newer than this program, or when the database cannot be read.
pub(crate) fn examine(tx: &mut Tx<'_>) -> Result<Soundness, AppError> {
    examine_since(tx, &BTreeMap::new())
}

/// The same, with the entries of audit trails that were noted elsewhere, by vendor. Rule AU-01.
pub(crate) fn examine_since(
    tx: &mut Tx<'_>,
    noted: &BTreeMap<String, audit::Noted>,
) -> Result<Soundness, AppError> {
    let state = db::check_schema(tx, app::migrations::ALL)?;
    let tables = db::table_names(tx)?;
    let mut found = Soundness {
        schema: db::schema_version(tx)?,
        rows: db::row_counts(tx)?,
        content_hash: db::content_hash(tx, &tables)?,
        audit_heads: BTreeMap::new(),
        good: Vec::new(),
        faults: Vec::new(),
    };
    match db::integrity_check(tx) {
        Ok(()) => found.good.push("the stored data is whole".to_owned()),
        Err(error) => found.faults.push(error.to_string()),
    }
    match state {
        SchemaState::Current => chains_of(tx, noted, &mut found)?,
        SchemaState::Behind { pending } => found.good.push(format!(
            "the schema is older by {pending} migrations, so the chains were not read; run \
             `entente migrate` and verify again"
        )),
    }
    Ok(found)
}

fn chains_of(
    tx: &mut Tx<'_>,
    noted: &BTreeMap<String, audit::Noted>,
    found: &mut Soundness,
) -> Result<(), AppError> {
    let vendors = identity::vendors(tx)?;
    for vendor_id in noted.keys() {
        if !vendors.iter().any(|vendor| vendor.vendor_id.as_str() == vendor_id) {
            found.faults.push(format!("audit of {vendor_id}: it was noted, and is not here"));
        }
    }
    for vendor in vendors {
        let vendor_id = vendor.vendor_id.as_str();
        let own: Vec<audit::Noted> = noted.get(vendor_id).cloned().into_iter().collect();
        match audit::verify_since(tx, vendor_id, &own)? {
            Ok(chain) => {
                found.good.push(format!(
                    "audit of {}: {} entries without a fault, the last has hash {}",
                    vendor.name, chain.entries, chain.head
                ));
                let last = chain.note().map(|note| (vendor_id.to_owned(), note));
                found.audit_heads.extend(last);
            }
            Err(fault) => found
                .faults
                .push(format!("audit of {}: entry {}: {}", vendor.name, fault.seq, fault.words)),
        }
    }
    for chain in chains::verify_all(tx)? {
        match chain.end {
            Ok(hash) => found.good.push(format!(
                "receipts of program {}: {} without a fault, the last has hash {hash}",
                chain.program_id, chain.receipts
            )),
            Err(words) => {
                found.faults.push(format!("receipts of program {}: {words}", chain.program_id));
            }
        }
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
    for line in &found.faults {
        println!("FAULT        {line}");
    }
}
