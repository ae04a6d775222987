//! Partners: made or filled up, and enrolled in the program.

use domain::{
    ids::{PartnerId, ProgramId, UserId},
    program::Document,
};
use jiff::civil::Date;

use super::{Outcome, People, Reader, country, document, is_blank, row_fault};
use crate::imports::{file::Line, finding::Findings, values};
use channel::{
    partners::{self, NewEnrolment, PartnerInput, PartnerStatus},
    program,
};
use frame::{ctx::Cx, error::AppError, input};

struct Judges {
    program_id: ProgramId,
    document: std::sync::Arc<Document>,
    people: People,
}

/// Writes the rows one after the other. Rules IM-01, PG-05.
pub(super) fn write(
    cx: &mut Cx<'_, '_>,
    reader: &Reader,
    findings: &mut Findings,
) -> Result<Outcome, AppError> {
    let judges = Judges {
        program_id: program::only_program(cx)?,
        document: document(cx)?,
        people: People::of_vendor(cx)?,
    };
    let mut outcome = Outcome::default();
    for line in &reader.sheet.rows {
        let faults_before = findings.found_wrong();
        let known = known(cx, reader, line)?;
        let is_new = known.is_none();
        let partner_id = match known {
            Some(partner_id) => Some(partner_id),
            None => made(cx, reader, line, (&judges, findings))?,
        };
        if let Some(partner_id) = partner_id {
            let enrolled = enrol(cx, reader, line, (&judges, &partner_id, findings))?;
            if findings.found_wrong() == faults_before {
                match (is_new, enrolled) {
                    (true, _) => outcome.made += 1,
                    (false, true) => outcome.changed += 1,
                    (false, false) => outcome.unchanged += 1,
                }
            }
        }
        reader.counter.add(1);
    }
    Ok(outcome)
}

/// The partner that a text names: by its id elsewhere, else by its name.
pub(super) fn named(cx: &mut Cx<'_, '_>, text: &str) -> Result<Option<PartnerId>, AppError> {
    match partners::find_by_external_id(cx, text)? {
        Some(found) => Ok(Some(found)),
        None => partners::find_by_name(cx, text),
    }
}

fn known(cx: &mut Cx<'_, '_>, reader: &Reader, line: &Line) -> Result<Option<PartnerId>, AppError> {
    match partners::find_by_external_id(cx, reader.crm_id(line))? {
        Some(found) => Ok(Some(found)),
        None => partners::find_by_name(cx, reader.text(line, "name")),
    }
}

fn made(
    cx: &mut Cx<'_, '_>,
    reader: &Reader,
    line: &Line,
    (judges, findings): (&Judges, &mut Findings),
) -> Result<Option<PartnerId>, AppError> {
    let country = country(reader, line, "country", findings);
    let manager = reader.text(line, "manager");
    let manager = if is_blank(manager) {
        None
    } else {
        let found = judges.people.find(manager);
        if found.is_none() {
            let words =
                format!("No vendor user is called “{manager}”; the partner manager stays empty");
            findings.remark(line.number, words);
        }
        found.and_then(|(id, _)| UserId::parse(id).ok())
    };
    let status = reader.text(line, "status").to_lowercase();
    let status = match PartnerStatus::from_word(&status) {
        Some(status) => status,
        None => {
            if !is_blank(&status) {
                let words = format!("The status “{status}” is unknown; active is used");
                findings.remark(line.number, words);
            }
            PartnerStatus::Active
        }
    };
    let domain = reader.text(line, "domain");
    let read = input::of_texts::<PartnerInput>(&[
        ("name", reader.text(line, "name")),
        ("domain", if is_blank(domain) { "" } else { domain }),
        ("country", &country),
        ("city", reader.text(line, "city")),
        ("status", status.word()),
        ("manager_user_id", manager.as_ref().map_or("", UserId::as_str)),
        ("external_id", reader.crm_id(line)),
    ]);
    match read.and_then(|new| partners::create(cx, &new)) {
        Ok(partner_id) => Ok(Some(partner_id)),
        Err(error) => {
            let also = [("manager_user_id", "manager")];
            row_fault(reader, line, error, findings, &also)?;
            Ok(None)
        }
    }
}

