//! The list of cases.

use web::{
    Button, Choice, Clock, Column, Empty, FilterBar, Icon, Markup, Page, Row, Table, Tone, html,
    instant, pager, status,
};

use crate::conflicts::{
    api,
    store::{self, Case, Filter},
};
use frame::{access::Permission, error::AppError, reply::Reply, request::Req};

const PAGE: i64 = 50;

/// Where a case stands, in a word.
pub(super) fn chip(case: &Case) -> Markup {
    match case.phase.word() {
        "deciding" if case.breached_at.is_some() => status(Tone::Bad, "Overdue"),
        "deciding" => status(Tone::Warn, "Open"),
        "appealed" => status(Tone::Warn, "Appealed"),
        "decided" => status(Tone::Good, "Decided"),
        "final" => status(Tone::Neutral, "Final"),
        _ => status(Tone::Neutral, "Closed"),
    }
}

/// `/conflicts`
pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let url = req.query();
    let mine = url.get("mine") == Some("1");
    let me = req.cx.actor.reader().map_or(String::new(), ToString::to_string);
    let filter = Filter {
        state: url.get("state").unwrap_or("").to_owned(),
        account_id: url.get("account").unwrap_or("").to_owned(),
        decider: if mine { me } else { String::new() },
        before: api::before(url.get("after"), "after")?,
        limit: PAGE + 1,
    };
    let mut cases = store::list(&mut req.cx, &filter)?;
    let next = api::cut(&mut cases, PAGE, |case| case.number);
    let zone = req.zone()?;
    let now = req.cx.now;
    let table = Table::new("Conflict cases")
        .column(Column::text("Case"))
        .column(Column::text("Account"))
        .column(Column::text("About"))
        .column(Column::text("State"))
        .column(Column::number("Level"))
        .column(Column::date("Opened"))
        .column(Column::date("Time ends"))
        .rows(cases.iter().map(|case| {
            Row::new()
                .href(case.href())
                .cell(case.reference())
                .cell(&case.account_name)
                .cell(case.kind.label())
                .cell(chip(case))
                .cell(case.level.to_string())
                .cell(instant(case.opened_at, &zone))
                .cell(html! {
                    @if let Some(due) = case.level_due_at {
                        (Clock::by("Time ends", due, now, &zone).short())
                    }
                })
        }))
        .empty(Empty::new(
            Icon::Conflict,
            "No conflict cases",
            "A case is opened when direct sales and a partner, or two partners, turn out to work \
             the same account, or when a decision is disputed. It is decided by somebody without \
             a stake, in time.",
        ));
    let states = [("open", "Open"), ("decided", "Decided"), ("closed", "Closed")];
    let may_decide = req.cx.actor.may(Permission::ConflictsDecide);
    let mut bar =
        FilterBar::new(&url).select("state", "State", states.map(|(v, l)| Choice::new(v, l)));
    if may_decide {
        bar = bar.toggle("mine", "Mine to decide");
    }
    let actions = html! {
        (Button::primary("Open a case").href("/conflicts/new"))
        @if may_decide {
            (Button::secondary("Precedents").href("/conflicts/precedents"))
            (Button::secondary("Measures").href("/conflicts/measures"))
        }
    };
    let page = Page::new("Conflicts").actions(actions).body(html! {
        (bar)
        (table)
        (pager(&url, None, next.as_deref(), "Newest first"))
    });
    req.page(page)
}
