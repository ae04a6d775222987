//! A program: what is in force, what comes next, what is being written, what was.

use domain::ids::{PartnerId, ProgramId};
use web::{
    Button, Choice, Column, Empty, Field, FieldErrors, Form, Icon, Markup, Page, PostForm, Row,
    Table, html, post_button_with, section,
};

use super::{signer, standing_mark};
use crate::program::{
    actions::council,
    store::{self, Program, State, VersionRow},
};
use frame::{access::Permission, error::AppError, reply::Reply, request::Req};

/// `/program`: the programs, or the only one.
pub(in crate::program) fn list(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let programs = store::programs(&mut req.cx)?;
    if let [only] = programs.as_slice() {
        let page = one(req, only)?;
        return req.page(page);
    }
    let may_edit = req.cx.actor.may(Permission::ProgramEdit);
    let new = Button::primary("New program").icon(Icon::Plus).href("/program/new");
    let mut table = Table::new("Programs")
        .column(Column::text("Program"))
        .column(Column::text("In force"))
        .column(Column::text("Next"))
        .empty(
            Empty::new(
                Icon::Program,
                "No program yet",
                "A program is one document with all its rules. Start from the built-in document \
                 and change what differs.",
            )
            .action(html! { @if may_edit { (new) } }),
        );
    for program in &programs {
        let versions = store::versions(&mut req.cx, &program.program_id)?;
        let announced = store::announced(&mut req.cx, &program.program_id)?;
        let now = req.cx.now;
        let holds = versions.iter().find(|row| row.is_in_force(&announced, now));
        let next = versions.iter().rev().find(|row| row.standing(&announced, now) == "announced");
        table = table.row(
            Row::new()
                .href(format!("/program/{}", program.program_id))
                .cell(&program.name)
                .cell(holds.map_or("none".to_owned(), |row| format!("version {}", row.number)))
                .cell(next.map_or(String::new(), |row| format!("version {}", row.number))),
        );
    }
    let page = Page::new("Programs").actions(html! { @if may_edit { (new) } }).body(table);
    req.page(page)
}

/// `/program/{program_id}`
pub(in crate::program) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let program_id: ProgramId = req.id("program_id")?;
    let program = store::program(&mut req.cx, &program_id)?;
    let page = one(req, &program)?.crumb("Programs", "/program");
    req.page(page)
}

fn one(req: &mut Req<'_, '_>, program: &Program) -> Result<Page, AppError> {
    let id = &program.program_id;
    let versions = store::versions(&mut req.cx, id)?;
    let may_edit = req.cx.actor.may(Permission::ProgramEdit);
    let history = history(req, &versions)?;
    let council = council_section(req, id)?;
    let partners = store::enrolled(&mut req.cx, id, "", 10_000)?.len();
    let latest = versions.iter().find(|row| row.state == State::Announced);
    let from = latest.or(versions.first()).map_or(1, |row| row.number);
    let page = Page::new(program.name.clone())
        .intro("One document holds every rule. Versions never change: each event is judged by the version in force at the time.")
        .actions(html! {
            @if may_edit {
                (Button::primary("New draft").icon(Icon::Edit)
                    .href(format!("/program/{id}/drafts/new?from={from}")))
                (Button::quiet("Add a program").href("/program/new"))
            }
            (Button::quiet("Rules partners read").href(format!("/rules?program={id}")))
        })
        .body(html! {
            p {
                (web::number_text(i64::try_from(partners).unwrap_or(i64::MAX)))
                " partners are enrolled. "
                a href="/program/schema.json" { "The document's JSON schema" }
                " lets editors complete and check it."
            }
            (section("Versions", history))
            (section("Partner council", council))
        });
    Ok(page)
}

fn history(req: &mut Req<'_, '_>, versions: &[VersionRow]) -> Result<Markup, AppError> {
    let zone = req.zone()?;
    let now = req.cx.now;
    let mut table = Table::new("Versions, newest first")
        .column(Column::text("Version"))
        .column(Column::text("State"))
        .column(Column::text("Takes effect"))
        .column(Column::text("Written by"))
        .column(Column::text("Approved by"))
        .empty(Empty::new(Icon::Program, "No version yet", "Start with a draft."));
    if let Some(first) = versions.first() {
        let announced = store::announced(&mut req.cx, &first.program_id)?;
        for row in versions {
            let author = signer(&mut req.cx, &row.drafted)?;
            let approver = match &row.approved {
                Some(signature) => signer(&mut req.cx, signature)?,
                None => String::new(),
            };
            let standing = row.standing(&announced, now);
            let line = Row::new()
                .href(format!("/program/{}/versions/{}", row.program_id, row.number))
                .cell(html! {
                    "Version " (row.number)
                    @if !row.note.is_empty() { br; small { (row.note) } }
                })
                .cell(standing_mark(standing))
                .cell(html! { @if let Some(at) = row.effective_at { (web::instant(at, &zone)) } })
                .cell(author)
                .cell(approver);
            let past = matches!(standing, "superseded" | "withdrawn");
            table = table.row(if past { line.quiet() } else { line });
        }
    }
    Ok(html! { (table) })
}

fn council_section(req: &mut Req<'_, '_>, program_id: &ProgramId) -> Result<Markup, AppError> {
    let members = council::members(&mut req.cx, program_id)?;
    let may_edit = req.cx.actor.may(Permission::ProgramEdit);
    let csrf = req.csrf();
    let action = format!("/program/{program_id}/council");
    let seated: Vec<&str> = members.iter().map(|(id, _)| id.as_str()).collect();
    let others: Vec<Choice> = store::enrolled(&mut req.cx, program_id, "", 2_000)?
        .into_iter()
        .filter(|partner| !seated.contains(&partner.partner_id.as_str()))
        .map(|partner| Choice::new(partner.partner_id, partner.name))
        .collect();
    Ok(html! {
        p { "Members see each version before it is announced. Without members, this step is skipped." }
        @if !members.is_empty() {
            ul {
                @for (id, name) in &members {
                    li {
                        a href=(format!("/partners/{id}")) { (name) } " "
                        @if may_edit {
                            (post_button_with(&action, &csrf, &[("partner_id", id.as_str()), ("seat", "take")],
                                Button::quiet("Remove").small()))
                        }
                    }
                }
            }
        }
        @if may_edit && !others.is_empty() {
            (PostForm::new(action.clone(), csrf.clone())
                .body(Field::select("partner_id", "Partner", others).short())
                .actions(Button::secondary("Add council member").submits("seat", "give")))
        }
    })
}

/// `POST /program/{program_id}/council`
pub(in crate::program) fn set_council(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let program_id: ProgramId = req.id("program_id")?;
    let partner_id: PartnerId = req
        .form
        .text("partner_id")
        .parse()
        .map_err(|_| AppError::field("partner_id", "choose a partner"))?;
    let seated = req.form.text("seat") == "give";
    council::set_member(&mut req.cx, &program_id, &partner_id, seated)?;
    Ok(req.go(&format!("/program/{program_id}"), "Council updated."))
}

/// `/program/new`
pub(in crate::program) fn new(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let form = Form::from_pairs([("document", domain::program::Document::DEFAULT_TOML)]);
    let page = super::edit::creation(req, &form, &FieldErrors::new(), None);
    req.page(page)
}
