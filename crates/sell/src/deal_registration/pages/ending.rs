//! The ends of a registration: withdrawn, released, won, lost. Each says what follows before it
//! happens.

use domain::{
    deal_registration::{stage::LostReason, status::StatusKind},
    ids::RegistrationId,
    money::Money,
};
use jiff::civil::Date;
use web::{
    Button, Choice, Field, FieldErrors, Form, Markup, Page, PostForm, confirm_page, day_text, html,
};

use super::{
    edit::shown_name,
    forms::{Fault, fault_of, undone},
    words::Moment,
};
use crate::deal_registration::{
    self as deals, Registration,
    actions::{CloseLost, CloseWon, Release, Withdraw},
};
use channel::partners;
use frame::{error::AppError, reply::Reply, request::Req};

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Withdrawn,
    Released,
    Won,
    Lost,
}

impl End {
    const fn segment(self) -> &'static str {
        match self {
            Self::Withdrawn => "withdrawal",
            Self::Released => "release",
            Self::Won => "win",
            Self::Lost => "loss",
        }
    }

    const fn title(self, registration: &Registration) -> &'static str {
        match self {
            Self::Withdrawn if registration.status.is_live() => "Give back",
            Self::Withdrawn => "Withdraw",
            Self::Released => "Release",
            Self::Won => "Won",
            Self::Lost => "Lost",
        }
    }
}

/// `/registrations/{id}/withdrawal`
pub(super) fn show_withdrawal(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    show(req, End::Withdrawn)
}

/// `/registrations/{id}/release`
pub(super) fn show_release(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    show(req, End::Released)
}

/// `/registrations/{id}/win`
pub(super) fn show_win(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    show(req, End::Won)
}

/// `/registrations/{id}/loss`
pub(super) fn show_loss(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    show(req, End::Lost)
}

/// `POST /registrations/{id}/withdrawal`
pub(super) fn withdraw(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    act(req, End::Withdrawn)
}

/// `POST /registrations/{id}/release`
pub(super) fn release(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    act(req, End::Released)
}

/// `POST /registrations/{id}/win`
pub(super) fn win(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    act(req, End::Won)
}

/// `POST /registrations/{id}/loss`
pub(super) fn lose(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    act(req, End::Lost)
}

fn show(req: &mut Req<'_, '_>, end: End) -> Result<Reply, AppError> {
    let id: RegistrationId = req.id("id")?;
    let registration = deals::find(&mut req.cx, &id)?;
    let moment = Moment::of(&mut req.cx)?;
    let mut pairs = vec![("closed_on".to_owned(), moment.today.to_string())];
    if let Some(amount) = registration.details.amount {
        pairs.push(("amount".to_owned(), amount.decimal()));
    }
    let form = Form::from_pairs(pairs);
    let page = page(req, &registration, end, (&form, &Fault::default()))?;
    req.page(page)
}

fn page(
    req: &mut Req<'_, '_>,
    r: &Registration,
    end: End,
    (form, fault): (&Form, &Fault),
) -> Result<Page, AppError> {
    let moment = Moment::of(&mut req.cx)?;
    let partner = partners::name_of(&mut req.cx, &r.partner_id)?;
    let name = shown_name(r);
    let question = question(r, end, &name, &partner);
    let post = PostForm::new(format!("{}/{}", r.href(), end.segment()), req.csrf())
        .idempotency(req.form_token())
        .errors(&fault.errors)
        .body(fields(r, end, (form, &fault.errors), moment.today))
        .actions(html! { (button(r, end)) (Button::quiet("Back").href(r.href())) });
    Ok(Page::new(end.title(r))
        .crumb("Registrations", "/registrations")
        .crumb(name.clone(), r.href())
        .narrow()
        .body(html! {
            (fault.callout())
            (confirm_page(&question, &consequences(r, end, &name, &partner), post))
        }))
}

fn question(r: &Registration, end: End, name: &str, partner: &str) -> String {
    match end {
        End::Withdrawn if r.status.is_live() => format!("Give {name} back before protection ends?"),
        End::Withdrawn => format!("Withdraw the registration of {name}?"),
        End::Released => format!("End the protection that {partner} has on {name}?"),
        End::Won => format!("Has {name} ordered?"),
        End::Lost => format!("Is {name} lost?"),
    }
}

fn button(r: &Registration, end: End) -> Button {
    match end {
        End::Withdrawn if r.status.is_live() => Button::danger("Give it back"),
        End::Withdrawn => Button::danger("Withdraw it"),
        End::Released => Button::danger("Release the account"),
        End::Won => Button::primary("It is won"),
        End::Lost => Button::danger("It is lost"),
    }
}

