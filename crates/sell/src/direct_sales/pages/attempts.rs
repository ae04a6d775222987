//! Refused attempts: the list, and one with the ways on.

use domain::{deal_registration::lockout::WayOn, ids::AttemptId};
use jiff::tz::TimeZone;
use web::{
    Button, Callout, Detail, Facts, Field, FieldErrors, Form, Markup, Page, PostForm, Tone, card,
    chip, day, html, instant, post_button, rule_chip,
};

use crate::{
    deal_registration::{
        lockout::{Engagement, Lockout, ask},
        waiting::{ConsentRow, consent_awaited},
    },
    direct_sales::{
        attempts::{self, Attempt},
        ways_on::{AskForConsent, DropHeld, ProposeCoSell, RecordHeld},
    },
};
use frame::{access::Permission, error::AppError, reply::Reply, request::Req};

/// The status of an attempt.
pub(in crate::direct_sales) fn standing(row: &Attempt) -> Markup {
    if row.waits() {
        return chip(Tone::Warn, "Held back");
    }
    match (row.settled_as.as_str(), row.asked_for.as_str()) {
        ("recorded", _) => chip(Tone::Good, "Recorded later"),
        ("dropped", _) => chip(Tone::Neutral, "Discarded"),
        (_, "consent") => chip(Tone::Accent, "Consent requested"),
        (_, "co_sell") => chip(Tone::Accent, "Co-sell proposed"),
        (_, _) => chip(Tone::Neutral, "Refused"),
    }
}

/// `/direct-attempts/{attempt_id}`
pub(crate) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: AttemptId = req.id("attempt_id")?;
    let page = page(req, &id, &Form::default(), &FieldErrors::new())?;
    req.page(page)
}

/// The page of an attempt that has just been refused (409): what was written stays.
pub(super) fn refused(req: &mut Req<'_, '_>, id: &AttemptId) -> Result<Reply, AppError> {
    let page = page(req, id, &Form::default(), &FieldErrors::new())?;
    req.page_refused(&page)
}

fn page(
    req: &mut Req<'_, '_>,
    id: &AttemptId,
    form: &Form,
    errors: &FieldErrors,
) -> Result<Page, AppError> {
    let row = attempts::find(&mut req.cx, id)?;
    let zone = req.zone()?;
    let now = ask(&mut req.cx, &row.account_id)?;
    let may_record = req.cx.actor.may(Permission::DirectRecord);
    let facts = Facts::new()
        .row(
            "Account",
            html! { a href=(format!("/accounts/{}", row.account_id)) { (row.account_name) } },
        )
        .row("What", row.what.clone())
        .row("Who", row.by_name.clone())
        .row("When", instant(row.at, &zone))
        .row("Through", row.through.label())
        .row("Rule", rule_chip(&row.rule))
        .row_if(
            "Registration",
            req.cx.actor.may(Permission::RegistrationsRead).then(|| {
                html! {
                    a href=(format!("/registrations/{}", row.registration_id)) { "Open" }
                }
            }),
        )
        .row_if(
            "Conflict case",
            (!row.case_id.is_empty()).then(|| {
                html! {
                    a href=(format!("/conflicts/{}", row.case_id)) { "Open" }
                }
            }),
        );
    let body = match &now {
        Engagement::Permitted { words, .. } => html! {
            (Callout::good("Direct sales may engage now").body(words.clone()))
            @if may_record && !row.waits() {
                (Button::primary("Record opportunity").href(format!("/direct-opportunities/new?account={}", row.account_id)))
            }
        },
        Engagement::Refused(lockout) => {
            let awaited = consent_awaited(&mut req.cx, &lockout.registration_id)?;
            let asked = awaited.map(|consent| asked(&consent, &zone));
            html! {
                (Callout::warn("Nothing was recorded").body(html! {
                    p { (lockout.words) }
                    @if let Some(partner) = &lockout.partner_name { p { "Held by " (partner) "." } }
                }))
                @if may_record { (ways(req, (&row, asked), lockout, (form, errors))) }
            }
        }
    };
    let body = html! { (body) @if row.waits() && may_record { (waiting(req, &row, &now)) } };
    Ok(Page::new(format!("{}: refused", row.account_name))
        .crumb("Direct sales", "/direct-opportunities")
        .crumb("Refused attempts", "/direct-attempts")
        .status(standing(&row))
        .body(Detail::new(body).aside("Facts", facts)))
}

/// What was asked of the partner and is not answered yet.
fn asked(consent: &ConsentRow, zone: &TimeZone) -> Markup {
    card(
        "Waiting for the partner's consent",
        html! {
            p { (consent.asked_by_name) " asked " (instant(consent.asked_at, zone)) ": “" (consent.purpose) "”" }
            p { "Whoever asked is notified of the answer. Until then the lockout holds." }
        },
    )
}

