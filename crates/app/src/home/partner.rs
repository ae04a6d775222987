//! A partner's home: availability, work list, deals with their clocks, partner manager.

use domain::{deal_registration::status::StatusKind, ids::PartnerId};
use jiff::ToSpan;
use web::{
    Button, Clock, Column, Empty, Field, GetForm, Icon, Markup, Page, Row, Stat, Table, WorkItem,
    WorkList, card, html, live_target, number_text, person_line, section_with, stats,
};

use super::{cases, work};
use channel::partners;
use frame::{
    access::{PartnerRole, Permission},
    ctx::Cx,
    error::AppError,
    request::Req,
};
use people::identity;
use sell::deal_registration::{
    self as deals, ListRow,
    pages::words::{Moment, Standing, money},
    reference,
    waiting::{self, ConsentRow, Figures, Whose},
};

/// Days before a lapse from which a follow-up waits.
const FOLLOW_UP_DAYS: i32 = 5;
/// Days before the end of protection from which it waits.
const EXPIRY_DAYS: i32 = 14;
/// Days before the end of an agreement from which an admin is reminded.
const AGREEMENT_DAYS: i32 = 60;

/// The home of a person of a partner.
pub(super) fn page(
    req: &mut Req<'_, '_>,
    partner_id: &PartnerId,
    roles: &[String],
) -> Result<Page, AppError> {
    let moment = Moment::of(&mut req.cx)?;
    let reads = req.cx.actor.may(Permission::RegistrationsRead);
    let submits = req.cx.actor.may(Permission::RegistrationsSubmit);
    let body = html! {
        @if submits { (register()) }
        @if reads {
            (waiting_list(&mut req.cx, partner_id, &moment, (submits, roles))?)
            (my_deals(&mut req.cx, &moment, submits)?)
            (numbers(&waiting::figures(&mut req.cx, Whose::Everyones, moment.today)?))
        }
        (manager(&mut req.cx, partner_id)?)
    };
    Ok(Page::new("Home").body(body))
}

/// One field: the company's domain. It answers while one types, and without script the form
/// leads to the full one.
fn register() -> Markup {
    card(
        "Register a deal",
        html! {
            (GetForm::new("/registrations/new").body(html! {
                div.ask {
                    (Field::text("account_domain", "Company domain").required().placeholder("globex.com")
                        .autocomplete("off").max_length(300).live("/availability/check", "free"))
                    (Button::primary("Register").icon(Icon::ArrowRight))
                }
                (live_target("free"))
            }))
        },
    )
}

fn waiting_list(
    cx: &mut Cx<'_, '_>,
    partner_id: &PartnerId,
    moment: &Moment,
    (submits, roles): (bool, &[String]),
) -> Result<Markup, AppError> {
    let mut list = WorkList::new("Needs you").empty(html! {
        p.quiet { "Nothing needs you. Questions, follow-ups and expiring deals appear here." }
    });
    let (items, mut count) = cases::items(cx, moment)?;
    if count > items.len() {
        list = list.rest("All cases", "/conflicts");
    }
    list = list.items(items);
    if submits {
        let consents = waiting::consents_to_answer(cx)?;
        count += consents.len();
        list = list.items(consents.iter().map(|row| consent(row, moment)));
        let kinds = [
            (returned(cx, moment)?, "All returned", "/registrations?status=returned"),
            (follow_ups(cx, moment)?, "All follow-ups", "/registrations?sort=lapses"),
            (endings(cx, moment)?, "All expiring", "/registrations?sort=expires"),
            (drafts(cx)?, "All drafts", "/registrations?status=draft"),
        ];
        for ((items, more), label, href) in kinds {
            list = list.items(items);
            if more {
                list = list.rest(label, href);
            }
        }
    }
    if roles.iter().any(|word| word == PartnerRole::Admin.word()) {
        let agreements = agreements(cx, partner_id, moment)?;
        count += agreements.len();
        list = list.items(agreements);
    }
    let mut whole = work::total(count);
    if submits {
        let until = |days: i32| moment.today.saturating_add(days.days());
        let days = (until(FOLLOW_UP_DAYS), until(EXPIRY_DAYS));
        let soon = waiting::soon(cx, Whose::Everyones, days)?;
        whole += work::total(soon.returned + soon.drafts + soon.lapsing + soon.ending);
    }
    Ok(html! { (list.of(whole)) })
}

/// Things that wait, and whether there are more of them.
type Found = (Vec<WorkItem>, bool);

fn returned(cx: &mut Cx<'_, '_>, moment: &Moment) -> Result<Found, AppError> {
    let (rows, more) = rows(cx, StatusKind::Returned)?;
    let mut items = Vec::new();
    for row in rows {
        let keeps_until = waiting::first_submission_counts_until(cx, &row.registration_id)?;
        items.push(work::returned(&row, keeps_until, moment));
    }
    Ok((items, more))
}

fn drafts(cx: &mut Cx<'_, '_>) -> Result<Found, AppError> {
    let (rows, more) = rows(cx, StatusKind::Draft)?;
    Ok((rows.iter().map(work::draft).collect(), more))
}

fn rows(cx: &mut Cx<'_, '_>, status: StatusKind) -> Result<(Vec<ListRow>, bool), AppError> {
    Ok(work::first(deals::first(cx, &[("status", status.word())], work::SOUGHT)?))
}

