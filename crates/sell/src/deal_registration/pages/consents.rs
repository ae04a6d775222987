//! The partner's consent to direct sales engaging on its account (DR-05).

use domain::ids::{ConsentId, RegistrationId};
use http::StatusCode;
use jiff::civil::Date;
use web::{
    Button, Callout, Choice, Field, FieldErrors, Form, Markup, Page, PostForm, RadioCards, html,
};

use super::{change::opened, edit::shown_name, words::Moment};
use crate::deal_registration::{
    self as deals, ConsentView, Detail,
    actions::{ConsentAnswerInput, ConsentInput, WithdrawConsent},
    api,
};
use frame::{
    action::{Action, Done, Opened},
    error::AppError,
    fault::Fault,
    reply::Reply,
    request::Req,
};

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
        } @else if detail.allowed.give_consent.is_ok() {
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

/// Of which fields the form has another name.
pub(super) const NAMES: &[(&str, &str)] = &[("given", "answer")];

/// What the form answers: yes or no, and until when.
pub(super) fn given(req: &mut Req<'_, '_>) -> Result<ConsentAnswerInput, AppError> {
    let given = match req.form.text("answer") {
        "give" => "true",
        "refuse" => "false",
        _ => "",
    };
    req.form.set("given", given);
    req.form_as()
}

/// `POST /registrations/{id}/consents/{consent}`
pub(super) fn answer(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: RegistrationId = req.id("id")?;
    let consent_id: ConsentId = req.id("consent")?;
    let r = deals::find(&mut req.cx, &id)?;
    let outcome = if req.form.text("answer") == "withdraw" {
        WithdrawConsent { consent_id }.run(&mut req.cx)
    } else {
        given(req).and_then(|input| input.run(&mut req.cx, &consent_id, "portal"))
    };
    match outcome {
        Ok(consent) => Ok(req.go(&r.href(), said(&consent))),
        Err(error) => {
            let fault = Fault::of(error)?.renamed(NAMES);
            let form = req.form.clone();
            let page = page(req, &form, &fault)?;
            Err(fault.undone(req, &page))
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

impl Action for ConsentInput {
    type Input = Self;

    fn open(req: &mut Req<'_, '_>) -> Result<Opened<Self>, AppError> {
        let id: RegistrationId = req.id("id")?;
        let r = deals::find(&mut req.cx, &id)?;
        let words = "Direct sales may then work this account alongside you. Other partners stay out, and you can withdraw your consent at any time.";
        let opened = opened(&r, "Let direct sales in", ("consents/new", "Give consent"));
        Ok(opened.above(html! { p { (words) } }))
    }

    fn run(req: &mut Req<'_, '_>, input: Self) -> Result<Done, AppError> {
        let id: RegistrationId = req.id("id")?;
        let through = if req.input.is_api() { "api" } else { "portal" };
        let consent = input.run(&mut req.cx, &id, through)?;
        let page = format!("/registrations/{id}");
        let done = Done::new(&consent.consent_id, page, said(&consent));
        Ok(done.answered(api::consent(consent, StatusCode::CREATED)?))
    }
}
