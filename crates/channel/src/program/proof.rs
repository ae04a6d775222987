//! Whether the stored versions are those that people signed (PG-01, PG-02, AU-01).

use std::collections::BTreeMap;

use db::{DbError, Tx};
use domain::program::Document;
use serde_json::Value;

use super::State;
use frame::clock::from_micros;

/// The documents of a vendor's versions by program and number. One that cannot be read is left
/// out.
pub type Documents = BTreeMap<(String, i64), Document>;

/// Reads every version of a vendor.
pub fn documents(tx: &mut Tx<'_>, vendor_id: &str) -> Result<Documents, DbError> {
    let rows = tx.query_as::<(String, i64, String), _>(
        "SELECT program_id, number, document FROM program_versions WHERE vendor_id = $1",
        db::params![vendor_id],
    )?;
    let parsed = rows.into_iter().filter_map(|(program_id, number, source)| {
        Some(((program_id, number), Document::parse_stored(&source).ok()?))
    });
    Ok(parsed.collect())
}

/// A version, as far as audit entries tell of it.
struct Told {
    subject: String,
    state: String,
    fingerprint: String,
    effective_at: Option<i64>,
}

/// Compares fingerprint and first instant of each version with the audit entries of its steps, in
/// words. Entries whose details were erased tell nothing. Rules PG-01, AU-01.
pub fn faults(tx: &mut Tx<'_>, vendor_id: &str) -> Result<Vec<String>, DbError> {
    let versions = tx.query(
        "SELECT program_id, number, state, fingerprint, effective_at FROM program_versions \
         WHERE vendor_id = $1 ORDER BY program_id, number",
        db::params![vendor_id],
        |row| {
            let (program_id, number, state, fingerprint, effective_at): (String, i64, _, _, _) =
                row.read()?;
            let subject = format!("{program_id}/{number}");
            Ok(Told { subject, state, fingerprint, effective_at })
        },
    )?;
    let mut faults = Vec::new();
    for version in versions {
        let entries = tx.query_as::<String, _>(
            "SELECT details FROM audit_v_history WHERE vendor_id = $1 AND object_id = $2 \
             AND action LIKE 'program.version_%' AND details IS NOT NULL ORDER BY seq DESC",
            db::params![vendor_id, &version.subject],
        )?;
        let read = |text: &String| serde_json::from_str::<Value>(text).unwrap_or_default();
        let after: Vec<Value> = entries
            .iter()
            .map(|text| read(text).get("after").cloned().unwrap_or_default())
            .collect();
        compare(&version, &after, &mut faults);
    }
    Ok(faults)
}

fn compare(version: &Told, after: &[Value], faults: &mut Vec<String>) {
    let name = format!("program version {}", version.subject);
    if let Some(audited) = after.iter().find_map(|after| after["fingerprint"].as_str())
        && audited != version.fingerprint
    {
        faults.push(format!(
            "{name}: fingerprint is {}; the audit trail says {audited}",
            version.fingerprint
        ));
    }
    let announced = |after: &&Value| after["state"] == State::Announced.word();
    let told = after
        .iter()
        .find(announced)
        .and_then(|after| after.pointer("/more/effective_at")?.as_str());
    if version.state == State::Announced.word()
        && let Some(told) = told
    {
        let effective_at = version.effective_at.map(|at| from_micros(at).to_string());
        if effective_at.as_deref() != Some(told) {
            faults.push(format!(
                "{name}: effective_at is {}; the audit trail says {told}",
                effective_at.as_deref().unwrap_or("nothing")
            ));
        }
    }
}
