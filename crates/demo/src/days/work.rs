//! A partner works its deal: it documents, moves the stage on, renews, wins, loses, gives up.

use domain::{
    deal_registration::{
        activity::ActivityKind,
        stage::{LostReason, StageKind},
    },
    ids::RegistrationId,
};
use jiff::{Timestamp, ToSpan, civil::Date};

use super::{
    Play,
    errand::{Errand, Fate, Target},
};
use crate::{
    words::notes,
    world::{cast::Player, names},
};
use frame::error::AppError;
use sell::deal_registration::actions::{
    ActivityInput, LostInput, Renew, StageInput, WithdrawalInput, WonInput,
};

impl Play<'_, '_> {
    /// Who of the partner works the deal, and its registration.
    pub(super) fn worker(&self, deal: usize) -> Result<(Player, RegistrationId), AppError> {
        let known = self.story.deal(deal)?;
        let partner = self.story.partner(known.partner)?;
        let who = partner.sellers.get(known.seller).unwrap_or(&partner.admin);
        Ok((who.clone(), known.registration_id.clone()))
    }

    /// A follow-up, or the end of the deal when its day has come.
    pub(super) fn work(&mut self, at: Timestamp, deal: usize) -> Result<(), AppError> {
        let today = self.calendar.date_of(at);
        let known = self.story.deal(deal)?;
        let (fate, fate_on, worked, partner) =
            (known.fate, known.fate_on, known.worked, known.partner);
        if fate_on <= today {
            let silent = fate == Fate::RunsOut;
            return if silent { Ok(()) } else { self.close(at, deal) };
        }
        if !self.document(at, deal)? {
            return Ok(());
        }
        if worked > 0 && self.story.dice.percent(30) {
            self.advance(at, deal, worked)?;
        }
        if fate == Fate::Forgotten && worked >= 1 {
            return Ok(());
        }
        let (least, most) = self.story.partner(partner)?.sketch.temper.habits().pace_days;
        let mut days = self.story.dice.between(least, most);
        if fate_on < today.saturating_add(i64::from(days).days()) {
            days = u32::try_from(domain::calendar::days_between(today, fate_on)).unwrap_or(1);
        }
        self.plan_on(partner, today, (days, Errand::Work { deal }))?;
        Ok(())
    }

    /// Documents an activity; false when the registration takes none any more.
    pub(super) fn document(&mut self, at: Timestamp, deal: usize) -> Result<bool, AppError> {
        let (who, registration_id) = self.worker(deal)?;
        let land = self.land_of(self.story.deal(deal)?.partner)?;
        let today = self.calendar.date_of(at);
        let dice = &mut self.story.dice;
        let late = match dice.below(100) {
            0..=69 => 0,
            70..=92 => dice.between(1, 3),
            _ => dice.between(4, 6),
        };
        let kinds = ActivityKind::ALL;
        let kind = kinds.get(dice.weighted(&[30, 22, 12, 8, 20, 8])).copied();
        let activity = ActivityInput {
            kind: kind.unwrap_or(ActivityKind::Call),
            occurred_on: today.saturating_sub(i64::from(late).days()),
            contact: names::name(dice, land).name,
            note: dice.pick(notes::ACTIVITY).to_owned(),
        };
        let logged = self.tried(at, &who, |cx| activity.run(cx, &registration_id))?;
        if let Some(known) = self.story.deals.get_mut(deal) {
            known.worked += 1;
        }
        Ok(logged.is_some())
    }

    fn advance(&mut self, at: Timestamp, deal: usize, worked: u32) -> Result<(), AppError> {
        let stage = match worked {
            0 | 1 => StageKind::Qualified,
            2 => StageKind::Meeting,
            3 | 4 => StageKind::Proposal,
            _ => StageKind::Negotiation,
        };
        let (who, registration_id) = self.worker(deal)?;
        self.tried(at, &who, |cx| StageInput { stage }.run(cx, &registration_id))?;
        Ok(())
    }

    fn close(&mut self, at: Timestamp, deal: usize) -> Result<(), AppError> {
        let (who, registration_id) = self.worker(deal)?;
        let known = self.story.deal(deal)?;
        let (fate, target) = (known.fate, known.target);
        let closed = if fate == Fate::Won {
            let won = WonInput { closed_on: None, amount: None };
            self.tried(at, &who, |cx| won.run(cx, &registration_id))?.is_some()
        } else {
            let weights = [24, 26, 12, 14, 12, 8, 4, 0];
            let drawn = self.story.dice.weighted(&weights);
            let reason = LostReason::ALL.get(drawn).copied().unwrap_or(LostReason::NoDecision);
            let lost = LostInput { reason, closed_on: None, note: String::new() };
            self.tried(at, &who, |cx| lost.run(cx, &registration_id))?.is_some()
        };
        if !closed {
            return Ok(());
        }
        if let (Fate::Won, Target::Known(account)) = (fate, target) {
            self.story.spent.insert(account);
        }
        self.freed(deal)
    }

    pub(super) fn renew(&mut self, at: Timestamp, deal: usize) -> Result<(), AppError> {
        let (who, registration_id) = self.worker(deal)?;
        let renew = Renew { registration_id };
        let Some(renewed) = self.tried(at, &who, |cx| renew.run(cx))? else {
            return Ok(());
        };
        self.claimed(deal, renewed.protected_until.unwrap_or(Date::MIN))
    }

    pub(super) fn withdraw(&mut self, at: Timestamp, deal: usize) -> Result<(), AppError> {
        let (who, registration_id) = self.worker(deal)?;
        let withdrawal = WithdrawalInput {
            note: "The project was postponed; we will be back when there is a date.".to_owned(),
        };
        if self.tried(at, &who, |cx| withdrawal.run(cx, &registration_id))?.is_some() {
            self.freed(deal)?;
        }
        Ok(())
    }
}
