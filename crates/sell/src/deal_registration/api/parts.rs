//! Activities and roles through the API.

use domain::ids::RegistrationId;
use http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;

use crate::deal_registration::{
    actions::{Logged, RoleInput},
    read,
    store::{self, ActivityView},
};
use frame::{error::AppError, reply::Reply, request::Req};

/// The documented activities of a registration.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ActivityPage {
    /// In the order in which they were logged.
    data: Vec<ActivityBody>,
}

/// A documented activity.
#[derive(Debug, Serialize, JsonSchema)]
struct ActivityBody {
    /// Its id.
    id: String,
    /// What was done.
    kind: &'static str,
    /// The day on which it occurred.
    occurred_on: String,
    /// Whom the partner spoke with.
    contact: String,
    /// What came of it.
    note: String,
    /// Who logged it.
    logged_by: String,
    /// When.
    logged_at: String,
    /// The day from which it counts for the follow-up clock (DR-08).
    counts_from: String,
}

/// An activity that was documented, and what it did to the clock.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct LoggedBody {
    #[serde(flatten)]
    activity: ActivityBody,
    /// True when it ended a lapse (DR-07).
    healed: bool,
    /// The first day without lockout when nothing more is documented.
    lapses_on: Option<String>,
    /// What it did, as a sentence.
    words: String,
}

impl From<ActivityView> for ActivityBody {
    fn from(view: ActivityView) -> Self {
        Self {
            id: view.activity_id.as_str().to_owned(),
            kind: view.kind.word(),
            occurred_on: view.occurred_on.to_string(),
            contact: view.contact,
            note: view.note,
            logged_by: view.logged_by_name,
            logged_at: view.logged_at.to_string(),
            counts_from: view.counts_from.to_string(),
        }
    }
}

/// `GET /api/v1/deal-registrations/{id}/activities`
pub(super) fn activities(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: RegistrationId = req.id("id")?;
    let registration = read::find(&mut req.cx, &id)?;
    let views = store::activities(&mut req.cx, &registration.registration_id)?;
    Reply::json(&ActivityPage { data: views.into_iter().map(ActivityBody::from).collect() })
}

/// The answer with an activity that was documented.
pub(in crate::deal_registration) fn logged(logged: Logged) -> Result<Reply, AppError> {
    let body = LoggedBody {
        activity: logged.activity.into(),
        healed: logged.healed,
        lapses_on: logged.registration.lapses_on.map(|on| on.to_string()),
        words: logged.words,
    };
    Reply::json_with(StatusCode::CREATED, &body)
}

/// Other partners on a deal.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RolePage {
    /// Oldest first.
    data: Vec<RoleBody>,
}

/// Another partner on a deal.
#[derive(Debug, Serialize, JsonSchema)]
struct RoleBody {
    /// The partner.
    partner_id: String,
    /// What it does.
    role: &'static str,
    /// Since when.
    added_at: String,
}

fn role_page(req: &mut Req<'_, '_>, id: &RegistrationId) -> Result<RolePage, AppError> {
    let views = store::roles(&mut req.cx, id)?;
    let data = views
        .into_iter()
        .map(|view| RoleBody {
            partner_id: view.partner_id.as_str().to_owned(),
            role: view.role.word(),
            added_at: view.added_at.to_string(),
        })
        .collect();
    Ok(RolePage { data })
}

/// `GET /api/v1/deal-registrations/{id}/roles`
pub(super) fn roles(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: RegistrationId = req.id("id")?;
    let registration = read::find(&mut req.cx, &id)?;
    Reply::json(&role_page(req, &registration.registration_id)?)
}

/// `POST /api/v1/deal-registrations/{id}/roles`
pub(super) fn add_role(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: RegistrationId = req.id("id")?;
    read::find(&mut req.cx, &id)?;
    req.body_as::<RoleInput>()?.add(&mut req.cx, &id)?;
    Reply::json_with(StatusCode::CREATED, &role_page(req, &id)?)
}

/// `DELETE /api/v1/deal-registrations/{id}/roles`
pub(super) fn remove_role(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let id: RegistrationId = req.id("id")?;
    read::find(&mut req.cx, &id)?;
    req.body_as::<RoleInput>()?.remove(&mut req.cx, &id)?;
    Reply::json(&role_page(req, &id)?)
}
