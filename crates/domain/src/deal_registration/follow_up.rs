//! The follow-up clock: a partner that leaves an account alone loses the lockout.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::activity::{self, Activity};
use super::freeze::FrozenDays;
use super::policy::RegistrationPolicy;
use crate::calendar::BusinessCalendar;
use crate::ids::ActivityId;
use crate::wording::{count, day};

#[cfg(test)]
mod property_tests;
#[cfg(test)]
mod tests;

/// An act of direct sales on the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirectEngagement {
    /// When it was recorded.
    pub at: Timestamp,
    /// Whether the partner had consented to it.
    pub by_consent: bool,
}

/// What the clock of one registration is computed from. The order of the lists does not matter.
#[derive(Debug, Clone)]
pub struct FollowUpFacts<'a> {
    /// When the registration was approved; the clock starts on that day.
    pub approved_at: Timestamp,
    /// The last day on which the clock runs: the last protected day, or the day of an early end.
    pub ends_on: Date,
    /// The documented activities of the partner.
    pub activities: &'a [Activity],
    /// What direct sales did.
    pub engagements: &'a [DirectEngagement],
    /// Days on which the clock stands still.
    pub frozen: &'a FrozenDays,
}

/// A stretch in which direct sales could engage. Rules DR-06, DR-07.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lapse {
    /// Its first day.
    pub from_on: Date,
    /// The day on which an activity healed it, which may be its first; `None` while it lasts.
    pub healed_on: Option<Date>,
    /// The activity that healed it.
    pub healed_by: Option<ActivityId>,
}

/// How the clock stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "standing", rename_all = "snake_case")]
pub enum FollowUpStanding {
    /// The lockout holds.
    Running,
    /// The lockout has lapsed; an activity still heals it. Rule DR-06.
    Lapsed {
        /// The first day of the lapse.
        from_on: Date,
    },
    /// Direct sales engaged under a lapse and stays in. Rule DR-07.
    CoSell {
        /// When direct sales engaged.
        since_at: Timestamp,
        /// The day of that.
        since_on: Date,
    },
    /// The registration no longer protects, so there is no clock.
    Ended {
        /// The last day of the clock.
        on: Date,
    },
}

/// The follow-up clock of a registration on one day. Rules DR-06, DR-07.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUp {
    /// The day of approval.
    pub started_on: Date,
    /// The day of the latest counting activity, or of approval: day 0 of the clock.
    pub restarted_on: Date,
    /// How many counting days have passed since.
    pub day: i64,
    /// How many may pass without a lapse.
    pub of: u32,
    /// The first day without lockout if nothing is documented; `None` unless the clock is running and ends later.
    pub lapses_on: Option<Date>,
    /// All lapses so far, in order.
    pub lapses: Vec<Lapse>,
    /// How the clock stands.
    pub standing: FollowUpStanding,
}

impl FollowUp {
    /// Whether the lockout was lapsed at the end of that day. Rule DR-06.
    pub fn is_lapsed_on(&self, on: Date) -> bool {
        self.lapses.iter().any(|lapse| {
            lapse.from_on <= on && lapse.healed_on.is_none_or(|healed_on| on < healed_on)
        })
    }

    /// The clock as a sentence.
    pub fn words(&self) -> String {
        match self.standing {
            FollowUpStanding::Running => {
                let position = format!("Day {} of {}", self.day, self.of);
                self.lapses_on.map_or_else(
                    || format!("{position}; protection ends before the lockout could lapse."),
                    |on| {
                        format!(
                            "{position}; without an activity the lockout lapses on {}.",
                            day(on)
                        )
                    },
                )
            }
            FollowUpStanding::Lapsed { from_on } => format!(
                "{} without an activity: the lockout lapsed on {}. An activity restores it unless \
                 direct sales engages first.",
                count(self.of, "day"),
                day(from_on),
            ),
            FollowUpStanding::CoSell { since_on, .. } => format!(
                "Direct sales engaged on {} while the lockout had lapsed, and stays in.",
                day(since_on)
            ),
            FollowUpStanding::Ended { on } => format!("The clock ended on {}.", day(on)),
        }
    }
}

/// The clock as it stands at an instant, from what was documented until then. Rules DR-06, DR-07, DR-08.
pub fn compute(
    facts: &FollowUpFacts<'_>,
    as_of: Timestamp,
    policy: &RegistrationPolicy,
    calendar: &BusinessCalendar,
) -> FollowUp {
    compute_on(facts, (as_of, calendar.date_of(as_of)), policy, calendar)
}

