//! What becomes of a deal once it is approved.

use jiff::{Timestamp, ToSpan, civil::Date};

use super::{
    Play,
    errand::{Errand, Fate},
};
use frame::error::AppError;
use sell::deal_registration::Registration;

impl Play<'_, '_> {
    /// Draws a deal's fate and plans its first follow-up.
    pub(super) fn plan_work(
        &mut self,
        deal: usize,
        registration: &Registration,
    ) -> Result<(), AppError> {
        let (Some(approved_on), Some(until)) =
            (registration.approved_on, registration.protected_until)
        else {
            return Ok(());
        };
        self.claimed(deal, until)?;
        let known = self.story.deal(deal)?;
        if known.staged {
            return Ok(());
        }
        let partner = known.partner;
        let habits = self.story.partner(partner)?.sketch.temper.habits();
        let dice = &mut self.story.dice;
        let left = 100 - habits.won - habits.lost;
        let fate = if dice.percent(habits.forgets) {
            Fate::Forgotten
        } else {
            match dice.weighted(&[habits.won, habits.lost, left]) {
                0 => Fate::Won,
                1 => Fate::Lost,
                _ => Fate::RunsOut,
            }
        };
        let days = match fate {
            Fate::Won => dice.between(20, 85),
            Fate::Lost => dice.between(12, 70),
            // After that it gives up without saying so.
            Fate::RunsOut => dice.between(30, 110),
            Fate::Forgotten => 400,
        };
        let fate_on = approved_on.saturating_add(i64::from(days).days());
        let first = dice.between(1, habits.pace_days.1.min(12));
        let withdraws = dice.percent(4);
        let long = matches!(fate, Fate::RunsOut) || fate_on > until;
        let renews = long && dice.percent(habits.renews / 2);
        let renew_days = dice.between(1, 24);
        if let Some(known) = self.story.deals.get_mut(deal) {
            known.fate = fate;
            known.fate_on = fate_on;
        }
        self.plan_on(partner, approved_on, (first, Errand::Work { deal }))?;
        if withdraws {
            self.plan_on(partner, approved_on, (days.min(60) / 2 + 3, Errand::Withdraw { deal }))?;
        }
        if renews {
            let on = until.saturating_sub(i64::from(renew_days).days());
            let at = self.working_time(partner, self.open_day(on))?;
            self.story.plan(at, Errand::Renew { deal });
        }
        Ok(())
    }

    /// Plans something for the partner's working day so many days later.
    pub(super) fn plan_on(
        &mut self,
        partner: usize,
        from: Date,
        (days, errand): (u32, Errand),
    ) -> Result<Timestamp, AppError> {
        let on = self.open_day(from.saturating_add(i64::from(days).days()));
        let at = self.working_time(partner, on)?;
        self.story.plan(at, errand);
        Ok(at)
    }
}
