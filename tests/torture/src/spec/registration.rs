//! One registration: what is true of it, and the steps that it can take (DR-01 to DR-21).

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::{Timestamp, civil::Date};

use super::{
    Rule,
    days::{Days, distance, plus},
    terms::Terms,
};

/// Where a registration stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the words of the specification")]
pub enum Status {
    Draft,
    Submitted,
    UnderReview,
    Returned,
    Approved,
    Renewed,
    Rejected,
    Won,
    Lost,
    Expired,
    Withdrawn,
    Released,
}

impl Status {
    /// The word in tables.
    pub fn word(self) -> &'static str {
        match self {
            Status::Draft => "draft",
            Status::Submitted => "submitted",
            Status::UnderReview => "under_review",
            Status::Returned => "returned",
            Status::Approved => "approved",
            Status::Renewed => "renewed",
            Status::Rejected => "rejected",
            Status::Won => "won",
            Status::Lost => "lost",
            Status::Expired => "expired",
            Status::Withdrawn => "withdrawn",
            Status::Released => "released",
        }
    }

    /// It protects its account.
    pub fn is_live(self) -> bool {
        matches!(self, Status::Approved | Status::Renewed)
    }

    /// The vendor owes an answer.
    pub fn waits(self) -> bool {
        matches!(self, Status::Submitted | Status::UnderReview)
    }

    /// It is over.
    pub fn is_over(self) -> bool {
        matches!(
            self,
            Status::Rejected
                | Status::Won
                | Status::Lost
                | Status::Expired
                | Status::Withdrawn
                | Status::Released
        )
    }
}

/// A documented activity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Activity {
    /// The day on which it occurred.
    pub occurred_on: Date,
    /// The first day on which it counts (DR-08).
    pub counts_from: Date,
}

/// A partner's consent, asked for or given (DR-05).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// Its label in the story.
    pub label: u32,
    /// The answer; `None` while it is awaited.
    pub given: Option<bool>,
    /// When it was answered.
    pub answered_at: Option<Timestamp>,
    /// The last day on which it holds.
    pub until_on: Option<Date>,
    /// When it was taken back.
    pub withdrawn_at: Option<Timestamp>,
}

