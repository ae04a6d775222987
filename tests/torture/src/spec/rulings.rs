//! What a decision does to registrations, and what people can do in a case (CF-03 to CF-08).

use jiff::Timestamp;

use super::{
    book::{Book, Step, no},
    cases::{Case, Opening, Party, Phase, Wait},
    registration::{Consent, Status},
};
use crate::stage::act::{CaseKind, Verdict};

/// Labels of consents that decisions give.
const BY_DECISION: u32 = 1_000_000;

impl Book {
    pub(super) fn winner(&self, label: u32, verdict: Verdict) -> (Option<u32>, bool) {
        let parties = self.cases.get(&label).map(|case| case.parties.clone()).unwrap_or_default();
        let deal = |place: u32| {
            parties.get(usize::try_from(place).unwrap_or(usize::MAX)).and_then(|party| party.deal)
        };
        match verdict {
            Verdict::Award(place) => (deal(place), false),
            Verdict::CoSell => {
                let direct = parties.iter().take(2).any(|party| party.partner.is_none());
                (deal(0).or(deal(1)), direct)
            }
            Verdict::RejectBoth | Verdict::Release => (None, false),
        }
    }

    /// The account goes to whom the decision gives it (CF-05); one that no registration gets stays held
    /// until nobody can appeal (CF-07).
    pub(super) fn carry_out(&mut self, label: u32, verdict: Verdict, at: Timestamp) -> Step<()> {
        let (winner, direct) = self.winner(label, verdict);
        let deals: Vec<u32> = self.case_deals(label);
        for deal in deals.into_iter().filter(|deal| Some(*deal) != winner) {
            self.settle(deal, at);
            if self.registration(deal).is_some_and(|one| one.holds) {
                self.change(deal, |one, _| one.holds = winner.is_none());
                self.tell(deal, "ruled_against", at);
            }
        }
        let Some(winner) = winner else {
            return Ok(());
        };
        self.settle(winner, at);
        let account = self.cases.get(&label).map(|case| case.account);
        let Some(one) = self.registration(winner) else {
            return Ok(());
        };
        let takes = one.status.waits() || (one.status.is_live() && !one.holds);
        let taken = account.and_then(|account| self.holder(account)).is_some_and(|h| h != winner);
        if takes && taken {
            return no("DR-02");
        }
        if self.registration(winner).is_some_and(|one| one.status.waits()) {
            self.change(winner, |one, program| {
                one.account = one.account.or(account);
                one.approve(at, "system", &program.days);
            });
            self.tell(winner, "approved", at);
            for rival in account.map(|one| self.rivals(one, winner)).unwrap_or_default() {
                self.tell(rival, "account_taken", at);
            }
        } else {
            if takes {
                self.change(winner, |one, _| one.holds = true);
            }
            self.tell(winner, "ruled_for", at);
        }
        if direct && self.registration(winner).is_some_and(|one| one.status.is_live()) {
            let consent = Consent {
                label: BY_DECISION + label,
                given: Some(true),
                answered_at: Some(at),
                until_on: None,
                withdrawn_at: None,
            };
            self.change(winner, |one, _| one.consents.push(consent));
            self.tell(winner, "consent_given", at);
        }
        Ok(())
    }

    fn case_deals(&self, label: u32) -> Vec<u32> {
        let parties = self.cases.get(&label).map(|case| case.parties.clone()).unwrap_or_default();
        parties.into_iter().filter_map(|party| party.deal).collect()
    }

    /// The decision stands: what loses is rejected or released (CF-05, CF-07).
    pub(super) fn rests(&mut self, label: u32, at: Timestamp) {
        self.end_case(label, at);
        let verdict = self.cases.get(&label).and_then(|case| case.decisions.last().copied());
        let Some(verdict) = verdict.map(|decision| decision.verdict) else {
            return;
        };
        let (winner, _) = self.winner(label, verdict);
        for deal in self.case_deals(label).into_iter().filter(|deal| Some(*deal) != winner) {
            self.settle(deal, at);
            let Some(status) = self.registration(deal).map(|one| one.status) else {
                continue;
            };
            if status.is_live() {
                self.change(deal, |one, program| {
                    one.end(Status::Released, at, &program.days).is_ok()
                });
                self.tell(deal, "released", at);
            } else if status.waits() && verdict != Verdict::Release {
                self.change(deal, |one, _| one.reject(at, "system").is_ok());
                self.tell(deal, "rejected", at);
            }
        }
        self.undisputed(label, at);
    }

