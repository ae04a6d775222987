//! Deals that were registered elsewhere. Each is submitted on behalf of its partner and passes
//! every check. One that was approved elsewhere waits for somebody other than whoever imports it
//! (DR-14); the operator at the command line answers for both, and its protection begins at once.

use super::{Outcome, Reader, country, document, is_blank, partners, product, row_fault};
use crate::imports::{file::Line, finding::Findings, values};
use domain::money::Money;
use frame::{ctx::Cx, error::AppError, input::of_texts};
use jiff::civil::Date;
use sell::deal_registration::{
    Details, Product, ProgressInput, Source,
    actions::{AccountChoice, Decide, Decision, SubmitNew, Submitted},
};

/// What is said of a deal that was approved elsewhere.
const WAITS: &str = "Approved in the previous system: a colleague has to approve it here, and its \
                     protection starts then. Whoever imports a deal cannot approve it (DR-14)";

/// Writes the rows one after the other. Rules DR-02, DR-14, IM-01.
pub(super) fn write(
    cx: &mut Cx<'_, '_>,
    reader: &Reader,
    findings: &mut Findings,
) -> Result<Outcome, AppError> {
    let document = document(cx)?;
    let mut outcome = Outcome::default();
    for line in &reader.sheet.rows {
        reader.counter.add(1);
        let partner = partners::named(cx, reader.text(line, "partner"))?;
        if partner.is_none() {
            let words = "is not a known partner name or id; import the partners first";
            findings.fault(line.number, reader.place(line, "partner"), words);
        }
        let decision = reader.text(line, "decision").to_lowercase();
        let approved = match decision.as_str() {
            text if is_blank(text) => false,
            "submitted" | "pending" | "open" | "new" | "in review" => false,
            "approved" | "accepted" | "active" | "registered" => true,
            "rejected" | "expired" | "lost" | "won" | "closed" | "withdrawn" | "declined" => {
                let words = "is closed: only open deals are imported";
                findings.left_out(line.number, reader.place(line, "decision"), words);
                continue;
            }
            _ => {
                let words = "is neither submitted nor approved";
                findings.fault(line.number, reader.place(line, "decision"), words);
                continue;
            }
        };
        let mut details = details(reader, line, &document, findings)?;
        if let (true, Some(details)) = (approved, details.as_mut())
            && details.evidence_note.is_empty()
            && details.first_meeting_on.is_none()
        {
            details.evidence_note = "Approved in the previous system before the import".into();
        }
        let (Some(partner_id), Some(details)) = (partner, details) else {
            continue;
        };
        let submitting = SubmitNew {
            partner_id: Some(partner_id),
            program_id: None,
            said: (details, ProgressInput::default()),
            source: Source::Import,
        };
        let at_once = approved && cx.actor.is_system();
        let submitted = submitting.run(cx).and_then(|submitted| {
            let waits = approved && !at_once && !submitted.approved;
            if at_once { approve(cx, submitted) } else { Ok(()) }.map(|()| waits)
        });
        match submitted {
            Ok(waits) => {
                outcome.made += 1;
                if waits {
                    findings.remark(line.number, WAITS);
                }
            }
            Err(error) => row_fault(reader, line, error, findings, &[])?,
        }
    }
    if outcome.made > 0 && reader.columns.has("decision") && cx.actor.is_system() {
        findings.remark(
            1,
            "Protection of deals approved in the previous system starts with this import",
        );
    }
    Ok(outcome)
}

fn approve(cx: &mut Cx<'_, '_>, submitted: Submitted) -> Result<(), AppError> {
    if submitted.approved {
        return Ok(());
    }
    let account = AccountChoice::AsFound;
    let note = "Approved before it was imported from a file".to_owned();
    let deciding = Decide {
        registration_id: submitted.registration.registration_id,
        decision: Decision::Approve { account, note },
    };
    deciding.run(cx).map(|_| ())
}

/// The product lines that the row names.
fn products(
    reader: &Reader,
    line: &Line,
    document: &domain::program::Document,
    findings: &mut Findings,
) -> Vec<Product> {
    let mut products = Vec::new();
    for text in reader.text(line, "products").split([';', ',', '|']).map(str::trim) {
        if is_blank(text) {
            continue;
        }
        match product(document, line, text, findings) {
            Some(code) => products.push(Product { code, quantity: 1 }),
            None => {
                let words = format!("“{text}” is not a product line of the program");
                findings.fault(line.number, reader.place(line, "products"), words);
            }
        }
    }
    products
}

/// The fields that stand in the row as the form takes them; their checks are those of the form.
const TEXTS: [&str; 12] = [
    "account_domain",
    "account_name",
    "contact_email",
    "evidence_note",
    "contact_name",
    "contact_role",
    "contact_phone",
    "relationship",
    "account_postal_code",
    "account_city",
    "need",
    "competitor",
];

/// What the row says of the deal; `None` when something of it is wrong, which is told.
fn details(
    reader: &Reader,
    line: &Line,
    document: &domain::program::Document,
    findings: &mut Findings,
) -> Result<Option<Details>, AppError> {
    let faults_before = findings.found_wrong();
    let own = |field: &'static str| Some(reader.text(line, field)).filter(|text| !is_blank(text));
    let texts: Vec<(&str, &str)> =
        TEXTS.iter().filter_map(|field| Some((*field, own(field)?))).collect();
    let read = of_texts::<Details>(&texts);
    let products = products(reader, line, document, findings);
    let amount = own("amount").and_then(|text| money(reader, line, text, findings));
    let mut day = |field: &'static str| -> Option<Date> {
        let read = values::day(own(field)?, reader.settings.date_order);
        read.map_err(|words| findings.fault(line.number, reader.place(line, field), words)).ok()
    };
    let (close_on, first_meeting_on) = (day("close_on"), day("first_meeting_on"));
    let account_country = country(reader, line, "account_country", findings);
    match read {
        Ok(read) if findings.found_wrong() == faults_before => Ok(Some(Details {
            products,
            amount,
            close_on,
            first_meeting_on,
            account_country,
            ..read
        })),
        Ok(_) => Ok(None),
        Err(error) => row_fault(reader, line, error, findings, &[]).map(|()| None),
    }
}

/// The amount of the row. The sign beside it may name another currency than is usual.
fn money(reader: &Reader, line: &Line, text: &str, findings: &mut Findings) -> Option<Money> {
    let code = Some(reader.text(line, "currency")).filter(|text| !is_blank(text));
    let currencies = (code.unwrap_or_default(), reader.settings.currency.as_str());
    let read = values::amount(text, currencies, reader.settings.decimal_comma);
    read.map_err(|words| findings.fault(line.number, reader.place(line, "amount"), words)).ok()
}
