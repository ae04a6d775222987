//! What direct sales can do after a refusal: ask the partner to consent, propose to sell together,
//! or record what was held back once it may (DR-05).

use domain::{
    deal_registration::rules::DR_05,
    ids::{AttemptId, OpportunityId},
    text::Note,
};
use serde_json::json;

use super::{
    attempts::{self, Attempt},
    crm,
    record::{note, write},
    store,
};
use crate::deal_registration::{
    self,
    actions::ConsentRequestInput,
    lockout::{Engagement, direct_engagement},
};
use frame::{ctx::Cx, error::AppError};
use people::notifications;

/// Asks the partner to consent.
#[derive(Debug)]
pub struct AskForConsent {
    /// The refused attempt.
    pub attempt_id: AttemptId,
    /// What direct sales wants to do.
    pub purpose: String,
}

impl AskForConsent {
    /// The partner is asked, in its inbox and by a signed link in a mail.
    pub fn run(&self, cx: &mut Cx<'_, '_>) -> Result<(), AppError> {
        let purpose = Note::parse(&self.purpose)
            .map_err(|error| AppError::field("purpose", error.to_string()))?;
        let account_id = attempts::find(cx, &self.attempt_id)?.account_id;
        ConsentRequestInput { account_id, purpose: purpose.into() }.run(cx)?;
        attempts::set_asked_for(cx, &self.attempt_id, "consent")
    }
}

/// Proposes to sell together.
#[derive(Debug)]
pub struct ProposeCoSell {
    /// The refused attempt.
    pub attempt_id: AttemptId,
    /// What direct sales would bring.
    pub words: String,
}

impl ProposeCoSell {
    /// The partner manager is told and brings the two together; the lockout holds meanwhile.
    pub fn run(&self, cx: &mut Cx<'_, '_>) -> Result<(), AppError> {
        let words = Note::parse(&self.words)
            .map_err(|error| AppError::field("words", error.to_string()))?;
        let attempt = attempts::find(cx, &self.attempt_id)?;
        let registration = deal_registration::read::find(cx, &attempt.registration_id)?;
        attempts::set_asked_for(cx, &self.attempt_id, "co_sell")?;
        let title = format!("{}: direct sales proposes co-sell", attempt.account_name);
        let body = format!(
            "{} proposes co-sell with the partner that protects {}: {} Talk to both sides; until \
             the partner agrees, the lockout holds.",
            cx.actor.name,
            attempt.account_name,
            words.as_str()
        );
        let href = format!("/registrations/{}", attempt.registration_id);
        for user_id in attempts::managers(cx, &registration.partner_id)? {
            let notice = notifications::Notice {
                user_id: &user_id,
                partner_id: "",
                kind: "direct_attempt.co_sell_proposed",
                title: &title,
                body: &body,
                href: &href,
                action: "View registration",
                until: None,
                subject_id: self.attempt_id.as_str(),
                links: &[],
            };
            notifications::notify(cx, &notice)?;
        }
        let data = json!({ "account_id": attempt.account_id.as_str(), "words": words.as_str() });
        note(cx, "direct_attempt.co_sell_proposed", self.attempt_id.as_str(), data)
    }
}

fn waiting(cx: &mut Cx<'_, '_>, id: &AttemptId) -> Result<Attempt, AppError> {
    let attempt = attempts::find(cx, id)?;
    if attempt.waits() {
        Ok(attempt)
    } else {
        Err(AppError::refused(DR_05, "Nothing is held back for this attempt."))
    }
}

/// Records what was held back.
#[derive(Debug)]
pub struct RecordHeld {
    /// The attempt that keeps it.
    pub attempt_id: AttemptId,
}

impl RecordHeld {
    /// Records it, once consent, a lapse or the end of protection permits it; refused until then.
    pub fn run(&self, cx: &mut Cx<'_, '_>) -> Result<OpportunityId, AppError> {
        let attempt = waiting(cx, &self.attempt_id)?;
        let mut new = crm::held(&attempt.account_id, &attempt.held)?;
        match direct_engagement(cx, &attempt.account_id, &attempt.what)? {
            Engagement::Refused(lockout) => Err(AppError::refused(lockout.rule, lockout.words)),
            Engagement::Permitted { words, registration_id, .. } => {
                new.permitted_by = registration_id.map_or(String::new(), |_| words);
                // One that was moved or opened again is known already.
                let id = match store::by_external_id(cx, &new.external_id)? {
                    Some(known) => crm::replace(cx, &known, &new)?,
                    None => write(cx, &new)?,
                };
                attempts::settle(cx, &self.attempt_id, "recorded")?;
                Ok(id)
            }
        }
    }
}

/// Gives up what was held back.
#[derive(Debug)]
pub struct DropHeld {
    /// The attempt that keeps it.
    pub attempt_id: AttemptId,
}

impl DropHeld {
    /// Nothing is recorded; the attempt stays in the list.
    pub fn run(&self, cx: &mut Cx<'_, '_>) -> Result<(), AppError> {
        let attempt = waiting(cx, &self.attempt_id)?;
        attempts::settle(cx, &self.attempt_id, "dropped")?;
        let data = json!({ "account_id": attempt.account_id.as_str(), "what": attempt.what });
        note(cx, "direct_attempt.dropped", self.attempt_id.as_str(), data)
    }
}
