//! A partner's page: for the vendor, and for the partner itself.

use std::collections::{BTreeMap, BTreeSet};

use domain::{accounts::Country, ids::PartnerId};
use jiff::tz::TimeZone;
use maud::{Markup, html};
use web::{
    Button, Callout, Column, Detail, Empty, Entry, Facts, Icon, Page, Row, Table, Timeline, Tone,
    chip, day, instant, person_line, post_button_with, section, section_with,
    status as status_chip,
};

use super::{Certificate, Enrolment, Partner, PartnerStatus, changes, questions, row};
use crate::program;
use frame::{access::Permission, error::AppError, reply::Reply, request::Req};
use people::identity;

/// The partner in the path that one may see.
pub(super) fn load(req: &mut Req<'_, '_>) -> Result<Partner, AppError> {
    let partner_id: PartnerId = req.id("partner_id")?;
    questions::partner(&mut req.cx, &partner_id)
}

/// A status as pages show it.
pub(super) fn status(status: PartnerStatus) -> Markup {
    let tone = match status {
        PartnerStatus::Active => Tone::Good,
        PartnerStatus::Onboarding => Tone::Accent,
        PartnerStatus::Paused | PartnerStatus::Offboarding => Tone::Warn,
        PartnerStatus::Left => Tone::Neutral,
    };
    status_chip(tone, status.label())
}

/// What the reader may do on the page.
#[derive(Clone, Copy)]
struct May {
    manage: bool,
    people: bool,
    /// True on the partner's own page.
    own: bool,
}

pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let partner = load(req)?;
    let may = May {
        manage: req.cx.actor.may(Permission::PartnersManage),
        people: req.cx.actor.may(Permission::PartnerPeopleManage),
        own: false,
    };
    let mut page = Page::new(partner.name.as_str())
        .crumb("Partners", "/partners")
        .status(status(partner.status));
    if may.manage {
        let edit = format!("/partners/{}/edit", partner.partner_id);
        page = page.actions(Button::primary("Edit").icon(Icon::Edit).href(edit));
    }
    let body = body(req, &partner, may)?;
    req.page(page.body(body))
}

/// “My company”: what the vendor knows of the partner, for its own people.
pub(super) fn own(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let own = req.cx.actor.partner_id().cloned().ok_or(AppError::NotFound)?;
    let partner = questions::partner(&mut req.cx, &own)?;
    let may =
        May { manage: false, people: req.cx.actor.may(Permission::PartnerPeopleManage), own: true };
    let page = Page::new(partner.name.as_str()).status(status(partner.status));
    let body = body(req, &partner, may)?;
    req.page(page.body(body))
}

fn body(req: &mut Req<'_, '_>, partner: &Partner, may: May) -> Result<Markup, AppError> {
    let zone = identity::zone_of(&mut req.cx)?;
    let main = html! {
        (enrolments(req, partner, may)?)
        (people(req, partner, may)?)
        (certificates(req, partner, may)?)
        @if !may.own { (history(req, partner, &zone)?) }
    };
    let since = partner.created_at.to_zoned(zone).date();
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let country = Country::parse(&partner.country).ok();
    let facts = Facts::new()
        .row_if("Domain", some(&partner.domain))
        .row_if("Country", some(country.map_or(partner.country.as_str(), |found| found.name())))
        .row_if("City", some(&partner.city))
        .row_if("External id", some(&partner.external_id).filter(|_| !may.own))
        .row("Partner since", day(since));
    Ok(maud::Render::render(
        &Detail::new(main)
            .aside("Partner manager", manager(req, partner, may)?)
            .aside("Company", facts),
    ))
}

fn manager(req: &mut Req<'_, '_>, partner: &Partner, may: May) -> Result<Markup, AppError> {
    let person = match &partner.manager_user_id {
        Some(user_id) => identity::member(&mut req.cx, user_id, None)?,
        None => None,
    };
    Ok(match person {
        Some(person) => html! {
            (person_line(&person.name, html! {
                a href={ "mailto:" (person.email) } { (person.shown_email()) }
                @if !person.phone.is_empty() { br; (person.phone) }
            }, None))
        },
        None if may.manage => {
            let edit = format!("/partners/{}/edit", partner.partner_id);
            html! { p { "Not assigned." } (Button::secondary("Assign").href(edit)) }
        }
        None => html! { p { "Not assigned." } },
    })
}

