//! What waits for the vendor's decision, the most urgent first (DR-09).

use std::collections::BTreeMap;

use domain::ids::{PartnerId, RegistrationId};
use web::{
    Button, Clock, Column, Empty, Icon, Page, PostForm, Row, Table, Tone, bulk_bar, chip,
    confirm_page, hidden, html, pager,
};

use super::{
    forms::{fault_of, undone},
    words::{Moment, money, status_mark},
};
use crate::deal_registration::{
    self as deals, ListQuery, ListRow, Sort,
    actions::{AccountChoice, Decide, Decision, TakeUp},
    reference,
};
use channel::partners;
use frame::{ctx::Cx, error::AppError, reply::Reply, request::Req};
use people::identity;

/// The most registrations that one step may decide together.
const MOST_TOGETHER: usize = 50;

/// `/registrations/queue`
pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let url = req.query();
    let mut query = ListQuery { sort: Sort::DueSoonest, ..ListQuery::default() };
    query.cursor = url.get("before").or(url.get("after")).map(str::to_owned);
    query.before = url.get("before").is_some();
    let listing = deals::list(&mut req.cx, &query)?;
    let moment = Moment::of(&mut req.cx)?;
    let owners = owners(&mut req.cx, &listing.rows)?;
    let table = Table::new("Decisions to make")
        .column(Column::text("Account"))
        .column(Column::text("Partner"))
        .column(Column::text("Decision due"))
        .column(Column::text("Who decides"))
        .column(Column::text("Status"))
        .column(Column::number("Amount a year"))
        .selectable("bulk")
        .rows(listing.rows.iter().map(|row| line(row, &owners, &moment)))
        .empty(Empty::new(
            Icon::Check,
            "Nothing waits for a decision",
            "Submissions appear here with the time until which the partner was promised an answer.",
        ).action(Button::secondary("All registrations").href("/registrations")));
    let buttons = html! {
        (Button::secondary("Take up for review").submits("do", "take_up"))
        (Button::secondary("Approve").submits("do", "approve"))
    };
    let csrf = req.csrf();
    let body = html! {
        (bulk_bar("bulk", &csrf, "/registrations/bulk", buttons))
        (table)
        (pager(&url, listing.previous.as_deref(), listing.next.as_deref(), "Due soonest first"))
    };
    let page = Page::new("Decision queue")
        .crumb("Registrations", "/registrations")
        .actions(Button::quiet("Refused submissions").href("/registrations/refused"))
        .intro("Each partner was promised an answer by the time shown. What is late is escalated and counts against us.")
        .body(body);
    req.page(page)
}

/// The names of the partner managers who decide first, by partner.
fn owners(cx: &mut Cx<'_, '_>, rows: &[ListRow]) -> Result<BTreeMap<PartnerId, String>, AppError> {
    let mut managers = BTreeMap::new();
    for row in rows {
        if managers.contains_key(&row.partner_id) {
            continue;
        }
        let manager = partners::manager_of(cx, &row.partner_id)?;
        managers.insert(row.partner_id.clone(), manager);
    }
    let ids = managers.values().flatten().map(|id| id.as_str().to_owned()).collect();
    let names = identity::names_of(cx, &ids)?;
    Ok(managers
        .into_iter()
        .filter_map(|(partner_id, manager)| {
            Some((partner_id, names.get(manager?.as_str())?.clone()))
        })
        .collect())
}

fn line(row: &ListRow, owners: &BTreeMap<PartnerId, String>, moment: &Moment) -> Row {
    let owner = owners.get(&row.partner_id).map_or("Partner operations", String::as_str);
    Row::new()
        .href(format!("/registrations/{}/decision", row.registration_id))
        .id(row.registration_id.as_str())
        .cell(html! { (row.account_name) " " span.quiet.whole { (reference(row.number)) } })
        .cell(&row.partner_name)
        .cell(html! {
            @if let Some(due_at) = row.decision_due_at {
                (Clock::by("by", due_at, moment.now, &moment.zone).short())
            }
        })
        .cell(html! {
            (owner)
            @if row.escalation_level > 0 {
                " " (chip(Tone::Bad, format!("Escalated, level {}", row.escalation_level)))
            }
        })
        .cell(status_mark(row.status))
        .cell(money(row.amount))
}

