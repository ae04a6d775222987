//! The operator's pages: what waits, runs and is dead, what comes again and again, and how full
//! everything is.

use jiff::{Timestamp, tz::TimeZone};
use jobs::{Gauges, JobRow, JobState, Schedule};
use web::{
    Button, Callout, Column, Empty, Icon, Markup, Page, Row as Line, Stat, Table, Tabs, ago,
    confirm_page, html, instant, number_text, pager, post_button_with, section, stats,
};

use super::{
    health,
    queue::{self, JobName, Mending},
};
use channel::accounts::IndexState;
use frame::{clock::from_micros, ctx::Cx, error::AppError, reply::Reply, request::Req};

const PAGE: u32 = 50;

/// What the tabs show.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    Jobs(JobState),
    Schedules,
}

impl Shown {
    fn of(text: Option<&str>) -> Result<Self, AppError> {
        match text {
            None => Ok(Self::Jobs(JobState::Dead)),
            Some("schedules") => Ok(Self::Schedules),
            Some(word) => queue::state_of(word).map(Self::Jobs).ok_or(AppError::NotFound),
        }
    }
}

/// `/operations`
pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let url = req.query();
    let shown = Shown::of(url.get("show"))?;
    let zone = req.zone()?;
    let now = req.cx.now;
    let gauges = jobs::gauges(req.cx.tx, req.cx.now_micros())?;
    let csrf = req.csrf();
    let body = match shown {
        Shown::Jobs(state) => {
            let page = queue::page(&mut req.cx, Some(state), ("after", url.get("after")), PAGE)?;
            html! {
                (table(&page.rows, state, &csrf, (&zone, now)))
                (pager(&url, None, page.next.as_deref(), "By number, the oldest first"))
            }
        }
        Shown::Schedules => {
            let own = req.cx.vendor();
            let all = jobs::schedules(req.cx.tx)?;
            let mine: Vec<Schedule> = all
                .into_iter()
                .filter(|one| one.vendor_id.is_empty() || one.vendor_id == own.as_str())
                .collect();
            schedules(&mine, &zone)
        }
    };
    let figures = figures(&mut req.cx, &gauges)?;
    let page = Page::new("Jobs and mail")
        .intro("Background work: mail, deadlines and imports")
        .actions(Button::secondary("Mails").icon(Icon::Mail).href("/operations/mails"))
        .tabs(tabs(shown, &gauges))
        .body(html! {
            (figures)
            (warnings(&gauges))
            (body)
        });
    req.page(page)
}

fn tabs(shown: Shown, gauges: &Gauges) -> Tabs {
    let at = |state| shown == Shown::Jobs(state);
    Tabs::new("Jobs")
        .tab_with_count("Dead letters", "/operations", at(JobState::Dead), gauges.dead)
        .tab_with_count(
            "Waiting",
            "/operations?show=waiting",
            at(JobState::Waiting),
            gauges.waiting,
        )
        .tab_with_count(
            "Running",
            "/operations?show=running",
            at(JobState::Running),
            gauges.running,
        )
        .tab("Schedules", "/operations?show=schedules", shown == Shown::Schedules)
}

fn figures(cx: &mut Cx<'_, '_>, gauges: &Gauges) -> Result<Markup, AppError> {
    let vendor_id = cx.vendor();
    let (index, words) = match channel::accounts::index(cx.app)?.state(&vendor_id) {
        IndexState::Filling => ("Building".to_owned(), "only exact names and domains until then"),
        IndexState::Ready { accounts } => {
            let accounts = i64::try_from(accounts).unwrap_or(i64::MAX);
            (number_text(accounts), "accounts, on this node")
        }
    };
    let count = |number: u64| number_text(i64::try_from(number).unwrap_or(i64::MAX));
    let writes = cx.app.db.stats();
    Ok(stats([
        Stat::new("Due now", count(gauges.due), "/operations?show=waiting")
            .detail(oldest(gauges.oldest_due_age_micros)),
        Stat::new("Dead letters", count(gauges.dead), "/operations"),
        Stat::new("Company index", index, "/accounts").detail(words),
        Stat::new("Changes stored", count(writes.actions), "/audit")
            .detail(format!("in {} commits since this node started", count(writes.commits))),
    ]))
}

fn oldest(micros: i64) -> String {
    match micros / 60_000_000 {
        0 => "no waiting time".to_owned(),
        1 => "oldest: 1 minute".to_owned(),
        minutes => format!("oldest: {minutes} minutes"),
    }
}

fn warnings(gauges: &Gauges) -> Markup {
    html! {
        @if let Some(words) = health::queue_fault(gauges) {
            (Callout::warn("Jobs are not running").body(html! {
                p { (words) }
                p { "Start a worker with " code { "entente serve" } " with "
                    code { "worker = true" } ", or with " code { "entente work" } "." }
            }))
        }
    }
}

