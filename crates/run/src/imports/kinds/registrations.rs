//! Deals that were registered elsewhere. Each is submitted on behalf of its partner and passes
//! every check. One that was approved elsewhere waits for somebody other than whoever imports it
//! (DR-14); the operator at the command line answers for both, and its protection begins at once.

use super::{Outcome, Reader, country, document, is_blank, partners, product, row_fault};
use crate::imports::{file::Line, finding::Findings, values};
use frame::{ctx::Cx, error::AppError};
use sell::deal_registration::{
    Changes, Product, Source,
    actions::{AccountChoice, Decide, Decision, SubmitNew, Submitted},
    form::AmountInput,
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
        let mut changes = changes(reader, line, &document, findings);
        if let (true, Some(changes)) = (approved, changes.as_mut())
            && changes.evidence_note.is_none()
            && changes.first_meeting_on.is_none()
        {
            changes.evidence_note =
                Some("Approved in the previous system before the import".into());
        }
        let (Some(partner_id), Some(changes)) = (partner, changes) else {
            continue;
        };
        let submitting = SubmitNew {
            partner_id: Some(partner_id),
            program_id: None,
            changes,
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

fn changes(
    reader: &Reader,
    line: &Line,
    document: &domain::program::Document,
    findings: &mut Findings,
) -> Option<Changes> {
    let faults_before = findings.found_wrong();
    let own = |field: &str| {
        let text = reader.text(line, field);
        (!is_blank(text)).then(|| text.to_owned())
    };
    let products = products(reader, line, document, findings);
    let usual = &reader.settings.currency;
    let code = own("currency").unwrap_or_default();
    let amount = own("amount").and_then(|text| {
        match values::amount(&text, (&code, usual), reader.settings.decimal_comma) {
            Ok(money) => Some(AmountInput::Exact(money)),
            Err(words) => {
                findings.fault(line.number, reader.place(line, "amount"), words);
                None
            }
        }
    });
    // The sign beside the amount may name another currency than is usual.
    let currency = match (&amount, code.is_empty()) {
        (Some(AmountInput::Exact(money)), _) => Some(money.currency.to_string()),
        (Some(AmountInput::Decimal(_)) | None, true) => Some(usual.clone()),
        (Some(AmountInput::Decimal(_)) | None, false) => Some(code),
    };
    let mut day = |field: &str| {
        let text = own(field)?;
        match values::day(&text, reader.settings.date_order) {
            Ok(day) => Some(day.to_string()),
            Err(words) => {
                findings.fault(line.number, reader.place(line, field), words);
                None
            }
        }
    };
    let (close_on, first_meeting_on) = (day("close_on"), day("first_meeting_on"));
    let account_country = Some(country(reader, line, "account_country", findings));
    (findings.found_wrong() == faults_before).then(|| Changes {
        account_name: own("account_name"),
        account_domain: own("account_domain"),
        account_country,
        account_postal_code: own("account_postal_code"),
        account_city: own("account_city"),
        contact_name: own("contact_name"),
        contact_role: own("contact_role"),
        contact_email: own("contact_email"),
        contact_phone: own("contact_phone"),
        relationship: own("relationship"),
        products: Some(products),
        amount,
        currency,
        close_on,
        need: own("need"),
        competitor: own("competitor"),
        evidence_note: own("evidence_note"),
        first_meeting_on,
        ..Changes::default()
    })
}
