//! Direct sales: it records opportunities, is stopped where a partner holds the account, asks,
//! and gets an answer.

use domain::{
    ids::{ConsentId, OpportunityId},
    money::{Currency, Money},
};
use jiff::{Timestamp, ToSpan, civil::Date};

use super::{
    Play,
    errand::{Errand, Target},
};
use crate::{
    words::notes,
    world::{
        cast::{PlayingAccount, Rep},
        program,
    },
};
use frame::error::AppError;
use sell::{
    deal_registration::{self, actions::ConsentAnswerInput},
    direct_sales::{
        AskForConsent, CloseOpportunity, FromCrm, Outcome, ProposeCoSell, RecordOpportunity,
        Recorded, Refused, Stage, Through, record_from_crm,
    },
};

impl Play<'_, '_> {
    pub(super) fn direct_of(&mut self, day: Date) -> Result<(), AppError> {
        let reps = self.world.reps.len();
        let times = self.story.dice.between(0, 2);
        for _ in 0..times {
            let rep = self.story.dice.index(reps);
            let at = self.time_between(day, (9, 18))?;
            self.story.plan(at, Errand::Engage { rep });
        }
        Ok(())
    }

    /// A rep finds something to sell: on a free account, or on one that a partner holds.
    pub(super) fn engage(&mut self, at: Timestamp, rep: usize) -> Result<(), AppError> {
        let world = self.world;
        let Some(rep) = world.reps.get(rep) else {
            return Ok(());
        };
        let today = self.calendar.date_of(at);
        let held = self.held_in(rep.territory, today);
        let place = match held.filter(|_| self.story.dice.percent(45)) {
            Some(place) => place,
            None => self.account_in(rep.territory, today, false),
        };
        let Some(account) = world.accounts.get(place) else {
            return Ok(());
        };
        if held == Some(place) && self.story.dice.percent(7) {
            return self.arrive_from_crm(at, rep, account);
        }
        let opportunity = self.opportunity(account, today)?;
        let outcome = self.tried(at, &rep.player, |cx| opportunity.run(cx))?;
        match outcome {
            Some(Outcome::Recorded(opportunity)) => {
                self.story.claims.insert(place, today.saturating_add(120.days()));
                if self.story.dice.percent(75) {
                    let days = self.story.dice.between(20, 110);
                    let close = self.office_time(at, days * 5 / 7)?;
                    self.story.plan(close, Errand::CloseDirect { opportunity });
                }
                Ok(())
            }
            Some(Outcome::Refused(refused)) => self.stopped(at, rep, &refused),
            None => Ok(()),
        }
    }

    pub(super) fn opportunity(
        &mut self,
        account: &PlayingAccount,
        today: Date,
    ) -> Result<RecordOpportunity, AppError> {
        let dice = &mut self.story.dice;
        let product = dice.choose(&program::PRODUCTS).map_or("", |(code, _, _)| *code);
        let hundreds = i64::from(dice.between(80, 1_500));
        let currency = Currency::parse("EUR").map_err(AppError::internal)?;
        let days = i64::from(dice.between(30, 160));
        Ok(RecordOpportunity {
            account_id: account.account_id.clone(),
            name: format!("{}: {}", account.company.short, dice.pick(notes::OPPORTUNITIES)),
            product: product.to_owned(),
            amount: Money::new(hundreds * 10_000, currency),
            opened_on: None,
            close_on: Some(today.saturating_add(days.days())),
            owner_user_id: String::new(),
            through: Through::Page,
        })
    }

    /// The lockout stopped the rep, who asks the partner, proposes to sell together, or waits.
    fn stopped(&mut self, at: Timestamp, rep: &Rep, refused: &Refused) -> Result<(), AppError> {
        let later = at.checked_add(25.minutes()).map_err(AppError::internal)?;
        match self.story.dice.below(100) {
            0..=49 => {
                let purpose = self.story.dice.pick(notes::PURPOSES).to_owned();
                let ask = AskForConsent { attempt_id: refused.attempt_id.clone(), purpose };
                let account_id = refused.account_id.clone();
                let asked = self.tried(later, &rep.player, |cx| {
                    ask.run(cx)?;
                    deal_registration::read::awaited_consent(cx, &account_id)
                })?;
                match asked.flatten() {
                    Some((registration_id, consent_id)) => {
                        self.await_answer(later, &registration_id, consent_id)
                    }
                    None => Ok(()),
                }
            }
            50..=64 => {
                let words = "We know the group's purchasing; you know the plant. Together?";
                let propose = ProposeCoSell {
                    attempt_id: refused.attempt_id.clone(),
                    words: words.to_owned(),
                };
                self.tried(later, &rep.player, |cx| propose.run(cx)).map(|_| ())
            }
            _ => Ok(()),
        }
    }

