//! Conflict cases: a partner states its side, somebody without a stake decides, and now and then
//! the one that loses brings something new.

use domain::{
    conflicts::{
        outcome::{Outcome, Share},
        remedy::{Remedy, RemedyKind},
    },
    ids::{CaseId, RegistrationId},
};
use jiff::Timestamp;

use super::{Play, errand::Errand};
use crate::{words::quarrels, world::cast::Player};
use frame::{ctx::Cx, error::AppError};
use sell::conflicts::{self, AppealInput, CaseInput, CaseKind, DecisionInput, StatementInput};

/// Something in a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CaseStep {
    /// The partner gives its statement.
    State,
    /// It is decided.
    Decide,
    /// The partner appeals.
    Appeal,
    /// It is decided on appeal.
    DecideAgain,
}

impl Play<'_, '_> {
    /// A case was opened; what comes of it is planned.
    pub(super) fn case_opened(&mut self, at: Timestamp, case_id: CaseId) -> Result<(), AppError> {
        let story = self.story.cases;
        self.story.cases += 1;
        self.plan_case(at, &case_id, story)
    }

    pub(super) fn plan_case(
        &mut self,
        at: Timestamp,
        case_id: &CaseId,
        story: usize,
    ) -> Result<(), AppError> {
        let quarrel = quarrels::of(story);
        let stated = self.office_time(at, 1)?;
        let decided = self.office_time(at, quarrel.days.max(1))?;
        let step = |step| Errand::Case { case_id: case_id.clone(), story, step };
        self.story.plan(stated, step(CaseStep::State));
        if quarrel.days > 0 {
            self.story.plan(decided, step(CaseStep::Decide));
        }
        Ok(())
    }

    /// A partner disputes the answer to its registration.
    pub(super) fn dispute(
        &mut self,
        at: Timestamp,
        who: &Player,
        registration_id: &RegistrationId,
    ) -> Result<(), AppError> {
        let open = CaseInput {
            kind: CaseKind::Decision,
            registration_id: registration_id.to_string(),
            account_id: String::new(),
            asked: quarrels::DISPUTE.to_owned(),
            asked_of_partners: String::new(),
        };
        match self.tried(at, who, |cx| open.run(cx))? {
            Some(case_id) => self.plan_case(at, &case_id, quarrels::DISPUTED),
            None => Ok(()),
        }
    }

    pub(super) fn case(
        &mut self,
        at: Timestamp,
        case_id: &CaseId,
        story: usize,
        step: CaseStep,
    ) -> Result<(), AppError> {
        // What the clocks of cases owe comes first, so that the right level decides.
        let vendor_id = self.world.vendor_id.clone();
        conflicts::settle(&mut Cx::system(self.tx, self.app, vendor_id, at))?;
        match step {
            CaseStep::State | CaseStep::Appeal => self.partner_speaks(at, case_id, story, step),
            CaseStep::Decide | CaseStep::DecideAgain => self.is_decided(at, case_id, story, step),
        }
    }

    /// The admins of the partners in the case, the best known partner first.
    fn speakers(&mut self, at: Timestamp, case_id: &CaseId) -> Result<Vec<Player>, AppError> {
        let chief = self.world.chief.clone();
        let found = self
            .tried(at, &chief, |cx| cx.as_system(|cx| conflicts::partners_in(cx, case_id)))?
            .unwrap_or_default();
        let partners = &self.story.partners;
        let speak = partners.iter().filter(|partner| found.contains(&partner.partner_id));
        Ok(speak.map(|partner| partner.admin.clone()).collect())
    }

    fn partner_speaks(
        &mut self,
        at: Timestamp,
        case_id: &CaseId,
        story: usize,
        step: CaseStep,
    ) -> Result<(), AppError> {
        let speakers = self.speakers(at, case_id)?;
        let quarrel = quarrels::of(story);
        if step == CaseStep::State {
            let said = [quarrel.statement, quarrels::RIVAL];
            for (who, words) in speakers.iter().zip(said) {
                let give = StatementInput { words: words.to_owned() };
                self.tried(at, who, |cx| give.run(cx, case_id, (&[], "page")))?;
            }
            return Ok(());
        }
        let Some(who) = speakers.first().cloned() else {
            return Ok(());
        };
        let Some((words, _)) = quarrel.appeal else {
            return Ok(());
        };
        let appeal = AppealInput { words: words.to_owned() };
        if self.tried(at, &who, |cx| appeal.run(cx, case_id, &[]))?.is_some() {
            let later = self.office_time(at, 1)?;
            let step = CaseStep::DecideAgain;
            self.story.plan(later, Errand::Case { case_id: case_id.clone(), story, step });
        }
        Ok(())
    }

    fn is_decided(
        &mut self,
        at: Timestamp,
        case_id: &CaseId,
        story: usize,
        step: CaseStep,
    ) -> Result<(), AppError> {
        let chief = self.world.chief.clone();
        let decider = self
            .tried(at, &chief, |cx| cx.as_system(|cx| conflicts::decider_of(cx, case_id)))?
            .flatten();
        let staff = &self.world.staff;
        let Some(who) = decider.and_then(|id| staff.iter().find(|one| one.user_id == id)) else {
            return Ok(());
        };
        let quarrel = quarrels::of(story);
        let (verdict, again) = match (step, quarrel.appeal) {
            (CaseStep::DecideAgain, Some((_, verdict))) => (verdict, true),
            _ => (quarrel.verdict, false),
        };
        let (outcome, remedies) = said(verdict.0);
        let decide = DecisionInput {
            outcome,
            rule: verdict.1.to_owned(),
            reason: verdict.2.to_owned(),
            words: verdict.3.to_owned(),
            remedies,
        };
        let decided = self.tried(at, who, |cx| decide.run(cx, case_id))?;
        if decided.is_some() && !again && quarrel.appeal.is_some() {
            let later = self.office_time(at, 2)?;
            let step = CaseStep::Appeal;
            self.story.plan(later, Errand::Case { case_id: case_id.clone(), story, step });
        }
        Ok(())
    }
}

/// The outcome of a word, with what the other side gets; party 0 is the partner, 1 direct sales or
/// the partner that came later.
fn said(word: &str) -> (Outcome, Vec<Remedy>) {
    let remedy = |remedy, party, share_bp| vec![Remedy { remedy, party, share_bp }];
    match word {
        "partner" => (Outcome::Award { party: 0 }, Vec::new()),
        "first with priority" => (Outcome::Award { party: 0 }, remedy(RemedyKind::Priority, 1, 0)),
        "partner with relief" => {
            (Outcome::Award { party: 0 }, remedy(RemedyKind::QuotaRelief, 1, 2_500))
        }
        "direct" => (Outcome::Award { party: 1 }, remedy(RemedyKind::InfluenceCredit, 0, 1_000)),
        "direct with priority" => (Outcome::Award { party: 1 }, remedy(RemedyKind::Priority, 0, 0)),
        "together" => {
            let split = [(0, 6_000), (1, 4_000)];
            let split = split.map(|(party, share_bp)| Share { party, share_bp }).to_vec();
            (Outcome::CoSell { split }, Vec::new())
        }
        "release" => (Outcome::Release, remedy(RemedyKind::MarginAccommodation, 0, 300)),
        _ => (Outcome::RejectBoth, Vec::new()),
    }
}
