//! Adding a certificate, and taking one away.

use maud::html;
use web::{Button, Choice, Field, FieldErrors, Form, Page, PostForm, columns, hidden};

use super::{
    super::{
        Partner,
        actions::certificate::{NewCertificate, add_certificate, known, remove as take_away},
    },
    date, load, unchanged,
};
use crate::core::{error::AppError, reply::Reply, request::Req};

pub(in crate::partners) fn new(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let partner = load(req)?;
    let page = page(req, &partner, &Form::default(), &FieldErrors::new())?;
    req.page(page)
}

fn page(
    req: &mut Req<'_, '_>,
    partner: &Partner,
    form: &Form,
    errors: &FieldErrors,
) -> Result<Page, AppError> {
    let choices = known(&mut req.cx, &partner.partner_id)?.into_iter().map(Choice::from);
    let choices: Vec<Choice> = choices.collect();
    let back = format!("/partners/{}", partner.partner_id);
    let fields = html! {
        (hidden("version", &partner.version.to_string()))
        (Field::select("code", "Certificate", choices).filled(form).errors(errors).required())
        (Field::text("holder", "Held by").filled(form).errors(errors).max_length(200).required())
        (columns(html! {
            (Field::date("issued_on", "Given on").filled(form).errors(errors).required())
            (Field::date("expires_on", "Last day").filled(form).errors(errors)
                .hint("Empty when it never lapses"))
        }))
    };
    Ok(Page::new("Add a certificate")
        .crumb("Partners", "/partners")
        .crumb(partner.name.as_str(), back.as_str())
        .narrow()
        .body(
            PostForm::new(format!("{back}/certificates"), req.csrf())
                .idempotency(req.form_token())
                .errors(errors)
                .body(fields)
                .actions(html! {
                    (Button::primary("Add"))
                    (Button::quiet("Cancel").href(back.as_str()))
                }),
        ))
}

pub(in crate::partners) fn add(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let partner = load(req)?;
    unchanged(req, &partner)?;
    let form = req.form.clone();
    let mut errors = FieldErrors::new();
    let issued_on = date(req, "issued_on", &mut errors);
    let expires_on = date(req, "expires_on", &mut errors);
    if issued_on.is_none() {
        errors.add("issued_on", "Enter the day on which it was given");
    }
    let done = match issued_on {
        Some(issued_on) if errors.is_empty() => add_certificate(
            &mut req.cx,
            &partner.partner_id,
            &NewCertificate {
                code: form.text("code"),
                holder: form.text("holder"),
                issued_on,
                expires_on,
            },
        ),
        Some(_) | None => Err(AppError::Invalid(errors)),
    };
    match done {
        Ok(_) => Ok(req.go(&format!("/partners/{}", partner.partner_id), "Added.")),
        Err(AppError::Invalid(errors)) => {
            let page = page(req, &partner, &form, &errors)?;
            Err(req.page_undone(&page))
        }
        Err(other) => Err(other),
    }
}

pub(in crate::partners) fn remove(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let partner = load(req)?;
    unchanged(req, &partner)?;
    let certificate_id = req.param("certificate_id")?.to_owned();
    take_away(&mut req.cx, &partner.partner_id, &certificate_id)?;
    Ok(req.go(&format!("/partners/{}", partner.partner_id), "The certificate is removed."))
}
