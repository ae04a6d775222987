//! The vendor decides, and the partner answers what it was asked.

use domain::deal_registration::rejection::RejectionReason;
use jiff::Timestamp;

use super::{
    Play,
    errand::{Errand, Target},
    register::against,
};
use crate::{words::notes, world::cast::Player};
use frame::error::AppError;
use sell::deal_registration::{
    self as deals, Details, ProgressInput, Registration, Source,
    actions::{AccountChoice, Decide, Decision, SaveDraft, Submit},
};

/// Reasons for which the story rejects, with a weight each.
const REASONS: [(RejectionReason, u32); 5] = [
    (RejectionReason::NotQualified, 30),
    (RejectionReason::NoVerifiableRelationship, 28),
    (RejectionReason::InsufficientInformation, 18),
    (RejectionReason::ActiveDirectOpportunity, 12),
    (RejectionReason::ExistingCustomer, 12),
];

impl Play<'_, '_> {
    /// The partner manager decides; where it may not, the channel chief does.
    pub(super) fn decide(&mut self, at: Timestamp, deal: usize) -> Result<(), AppError> {
        if self.turned_down(at, deal)? {
            return Ok(());
        }
        let known = self.story.deal(deal)?;
        let (partner, returned) = (known.partner, known.returned);
        let habits = self.story.partner(partner)?.sketch.temper.habits();
        let drawn = self.story.dice.below(100);
        let returns = if returned == 0 { habits.returned } else { habits.returned / 4 };
        let decision = if drawn < returns {
            Decision::Return { note: self.story.dice.pick(notes::QUESTIONS).to_owned() }
        } else if drawn < returns + habits.approved || returned > 0 {
            self.approval(deal)?
        } else {
            self.rejection()
        };
        self.answer_as_vendor(at, deal, decision)
    }

    /// Rejects what cannot be approved, because the vendor itself is there already; true when it did.
    fn turned_down(&mut self, at: Timestamp, deal: usize) -> Result<bool, AppError> {
        let known = self.story.deal(deal)?;
        let (partner, registration_id) = (known.partner, known.registration_id.clone());
        let manager = self.story.partner(partner)?.manager.clone();
        let chief = self.world.chief.clone();
        let found = self.tried(at, &chief, |cx| deals::find(cx, &registration_id))?;
        let Some(reason) = found.as_ref().and_then(against) else {
            return Ok(false);
        };
        let no = Decision::Reject { reason, note: String::new() };
        if self.decided(at, (deal, &manager), no.clone())?.is_none() {
            self.decided(at, (deal, &chief), no)?;
        }
        Ok(true)
    }

    /// The vendor gives that answer; an approval that a rule refuses becomes a rejection.
    pub(super) fn answer_as_vendor(
        &mut self,
        at: Timestamp,
        deal: usize,
        decision: Decision,
    ) -> Result<(), AppError> {
        let partner = self.story.deal(deal)?.partner;
        let manager = self.story.partner(partner)?.manager.clone();
        let chief = self.world.chief.clone();
        let approves = matches!(decision, Decision::Approve { .. });
        let returns = matches!(decision, Decision::Return { .. });
        let mut decided = self.decided(at, (deal, &manager), decision.clone())?;
        if decided.is_none() {
            decided = self.decided(at, (deal, &chief), decision)?;
        }
        let Some(registration) = decided else {
            if approves {
                let reason = RejectionReason::Duplicate;
                let note = "Another registration holds the account, or the conditions are not met.";
                let no = Decision::Reject { reason, note: note.to_owned() };
                self.decided(at, (deal, &manager), no)?;
            }
            return Ok(());
        };
        if approves {
            return self.plan_work(deal, &registration);
        }
        if !returns {
            self.freed(deal)?;
            if !self.story.deal(deal)?.staged && self.story.dice.percent(1) {
                let admin = self.story.partner(partner)?.admin.clone();
                let later = self.office_time(at, 1)?;
                self.dispute(later, &admin, &registration.registration_id)?;
            }
            return Ok(());
        }
        if let Some(known) = self.story.deals.get_mut(deal) {
            known.returned += 1;
            if known.staged {
                return Ok(());
            }
        }
        if self.story.dice.percent(84) {
            let days = self.story.dice.between(1, 5);
            self.plan_on(partner, self.calendar.date_of(at), (days, Errand::Answer { deal }))?;
        } else if self.story.dice.percent(40) {
            let days = self.story.dice.between(6, 20);
            self.plan_on(partner, self.calendar.date_of(at), (days, Errand::Withdraw { deal }))?;
        }
        Ok(())
    }

    fn decided(
        &mut self,
        at: Timestamp,
        (deal, who): (usize, &Player),
        decision: Decision,
    ) -> Result<Option<Registration>, AppError> {
        let registration_id = self.story.deal(deal)?.registration_id.clone();
        let decide = Decide { registration_id, decision };
        self.tried(at, who, |cx| decide.run(cx))
    }

    pub(super) fn approval(&mut self, deal: usize) -> Result<Decision, AppError> {
        let target = self.story.deal(deal)?.target;
        let account = match target {
            Target::Known(place) => match self.world.accounts.get(place) {
                Some(account) => AccountChoice::Existing(account.account_id.clone()),
                None => AccountChoice::AsFound,
            },
            Target::Stranger(_) => AccountChoice::New,
        };
        Ok(Decision::Approve { account, note: String::new() })
    }

    fn rejection(&mut self) -> Decision {
        let dice = &mut self.story.dice;
        let weights = REASONS.map(|(_, weight)| weight);
        let reason = REASONS
            .get(dice.weighted(&weights))
            .map_or(RejectionReason::NotQualified, |(reason, _)| *reason);
        let note = if dice.percent(60) { dice.pick(notes::REJECTIONS) } else { "" };
        Decision::Reject { reason, note: note.to_owned() }
    }

    /// The partner corrects what was asked and submits again.
    pub(super) fn answer(&mut self, at: Timestamp, deal: usize) -> Result<(), AppError> {
        let known = self.story.deal(deal)?;
        let (partner, seller) = (known.partner, known.seller);
        let registration_id = known.registration_id.clone();
        let Some(who) = self.story.partner(partner)?.sellers.get(seller).cloned() else {
            return Ok(());
        };
        let answer = self.story.dice.pick(notes::ANSWERS).to_owned();
        let again = self.tried(at, &who, |cx| {
            let known = deals::find(cx, &registration_id)?;
            let details = Details { relationship: answer.clone(), ..known.details };
            let draft = SaveDraft {
                registration_id: Some(registration_id.clone()),
                partner_id: None,
                program_id: None,
                said: (details, ProgressInput { stage: known.stage }),
                source: Source::Portal,
            };
            draft.run(cx)?;
            Submit { registration_id: registration_id.clone() }.run(cx)
        })?;
        let Some(submitted) = again else {
            return Ok(());
        };
        if submitted.approved {
            return self.plan_work(deal, &submitted.registration);
        }
        let days = self.story.dice.between(0, 1);
        let when = self.office_time(at, days)?;
        self.story.plan(when, Errand::Decide { deal });
        Ok(())
    }
}
