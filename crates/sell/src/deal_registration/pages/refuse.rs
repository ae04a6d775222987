//! Two answers that are not yes: a question back to the partner, and a rejection with a reason and
//! what would change it (DR-15).

use domain::{deal_registration::rejection::RejectionReason, ids::RegistrationId, wording::count};
use web::{
    Button, Choice, Field, FieldErrors, Form, Markup, Page, PostForm, RadioCards, confirm_page,
    html,
};

use super::{
    detail::checks_folded,
    edit::shown_name,
    forms::{Fault, fault_of, undone},
};
use crate::deal_registration::{
    self as deals, Registration,
    actions::{Decide, Decision},
};
use channel::{partners, program};
use frame::{error::AppError, reply::Reply, request::Req};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer {
    Return,
    Reject,
}

/// `/registrations/{id}/decision/return`
pub(super) fn show_return(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    show(req, Answer::Return)
}

/// `/registrations/{id}/decision/reject`
pub(super) fn show_reject(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    show(req, Answer::Reject)
}

fn show(req: &mut Req<'_, '_>, answer: Answer) -> Result<Reply, AppError> {
    let id: RegistrationId = req.id("id")?;
    let registration = deals::find(&mut req.cx, &id)?;
    let page = page(req, &registration, answer, (&Form::default(), &Fault::default()))?;
    req.page(page)
}

fn page(
    req: &mut Req<'_, '_>,
    registration: &Registration,
    answer: Answer,
    (form, fault): (&Form, &Fault),
) -> Result<Page, AppError> {
    let partner = partners::name_of(&mut req.cx, &registration.partner_id)?;
    let now = req.cx.now;
    let days = program::in_force(&mut req.cx, &registration.program_id, now)?
        .document
        .registration
        .keep_first_submission_business_days;
    let name = shown_name(registration);
    let base = format!("{}/decision", registration.href());
    let (title, question, verb, follows) = match answer {
        Answer::Return => (
            "Ask the partner",
            format!("Return {name} to {partner} with a question?"),
            Button::primary("Return with question").submits("do", "return"),
            vec![
                format!("{partner} gets a mail with a link to answer without signing in"),
                format!(
                    "Your deadline stops; if the answer arrives within {}, the first submission \
                     time still counts",
                    count(days, "business day")
                ),
                "The account is not protected until the answer".to_owned(),
            ],
        ),
        Answer::Reject => (
            "Reject",
            format!("Reject the registration of {name} by {partner}?"),
            Button::danger("Reject").submits("do", "reject"),
            vec![
                format!("{partner} sees the reason, your note and what would change the decision"),
                "The registration protects nothing and cannot be reopened".to_owned(),
                "The partner can dispute the decision in a conflict case".to_owned(),
            ],
        ),
    };
    let post = PostForm::new(
        format!("{base}/{}", if answer == Answer::Reject { "reject" } else { "return" }),
        req.csrf(),
    )
    .idempotency(req.form_token())
    .errors(&fault.errors)
    .body(fields(answer, form, &fault.errors))
    .actions(html! { (verb) (Button::quiet("Back").href(base.clone())) });
    let body = html! {
        (fault.callout())
        (confirm_page(&question, &follows, post))
        (checks_folded(&registration.checks, true))
    };
    Ok(Page::new(title)
        .crumb("Registrations", "/registrations")
        .crumb("Decision queue", "/registrations/queue")
        .crumb(name, base)
        .narrow()
        .body(body))
}

fn fields(answer: Answer, form: &Form, errors: &FieldErrors) -> Markup {
    let note = Field::textarea(
        "note",
        if answer == Answer::Return { "Your question" } else { "Note to the partner" },
    )
    .filled(form)
    .errors(errors)
    .rows(3)
    .max_length(4_000);
    html! {
        @if answer == Answer::Reject {
            (RadioCards::new("reason", "Reason").required()
                .choices(RejectionReason::ALL.iter().map(|reason| {
                    Choice::new(reason.word(), reason.label()).detail(reason.what_would_change_it())
                }))
                .filled(form).errors(errors))
            (note.hint("The partner reads it with the reason and what would change the decision"))
        } @else {
            (note.required().hint("Say what is missing; the partner answers in the registration"))
        }
    }
}

/// `POST /registrations/{id}/decision/return`
pub(super) fn send_back(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    act(req, Answer::Return)
}

/// `POST /registrations/{id}/decision/reject`
pub(super) fn reject(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    act(req, Answer::Reject)
}

fn given(form: &Form, answer: Answer) -> Result<Decision, AppError> {
    let note = form.text("note").to_owned();
    match answer {
        Answer::Return => Ok(Decision::Return { note }),
        Answer::Reject => {
            let reason = RejectionReason::from_word(form.text("reason"))
                .ok_or_else(|| AppError::field("reason", "choose the reason that fits best"))?;
            Ok(Decision::Reject { reason, note })
        }
    }
}

fn act(req: &mut Req<'_, '_>, answer: Answer) -> Result<Reply, AppError> {
    let id: RegistrationId = req.id("id")?;
    let registration = deals::find(&mut req.cx, &id)?;
    let outcome = given(&req.form, answer)
        .and_then(|decision| Decide { registration_id: id.clone(), decision }.run(&mut req.cx));
    match outcome {
        Ok(done) => {
            let words = match answer {
                Answer::Return => "Returned with your question.",
                Answer::Reject => {
                    "Rejected. The partner has been told why and what would change the decision."
                }
            };
            Ok(req.go(&done.href(), words))
        }
        Err(error) => {
            let fault = fault_of(error)?;
            let form = req.form.clone();
            let page = page(req, &registration, answer, (&form, &fault))?;
            Err(undone(req, fault.status(), &page))
        }
    }
}