    fn end_case(&mut self, label: u32, at: Timestamp) {
        self.record(label, "conflict.closed");
        let held = self.in_case(label, |case| std::mem::take(&mut case.holds_clocks));
        if held == Some(true) {
            self.hold(label, false, at);
        }
        self.in_case(label, |case| (case.attention, case.level_due) = (None, None));
    }

    pub(super) fn hold(&mut self, label: u32, hold: bool, at: Timestamp) {
        for deal in self.case_deals(label) {
            self.settle(deal, at);
            let done = self.change(deal, |one, program| one.freeze(hold, at, &program.days));
            if done == Some(true) {
                self.tell(deal, "frozen", at);
            }
        }
    }

    /// Does what the clocks of all cases owe, each at its own instant.
    pub fn sweep_cases(&mut self, upto: Timestamp) -> Step<()> {
        let mut due: Vec<(Timestamp, u32)> = self
            .cases
            .iter()
            .filter_map(|(label, case)| Some((case.attention.filter(|at| *at <= upto)?, *label)))
            .collect();
        due.sort_unstable();
        for (_, label) in due {
            for _ in 0..20 {
                let next = self.cases.get(&label).and_then(|case| case.attention);
                let Some(at) = next.filter(|at| *at <= upto) else {
                    break;
                };
                self.act_in_case(label, at)?;
            }
        }
        Ok(())
    }

    fn act_in_case(&mut self, label: u32, at: Timestamp) -> Step<()> {
        let Some(case) = self.cases.get(&label).cloned() else {
            return Ok(());
        };
        if case.phase == Phase::Decided {
            self.in_case(label, |case| (case.phase, case.since) = (Phase::Final, at));
            self.rests(label, at);
            return Ok(());
        }
        if self.level_due(&case).is_none_or(|due| at < due) {
            self.refresh(label, at);
            return Ok(());
        }
        if case.phase == Phase::Deciding
            && let Some(verdict) = self.rule_now(label)
        {
            return self.decided(label, None, verdict, at);
        }
        match self.above(case.level) {
            Some(above) => self.enter(label, above, at),
            None => {
                self.in_case(label, |case| case.breached_at = Some(at));
                self.refresh(label, at);
            }
        }
        Ok(())
    }

    /// A person of either side opens a case (CF-01).
    pub fn open_by(
        &mut self,
        label: u32,
        (deal, kind, by): (u32, CaseKind, Option<u32>),
        at: Timestamp,
    ) -> Step<u32> {
        let Some(one) = self.registration(deal).cloned() else {
            return no("none");
        };
        if one.status == Status::Draft {
            return no("none");
        }
        let Some(account) = one.account else {
            return no("CF-01");
        };
        let mut parties = vec![Party { partner: Some(one.partner), deal: Some(deal) }];
        if matches!(kind, CaseKind::PartnerPartner | CaseKind::Duplicate) {
            self.settle_holder(account, at);
            for (other, rival) in &self.registrations {
                let claims = rival.status.is_live()
                    || rival.status.waits()
                    || rival.status == Status::Returned;
                if *other != deal && rival.account == Some(account) && claims && parties.len() < 6 {
                    parties.push(Party { partner: Some(rival.partner), deal: Some(*other) });
                }
            }
        }
        if kind == CaseKind::PartnerDirect {
            parties.push(Party { partner: None, deal: None });
        }
        self.open_case(label, &Opening { kind, account, parties, opener: by }, at)
    }

    /// A party gives its statement, once (CF-04).
    pub fn state(&mut self, label: u32, side: Option<u32>, speaker: Option<u32>) -> Step<()> {
        let case = self.seen(label, side, "CF-04")?;
        if !case.is_open() || case.statements.contains_key(&side) {
            return no("CF-04");
        }
        self.in_case(label, |case| case.statements.insert(side, speaker));
        self.record(label, "conflict.stated");
        Ok(())
    }

    /// The case as a side sees it: another partner's is not found.
    fn seen(&self, label: u32, side: Option<u32>, rule: super::Rule) -> Step<Case> {
        let Some(case) = self.cases.get(&label) else {
            return no("none");
        };
        if case.parties.iter().any(|party| party.partner == side) {
            return Ok(case.clone());
        }
        if side.is_some() { no("none") } else { no(rule) }
    }

    /// Somebody of the vendor decides (CF-02, CF-03, CF-05).
    pub fn rule_on(&mut self, label: u32, by: u32, said: Verdict, at: Timestamp) -> Step<()> {
        let Some(case) = self.cases.get(&label).cloned() else {
            return no("none");
        };
        if !case.is_open() {
            return no("CF-05");
        }
        if !self.may_rule(&case, by, false) {
            return no("CF-03");
        }
        let parties = u32::try_from(case.parties.len()).unwrap_or(0);
        let fits = match said {
            Verdict::Award(place) => place < parties,
            Verdict::CoSell => parties >= 2,
            Verdict::RejectBoth | Verdict::Release => true,
        };
        if !fits {
            return no("CF-05");
        }
        self.decided(label, Some(by), said, at)
    }

