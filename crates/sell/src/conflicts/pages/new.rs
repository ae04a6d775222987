//! Opening a case by hand (CF-01).

use domain::ids::{AccountId, RegistrationId};
use web::{Button, Choice, Field, Form, Markup, Page, PostForm, RadioCards, html};

use super::forms::Fault;
use crate::conflicts::{CaseKind, OpenCase};
use frame::{error::AppError, reply::Reply, request::Req};

/// `/conflicts/new`
pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let url = req.query();
    let mut form = Form::default();
    for name in ["registration", "account", "kind"] {
        form.set(name, url.get(name).unwrap_or(""));
    }
    let page = page(req, &form, &Fault::default())?;
    req.page(page)
}

/// Which registration: a partner chooses among its own, the vendor writes its number.
fn registration(req: &mut Req<'_, '_>, form: &Form, fault: &Fault) -> Result<Markup, AppError> {
    if req.cx.actor.partner_id().is_none() {
        let field = Field::text("registration", "Which registration?").short();
        let hint = "Its number, for example R-000012; “Dispute” on its page fills it in";
        return Ok(html! { (field.hint(hint).filled(form).errors(&fault.errors)) });
    }
    let nameable = crate::conflicts::hands(req.cx.app)?.claims.nameable;
    let known = nameable(&mut req.cx)?;
    let mut choices = vec![Choice::new("", "Choose one of your registrations")];
    let given = form.text("registration");
    if !given.is_empty() && !known.iter().any(|(id, _)| id.as_str() == given) {
        choices.push(Choice::new(given, "The registration you came from"));
    }
    choices.extend(known.iter().map(|(id, name)| Choice::new(id.as_str(), name)));
    let field = Field::select("registration", "Which registration is it about?", choices);
    Ok(html! { (field.required().filled(form).errors(&fault.errors)) })
}

fn page(req: &mut Req<'_, '_>, form: &Form, fault: &Fault) -> Result<Page, AppError> {
    let registration = registration(req, form, fault)?;
    let of_vendor = req.cx.actor.partner_id().is_none();
    let kinds = CaseKind::ALL.iter().copied().filter(|kind| *kind != CaseKind::DuplicateAccounts);
    let mut cards = RadioCards::new("kind", "What is it about?").required();
    for kind in kinds {
        let detail = match kind {
            CaseKind::PartnerPartner => "Somebody else seems to work the same account",
            CaseKind::PartnerDirect => "Direct sales works an account that a partner protects",
            CaseKind::DuplicateAccounts => "Two records are one company, or are not",
            CaseKind::Decision => "A decision on a registration is wrong",
            CaseKind::Attribution => "It is disputed whose deal it was, or what is paid",
        };
        cards = cards.choice(Choice::new(kind.word(), kind.label()).detail(detail));
    }
    let post = PostForm::new("/conflicts/new", req.csrf())
        .idempotency(req.form_token())
        .errors(&fault.errors)
        .body(html! {
            (cards.filled(form).errors(&fault.errors))
            (registration)
            @if of_vendor {
                (Field::text("account", "Or which account?").filled(form).errors(&fault.errors)
                    .hint("Its id, when no registration is meant in particular; “Open a case” on its page fills it in"))
            }
            (Field::textarea("asked", "What do you ask?").rows(4).required()
                .hint(if of_vendor { "Those who decide read it, and direct sales" } else { "Those at the vendor who decide read it, no other partner does" })
                .filled(form).errors(&fault.errors))
            @if of_vendor {
                (Field::textarea("asked_of_partners", "What do partners read?").rows(3)
                    .hint("Must not name a partner; the usual words when left empty")
                    .filled(form).errors(&fault.errors))
            }
        })
        .actions(html! {
            (Button::primary("Open the case"))
            (Button::quiet("Cancel").href("/conflicts"))
        });
    Ok(Page::new("Open a conflict case")
        .crumb("Conflicts", "/conflicts")
        .intro("Who else is in it the system finds by itself. Somebody without a stake decides it, in time.")
        .narrow()
        .body(html! { (fault.callout()) (post) }))
}

/// `POST /conflicts/new`
pub(super) fn open(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let form = req.form.clone();
    let outcome = read(req, &form).and_then(|action| action.run(&mut req.cx));
    match outcome {
        Ok(case_id) => Ok(req.go(&format!("/conflicts/{case_id}"), "The case is open.")),
        Err(error) => {
            let fault = Fault::of(error)?;
            let page = page(req, &form, &fault)?;
            Err(fault.undone(req, &page))
        }
    }
}

/// The registration of an id or a number such as `R-000012`.
fn named(req: &mut Req<'_, '_>, text: &str) -> Result<RegistrationId, AppError> {
    if let Ok(id) = RegistrationId::parse(text) {
        return Ok(id);
    }
    let numbered = crate::conflicts::hands(req.cx.app)?.claims.numbered;
    let digits = text.trim_start_matches(['R', 'r', '-']);
    let found = match digits.parse::<i64>() {
        Ok(number) => numbered(&mut req.cx, number)?,
        Err(_) => None,
    };
    found.ok_or_else(|| AppError::field("registration", "there is no such registration"))
}

fn read(req: &mut Req<'_, '_>, form: &Form) -> Result<OpenCase, AppError> {
    let kind = CaseKind::from_word(form.text("kind"))
        .ok_or_else(|| AppError::field("kind", "choose what it is about"))?;
    let registration_id = match form.opt("registration") {
        Some(text) => Some(named(req, text)?),
        None => None,
    };
    let account_id = match form.opt("account") {
        Some(text) => Some(
            AccountId::parse(text)
                .map_err(|_| AppError::field("account", "is no id of an account"))?,
        ),
        None => None,
    };
    Ok(OpenCase {
        kind,
        registration_id,
        account_id,
        asked: form.text("asked").to_owned(),
        asked_of_partners: form.text("asked_of_partners").to_owned(),
    })
}
