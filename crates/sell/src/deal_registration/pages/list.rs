//! The list of registrations: filtered, ordered, page by page, with saved views.

use domain::{deal_registration::status::StatusKind, ids::PartnerId};
use web::{
    Button, Choice, Column, Empty, FilterBar, Icon, ListUrl, Page, Row, Table, day, html, pager,
    saved_views,
};

use super::words::{Moment, Standing, money, status_choices};
use crate::deal_registration::{self as deals, ListQuery, ListRow, Sort, reference};
use channel::partners;
use frame::{access::Permission, ctx::Cx, error::AppError, reply::Reply, request::Req};

/// More partners than this are not offered as a filter: the page would grow with each.
const MOST_PARTNERS: usize = 200;

/// What the address asks for.
pub(super) fn query(cx: &mut Cx<'_, '_>, url: &ListUrl) -> Result<ListQuery, AppError> {
    let status =
        match url.get("status") {
            None | Some("") => Vec::new(),
            Some("open") => vec![StatusKind::Submitted, StatusKind::UnderReview],
            Some("live") => vec![StatusKind::Approved, StatusKind::Renewed],
            Some(word) => vec![StatusKind::parse(word).ok_or_else(|| {
                AppError::field("status", "choose one of the statuses of the list")
            })?],
        };
    let partner_id = match url.get("partner") {
        None | Some("") => None,
        Some(text) => Some(PartnerId::parse(text).map_err(|_| AppError::NotFound)?),
    };
    let (cursor, before) = match (url.get("after"), url.get("before")) {
        (_, Some(cursor)) => (Some(cursor.to_owned()), true),
        (after, None) => (after.map(str::to_owned), false),
    };
    let mut query = ListQuery {
        status,
        partner_id,
        text: url.get("q").map(str::to_owned),
        sort: sort_of(url),
        cursor,
        before,
        ..ListQuery::default()
    };
    if url.get("mine") == Some("1") {
        mine(cx, &mut query)?;
    }
    Ok(query)
}

fn sort_of(url: &ListUrl) -> Sort {
    match url.get("order") {
        Some("due") => Sort::DueSoonest,
        Some("expires") => Sort::ExpiresSoonest,
        Some("lapses") => Sort::LapsesSoonest,
        Some("amount") => Sort::Amount,
        Some(_) | None => Sort::Newest,
    }
}

/// Only what is one's own: what a partner's person submitted, what the partners of a manager did.
fn mine(cx: &mut Cx<'_, '_>, query: &mut ListQuery) -> Result<(), AppError> {
    let Some(user_id) = cx.actor.reader().cloned() else {
        return Ok(());
    };
    if cx.actor.partner_id().is_some() {
        query.submitted_by = Some(user_id.as_str().to_owned());
    } else {
        query.of_partners = Some(partners::managed_by(cx, &user_id)?);
    }
    Ok(())
}

/// `/registrations`
pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let url = req.query();
    let query = query(&mut req.cx, &url)?;
    let listing = deals::list(&mut req.cx, &query)?;
    let moment = Moment::of(&mut req.cx)?;
    let of_vendor = req.cx.actor.partner_id().is_none();
    let may_submit = !of_vendor && req.cx.actor.may(Permission::RegistrationsSubmit);
    let filters = filters(req, &url, of_vendor)?;
    let summary = order_words(query.sort);
    let body = html! {
        (views(&url, of_vendor))
        (filters)
        (table(&listing.rows, &moment, of_vendor).empty(empty(&url, may_submit)))
        (pager(&url, listing.previous.as_deref(), listing.next.as_deref(), summary))
    };
    let mut page = Page::new("Deal registrations").body(body);
    if may_submit {
        page = page.actions(html! {
            (Button::quiet("Register by link").icon(Icon::Link).href("/registrations/link"))
            (Button::primary("Register a deal").icon(Icon::Plus).href("/registrations/new"))
        });
    } else if req.cx.actor.may(Permission::RegistrationsDecide) {
        page = page.actions(
            Button::primary("Decision queue").icon(Icon::Clock).href("/registrations/queue"),
        );
    }
    req.page(page)
}

/// The rows as a table.
pub(super) fn table(rows: &[ListRow], moment: &Moment, of_vendor: bool) -> Table {
    let mut table = Table::new("Deal registrations").column(Column::text("Account"));
    if of_vendor {
        table = table.column(Column::text("Partner"));
    }
    table
        .column(Column::text("Status"))
        .column(Column::text("Clock"))
        .column(Column::text("Stage"))
        .column(Column::number("Amount a year"))
        .column(Column::date("Order expected"))
        .rows(rows.iter().map(|row| line(row, moment, of_vendor)))
}

