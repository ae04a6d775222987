//! Home pages of vendor users, composed by role: partner managers,
//! channel chief and operations, direct sales, and readers.

use jiff::{ToSpan, civil::Date};
use web::{
    Button, Icon, Markup, Page, Stat, WorkItem, WorkList, html, number_text, section, stats,
};

use super::{cases, direct, tasks, work};
use channel::partners;
use frame::{
    access::{Permission, VendorRole},
    ctx::Cx,
    error::AppError,
    request::Req,
};
use sell::deal_registration::{
    self as deals,
    pages::words::Moment,
    waiting::{self, Figures, Whose},
};

/// Days before a lapse from which a partner manager is shown it.
const LAPSE_DAYS: i32 = 3;
/// Days before the end of protection from which a partner manager is shown it.
const EXPIRY_DAYS: i32 = 14;

/// The home of a person of the vendor.
pub(super) fn page(req: &mut Req<'_, '_>, roles: &[String]) -> Result<Page, AppError> {
    let moment = Moment::of(&mut req.cx)?;
    let has = |role: VendorRole| roles.iter().any(|word| word == role.word());
    let decides = req.cx.actor.may(Permission::RegistrationsDecide);
    let whole = has(VendorRole::ChannelChief) || has(VendorRole::Operations);
    let records = req.cx.actor.may(Permission::DirectRecord);
    let reads = req.cx.actor.may(Permission::RegistrationsRead);
    let rules = req.cx.actor.may(Permission::ConflictsDecide);
    let body = html! {
        (cases::section(&mut req.cx, &moment, rules)?)
        @if records { (direct::sections(&mut req.cx, &moment)?) }
        @if has(VendorRole::PartnerManager) { (of_manager(&mut req.cx, &moment)?) }
        @if decides { (tasks::section(&mut req.cx)?) }
        @if whole || (decides && !has(VendorRole::PartnerManager)) { (of_program(&mut req.cx, &moment)?) }
        @if reads && !decides { (reader(&mut req.cx, &moment)?) }
    };
    let page = Page::new("Home").body(body);
    Ok(if decides {
        page.actions(
            Button::secondary("Decision queue").icon(Icon::Clock).href("/registrations/queue"),
        )
    } else {
        page
    })
}

/// A partner manager: the decisions, lapses and ends of its own partners.
fn of_manager(cx: &mut Cx<'_, '_>, moment: &Moment) -> Result<Markup, AppError> {
    let Some(user_id) = cx.actor.reader().cloned() else {
        return Ok(html! {});
    };
    let mine = partners::managed_by(cx, &user_id)?;
    let decisions = decisions(cx, true, moment)?;
    let mut risky = WorkList::new("Partners to call")
        .empty(html! { p.quiet { "None of your partners' deals is about to lapse or expire." } });
    for ((items, more), label, href) in risks(cx, moment)? {
        risky = risky.items(items);
        if more {
            risky = risky.rest(label, href);
        }
    }
    let figures = waiting::figures(cx, Whose::OfPartners(&mine), moment.today)?;
    let soon = waiting::soon(cx, Whose::OfPartners(&mine), days(moment))?;
    let risky = risky.of(work::total(soon.lapsing + soon.ending));
    Ok(html! {
        (WorkList::new("Decisions for my partners").items(decisions).of(work::total(figures.undecided))
            .more("View queue", "/registrations/queue")
            .empty(html! { p.quiet { "None of your partners is waiting for a decision." } }))
        (risky)
        (section(my_partners(mine.len()), numbers(&figures, "&mine=1")))
    })
}

fn my_partners(count: usize) -> String {
    match count {
        0 => "My partners: none assigned yet".to_owned(),
        1 => "My partner".to_owned(),
        more => format!("My {more} partners"),
    }
}

/// Channel chief and operations: what is late anywhere in the program.
fn of_program(cx: &mut Cx<'_, '_>, moment: &Moment) -> Result<Markup, AppError> {
    let decisions = decisions(cx, false, moment)?;
    let figures = waiting::figures(cx, Whose::Everyones, moment.today)?;
    let title = if figures.overdue > 0 {
        format!("Decisions due, {} overdue", number_text(figures.overdue))
    } else {
        "Decisions due".to_owned()
    };
    Ok(html! {
        (WorkList::new(title).items(decisions).of(work::total(figures.undecided)).more("View queue", "/registrations/queue")
            .empty(html! { p.quiet { "No partner is waiting for a decision." } }))
        (section("The program today", numbers(&figures, "")))
    })
}

/// People who read and do not decide: the numbers and where they come from.
fn reader(cx: &mut Cx<'_, '_>, moment: &Moment) -> Result<Markup, AppError> {
    let figures = waiting::figures(cx, Whose::Everyones, moment.today)?;
    Ok(html! {
        (section("The program today", numbers(&figures, "")))
        p { "How accounts are protected and what each side commits to: " a href="/rules" { "rules of engagement" } "." }
    })
}

fn decisions(cx: &mut Cx<'_, '_>, mine: bool, moment: &Moment) -> Result<Vec<WorkItem>, AppError> {
    let asked = [("sort", "due"), ("mine", "1")];
    let asked = if mine { &asked[..] } else { &asked[..1] };
    let (rows, _) = work::first(deals::first(cx, asked, work::SOUGHT)?);
    Ok(rows.iter().map(|row| work::decision(row, moment)).collect())
}

/// The days until which a lapse and an end of protection are shown.
fn days(moment: &Moment) -> (Date, Date) {
    let until = |days: i32| moment.today.saturating_add(days.days());
    (until(LAPSE_DAYS), until(EXPIRY_DAYS))
}

/// Things that wait, whether there are more of them, and where.
type Risks = [((Vec<WorkItem>, bool), &'static str, &'static str); 2];

fn risks(cx: &mut Cx<'_, '_>, moment: &Moment) -> Result<Risks, AppError> {
    let mine = |sort| [("sort", sort), ("mine", "1")];
    let (lapse, end) = days(moment);
    let lapsing = deals::first(cx, &mine("lapses"), work::SOUGHT)?;
    let lapsing = lapsing
        .iter()
        .filter_map(|row| Some((row, row.lapses_on.filter(|on| *on <= lapse)?)))
        .map(|(row, on)| work::follow_up(row, on, moment, true));
    let ending = deals::first(cx, &mine("expires"), work::SOUGHT)?;
    let mut items = Vec::new();
    for row in ending {
        let Some(until) = row.protected_until.filter(|until| *until <= end) else { continue };
        let renewable = deals::renewable(cx, &row.registration_id)?;
        items.push(work::expiring(&row, until, moment, (&renewable, true)));
    }
    Ok([
        (
            work::first(lapsing.collect()),
            "All without activity",
            "/registrations?sort=lapses&mine=1",
        ),
        (work::first(items), "All expiring", "/registrations?sort=expires&mine=1"),
    ])
}

/// The numbers of a program, each a link to the list it counts; `own` narrows the lists too.
fn numbers(figures: &Figures, own: &str) -> Markup {
    let stat = |label: &str, value: i64, query: &str| {
        Stat::new(label, number_text(value), format!("/registrations?{query}{own}"))
    };
    stats([
        stat("Waiting for a decision", figures.undecided, "sort=due"),
        stat("Overdue", figures.overdue, "sort=due").detail("past the decision deadline"),
        stat("Protected accounts", figures.live, "held=1"),
        stat("Lockout lapsed", figures.lapsed, "sort=lapses").detail("direct sales may engage"),
        stat("Ending within 30 days", figures.expiring, "sort=expires"),
        stat("Returned to partners", figures.returned, "status=returned"),
    ])
}
