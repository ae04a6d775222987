//! The story of a registration: what happened and which rule acted, in order of time.

use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::facts::RegistrationFacts;
use super::life::Life;
use super::policy_history::{PolicyHistory, UnknownVersion};
use crate::calendar::BusinessCalendar;
use crate::rule_id::RuleId;

mod changes;
mod clocks;
mod decisions;
mod direct;
#[cfg(test)]
mod tests;

/// What an entry of the timeline is about; of two at one instant, the earlier in this list comes first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it; the words of an entry say it in full")]
pub enum EntryKind {
    Submitted,
    SubmittedAgain,
    TakenUp,
    OwnerReminded,
    DecisionOverdue,
    Escalated,
    Returned,
    Rejected,
    Approved,
    Protected,
    StageChanged,
    Amended,
    RoleAdded,
    ActivityDocumented,
    LapseHealed,
    Lapsed,
    ConsentGiven,
    ConsentWithdrawn,
    DirectRefused,
    DirectEngaged,
    CoSell,
    DisputeOpened,
    DisputeClosed,
    RenewalOpened,
    Renewed,
    Won,
    Lost,
    Withdrawn,
    Released,
    Expired,
}

/// One thing that happened or one rule that acted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Entry {
    /// When; for what belongs to a whole day, its first instant.
    pub at: Timestamp,
    /// The subject.
    pub kind: EntryKind,
    /// The day it belongs to in the program's zone, which for an activity is the day it occurred.
    pub on: Date,
    /// The rule that acted.
    pub rule: RuleId,
    /// What happened, as a sentence both sides may read.
    pub words: String,
}

/// Collects entries; nothing later than `as_of` is taken.
struct Story<'a> {
    facts: &'a RegistrationFacts,
    calendar: &'a BusinessCalendar,
    as_of: Timestamp,
    entries: Vec<Entry>,
}

impl Story<'_> {
    /// Adds an entry for an instant, unless it has not come yet.
    fn tell(&mut self, at: Timestamp, kind: EntryKind, rule: RuleId, words: impl Into<String>) {
        let on = self.calendar.date_of(at);
        self.tell_of_day((at, on), kind, rule, words);
    }

    /// Adds an entry that belongs to another day than that of its instant.
    fn tell_of_day(
        &mut self,
        (at, on): (Timestamp, Date),
        kind: EntryKind,
        rule: RuleId,
        words: impl Into<String>,
    ) {
        if at <= self.as_of {
            self.entries.push(Entry { at, kind, on, rule, words: words.into() });
        }
    }
}

/// The timeline as known at an instant, in order of time. Rules DR-01 to DR-09, DR-16, DR-21, DR-22.
///
/// The same facts give the same timeline whatever their order.
pub fn timeline(
    facts: &RegistrationFacts,
    history: &PolicyHistory,
    calendar: &BusinessCalendar,
    as_of: Timestamp,
) -> Result<Vec<Entry>, UnknownVersion> {
    let life = Life::of(facts, history, calendar, as_of)?;
    let mut story = Story { facts, calendar, as_of, entries: Vec::new() };
    decisions::tell(&mut story, history)?;
    changes::tell(&mut story);
    if let Some(life) = &life {
        clocks::tell(&mut story, life, history)?;
    }
    direct::tell(&mut story, life.as_ref());
    let mut entries = story.entries;
    entries.sort();
    Ok(entries)
}
