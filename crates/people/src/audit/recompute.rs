//! The recomputation of the chain, as a page and through the API.

use schemars::JsonSchema;
use serde::Serialize;
use web::{Button, Callout, Facts, Field, GetForm, Page, button_row, html};

use super::verify::{Noted, verify_since};
use frame::{error::AppError, reply::Reply, request::Req};

/// The result of the verification.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Verification {
    /// True if every entry is unchanged.
    sound: bool,
    /// The number of entries; absent if the chain has a fault.
    entries: Option<i64>,
    /// The first entry with a fault.
    fault_at: Option<i64>,
    /// In words.
    words: String,
    /// The hash of the last entry.
    head: Option<String>,
}

/// `GET /api/v1/audit-verification`
pub(super) fn api_verification(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    Reply::json(&recompute(req)?)
}

fn recompute(req: &mut Req<'_, '_>) -> Result<Verification, AppError> {
    let vendor_id = req.cx.vendor();
    let noted = noted(req)?;
    Ok(match verify_since(req.cx.tx, vendor_id.as_str(), noted.as_slice())? {
        Ok(verified) => Verification {
            sound: true,
            entries: Some(verified.entries),
            fault_at: None,
            words: format!(
                "All {} entries are intact; the details of {} were erased",
                verified.entries, verified.erased
            ),
            head: Some(verified.head),
        },
        Err(fault) => Verification {
            sound: false,
            entries: None,
            fault_at: Some(fault.seq),
            words: format!("entry {}: {}", fault.seq, fault.words),
            head: None,
        },
    })
}

/// What the address says was noted elsewhere: a number and a hash, both or neither.
fn noted(req: &Req<'_, '_>) -> Result<Option<Noted>, AppError> {
    let url = req.query();
    let (entry, hash) = (url.get("entry").unwrap_or(""), url.get("hash").unwrap_or(""));
    if entry.is_empty() && hash.is_empty() {
        return Ok(None);
    }
    let seq = entry
        .trim()
        .parse()
        .map_err(|_| AppError::field("entry", "enter the number of the entry with this hash"))?;
    let hash = hash.trim().to_lowercase();
    if hash.is_empty() {
        return Err(AppError::field("hash", "enter the hash recorded for this entry"));
    }
    Ok(Some(Noted { seq, hash }))
}

/// `/audit/verification`
pub(super) fn verification(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let outcome = recompute(req)?;
    let callout = if outcome.sound {
        Callout::good("The chain is intact")
    } else {
        Callout::danger("The chain was tampered with")
    };
    let facts = Facts::new()
        .row_if("Entries", outcome.entries)
        .row_if("First invalid entry", outcome.fault_at)
        .row_if("Hash of the last entry", outcome.head.map(|head| web::inline_code(&head)));
    let page = Page::new("Audit chain").crumb("Audit", "/audit").body(html! {
        (callout.body(outcome.words))
        (facts)
        p { "Store the number and hash of the last entry outside this installation, as each backup's manifest does. A rewritten chain will not match it." }
        (GetForm::new("/audit/verification").body(html! {
            (Field::text("entry", "Entry number"))
            (Field::text("hash", "Entry hash"))
            (button_row(Button::secondary("Verify against this entry")))
        }))
    });
    req.page(page)
}
