//! The live part of a registration: from approval to its end, by all rules together.

use jiff::Timestamp;
use jiff::civil::Date;

use super::facts::{EndingFact, RegistrationFacts};
use super::follow_up::{self, DirectEngagement, FollowUp, FollowUpFacts};
use super::freeze::{Freeze, FrozenDays};
use super::policy_history::{PolicyHistory, PolicyInForce, UnknownVersion};
use super::protection::{Protection, protected_until};
use crate::calendar::BusinessCalendar;

/// A registration since its approval, as it was known at some instant.
#[derive(Debug, Clone)]
pub struct Life<'a> {
    /// When it was approved.
    pub approved_at: Timestamp,
    /// The policy in force then, which judges its protection and its follow-up.
    pub policy: &'a PolicyInForce,
    /// The last protected day, renewals and frozen days counted.
    pub protected_until: Date,
    /// Its end before time, if there was one.
    pub ended: Option<EndingFact>,
    /// Days on which its clocks stood still.
    pub frozen: FrozenDays,
    /// What direct sales did on its account.
    engagements: Vec<DirectEngagement>,
}

impl<'a> Life<'a> {
    /// The live part as known at an instant; `None` when it was not approved by then. Rules DR-01, DR-03.
    pub fn of(
        facts: &RegistrationFacts,
        history: &'a PolicyHistory,
        calendar: &BusinessCalendar,
        as_of: Timestamp,
    ) -> Result<Option<Self>, UnknownVersion> {
        let Some(approval) = facts.approval().filter(|approval| approval.at <= as_of) else {
            return Ok(None);
        };
        let policy = history.version(approval.policy_version)?;
        let mut validity_days = policy.policy.validity_days;
        for renewal in facts.renewals.iter().filter(|renewal| renewal.at <= as_of) {
            let added = history.version(renewal.policy_version)?.policy.validity_days;
            validity_days = validity_days.saturating_add(added);
        }
        let frozen = FrozenDays::from_freezes(&freezes(facts), as_of, calendar);
        let approved_on = calendar.date_of(approval.at);
        let protected_until = protected_until(approved_on, validity_days, &frozen).value;
        let in_time = |ending: &&EndingFact| {
            approval.at <= ending.at
                && ending.at <= as_of
                && ending.at < calendar.end_of(protected_until)
        };
        let ended = facts.endings.iter().filter(in_time).min_by_key(|ending| ending.at).copied();
        let engagements = engagements(facts, calendar);
        let approved_at = approval.at;
        Ok(Some(Self { approved_at, policy, protected_until, ended, frozen, engagements }))
    }

    /// The protection with its end. Rule DR-01.
    pub fn protection(&self) -> Protection {
        Protection {
            approved_at: self.approved_at,
            protected_until: self.protected_until,
            ended_at: self.ended.map(|ending| ending.at),
        }
    }

    /// When protection ran out; `None` when it ended before its time. Rule DR-01.
    pub fn expires_at(&self, calendar: &BusinessCalendar) -> Option<Timestamp> {
        self.ended.is_none().then(|| calendar.end_of(self.protected_until))
    }

    /// The follow-up clock at the end of a day, from what was known at an instant. Rules DR-06 to DR-08.
    pub fn follow_up(
        &self,
        facts: &RegistrationFacts,
        view: (Timestamp, Date),
        calendar: &BusinessCalendar,
    ) -> FollowUp {
        let ended_on = self.ended.map(|ending| calendar.date_of(ending.at));
        let clock = FollowUpFacts {
            approved_at: self.approved_at,
            ends_on: ended_on.map_or(self.protected_until, |on| on.min(self.protected_until)),
            activities: &facts.activities,
            engagements: &self.engagements,
            frozen: &self.frozen,
        };
        follow_up::compute_on(&clock, view, &self.policy.policy, calendar)
    }
}

/// The stretches in which conflict cases held the clocks.
fn freezes(facts: &RegistrationFacts) -> Vec<Freeze> {
    let freezing = facts.disputes.iter().filter(|dispute| dispute.freezes_clocks);
    freezing
        .map(|dispute| Freeze { from_at: dispute.opened_at, until_at: dispute.closed_at })
        .collect()
}

/// What direct sales did, each with whether the partner had consented by then.
fn engagements(facts: &RegistrationFacts, calendar: &BusinessCalendar) -> Vec<DirectEngagement> {
    let with_consent = |at: &Timestamp| DirectEngagement {
        at: *at,
        by_consent: facts.consents.iter().any(|consent| consent.stands_at(*at, calendar)),
    };
    facts.direct_engaged_at.iter().map(with_consent).collect()
}
