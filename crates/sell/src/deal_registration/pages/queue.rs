//! Deciding several registrations of the queue together.

use domain::ids::RegistrationId;
use web::{Button, Page, PostForm, confirm_page, hidden, html};

use crate::deal_registration::{
    self as deals,
    actions::{AccountChoice, Decide, Decision, TakeUp},
};
use channel::partners;
use frame::{error::AppError, fault::Fault, reply::Reply, request::Req};

/// The most registrations that one step may decide together.
const MOST_TOGETHER: usize = 50;

/// `POST /registrations/bulk`: asks once more, then does it for all or for none.
pub(super) fn bulk(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let ids = ids(req)?;
    let approves = req.form.text("do") == "approve";
    if req.form.text("sure") != "1" {
        return ask(req, &ids, approves);
    }
    let mut done = 0_usize;
    for id in &ids {
        match one(req, id, approves) {
            Ok(()) => done = done.saturating_add(1),
            Err(error) => return Err(stopped(req, id, error)),
        }
    }
    let verb = if approves { "approved" } else { "under review" };
    Ok(req.go("/registrations/queue", &format!("{done} {verb}.")))
}

fn ids(req: &Req<'_, '_>) -> Result<Vec<RegistrationId>, AppError> {
    let given = req.form.all("id");
    if given.is_empty() {
        return Err(AppError::field("id", "Select at least one registration"));
    }
    if given.len() > MOST_TOGETHER {
        return Err(AppError::field("id", format!("Select at most {MOST_TOGETHER} registrations")));
    }
    given.into_iter().map(|id| RegistrationId::parse(id).map_err(|_| AppError::NotFound)).collect()
}

fn one(req: &mut Req<'_, '_>, id: &RegistrationId, approves: bool) -> Result<(), AppError> {
    if approves {
        let account = AccountChoice::AsFound;
        let decision = Decision::Approve { account, note: String::new() };
        Decide { registration_id: id.clone(), decision }.run(&mut req.cx)?;
    } else {
        TakeUp { registration_id: id.clone() }.run(&mut req.cx)?;
    }
    Ok(())
}

fn ask(req: &mut Req<'_, '_>, ids: &[RegistrationId], approves: bool) -> Result<Reply, AppError> {
    let mut consequences = Vec::with_capacity(ids.len());
    for id in ids {
        let registration = deals::find(&mut req.cx, id)?;
        let partner = partners::name_of(&mut req.cx, &registration.partner_id)?;
        let warned = registration.checks.iter().filter(|check| check.outcome != "passed").count();
        let checks = if warned == 0 {
            "every automatic check passed".to_owned()
        } else {
            format!("{warned} of {} automatic checks need a look", registration.checks.len())
        };
        let name = &registration.details.account_name;
        let follows = if approves {
            format!("{name} is protected for {partner} from today: {checks}")
        } else {
            format!("{partner} is notified that {name} is under review: {checks}")
        };
        consequences.push(follows);
    }
    let (question, verb) = if approves {
        ("Approve these registrations?", "Approve")
    } else {
        ("Start the review of these registrations?", "Start review")
    };
    let csrf = req.csrf();
    let form = PostForm::new("/registrations/bulk", csrf)
        .idempotency(req.form_token())
        .body(html! {
            (hidden("sure", "1"))
            @for id in ids { (hidden("id", id.as_str())) }
        })
        .actions(html! {
            (Button::primary(format!("{verb} ({})", ids.len()))
                .submits("do", if approves { "approve" } else { "take_up" }))
            (Button::quiet("Back to the queue").href("/registrations/queue"))
        });
    let page = Page::new(verb)
        .crumb("Registrations", "/registrations")
        .crumb("Decision queue", "/registrations/queue")
        .narrow()
        .body(confirm_page(question, &consequences, form));
    req.page(page)
}

/// One of them cannot be decided so: none is, and the page says which and why.
fn stopped(req: &mut Req<'_, '_>, id: &RegistrationId, error: AppError) -> AppError {
    let fault = match Fault::of(error) {
        Ok(fault) => fault,
        Err(error) => return error,
    };
    let name = deals::find(&mut req.cx, id)
        .map_or_else(|_| id.as_str().to_owned(), |registration| registration.details.account_name);
    let words: Vec<&str> = fault.errors.iter().map(|(_, message)| message).collect();
    let body = html! {
        (fault.callout())
        @if !words.is_empty() { p { (words.join("; ")) } }
        p { "It is about " a href=(format!("/registrations/{id}/decision")) { (name) } ". Nothing was changed for the others either: decide this one alone, then the rest together." }
        (Button::primary("Back to the queue").href("/registrations/queue"))
    };
    let page = Page::new("Not decided")
        .crumb("Registrations", "/registrations")
        .crumb("Decision queue", "/registrations/queue")
        .narrow()
        .body(body);
    fault.undone(req, &page)
}
