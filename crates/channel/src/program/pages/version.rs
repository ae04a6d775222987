//! One version: what it says, what it changes, and the next step.

use domain::ids::ProgramId;
use jiff::ToSpan;
use web::{
    Button, Callout, Column, Detail, Facts, Field, Icon, Markup, Page, PostForm, button_row,
    hidden, html, post_button, section,
};

use super::{edit, signer, standing_mark};
use crate::program::{
    actions::{approve::own, council},
    review::{Review, review},
    store::{self, State, VersionRow},
};
use frame::{access::Permission, error::AppError, reply::Reply, request::Req};

/// The program and the version that the path names.
pub(super) fn target(req: &Req<'_, '_>) -> Result<(ProgramId, i64), AppError> {
    let program_id: ProgramId = req.id("program_id")?;
    let number = req.param("number")?.parse().map_err(|_| AppError::NotFound)?;
    Ok((program_id, number))
}

/// `/program/{program_id}/versions/{number}`
pub(in crate::program) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let (program_id, number) = target(req)?;
    let program = store::program(&mut req.cx, &program_id)?;
    let row = store::version(&mut req.cx, &program_id, number)?;
    let document = row.document()?;
    let announced = store::announced(&mut req.cx, &program_id)?;
    let standing = row.standing(&announced, req.cx.now);
    let open = matches!(row.state, State::Draft | State::InReview | State::Approved);
    let review = if open { Some(review(&mut req.cx, &program_id, &document)?) } else { None };
    let next = match &review {
        Some(review) => Some(next_step(req, &row, review)?),
        None => None,
    };
    let signed = signed_words(&row);
    let facts = facts(req, &row)?;
    let here = format!("/program/{program_id}/versions/{number}");
    let body = Detail::new(html! {
        @if let Some(next) = &next { (next) }
        @if let Some(review) = &review { (section("Changes", edit::differences(req, review))) }
        @if let (None, Some(signed)) = (&review, &signed) {
            (section("Approved changes", signed))
        }
        (super::document::sections(&document))
    })
    .aside("Version", facts);
    let page = Page::new(format!("{}, version {number}", program.name))
        .crumb("Program", format!("/program/{program_id}"))
        .status(standing_mark(standing))
        .actions(html! {
            @if row.state == State::Draft && req.cx.actor.may(Permission::ProgramEdit) {
                (Button::secondary("Edit").icon(Icon::Edit).href(format!("{here}/edit")))
            }
            (Button::quiet("Download as TOML").icon(Icon::Export).href(format!("{here}/document.toml"))
                .download(format!("program-v{number}.toml")))
        })
        .body(body);
    req.page(page)
}

fn facts(req: &mut Req<'_, '_>, row: &VersionRow) -> Result<Facts, AppError> {
    let zone = req.zone()?;
    let author = signer(&mut req.cx, &row.drafted)?;
    let mut facts = Facts::new()
        .row_if("Note", (!row.note.is_empty()).then_some(&row.note))
        .row("Written", html! { (web::instant(row.drafted.at, &zone)) br; (author) });
    for (label, signature) in
        [("Proposed", &row.proposed), ("Approved", &row.approved), ("Announced", &row.announced)]
    {
        let Some(signature) = signature else { continue };
        let name = signer(&mut req.cx, signature)?;
        facts = facts.row(label, html! { (web::instant(signature.at, &zone)) br; (name) });
    }
    Ok(facts
        .row_if("Shown to the council", row.council_saw_at.map(|at| web::instant(at, &zone)))
        .row_if("Takes effect", row.effective_at.map(|at| web::instant(at, &zone)))
        .row(
            "Fingerprint",
            html! { code { (row.fingerprint.chars().take(16).collect::<String>()) "…" } },
        ))
}

/// The words that were signed at approval, as they are kept.
fn signed_words(row: &VersionRow) -> Option<Markup> {
    let kept: serde_json::Value = serde_json::from_str(row.approved_diff.as_deref()?).ok()?;
    let changes = kept.get("changes")?.as_array()?;
    let words: Vec<&str> =
        changes.iter().filter_map(|change| change.get("words")?.as_str()).collect();
    if words.is_empty() {
        return None;
    }
    Some(html! {
        p { "Compared with version " (row.approved_base) ":" }
        ul { @for line in words { li { (line) } } }
    })
}

fn next_step(req: &mut Req<'_, '_>, row: &VersionRow, review: &Review) -> Result<Markup, AppError> {
    match row.state {
        State::Draft => Ok(propose(req, row)),
        State::InReview => approve(req, row, review),
        State::Approved => announce(req, row, review),
        State::Announced | State::Withdrawn => Ok(html! {}),
    }
}

