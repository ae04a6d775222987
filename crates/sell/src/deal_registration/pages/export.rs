//! The list as a file for a spreadsheet, with the filters of the address.

use jiff::civil::Date;

use super::list::query;
use crate::deal_registration::{self as deals, ListRow, reference};
use frame::{error::AppError, reply::Reply, request::Req};

/// The most rows in one file.
const MOST_ROWS: usize = 100_000;
/// Rows read at a time.
const AT_A_TIME: u32 = 200;

/// `/registrations.csv`
pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let url = req.query();
    let mut query = query(&mut req.cx, &url)?;
    query.limit = AT_A_TIME;
    query.before = false;
    query.cursor = None;
    let mut csv = web::csv_line([
        "number",
        "partner",
        "account",
        "status",
        "stage",
        "amount",
        "currency",
        "order_expected_on",
        "submitted_at",
        "decision_due_at",
        "protected_until",
        "lapses_on",
        "in_dispute",
    ]);
    let mut written = 0_usize;
    loop {
        let listing = deals::list(&mut req.cx, &query)?;
        for row in &listing.rows {
            csv.push_str(&line(row));
        }
        written = written.saturating_add(listing.rows.len());
        match listing.next {
            Some(next) if written < MOST_ROWS => query.cursor = Some(next),
            Some(_) | None => break,
        }
    }
    Ok(Reply::download("text/csv; charset=utf-8", "registrations.csv", csv))
}

fn line(row: &ListRow) -> String {
    let date = |on: Option<Date>| on.map_or_else(String::new, |on| on.to_string());
    let at = |at: Option<jiff::Timestamp>| at.map_or_else(String::new, |at| at.to_string());
    web::csv_line([
        reference(row.number),
        row.partner_name.clone(),
        row.account_name.clone(),
        row.status.as_str().to_owned(),
        row.stage.as_str().to_owned(),
        row.amount.map_or_else(String::new, |amount| amount.decimal()),
        row.amount.map_or_else(String::new, |amount| amount.currency.as_str().to_owned()),
        date(row.close_on),
        at(row.submitted_at),
        at(row.decision_due_at),
        date(row.protected_until),
        date(row.lapses_on),
        if row.in_dispute { "yes" } else { "no" }.to_owned(),
    ])
}