fn enrolments(req: &mut Req<'_, '_>, partner: &Partner, may: May) -> Result<Markup, AppError> {
    let all = questions::enrolments_of(&mut req.cx, &partner.partner_id)?;
    let programs = program::programs(&mut req.cx)?;
    let mut shown = Vec::new();
    for enrolment in &all {
        let name = programs.iter().find(|(id, _)| *id == enrolment.program_id);
        shown.push(one_enrolment(req, enrolment, name.map_or("", |(_, name)| name), may)?);
    }
    let free: Vec<_> =
        programs.iter().filter(|(id, _)| !all.iter().any(|e| e.program_id == *id)).collect();
    let add =
        |id: &domain::ids::ProgramId| format!("/partners/{}/enrolments/{id}", partner.partner_id);
    let body = html! {
        @for one in &shown { (one) }
        @if shown.is_empty() && !may.manage {
            p { "Not enrolled in a program yet." }
        }
        @if may.manage {
            @for (id, name) in &free {
                (Button::secondary(format!("Enrol in {name}")).icon(Icon::Plus).href(add(id)))
            }
        }
    };
    Ok(section("Program", body))
}

fn one_enrolment(
    req: &mut Req<'_, '_>,
    enrolment: &Enrolment,
    program: &str,
    may: May,
) -> Result<Markup, AppError> {
    let now = req.cx.now;
    let document = program::in_force(&mut req.cx, &enrolment.program_id, now)?.document;
    let today = now.to_zoned(identity::zone_of(&mut req.cx)?).date();
    let track = document.track(&enrolment.track).map(|track| &track.name);
    let tier = document.tier(&enrolment.tier).map(|tier| &tier.name);
    let territories = document.territories.iter().map(|one| (&one.code, &one.name)).collect();
    let segments = document.segments.iter().map(|one| (&one.code, &one.name)).collect();
    let tier = tier.map_or(enrolment.tier.as_str(), String::as_str);
    let facts = Facts::new()
        .row("Track", track.map_or(enrolment.track.as_str(), String::as_str))
        .row_if("Tier", Some(tier).filter(|tier| !tier.is_empty()))
        .row("Territories", listed(&enrolment.territories, &territories, "Everywhere"))
        .row("Segments", listed(&enrolment.segments, &segments, "All"))
        .row("Agreement", agreement(enrolment, today));
    let address = format!("/partners/{}/enrolments/{}", enrolment.partner_id, enrolment.program_id);
    Ok(web::card(
        program,
        html! {
            (facts)
            @if may.manage { (Button::secondary("Change").small().href(address)) }
        },
    ))
}

/// Codes by their names; a code that the document no longer knows stands for itself.
fn listed(codes: &[String], names: &BTreeMap<&String, &String>, none: &str) -> String {
    if codes.is_empty() {
        return none.to_owned();
    }
    let words: Vec<&str> =
        codes.iter().map(|code| names.get(code).map_or(code.as_str(), |name| name)).collect();
    words.join(", ")
}

fn agreement(enrolment: &Enrolment, today: jiff::civil::Date) -> Markup {
    match (enrolment.agreement_from, enrolment.agreement_until) {
        (None, _) => chip(Tone::Warn, "none signed"),
        (Some(from), None) => html! { "from " (day(from)) },
        (Some(from), Some(until)) => html! {
            (day(from)) " to " (day(until))
            @if until < today { " " (chip(Tone::Bad, "expired")) }
        },
    }
}

fn people(req: &mut Req<'_, '_>, partner: &Partner, may: May) -> Result<Markup, AppError> {
    let people = identity::partner_people(&mut req.cx, &partner.partner_id)?;
    let address = if may.own {
        "/people".to_owned()
    } else {
        format!("/partners/{}/people", partner.partner_id)
    };
    let mut table = Table::new("People")
        .plain()
        .compact()
        .column(Column::text("Person"))
        .column(Column::text("Roles"));
    for person in people.iter().take(50) {
        table = table.row(
            Row::new()
                .cell(html! { (person.name) br; small { (person.shown_email()) } })
                .cell(person.role_labels()),
        );
    }
    let invite = Button::secondary("Invite a person").href(format!("{address}/new"));
    let table = table.empty(
        Empty::new(Icon::People, "Nobody can sign in yet", "Invite the partner's sellers.")
            .action(html! { @if may.people { (invite) } }),
    );
    let actions = html! {
        @if may.people { (Button::secondary("Manage people").small().href(address)) }
    };
    Ok(section_with("People", actions, table))
}

