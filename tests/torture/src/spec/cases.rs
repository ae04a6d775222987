//! A conflict case: what is true of it, and the steps that it can take (CF-01 to CF-08).

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{
    book::{Book, Step, no},
    registration::Status,
};
use crate::stage::act::{CaseKind, Verdict};

/// Where a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the words of the specification")]
pub enum Phase {
    Deciding,
    Decided,
    Appealed,
    Final,
    Closed,
}

impl Phase {
    /// The word in tables.
    pub fn word(self) -> &'static str {
        match self {
            Phase::Deciding => "deciding",
            Phase::Decided => "decided",
            Phase::Appealed => "appealed",
            Phase::Final => "final",
            Phase::Closed => "closed",
        }
    }
}

/// A party: a partner with its registration, or direct sales.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Party {
    pub partner: Option<u32>,
    pub deal: Option<u32>,
}

/// A request for evidence.
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Wait {
    pub from_at: Timestamp,
    pub answered_at: Option<Timestamp>,
    pub stops_until: Timestamp,
    pub side: Option<u32>,
}

/// A decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// Who of the vendor; `None` for the rule.
    pub by: Option<u32>,
    /// On which level.
    pub level: u32,
    /// What.
    pub verdict: Verdict,
}

/// A case.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names of the columns that are compared")]
pub struct Case {
    pub kind: CaseKind,
    pub account: u32,
    pub parties: Vec<Party>,
    pub opened_at: Timestamp,
    /// Who of the vendor opened it.
    pub opener: Option<u32>,
    pub rep: Option<u32>,
    pub phase: Phase,
    pub level: u32,
    pub since: Timestamp,
    pub appeal_until: Option<Timestamp>,
    pub breached_at: Option<Timestamp>,
    pub holds_clocks: bool,
    /// Who spoke for which side: of the vendor, or somebody of the partner.
    pub statements: BTreeMap<Option<u32>, Option<u32>>,
    pub appealed: bool,
    pub waits: BTreeMap<u32, Wait>,
    pub decisions: Vec<Decision>,
    /// Who of the level was free of a stake when the case reached it.
    pub free: Vec<u32>,
    pub attention: Option<Timestamp>,
    pub level_due: Option<Timestamp>,
}

impl Case {
    /// Whether the last decision awards everything to this side, which then has nothing to appeal.
    pub(super) fn won_by(&self, side: Option<u32>) -> bool {
        let Some(Decision { verdict: Verdict::Award(place), .. }) = self.decisions.last() else {
            return false;
        };
        let place = usize::try_from(*place).unwrap_or(usize::MAX);
        self.parties.get(place).is_some_and(|party| party.partner == side)
    }
}

/// A case to be opened.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Opening {
    pub kind: CaseKind,
    pub account: u32,
    pub parties: Vec<Party>,
    pub opener: Option<u32>,
}

impl Book {
    /// Changes a case.
    pub(super) fn in_case<T>(&mut self, label: u32, f: impl FnOnce(&mut Case) -> T) -> Option<T> {
        self.moved.insert(label);
        self.cases.get_mut(&label).map(f)
    }

    /// The open case of the same kind, account and parties.
    pub fn same_case(&self, opening: &Opening) -> Option<u32> {
        let mut wanted = opening.parties.clone();
        wanted.sort_unstable();
        let same = |case: &&Case| {
            let mut parties = case.parties.clone();
            parties.sort_unstable();
            case.kind == opening.kind
                && case.account == opening.account
                && case.is_open()
                && parties == wanted
        };
        self.cases.iter().find(|(_, case)| same(case)).map(|(label, _)| *label)
    }

    /// Opens a case, or gives the one that is open; a rule may settle it at once (CF-01, CF-02).
    pub fn open_case(&mut self, label: u32, opening: &Opening, at: Timestamp) -> Step<u32> {
        if let Some(known) = self.same_case(opening) {
            return Ok(known);
        }
        let direct = opening.parties.iter().any(|party| party.partner.is_none());
        let rep = if direct { self.latest_rep(opening.account) } else { None };
        let case = Case {
            kind: opening.kind,
            account: opening.account,
            parties: opening.parties.clone(),
            opened_at: at,
            opener: opening.opener,
            rep,
            phase: Phase::Deciding,
            level: 0,
            since: at,
            appeal_until: None,
            breached_at: None,
            holds_clocks: false,
            statements: BTreeMap::new(),
            appealed: false,
            waits: BTreeMap::new(),
            decisions: Vec::new(),
            free: Vec::new(),
            attention: None,
            level_due: None,
        };
        self.cases.insert(label, case);
        self.moved.insert(label);
        self.record(label, "conflict.opened");
        self.disputed(label, at);
        if let Some(verdict) = self.rule_now(label) {
            self.decided(label, None, verdict, at)?;
        } else {
            let first = self.above(0).unwrap_or(0);
            self.enter(label, first, at);
        }
        Ok(label)
    }

    /// Who of direct sales worked an account last, or its owner.
    fn latest_rep(&self, account: u32) -> Option<u32> {
        let kept = self.accounts.get(&account)?;
        let open = kept.opportunities.values().filter(|one| one.is_open);
        let opened = open.map(|one| (one.opened_at, one.owner)).max_by_key(|(at, _)| *at);
        let tried = kept.attempts.iter().copied().max_by_key(|(at, _)| *at);
        match (opened, tried) {
            (Some((opened, owner)), Some((tried, _))) if opened >= tried => Some(owner),
            (_, Some((_, person))) | (Some((_, person)), None) => Some(person),
            (None, None) => kept.owner,
        }
    }

