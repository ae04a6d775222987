//! Decisions that stand, to be searched (CF-06).

use domain::conflicts::kind::CaseKind;
use web::{
    Choice, Column, Empty, FilterBar, Icon, Page, Row, Table, html, instant, pager, rule_chip,
};

use crate::conflicts::{
    api,
    precedents::{self, Search},
};
use frame::{error::AppError, reply::Reply, request::Req};

const PAGE: i64 = 50;

/// `/conflicts/precedents`
pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let url = req.query();
    let text = |name: &str| url.get(name).unwrap_or("").to_owned();
    let search = Search {
        text: text("q"),
        kind: text("kind"),
        outcome: text("outcome"),
        rule: String::new(),
        before: api::before(url.get("after"), "after")?,
        limit: PAGE + 1,
    };
    let mut rows = precedents::search(&mut req.cx, &search)?;
    let next = api::cut(&mut rows, PAGE, |one| one.number);
    let zone = req.zone()?;
    let table = Table::new("Precedents")
        .column(Column::text("Case"))
        .column(Column::text("About"))
        .column(Column::text("Outcome"))
        .column(Column::text("Rule"))
        .column(Column::text("Reason"))
        .column(Column::date("Decided"))
        .rows(rows.iter().map(|one| {
            Row::new()
                .href(format!("/conflicts/{}", one.case_id))
                .cell(one.reference())
                .cell(one.kind.label())
                .cell(one.decision.outcome.label())
                .cell(rule_chip(&one.decision.rule))
                .cell(one.decision.reason.clone())
                .cell(instant(one.decision.decided_at, &zone))
        }))
        .empty(Empty::new(
            Icon::Conflict,
            "No precedents",
            "A decision becomes a precedent once nobody can appeal it any more.",
        ));
    let kinds = CaseKind::ALL.map(|kind| Choice::new(kind.word(), kind.label()));
    let outcomes = [
        ("award", "Awarded to one party"),
        ("co_sell", "Sold together"),
        ("reject_both", "Both rejected"),
        ("release", "Account released"),
    ];
    let bar = FilterBar::new(&url)
        .search("q", "Reason or words")
        .select("kind", "About", kinds)
        .select("outcome", "Outcome", outcomes.map(|(v, l)| Choice::new(v, l)));
    let page = Page::new("Precedents").crumb("Conflicts", "/conflicts").body(html! {
        (bar)
        (table)
        (pager(&url, None, next.as_deref(), "Newest first"))
    });
    req.page(page)
}