    fn await_answer(
        &mut self,
        at: Timestamp,
        registration_id: &domain::ids::RegistrationId,
        consent_id: ConsentId,
    ) -> Result<(), AppError> {
        let mut deals = self.story.deals.iter();
        let Some(deal) = deals.position(|deal| deal.registration_id == *registration_id) else {
            return Ok(());
        };
        if self.story.deal(deal)?.staged || !self.story.dice.percent(85) {
            return Ok(());
        }
        let partner = self.story.deal(deal)?.partner;
        let days = self.story.dice.between(1, 4);
        let errand = Errand::AnswerConsent { deal, consent_id };
        self.plan_on(partner, self.calendar.date_of(at), (days, errand))?;
        Ok(())
    }

    /// The CRM brings what a rep recorded there without asking: it is held back as a case.
    fn arrive_from_crm(
        &mut self,
        at: Timestamp,
        rep: &Rep,
        account: &PlayingAccount,
    ) -> Result<(), AppError> {
        let today = self.calendar.date_of(at);
        let new = self.opportunity(account, today)?;
        let given = FromCrm {
            account_id: new.account_id,
            name: new.name,
            external_id: format!("OPP-{}", self.story.planned),
            owner_user_id: rep.player.user_id.as_str().to_owned(),
            owner_name: rep.player.name.clone(),
            product: new.product,
            stage: Stage::Open,
            amount: new.amount,
            opened_on: today,
            opened_is_given: true,
            close_on: new.close_on,
            closed_on: None,
            through: Through::Crm,
        };
        let chief = self.world.chief.clone();
        let recorded =
            self.tried(at, &chief, |cx| cx.as_system(|cx| record_from_crm(cx, &given)))?;
        if let Some(Recorded::Held { case_id, .. }) = recorded {
            self.case_opened(at, case_id)?;
        }
        Ok(())
    }

    /// An account that a partner holds in that territory, among the latest.
    fn held_in(&mut self, territory: &str, today: Date) -> Option<usize> {
        let story = &mut *self.story;
        let held: Vec<usize> = story
            .deals
            .iter()
            .rev()
            .take(300)
            .filter(|deal| !deal.staged)
            .filter(|deal| {
                story.partners.get(deal.partner).is_some_and(|p| p.territory == territory)
            })
            .filter_map(|deal| match deal.target {
                Target::Known(place) => Some(place),
                Target::Stranger(_) => None,
            })
            .filter(|place| story.claims.get(place).is_some_and(|free_on| *free_on > today))
            .collect();
        story.dice.choose(&held).copied()
    }

    pub(super) fn answer_consent(
        &mut self,
        at: Timestamp,
        deal: usize,
        consent_id: ConsentId,
    ) -> Result<(), AppError> {
        let (who, _) = self.worker(deal)?;
        let given = self.story.dice.percent(58);
        let today = self.calendar.date_of(at);
        let until_on = self.story.dice.percent(50).then(|| today.saturating_add(30.days()));
        let through = if self.story.dice.percent(60) { "link" } else { "portal" };
        let until_on = until_on.filter(|_| given);
        let answer = ConsentAnswerInput { given, until_on };
        self.tried(at, &who, |cx| answer.run(cx, &consent_id, through)).map(|_| ())
    }

    pub(super) fn close_direct(
        &mut self,
        at: Timestamp,
        opportunity_id: OpportunityId,
    ) -> Result<(), AppError> {
        let manager = self.world.staff.iter().find(|player| player.name == "Martin Albrecht");
        let Some(manager) = manager.cloned() else {
            return Ok(());
        };
        let won = self.story.dice.percent(34);
        let note = if won { "" } else { "The budget went elsewhere this year." };
        let close =
            CloseOpportunity { opportunity_id, won, closed_on: None, note: note.to_owned() };
        self.tried(at, &manager, |cx| close.run(cx)).map(|_| ())
    }
}
