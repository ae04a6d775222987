//! Metrics of cases (CF-09).

use std::collections::BTreeMap;

use domain::percentage::BasisPoints;
use web::{Column, Empty, Icon, Markup, Page, Row, Stat, Table, html, instant, section, stats};

use crate::conflicts::measures;
use channel::accounts;
use frame::{error::AppError, reply::Reply, request::Req};
use people::identity;

fn share(share: Option<BasisPoints>) -> String {
    share.map_or_else(|| "–".to_owned(), BasisPoints::rounded)
}

/// `/conflicts/measures`
pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let (measures, since) = match measures::of_vendor(&mut req.cx) {
        Err(AppError::Unavailable(words)) => {
            let empty = Empty::new(Icon::Conflict, "Nothing to measure yet", words);
            return req
                .page(Page::new("Conflict metrics").crumb("Conflicts", "/conflicts").body(empty));
        }
        found => found?,
    };
    let zone = req.zone()?;
    let people: BTreeMap<String, String> = identity::vendor_people(&mut req.cx)?
        .into_iter()
        .map(|person| (person.user_id.as_str().to_owned(), person.name))
        .collect();
    let mut names = BTreeMap::new();
    for (id, _) in &measures.accounts {
        if let Ok(account_id) = domain::ids::AccountId::parse(id)
            && let Ok(account) = accounts::get(&mut req.cx, &account_id)
        {
            names.insert(id.clone(), account.name);
        }
    }
    let days = measures.median_days.map_or_else(|| "–".to_owned(), |days| days.to_string());
    let cards = stats([
        Stat::new("Open cases", measures.open.to_string(), "/conflicts?state=open")
            .detail(format!("{} overdue", measures.overdue)),
        Stat::new("Business days to resolve", days, "/conflicts?state=closed")
            .detail(format!("median of {}", measures.resolved)),
        Stat::new("Resolved in time", share(measures.in_time), "/conflicts?state=closed")
            .detail("of resolved and overdue cases"),
        Stat::new(
            "Decided for the partner",
            share(measures.for_partner),
            "/conflicts/precedents?kind=partner_direct",
        )
        .detail("of cases with direct sales"),
        Stat::new("Reversed on appeal", measures.reversals.to_string(), "/conflicts/precedents"),
    ]);
    let page = Page::new("Conflict metrics").crumb("Conflicts", "/conflicts").body(html! {
        p { "Cases opened since " (instant(since, &zone)) ", and all open cases." }
        (cards)
        (section("Accounts with repeated conflicts", repeats("Accounts", &measures.accounts, &names, |id| Some(format!("/conflicts?account_id={id}")))))
        (section("Reps with repeated conflicts", repeats("Reps", &measures.reps, &people, |_| None)))
    });
    req.page(page)
}

fn repeats(
    caption: &str,
    rows: &[(String, u32)],
    names: &BTreeMap<String, String>,
    href: impl Fn(&str) -> Option<String>,
) -> Markup {
    if rows.is_empty() {
        return html! { p { "None." } };
    }
    let table = Table::new(caption)
        .column(Column::text("Name"))
        .column(Column::number("Cases"))
        .plain()
        .rows(rows.iter().map(|(id, cases)| {
            let row = Row::new().cell(names.get(id).unwrap_or(id).clone()).cell(cases.to_string());
            match href(id) {
                Some(href) => row.href(href),
                None => row,
            }
        }));
    html! { (table) }
}
