//! One case: status, statements, evidence, and what to do.

use domain::ids::CaseId;
use jiff::tz::TimeZone;
use web::{Button, Clock, Detail, Facts, Form, Markup, Page, html, instant, section};

use super::{next, sections, statement};
use crate::conflicts::{
    file::CaseFile,
    list::chip,
    precedents::Precedent,
    seats, similar,
    store::{
        self, Case, PartyRow,
        decisions::{self, Appeal, RemedyRow},
        requests::Request,
        statements::{FileRow, Statement},
    },
};
use frame::{
    access::Permission,
    ctx::Cx,
    error::{AppError, Refusal},
    fault::Fault,
    reply::Reply,
    request::Req,
};
use people::identity;

/// What a detail page shows.
pub(super) struct Shown {
    pub(super) file: CaseFile,
    /// The parties that the reader sees.
    pub(super) parties: Vec<PartyRow>,
    pub(super) statements: Vec<Statement>,
    pub(super) requests: Vec<Request>,
    pub(super) files: Vec<FileRow>,
    pub(super) appeal: Option<Appeal>,
    pub(super) remedies: Vec<RemedyRow>,
    pub(super) similar: Vec<(Precedent, domain::conflicts::precedent::Likeness)>,
    pub(super) zone: TimeZone,
    /// The partner that reads; empty for the vendor.
    pub(super) reader: String,
    /// Whether the reader may know partners by name.
    pub(super) names: bool,
    /// Where the reader sits as one who decides.
    pub(super) seat: Seat,
}

/// What somebody who decides cases may do with this one. Rules CF-02, CF-03.
pub(super) enum Seat {
    /// It decides no cases, or this one is not open.
    None,
    /// It may decide.
    Decides,
    /// It may not decide, for this reason, and may pass the case on or close it.
    Above(Refusal),
    /// It may do neither, for this reason.
    Barred(Refusal),
}

fn seat(cx: &mut Cx<'_, '_>, file: &CaseFile) -> Result<Seat, AppError> {
    if !file.case.is_open() || !cx.actor.may(Permission::ConflictsDecide) {
        return Ok(Seat::None);
    }
    let judged = match seats::judge(cx, file) {
        Err(AppError::Refused(refusal)) => return Ok(Seat::Barred(refusal)),
        other => other?,
    };
    match judged.may(file, false) {
        Ok(()) => Ok(Seat::Decides),
        Err(AppError::Refused(refusal)) if judged.may(file, true).is_ok() => {
            Ok(Seat::Above(refusal))
        }
        Err(AppError::Refused(refusal)) => Ok(Seat::Barred(refusal)),
        Err(error) => Err(error),
    }
}

pub(super) fn load(req: &mut Req<'_, '_>) -> Result<Shown, AppError> {
    let case_id: CaseId = req.id("case_id")?;
    let zone = req.zone()?;
    let cx = &mut req.cx;
    let file = CaseFile::open(cx, &case_id)?;
    let reader = cx.actor.partner_id().map_or(String::new(), ToString::to_string);
    let of_vendor = reader.is_empty();
    Ok(Shown {
        seat: seat(cx, &file)?,
        parties: file.seen(&reader).cloned().collect(),
        statements: store::statements::list(cx, &case_id)?,
        requests: store::requests::list(cx, &case_id)?,
        files: store::statements::files(cx, &case_id)?,
        appeal: decisions::appeal(cx, &case_id)?,
        remedies: decisions::remedies(cx, &case_id)?,
        similar: if of_vendor { similar::similar(cx, &file)? } else { Vec::new() },
        names: cx.actor.may(Permission::RegistrationsRead)
            || cx.actor.may(Permission::PartnersRead),
        reader,
        file,
        zone,
    })
}

/// `/conflicts/{case_id}`
pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let page = page(req, &Form::default(), &Fault::default())?;
    req.page(page)
}

