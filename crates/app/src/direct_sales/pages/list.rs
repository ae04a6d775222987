//! The list of direct opportunities.

use web::{
    Button, Choice, Column, Empty, FilterBar, Icon, Page, Row, Table, Tabs, day, html, pager,
};

use super::{money, stage_chip};
use crate::{
    access::Permission,
    core::{error::AppError, reply::Reply, request::Req},
    direct_sales::store::{self, Filter},
};

const PAGE: i64 = 50;
const EXPORT_ROWS: i64 = 100_000;

fn filter(req: &Req<'_, '_>, limit: i64) -> Filter {
    let url = req.query();
    let mine = url.get("mine").is_some();
    let me = req.cx.actor.reader().map_or("", |id| id.as_str());
    Filter {
        stage: url.get("stage").unwrap_or("").to_owned(),
        account_id: url.get("account").unwrap_or("").to_owned(),
        owner_user_id: if mine { me.to_owned() } else { String::new() },
        text: url.get("q").unwrap_or("").to_owned(),
        cursor: url.get("after").map(str::to_owned),
        limit,
    }
}

/// The two lists of direct sales as tabs.
pub(super) fn tabs(attempts: bool) -> Tabs {
    Tabs::new("Direct sales").tab("Opportunities", "/direct-opportunities", !attempts).tab(
        "Refused attempts",
        "/direct-attempts",
        attempts,
    )
}

/// `/direct-opportunities`
pub(crate) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let url = req.query();
    let filter = filter(req, PAGE);
    let (rows, next) = store::list(&mut req.cx, &filter)?;
    let may_record = req.cx.actor.may(Permission::DirectRecord);
    let table = Table::new("Direct opportunities")
        .column(Column::text("Opportunity"))
        .column(Column::text("Account"))
        .column(Column::text("Owner"))
        .column(Column::text("Stage"))
        .column(Column::number("Amount"))
        .column(Column::date("Opened"))
        .rows(rows.iter().map(|row| {
            Row::new()
                .href(format!("/direct-opportunities/{}", row.opportunity_id))
                .cell(&row.name)
                .cell(&row.account_name)
                .cell(&row.owner_name)
                .cell(stage_chip(row.stage))
                .cell(money(row.amount))
                .cell(day(row.opened_on))
        }))
        .empty(Empty::new(
            Icon::Bolt,
            "No direct opportunities",
            "Direct sales records here what it works itself. On an account that a partner \
             protects nothing is recorded without consent or a lapse.",
        ));
    let stages = [("open", "Open"), ("won", "Won"), ("lost", "Lost")];
    let mut page = Page::new("Direct sales").tabs(tabs(false)).body(html! {
        (FilterBar::new(&url)
            .search("q", "Account or opportunity")
            .select("stage", "Stage", stages.map(|(value, label)| Choice::new(value, label)))
            .toggle("mine", "Only mine")
            .export("/direct-opportunities.csv"))
        (table)
        (pager(&url, None, next.as_deref(), "Latest opened first"))
    });
    if may_record {
        let new = Button::primary("Record an opportunity").icon(Icon::Plus);
        page = page.actions(html! {
            (new.href("/direct-opportunities/new"))
            (Button::secondary("Record an activity").href("/direct-activities/new"))
        });
    }
    req.page(page)
}

/// `/direct-opportunities.csv`
pub(crate) fn export(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let filter = filter(req, EXPORT_ROWS);
    let (rows, _) = store::list(&mut req.cx, &filter)?;
    let mut csv = web::csv_line([
        "id",
        "account_id",
        "account",
        "name",
        "owner",
        "product",
        "stage",
        "amount",
        "currency",
        "opened_on",
        "close_on",
        "closed_on",
        "external_id",
    ]);
    for row in &rows {
        let (opened, amount) = (row.opened_on.to_string(), row.amount.decimal());
        csv.push_str(&web::csv_line([
            row.opportunity_id.as_str(),
            row.account_id.as_str(),
            &row.account_name,
            &row.name,
            &row.owner_name,
            &row.product,
            row.stage.word(),
            &amount,
            row.amount.currency.as_str(),
            &opened,
            &store::text(row.close_on),
            &store::text(row.closed_on),
            &row.external_id,
        ]));
    }
    Ok(Reply::download("text/csv; charset=utf-8", "direct-opportunities.csv", csv))
}