fn table(
    rows: &[JobRow],
    state: JobState,
    csrf: &str,
    (zone, now): (&TimeZone, Timestamp),
) -> Markup {
    let when = match state {
        JobState::Waiting => "Due",
        JobState::Running => "Until",
        JobState::Dead => "Failed",
    };
    let mut table = Table::new("Jobs")
        .column(Column::text("What"))
        .column(Column::text("Last error"))
        .column(Column::number("Attempts"))
        .column(Column::date(when))
        .column(Column::date("Queued"));
    if state == JobState::Dead {
        table = table.column(Column::actions("Actions"));
    }
    let lines = rows.iter().map(|row| {
        let name = JobName::of(row);
        let at = from_micros(row.dead_at_micros.unwrap_or(row.due_at_micros));
        let error = row.last_error.clone().or_else(|| row.leased_by.clone()).unwrap_or_default();
        let line = Line::new()
            .id(name.to_string())
            .cell(html! { code { (row.kind) } " " small { "no. " (name) } })
            .cell(error)
            .cell(format!("{} of {}", row.attempts, row.max_attempts))
            .cell(instant(at, zone))
            .cell(ago(from_micros(row.created_at_micros), now, zone));
        if state == JobState::Dead { line.cell(buttons(name, csrf)) } else { line }
    });
    let table = table.rows(lines).empty(empty(state));
    html! {
        @if state == JobState::Dead && !rows.is_empty() {
            p { (post_button_with("/operations/retries", csrf, &[("all", "1")],
                    Button::secondary("Retry all").icon(Icon::Undo)))
                " " (Button::quiet("Discard all").href("/operations/discards")) }
        }
        (table)
    }
}

fn buttons(name: JobName, csrf: &str) -> Markup {
    let id = name.to_string();
    html! {
        (post_button_with("/operations/retries", csrf, &[("id", &id)],
            Button::secondary("Retry").small()))
        (Button::quiet("Discard").small().href(format!("/operations/discards?id={id}")))
    }
}

fn empty(state: JobState) -> Empty {
    match state {
        JobState::Dead => Empty::new(
            Icon::Check,
            "No dead letters",
            "A job that fails too often stays here with its last error until someone retries or \
             discards it. Nothing is dropped silently.",
        ),
        JobState::Waiting => Empty::new(Icon::Job, "No waiting jobs", "All due jobs are done."),
        JobState::Running => {
            Empty::new(Icon::Job, "No running jobs", "No worker is running a job.")
        }
    }
}

fn schedules(all: &[Schedule], zone: &TimeZone) -> Markup {
    let table = Table::new("Schedules")
        .column(Column::text("What"))
        .column(Column::text("How often"))
        .column(Column::date("Last"))
        .column(Column::date("Next"))
        .rows(all.iter().map(|one| {
            let last = one.last_at_micros.map(|at| instant(from_micros(at), zone));
            Line::new()
                .cell(html! { code { (one.name) } })
                .cell(every(one.every_seconds))
                .cell(html! { @if let Some(at) = last { (at) } @else { "not yet" } })
                .cell(instant(from_micros(one.next_at_micros), zone))
        }))
        .empty(Empty::new(Icon::Clock, "No schedules", "They are created when a node starts."));
    section("Recurring jobs", table)
}

fn every(seconds: i64) -> String {
    match seconds {
        60 => "every minute".to_owned(),
        3_600 => "every hour".to_owned(),
        86_400 => "every day".to_owned(),
        other if other % 60 == 0 => format!("every {} minutes", other / 60),
        other => format!("every {other} seconds"),
    }
}

/// The dead letters that a form names, or `None` for all.
fn named(req: &Req<'_, '_>) -> Result<Option<Vec<JobName>>, AppError> {
    if req.form.ticked("all") {
        return Ok(None);
    }
    let names: Result<Vec<JobName>, ()> = req.form.all("id").into_iter().map(str::parse).collect();
    names.map(Some).map_err(|()| AppError::NotFound)
}

/// `POST /operations/retries`
pub(super) fn retry(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let names = named(req)?;
    let many = queue::mend_many(&mut req.cx, names, Mending::Retry)?;
    let left = match many.superseded {
        0 => String::new(),
        n => format!(" {n} stay: the same job has been queued again, so you can discard them."),
    };
    let words = format!("{} will be retried.{left}", letters(many.done));
    Ok(req.go("/operations", &words))
}

/// `GET /operations/discards`: asks before anything is given up.
pub(super) fn confirm(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let url = req.query();
    let (what, field) = if let Some(id) = url.get("id") {
        let name: JobName = id.parse().map_err(|()| AppError::NotFound)?;
        let words = format!("Dead letter {name} is deleted and never runs.");
        (words, ("id", name.to_string()))
    } else {
        let dead = jobs::gauges(req.cx.tx, req.cx.now_micros())?.dead;
        let words = format!("All {dead} dead letters are deleted and never run.");
        (words, ("all", "1".to_owned()))
    };
    let consequences = [what, "Their work, for example sending a mail, is not done.".to_owned()];
    let form = html! {
        (post_button_with("/operations/discards", &req.csrf(), &[(field.0, &field.1)],
            Button::danger("Discard")))
        (Button::quiet("Keep").href("/operations"))
    };
    let body = confirm_page("Discard dead letters?", &consequences, form);
    req.page(Page::new("Discard").crumb("Jobs and mail", "/operations").narrow().body(body))
}

/// `POST /operations/discards`
pub(super) fn discard(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let names = named(req)?;
    let many = queue::mend_many(&mut req.cx, names, Mending::Discard)?;
    let words = format!("{} discarded.", letters(many.done));
    Ok(req.go("/operations", &words))
}

fn letters(count: u32) -> String {
    match count {
        1 => "1 job".to_owned(),
        count => format!("{count} jobs"),
    }
}
