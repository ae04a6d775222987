//! Logging an activity, which keeps the lockout in force (DR-06 to DR-08).

use domain::{deal_registration::activity::ActivityKind, ids::RegistrationId};
use jiff::civil::Date;
use web::{Button, Choice, Field, FieldErrors, Form, Markup, Page, PostForm, RadioCards, html};

use super::{
    edit::shown_name,
    facts::follow_up_words,
    forms::{Fault, fault_of, undone},
    words::Moment,
};
use crate::deal_registration::{
    self as deals,
    actions::{LogActivity, Logged},
};
use frame::{error::AppError, reply::Reply, request::Req};

/// `/registrations/{id}/activities/new`
pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: RegistrationId = req.id("id")?;
    let moment = Moment::of(&mut req.cx)?;
    let page = page(req, &id, &blank(moment.today), &Fault::default())?;
    req.page(page)
}

/// The form with today's date.
pub(super) fn blank(today: Date) -> Form {
    Form::from_pairs([("occurred_on", today.to_string())])
}

fn page(
    req: &mut Req<'_, '_>,
    id: &RegistrationId,
    form: &Form,
    fault: &Fault,
) -> Result<Page, AppError> {
    let detail = deals::detail(&mut req.cx, id)?;
    let moment = Moment::of(&mut req.cx)?;
    let r = &detail.registration;
    let post = PostForm::new(format!("{}/activities/new", r.href()), req.csrf())
        .idempotency(req.form_token())
        .errors(&fault.errors)
        .body(fields(form, &fault.errors, moment.today))
        .actions(
            html! { (Button::primary("Log activity")) (Button::quiet("Cancel").href(r.href())) },
        );
    let page = Page::new("Log activity")
        .crumb("Registrations", "/registrations")
        .crumb(shown_name(r), r.href())
        .narrow()
        .body(html! { (fault.callout()) (post) });
    Ok(match follow_up_words(&detail, &moment) {
        Some(words) => page.intro(words),
        None => {
            page.intro("Each activity restarts the follow-up clock from the day it took place.")
        }
    })
}

/// The fields of an activity.
pub(super) fn fields(form: &Form, errors: &FieldErrors, today: Date) -> Markup {
    html! {
        (RadioCards::new("kind", "Activity").compact().required()
            .choices(ActivityKind::ALL.iter().map(|kind| Choice::new(kind.word(), kind.label())))
            .filled(form).errors(errors))
        (Field::date("occurred_on", "Date").required().max(today.to_string())
            .filled(form).errors(errors).short())
        (Field::text("contact", "With").filled(form).errors(errors).max_length(200))
        (Field::textarea("note", "Result").required().rows(3).filled(form).errors(errors)
            .max_length(4_000))
    }
}

/// `POST /registrations/{id}/activities/new`
pub(super) fn log(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: RegistrationId = req.id("id")?;
    match run(req, &id) {
        Ok(logged) => {
            let words = said(&logged);
            Ok(req.go(&logged.registration.href(), &words))
        }
        Err(error) => {
            let fault = fault_of(error)?;
            let form = req.form.clone();
            let page = page(req, &id, &form, &fault)?;
            Err(undone(req, fault.status(), &page))
        }
    }
}

/// Logs what the form holds.
pub(super) fn run(req: &mut Req<'_, '_>, id: &RegistrationId) -> Result<Logged, AppError> {
    let mut errors = FieldErrors::new();
    let kind = ActivityKind::from_word(req.form.text("kind"));
    if kind.is_none() {
        errors.add("kind", "choose an activity");
    }
    let occurred_on = errors.take("occurred_on", domain::text::day(req.form.text("occurred_on")));
    if req.form.text("note").is_empty() {
        errors.add("note", "enter the result in a sentence");
    }
    let (Some(kind), Some(occurred_on), true) = (kind, occurred_on, errors.is_empty()) else {
        return Err(AppError::Invalid(errors));
    };
    LogActivity {
        registration_id: id.clone(),
        kind,
        occurred_on,
        contact: req.form.text("contact").to_owned(),
        note: req.form.text("note").to_owned(),
    }
    .run(&mut req.cx)
}

/// What logging did.
pub(super) fn said(logged: &Logged) -> String {
    if logged.healed {
        format!("Logged. The lockout is restored: direct sales stays out. {}", logged.words)
    } else {
        format!("Logged. {}", logged.words)
    }
}
