//! What the clocks of a registration owe, and the follow-up clock (DR-01, DR-06, DR-07, DR-09,
//! DR-20).

use std::collections::BTreeSet;

use jiff::{Timestamp, civil::Date};

use super::{
    days::{Days, next, plus},
    registration::{Registration, Status, Told, span},
};

/// Something that falls due: when, the word by which it is remembered, what the timeline shows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Due {
    at: Timestamp,
    /// Of things due at one instant the smaller is done first.
    order: u32,
    mark: String,
    kind: &'static str,
    level: u32,
}

impl Registration {
    /// The days on which its clocks stand still, as known at that instant.
    pub fn frozen_days(&self, at: Timestamp, days: &Days) -> BTreeSet<Date> {
        let each = |(from, until): &(Timestamp, Option<Timestamp>)| {
            span(days.day(*from), days.day(until.unwrap_or(at).min(at)))
        };
        self.freezes.iter().filter(|(from, _)| *from <= at).flat_map(each).collect()
    }

    /// The day on which so many days that count have passed.
    pub fn counting(&self, from: Date, count: u32, at: Timestamp, days: &Days) -> Date {
        let frozen = self.frozen_days(at, days);
        let (mut on, mut left) = (from, count);
        while left > 0 {
            on = next(on);
            left -= u32::from(!frozen.contains(&on));
        }
        on
    }

    /// The last protected day as it is at that instant: while a case holds the clocks, it moves on
    /// with each day that does not count.
    pub fn until_as_of(&self, at: Timestamp, days: &Days) -> Option<Date> {
        let until = self.until?;
        if !self.is_frozen() {
            return Some(until);
        }
        let added = i64::try_from(self.newly_frozen(at, days)).unwrap_or(0);
        Some(plus(until, added))
    }

    /// How many days the latest freeze takes out that no earlier one took out.
    pub fn newly_frozen(&self, at: Timestamp, days: &Days) -> usize {
        let Some(((from, until), earlier)) = self.freezes.split_last() else {
            return 0;
        };
        let known: BTreeSet<Date> = earlier
            .iter()
            .flat_map(|(from, until)| span(days.day(*from), days.day(until.unwrap_or(at))))
            .collect();
        let latest = span(days.day(*from), days.day(until.unwrap_or(at)));
        latest.into_iter().filter(|on| !known.contains(on)).count()
    }

    /// The day from which the follow-up clock runs on a day: the latest activity that counts by
    /// then, or the approval.
    fn restarted(&self, on: Date) -> Option<Date> {
        let worked = self.activities.iter().filter(|one| one.counts_from <= on);
        worked.map(|one| one.occurred_on).chain(self.approved_on).max().max(self.approved_on)
    }

    /// The first day of the lapse that lasts at that instant; `None` when the lockout holds.
    pub fn lapse(&self, at: Timestamp, days: &Days) -> Option<Date> {
        let (approved_on, until) = (self.approved_on?, self.until_as_of(at, days)?);
        let last = days.day(at).min(until);
        let gone = |on: Date| {
            let from = self.restarted(on).unwrap_or(approved_on);
            self.counting(from, self.terms.follow_up_days + 1, at, days) <= on
        };
        if !gone(last) {
            return None;
        }
        let mut first = last;
        while first > approved_on && gone(plus(first, -1)) {
            first = plus(first, -1);
        }
        Some(first)
    }

    /// Keeps what lists show of the follow-up clock.
    pub fn follow_up(&mut self, at: Timestamp, days: &Days) {
        let (Some(approved_on), Some(until)) = (self.approved_on, self.until_as_of(at, days))
        else {
            return;
        };
        let today = days.day(at);
        if self.co_sell_at.is_some() {
            // Direct sales is in: the clock stands where it stood then.
            self.lapses_on = None;
            return;
        }
        let restarted = self.restarted(today.min(until)).unwrap_or(approved_on);
        self.worked_on = Some(restarted);
        if !self.status.is_live() || today > until {
            self.lapses_on = None;
            return;
        }
        let lapses = self.counting(restarted, self.terms.follow_up_days + 1, at, days);
        self.lapses_on = self.lapse(at, days).or(Some(lapses).filter(|on| *on <= until));
    }