/// The ways on as forms, the quickest first; what was asked already is shown in their place.
fn ways(
    req: &Req<'_, '_>,
    (row, asked): (&Attempt, Option<Markup>),
    lockout: &Lockout,
    (form, errors): (&Form, &FieldErrors),
) -> Markup {
    let here = format!("/direct-attempts/{}", row.attempt_id);
    html! {
        h2 { "What you can do" }
        @for way in &lockout.ways_on {
            @match (way, &asked) {
                (WayOn::AskConsent, Some(asked)) => (asked),
                (WayOn::AskConsent, None) => (card("Ask the partner for consent", PostForm::new(format!("{here}/consent"), req.csrf())
                    .idempotency(req.form_token())
                    .errors(errors)
                    .body(Field::textarea("purpose", "What do you want to do, and why?").hint("The partner reads it and answers by mail or in the portal").rows(3).required().filled(form).errors(errors))
                    .actions(Button::primary("Ask for consent")))),
                (WayOn::CoSell, _) if row.asked_for == "co_sell" => (card("Co-sell proposed", html! {
                    p { "The partner manager has been notified and talks to both sides. Until the partner agrees, the lockout holds." }
                })),
                (WayOn::CoSell, _) => (card("Propose co-sell", PostForm::new(format!("{here}/co-sell"), req.csrf())
                    .idempotency(req.form_token())
                    .errors(errors)
                    .body(Field::textarea("words", "What would you contribute?").hint("The partner manager reads it and talks to both sides").rows(3).required().filled(form).errors(errors))
                    .actions(Button::secondary("Propose co-sell")))),
                (WayOn::WaitUntil { on }, _) => (card(html! { "Wait until " (day(*on)) }, html! {
                    p { "After that the account is free, unless the partner renews or wins the deal first." }
                })),
            }
        }
    }
}

fn waiting(req: &Req<'_, '_>, row: &Attempt, now: &Engagement) -> Markup {
    let here = format!("/direct-attempts/{}", row.attempt_id);
    let record = Button::secondary("Record");
    let record = match now {
        Engagement::Permitted { .. } => record,
        Engagement::Refused(_) => record.because_not("the account is still protected"),
    };
    card(
        "Held back",
        html! {
            p { "It came from the CRM or an import and is held back. Record it once the case is decided, or discard it." }
            (post_button(&format!("{here}/recording"), &req.csrf(), record))
            (post_button(&format!("{here}/dropping"), &req.csrf(), Button::quiet("Discard")))
        },
    )
}

fn after(
    req: &mut Req<'_, '_>,
    id: &AttemptId,
    outcome: Result<(), AppError>,
    said: &str,
) -> Result<Reply, AppError> {
    match outcome {
        Ok(()) => Ok(req.go(&format!("/direct-attempts/{id}"), said)),
        Err(AppError::Invalid(errors)) => {
            let form = req.form.clone();
            let page = page(req, id, &form, &errors)?;
            Err(req.page_undone(&page))
        }
        Err(error) => Err(error),
    }
}

/// `POST /direct-attempts/{attempt_id}/consent`
pub(crate) fn ask_consent(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: AttemptId = req.id("attempt_id")?;
    let purpose = req.form.text("purpose").to_owned();
    let outcome = AskForConsent { attempt_id: id.clone(), purpose }.run(&mut req.cx);
    after(req, &id, outcome, "Request sent. You will be notified when the partner answers.")
}

/// `POST /direct-attempts/{attempt_id}/co-sell`
pub(crate) fn propose(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: AttemptId = req.id("attempt_id")?;
    let words = req.form.text("words").to_owned();
    let outcome = ProposeCoSell { attempt_id: id.clone(), words }.run(&mut req.cx);
    after(req, &id, outcome, "The partner manager has been notified.")
}

/// `POST /direct-attempts/{attempt_id}/recording`
pub(crate) fn record_held(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let attempt_id: AttemptId = req.id("attempt_id")?;
    let id = RecordHeld { attempt_id }.run(&mut req.cx)?;
    Ok(req.go(&format!("/direct-opportunities/{id}"), "Opportunity recorded."))
}

/// `POST /direct-attempts/{attempt_id}/dropping`
pub(crate) fn drop_held(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: AttemptId = req.id("attempt_id")?;
    let outcome = DropHeld { attempt_id: id.clone() }.run(&mut req.cx);
    after(req, &id, outcome, "Discarded. The attempt stays in the list.")
}
