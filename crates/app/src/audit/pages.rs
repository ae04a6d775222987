//! Reading the trail: page, CSV, API.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use web::{
    Button, Callout, Column, Empty, Facts, Field, FilterBar, GetForm, Icon, ListUrl, Page,
    Row as Line, Table, button_row, html, instant, pager,
};

use super::verify::{Noted, verify_since};
use crate::core::{columns::json, error::AppError, reply::Reply, request::Req};

const PAGE: i64 = 50;
const EXPORT_ROWS: i64 = 100_000;

/// A page of the trail.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct AuditPage {
    /// Entries, newest first.
    data: Vec<AuditBody>,
    /// Give it as `cursor` for the next page; `null` at the end.
    next_cursor: Option<String>,
}

db::row! {
    /// One entry.
    #[derive(Debug, Serialize, JsonSchema)]
    struct AuditBody {
        /// Its number in the chain.
        sequence: i64,
        /// When, in UTC.
        at: String => |at: Timestamp| at.to_string(),
        /// Who: `user:…`, `key:…`, `link:…` or `system`.
        actor: String,
        /// What was done.
        action: String,
        /// The kind of thing it was done to.
        object_kind: String,
        /// The thing it was done to.
        object_id: String,
        /// Name, origin, before and after; `null` when erased.
        details: Value => |text: Option<String>| text.map(json).unwrap_or_default(),
        /// The hash of the entry.
        hash: String,
        #[serde(skip)]
        instant: Timestamp,
    }
}

/// What the recomputation found.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Verification {
    /// True when every entry is as it was written.
    sound: bool,
    /// How many entries the chain has; absent when it has a fault.
    entries: Option<i64>,
    /// The first entry with a fault.
    fault_at: Option<i64>,
    /// In words.
    words: String,
    /// The hash of the last entry.
    head: Option<String>,
}

fn read(req: &mut Req<'_, '_>, before: i64, limit: i64) -> Result<Vec<AuditBody>, AppError> {
    let url = req.query();
    let object = url.get("object").unwrap_or("").to_owned();
    let action = url.get("action").unwrap_or("").to_lowercase();
    let vendor_id = req.cx.vendor();
    Ok(req.cx.tx.query_as(
        "SELECT e.seq, e.at, e.actor, e.action, e.object_kind, e.object_id, d.details, e.hash, \
         e.at FROM audit_entries e \
         LEFT JOIN audit_details d ON d.vendor_id = e.vendor_id AND d.seq = e.seq \
         WHERE e.vendor_id = $1 AND e.seq < $2 AND ($3 = '' OR e.object_id = $3) \
          AND ($4 = '' OR LOWER(e.action) LIKE '%' || $4 || '%') \
         ORDER BY e.seq DESC LIMIT $5",
        db::params![vendor_id.as_str(), before, object, action, limit],
    )?)
}

fn cursor(text: Option<&str>, field: &str) -> Result<i64, AppError> {
    match text {
        None => Ok(i64::MAX),
        Some(text) => text.strip_prefix('a').and_then(|n| n.parse().ok()).ok_or_else(|| {
            AppError::field(field, "this is no cursor of the trail; leave it out to begin")
        }),
    }
}

fn next(entries: &[AuditBody], limit: i64) -> Option<String> {
    let full = i64::try_from(entries.len()).is_ok_and(|count| count == limit);
    entries.last().filter(|_| full).map(|entry| format!("a{}", entry.sequence))
}

/// `GET /api/v1/audit-entries`
pub(super) fn api_list(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let before = cursor(req.query().get("cursor"), "cursor")?;
    let limit = req.limit(PAGE, 200)?;
    let data = read(req, before, limit)?;
    let next_cursor = next(&data, limit);
    Reply::json(&AuditPage { data, next_cursor })
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
                "{} entries follow each other without a fault; the details of {} were erased",
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
    let seq = entry.trim().parse().map_err(|_| {
        AppError::field("entry", "give the number of the entry whose hash was noted")
    })?;
    let hash = hash.trim().to_lowercase();
    if hash.is_empty() {
        return Err(AppError::field("hash", "give the hash that was noted of this entry"));
    }
    Ok(Some(Noted { seq, hash }))
}

/// `/audit`
pub(super) fn list(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let url: ListUrl = req.query();
    let before = cursor(url.get("after"), "after")?;
    let entries = read(req, before, PAGE)?;
    let zone = req.zone()?;
    let more = next(&entries, PAGE);
    let table = Table::new("Audit trail")
        .column(Column::number("No."))
        .column(Column::date("When"))
        .column(Column::text("Who"))
        .column(Column::text("What"))
        .column(Column::text("To what"))
        .column(Column::text("From where"))
        .rows(entries.iter().map(|entry| {
            let name = entry.details.get("name").and_then(Value::as_str).unwrap_or(&entry.actor).to_owned();
            let origin = entry.details.get("origin").and_then(Value::as_str).unwrap_or("").to_owned();
            Line::new()
                .cell(entry.sequence)
                .cell(instant(entry.instant, &zone))
                .cell(name)
                .cell(&entry.action)
                .cell(html! { a href=(format!("/audit?object={}", entry.object_id)) { (entry.object_kind) " " (entry.object_id) } })
                .cell(origin)
        }))
        .empty(Empty::new(
            Icon::Audit,
            "No entries",
            "Every change of anything leaves an entry here, with who made it and from where.",
        ));
    let page = Page::new("Audit")
        .intro("Who did what, when and from where. Entries are chained by hash: none can be changed or removed unnoticed.")
        .actions(Button::secondary("Verify the chain").icon(Icon::Check).href("/audit/verification"))
        .body(html! {
            (FilterBar::new(&url).search("action", "Search actions").export("/audit.csv"))
            (table)
            (pager(&url, None, more.as_deref(), "Newest first"))
        });
    req.page(page)
}

/// `/audit.csv`
pub(super) fn export(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let entries = read(req, i64::MAX, EXPORT_ROWS)?;
    let mut csv = web::csv_line(["sequence", "at", "actor", "action", "object", "hash"]);
    for entry in &entries {
        let sequence = entry.sequence.to_string();
        csv.push_str(&web::csv_line([
            sequence.as_str(),
            &entry.at,
            &entry.actor,
            &entry.action,
            &entry.object_id,
            &entry.hash,
        ]));
    }
    Ok(Reply::download("text/csv; charset=utf-8", "audit.csv", csv))
}

/// `/audit/verification`
pub(super) fn verification(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let outcome = recompute(req)?;
    let callout = if outcome.sound {
        Callout::good("The chain is sound")
    } else {
        Callout::danger("The chain was tampered with")
    };
    let facts = Facts::new()
        .row_if("Entries", outcome.entries)
        .row_if("First fault at entry", outcome.fault_at)
        .row_if("Hash of the last entry", outcome.head.map(|head| web::inline_code(&head)));
    let page = Page::new("Audit chain").crumb("Audit", "/audit").body(html! {
        (callout.body(outcome.words))
        (facts)
        p { "Keep number and hash of the last entry outside of this installation; the manifest of each backup does. Whoever writes the chain anew cannot write that anew." }
        (GetForm::new("/audit/verification").body(html! {
            (Field::text("entry", "Number of a noted entry"))
            (Field::text("hash", "Its hash"))
            (button_row(Button::secondary("Verify with it")))
        }))
    });
    req.page(page)
}
