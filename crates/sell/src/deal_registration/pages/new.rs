//! Registering a deal: seven fields, an answer while one types, a receipt at the end.

use domain::program::Document;
use std::sync::Arc;
use web::{Button, Form, Markup, Page, PostForm, html};

use super::{
    fields::{Fields, labelled},
    forms::{Fault, fault_of},
    words::Moment,
};
use crate::deal_registration::{
    Changes, Registration, Source,
    actions::{AttachFile, SaveDraft, Submit, SubmitNew, Submitted},
};
use channel::program;
use frame::{ctx::Cx, error::AppError, reply::Reply, request::Req};

/// Where “is it free?” answers while one types.
pub(super) const LIVE: &str = "/availability/check";

/// The document in force of the vendor's program.
pub(super) fn document(cx: &mut Cx<'_, '_>) -> Result<Arc<Document>, AppError> {
    let program_id = program::only_program(cx)?;
    let now = cx.now;
    Ok(program::in_force(cx, &program_id, now)?.document)
}

/// `/registrations/new`
pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let url = req.query();
    let given = ["account_domain", "account_name", "contact_email"];
    let pairs: Vec<(&str, &str)> =
        given.into_iter().filter_map(|name| Some((name, url.get(name)?))).collect();
    let form = Form::from_pairs(pairs);
    let page = page(req, &form, &Fault::default())?;
    req.page(page)
}

fn page(req: &mut Req<'_, '_>, form: &Form, fault: &Fault) -> Result<Page, AppError> {
    let document = document(&mut req.cx)?;
    let moment = Moment::of(&mut req.cx)?;
    let fields = Fields {
        form,
        errors: &fault.errors,
        document: &document,
        today: moment.today,
        live: Some(LIVE.into()),
        with_file: true,
    };
    let days = document.registration.validity_days;
    let body = html! {
        (fault.callout())
        (PostForm::new("/registrations/new", req.csrf())
            .idempotency(req.form_token())
            .errors(&labelled(&fault.errors))
            .multipart()
            .keep("registration")
            .body(html! { (fields.short()) (fields.further()) })
            .actions(buttons()))
    };
    Ok(Page::new("Register a deal")
        .crumb("Registrations", "/registrations")
        .intro(format!(
            "Once approved, it protects the account for {days} days: no other partner can register it, and direct sales stays out."
        ))
        .narrow()
        .body(body))
}

fn buttons() -> Markup {
    html! {
        (Button::primary("Submit").submits("do", "submit"))
        (Button::secondary("Save as draft").submits("do", "draft"))
        (Button::quiet("Cancel").href("/registrations"))
    }
}

/// `POST /registrations/new`
pub(super) fn create(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let outcome = if req.form.text("do") == "draft" {
        save(req, None).map(|draft| {
            req.go(&draft.href(), "Saved as a draft. Nothing is protected until you submit it.")
        })
    } else {
        submit(req, None).map(|done| submitted(req, &done))
    };
    match outcome {
        Ok(reply) => Ok(reply),
        Err(error) => {
            let fault = fault_of(error)?;
            let form = req.form.clone();
            let page = page(req, &form, &fault)?;
            Err(fault.undone(req, &page))
        }
    }
}

/// Saves what the form holds; a new draft when there is none yet.
pub(super) fn save(
    req: &mut Req<'_, '_>,
    draft: Option<&Registration>,
) -> Result<Registration, AppError> {
    let saved = SaveDraft {
        registration_id: draft.map(|draft| draft.registration_id.clone()),
        partner_id: None,
        program_id: None,
        changes: Changes::from_form(&req.form),
        source: Source::Portal,
    }
    .run(&mut req.cx)?;
    attach(req, &saved)?;
    Ok(saved)
}

/// Saves what the form holds and submits it.
pub(super) fn submit(
    req: &mut Req<'_, '_>,
    draft: Option<&Registration>,
) -> Result<Submitted, AppError> {
    let has_file = req.form.file("evidence_file").is_some_and(|file| !file.bytes.is_empty());
    if draft.is_none() && !has_file {
        return SubmitNew {
            partner_id: None,
            program_id: None,
            changes: Changes::from_form(&req.form),
            source: Source::Portal,
        }
        .run(&mut req.cx);
    }
    let saved = save(req, draft)?;
    Submit { registration_id: saved.registration_id }.run(&mut req.cx)
}

/// Adds the file of the form, if one was chosen.
pub(super) fn attach(req: &mut Req<'_, '_>, registration: &Registration) -> Result<(), AppError> {
    let file = req.form.file("evidence_file").filter(|file| !file.bytes.is_empty()).cloned();
    if let Some(file) = file {
        AttachFile {
            registration_id: registration.registration_id.clone(),
            name: file.file_name,
            content: file.bytes,
        }
        .run(&mut req.cx)?;
    }
    Ok(())
}

/// To the page of what was submitted, with what follows.
pub(super) fn submitted(req: &Req<'_, '_>, done: &Submitted) -> Reply {
    let words = said(done);
    req.go(&done.registration.href(), &words)
}

/// What the partner is told after it submitted.
pub(super) fn said(done: &Submitted) -> String {
    let reference = done.registration.reference();
    let until = done.registration.protected_until.filter(|_| done.approved);
    match until {
        Some(until) => format!(
            "{reference} is approved: the account is protected until {}. Your receipt is on this page.",
            web::day_text(until)
        ),
        None => format!(
            "{reference} submitted. You will be notified of the decision; your receipt is on this page."
        ),
    }
}
