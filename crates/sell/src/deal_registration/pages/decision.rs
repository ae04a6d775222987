//! Deciding: the checks with their reasons, the accounts it may be side by side, one step.

use domain::ids::RegistrationId;
use web::{
    Button, Callout, Choice, Clock, Detail, Field, FieldErrors, Form, Markup, Page, PostForm,
    RadioCards, Render, html, section,
};

use super::{
    comparison,
    detail::checks_table,
    edit::shown_name,
    facts::{company_facts, deal_facts},
    words::{Moment, Standing, status_mark},
};
use crate::deal_registration::{
    self as deals, Registration,
    actions::{ApprovalInput, DecisionInput},
};
use frame::{
    action::{Action, Done, Opened},
    error::AppError,
    fault::Fault,
    reply::Reply,
    request::Req,
};

/// What the form sends for an account that is not known yet.
const NEW: &str = "new";

/// `/registrations/{id}/decision`
pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let page = page(req, &Form::default(), &Fault::default())?;
    req.page(page)
}

fn page(req: &mut Req<'_, '_>, form: &Form, fault: &Fault) -> Result<Page, AppError> {
    let id: RegistrationId = req.id("id")?;
    let detail = deals::detail(&mut req.cx, &id)?;
    let registration = &detail.registration;
    let moment = Moment::of(&mut req.cx)?;
    let standing = Standing::from(registration);
    let compared = comparison::of(&mut req.cx, registration)?;
    let rivals = deals::rivals(&mut req.cx, registration)?;
    let may = detail.allowed.decide.clone();
    let decide = match &may {
        Ok(()) => approve_form(req, registration, &compared, (form, &fault.errors)),
        Err(why) => html! {
            (Callout::warn("You cannot decide this one").body(html! { p { (why) } }))
        },
    };
    let main = html! {
        (fault.callout())
        (section("Automatic checks", checks_table(&registration.checks, true)))
        (comparison::shown(registration, &compared))
        @if !rivals.is_empty() {
            (section("Also waiting for this account", comparison::rivals(&rivals, &moment)))
        }
        (section("Decision", decide))
    };
    let body = Detail::new(main)
        .aside("Deal", deal_facts(&detail, &detail.policy.document))
        .aside("Company", company_facts(&detail));
    let page = Page::new(format!("Decide: {}", shown_name(registration)))
        .crumb("Registrations", "/registrations")
        .crumb("Decision queue", "/registrations/queue")
        .status(status_mark(registration.status))
        .actions(Button::quiet("Registration").href(registration.href()))
        .body(body);
    Ok(match standing.decision_due_at {
        Some(due_at) => page.clock(Clock::by("Decision due", due_at, moment.now, &moment.zone)),
        None => page,
    })
}

fn approve_form(
    req: &Req<'_, '_>,
    registration: &Registration,
    compared: &comparison::Compared,
    (form, errors): (&Form, &FieldErrors),
) -> Markup {
    let base = format!("{}/decision", registration.href());
    let body = html! {
        (account_choice(registration, compared, form, errors))
        (Field::textarea("note", "Note to the partner").filled(form).errors(errors).rows(2)
            .max_length(4_000))
    };
    let actions = html! {
        (Button::primary("Approve").submits("do", "approve"))
        (Button::secondary("Ask the partner").href(format!("{base}/return")))
        (Button::quiet("Reject").href(format!("{base}/reject")))
    };
    PostForm::new(base.clone(), req.csrf())
        .idempotency(req.form_token())
        .errors(errors)
        .body(body)
        .actions(actions)
        .render()
}

/// Which account it is: asked only while that is open.
fn account_choice(
    registration: &Registration,
    compared: &comparison::Compared,
    form: &Form,
    errors: &FieldErrors,
) -> Markup {
    if registration.account_id.is_some() {
        return html! {};
    }
    let mut cards = RadioCards::new("account", "Which account is it?").required();
    for candidate in &compared.candidates {
        cards = cards.choice(
            Choice::new(candidate.account_id.as_str(), candidate.name.clone())
                .detail(format!("{} · {}", candidate.likelihood, candidate.reasons)),
        );
    }
    let first = compared.candidates.first().map_or(NEW, |first| first.account_id.as_str());
    let given = if form.ticked("new_account") { Some(NEW) } else { form.opt("account") };
    let chosen = given.unwrap_or(first).to_owned();
    let cards = cards
        .choice(
            Choice::new(NEW, "A new account")
                .detail("None of these: it is added as the partner named it"),
        )
        .value(chosen)
        .errors(errors);
    html! { (cards) }
}

impl Action for ApprovalInput {
    type Input = Self;

    fn open(req: &mut Req<'_, '_>) -> Result<Opened<Self>, AppError> {
        let id: RegistrationId = req.id("id")?;
        deals::find(&mut req.cx, &id)?;
        if req.form.text("account") == NEW {
            req.form.set("account", "");
            req.form.set("new_account", "1");
        }
        Ok(Opened::part_of(page, &[("account_id", "account")]))
    }

    fn run(req: &mut Req<'_, '_>, input: Self) -> Result<Done, AppError> {
        let id: RegistrationId = req.id("id")?;
        let r = DecisionInput::Approve(input).run(&mut req.cx, &id)?;
        let until = r.protected_until.map(web::day_text).unwrap_or_default();
        let words = format!("Approved: {} is protected until {until}.", r.details.account_name);
        Ok(Done::new(&id, r.href(), words))
    }
}
