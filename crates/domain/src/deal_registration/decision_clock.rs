//! The vendor's clock: a submission is decided in time, or the breach is on record.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::policy::RegistrationPolicy;
use crate::calendar::BusinessCalendar;
use crate::wording::{count, day};

/// How a submission stands against the vendor's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "standing", rename_all = "snake_case")]
pub enum DecisionStanding {
    /// Undecided, before the reminder.
    Waiting,
    /// Undecided, after the reminder and before the end.
    Reminded,
    /// Undecided although the time is over.
    Breached {
        /// When the time was over.
        since_at: Timestamp,
    },
    /// Decided before the time was over, or at its last instant.
    InTime {
        /// When it was decided.
        at: Timestamp,
    },
    /// Decided after the time was over.
    Late {
        /// When it was decided.
        at: Timestamp,
    },
}

/// The vendor's clock for one submission. Rule DR-09.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionClock {
    /// When the owner is reminded.
    pub remind_at: Timestamp,
    /// Until when, that instant included, a decision is in time.
    pub due_at: Timestamp,
    /// When the question climbs, one level each, in order; the first is the end of the time.
    pub escalates_at: Vec<Timestamp>,
    /// How many levels it has climbed.
    pub level: usize,
    /// How it stands.
    pub standing: DecisionStanding,
}

impl DecisionClock {
    /// Whether the breach counts against the vendor. Rule DR-09.
    pub const fn is_breached(&self) -> bool {
        match self.standing {
            DecisionStanding::Breached { .. } | DecisionStanding::Late { .. } => true,
            DecisionStanding::Waiting
            | DecisionStanding::Reminded
            | DecisionStanding::InTime { .. } => false,
        }
    }

    /// The clock as a sentence; dates in the zone of the calendar.
    pub fn words(&self, calendar: &BusinessCalendar) -> String {
        let due = day(calendar.date_of(self.due_at));
        match self.standing {
            DecisionStanding::Waiting | DecisionStanding::Reminded => {
                format!("Decision due by {due}.")
            }
            DecisionStanding::Breached { .. } => {
                let levels = i64::try_from(self.level).unwrap_or(i64::MAX);
                format!("Decision was due by {due}; escalated by {}.", count(levels, "level"))
            }
            DecisionStanding::InTime { at } => {
                format!("Decided on {}, in time.", day(calendar.date_of(at)))
            }
            DecisionStanding::Late { at } => {
                format!("Decided on {}, late: it was due by {due}.", day(calendar.date_of(at)))
            }
        }
    }
}

/// Computes the vendor's clock from the latest submission and its decision, if there is one. Rule DR-09.
///
/// An approval, a rejection and a return are all decisions. Undecided at `due_at` counts as
/// breached; a decision at exactly `due_at` is in time.
pub fn compute(
    submission: (Timestamp, Option<Timestamp>),
    as_of: Timestamp,
    policy: &RegistrationPolicy,
    calendar: &BusinessCalendar,
) -> DecisionClock {
    let (submitted_at, decided_at) = submission;
    let decided_at = decided_at.filter(|at| *at <= as_of);
    let days = policy.decision_business_days;
    let due_at = calendar.add_business_days(submitted_at, days);
    let remind_at = calendar.add_business_share(submitted_at, days, policy.decision_reminder_bp);
    let escalates_at: Vec<Timestamp> = (1..=policy.decision_escalations)
        .map(|level| calendar.add_business_days(submitted_at, days.saturating_mul(level)))
        .collect();
    let standing = match decided_at {
        Some(at) if at <= due_at => DecisionStanding::InTime { at },
        Some(at) => DecisionStanding::Late { at },
        None if as_of >= due_at => DecisionStanding::Breached { since_at: due_at },
        None if as_of >= remind_at => DecisionStanding::Reminded,
        None => DecisionStanding::Waiting,
    };
    let passed = |at: &&Timestamp| decided_at.map_or(**at <= as_of, |decided_at| **at < decided_at);
    let level = escalates_at.iter().filter(passed).count();
    DecisionClock { remind_at, due_at, escalates_at, level, standing }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::Zone;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn clock(decided_at: Option<&str>, as_of: &str) -> DecisionClock {
        let calendar = BusinessCalendar::western(Zone::parse("Europe/Berlin").unwrap());
        let policy =
            RegistrationPolicy { decision_escalations: 2, ..RegistrationPolicy::default() };
        let submission = (at("2026-06-04T13:00:00Z"), decided_at.map(at));
        compute(submission, at(as_of), &policy, &calendar)
    }

    #[test]
    fn dr_09_two_business_days_pass_over_the_weekend() {
        let clock = clock(None, "2026-06-04T13:00:00Z");
        assert_eq!(clock.remind_at, at("2026-06-05T13:00:00Z"));
        assert_eq!(clock.due_at, at("2026-06-08T13:00:00Z"));
        assert_eq!(clock.escalates_at, [at("2026-06-08T13:00:00Z"), at("2026-06-10T13:00:00Z")]);
    }

    #[test]
    fn dr_09_the_owner_is_reminded_at_half_of_the_time() {
        assert_eq!(clock(None, "2026-06-05T12:59:59Z").standing, DecisionStanding::Waiting);
        assert_eq!(clock(None, "2026-06-05T13:00:00Z").standing, DecisionStanding::Reminded);
    }

    #[test]
    fn dr_09_undecided_when_the_time_is_over_is_a_breach_and_climbs_one_level() {
        let before = clock(None, "2026-06-08T12:59:59Z");
        assert_eq!((before.is_breached(), before.level), (false, 0));
        let over = clock(None, "2026-06-08T13:00:00Z");
        assert_eq!((over.is_breached(), over.level), (true, 1));
        assert_eq!(clock(None, "2026-06-10T12:59:59Z").level, 1);
        assert_eq!(clock(None, "2026-06-10T13:00:00Z").level, 2);
        assert_eq!(clock(None, "2027-06-10T13:00:00Z").level, 2);
    }

    #[test]
    fn dr_09_a_decision_at_the_last_instant_is_in_time_and_one_later_is_late() {
        let in_time = clock(Some("2026-06-08T13:00:00Z"), "2026-07-01T00:00:00Z");
        assert_eq!(in_time.standing, DecisionStanding::InTime { at: in_time.due_at });
        assert_eq!((in_time.is_breached(), in_time.level), (false, 0));
        let late = clock(Some("2026-06-08T13:00:00.000001Z"), "2026-07-01T00:00:00Z");
        assert_eq!((late.is_breached(), late.level), (true, 1));
    }

    #[test]
    fn dr_09_a_decision_of_later_is_not_known_yet() {
        let clock = clock(Some("2026-06-08T10:00:00Z"), "2026-06-08T09:00:00Z");
        assert_eq!(clock.standing, DecisionStanding::Reminded);
    }
}
