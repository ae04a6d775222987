//! Writing registrations through the API.

use domain::ids::RegistrationId;
use schemars::JsonSchema;
use serde::Serialize;

use super::bodies::RegistrationDetail;
use crate::deal_registration::{
    actions::{DecisionInput, OutcomeInput, Renew, Submit, TakeUp},
    read,
    receipts::SignedReceipt,
    store::Registration,
};
use frame::{error::AppError, reply::Reply, request::Req};

/// A registration, with its receipt when it was submitted.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct SubmittedBody<'a> {
    #[serde(flatten)]
    registration: RegistrationDetail<'a>,
    /// The signed receipt; `null` for a draft.
    #[schemars(with = "Option<serde_json::Value>")]
    receipt: Option<&'a SignedReceipt>,
}

/// The answer with a registration and its `ETag`.
pub(in crate::deal_registration) fn reply(
    req: &Req<'_, '_>,
    registration: &Registration,
) -> Result<Reply, AppError> {
    let for_vendor = req.cx.actor.partner_id().is_none();
    let body = RegistrationDetail::of(registration, for_vendor);
    Ok(Reply::json(&body)?.etag(registration.version))
}

/// An id in a body, or the error of that field.
pub(super) fn id_of<T: std::str::FromStr>(field: &str, text: &str) -> Result<T, AppError> {
    text.parse().map_err(|_| AppError::field(field, "This is not an id of the right kind"))
}

fn id(req: &Req<'_, '_>) -> Result<RegistrationId, AppError> {
    req.id("id")
}

fn with_receipt<'a>(
    req: &Req<'_, '_>,
    registration: &'a Registration,
    receipt: Option<&'a SignedReceipt>,
) -> SubmittedBody<'a> {
    let for_vendor = req.cx.actor.partner_id().is_none();
    SubmittedBody { registration: RegistrationDetail::of(registration, for_vendor), receipt }
}

/// The answer with a registration that was begun, and its receipt when it was submitted.
pub(in crate::deal_registration) fn begun(
    req: &Req<'_, '_>,
    registration: &Registration,
    receipt: Option<&SignedReceipt>,
) -> Result<Reply, AppError> {
    let location = format!("/api/v1/deal-registrations/{}", registration.registration_id);
    let body = with_receipt(req, registration, receipt);
    Ok(Reply::created(&location, &body)?.etag(registration.version))
}

/// `POST /api/v1/deal-registrations/{id}/submission`
pub(super) fn submit(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let done = Submit { registration_id: id(req)? }.run(&mut req.cx)?;
    let body = with_receipt(req, &done.registration, Some(&done.receipt));
    Ok(Reply::json(&body)?.etag(done.registration.version))
}

/// `POST /api/v1/deal-registrations/{id}/review`
pub(super) fn take_up(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let registration = TakeUp { registration_id: id(req)? }.run(&mut req.cx)?;
    reply(req, &registration)
}

/// `POST /api/v1/deal-registrations/{id}/decision`
pub(super) fn decide(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id = id(req)?;
    read::find(&mut req.cx, &id)?;
    let registration = req.body_as::<DecisionInput>()?.run(&mut req.cx, &id)?;
    reply(req, &registration)
}

/// `POST /api/v1/deal-registrations/{id}/renewal`
pub(super) fn renew(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let registration = Renew { registration_id: id(req)? }.run(&mut req.cx)?;
    reply(req, &registration)
}

/// `POST /api/v1/deal-registrations/{id}/outcome`
pub(super) fn outcome(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id = id(req)?;
    read::find(&mut req.cx, &id)?;
    let registration = match req.body_as()? {
        OutcomeInput::Won(input) => input.run(&mut req.cx, &id)?,
        OutcomeInput::Lost(input) => input.run(&mut req.cx, &id)?,
    };
    reply(req, &registration)
}