/// The code that a text names, by code or by name; the text itself when nothing is called so, so
/// that the refusal names it.
fn code<'d>(text: &str, known: impl Iterator<Item = (&'d str, &'d str)>) -> String {
    let plain = values::squashed(text);
    let mut known = known;
    known
        .find(|(code, name)| values::squashed(code) == plain || values::squashed(name) == plain)
        .map_or_else(|| text.to_owned(), |(code, _)| code.to_owned())
}

fn track(reader: &Reader, line: &Line, document: &Document, findings: &mut Findings) -> String {
    let given = reader.text(line, "track");
    if !is_blank(given) {
        let known = document.tracks.iter().map(|track| (track.code.as_str(), track.name.as_str()));
        return code(given, known);
    }
    let active = document.tracks.iter().filter(|track| track.active);
    let usual = active.max_by_key(|track| track.registration_grants.is_exclusive());
    let Some(usual) = usual else {
        return String::new();
    };
    findings.remark(line.number, format!("No track given: {} is used", usual.name));
    usual.code.clone()
}

fn parts(text: &str) -> Vec<String> {
    let parts = text.split([';', ',', '|']).map(str::trim);
    parts.filter(|part| !is_blank(part)).map(str::to_owned).collect()
}

/// True when the line says nothing that was not so before.
fn is_same(before: &partners::Enrolment, new: &NewEnrolment<'_>) -> bool {
    before.track == new.track
        && before.tier == new.tier
        && (new.territories.is_empty() || before.territories == new.territories)
        && (new.segments.is_empty() || before.segments == new.segments)
        && before.agreement_from == new.agreement_from
        && before.agreement_until == new.agreement_until
}

fn enrol(
    cx: &mut Cx<'_, '_>,
    reader: &Reader,
    line: &Line,
    (judges, partner_id, findings): (&Judges, &PartnerId, &mut Findings),
) -> Result<bool, AppError> {
    let document = &judges.document;
    let before = partners::enrolment(cx, &judges.program_id, partner_id)?;
    let track = match &before {
        Some(before) if is_blank(reader.text(line, "track")) => before.track.clone(),
        Some(_) | None => track(reader, line, document, findings),
    };
    let given = reader.text(line, "tier");
    let tier = match (&before, is_blank(given)) {
        (Some(before), true) => before.tier.clone(),
        (None, true) => String::new(),
        (_, false) => {
            code(given, document.tiers.iter().map(|tier| (tier.code.as_str(), tier.name.as_str())))
        }
    };
    let list = |field: &str| parts(reader.text(line, field));
    let territories: Vec<String> = list("territories")
        .iter()
        .map(|text| {
            code(text, document.territories.iter().map(|t| (t.code.as_str(), t.name.as_str())))
        })
        .collect();
    let segments: Vec<String> = list("segments")
        .iter()
        .map(|text| {
            code(text, document.segments.iter().map(|s| (s.code.as_str(), s.name.as_str())))
        })
        .collect();
    let (from, until) = (
        day(reader, line, "agreement_from", findings),
        day(reader, line, "agreement_until", findings),
    );
    let (Ok(from), Ok(until)) = (from, until) else {
        return Ok(false);
    };
    let new = NewEnrolment {
        program_id: &judges.program_id,
        partner_id,
        track: &track,
        tier: &tier,
        territories: &territories,
        segments: &segments,
        agreement_from: from.or(before.as_ref().and_then(|before| before.agreement_from)),
        agreement_until: until.or(before.as_ref().and_then(|before| before.agreement_until)),
        reason: "imported from a file",
    };
    if before.as_ref().is_some_and(|before| is_same(before, &new)) {
        return Ok(false);
    }
    match partners::enrol(cx, &new) {
        Ok(()) => Ok(true),
        Err(error) => {
            let also = [
                ("agreement_from_on", "agreement_from"),
                ("agreement_until_on", "agreement_until"),
            ];
            row_fault(reader, line, error, findings, &also)?;
            Ok(false)
        }
    }
}

/// The day of a cell; `Err` when it is none, which is noted.
fn day(
    reader: &Reader,
    line: &Line,
    field: &str,
    findings: &mut Findings,
) -> Result<Option<Date>, ()> {
    let text = reader.text(line, field);
    if is_blank(text) {
        return Ok(None);
    }
    values::day(text, reader.settings.date_order).map(Some).map_err(|words| {
        findings.fault(line.number, reader.place(line, field), words);
    })
}
