//! The partner's consent to direct sales engaging on its account (DR-05).

use domain::ids::{ConsentId, RegistrationId};
use jiff::civil::Date;
use web::{
    Button, Callout, Choice, Field, FieldErrors, Form, Markup, Page, PostForm, RadioCards, html,
};

use super::{
    edit::shown_name,
    forms::{Fault, fault_of, undone},
    words::Moment,
};
use crate::deal_registration::{
    self as deals, ConsentView, Detail,
    actions::{AnswerConsent, GiveConsent, WithdrawConsent},
};
use frame::{error::AppError, reply::Reply, request::Req};

fn find(detail: &Detail, id: &ConsentId) -> Result<ConsentView, AppError> {
    let found = detail.consents.iter().find(|consent| consent.consent_id == *id);
    found.cloned().ok_or(AppError::NotFound)
}

/// `/registrations/{id}/consents/{consent}`
pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let page = page(req, &Form::default(), &Fault::default())?;
    req.page(page)
}

fn page(req: &mut Req<'_, '_>, form: &Form, fault: &Fault) -> Result<Page, AppError> {
    let id: RegistrationId = req.id("id")?;
    let consent_id: ConsentId = req.id("consent")?;
    let detail = deals::detail(&mut req.cx, &id)?;
    let consent = find(&detail, &consent_id)?;
    let moment = Moment::of(&mut req.cx)?;
    let r = &detail.registration;
    let path = format!("{}/consents/{consent_id}", r.href());
    let body = html! {
        (fault.callout())
        (asked(&consent))
        @if consent.given() == Some(true) && consent.withdrawn_at.is_none() {
            (Callout::info("You consented").body(html! {
                p { (standing(&consent)) }
            }))
            (PostForm::new(path, req.csrf()).idempotency(req.form_token())
                .actions(html! {
                    (Button::danger("Withdraw consent").submits("answer", "withdraw"))
                    (Button::quiet("Back").href(r.href()))
                }))
        } @else if r.status.is_live() {
            (PostForm::new(path, req.csrf()).idempotency(req.form_token()).errors(&fault.errors)
                .body(fields(form, &fault.errors, moment.today, detail.registration.protected_until))
                .actions(html! { (Button::primary("Answer")) (Button::quiet("Later").href(r.href())) }))
        } @else {
            (Callout::info("No answer needed").body("The registration no longer protects the account."))
        }
    };
    Ok(Page::new("Consent to direct sales")
        .crumb("Registrations", "/registrations")
        .crumb(shown_name(r), r.href())
        .narrow()
        .body(body))
}

/// Who asks, and for what.
pub(super) fn asked(consent: &ConsentView) -> Markup {
    html! {
        @if !consent.asked_by_name.is_empty() {
            (Callout::info(format!("{} asks", consent.asked_by_name)).body(html! { p { (consent.purpose) } }))
        }
    }
}

fn standing(consent: &ConsentView) -> String {
    match consent.until_on {
        Some(on) => format!("Direct sales may engage until {}.", web::day_text(on)),
        None => "Direct sales may engage as long as the account is protected.".to_owned(),
    }
}

/// Yes with an end, or no.
pub(super) fn fields(
    form: &Form,
    errors: &FieldErrors,
    today: Date,
    protected_until: Option<Date>,
) -> Markup {
    let until = protected_until.map(web::day_text).unwrap_or_default();
    html! {
        (RadioCards::new("answer", "Your answer").required()
            .choice(Choice::new("give", "We consent").detail("Direct sales may record and work an opportunity on this account. Other partners stay out and your registration does not change"))
            .choice(Choice::new("refuse", "We do not consent").detail(format!("The lockout holds while you follow up, until {until} at the latest")))
            .filled(form).errors(errors))
        (Field::date("until_on", "Consent until").min(today.to_string()).filled(form).errors(errors)
            .hint("Leave empty for as long as the account is protected").short())
    }
}

