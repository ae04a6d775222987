//! What the demo's first day is to show, whatever chance does with the rest: for one seller of
//! the best known partner, each state in which a registration asks for something.

use domain::deal_registration::rejection::RejectionReason;
use jiff::{Timestamp, ToSpan, civil::Date};

use super::{
    Play,
    errand::{Errand, Target},
    register::Spelling,
    twins::Twin,
};
use crate::span::TODAY;
use frame::error::AppError;
use sell::{
    deal_registration::{
        Details, ProgressInput, Source,
        actions::{Decision, SaveDraft},
    },
    direct_sales::{AskForConsent, Outcome},
};

/// The partner whose seller signs in first.
pub(super) const STAR: usize = 0;

/// A step of the prepared scenes.
#[derive(Debug, Clone)]
pub(super) enum Scene {
    /// The star's seller registers a deal.
    Register(Story),
    /// It is approved.
    Approve(usize),
    /// It is returned with a question.
    Return(usize),
    /// It is rejected.
    Reject(usize),
    /// The seller documents an activity.
    Work(usize),
    /// Direct sales asks for consent.
    Ask(usize),
    /// The seller begins a draft.
    Draft,
    /// A step of the story of two partners and one company.
    Twin(Twin),
}

/// How a prepared deal goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Story {
    /// Protection ends within the week, and it may be renewed.
    EndsSoon,
    /// No follow-up for three weeks: the lockout has lapsed.
    Lapsed,
    /// The lockout lapses tomorrow.
    LapsesSoon,
    /// Direct sales asked for consent yesterday.
    Asked,
    /// The vendor asked a question yesterday.
    Returned,
    /// Waits for the vendor, still in time.
    Waiting,
    /// Waits for the vendor, too long.
    Overdue,
    /// Somebody has to say which company is meant.
    Unclear,
    /// Rejected the day before yesterday.
    Rejected,
}

/// Each prepared deal with the days before today on which it is registered.
const PREPARED: [(Story, i64); 9] = [
    (Story::EndsSoon, 117),
    (Story::Asked, 43),
    (Story::Lapsed, 31),
    (Story::LapsesSoon, 14),
    (Story::Overdue, 4),
    (Story::Rejected, 4),
    (Story::Returned, 3),
    (Story::Unclear, 2),
    (Story::Waiting, 1),
];

/// How many registrations are prepared: those above and a draft.
pub(super) const COUNT: u32 = 10;

impl Play<'_, '_> {
    /// Plans the prepared steps that begin on a day.
    pub(super) fn scenes(&mut self, day: Date) -> Result<(), AppError> {
        for (minute, (story, days)) in (0..).zip(PREPARED) {
            if TODAY.saturating_sub(days.days()) == day {
                let at = self.at(day, (10, 5 + 4 * minute))?;
                self.story.plan(at, Errand::Scene(Scene::Register(story)));
            }
        }
        if TODAY.saturating_sub(1.days()) == day {
            let at = self.at(day, (16, 20))?;
            self.story.plan(at, Errand::Scene(Scene::Draft));
        }
        Ok(())
    }

    pub(super) fn at(&self, day: Date, time: (i8, i8)) -> Result<Timestamp, AppError> {
        crate::span::day_at(&self.world.zone, day, time)
    }

    pub(super) fn scene(&mut self, at: Timestamp, scene: Scene) -> Result<(), AppError> {
        match scene {
            Scene::Register(story) => self.prepare(at, story),
            Scene::Approve(deal) => {
                let yes = self.approval(deal)?;
                self.answer_as_vendor(at, deal, yes)
            }
            Scene::Return(deal) => {
                let note = "Which department owns the project? A date of a meeting is enough.";
                self.answer_as_vendor(at, deal, Decision::Return { note: note.to_owned() })
            }
            Scene::Reject(deal) => {
                let note = "We could not reach the contact you named.".to_owned();
                let reason = RejectionReason::NoVerifiableRelationship;
                self.answer_as_vendor(at, deal, Decision::Reject { reason, note })
            }
            Scene::Work(deal) => self.document(at, deal).map(|_| ()),
            Scene::Ask(deal) => self.ask(at, deal),
            Scene::Draft => self.draft(at),
            Scene::Twin(twin) => self.twin(at, &twin),
        }
    }

