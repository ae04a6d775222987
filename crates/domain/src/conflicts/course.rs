//! The course of a case: from level to level until it is decided, and once more on appeal.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::rules::{CF_02, CF_05, CF_07};
use crate::calendar::BusinessCalendar;
use crate::program::dispute::Conflicts;
use crate::refusal::Refusal;

/// Where a case stands, with what is true of it there. Rules CF-02, CF-07.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "phase", rename_all = "snake_case")]
pub enum Phase {
    /// A level has to decide.
    Deciding {
        /// The level.
        level: u32,
        /// Since when it lies there.
        since_at: Timestamp,
    },
    /// It is decided, and can be appealed.
    Decided {
        /// The level that decided.
        level: u32,
        /// When.
        at: Timestamp,
        /// The first instant at which it can no longer be appealed.
        appeal_until: Timestamp,
    },
    /// It was appealed, and a level above has to decide.
    Appealed {
        /// The level.
        level: u32,
        /// Since when it lies there.
        since_at: Timestamp,
    },
    /// The decision is final.
    Final {
        /// Since when.
        at: Timestamp,
    },
    /// It ended without a decision: the parties settled it, or there is nothing left to decide.
    Closed {
        /// When.
        at: Timestamp,
    },
}

/// Something that happens to a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Its level ran out of time, passes it on, or nobody of it is free to decide.
    Climb,
    /// Somebody decides.
    Decide,
    /// A party appeals.
    Appeal,
    /// The time to appeal has passed.
    Rest,
    /// It ends without a decision.
    Close,
}

impl Phase {
    /// The word in tables and the API.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Deciding { .. } => "deciding",
            Self::Decided { .. } => "decided",
            Self::Appealed { .. } => "appealed",
            Self::Final { .. } => "final",
            Self::Closed { .. } => "closed",
        }
    }

    /// The level on which somebody has to decide, and since when; `None` when nobody has to.
    pub const fn deciding_level(&self) -> Option<(u32, Timestamp)> {
        match self {
            Self::Deciding { level, since_at } | Self::Appealed { level, since_at } => {
                Some((*level, *since_at))
            }
            Self::Decided { .. } | Self::Final { .. } | Self::Closed { .. } => None,
        }
    }
}

/// The standing after a step, or why it cannot be taken. Rules CF-02, CF-07.
pub fn step(
    phase: Phase,
    step: Step,
    at: Timestamp,
    (terms, calendar): (&Conflicts, &BusinessCalendar),
) -> Result<Phase, Refusal> {
    match (step, phase) {
        (Step::Climb, Phase::Deciding { level, .. }) => {
            above(terms, level).map(|level| Phase::Deciding { level, since_at: at })
        }
        (Step::Climb, Phase::Appealed { level, .. }) => {
            above(terms, level).map(|level| Phase::Appealed { level, since_at: at })
        }
        (Step::Decide, Phase::Deciding { level, .. }) => Ok(decided(level, at, terms, calendar)),
        (Step::Appeal, Phase::Decided { level, appeal_until, .. }) if at < appeal_until => {
            above(terms, level).map(|level| Phase::Appealed { level, since_at: at })
        }
        (Step::Appeal, Phase::Decided { .. }) => {
            Err(Refusal::new(CF_07, "The time to appeal has passed.", "The decision is final."))
        }
        (Step::Appeal, Phase::Appealed { .. } | Phase::Final { .. }) => Err(Refusal::new(
            CF_07,
            "A decision can be appealed only once, and a top-level decision not at all.",
            "Add a note instead.",
        )),
        (Step::Decide, Phase::Appealed { .. }) | (Step::Rest, Phase::Decided { .. }) => {
            Ok(Phase::Final { at })
        }
        (Step::Close, Phase::Deciding { .. } | Phase::Appealed { .. }) => Ok(Phase::Closed { at }),
        (Step::Appeal, Phase::Deciding { .. } | Phase::Closed { .. }) => {
            Err(Refusal::new(CF_07, "There is no decision to appeal.", "Give a statement instead."))
        }
        (Step::Climb | Step::Decide | Step::Rest | Step::Close, _) => Err(Refusal::new(
            CF_05,
            format!("The case is already {}.", phase.word()),
            "Reload the case.",
        )),
    }
}

fn above(terms: &Conflicts, level: u32) -> Result<u32, Refusal> {
    let step = terms.level_above(level).map(|step| step.level);
    step.ok_or_else(|| {
        Refusal::new(CF_02, "There is no level above this one.", "Decide the case on this level.")
    })
}