    fn deals(&self, label: u32) -> Vec<u32> {
        let parties = self.cases.get(&label).map(|case| case.parties.clone()).unwrap_or_default();
        parties.into_iter().filter_map(|party| party.deal).collect()
    }

    /// Its registrations are in dispute from now on.
    pub(super) fn disputed(&mut self, label: u32, at: Timestamp) {
        for deal in self.deals(label) {
            let may = self.registration(deal).is_some_and(|one| {
                one.status.is_live() || one.status.waits() || one.status == Status::Returned
            });
            if may {
                self.settle(deal, at);
                self.set_dispute(deal, true, at);
            }
        }
    }

    fn set_dispute(&mut self, deal: u32, to: bool, at: Timestamp) {
        if self.registration(deal).is_some_and(|one| one.in_dispute != to) {
            self.change(deal, |one, _| one.in_dispute = to);
            self.tell(deal, "disputed", at);
        }
    }

    /// What a rule settles without anybody: all claims are of one partner, or one at most is left
    /// (CF-02).
    pub(super) fn rule_now(&self, label: u32) -> Option<Verdict> {
        let case = self.cases.get(&label)?;
        if case.kind == CaseKind::Decision {
            return None;
        }
        let direct = case.parties.iter().any(|party| party.partner.is_none());
        let claims: Vec<(u32, Party)> =
            (0..).zip(case.parties.iter().copied()).filter(|(_, p)| p.partner.is_some()).collect();
        let left: Vec<(u32, Party)> = claims
            .iter()
            .copied()
            .filter(|(_, party)| {
                party.deal.and_then(|deal| self.registration(deal)).is_some_and(|one| {
                    one.status.is_live() || one.status.waits() || one.status == Status::Returned
                })
            })
            .collect();
        let (first, rest) = match left.as_slice() {
            [] => return (!claims.is_empty()).then_some(Verdict::Release),
            [first, rest @ ..] => (*first, rest),
        };
        if direct {
            return None;
        }
        if rest.is_empty() {
            return (claims.len() > 1).then_some(Verdict::Award(first.0));
        }
        if rest.iter().any(|(_, other)| other.partner != first.1.partner) {
            return None;
        }
        let ranked = |party: &Party| {
            let one = party.deal.and_then(|deal| self.registration(deal));
            one.and_then(|one| one.ranked_at).unwrap_or(Timestamp::MAX)
        };
        let earliest = left.iter().min_by_key(|(place, party)| (ranked(party), *place))?;
        Some(Verdict::Award(earliest.0))
    }

    /// The case reaches a level, or the next on which somebody is free to decide (CF-03).
    pub(super) fn enter(&mut self, label: u32, level: u32, at: Timestamp) {
        let Some(case) = self.cases.get(&label).cloned() else {
            return;
        };
        let level = self.seat(&case, level);
        let free = self.free_on(&case, level);
        self.in_case(label, |case| {
            (case.level, case.since, case.free) = (level, at, free);
        });
        self.refresh(label, at);
    }

    /// The clock of a case is computed anew.
    pub(super) fn refresh(&mut self, label: u32, at: Timestamp) {
        let Some(case) = self.cases.get(&label).cloned() else {
            return;
        };
        let level_due = self.level_due(&case);
        let attention = match case.phase {
            Phase::Deciding | Phase::Appealed => {
                let waits = case.waits.values();
                let next = waits
                    .filter(|wait| wait.answered_at.is_none() && wait.stops_until > at)
                    .map(|wait| wait.stops_until)
                    .min();
                let level = level_due.filter(|_| case.breached_at.is_none());
                level.into_iter().chain(next).min()
            }
            Phase::Decided => case.appeal_until,
            Phase::Final | Phase::Closed => None,
        };
        self.in_case(label, |case| (case.level_due, case.attention) = (level_due, attention));
    }

    /// A decision, by somebody or by the rule (CF-05, CF-07).
    pub(super) fn decided(
        &mut self,
        label: u32,
        by: Option<u32>,
        verdict: Verdict,
        at: Timestamp,
    ) -> Step<()> {
        let Some(case) = self.cases.get(&label).cloned() else {
            return no("none");
        };
        let days = self.days_of_case(&case);
        let appeal = self.program.conflicts().appeal_business_days;
        let level = if by.is_some() { case.level } else { 0 };
        let last = case.phase == Phase::Appealed || appeal == 0 || self.above(case.level).is_none();
        self.in_case(label, |case| {
            case.decisions.push(Decision { by, level, verdict });
            if last {
                (case.phase, case.since) = (Phase::Final, at);
            } else {
                (case.phase, case.since, case.level) = (Phase::Decided, at, level);
                case.appeal_until = Some(days.later(at, appeal, 10_000));
            }
        });
        self.refresh(label, at);
        self.record(label, "conflict.decided");
        self.carry_out(label, verdict, at)?;
        if last {
            self.rests(label, at);
        } else if self.winner(label, verdict).0.is_none() {
            // What nobody gets stays held: its protection does not run out meanwhile (CF-07).
            if self.in_case(label, |case| std::mem::replace(&mut case.holds_clocks, true))
                == Some(false)
            {
                self.hold(label, true, at);
            }
        }
        Ok(())
    }

    /// Its registrations leave the dispute, unless another case is open about them.
    pub(super) fn undisputed(&mut self, label: u32, at: Timestamp) {
        for deal in self.deals(label) {
            let other = self.cases.values().any(|case| {
                case.is_open() && case.parties.iter().any(|party| party.deal == Some(deal))
            });
            if !other {
                self.settle(deal, at);
                self.set_dispute(deal, false, at);
            }
        }
    }
}
