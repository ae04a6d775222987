//! Two partners protect one company, which the vendor knew by two records and recognised too late:
//! the records are merged, and a case between the partners decides (AC-04).

use domain::ids::AccountId;
use jiff::{Timestamp, ToSpan, civil::Date};

use super::{
    Play,
    errand::{Errand, Target},
    register::Spelling,
    scenes::{STAR, Scene},
};
use crate::{span::TODAY, words::quarrels};
use channel::accounts::MergeAccounts;
use frame::error::AppError;
use sell::{
    conflicts,
    deal_registration::{
        self as deals,
        actions::{AccountChoice, Decision},
    },
};

/// A step of it.
#[derive(Debug, Clone)]
pub(super) enum Twin {
    /// The rival registers the company in a spelling that the vendor does not recognise.
    Rival,
    /// The vendor takes it for a new company.
    Mistake(usize),
    /// The star registers the company as the vendor knows it.
    Star {
        /// The rival's deal.
        rival: usize,
        /// The company's place in the world.
        place: usize,
    },
    /// Somebody sees that both records are one company.
    Merge {
        /// The rival's deal.
        rival: usize,
        /// The star's deal.
        star: usize,
    },
}

/// Days before today on which it begins, and on which the records are merged.
const BEGINS: i64 = 61;
const MERGED: i64 = 21;
/// Registrations that it takes.
pub(super) const COUNT: u32 = 2;

impl Play<'_, '_> {
    /// Plans the first step when its day has come.
    pub(super) fn twins(&mut self, day: Date) -> Result<(), AppError> {
        if TODAY.saturating_sub(BEGINS.days()) == day {
            self.plan_twin(day, (10, 50), Twin::Rival)?;
        }
        Ok(())
    }

    fn plan_twin(&mut self, day: Date, time: (i8, i8), twin: Twin) -> Result<(), AppError> {
        let at = self.at(self.open_day(day), time)?;
        self.story.plan(at, Errand::Scene(Scene::Twin(twin)));
        Ok(())
    }

    pub(super) fn twin(&mut self, at: Timestamp, twin: &Twin) -> Result<(), AppError> {
        let today = self.calendar.date_of(at);
        match *twin {
            Twin::Rival => self.rival_registers(at, today),
            Twin::Mistake(deal) => {
                let note = String::new();
                let new = Decision::Approve { account: AccountChoice::New, note };
                self.answer_as_vendor(at, deal, new)
            }
            Twin::Star { rival, place } => self.star_registers(at, (rival, place)),
            Twin::Merge { rival, star } => self.merge(at, (rival, star)),
        }
    }

    fn rival_registers(&mut self, at: Timestamp, today: Date) -> Result<(), AppError> {
        let territory = self.story.partner(STAR)?.territory;
        let mut partners = self.story.partners.iter().enumerate().skip(STAR + 1);
        let rival = partners.find(|(_, partner)| partner.territory == territory);
        let partner = rival.map_or(STAR, |(place, _)| place);
        for _ in 0..20 {
            let place = self.account_in(territory, today, false);
            let asked = (partner, Target::Known(place), Spelling::Other);
            if let Some(rival) = self.submit(at, asked, true)? {
                let next = today.saturating_add(1.days());
                self.plan_twin(next, (11, 40), Twin::Mistake(rival))?;
                let star = Twin::Star { rival, place };
                return self.plan_twin(today.saturating_add(4.days()), (14, 20), star);
            }
        }
        Ok(())
    }

    /// Should the vendor have recognised the company after all, the star looks for another one.
    fn star_registers(
        &mut self,
        at: Timestamp,
        (rival, place): (usize, usize),
    ) -> Result<(), AppError> {
        let today = self.calendar.date_of(at);
        let territory = self.story.partner(STAR)?.territory;
        let mut place = place;
        for _ in 0..20 {
            let asked = (STAR, Target::Known(place), Spelling::Known);
            if let Some(star) = self.submit(at, asked, true)? {
                let next = self.open_day(today.saturating_add(1.days()));
                self.story.plan(self.at(next, (9, 50))?, Errand::Scene(Scene::Approve(star)));
                for (deal, days) in [(rival, 50), (star, 48), (rival, 37), (star, 35), (rival, 23)]
                {
                    let on = self.at(TODAY.saturating_sub(days.days()), (15, 40))?;
                    self.story.plan(on, Errand::Scene(Scene::Work(deal)));
                }
                let merged = TODAY.saturating_sub(MERGED.days());
                return self.plan_twin(merged, (10, 30), Twin::Merge { rival, star });
            }
            place = self.account_in(territory, today, false);
        }
        Ok(())
    }

    fn account_of(&mut self, at: Timestamp, deal: usize) -> Result<Option<AccountId>, AppError> {
        let registration_id = self.story.deal(deal)?.registration_id.clone();
        let chief = self.world.chief.clone();
        let found = self.tried(at, &chief, |cx| deals::find(cx, &registration_id))?;
        let live = found.filter(|registration| registration.holds_account);
        Ok(live.and_then(|registration| registration.account_id))
    }

    fn merge(&mut self, at: Timestamp, (rival, star): (usize, usize)) -> Result<(), AppError> {
        let staff = self.world.staff.iter();
        let Some(who) = staff.clone().find(|player| player.name == "Ines Carvalho").cloned() else {
            return Ok(());
        };
        let (Some(kept), Some(merged)) = (self.account_of(at, star)?, self.account_of(at, rival)?)
        else {
            return Ok(());
        };
        if kept == merged {
            return Ok(());
        }
        let reason = "One company under two spellings; the register number is the same.";
        let merge = MergeAccounts { kept, merged, reason: reason.to_owned() };
        let registration_id = self.story.deal(rival)?.registration_id.clone();
        let case = self.tried(at, &who, |cx| {
            merge.run(cx)?;
            conflicts::open_case_for(cx, &registration_id)
        })?;
        match case.flatten() {
            Some(case_id) => self.plan_case(at, &case_id, quarrels::TWINS),
            None => Ok(()),
        }
    }
}