/// `POST /registrations/bulk`: asks once more, then does it for all or for none.
pub(super) fn bulk(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let ids = ids(req)?;
    let approves = req.form.text("do") == "approve";
    if req.form.text("sure") != "1" {
        return ask(req, &ids, approves);
    }
    let mut done = 0_usize;
    for id in &ids {
        match one(req, id, approves) {
            Ok(()) => done = done.saturating_add(1),
            Err(error) => return Err(stopped(req, id, error)),
        }
    }
    let verb = if approves { "approved" } else { "under review" };
    Ok(req.go("/registrations/queue", &format!("{done} {verb}.")))
}

fn ids(req: &Req<'_, '_>) -> Result<Vec<RegistrationId>, AppError> {
    let given = req.form.all("id");
    if given.is_empty() {
        return Err(AppError::field("id", "tick at least one registration"));
    }
    if given.len() > MOST_TOGETHER {
        return Err(AppError::field("id", format!("at most {MOST_TOGETHER} at once")));
    }
    given.into_iter().map(|id| RegistrationId::parse(id).map_err(|_| AppError::NotFound)).collect()
}

fn one(req: &mut Req<'_, '_>, id: &RegistrationId, approves: bool) -> Result<(), AppError> {
    if approves {
        let account = AccountChoice::AsFound;
        let decision = Decision::Approve { account, note: String::new() };
        Decide { registration_id: id.clone(), decision }.run(&mut req.cx)?;
    } else {
        TakeUp { registration_id: id.clone() }.run(&mut req.cx)?;
    }
    Ok(())
}

fn ask(req: &mut Req<'_, '_>, ids: &[RegistrationId], approves: bool) -> Result<Reply, AppError> {
    let mut consequences = Vec::with_capacity(ids.len());
    for id in ids {
        let registration = deals::find(&mut req.cx, id)?;
        let partner = partners::name_of(&mut req.cx, &registration.partner_id)?;
        let warned = registration.checks.iter().filter(|check| check.outcome != "passed").count();
        let checks = if warned == 0 {
            "every automatic check passed".to_owned()
        } else {
            format!("{warned} of {} automatic checks need a look", registration.checks.len())
        };
        let name = &registration.details.account_name;
        let follows = if approves {
            format!("{name} is held by {partner} from today: {checks}")
        } else {
            format!("{partner} is told that {name} is under review: {checks}")
        };
        consequences.push(follows);
    }
    let (question, verb) = if approves {
        ("Approve these registrations?", "Approve")
    } else {
        ("Take these registrations up for review?", "Take up")
    };
    let csrf = req.csrf();
    let form = PostForm::new("/registrations/bulk", csrf)
        .idempotency(req.form_token())
        .body(html! {
            (hidden("sure", "1"))
            @for id in ids { (hidden("id", id.as_str())) }
        })
        .actions(html! {
            (Button::primary(format!("{verb} {}", ids.len()))
                .submits("do", if approves { "approve" } else { "take_up" }))
            (Button::quiet("Back to the queue").href("/registrations/queue"))
        });
    let page = Page::new(verb)
        .crumb("Registrations", "/registrations")
        .crumb("Decision queue", "/registrations/queue")
        .narrow()
        .body(confirm_page(question, &consequences, form));
    req.page(page)
}

/// One of them cannot be decided so: none is, and the page says which and why.
fn stopped(req: &mut Req<'_, '_>, id: &RegistrationId, error: AppError) -> AppError {
    let fault = match fault_of(error) {
        Ok(fault) => fault,
        Err(error) => return error,
    };
    let name = deals::find(&mut req.cx, id)
        .map_or_else(|_| id.as_str().to_owned(), |registration| registration.details.account_name);
    let words: Vec<&str> = fault.errors.iter().map(|(_, message)| message).collect();
    let body = html! {
        (fault.callout())
        @if !words.is_empty() { p { (words.join("; ")) } }
        p { "It is about " a href=(format!("/registrations/{id}/decision")) { (name) } ". Nothing was changed for the others either: decide this one alone, then the rest together." }
        (Button::primary("Back to the queue").href("/registrations/queue"))
    };
    let page = Page::new("Not decided")
        .crumb("Registrations", "/registrations")
        .crumb("Decision queue", "/registrations/queue")
        .narrow()
        .body(body);
    undone(req, fault.status(), &page)
}
