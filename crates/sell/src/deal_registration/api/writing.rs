//! Writing registrations through the API.

use domain::ids::{PartnerId, ProgramId, RegistrationId};
use schemars::JsonSchema;
use serde::Serialize;

use super::{bodies::RegistrationDetail, inputs::RegistrationInput};
use crate::deal_registration::{
    actions::{
        Amend, DecisionInput, OutcomeInput, Renew, SaveDraft, Submit, SubmitNew, Submitted, TakeUp,
    },
    read,
    receipts::SignedReceipt,
    store::{Registration, Source},
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
    text.parse().map_err(|_| AppError::field(field, "this is no id of the right kind"))
}

fn opt_id<T: std::str::FromStr>(field: &str, text: Option<&str>) -> Result<Option<T>, AppError> {
    text.map(|text| id_of(field, text)).transpose()
}

fn id(req: &Req<'_, '_>) -> Result<RegistrationId, AppError> {
    req.id("id")
}

fn submitted(req: &Req<'_, '_>, done: &Submitted, created: bool) -> Result<Reply, AppError> {
    let for_vendor = req.cx.actor.partner_id().is_none();
    let body = SubmittedBody {
        registration: RegistrationDetail::of(&done.registration, for_vendor),
        receipt: Some(&done.receipt),
    };
    let reply = if created {
        Reply::created(&location(&done.registration), &body)?
    } else {
        Reply::json(&body)?
    };
    Ok(reply.etag(done.registration.version))
}

fn location(registration: &Registration) -> String {
    format!("/api/v1/deal-registrations/{}", registration.registration_id)
}

/// `POST /api/v1/deal-registrations`
pub(super) fn create(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let input: RegistrationInput = req.json()?;
    let partner_id: Option<PartnerId> = opt_id("partner_id", input.partner_id.as_deref())?;
    let program_id: Option<ProgramId> = opt_id("program_id", input.program_id.as_deref())?;
    let (submit, source) = (input.submit, Source::Api);
    let changes = input.changes()?;
    if submit {
        let done = SubmitNew { partner_id, program_id, changes, source }.run(&mut req.cx)?;
        return submitted(req, &done, true);
    }
    let draft = SaveDraft { registration_id: None, partner_id, program_id, changes, source };
    let registration = draft.run(&mut req.cx)?;
    let for_vendor = req.cx.actor.partner_id().is_none();
    let body = SubmittedBody {
        registration: RegistrationDetail::of(&registration, for_vendor),
        receipt: None,
    };
    Ok(Reply::created(&location(&registration), &body)?.etag(registration.version))
}

/// `PATCH /api/v1/deal-registrations/{id}` and `POST …/amendments`
pub(super) fn change(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let input: RegistrationInput = req.json()?;
    let fixed = [
        ("partner_id", input.partner_id.is_some()),
        ("program_id", input.program_id.is_some()),
        ("submit", input.submit),
    ];
    if let Some((name, _)) = fixed.into_iter().find(|(_, given)| *given) {
        return Err(AppError::field(name, "cannot be changed here"));
    }
    let registration_id = id(req)?;
    let current = read::find(&mut req.cx, &registration_id)?;
    req.if_match(current.version)?;
    let changes = input.changes()?;
    let amend = Amend { registration_id, changes, expected_version: Some(current.version) };
    let registration = amend.run(&mut req.cx)?;
    reply(req, &registration)
}

/// `POST /api/v1/deal-registrations/{id}/submission`
pub(super) fn submit(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let done = Submit { registration_id: id(req)? }.run(&mut req.cx)?;
    submitted(req, &done, false)
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
