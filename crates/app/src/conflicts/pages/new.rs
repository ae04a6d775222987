//! Opening a case by hand (CF-01).

use domain::ids::{AccountId, RegistrationId};
use web::{Button, Choice, Field, Form, Page, PostForm, RadioCards, html};

use super::frame::Fault;
use crate::{
    conflicts::{CaseKind, OpenCase},
    core::{error::AppError, reply::Reply, request::Req},
};

/// `/conflicts/new`
pub(super) fn show(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let url = req.query();
    let mut form = Form::default();
    for name in ["registration", "account"] {
        form.set(name, url.get(name).unwrap_or(""));
    }
    let page = page(req, &form, &Fault::default());
    req.page(page)
}

fn page(req: &Req<'_, '_>, form: &Form, fault: &Fault) -> Page {
    let of_vendor = req.cx.actor.partner_id().is_none();
    let kinds = CaseKind::ALL.into_iter().filter(|kind| *kind != CaseKind::DuplicateAccounts);
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
            (Field::text("registration", "The registration's id").filled(form).errors(&fault.errors)
                .hint("Open the registration and choose “Dispute” to have it filled in"))
            @if of_vendor {
                (Field::text("account", "Or the account's id").filled(form).errors(&fault.errors)
                    .hint("When no registration is meant in particular"))
            }
            (Field::textarea("asked", "What do you ask?").rows(4).required()
                .hint("The vendor's deciders read it").filled(form).errors(&fault.errors))
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
    Page::new("Open a conflict case")
        .crumb("Conflicts", "/conflicts")
        .intro("Who else is in it the system finds by itself.")
        .narrow()
        .body(html! { (fault.callout()) (post) })
}

/// `POST /conflicts/new`
pub(super) fn open(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let form = req.form.clone();
    let outcome = read(&form).and_then(|action| action.run(&mut req.cx));
    match outcome {
        Ok(case_id) => Ok(req.go(&format!("/conflicts/{case_id}"), "The case is open.")),
        Err(error) => {
            let fault = Fault::of(error)?;
            let page = page(req, &form, &fault);
            Err(fault.undone(req, &page))
        }
    }
}

fn read(form: &Form) -> Result<OpenCase, AppError> {
    let kind = CaseKind::from_word(form.text("kind"))
        .ok_or_else(|| AppError::field("kind", "choose what it is about"))?;
    let registration_id = match form.opt("registration") {
        Some(text) => Some(
            RegistrationId::parse(text)
                .map_err(|_| AppError::field("registration", "is no id of a registration"))?,
        ),
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
