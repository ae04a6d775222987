//! Submissions that were refused at once: who tried what, and the whole reason, for the vendor.
//! The partner reads less (DR-13, DR-18).

use domain::ids::PartnerId;
use web::{Button, Column, Empty, Icon, Markup, Page, Row, Table, html, instant, pager, rule_chip};

use super::words::Moment;
use crate::deal_registration::attempts::{self, RefusedSubmission};
use channel::partners;
use frame::{error::AppError, reply::Reply, request::Req};

/// How many rows a page has.
const ROWS: u32 = 50;

/// `/registrations/refused?partner=…`
pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let url = req.query();
    let partner_id = match url.get("partner") {
        None | Some("") => None,
        Some(text) => Some(PartnerId::parse(text).map_err(|_| AppError::NotFound)?),
    };
    let after = url.get("after").unwrap_or("").to_owned();
    let mut rows = attempts::list(&mut req.cx, (partner_id.as_ref(), &after), ROWS + 1)?;
    let most = usize::try_from(ROWS).unwrap_or(usize::MAX);
    let more = rows.len() > most;
    rows.truncate(most);
    let next = rows.last().filter(|_| more).map(|row| row.refusal_id.clone());
    let moment = Moment::of(&mut req.cx)?;
    let table = Table::new("Refused submissions")
        .column(Column::date("When"))
        .column(Column::text("Partner"))
        .column(Column::text("Company as named"))
        .column(Column::text("Why"))
        .rows(rows.iter().map(|row| line(row, &moment)))
        .empty(
            Empty::new(
                Icon::Check,
                "No refused submissions",
                "Submissions that a rule refuses immediately appear here for three months.",
            )
            .action(Button::secondary("Decision queue").href("/registrations/queue")),
        );
    let mut page = Page::new("Refused submissions")
        .crumb("Registrations", "/registrations")
        .crumb("Decision queue", "/registrations/queue")
        .intro(
            "Partners see only the rule and nothing else about the account. You see every reason.",
        )
        .body(html! { (table) (pager(&url, None, next.as_deref(), "Newest first")) });
    if let Some(partner_id) = partner_id {
        let name = partners::name_of(&mut req.cx, &partner_id)?;
        page = page.actions(html! {
            (Button::quiet("All partners").href("/registrations/refused"))
            (Button::secondary(name).href(format!("/partners/{partner_id}")))
        });
    }
    req.page(page)
}

fn line(row: &RefusedSubmission, moment: &Moment) -> Row {
    Row::new()
        .cell(instant(row.refused_at, &moment.zone))
        .cell(html! { (row.partner_name) div.quiet { (row.refused_by_name) " · " (row.source) } })
        .cell(company(row))
        .cell(html! {
            @for check in row.checks.iter().filter(|check| check.outcome != "passed") {
                div { (check.words) " " (rule_chip(&check.rule)) }
            }
        })
}

/// The company as the partner named it, with the account that was recognised.
fn company(row: &RefusedSubmission) -> Markup {
    html! {
        @if row.account_id.is_empty() { (row.account_name) }
        @else { a href=(format!("/accounts/{}", row.account_id)) { (row.account_name) } }
        @if !row.account_domain.is_empty() { div.quiet { (row.account_domain) } }
    }
}
