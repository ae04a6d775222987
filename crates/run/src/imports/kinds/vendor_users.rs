//! People of the vendor, for example the sales teams of a CRM. A manager who has no row of his or
//! her own becomes one too.

use std::collections::{BTreeMap, BTreeSet};

use domain::program::Document;

use super::{Outcome, Reader, document, is_blank, users};
use crate::imports::{file::Line, finding::Findings, values};
use frame::{access::VendorRole, ctx::Cx, error::AppError};
use people::identity::{self, NewUser};

/// Writes the rows one after the other. Rules ID-01, IM-01.
pub(super) fn write(
    cx: &mut Cx<'_, '_>,
    reader: &Reader,
    findings: &mut Findings,
) -> Result<Outcome, AppError> {
    let document = document(cx)?;
    let known: Vec<(&str, &str)> =
        VendorRole::ALL.iter().map(|role| (role.word(), role.label())).collect();
    let mut outcome = Outcome::default();
    let mut seen: BTreeMap<String, u64> = BTreeMap::new();
    let mut names: BTreeSet<String> = BTreeSet::new();
    for line in &reader.sheet.rows {
        reader.counter.add(1);
        let name = users::name(reader, line, findings);
        let roles = users::roles(reader, line, &known, findings);
        let territories = territories(reader, line, &document, findings);
        let (Some(name), Some(mut roles)) = (name, roles) else {
            continue;
        };
        let Some(email) = address(reader, line, name, findings) else {
            continue;
        };
        names.insert(name.to_lowercase());
        if let Some(first) = seen.get(&email) {
            let words = format!("is the same person as in line {first}");
            findings.left_out(line.number, reader.place(line, "name"), words);
            continue;
        }
        seen.insert(email.clone(), line.number);
        if roles.is_empty() {
            roles.push(VendorRole::DirectRep.word());
            findings.remark(line.number, "No role given: direct sales rep is used");
        }
        let territories: Vec<&str> = territories.iter().map(String::as_str).collect();
        let new = NewUser {
            email: &email,
            name,
            phone: reader.text(line, "phone"),
            roles: &roles,
            territories: &territories,
            ..NewUser::default()
        };
        put(cx, reader, &new, &mut outcome)?;
    }
    managers(cx, reader, (&mut names, findings), &mut outcome)?;
    Ok(outcome)
}

fn put(
    cx: &mut Cx<'_, '_>,
    reader: &Reader,
    new: &NewUser<'_>,
    outcome: &mut Outcome,
) -> Result<(), AppError> {
    if users::is_member(cx, new.email, None)? {
        outcome.unchanged += 1;
        return Ok(());
    }
    users::add(cx, reader, new)?;
    outcome.made += 1;
    Ok(())
}

fn managers(
    cx: &mut Cx<'_, '_>,
    reader: &Reader,
    (names, findings): (&mut BTreeSet<String>, &mut Findings),
    outcome: &mut Outcome,
) -> Result<(), AppError> {
    for line in &reader.sheet.rows {
        let name = reader.text(line, "manager");
        if is_blank(name) || !names.insert(name.to_lowercase()) {
            continue;
        }
        let Some(email) = made_address(reader, name) else {
            let words = format!("The manager “{name}” has no e-mail address and is not created");
            findings.remark(line.number, words);
            continue;
        };
        findings.remark(line.number, "A manager without their own row is created too");
        let roles = [VendorRole::DirectManager.word()];
        let new = NewUser { email: &email, name, roles: &roles, ..NewUser::default() };
        put(cx, reader, &new, outcome)?;
    }
    Ok(())
}

/// The address of the row, or one made from the name where the settings give a domain.
fn address(reader: &Reader, line: &Line, name: &str, findings: &mut Findings) -> Option<String> {
    if !is_blank(reader.text(line, "email")) {
        return users::email(reader, line, findings);
    }
    let made = made_address(reader, name);
    match &made {
        Some(_) => findings.remark(line.number, "The e-mail address is built from the name"),
        None => findings.fault(
            line.number,
            reader.place(line, "name"),
            "has no e-mail address: choose the column with the addresses, or enter a domain to \
             build them from names",
        ),
    }
    made
}

/// `first.last@domain`, when the settings give a domain.
fn made_address(reader: &Reader, name: &str) -> Option<String> {
    let domain = reader.settings.email_domain.trim().trim_start_matches('@');
    if domain.is_empty() {
        return None;
    }
    let local: Vec<String> =
        name.split_whitespace().map(values::squashed).filter(|part| !part.is_empty()).collect();
    identity::email(&format!("{}@{domain}", local.join("."))).ok()
}

/// The territories that the cell names; what the program does not know is left out.
fn territories(
    reader: &Reader,
    line: &Line,
    document: &Document,
    findings: &mut Findings,
) -> Vec<String> {
    let text = reader.text(line, "territories");
    let mut codes = Vec::new();
    for part in text.split([';', ',', '|']).map(str::trim).filter(|part| !is_blank(part)) {
        let plain = values::squashed(part);
        let found = document.territories.iter().find(|known| {
            values::squashed(&known.code) == plain || values::squashed(&known.name) == plain
        });
        match found {
            Some(territory) => codes.push(territory.code.clone()),
            None => findings.remark(
                line.number,
                format!("“{part}” is not a territory of the program; it is ignored"),
            ),
        }
    }
    codes
}
