//! Two answers that are not yes: a question back to the partner, and a rejection with a reason and
//! what would change it (DR-15).

use domain::{ids::RegistrationId, wording::count};

use super::{detail::checks_folded, edit::shown_name};
use crate::deal_registration::{
    self as deals, Registration,
    actions::{DecisionInput, RejectionInput, ReturnInput},
};
use channel::{partners, program};
use frame::{
    action::{Action, Done, Opened},
    error::AppError,
    request::Req,
};

/// The registration to be answered, its company's name and its partner's.
fn submission(req: &mut Req<'_, '_>) -> Result<(Registration, String, String), AppError> {
    let id: RegistrationId = req.id("id")?;
    let registration = deals::find(&mut req.cx, &id)?;
    let partner = partners::name_of(&mut req.cx, &registration.partner_id)?;
    let name = shown_name(&registration);
    Ok((registration, name, partner))
}

/// A form below the page of the decision, with the automatic checks below it.
fn opened<I>(r: &Registration, title: &str, (place, button): (&str, &'static str)) -> Opened<I> {
    let base = format!("{}/decision", r.href());
    Opened::new(title, format!("{base}/{place}"), button)
        .crumb("Registrations", "/registrations")
        .crumb("Decision queue", "/registrations/queue")
        .crumb(shown_name(r), base)
        .below(checks_folded(&r.checks, true))
}

fn decided(req: &mut Req<'_, '_>, decision: DecisionInput, words: &str) -> Result<Done, AppError> {
    let id: RegistrationId = req.id("id")?;
    let r = decision.run(&mut req.cx, &id)?;
    Ok(Done::new(&id, r.href(), words))
}

impl Action for ReturnInput {
    type Input = Self;

    fn open(req: &mut Req<'_, '_>) -> Result<Opened<Self>, AppError> {
        let (r, name, partner) = submission(req)?;
        let now = req.cx.now;
        let policy = program::in_force(&mut req.cx, &r.program_id, now)?.document;
        let days = count(policy.registration.keep_first_submission_business_days, "business day");
        let follows = vec![
            format!("{partner} gets a mail with a link to answer without signing in"),
            format!(
                "Your deadline stops; if the answer arrives within {days}, the first submission \
                 time still counts"
            ),
            "The account is not protected until the answer".to_owned(),
        ];
        let question = format!("Return {name} to {partner} with a question?");
        let opened = opened(&r, "Ask the partner", ("return", "Return with question"));
        Ok(opened.asks(question, follows))
    }

    fn run(req: &mut Req<'_, '_>, input: Self) -> Result<Done, AppError> {
        decided(req, DecisionInput::Return(input), "Returned with your question.")
    }
}

impl Action for RejectionInput {
    type Input = Self;

    fn open(req: &mut Req<'_, '_>) -> Result<Opened<Self>, AppError> {
        let (r, name, partner) = submission(req)?;
        let follows = vec![
            format!("{partner} sees the reason, your note and what would change the decision"),
            "The registration protects nothing and cannot be reopened".to_owned(),
            "The partner can dispute the decision in a conflict case".to_owned(),
        ];
        let question = format!("Reject the registration of {name} by {partner}?");
        Ok(opened(&r, "Reject", ("reject", "Reject")).asks(question, follows).danger())
    }

    fn run(req: &mut Req<'_, '_>, input: Self) -> Result<Done, AppError> {
        let words = "Rejected. The partner has been told why and what would change the decision.";
        decided(req, DecisionInput::Reject(input), words)
    }
}
