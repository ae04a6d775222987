//! Whether the sealed evidence of cases is as it was signed, and whether the decisions are those
//! that it tells of (CF-04, CF-06, AU-01).

use std::collections::BTreeMap;

use db::{DbError, Tx};
use serde_json::Value;

use super::{
    evidence::{SignedBundle, verify_signed},
    store::cases::reference,
};
use frame::{
    clock::from_micros,
    columns::json,
    signature::{self, Verifier},
};

/// A sealed bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The case.
    pub case_id: String,
    /// For whom: a partner's id, or `""` for the vendor.
    pub reader: String,
    /// How many items it has.
    pub items: i64,
    /// Its seal in hexadecimal.
    pub seal: String,
}

/// What was found of a vendor's bundles.
#[derive(Debug, Default)]
pub struct Proof {
    /// Those without a fault, by case and reader.
    pub sealed: Vec<Sealed>,
    /// What is wrong, in words.
    pub faults: Vec<String>,
}

/// Verifies every sealed bundle of a vendor, and compares the decisions of its case with what the
/// vendor's own tells of them. Rules CF-04, CF-06.
pub fn verify_all(
    tx: &mut Tx<'_>,
    vendor_id: &str,
    keys: &BTreeMap<String, Verifier>,
) -> Result<Proof, DbError> {
    let mut proof = Proof::default();
    let mut decided: BTreeMap<String, Vec<Decided>> = BTreeMap::new();
    tx.for_each(
        "SELECT b.case_id, b.reader, b.signed, c.number FROM conflict_bundles b \
         LEFT JOIN conflict_cases c ON c.vendor_id = b.vendor_id AND c.case_id = b.case_id \
         WHERE b.vendor_id = $1 ORDER BY b.case_id, b.reader",
        db::params![vendor_id],
        |row| {
            let ([case_id, reader, text], number): ([String; 3], Option<i64>) = row.read()?;
            let name = match number {
                Some(number) => format!("evidence of case {} ({case_id})", reference(number)),
                None => format!("evidence of case {case_id}, which is gone"),
            };
            match verified(&text, &case_id, keys) {
                Ok(signed) => {
                    if reader.is_empty() {
                        decided.insert(case_id.clone(), told(&signed));
                    }
                    proof.sealed.push(Sealed {
                        case_id,
                        reader,
                        items: i64::try_from(signed.bundle.items.len()).unwrap_or(i64::MAX),
                        seal: signed.seal.to_string(),
                    });
                }
                Err(words) => proof.faults.push(format!("{name}: {words}")),
            }
            Ok(())
        },
    )?;
    for (case_id, told) in decided {
        let rows = decisions(tx, vendor_id, &case_id)?;
        if rows != told {
            proof.faults.push(format!(
                "decisions of case {case_id}: they are {}; the sealed evidence says {}",
                shown(&rows),
                shown(&told)
            ));
        }
    }
    Ok(proof)
}

fn verified(
    text: &str,
    case_id: &str,
    keys: &BTreeMap<String, Verifier>,
) -> Result<SignedBundle, String> {
    let signed: SignedBundle = signature::parse(text)?;
    if signed.bundle.case_id != case_id {
        return Err(format!("it is that of case {}", signed.bundle.case_id));
    }
    let key = keys
        .get(&signed.key_id)
        .ok_or_else(|| format!("it names key {}, which is missing", signed.key_id))?;
    verify_signed(&signed, key).map_err(|fault| fault.to_string())?;
    Ok(signed)
}

db::row! {
    /// A decision as rows and bundles both tell of it.
    #[derive(Debug, PartialEq)]
    struct Decided {
        at: i64,
        outcome: Value => json,
        rule: String,
        level: i64,
        evidence_hash: String,
    }
}

/// The decisions that a bundle of the vendor tells of.
fn told(signed: &SignedBundle) -> Vec<Decided> {
    let decisions = signed.bundle.items.iter().filter(|item| item.kind == "decision");
    decisions
        .map(|item| {
            let data: Value = serde_json::from_str(&item.data).unwrap_or_default();
            let text =
                |name: &str| data.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            Decided {
                at: item.at.as_microsecond(),
                outcome: data.get("outcome").cloned().unwrap_or_default(),
                rule: text("rule"),
                level: data.get("level").and_then(Value::as_i64).unwrap_or(-1),
                evidence_hash: text("evidence_hash"),
            }
        })
        .collect()
}

fn decisions(tx: &mut Tx<'_>, vendor_id: &str, case_id: &str) -> Result<Vec<Decided>, DbError> {
    tx.query_as(
        "SELECT decided_at, outcome, rule, level, evidence_hash FROM conflict_decisions \
         WHERE vendor_id = $1 AND case_id = $2 ORDER BY seq",
        db::params![vendor_id, case_id],
    )
}

fn shown(decisions: &[Decided]) -> String {
    let each = decisions.iter().map(|decision| {
        let at = from_micros(decision.at);
        format!("{} by {} on level {} at {at}", decision.outcome, decision.rule, decision.level)
    });
    let all: Vec<String> = each.collect();
    if all.is_empty() { "none".to_owned() } else { all.join("; then ") }
}
