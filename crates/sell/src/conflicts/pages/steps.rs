//! What the decider does besides deciding, and the file of the evidence.

use domain::ids::{CaseId, PartnerId};

use super::{decide::page, forms::back};
use crate::conflicts::{Escalate, HoldClocks, RequestEvidence, evidence, store};
use frame::{error::AppError, reply::Reply, request::Req};

/// `POST /conflicts/{case_id}/requests`
pub(super) fn request(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let case_id: CaseId = req.id("case_id")?;
    store::find(&mut req.cx, &case_id)?;
    let partner_id = match req.form.text("party") {
        "direct_sales" => None,
        text => match PartnerId::parse(text) {
            Ok(partner_id) => Some(partner_id),
            Err(_) => {
                let bad = AppError::field("party", "choose whom you ask");
                return back(req, Err(bad), "", page);
            }
        },
    };
    let words = req.form.text("asked").to_owned();
    let asked = RequestEvidence { case_id, partner_id, words }.run(&mut req.cx);
    let outcome = asked.map(|_| ()).map_err(|error| renamed(error, "words", "asked"));
    back(req, outcome, "The party was asked; the clock stands.", page)
}

/// The faults of a field under the name that it has on the page.
fn renamed(error: AppError, from: &str, to: &str) -> AppError {
    let AppError::Invalid(errors) = error else {
        return error;
    };
    let mut named = web::FieldErrors::new();
    for (field, message) in errors.iter() {
        named.add(if field == from { to } else { field }, message);
    }
    AppError::Invalid(named)
}

/// `POST /conflicts/{case_id}/escalation`
pub(super) fn escalate(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let case_id: CaseId = req.id("case_id")?;
    let reason = req.form.text("why").to_owned();
    let outcome = Escalate { case_id, reason }.run(&mut req.cx);
    let outcome = outcome.map_err(|error| renamed(error, "reason", "why"));
    back(req, outcome, "The case lies one level higher.", page)
}

/// `POST /conflicts/{case_id}/clock-hold`
pub(super) fn hold(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let case_id: CaseId = req.id("case_id")?;
    let hold = req.form.text("hold") == "yes";
    let outcome = HoldClocks { case_id, hold }.run(&mut req.cx);
    let said = if hold { "The clocks stand still." } else { "The clocks go on." };
    back(req, outcome, said, page)
}

/// `/conflicts/{case_id}/evidence`
pub(super) fn evidence(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let case_id: CaseId = req.id("case_id")?;
    let case = store::find(&mut req.cx, &case_id)?;
    let signed = evidence::signed(&mut req.cx, &case_id)?;
    let body = serde_json::to_vec_pretty(&signed).map_err(AppError::internal)?;
    let name = format!("{}-evidence.json", case.reference());
    Ok(Reply::download("application/json", &name, body))
}