fn address(row: &VersionRow, step: &str) -> String {
    format!("/program/{}/versions/{}/{step}", row.program_id, row.number)
}

fn taking_back(req: &Req<'_, '_>, row: &VersionRow) -> Markup {
    let csrf = req.csrf();
    html! {
        @if req.cx.actor.may(Permission::ProgramEdit) {
            @if row.state != State::Draft {
                (post_button(&address(row, "return"), &csrf, Button::quiet("Send back to draft")))
            }
            (Button::quiet("Withdraw").href(address(row, "withdrawal")))
        }
    }
}

fn propose(req: &Req<'_, '_>, row: &VersionRow) -> Markup {
    let may = req.cx.actor.may(Permission::ProgramEdit);
    let form = PostForm::new(address(row, "proposal"), req.csrf())
        .idempotency(req.form_token())
        .body(hidden("version", &row.version.to_string()))
        .actions(Button::primary("Propose for approval"));
    html! {
        (Callout::info("This is a draft").body(html! {
            p { "It is not binding yet. Someone other than its author has to approve it before it is announced." }
            @if may { (form) }
            (taking_back(req, row))
        }))
    }
}

fn approve(req: &mut Req<'_, '_>, row: &VersionRow, review: &Review) -> Result<Markup, AppError> {
    let own = if review.base.is_some() { own(&mut req.cx, &row.drafted.by)? } else { None };
    let may = req.cx.actor.may(Permission::ProgramApprove);
    let form = PostForm::new(address(row, "approval"), req.csrf())
        .idempotency(req.form_token())
        .body(html! {
            (hidden("version", &row.version.to_string()))
            (hidden("base", &review.base_number().to_string()))
        })
        .actions(Button::primary("Approve these changes"));
    Ok(html! {
        (Callout::warn("Waiting for approval").body(html! {
            p { "By approving you sign the changes listed below, as worded." }
            @if !may {
                p { "You do not have permission to approve versions. Ask a channel chief." }
            } @else if let Some(why) = &own {
                p { (why) }
            } @else {
                (form)
            }
            (taking_back(req, row))
        }))
    })
}

fn announce(req: &mut Req<'_, '_>, row: &VersionRow, review: &Review) -> Result<Markup, AppError> {
    let zone = row.document()?.time_zone();
    let earliest = review.earliest_at.to_zoned(zone.clone());
    let first_day = if earliest.time() == jiff::civil::Time::midnight() {
        earliest.date()
    } else {
        earliest.date().saturating_add(1.day())
    };
    let members = council::members(&mut req.cx, &row.program_id)?;
    let waits_for_council = !members.is_empty() && row.council_saw_at.is_none();
    let may = req.cx.actor.may(Permission::ProgramApprove);
    let csrf = req.csrf();
    let form = PostForm::new(address(row, "announcement"), csrf.clone())
        .idempotency(req.form_token())
        .body(html! {
            (hidden("version", &row.version.to_string()))
            (Field::date("effective_on", "Takes effect on").min(first_day.to_string()).short()
                .hint("Leave empty for the earliest possible time"))
        })
        .actions(Button::primary("Announce"));
    Ok(html! {
        (Callout::info("Approved").body(html! {
            p {
                @if review.worsens() {
                    "It worsens terms for partners, so a notice period applies. If announced now, \
                     it can take effect from "
                } @else {
                    "It does not worsen terms for partners, so no notice is needed. It can take \
                     effect from "
                }
                strong { (web::instant(review.earliest_at, &zone)) } "."
            }
            @if waits_for_council {
                p { "The council (" (members.len()) " partners) must see it first." }
                @if may { (post_button(&address(row, "council"), &csrf, Button::primary("Show to council"))) }
            } @else if may {
                (form)
            } @else {
                p { "A channel chief can announce it." }
            }
            (button_row(taking_back(req, row)))
        }))
    })
}

/// `/program/{program_id}/versions/{number}/document.toml`
pub(in crate::program) fn download(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let (program_id, number) = target(req)?;
    store::program(&mut req.cx, &program_id)?;
    let row = store::version(&mut req.cx, &program_id, number)?;
    let name = format!("program-v{number}.toml");
    Ok(Reply::download("application/toml; charset=utf-8", &name, row.source))
}

/// `/program/schema.json`
pub(in crate::program) fn schema(_req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let schema = domain::program::schema_json();
    Ok(Reply::download("application/schema+json", "program.schema.json", schema))
}

/// A table of facts keeps its columns in one place.
pub(super) fn columns(labels: &[String]) -> Vec<Column> {
    labels.iter().map(|label| Column::text(label.clone())).collect()
}