fn line(row: &ListRow, moment: &Moment, of_vendor: bool) -> Row {
    let standing = Standing::from(row);
    let name = if row.account_name.is_empty() { "No company yet" } else { &row.account_name };
    let mut line = Row::new()
        .href(format!("/registrations/{}", row.registration_id))
        .id(row.registration_id.as_str())
        .cell(html! { (name) " " span.quiet.whole { (reference(row.number)) } });
    if of_vendor {
        line = line.cell(&row.partner_name);
    }
    let clock = standing.clock(moment);
    let line = line
        .cell(standing.marks(moment.today))
        .cell(
            html! { @if let Some(clock) = clock { (clock.short()) } @else { span.quiet { "–" } } },
        )
        .cell(row.stage.title())
        .cell(money(row.amount))
        .cell(html! { @if let Some(on) = row.close_on { (day(on)) } });
    if row.status.is_final() { line.quiet() } else { line }
}

fn views(url: &ListUrl, of_vendor: bool) -> web::Markup {
    let all: [(&str, &str); 6] = [
        ("All", ""),
        ("Waiting for a decision", "order=due"),
        (if of_vendor { "Returned" } else { "Returned to us" }, "status=returned"),
        ("Protected", "status=live"),
        ("Expiring soonest", "order=expires"),
        ("Lapsing soonest", "order=lapses"),
    ];
    let current = url
        .get("status")
        .map(|word| format!("status={word}"))
        .or_else(|| url.get("order").map(|word| format!("order={word}")))
        .unwrap_or_default();
    let links: Vec<(&str, String, bool)> = all
        .into_iter()
        .map(|(label, query)| {
            let href = if query.is_empty() {
                "/registrations".to_owned()
            } else {
                format!("/registrations?{query}")
            };
            (label, href, current == query)
        })
        .collect();
    let views: Vec<(&str, &str, bool)> =
        links.iter().map(|(label, href, on)| (*label, href.as_str(), *on)).collect();
    saved_views("Views", &views)
}

fn filters(req: &mut Req<'_, '_>, url: &ListUrl, of_vendor: bool) -> Result<FilterBar, AppError> {
    let mut status = vec![
        Choice::new("", "Every status"),
        Choice::new("open", "Waiting for a decision"),
        Choice::new("live", "Protected"),
    ];
    status.extend(status_choices());
    let mut bar =
        FilterBar::new(url).search("q", "Search accounts").select("status", "Status", status);
    if of_vendor {
        let all = partners::all(&mut req.cx)?;
        if all.len() <= MOST_PARTNERS {
            let mut choices = vec![Choice::new("", "Every partner")];
            choices.extend(all.into_iter().map(|(id, name)| Choice::new(id.as_str(), name)));
            bar = bar.select("partner", "Partner", choices);
        }
    }
    let own = if of_vendor { "My partners" } else { "Submitted by me" };
    Ok(bar
        .select(
            "order",
            "Order",
            [
                Choice::new("", "Newest first"),
                Choice::new("due", "Decision due soonest"),
                Choice::new("expires", "Expiring soonest"),
                Choice::new("lapses", "Lapsing soonest"),
                Choice::new("amount", "Largest protected amount"),
            ],
        )
        .toggle("mine", own)
        .export("/registrations.csv"))
}

const fn order_words(sort: Sort) -> &'static str {
    match sort {
        Sort::Newest => "Newest first",
        Sort::DueSoonest => "Waiting for a decision, due soonest first",
        Sort::ExpiresSoonest => "Protected, expiring soonest first",
        Sort::LapsesSoonest => "Protected, lapsing soonest first",
        Sort::Amount => "Protected, largest amount first",
    }
}

fn empty(url: &ListUrl, may_submit: bool) -> Empty {
    if !url.text().ends_with("/registrations") {
        return Empty::new(Icon::Filter, "No registration fits", "Take a filter away to see more.")
            .action(Button::secondary("Show all").href("/registrations"));
    }
    let empty = Empty::new(
        Icon::Deal,
        "No registrations yet",
        "A registration holds an account: no other partner can register it, and direct sales stays out while it is followed up.",
    );
    if may_submit {
        empty.action(Button::primary("Register a deal").href("/registrations/new"))
    } else {
        empty
    }
}
