//! One-click steps: renewing, starting review, changing the sales stage, downloading the receipt.

use domain::ids::RegistrationId;
use web::{Button, Form, Page, day_text, html};

use super::{change::done, edit::shown_name};
use crate::deal_registration::{
    self as deals, Registration,
    actions::{Renew, StageInput, TakeUp},
};
use frame::{
    action::{Action, Done, Opened},
    error::AppError,
    fault::Fault,
    reply::Reply,
    request::Req,
};

/// `POST /registrations/{id}/renewal`
pub(super) fn renew(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: RegistrationId = req.id("id")?;
    let outcome = Renew { registration_id: id }.run(&mut req.cx);
    after(req, outcome, |r| {
        let until = r.protected_until.map(day_text).unwrap_or_default();
        format!("Renewed: the account is protected until {until}.")
    })
}

/// `POST /registrations/{id}/take-up`
pub(super) fn take_up(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: RegistrationId = req.id("id")?;
    let outcome = TakeUp { registration_id: id }.run(&mut req.cx);
    after(req, outcome, |_| "Under review. The partner has been notified.".to_owned())
}

impl Action for StageInput {
    type Input = Self;

    fn open(req: &mut Req<'_, '_>) -> Result<Opened<Self>, AppError> {
        let id: RegistrationId = req.id("id")?;
        deals::find(&mut req.cx, &id)?;
        Ok(Opened::part_of(not_possible, &[]))
    }

    fn run(req: &mut Req<'_, '_>, input: Self) -> Result<Done, AppError> {
        let id: RegistrationId = req.id("id")?;
        let r = input.run(&mut req.cx, &id)?;
        done(req, &r, format!("Stage: {}.", r.stage.label().to_lowercase()))
    }
}

/// Back to registration, or a page that says which rule refused and why.
fn after(
    req: &mut Req<'_, '_>,
    outcome: Result<Registration, AppError>,
    said: impl FnOnce(&Registration) -> String,
) -> Result<Reply, AppError> {
    match outcome {
        Ok(done) => {
            let words = said(&done);
            Ok(req.go(&done.href(), &words))
        }
        Err(error) => {
            let fault = Fault::of(error)?;
            let page = not_possible(req, &Form::default(), &fault)?;
            Err(fault.undone(req, &page))
        }
    }
}

fn not_possible(req: &mut Req<'_, '_>, _: &Form, fault: &Fault) -> Result<Page, AppError> {
    let id: RegistrationId = req.id("id")?;
    let registration = deals::find(&mut req.cx, &id)?;
    let words: Vec<&str> = fault.errors.iter().map(|(_, words)| words).collect();
    Ok(Page::new("Not possible at the moment")
        .crumb("Registrations", "/registrations")
        .crumb(shown_name(&registration), registration.href())
        .narrow()
        .body(html! {
            (fault.callout())
            @if !words.is_empty() { p { (words.join("; ")) } }
            div.btn-row { (Button::primary("Back to registration").href(registration.href())) }
        }))
}

/// `/registrations/{id}/receipt`: the signed receipt as a file (DR-19).
pub(super) fn receipt(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: RegistrationId = req.id("id")?;
    let registration = deals::find(&mut req.cx, &id)?;
    let receipt = deals::read::receipt(&mut req.cx, &id)?;
    let body = serde_json::to_vec_pretty(&receipt).map_err(AppError::internal)?;
    let name = format!("receipt-{}.json", registration.reference());
    Ok(Reply::download("application/json", &name, body))
}