    fn prepare(&mut self, at: Timestamp, story: Story) -> Result<(), AppError> {
        let territory = self.story.partner(STAR)?.territory;
        let today = self.calendar.date_of(at);
        let spelling = if story == Story::Unclear { Spelling::Other } else { Spelling::Known };
        for _ in 0..20 {
            let target = Target::Known(self.account_in(territory, today, false));
            if let Some(deal) = self.submit(at, (STAR, target, spelling), true)? {
                if let (Story::EndsSoon, Target::Known(place)) = (story, target) {
                    self.story.held = Some(place);
                }
                return self.go_on(at, deal, story);
            }
        }
        Ok(())
    }

    fn go_on(&mut self, at: Timestamp, deal: usize, story: Story) -> Result<(), AppError> {
        let today = self.calendar.date_of(at);
        let next_day =
            self.calendar.next_business_day(today.tomorrow().map_err(AppError::internal)?);
        let approve = self.at(next_day, (11, 30))?;
        let plan = |play: &mut Self, at: Timestamp, scene: Scene| {
            play.story.plan(at, Errand::Scene(scene));
        };
        let mut works: Vec<i64> = Vec::new();
        match story {
            Story::EndsSoon => {
                plan(self, approve, Scene::Approve(deal));
                works.extend([105, 93, 80, 69, 57, 45, 34, 22, 11, 4]);
            }
            Story::Asked => {
                plan(self, approve, Scene::Approve(deal));
                works.extend([38, 28, 17, 8, 3]);
                let asked = self.at(TODAY.saturating_sub(1.days()), (14, 40))?;
                plan(self, asked, Scene::Ask(deal));
            }
            Story::Lapsed => {
                plan(self, approve, Scene::Approve(deal));
                works.extend([24]);
            }
            Story::LapsesSoon => plan(self, approve, Scene::Approve(deal)),
            Story::Returned => plan(self, approve, Scene::Return(deal)),
            Story::Rejected => plan(self, approve, Scene::Reject(deal)),
            Story::Waiting | Story::Overdue | Story::Unclear => {}
        }
        for days in works {
            let on = TODAY.saturating_sub(days.days());
            plan(self, self.at(on, (15, 10))?, Scene::Work(deal));
        }
        Ok(())
    }

    /// Direct sales tries, is stopped, and asks for consent.
    fn ask(&mut self, at: Timestamp, deal: usize) -> Result<(), AppError> {
        let Target::Known(place) = self.story.deal(deal)?.target else {
            return Ok(());
        };
        let territory = self.story.partner(STAR)?.territory;
        let world = self.world;
        let rep = world.reps.iter().find(|rep| rep.territory == territory);
        let (Some(rep), Some(account)) = (rep, world.accounts.get(place)) else {
            return Ok(());
        };
        let today = self.calendar.date_of(at);
        let opportunity = self.opportunity(account, today)?;
        let outcome = self.tried(at, &rep.player, |cx| opportunity.run(cx))?;
        let Some(Outcome::Refused(refused)) = outcome else {
            return Ok(());
        };
        let ask = AskForConsent {
            attempt_id: refused.attempt_id.clone(),
            purpose: "Invite their CIO to our executive round in January.".to_owned(),
        };
        self.tried(at, &rep.player, |cx| ask.run(cx)).map(|_| ())
    }

    fn draft(&mut self, at: Timestamp) -> Result<(), AppError> {
        let territory = self.story.partner(STAR)?.territory;
        let today = self.calendar.date_of(at);
        let place = self.account_in(territory, today, false);
        let (Some(account), Some(who)) =
            (self.world.accounts.get(place), self.story.partner(STAR)?.sellers.first().cloned())
        else {
            return Ok(());
        };
        let details = Details {
            account_name: account.company.name.clone(),
            account_domain: account.company.domain.clone(),
            need: "Invoices of three plants, one approval path.".to_owned(),
            ..Details::default()
        };
        let draft = SaveDraft {
            registration_id: None,
            partner_id: None,
            program_id: None,
            said: (details, ProgressInput::default()),
            source: Source::Portal,
        };
        self.tried(at, &who, |cx| draft.run(cx))?;
        self.story.claims.insert(place, Date::MAX);
        self.story.made += 1;
        self.story.prepared += 1;
        Ok(())
    }
}