    fn owed(&self, program: &super::terms::Program) -> Vec<Due> {
        let mut all = if self.status.waits() {
            self.decision(program)
        } else if self.status.is_live() && !self.is_frozen() {
            self.protection(&program.days)
        } else {
            Vec::new()
        };
        all.retain(|due| !self.done.contains(&due.mark));
        all.sort();
        all
    }

    fn decision(&self, program: &super::terms::Program) -> Vec<Due> {
        let Some(at) = self.submitted_at else {
            return Vec::new();
        };
        let terms = &self.terms;
        let half = program.days.later(at, terms.decision_business_days, terms.decision_reminder_bp);
        let due = program.decision_at(terms, at, 1);
        let mut all = vec![
            Due { at: half, order: 0, mark: "decision:half".into(), kind: "reminded", level: 0 },
            Due { at: due, order: 1, mark: "decision:over".into(), kind: "breached", level: 0 },
        ];
        for level in 1..=terms.decision_escalations {
            let at = program.decision_at(terms, at, level);
            let mark = format!("decision:{level}");
            all.push(Due { at, order: 1 + level, mark, kind: "escalated", level });
        }
        all
    }

    fn protection(&self, days: &Days) -> Vec<Due> {
        let (Some(approved_on), Some(until)) = (self.approved_on, self.until) else {
            return Vec::new();
        };
        let due = |at, order, mark: String, kind| Due { at, order, mark, kind, level: 0 };
        let mut all = vec![due(days.end(until), 9_999, format!("over:{until}"), "expired")];
        for left in &self.terms.expiry_reminder_days {
            let on = plus(until, -i64::from(*left));
            if on > approved_on {
                let mark = format!("ends:{until}:{left}");
                all.push(due(days.start(on), 100 + *left, mark, "reminded"));
            }
        }
        let Some(on) = self.lapses_on else {
            return all;
        };
        all.push(due(days.start(on), 9_000, format!("lapsed:{on}"), "lapsed"));
        let left = self.terms.lapse_reminder_days;
        let reminded = plus(on, -i64::from(left));
        if left > 0 && self.worked_on.is_none_or(|worked| reminded > worked) {
            let mark = format!("lapses:{on}:{left}");
            all.push(due(days.start(reminded), 8_000, mark, "reminded"));
        }
        all
    }

    /// When its clocks next have something to do.
    pub fn next_due(&self, program: &super::terms::Program) -> Option<Timestamp> {
        self.owed(program).first().map(|due| due.at)
    }

    /// Does what its clocks owe up to that instant, each at its own; gives what is told.
    pub fn settle(&mut self, upto: Timestamp, program: &super::terms::Program) -> Vec<Told> {
        let mut told = Vec::new();
        while let Some(due) = self.owed(program).into_iter().next() {
            if due.at > upto {
                break;
            }
            self.done.insert(due.mark);
            told.push((due.kind, due.at));
            match due.kind {
                "breached" => self.breached_at = Some(due.at),
                "escalated" => self.escalation = due.level,
                "expired" => {
                    self.status = Status::Expired;
                    self.holds = false;
                    self.lapses_on = None;
                    self.ended_at = Some(due.at);
                }
                _ => {}
            }
        }
        told
    }

    /// The clocks of the decision start anew (DR-09).
    pub fn decision_anew(&mut self, at: Timestamp, program: &super::terms::Program) {
        self.done.retain(|mark| !mark.starts_with("decision:"));
        self.escalation = 0;
        self.due_at = Some(program.decision_at(&self.terms, at, 1));
    }
}