fn certificates(req: &mut Req<'_, '_>, partner: &Partner, may: May) -> Result<Markup, AppError> {
    let list = row::certificates(&mut req.cx, &partner.partner_id)?;
    let today = req.cx.now.to_zoned(identity::zone_of(&mut req.cx)?).date();
    let csrf = req.csrf();
    let base = format!("/partners/{}/certificates", partner.partner_id);
    let mut table = Table::new("Certificates")
        .plain()
        .compact()
        .column(Column::text("Certificate"))
        .column(Column::text("Held by"))
        .column(Column::date("Issued"))
        .column(Column::date("Last day"));
    if may.manage {
        table = table.column(Column::actions("Remove"));
    }
    for one in &list {
        let mut row = Row::new()
            .cell(one.code.as_str())
            .cell(one.holder.as_str())
            .cell(day(one.issued_on))
            .cell(last_day(one, today));
        if may.manage {
            let version = partner.version.to_string();
            let action = format!("{base}/{}/removal", one.certificate_id);
            let button = Button::quiet("Remove").small();
            row = row.cell(post_button_with(&action, &csrf, &[("version", &version)], button));
        }
        table = table.row(row);
    }
    let words = "A track can require certificates before a partner registers deals.";
    let table = table.empty(Empty::new(Icon::Star, "No certificates", words));
    let add = Button::secondary("Add a certificate").small().href(format!("{base}/new"));
    Ok(section_with("Certificates", html! { @if may.manage { (add) } }, table))
}

fn last_day(certificate: &Certificate, today: jiff::civil::Date) -> Markup {
    match certificate.expires_on {
        None => html! { "no expiry" },
        Some(last) if last < today => html! { (day(last)) " " (chip(Tone::Warn, "lapsed")) },
        Some(last) => day(last),
    }
}

fn history(req: &mut Req<'_, '_>, partner: &Partner, zone: &TimeZone) -> Result<Markup, AppError> {
    let rows = changes::list(&mut req.cx, &partner.partner_id)?;
    let ids: BTreeSet<String> = rows
        .iter()
        .filter(|row| row.what == "manager")
        .flat_map(|row| [row.old.clone(), row.new.clone()])
        .collect();
    let names = identity::names_of(&mut req.cx, &ids)?;
    let entries = rows.iter().map(|row| {
        let words = change_words(row, &names);
        let entry = Entry::new(instant(row.changed_at, zone), words).by(row.changed_by.as_str());
        if row.reason.is_empty() { entry } else { entry.detail(row.reason.as_str()) }
    });
    let body = if rows.is_empty() {
        html! { (Callout::info("No changes yet").body("Changes of status, track, tier and partner manager are listed here with their reasons.")) }
    } else {
        maud::Render::render(&Timeline::new().entries(entries))
    };
    Ok(section("History", body))
}

fn change_words(row: &changes::ChangeRow, names: &BTreeMap<String, String>) -> String {
    let word = |value: &str| {
        if value.is_empty() {
            "nobody".to_owned()
        } else {
            names.get(value).cloned().unwrap_or_else(|| value.to_owned())
        }
    };
    match (row.what.as_str(), row.old.as_str(), row.new.as_str()) {
        ("enrolment", "", new) => format!("Enrolled: {new}"),
        ("enrolment", old, "") => format!("Left the program ({old})"),
        ("manager", old, new) => format!("Partner manager: {} → {}", word(old), word(new)),
        (what, old, new) => {
            let mut letters = what.chars();
            let first = letters.next().map(|c| c.to_ascii_uppercase());
            let what: String = first.into_iter().chain(letters).collect();
            format!("{what}: {old} → {new}")
        }
    }
}
