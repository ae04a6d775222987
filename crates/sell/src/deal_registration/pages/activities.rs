//! Logging an activity, which keeps the lockout in force (DR-06 to DR-08).

use domain::ids::RegistrationId;
use web::html;

use super::{change::opened, facts::follow_up_words, words::Moment};
use crate::deal_registration::{
    self as deals,
    actions::{ActivityInput, Logged},
    api,
};
use frame::{
    action::{Action, Done, Opened},
    error::AppError,
    request::Req,
};

impl Action for ActivityInput {
    type Input = Self;

    fn open(req: &mut Req<'_, '_>) -> Result<Opened<Self>, AppError> {
        let id: RegistrationId = req.id("id")?;
        if req.input.is_api() {
            let r = deals::find(&mut req.cx, &id)?;
            return Ok(opened(&r, "", ("", "")));
        }
        let detail = deals::detail(&mut req.cx, &id)?;
        let moment = Moment::of(&mut req.cx)?;
        let words = follow_up_words(&detail, &moment).unwrap_or_else(|| {
            "Each activity restarts the follow-up clock from the day it took place.".to_owned()
        });
        Ok(opened(&detail.registration, "Log activity", ("activities/new", "Log activity"))
            .above(html! { p { (words) } })
            .preset("occurred_on", moment.today.to_string()))
    }

    fn run(req: &mut Req<'_, '_>, input: Self) -> Result<Done, AppError> {
        let id: RegistrationId = req.id("id")?;
        let logged = input.run(&mut req.cx, &id)?;
        let done = Done::new(&id, logged.registration.href(), said(&logged));
        Ok(done.answered(api::logged(logged)?))
    }
}

/// What logging did.
pub(super) fn said(logged: &Logged) -> String {
    if logged.healed {
        format!("Logged. The lockout is restored: direct sales stays out. {}", logged.words)
    } else {
        format!("Logged. {}", logged.words)
    }
}
