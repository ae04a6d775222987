//! Consents through the API (DR-05).

use domain::ids::{ConsentId, RegistrationId};
use http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;

use crate::deal_registration::{
    actions::{ConsentAnswerInput, WithdrawConsent},
    read,
    store::{self, ConsentView},
};
use frame::{error::AppError, reply::Reply, request::Req};

/// The consents of a registration.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ConsentPage {
    /// Oldest first.
    data: Vec<ConsentBody>,
}

/// A consent, asked for or given.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ConsentBody {
    /// Its id.
    id: String,
    /// Who asked; empty when it was given unasked.
    asked_by: String,
    /// When it was asked for.
    asked_at: String,
    /// What direct sales wants to do.
    purpose: String,
    /// The answer; `null` while it is awaited.
    given: Option<bool>,
    /// When it was answered.
    answered_at: Option<String>,
    /// The last day it holds; `null` as long as protection.
    until_on: Option<String>,
    /// When it was withdrawn.
    withdrawn_at: Option<String>,
}

impl From<ConsentView> for ConsentBody {
    fn from(view: ConsentView) -> Self {
        Self {
            given: view.given(),
            id: view.consent_id.as_str().to_owned(),
            asked_by: view.asked_by_name,
            asked_at: view.asked_at.to_string(),
            purpose: view.purpose,
            answered_at: view.answered_at.map(|at| at.to_string()),
            until_on: view.until_on.map(|on| on.to_string()),
            withdrawn_at: view.withdrawn_at.map(|at| at.to_string()),
        }
    }
}

/// `GET /api/v1/deal-registrations/{id}/consents`
pub(super) fn list(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: RegistrationId = req.id("id")?;
    let registration = read::find(&mut req.cx, &id)?;
    let views = store::consents(&mut req.cx, &registration.registration_id)?;
    Reply::json(&ConsentPage { data: views.into_iter().map(ConsentBody::from).collect() })
}

/// The answer with a consent.
pub(in crate::deal_registration) fn reply(
    consent: ConsentView,
    status: StatusCode,
) -> Result<Reply, AppError> {
    Reply::json_with(status, &ConsentBody::from(consent))
}

/// The consent of the path, which must belong to the registration of the path.
fn named(req: &mut Req<'_, '_>) -> Result<ConsentId, AppError> {
    let id: RegistrationId = req.id("id")?;
    let consent_id: ConsentId = req.id("consent_id")?;
    // Whoever may not know of the registration is told so before the body is looked at.
    let visible = req.cx.actor.visibility();
    store::find(req.cx.tx, &visible, &id)?.ok_or(AppError::NotFound)?;
    let consent = store::consent(&mut req.cx, &consent_id)?;
    let belongs = consent.is_some_and(|consent| consent.registration_id == id);
    if belongs { Ok(consent_id) } else { Err(AppError::NotFound) }
}

/// `POST /api/v1/deal-registrations/{id}/consents/{consent_id}/answer`
pub(super) fn answer(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let consent_id = named(req)?;
    let input: ConsentAnswerInput = req.body_as()?;
    reply(input.run(&mut req.cx, &consent_id, "api")?, StatusCode::OK)
}

/// `POST /api/v1/deal-registrations/{id}/consents/{consent_id}/withdrawal`
pub(super) fn withdraw(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let consent_id = named(req)?;
    reply(WithdrawConsent { consent_id }.run(&mut req.cx)?, StatusCode::OK)
}

/// `GET /api/v1/consent-requests/{consent_id}`
pub(super) fn show_request(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let consent_id: ConsentId = req.id("consent_id")?;
    let view = store::consent(&mut req.cx, &consent_id)?.ok_or(AppError::NotFound)?;
    reply(view, StatusCode::OK)
}