    /// A party appeals, once and in time (CF-07).
    pub fn appeal(&mut self, label: u32, side: Option<u32>, at: Timestamp) -> Step<()> {
        let case = self.seen(label, side, "CF-04")?;
        let in_time = case.appeal_until.is_some_and(|until| at < until);
        let above = self.above(case.level);
        let (Phase::Decided, true, Some(above)) = (case.phase, in_time, above) else {
            // A case that was closed or never decided has no decision to appeal against.
            return no("CF-07");
        };
        if case.won_by(side) {
            return no("CF-07");
        }
        self.in_case(label, |case| {
            case.appealed = true;
            case.phase = Phase::Appealed;
            case.appeal_until = None;
        });
        self.record(label, "conflict.appealed");
        self.disputed(label, at);
        self.enter(label, above, at);
        Ok(())
    }

    /// It is closed without a decision (CF-03).
    pub fn close_case(&mut self, label: u32, by: u32, at: Timestamp) -> Step<()> {
        let Some(case) = self.cases.get(&label).cloned() else {
            return no("none");
        };
        if !case.is_open() {
            return no("fields");
        }
        if !self.may_rule(&case, by, true) {
            return no("CF-03");
        }
        self.in_case(label, |case| (case.phase, case.since) = (Phase::Closed, at));
        self.end_case(label, at);
        self.undisputed(label, at);
        Ok(())
    }

    /// The clocks of its registrations are held, or go on (CF-05).
    pub fn hold_clocks(&mut self, label: u32, by: u32, hold: bool, at: Timestamp) -> Step<()> {
        let Some(case) = self.cases.get(&label).cloned() else {
            return no("none");
        };
        if !case.is_open() {
            return no("CF-05");
        }
        if case.holds_clocks == hold {
            return Ok(());
        }
        if !self.may_rule(&case, by, true) {
            return no("CF-03");
        }
        self.in_case(label, |case| case.holds_clocks = hold);
        self.hold(label, hold, at);
        Ok(())
    }

    /// Evidence is asked of a party: the clock stops (CF-08).
    pub fn ask_evidence(
        &mut self,
        label: u32,
        (by, side, request): (u32, Option<u32>, u32),
        at: Timestamp,
    ) -> Step<()> {
        let Some(case) = self.cases.get(&label).cloned() else {
            return no("none");
        };
        if !case.parties.iter().any(|party| party.partner == side) {
            return no("fields");
        }
        if !case.is_open() {
            return no("CF-08");
        }
        if !self.may_rule(&case, by, false) {
            return no("CF-03");
        }
        let wait = Wait { from_at: at, answered_at: None, stops_until: at, side };
        self.in_case(label, |case| case.waits.insert(request, wait));
        let until = self.cases.get(&label).map_or(at, |case| self.stops_until(case, at));
        self.in_case(label, |case| {
            if let Some(wait) = case.waits.get_mut(&request) {
                wait.stops_until = until;
            }
        });
        self.refresh(label, at);
        Ok(())
    }

    /// The evidence comes; the clock runs on (CF-08).
    pub fn give_evidence(
        &mut self,
        label: u32,
        (side, request): (Option<u32>, u32),
        at: Timestamp,
    ) -> Step<()> {
        let case = self.seen(label, side, "CF-04")?;
        let wait = case.waits.get(&request).filter(|wait| wait.side == side);
        let Some(wait) = wait else {
            return no("none");
        };
        if wait.answered_at.is_some() || !case.is_open() {
            return no("CF-08");
        }
        self.in_case(label, |case| {
            case.waits.get_mut(&request).map(|wait| wait.answered_at = Some(at))
        });
        self.record(label, "conflict.evidence_given");
        self.refresh(label, at);
        Ok(())
    }

    /// It is passed on to the next level by hand (CF-02).
    pub fn pass_on(&mut self, label: u32, by: u32, at: Timestamp) -> Step<()> {
        let Some(case) = self.cases.get(&label).cloned() else {
            return no("none");
        };
        if !self.may_rule(&case, by, true) {
            return no("CF-03");
        }
        if !case.is_open() {
            return no("CF-05");
        }
        let Some(above) = self.above(case.level) else {
            return no("CF-02");
        };
        self.record(label, "conflict.escalated");
        self.enter(label, above, at);
        Ok(())
    }
}
