//! Who else has to do with a deal: direct sales with consent, other partners in roles, and the
//! files that were added.

use domain::{
    deal_registration::roles::DealRole,
    ids::{FileId, RegistrationId},
};
use web::{
    Button, Choice, Column, Field, Icon, Markup, PostForm, Row, Table, Tone, columns, day, html,
    instant, post_button_with, section_with, status,
};

use super::{
    detail::Viewer,
    words::{Moment, Standing},
};
use crate::deal_registration::{
    self as deals, ConsentView, Detail,
    actions::{AttachFile, RoleInput},
};
use channel::partners;
use frame::{error::AppError, reply::Reply, request::Req};

/// The consents, asked for and given; nothing when there is none and none can be given.
pub(super) fn consents(detail: &Detail, moment: &Moment, viewer: &Viewer) -> Markup {
    let r = &detail.registration;
    let may_give = viewer.submits && Standing::from(r).protects();
    if detail.consents.is_empty() && !may_give {
        return html! {};
    }
    let button = html! {
        @if may_give {
            (Button::quiet("Let direct sales in").small().icon(Icon::Unlock)
                .href(format!("{}/consents/new", r.href())))
        }
    };
    let table = Table::new("Consents to direct sales")
        .column(Column::text("Asked"))
        .column(Column::text("Purpose"))
        .column(Column::text("Answer"))
        .compact()
        .rows(detail.consents.iter().rev().map(|consent| {
            let row = Row::new()
                .cell(html! {
                    (instant(consent.asked_at, &moment.zone))
                    @if consent.asked_by_name.is_empty() { " unasked" } @else { " by " (consent.asked_by_name) }
                })
                .cell(&consent.purpose)
                .cell(answer(consent));
            if viewer.submits {
                row.href(format!("{}/consents/{}", r.href(), consent.consent_id))
            } else {
                row
            }
        }))
        .empty(html! { p.quiet { (Standing::from(r).of_direct_sales(moment.today)) } });
    section_with("Direct sales", button, table)
}

fn answer(consent: &ConsentView) -> Markup {
    let by = &consent.answered_by_name;
    match (consent.given(), consent.withdrawn_at) {
        (None, _) => status(Tone::Accent, "Pending"),
        (Some(true), Some(_)) => status(Tone::Neutral, "Withdrawn"),
        (Some(true), None) => html! {
            (status(Tone::Good, "Given")) " by " (by)
            @if let Some(on) = consent.until_on { ", until " (day(on)) }
        },
        (Some(false), _) => html! { (status(Tone::Bad, "Refused")) " by " (by) },
    }
}

/// The files, and a place to add one.
pub(super) fn files(detail: &Detail, viewer: &Viewer, token: String) -> Markup {
    let r = &detail.registration;
    let may_add = viewer.submits && !r.status.is_final();
    if detail.files.is_empty() && !may_add {
        return html! {};
    }
    let table = Table::new("Files")
        .column(Column::text("File"))
        .column(Column::text("Added"))
        .column(Column::number("Size"))
        .compact()
        .rows(detail.files.iter().map(|file| {
            Row::new()
                .href(format!("{}/files/{}", r.href(), file.file_id))
                .cell(&file.name)
                .cell(html! { "by " (file.uploaded_by_name) })
                .cell(size(file.size))
        }))
        .empty(html! { p.quiet { "No files yet." } });
    let body = html! {
        (table)
        @if may_add {
            details.fold {
                summary { "Add a file" }
                (PostForm::new(format!("{}/files", r.href()), viewer.csrf.clone())
                    .idempotency(token)
                    .multipart()
                    .body(Field::file("evidence_file", "File").required()
                        .accepts(".pdf,.png,.jpg,.jpeg,.txt,.csv,.docx,.xlsx,.eml")
                        .hint("At most 10 MB; you and the other side can read it"))
                    .actions(Button::secondary("Add")))
            }
        }
    };
    section_with("Files", html! {}, body)
}