fn sorted(cx: &mut Cx<'_, '_>, sort: &str) -> Result<Vec<ListRow>, AppError> {
    deals::first(cx, &[("sort", sort)], work::SOUGHT)
}

fn follow_ups(cx: &mut Cx<'_, '_>, moment: &Moment) -> Result<Found, AppError> {
    let near = moment.today.saturating_add(FOLLOW_UP_DAYS.days());
    let rows = sorted(cx, "lapses")?;
    let near = rows
        .iter()
        .filter_map(|row| Some((row, row.lapses_on.filter(|on| *on <= near)?)))
        .map(|(row, on)| work::follow_up(row, on, moment, false));
    Ok(work::first(near.collect()))
}

fn endings(cx: &mut Cx<'_, '_>, moment: &Moment) -> Result<Found, AppError> {
    let near = moment.today.saturating_add(EXPIRY_DAYS.days());
    let mut items = Vec::new();
    for row in sorted(cx, "expires")? {
        let Some(until) = row.protected_until.filter(|until| *until <= near) else { continue };
        let renewable = deals::renewable(cx, &row.registration_id)?;
        items.push(work::expiring(&row, until, moment, (&renewable, false)));
    }
    Ok(work::first(items))
}

fn consent(row: &ConsentRow, moment: &Moment) -> WorkItem {
    let path = format!("/registrations/{}/consents/{}", row.registration_id, row.consent_id);
    let item = WorkItem::new(
        format!("{}: {} asks for your consent", row.account_name, row.asked_by_name),
        path.clone(),
    )
    .detail(html! { "“" (row.purpose) "”" })
    .otherwise("Until you answer, direct sales stays out.")
    .action(Button::secondary("Answer").small().href(path));
    match row.protected_until {
        Some(until) => item.until(Clock::until("Protected until", until, moment.today)),
        None => item,
    }
}

/// What an admin must know: an agreement that ends (DR-10).
fn agreements(
    cx: &mut Cx<'_, '_>,
    partner_id: &PartnerId,
    moment: &Moment,
) -> Result<Vec<WorkItem>, AppError> {
    let near = moment.today.saturating_add(AGREEMENT_DAYS.days());
    Ok(partners::enrolments_of(cx, partner_id)?
        .into_iter()
        .filter_map(|enrolment| enrolment.agreement_until.filter(|until| *until <= near))
        .map(|until| {
            WorkItem::new("Renew the partner agreement", "/partner")
                .otherwise("Without a current agreement nobody in your company can register deals.")
                .until(Clock::until("Until", until, moment.today))
                .action(Button::secondary("Open").small().href("/partner"))
        })
        .collect())
}

fn my_deals(cx: &mut Cx<'_, '_>, moment: &Moment, submits: bool) -> Result<Markup, AppError> {
    let mut shown = sorted(cx, "due")?;
    shown.truncate(3);
    let (live, _) = work::first(sorted(cx, "expires")?);
    shown.extend(live);
    let table = Table::new("Deals with a deadline")
        .column(Column::text("Account"))
        .column(Column::text("Status"))
        .column(Column::text("Clock"))
        .column(Column::number("Amount a year"))
        .rows(shown.iter().map(|row| {
            let standing = Standing::from(row);
            Row::new()
                .href(format!("/registrations/{}", row.registration_id))
                .cell(html! { (row.account_name) " " span.quiet.whole { (reference(row.number)) } })
                .cell(standing.marks(moment.today))
                .cell(html! { @if let Some(clock) = standing.clock(moment) { (clock.short()) } })
                .cell(money(row.amount))
        }));
    let empty = Empty::new(
        Icon::Deal,
        "No deals yet",
        "Deals you submit appear here with their decision deadline, then with the days of \
         protection.",
    );
    let table = if submits {
        table.empty(empty.action(Button::secondary("Register a deal").href("/registrations/new")))
    } else {
        table.empty(empty)
    };
    let all = Button::quiet("All deals").small().href("/registrations");
    Ok(section_with("Our deals", all, table))
}

fn numbers(figures: &Figures) -> Markup {
    let stat = |label: &str, value: i64, href: &str| Stat::new(label, number_text(value), href);
    stats([
        stat("Waiting for a decision", figures.undecided, "/registrations?sort=due"),
        stat("Protected", figures.live, "/registrations?held=1"),
        stat("Ending within 30 days", figures.expiring, "/registrations?sort=expires"),
        stat("Lockout lapsed", figures.lapsed, "/registrations?sort=lapses"),
    ])
}

fn manager(cx: &mut Cx<'_, '_>, partner_id: &PartnerId) -> Result<Markup, AppError> {
    let Some(manager) = partners::manager_of(cx, partner_id)? else {
        return Ok(html! {});
    };
    let Some(person) = identity::person(cx, &manager)? else {
        return Ok(html! {});
    };
    let detail = html! {
        a href=(format!("mailto:{}", person.email)) { (person.shown_email()) }
        @if !person.phone.is_empty() { " · " a href=(format!("tel:{}", person.phone)) { (person.phone) } }
    };
    Ok(card("Your partner manager", person_line(&person.name, detail, None)))
}
