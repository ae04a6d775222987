//! The pages of conflict cases.

use domain::ids::CaseId;
use jiff::tz::TimeZone;
use web::{
    Button, Callout, Clock, Column, Detail, Empty, Entry, Facts, Field, FieldErrors, FilterBar,
    Form, Icon, Markup, Page, PostForm, Row, Table, Timeline, Tone, day, html, instant, pager,
    section, status,
};

use super::{
    api,
    close::CloseCase,
    notes::AddNote,
    store::{self, Attempt, Case, Filter, Note, PartyRow},
};
use crate::{
    access::Permission,
    core::{error::AppError, reply::Reply, request::Req},
};

const PAGE: i64 = 50;

fn state_chip(case: &Case) -> Markup {
    if case.open { status(Tone::Warn, "Open") } else { status(Tone::Neutral, "Closed") }
}

/// `/conflicts`
pub(super) fn list(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let url = req.query();
    let filter = Filter {
        state: url.get("state").unwrap_or("").to_owned(),
        account_id: url.get("account").unwrap_or("").to_owned(),
        before: api::before(url.get("after"), "after")?,
        limit: PAGE + 1,
    };
    let mut cases = store::list(&mut req.cx, &filter)?;
    let next = api::cut(&mut cases, PAGE);
    let zone = req.zone()?;
    let now = req.cx.now;
    let table = Table::new("Conflict cases")
        .column(Column::text("Case"))
        .column(Column::text("Account"))
        .column(Column::text("About"))
        .column(Column::text("State"))
        .column(Column::date("Opened"))
        .column(Column::date("Time ends"))
        .rows(cases.iter().map(|case| {
            Row::new()
                .href(format!("/conflicts/{}", case.case_id))
                .cell(case.reference())
                .cell(&case.account_name)
                .cell(case.kind.label())
                .cell(state_chip(case))
                .cell(instant(case.opened_at, &zone))
                .cell(html! {
                    @if case.open { (Clock::by("Time ends", case.due_at, now, &zone).short()) }
                })
        }))
        .empty(Empty::new(
            Icon::Conflict,
            "No conflict cases",
            "A case is opened when direct sales and a partner, or two partners, turn out to work \
             the same account. It keeps what each side says until it is settled.",
        ));
    let states = [("open", "Open"), ("closed", "Closed")];
    let page = Page::new("Conflicts").body(html! {
        (FilterBar::new(&url).select("state", "State", states.map(|(v, l)| web::Choice::new(v, l))))
        (table)
        (pager(&url, None, next.as_deref(), "Newest first"))
    });
    req.page(page)
}

/// What a detail page shows.
struct Shown {
    case: Case,
    parties: Vec<PartyRow>,
    notes: Vec<Note>,
    attempts: Vec<Attempt>,
    zone: TimeZone,
}

fn load(req: &mut Req<'_, '_>) -> Result<Shown, AppError> {
    let case_id: CaseId = req.id("case_id")?;
    Ok(Shown {
        case: store::find(&mut req.cx, &case_id)?,
        parties: store::parties(&mut req.cx, &case_id)?,
        notes: store::notes(&mut req.cx, &case_id)?,
        attempts: store::attempts(&mut req.cx, &case_id)?,
        zone: req.zone()?,
    })
}

/// `/conflicts/{case_id}`
pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let page = detail(req, &Form::default(), &FieldErrors::new())?;
    req.page(page)
}

/// `POST /conflicts/{case_id}/notes`
pub(super) fn add_note(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let case_id: CaseId = req.id("case_id")?;
    let form = req.form.clone();
    let action = AddNote { case_id: case_id.clone(), words: form.text("words").to_owned() };
    match action.run(&mut req.cx) {
        Ok(()) => Ok(req.go(&format!("/conflicts/{case_id}"), "Your note is kept.")),
        Err(AppError::Invalid(errors)) => {
            let page = detail(req, &form, &errors)?;
            Err(req.page_undone(&page))
        }
        Err(error) => Err(error),
    }
}

fn detail(req: &mut Req<'_, '_>, form: &Form, errors: &FieldErrors) -> Result<Page, AppError> {
    let shown = load(req)?;
    let case = &shown.case;
    let of_vendor = req.cx.actor.partner_id().is_none();
    let names = req.cx.actor.may(Permission::RegistrationsRead)
        || req.cx.actor.may(Permission::PartnersRead);
    let say = PostForm::new(format!("/conflicts/{}/notes", case.case_id), req.csrf())
        .idempotency(req.form_token())
        .errors(errors)
        .body(
            Field::textarea("words", "What do you know about it?")
                .hint(if of_vendor {
                    "Partners do not read the vendor's notes."
                } else {
                    "You and the vendor read it, nobody else."
                })
                .rows(4)
                .required()
                .filled(form)
                .errors(errors),
        )
        .actions(Button::secondary("Add note"));
    let body = html! {
        @if !case.open {
            (Callout::info("How it was settled").body(html! {
                p { (case.closing_words) }
                @if !case.closing_note.is_empty() { p { "For the vendor: " (case.closing_note) } }
            }))
        }
        (section("What is asked", html! { p { (case.asked) } }))
        (section("Who is in it", parties(&shown, of_vendor, names)))
        (section("What happened", happenings(&shown)))
        @if case.open { (section("Your side", say)) }
    };
    let facts = Facts::new()
        .row("About", case.kind.label())
        .row("Account", account(case))
        .row(
            "Opened",
            html! { (instant(case.opened_at, &shown.zone)) " by " (case.opened_by_name) },
        )
        .row_if(
            "Closed",
            case.closed_at
                .map(|at| html! { (instant(at, &shown.zone)) " by " (case.closed_by_name) }),
        );
    let may_close = of_vendor && case.open && req.cx.actor.may(Permission::ConflictsDecide);
    let mut page = Page::new(format!("{} {}", case.reference(), case.account_name))
        .crumb("Conflicts", "/conflicts")
        .status(state_chip(case))
        .body(Detail::new(body).aside("Facts", facts));
    if case.open {
        page = page.clock(Clock::by("Time ends", case.due_at, req.cx.now, &shown.zone));
    }
    if may_close {
        let href = format!("/conflicts/{}/closing", case.case_id);
        page = page.actions(Button::primary("Close the case").href(href));
    }
    Ok(page)
}