fn size(bytes: i64) -> String {
    let kib = bytes.saturating_add(1_023) / 1_024;
    if kib < 1_024 { format!("{kib} kB") } else { format!("{} MB", kib / 1_024) }
}

/// `POST /registrations/{id}/files`
pub(super) fn add_file(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: RegistrationId = req.id("id")?;
    deals::find(&mut req.cx, &id)?;
    let file = req.form.file("evidence_file").filter(|file| !file.bytes.is_empty()).cloned();
    let file = file.ok_or_else(|| AppError::field("evidence_file", "Choose a file"))?;
    let added =
        AttachFile { registration_id: id.clone(), name: file.file_name, content: file.bytes }
            .run(&mut req.cx)?;
    Ok(req.go(&format!("/registrations/{id}"), &format!("{} was added.", added.name)))
}

/// `/registrations/{id}/files/{file}`: always a download, never shown by the browser.
pub(super) fn file(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: RegistrationId = req.id("id")?;
    let file_id: FileId = req.id("file")?;
    let (file, content) = deals::read::file(&mut req.cx, &id, &file_id)?;
    Ok(Reply::download("application/octet-stream", &file.name, content))
}

/// Other partners on the deal (DR-22).
pub(super) fn roles(detail: &Detail, viewer: &Viewer) -> Markup {
    let r = &detail.registration;
    let may_change = viewer.submits && !r.status.is_final();
    if detail.roles.is_empty() && !may_change {
        return html! {};
    }
    let action = format!("{}/roles", r.href());
    let table = Table::new("Other partners on this deal")
        .column(Column::text("Partner"))
        .column(Column::text("Role"))
        .column(Column::actions(""))
        .compact()
        .rows(detail.roles.iter().map(|(role, name)| {
            let id = role.partner_id.as_str();
            Row::new().cell(name).cell(role.role.label()).cell(html! {
                @if may_change {
                    (post_button_with(&action, &viewer.csrf,
                        &[("do", "remove"), ("partner_id", id), ("role", role.role.word())],
                        Button::quiet("Remove").small()))
                }
            })
        }))
        .empty(html! { p.quiet { "None yet. Partners who deliver, supply or influence the deal can have a role alongside the holder. Roles give no exclusivity." } });
    let body = html! {
        (table)
        @if may_change { (add_role_form(&action, viewer)) }
    };
    section_with("Other partners", html! {}, body)
}

fn add_role_form(action: &str, viewer: &Viewer) -> Markup {
    html! {
        details.fold {
            summary { "Add a partner" }
            (PostForm::new(action.to_owned(), viewer.csrf.clone())
                .body(columns(html! {
                    (Field::text("partner", "Partner's name").required().max_length(300)
                        .hint("As listed in the program"))
                    (Field::select("role", "Role", DealRole::ALL.iter()
                        .map(|role| Choice::new(role.word(), role.label()))).required())
                }))
                .actions(Button::secondary("Add").submits("do", "add")))
        }
    }
}

/// `POST /registrations/{id}/roles`
pub(super) fn change_roles(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: RegistrationId = req.id("id")?;
    let href = deals::find(&mut req.cx, &id)?.href();
    if req.form.text("do") == "remove" {
        req.form_as::<RoleInput>()?.remove(&mut req.cx, &id)?;
        return Ok(req.go(&href, "Removed."));
    }
    let name = req.form.text("partner").to_owned();
    let partner_id = partners::find_by_name(&mut req.cx, &name)?.ok_or_else(|| {
        AppError::field(
            "partner",
            "No partner in the program has this name; enter it as the program lists it",
        )
    })?;
    req.form.set("partner_id", partner_id.as_str());
    req.form_as::<RoleInput>()?.add(&mut req.cx, &id)?;
    Ok(req.go(&href, &format!("{name} was added.")))
}