/// What the form answers: yes or no, and until when.
pub(super) fn given(form: &Form) -> Result<(bool, Option<Date>), AppError> {
    let mut errors = FieldErrors::new();
    let given = match form.text("answer") {
        "give" => Some(true),
        "refuse" => Some(false),
        _ => {
            errors.add("answer", "choose yes or no");
            None
        }
    };
    let until_on = match form.opt("until_on") {
        None => None,
        Some(text) => errors.take("until_on", domain::text::day(text)),
    };
    match given {
        Some(given) if errors.is_empty() => Ok((given, until_on)),
        Some(_) | None => Err(AppError::Invalid(errors)),
    }
}

/// `POST /registrations/{id}/consents/{consent}`
pub(super) fn answer(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: RegistrationId = req.id("id")?;
    let consent_id: ConsentId = req.id("consent")?;
    let r = deals::find(&mut req.cx, &id)?;
    let withdraws = req.form.text("answer") == "withdraw";
    let outcome = if withdraws {
        WithdrawConsent { consent_id }.run(&mut req.cx)
    } else {
        given(&req.form).and_then(|(given, until_on)| {
            AnswerConsent { consent_id, given, until_on, through: "portal" }.run(&mut req.cx)
        })
    };
    match outcome {
        Ok(consent) => Ok(req.go(&r.href(), said(&consent))),
        Err(error) => {
            let fault = fault_of(error)?;
            let form = req.form.clone();
            let page = page(req, &form, &fault)?;
            Err(undone(req, fault.status(), &page))
        }
    }
}

/// What the answer means from now on.
pub(super) fn said(consent: &ConsentView) -> &'static str {
    if consent.withdrawn_at.is_some() {
        "Consent withdrawn. Direct sales stays out again."
    } else if consent.given() == Some(true) {
        "Consent given. Direct sales has been notified."
    } else {
        "Consent refused. The lockout holds and direct sales has been notified."
    }
}

/// `/registrations/{id}/consents/new`
pub(super) fn show_new(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let page = new_page(req, &Form::default(), &Fault::default())?;
    req.page(page)
}

fn new_page(req: &mut Req<'_, '_>, form: &Form, fault: &Fault) -> Result<Page, AppError> {
    let id: RegistrationId = req.id("id")?;
    let r = deals::find(&mut req.cx, &id)?;
    let moment = Moment::of(&mut req.cx)?;
    let post = PostForm::new(format!("{}/consents/new", r.href()), req.csrf())
        .idempotency(req.form_token())
        .errors(&fault.errors)
        .body(html! {
            (Field::textarea("purpose", "What may direct sales do?").rows(2).max_length(4_000)
                .filled(form).errors(&fault.errors))
            (Field::date("until_on", "Until").min(moment.today.to_string()).short()
                .filled(form).errors(&fault.errors)
                .hint("Leave empty for as long as the account is protected"))
        })
        .actions(
            html! { (Button::primary("Give consent")) (Button::quiet("Cancel").href(r.href())) },
        );
    Ok(Page::new("Let direct sales in")
        .crumb("Registrations", "/registrations")
        .crumb(shown_name(&r), r.href())
        .intro("Direct sales may then work this account alongside you. Other partners stay out, and you can withdraw your consent at any time.")
        .narrow()
        .body(html! { (fault.callout()) (post) }))
}

/// `POST /registrations/{id}/consents/new`
pub(super) fn give(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: RegistrationId = req.id("id")?;
    let until_on = deals::form::opt_day("until_on", req.form.opt("until_on"));
    let purpose = req.form.text("purpose").to_owned();
    let outcome = until_on.and_then(|until_on| {
        GiveConsent { registration_id: id.clone(), purpose, until_on, through: "portal" }
            .run(&mut req.cx)
    });
    match outcome {
        Ok(consent) => Ok(req.go(&format!("/registrations/{id}"), said(&consent))),
        Err(error) => {
            let fault = fault_of(error)?;
            let form = req.form.clone();
            let page = new_page(req, &form, &fault)?;
            Err(undone(req, fault.status(), &page))
        }
    }
}
