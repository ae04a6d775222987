//! One registration as both sides see it: status, clock, the next step, what happened and why.

use domain::ids::RegistrationId;
use web::{
    Button, Column, Detail as TwoColumns, Icon, Markup, Page, Render, Row, Table, Tone, day, html,
    instant, rule_chip, section, section_with, status,
};

use super::{
    edit::shown_name,
    facts::{clock_facts, company_facts, deal_facts, head_clock, receipt_facts},
    history, next, notes, parties,
    words::{Moment, Standing},
};
use crate::deal_registration::{self as deals, CheckView, Detail};
use frame::{access::Permission, error::AppError, reply::Reply, request::Req};

/// Who reads a page of a registration, and what it may do there.
#[derive(Debug, Clone)]
pub(super) struct Viewer {
    /// True for a person of the vendor.
    pub(super) of_vendor: bool,
    /// True when the person may act on the partner's side.
    pub(super) submits: bool,
    /// True when the person may decide.
    pub(super) decides: bool,
    /// The token of its forms.
    pub(super) csrf: String,
}

impl Viewer {
    /// The reader of this request.
    pub(super) fn of(req: &Req<'_, '_>) -> Self {
        let actor = &req.cx.actor;
        let of_vendor = actor.partner_id().is_none();
        Self {
            of_vendor,
            submits: !of_vendor && actor.may(Permission::RegistrationsSubmit),
            decides: of_vendor && actor.may(Permission::RegistrationsDecide),
            csrf: req.csrf(),
        }
    }
}

/// `/registrations/{id}`
pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: RegistrationId = req.id("id")?;
    let detail = deals::detail(&mut req.cx, &id)?;
    let moment = Moment::of(&mut req.cx)?;
    let viewer = Viewer::of(req);
    let r = &detail.registration;
    let main = html! {
        (history_section(&detail, &moment))
        (activities(&detail, &moment, &viewer))
        (parties::consents(&detail, &moment, &viewer))
        (checks(&detail, &viewer))
        (parties::files(&detail, &viewer, req.form_token()))
        (parties::roles(&detail, &viewer))
    };
    let mut columns = TwoColumns::new(main);
    let clocks = clock_facts(&detail, &moment);
    if !clocks.0.is_empty() {
        columns = columns.aside("Clocks", clocks);
    }
    columns = columns
        .aside("Deal", deal_facts(&detail, &detail.policy.document))
        .aside("Company", company_facts(&detail));
    if let Some(receipt) = receipt_facts(&detail, &moment) {
        columns = columns.aside("Receipt", receipt);
    }
    let mut page = Page::new(shown_name(r))
        .crumb("Registrations", "/registrations")
        .status(Standing::from(r).marks(moment.today))
        .actions(next::buttons(&detail, &viewer))
        .body(html! { (notes::all(&detail, &moment, &viewer)) (columns) });
    if let Some(clock) = head_clock(&detail, &moment) {
        page = page.clock(clock);
    }
    req.page(page)
}

fn history_section(detail: &Detail, moment: &Moment) -> Markup {
    let href = format!("{}/timeline", detail.registration.href());
    section_with(
        "Timeline",
        Button::quiet("What was true on…?").small().icon(Icon::Calendar).href(href),
        history::latest(&detail.entries, moment),
    )
}

fn activities(detail: &Detail, moment: &Moment, viewer: &Viewer) -> Markup {
    let r = &detail.registration;
    if detail.activities.is_empty() && !r.status.is_live() {
        return html! {};
    }
    let table = Table::new("Activities")
        .column(Column::date("Day"))
        .column(Column::text("What"))
        .column(Column::text("With whom"))
        .column(Column::text("Note"))
        .column(Column::text("Logged"))
        .compact()
        .rows(detail.activities.iter().rev().map(|activity| {
            let late = activity.counts_from != activity.occurred_on;
            Row::new()
                .cell(day(activity.occurred_on))
                .cell(activity.kind.label())
                .cell(&activity.contact)
                .cell(&activity.note)
                .cell(html! {
                    (instant(activity.logged_at, &moment.zone)) " by " (activity.logged_by_name)
                    @if late { " · counts from " (day(activity.counts_from)) " " (rule_chip("DR-08")) }
                })
        }))
        .empty(html! { p.quiet { "No activities yet. Each one restarts the follow-up clock." } });
    let may = viewer.submits && detail.allowed.log_activity.is_ok();
    let button = html! {
        @if may {
            (Button::secondary("Log activity").small().icon(Icon::Plus)
                .href(format!("{}/activities/new", r.href())))
        }
    };
    section_with("Activities", button, table)
}

fn checks(detail: &Detail, viewer: &Viewer) -> Markup {
    let checks = &detail.registration.checks;
    if checks.is_empty() {
        return html! {};
    }
    section("Automatic checks of the submission", checks_folded(checks, viewer.of_vendor))
}

/// The automatic checks; folded when every one passed.
pub(super) fn checks_folded(checks: &[CheckView], for_vendor: bool) -> Markup {
    let table = checks_table(checks, for_vendor);
    let read = || checks.iter().filter(|check| check.words_for(for_vendor).is_some());
    if read().any(|check| check.outcome != "passed") {
        return table;
    }
    html! {
        details.fold { summary { (read().count()) " automatic checks passed" } (table) }
    }
}

/// The automatic checks that the reader may read, each with its outcome and reason; what is open
/// comes first.
pub(super) fn checks_table(checks: &[CheckView], for_vendor: bool) -> Markup {
    let mut sorted: Vec<(&CheckView, &str)> =
        checks.iter().filter_map(|check| Some((check, check.words_for(for_vendor)?))).collect();
    sorted.sort_by_key(|(check, _)| severity(&check.outcome));
    Table::new("Automatic checks")
        .column(Column::text("Outcome"))
        .column(Column::text("Reason"))
        .column(Column::text("Rule"))
        .compact()
        .rows(sorted.into_iter().map(|(check, words)| {
            let (tone, word) = outcome(&check.outcome);
            Row::new().cell(status(tone, word)).cell(words).cell(rule_chip(&check.rule))
        }))
        .render()
}

fn severity(outcome: &str) -> u8 {
    match outcome {
        "refused" => 0,
        "needs_person" => 1,
        "warned" => 2,
        _ => 3,
    }
}

fn outcome(outcome: &str) -> (Tone, &'static str) {
    match outcome {
        "passed" => (Tone::Good, "Passed"),
        "warned" => (Tone::Warn, "Warned"),
        "needs_person" => (Tone::Accent, "A person decides"),
        _ => (Tone::Bad, "Refused"),
    }
}
