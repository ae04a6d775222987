//! The list of accounts.

use domain::accounts::Country;
use web::{Button, Choice, Column, Empty, FilterBar, Icon, Page, Row, Table, html, pager};

use super::status_chip;
use crate::{
    accounts::{
        index::IndexState,
        list::{AccountFilter, list},
    },
    core::{error::AppError, reply::Reply, request::Req},
};

const PAGE: i64 = 50;
const EXPORT_ROWS: i64 = 100_000;

fn filter(req: &Req<'_, '_>, limit: i64) -> AccountFilter {
    let url = req.query();
    let text = |name: &str| url.get(name).unwrap_or("").to_owned();
    AccountFilter {
        text: text("q"),
        status: text("status"),
        country: text("country"),
        owner_user_id: text("owner"),
        cursor: url.get("after").map(str::to_owned),
        limit,
    }
}

/// `/accounts`
pub(crate) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let url = req.query();
    let filter = filter(req, PAGE);
    let listing = list(&mut req.cx, &filter)?;
    let may_write = req.cx.actor.may(crate::access::Permission::AccountsWrite);
    let statuses = [("prospect", "Prospect"), ("customer", "Customer"), ("house", "House account")];
    let countries = Country::all().map(|country| Choice::new(country.code(), country.name()));
    let table = Table::new("Accounts")
        .column(Column::text("Name"))
        .column(Column::text("Domain"))
        .column(Column::text("Country"))
        .column(Column::text("City"))
        .column(Column::text("Industry"))
        .column(Column::text("Status"))
        .rows(listing.rows.iter().map(|row| {
            Row::new()
                .href(format!("/accounts/{}", row.account_id))
                .cell(&row.name)
                .cell(&row.domain)
                .cell(&row.country)
                .cell(&row.city)
                .cell(&row.industry)
                .cell(status_chip(&row.status))
        }))
        .empty(
            Empty::new(
                Icon::Account,
                "No accounts here",
                "Accounts are the companies you sell to. Import them from the CRM, or they are \
                 made when a partner registers a deal.",
            )
            .action(Button::secondary("Import accounts").href("/imports/new?kind=accounts")),
        );
    let tabs = super::duplicates::tabs(req, "all")?;
    let mut page = Page::new("Accounts").tabs(tabs).body(html! {
        @if crate::accounts::index(req.cx.app)?.state(&req.cx.actor.vendor_id) == IndexState::Filling {
            p { "The matching index is being filled; until it is, only equal names and domains are recognised." }
        }
        (FilterBar::new(&url)
            .search("q", "Name or domain")
            .select("status", "Status", statuses.map(|(value, label)| Choice::new(value, label)))
            .select("country", "Country", countries)
            .export("/accounts.csv"))
        (table)
        (pager(&url, None, listing.next.as_deref(), "By name"))
    });
    if may_write {
        page = page.actions(Button::primary("New account").icon(Icon::Plus).href("/accounts/new"));
    }
    req.page(page)
}

/// `/accounts.csv`
pub(crate) fn export(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let filter = filter(req, EXPORT_ROWS);
    let listing = list(&mut req.cx, &filter)?;
    let mut csv = web::csv_line(["id", "name", "domain", "country", "city", "industry", "status"]);
    for row in &listing.rows {
        csv.push_str(&web::csv_line([
            row.account_id.as_str(),
            &row.name,
            &row.domain,
            &row.country,
            &row.city,
            &row.industry,
            &row.status,
        ]));
    }
    Ok(Reply::download("text/csv; charset=utf-8", "accounts.csv", csv))
}