/// The clock as it stood at the end of a day, from what was documented until an instant that may be later.
///
/// `view` is that instant and that day. Rules DR-06, DR-07, DR-08.
pub fn compute_on(
    facts: &FollowUpFacts<'_>,
    view: (Timestamp, Date),
    policy: &RegistrationPolicy,
    calendar: &BusinessCalendar,
) -> FollowUp {
    let (known_at, on) = view;
    let clock = Clock { facts, policy, calendar };
    let last_on = on.min(facts.ends_on);
    let engaged_at = clock.first_engagement_under_lapse(known_at, last_on);
    if let Some(since_at) = engaged_at {
        let since_on = calendar.date_of(since_at);
        let walk = clock.walk(|logged_at| logged_at < since_at, since_on);
        return clock.reading(walk, since_on, FollowUpStanding::CoSell { since_at, since_on });
    }
    let walk = clock.walk(|logged_at| logged_at <= known_at, last_on);
    let standing = match walk.lapses.last() {
        _ if on > facts.ends_on => FollowUpStanding::Ended { on: facts.ends_on },
        Some(Lapse { from_on, healed_on: None, .. }) => {
            FollowUpStanding::Lapsed { from_on: *from_on }
        }
        Some(_) | None => FollowUpStanding::Running,
    };
    clock.reading(walk, last_on, standing)
}

/// The facts of one registration with the rules that judge them.
struct Clock<'a> {
    facts: &'a FollowUpFacts<'a>,
    policy: &'a RegistrationPolicy,
    calendar: &'a BusinessCalendar,
}

/// What a walk over the activities found: the last restart and the lapses.
struct Walk {
    restarted_on: Date,
    lapses: Vec<Lapse>,
}

impl Clock<'_> {
    fn approved_on(&self) -> Date {
        self.calendar.date_of(self.facts.approved_at)
    }

    /// The first day on which the lockout is gone when the clock restarted on that day; never a frozen one. Rule DR-06.
    fn lapse_after(&self, restarted_on: Date) -> Date {
        self.facts.frozen.after(restarted_on, self.policy.follow_up_days.saturating_add(1))
    }

    /// Restarts that were documented at a time the caller accepts: (effective on, occurred on, which), in order.
    fn restarts(&self, documented: impl Fn(Timestamp) -> bool) -> Vec<(Date, Date, &ActivityId)> {
        let known = self.facts.activities.iter().filter(|activity| documented(activity.logged_at));
        let mut restarts: Vec<_> = known
            .filter_map(|known| {
                let standing = activity::standing(
                    known.occurred_on,
                    known.logged_at,
                    self.policy,
                    self.calendar,
                )?;
                Some((standing.effective_on, standing.restarts_on, &known.id))
            })
            .collect();
        restarts.sort_unstable();
        restarts
    }

    /// Follows the clock through a day: each restart either prevents, leaves or heals a lapse.
    fn walk(&self, documented: impl Fn(Timestamp) -> bool, through_on: Date) -> Walk {
        let mut restarted_on = self.approved_on();
        let mut lapses: Vec<Lapse> = Vec::new();
        let mut open: Option<Date> = None;
        for (effective_on, occurred_on, id) in self.restarts(documented) {
            if effective_on > through_on {
                break;
            }
            if open.is_none() && self.lapse_after(restarted_on) <= effective_on {
                open = Some(self.lapse_after(restarted_on));
            }
            restarted_on = restarted_on.max(occurred_on);
            if let Some(from_on) = open
                && self.lapse_after(restarted_on) > effective_on
            {
                let healed_by = Some(id.clone());
                lapses.push(Lapse { from_on, healed_on: Some(effective_on), healed_by });
                open = None;
            }
        }
        let open = open.or_else(|| {
            let from_on = self.lapse_after(restarted_on);
            (from_on <= through_on).then_some(from_on)
        });
        lapses.extend(open.map(|from_on| Lapse { from_on, healed_on: None, healed_by: None }));
        Walk { restarted_on, lapses }
    }

    /// When direct sales first engaged while the lockout was gone by what was documented until then. Rule DR-07.
    fn first_engagement_under_lapse(
        &self,
        known_at: Timestamp,
        last_on: Date,
    ) -> Option<Timestamp> {
        let under_lapse = |at: Timestamp| {
            let walk = self.walk(|logged_at| logged_at < at, self.calendar.date_of(at));
            walk.lapses.last().is_some_and(|lapse| lapse.healed_on.is_none())
        };
        let engagements = self.facts.engagements.iter().filter(|engagement| !engagement.by_consent);
        engagements
            .map(|engagement| engagement.at)
            .filter(|at| (self.facts.approved_at..=known_at).contains(at))
            .filter(|at| self.calendar.date_of(*at) <= last_on)
            .filter(|at| under_lapse(*at))
            .min()
    }

    fn reading(&self, walk: Walk, on: Date, standing: FollowUpStanding) -> FollowUp {
        let lapses_on = match standing {
            FollowUpStanding::Running => {
                Some(self.lapse_after(walk.restarted_on)).filter(|on| *on <= self.facts.ends_on)
            }
            FollowUpStanding::Lapsed { .. }
            | FollowUpStanding::CoSell { .. }
            | FollowUpStanding::Ended { .. } => None,
        };
        FollowUp {
            started_on: self.approved_on(),
            restarted_on: walk.restarted_on,
            day: self.facts.frozen.counted_between(walk.restarted_on, on),
            of: self.policy.follow_up_days,
            lapses_on,
            lapses: walk.lapses,
            standing,
        }
    }
}