/// What the timeline is to show: the word and the time at which it took effect.
pub type Told = (&'static str, Timestamp);

/// A registration.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the names of the columns that are compared")]
pub struct Registration {
    pub partner: u32,
    pub company: u32,
    pub account: Option<u32>,
    pub seller: u32,
    pub status: Status,
    pub holds: bool,
    pub terms: Arc<Terms>,
    pub tier: String,
    pub track: String,
    pub submitted_at: Option<Timestamp>,
    pub ranked_at: Option<Timestamp>,
    pub returned_at: Option<Timestamp>,
    pub withdrawn_at: Option<Timestamp>,
    pub resubmissions: u32,
    pub due_at: Option<Timestamp>,
    pub breached_at: Option<Timestamp>,
    pub escalation: u32,
    pub decided_at: Option<Timestamp>,
    pub decided_by: String,
    /// Who ever decided it: approved, rejected, returned or released it (CF-03).
    pub deciders: BTreeSet<String>,
    pub approved_at: Option<Timestamp>,
    pub approved_on: Option<Date>,
    pub until: Option<Date>,
    pub renewals: u32,
    pub renewed_on: Option<Date>,
    pub ended_at: Option<Timestamp>,
    pub closed_on: Option<Date>,
    pub co_sell_at: Option<Timestamp>,
    pub lapses_on: Option<Date>,
    pub worked_on: Option<Date>,
    pub in_dispute: bool,
    /// Stretches in which a case holds the clocks; the last may be open.
    pub freezes: Vec<(Timestamp, Option<Timestamp>)>,
    pub activities: Vec<Activity>,
    pub consents: Vec<Consent>,
    /// What its clocks did already.
    pub done: BTreeSet<String>,
    pub amount_minor: i64,
    pub product: u32,
    pub need: u32,
}

impl Registration {
    /// Whether a case holds its clocks.
    pub fn is_frozen(&self) -> bool {
        self.freezes.last().is_some_and(|(_, until)| until.is_none())
    }

    /// Whether its partner is still writing it, before a submission or another one.
    pub fn is_being_written(&self) -> bool {
        matches!(self.status, Status::Draft | Status::Returned)
            || (self.status == Status::Withdrawn && !self.was_approved())
    }

    /// Whether it was ever approved.
    pub fn was_approved(&self) -> bool {
        self.approved_at.is_some()
    }

    /// Whether it protects its account at that instant: from approval through its last day, and
    /// on while a case holds its clocks, because the days in between do not count (DR-01).
    pub fn protects(&self, at: Timestamp, days: &Days) -> bool {
        let runs = self.until.is_some_and(|until| at < days.end(until)) || self.is_frozen();
        self.status.is_live() && self.holds && runs
    }

    /// Taken up by somebody of the vendor.
    pub fn take_up(&mut self) -> Result<Vec<&'static str>, Rule> {
        if self.status != Status::Submitted {
            return Err("DR-01");
        }
        self.status = Status::UnderReview;
        Ok(vec!["taken_up"])
    }

    /// Approved: it holds its account from now on (DR-01, DR-06).
    pub fn approve(&mut self, at: Timestamp, by: &str, days: &Days) {
        let on = days.day(at);
        self.status = Status::Approved;
        self.holds = true;
        self.decided(at, by);
        self.approved_at = Some(at);
        self.approved_on = Some(on);
        self.until = Some(plus(on, i64::from(self.terms.validity_days)));
        self.follow_up(at, days);
    }

    /// Rejected (DR-15).
    pub fn reject(&mut self, at: Timestamp, by: &str) -> Result<Vec<&'static str>, Rule> {
        if !self.status.waits() {
            return Err("DR-01");
        }
        self.status = Status::Rejected;
        self.decided(at, by);
        Ok(vec!["rejected"])
    }

    /// Returned with a question (DR-16).
    pub fn give_back(&mut self, at: Timestamp, by: &str) -> Result<Vec<&'static str>, Rule> {
        let mut told = Vec::new();
        if self.status == Status::Submitted {
            told.extend(self.take_up()?);
        }
        if self.status != Status::UnderReview {
            return Err("DR-01");
        }
        self.status = Status::Returned;
        self.decided(at, by);
        self.returned_at = Some(at);
        told.push("returned");
        Ok(told)
    }

    fn decided(&mut self, at: Timestamp, by: &str) {
        self.decided_at = Some(at);
        by.clone_into(&mut self.decided_by);
        self.deciders.insert(by.to_owned());
        self.due_at = None;
    }

    /// Renewed, once, in its last days, by a partner that works it (DR-03).
    pub fn renew(&mut self, at: Timestamp, days: &Days) -> Result<Vec<&'static str>, Rule> {
        if self.status.is_live() && !self.holds {
            return Err("CF-05");
        }
        let today = days.day(at);
        let until = self.until.unwrap_or(today);
        let first = plus(until, 1 - i64::from(self.terms.renewal_window_days));
        let back = i64::from(self.terms.renewal_activity_days);
        let worked =
            self.activities.iter().any(|one| (0..back).contains(&distance(one.occurred_on, today)));
        let open = self.status.is_live() && self.renewals < self.terms.renewals;
        if !open || today < first || today > until || !worked {
            return Err("DR-03");
        }
        self.status = Status::Renewed;
        self.renewals += 1;
        self.renewed_on = Some(today);
        self.until = Some(self.counting(until, self.terms.validity_days, at, days));
        self.follow_up(at, days);
        Ok(vec!["renewed"])
    }

    /// An activity is documented (DR-06, DR-07, DR-08).
    pub fn work(
        &mut self,
        occurred_on: Date,
        at: Timestamp,
        days: &Days,
    ) -> Result<Vec<&'static str>, Rule> {
        let today = days.day(at);
        let late = distance(occurred_on, today);
        if self.status == Status::Draft || self.status.is_over() || late < 0 {
            return Err("DR-08");
        }
        let in_time = late <= i64::from(self.terms.backdating_days);
        let counts_from = if in_time { occurred_on } else { today };
        let lapsed = self.lapses_on.is_some_and(|on| on <= today);
        self.activities.push(Activity { occurred_on, counts_from });
        self.follow_up(at, days);
        let runs = self.status.is_live() && self.lapse(at, days).is_none();
        let protected = self.until_as_of(at, days).is_some_and(|on| today <= on);
        let runs = runs && self.co_sell_at.is_none() && protected;
        Ok(if lapsed && runs { vec!["activity_logged", "healed"] } else { vec!["activity_logged"] })
    }

    /// Its end: won, lost, or released by the vendor.
    pub fn end(&mut self, to: Status, at: Timestamp, days: &Days) -> Result<Told, Rule> {
        if !self.status.is_live() {
            return Err("DR-01");
        }
        if to == Status::Won && !self.holds {
            return Err("CF-05");
        }
        self.status = to;
        self.no_longer_holds(at);
        if to != Status::Released {
            self.closed_on = Some(days.day(at));
        }
        Ok((to.word(), at))
    }

    /// Taken back by the partner.
    pub fn withdraw(&mut self, at: Timestamp) -> Result<Vec<&'static str>, Rule> {
        if self.status.is_over() {
            return Err("DR-01");
        }
        self.status = Status::Withdrawn;
        self.withdrawn_at = Some(at);
        self.no_longer_holds(at);
        Ok(vec!["withdrawn"])
    }

    fn no_longer_holds(&mut self, at: Timestamp) {
        self.due_at = None;
        if self.holds {
            self.holds = false;
            self.ended_at = Some(at);
            self.lapses_on = None;
        }
    }

    /// A case holds its clocks, or lets them go on (DR-01, DR-06).
    pub fn freeze(&mut self, hold: bool, at: Timestamp, days: &Days) -> bool {
        if self.is_frozen() == hold || !self.status.is_live() {
            return false;
        }
        if hold {
            self.freezes.push((at, None));
            return true;
        }
        self.until = self.until_as_of(at, days);
        if let Some(last) = self.freezes.last_mut() {
            last.1 = Some(at);
        }
        self.follow_up(at, days);
        true
    }
}

/// Every day from the first to the last.
pub fn span(first: Date, last: Date) -> Vec<Date> {
    let mut all = Vec::new();
    let mut on = first;
    while on <= last {
        all.push(on);
        on = super::days::next(on);
    }
    all
}