/// What follows, by name and date.
fn consequences(r: &Registration, end: End, name: &str, partner: &str) -> Vec<String> {
    let until = r.protected_until.map(day_text).unwrap_or_default();
    let free = format!(
        "{name} is free at once: other partners can register it and direct sales may engage"
    );
    let mut follows = match end {
        End::Withdrawn if r.status == StatusKind::Draft => {
            vec!["Nobody but you saw the draft; it stays in your list as withdrawn".to_owned()]
        }
        End::Withdrawn if r.status.is_live() => {
            vec![free, format!("The days until {until} are given up; a new registration starts at the end of the line")]
        }
        End::Withdrawn => vec![
            "The vendor's decision is no longer awaited".to_owned(),
            "You can submit it again; each submission counts from its own time".to_owned(),
        ],
        End::Released => vec![
            free,
            format!("{partner} loses the days until {until} and is told why"),
            "The release stays in the timeline and in the audit trail".to_owned(),
        ],
        End::Won => vec![
            "The registration is closed as won; its clocks stop".to_owned(),
            "Other partners and direct sales are no longer kept out by it; the account becomes a customer".to_owned(),
        ],
        End::Lost => vec![free, "The registration is closed as lost; its clocks stop".to_owned()],
    };
    if end != End::Withdrawn || r.status != StatusKind::Draft {
        follows.push("It cannot be undone; what happened so far is kept".to_owned());
    }
    follows
}

fn fields(
    r: &Registration,
    end: End,
    (form, errors): (&Form, &FieldErrors),
    today: Date,
) -> Markup {
    let closed_on = Field::date("closed_on", "Day of the decision")
        .filled(form)
        .errors(errors)
        .max(today.to_string())
        .short();
    let note = |name: &str, label: &str| {
        Field::textarea(name, label).filled(form).errors(errors).rows(2).max_length(4_000)
    };
    match end {
        End::Withdrawn => html! { (note("note", "Why").hint("The vendor reads it")) },
        End::Released => html! { (note("reason", "Why").required().hint("The partner reads it")) },
        End::Won => html! {
            (closed_on)
            (Field::money("amount", "Ordered revenue per year", r.currency.as_str())
                .filled(form).errors(errors))
        },
        End::Lost => html! {
            (Field::select("reason", "Reason", std::iter::once(Choice::new("", "Choose the main reason"))
                .chain(LostReason::ALL.iter().map(|reason| Choice::new(reason.word(), reason.label()))))
                .required().filled(form).errors(errors))
            (closed_on)
            (note("note", "Note").hint("What would have won it?"))
        },
    }
}

fn carry_out(req: &mut Req<'_, '_>, r: &Registration, end: End) -> Result<Registration, AppError> {
    let registration_id = r.registration_id.clone();
    let note = req.form.text("note").to_owned();
    match end {
        End::Withdrawn => Withdraw { registration_id, note }.run(&mut req.cx),
        End::Released => {
            let reason = req.form.text("reason").to_owned();
            Release { registration_id, reason }.run(&mut req.cx)
        }
        End::Won => {
            let amount = match req.form.opt("amount") {
                None => None,
                Some(text) => Some(
                    Money::parse_decimal(text, r.currency)
                        .map_err(|error| AppError::field("amount", error.to_string()))?,
                ),
            };
            let closed_on = deals::form::opt_day("closed_on", req.form.opt("closed_on"))?;
            CloseWon { registration_id, closed_on, amount }.run(&mut req.cx)
        }
        End::Lost => {
            let reason = LostReason::from_word(req.form.text("reason"))
                .ok_or_else(|| AppError::field("reason", "choose the main reason"))?;
            let closed_on = deals::form::opt_day("closed_on", req.form.opt("closed_on"))?;
            CloseLost { registration_id, reason, closed_on, note }.run(&mut req.cx)
        }
    }
}

fn act(req: &mut Req<'_, '_>, end: End) -> Result<Reply, AppError> {
    let id: RegistrationId = req.id("id")?;
    let registration = deals::find(&mut req.cx, &id)?;
    match carry_out(req, &registration, end) {
        Ok(done) => {
            let words = match end {
                End::Withdrawn => "Withdrawn.",
                End::Released => "Released: the account is free.",
                End::Won => "Won. The clocks have stopped.",
                End::Lost => "Closed as lost.",
            };
            Ok(req.go(&done.href(), words))
        }
        Err(error) => {
            let fault = fault_of(error)?;
            let form = req.form.clone();
            let page = page(req, &registration, end, (&form, &fault))?;
            Err(undone(req, fault.status(), &page))
        }
    }
}