fn account(case: &Case) -> Markup {
    html! {
        @if case.account_id.is_empty() { (case.account_name) }
        @else { a href=(format!("/accounts/{}", case.account_id)) { (case.account_name) } }
    }
}

fn parties(shown: &Shown, of_vendor: bool, names: bool) -> Markup {
    let table = Table::new("Parties")
        .column(Column::text("Party"))
        .column(Column::text("Registration"))
        .column(Column::text("Status"))
        .column(Column::date("Protected until"))
        .plain()
        .rows(shown.parties.iter().map(|party| {
            let name = match (party.partner_id.is_empty(), of_vendor, names) {
                (true, _, _) => "Direct sales",
                (false, false, _) => "Your company",
                (false, true, true) => party.partner_name.as_str(),
                (false, true, false) => "A partner",
            };
            Row::new()
                .cell(name.to_owned())
                .cell(html! {
                    @if !party.registration_id.is_empty() {
                        a href=(format!("/registrations/{}", party.registration_id)) { (party.registration) }
                    }
                })
                .cell(party.status.replace('_', " "))
                .cell(html! { @if let Ok(until) = party.protected_until.parse() { (day(until)) } })
        }));
    html! { (table) }
}

/// Attempts and notes in the order of time.
fn happenings(shown: &Shown) -> Markup {
    let mut entries = vec![(
        shown.case.opened_at,
        Entry::new(instant(shown.case.opened_at, &shown.zone), "The case was opened.")
            .by(shown.case.opened_by_name.clone()),
    )];
    for attempt in &shown.attempts {
        let words = format!("Direct sales tried to record {} ({}).", attempt.what, attempt.through);
        let entry = Entry::new(instant(attempt.at, &shown.zone), words)
            .rule("DR-05")
            .by(attempt.by_name.clone());
        entries.push((attempt.at, entry));
    }
    for note in &shown.notes {
        let side = if note.from_partner { "partner" } else { "vendor" };
        let entry = Entry::new(instant(note.written_at, &shown.zone), note.words.clone())
            .by(format!("{} ({side})", note.by_name));
        entries.push((note.written_at, entry));
    }
    entries.sort_by_key(|(at, _)| *at);
    let timeline = Timeline::new().entries(entries.into_iter().map(|(_, entry)| entry));
    html! { (timeline) }
}

/// `/conflicts/{case_id}/closing`
pub(super) fn ask_closing(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let page = closing_page(req, &Form::default(), &FieldErrors::new())?;
    req.page(page)
}

/// `POST /conflicts/{case_id}/closing`
pub(super) fn close(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let case_id: CaseId = req.id("case_id")?;
    let form = req.form.clone();
    let action = CloseCase {
        case_id: case_id.clone(),
        note: form.text("note").to_owned(),
        words: form.text("words").to_owned(),
    };
    match action.run(&mut req.cx) {
        Ok(()) => Ok(req.go(&format!("/conflicts/{case_id}"), "The case is closed.")),
        Err(AppError::Invalid(errors)) => {
            let page = closing_page(req, &form, &errors)?;
            Err(req.page_undone(&page))
        }
        Err(error) => Err(error),
    }
}

fn closing_page(
    req: &mut Req<'_, '_>,
    form: &Form,
    errors: &FieldErrors,
) -> Result<Page, AppError> {
    let case_id: CaseId = req.id("case_id")?;
    let case = store::find(&mut req.cx, &case_id)?;
    let here = format!("/conflicts/{case_id}");
    let post = PostForm::new(format!("{here}/closing"), req.csrf())
        .idempotency(req.form_token())
        .errors(errors)
        .body(html! {
            p { "Closing ends the dispute. Registrations and opportunities stay as they are: release, reject or record by hand whatever the outcome asks for." }
            (Field::textarea("words", "What the parties are told").hint("Must not name another partner").rows(3).required().filled(form).errors(errors))
            (Field::textarea("note", "What was decided and why").hint("For the vendor only").rows(4).required().filled(form).errors(errors))
        })
        .actions(html! {
            (Button::primary("Close the case"))
            (Button::quiet("Cancel").href(here.clone()))
        });
    Ok(Page::new(format!("Close {}", case.reference()))
        .crumb("Conflicts", "/conflicts")
        .crumb(case.reference(), here)
        .narrow()
        .body(post))
}
