//! A row of a file as an account.

use domain::{
    accounts::{AccountName, AccountStatus, Domain, PostalCode},
    program::Document,
};

use super::super::{People, Reader, country, is_blank};
use crate::imports::{file::Line, finding::Findings, values};
use channel::accounts::NewAccount;

/// The system under which ids of files are kept.
const SYSTEM: &str = "crm";
/// The longest free text of an account, in characters.
const LINE: usize = 200;

/// The account of a row; `None` when some value of it is a fault.
pub(super) fn read(
    reader: &Reader,
    line: &Line,
    (document, people): (&Document, &People),
    findings: &mut Findings,
) -> Option<NewAccount> {
    let faults_before = findings.found_wrong();
    let mut new = NewAccount { status: Some(AccountStatus::Prospect), ..NewAccount::default() };
    match AccountName::parse(reader.text(line, "name")) {
        Ok(name) => name.as_str().clone_into(&mut new.name),
        Err(error) => findings.fault(line.number, reader.place(line, "name"), error.to_string()),
    }
    new.other_names = split(reader.text(line, "other_names")).map(str::to_owned).collect();
    for text in split(reader.text(line, "domain")).flat_map(str::split_whitespace) {
        match Domain::parse(text) {
            Ok(domain) => new.domains.push(domain.ascii().to_owned()),
            Err(error) => {
                findings.fault(line.number, reader.place(line, "domain"), error.to_string());
            }
        }
    }
    new.country = country(reader, line, "country", findings);
    let postal_code = reader.text(line, "postal_code");
    if !is_blank(postal_code) {
        match PostalCode::parse(postal_code) {
            Ok(code) => code.as_str().clone_into(&mut new.postal_code),
            Err(error) => {
                findings.fault(line.number, reader.place(line, "postal_code"), error.to_string());
            }
        }
    }
    short(reader, line, ("region", &mut new.region), findings);
    short(reader, line, ("city", &mut new.city), findings);
    short(reader, line, ("industry", &mut new.industry), findings);
    mend_industry(reader, line, &mut new.industry, findings);
    read_size(reader, line, &mut new, (document, findings));
    read_standing(reader, line, &mut new, (people, findings));
    let id = reader.crm_id(line);
    if !id.is_empty() {
        new.external_ids.push((SYSTEM.to_owned(), id.to_owned()));
    }
    (findings.found_wrong() == faults_before).then_some(new)
}

fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split([';', ',', '|']).map(str::trim).filter(|part| !is_blank(part))
}

fn short(
    reader: &Reader,
    line: &Line,
    (field, into): (&str, &mut String),
    findings: &mut Findings,
) {
    let text = reader.text(line, field);
    if text.chars().count() > LINE {
        let words = format!("is longer than {LINE} characters");
        findings.fault(line.number, reader.place(line, field), words);
    } else if !is_blank(text) {
        text.clone_into(into);
    }
}

fn mend_industry(reader: &Reader, line: &Line, industry: &mut String, findings: &mut Findings) {
    let Some(meant) = values::industry(industry) else {
        return;
    };
    if reader.settings.mend_spelling {
        findings.remark(line.number, format!("“{industry}” is read as {meant}"));
        meant.clone_into(industry);
    } else {
        let words = format!("“{industry}” is kept; “{meant}” was probably meant");
        findings.remark(line.number, words);
    }
}

/// Employees, and the segment: as given, else by the number of employees or the domain.
fn read_size(
    reader: &Reader,
    line: &Line,
    new: &mut NewAccount,
    (document, findings): (&Document, &mut Findings),
) {
    let employees = reader.text(line, "employees");
    if !is_blank(employees) {
        match values::whole(employees) {
            Ok(count) => new.employees = Some(count),
            Err(words) => findings.fault(line.number, reader.place(line, "employees"), words),
        }
    }
    let segment = reader.text(line, "segment");
    if is_blank(segment) {
        let employees = new.employees.and_then(|count| u32::try_from(count).ok());
        let domain = new.domains.first().map(String::as_str);
        let found = document.segment_of(domain, employees);
        new.segment = found.map_or(String::new(), |segment| segment.code.clone());
        return;
    }
    let plain = values::squashed(segment);
    let named = document.segments.iter().find(|known| {
        values::squashed(&known.code) == plain || values::squashed(&known.name) == plain
    });
    match named {
        Some(found) => new.segment.clone_from(&found.code),
        None => findings.remark(
            line.number,
            format!("“{segment}” is not a segment of the program; the segment stays empty"),
        ),
    }
}

fn read_standing(
    reader: &Reader,
    line: &Line,
    new: &mut NewAccount,
    (people, findings): (&People, &mut Findings),
) {
    let status = reader.text(line, "status").to_lowercase();
    new.status = match status.as_str() {
        text if is_blank(text) => None,
        "customer" | "client" | "existing customer" | "active" | "kunde" => {
            Some(AccountStatus::Customer)
        }
        "prospect" | "lead" | "target" | "opportunity" | "new" | "open" => {
            Some(AccountStatus::Prospect)
        }
        "house" | "house account" | "named" => Some(AccountStatus::House),
        _ => {
            let words = format!("The status “{status}” is unknown; prospect is used");
            findings.remark(line.number, words);
            None
        }
    };
    let owner = reader.text(line, "owner");
    if is_blank(owner) {
        return;
    }
    match people.find(owner) {
        Some((user_id, _)) => new.owner_user_id.clone_from(user_id),
        None => findings.remark(
            line.number,
            format!("No vendor user is called “{owner}”; the owner stays empty"),
        ),
    }
}