pub(crate) fn page(req: &mut Req<'_, '_>, form: &Form, fault: &Fault) -> Result<Page, AppError> {
    let shown = load(req)?;
    let case = &shown.file.case;
    let evidence = crate::conflicts::evidence::read(&mut req.cx, &shown.file)?;
    let decider = decider_name(req, case)?;
    let body = html! {
        (fault.callout())
        (sections::outcome(&shown))
        (next::steps(req, &shown, decider.as_ref()))
        (section("Question", html! { p { (case.asked) } }))
        @if case.is_open() { (statement::of_reader(req, &shown, (form, fault))) }
        (section("Statements", sections::statements(&shown)))
        (sections::similar(&shown))
        (sections::ladder(&shown, req.cx.now))
        (section("Parties", sections::parties(req, &shown)))
        @if case.is_open() { (statement::note(req, &shown, (form, fault))) }
        div id="evidence" { (section("Evidence", sections::evidence(&shown, &evidence))) }
    };
    let facts = Facts::new()
        .row("About", case.kind.label())
        .row("Account", account(case))
        .row(
            "Opened",
            html! { (instant(case.opened_at, &shown.zone)) " by " (case.opened_by_name) },
        )
        .row_if("Decides", decider.map(|decider| decider.name))
        .row_if("Case deadline", case.is_open().then(|| instant(case.due_at, &shown.zone)))
        .row_if("Closed", case.closed_at.map(|at| instant(at, &shown.zone)));
    let mut page = Page::new(format!("{} {}", case.reference(), case.account_name))
        .crumb("Conflicts", "/conflicts")
        .status(chip(case))
        .actions(actions(req, &shown))
        .body(Detail::new(body).aside("Facts", facts));
    if let Some(due) = case.level_due_at {
        page = page.clock(Clock::by("Deadline", due, req.cx.now, &shown.zone));
    }
    Ok(page)
}

/// Who decides.
pub(super) struct Decider {
    pub(super) name: String,
    /// True when that is the reader.
    pub(super) is_reader: bool,
}

/// Who decides, for the vendor; partners read the level.
pub(super) fn decider_name(
    req: &mut Req<'_, '_>,
    case: &Case,
) -> Result<Option<Decider>, AppError> {
    if req.cx.actor.partner_id().is_some() || !case.is_open() {
        return Ok(None);
    }
    let Some(decider) = &case.decider else {
        let name = "Everyone has a stake".to_owned();
        return Ok(Some(Decider { name, is_reader: false }));
    };
    let is_reader = req.cx.actor.reader() == Some(decider);
    let people = identity::vendor_people(&mut req.cx)?;
    let found = people.into_iter().find(|person| person.user_id == *decider);
    Ok(found.map(|person| Decider { name: person.name, is_reader }))
}

fn actions(req: &Req<'_, '_>, shown: &Shown) -> Markup {
    let here = shown.file.case.href();
    html! {
        @match &shown.seat {
            Seat::Decides => {
                (Button::primary("Decide").href(format!("{here}/decision")))
                (Button::secondary("Close case").href(format!("{here}/closing")))
            }
            Seat::Above(_) => {
                (Button::secondary("Escalate").href(format!("{here}/decision")))
                (Button::secondary("Close case").href(format!("{here}/closing")))
            }
            Seat::Barred(_) | Seat::None => {}
        }
        @if next::may_appeal(req, shown) { (Button::primary("Appeal").href(format!("{here}/appeal"))) }
        (Button::secondary("Download evidence").download(format!("{here}/evidence")))
    }
}

fn account(case: &Case) -> Markup {
    html! {
        @if case.account_id.is_empty() { (case.account_name) }
        @else { a href=(format!("/accounts/{}", case.account_id)) { (case.account_name) } }
    }
}

/// `/conflicts/{case_id}/evidence`
pub(super) fn evidence(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let case_id: CaseId = req.id("case_id")?;
    let case = store::find(&mut req.cx, &case_id)?;
    let signed = crate::conflicts::evidence::signed(&mut req.cx, &case_id)?;
    let body = serde_json::to_vec_pretty(&signed).map_err(AppError::internal)?;
    let name = format!("{}-evidence.json", case.reference());
    Ok(Reply::download("application/json", &name, body))
}