/// A decision of the top level stands at once, and so does one where no time is given to appeal.
fn decided(level: u32, at: Timestamp, terms: &Conflicts, calendar: &BusinessCalendar) -> Phase {
    if terms.appeal_business_days == 0 || terms.level_above(level).is_none() {
        return Phase::Final { at };
    }
    let appeal_until = calendar.add_business_days(at, terms.appeal_business_days);
    Phase::Decided { level, at, appeal_until }
}

#[cfg(test)]
mod tests {
    use super::super::worlds::{at, berlin, terms};
    use super::*;

    fn go(phase: Phase, to: Step, when: &str) -> Result<Phase, String> {
        let done = step(phase, to, at(when), (&terms(), &berlin()));
        done.map_err(|refusal| refusal.rule.as_str().to_owned())
    }

    const MONDAY: &str = "2026-01-05T09:00:00Z";

    fn deciding(level: u32) -> Phase {
        Phase::Deciding { level, since_at: at(MONDAY) }
    }

    #[test]
    fn cf_02_a_case_climbs_level_by_level_and_stays_at_the_top() {
        let mut phase = deciding(0);
        for level in 1..=3 {
            phase = go(phase, Step::Climb, MONDAY).unwrap();
            assert_eq!(phase, deciding(level));
        }
        assert_eq!(go(phase, Step::Climb, MONDAY), Err("CF-02".to_owned()));
    }

    #[test]
    fn cf_07_an_appeal_has_five_business_days_and_goes_one_level_up() {
        let decided = go(deciding(1), Step::Decide, MONDAY).unwrap();
        let Phase::Decided { appeal_until, .. } = decided else { panic!("{decided:?}") };
        assert_eq!(appeal_until, at("2026-01-12T09:00:00Z"));
        let in_time = "2026-01-12T08:59:59.999999Z";
        let appealed = go(decided, Step::Appeal, in_time).unwrap();
        assert_eq!(appealed, Phase::Appealed { level: 2, since_at: at(in_time) });
        assert_eq!(go(decided, Step::Appeal, "2026-01-12T09:00:00Z"), Err("CF-07".to_owned()));
    }

    #[test]
    fn cf_07_holidays_lengthen_the_time_to_appeal() {
        let decided = go(deciding(2), Step::Decide, "2025-12-23T09:00:00Z").unwrap();
        let Phase::Decided { appeal_until, .. } = decided else { panic!("{decided:?}") };
        assert_eq!(appeal_until, at("2026-01-02T09:00:00Z"));
    }

    #[test]
    fn cf_07_there_is_one_appeal_and_none_over_the_top() {
        let decided = go(deciding(1), Step::Decide, MONDAY).unwrap();
        let appealed = go(decided, Step::Appeal, MONDAY).unwrap();
        assert_eq!(go(appealed, Step::Appeal, MONDAY), Err("CF-07".to_owned()));
        let last = go(appealed, Step::Decide, MONDAY).unwrap();
        assert_eq!(last, Phase::Final { at: at(MONDAY) });
        assert_eq!(go(last, Step::Appeal, MONDAY), Err("CF-07".to_owned()));
        let top = go(deciding(3), Step::Decide, MONDAY).unwrap();
        assert_eq!(top, Phase::Final { at: at(MONDAY) });
        assert_eq!(go(top, Step::Appeal, MONDAY), Err("CF-07".to_owned()));
    }

    #[test]
    fn cf_07_without_time_to_appeal_a_decision_stands_at_once() {
        let terms = Conflicts { appeal_business_days: 0, ..terms() };
        let done = step(deciding(1), Step::Decide, at(MONDAY), (&terms, &berlin())).unwrap();
        assert_eq!(done, Phase::Final { at: at(MONDAY) });
    }

    #[test]
    fn cf_05_a_case_is_decided_once() {
        let decided = go(deciding(1), Step::Decide, MONDAY).unwrap();
        for to in [Step::Decide, Step::Climb, Step::Close] {
            assert_eq!(go(decided, to, MONDAY), Err("CF-05".to_owned()));
        }
        let last = go(decided, Step::Rest, MONDAY).unwrap();
        assert_eq!(last.deciding_level(), None);
        assert_eq!(go(last, Step::Rest, MONDAY), Err("CF-05".to_owned()));
        assert_eq!(go(deciding(1), Step::Rest, MONDAY), Err("CF-05".to_owned()));
    }
}
