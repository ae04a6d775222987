//! Whether direct sales may engage an account.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::follow_up::{FollowUp, FollowUpStanding};
use super::protection::{Protection, free_from};
use super::rules::{DR_01, DR_05, DR_06, DR_07};
use crate::calendar::BusinessCalendar;
use crate::ids::ConsentId;
use crate::refusal::Refusal;
use crate::rule_id::RuleId;
use crate::wording::day;

/// A partner's dated consent to direct engagement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// Which one.
    pub id: ConsentId,
    /// When it was given.
    pub given_at: Timestamp,
    /// Its last day in the program's zone; `None` when it has no end of its own.
    pub ends_on: Option<Date>,
    /// When the partner took it back; `None` while it stands.
    pub withdrawn_at: Option<Timestamp>,
}

impl Consent {
    /// Whether the consent stands at that instant. Rule DR-05.
    pub fn stands_at(&self, at: Timestamp, calendar: &BusinessCalendar) -> bool {
        self.given_at <= at
            && self.ends_on.is_none_or(|ends_on| at < calendar.end_of(ends_on))
            && self.withdrawn_at.is_none_or(|withdrawn_at| at < withdrawn_at)
    }
}

/// What the decision depends on.
#[derive(Debug, Clone, Copy)]
pub struct LockoutFacts<'a> {
    /// The protection of the account's holder; `None` when nobody was ever approved.
    pub protection: Option<&'a Protection>,
    /// Consents of the holder, in any order.
    pub consents: &'a [Consent],
    /// The holder's follow-up clock at the instant in question.
    pub follow_up: Option<&'a FollowUp>,
}

/// Why direct sales may engage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "because", rename_all = "snake_case")]
pub enum AllowedBecause {
    /// Nobody holds the account. Rule DR-01.
    NotProtected,
    /// The partner has consented. Rule DR-05.
    Consent {
        /// The consent that stands; the earliest of several.
        id: ConsentId,
        /// When it was given.
        given_at: Timestamp,
    },
    /// The partner let its follow-up clock run out. Rule DR-06.
    Lapsed {
        /// The first day of the lapse.
        from_on: Date,
    },
    /// Direct sales is in already. Rule DR-07.
    CoSell {
        /// Since which day.
        since_on: Date,
    },
}

impl AllowedBecause {
    /// The rule that allows it.
    pub const fn rule(&self) -> RuleId {
        match self {
            Self::NotProtected => DR_01,
            Self::Consent { .. } => DR_05,
            Self::Lapsed { .. } => DR_06,
            Self::CoSell { .. } => DR_07,
        }
    }

    /// The reason as a sentence; dates in the zone of the calendar.
    pub fn words(&self, calendar: &BusinessCalendar) -> String {
        match self {
            Self::NotProtected => "No partner protects the account.".to_owned(),
            Self::Consent { given_at, .. } => {
                format!("The partner consented on {}.", day(calendar.date_of(*given_at)))
            }
            Self::Lapsed { from_on } => {
                format!(
                    "The partner's lockout lapsed; the account has been open to direct sales since \
                     {}.",
                    day(*from_on)
                )
            }
            Self::CoSell { since_on } => {
                format!("Direct sales has co-sold with the partner since {}.", day(*since_on))
            }
        }
    }
}

/// What a direct rep can do about a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "way", rename_all = "snake_case")]
pub enum WayOn {
    /// Ask the partner to consent.
    AskConsent,
    /// Offer to sell together.
    CoSell,
    /// Wait until the account is free.
    WaitUntil {
        /// The first day without protection, if the partner neither renews nor wins.
        on: Date,
    },
}

impl WayOn {
    /// The way as an instruction.
    pub fn words(self) -> String {
        match self {
            Self::AskConsent => "Ask the partner for consent.".to_owned(),
            Self::CoSell => "Propose co-sell to the partner.".to_owned(),
            Self::WaitUntil { on } => format!("Wait until {}.", day(on)),
        }
    }
}

/// A refusal of direct engagement. Rule DR-05.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockoutRefusal {
    /// The rule that refuses.
    pub rule: RuleId,
    /// The last protected day.
    pub protected_until: Date,
    /// What can be done, the quickest first.
    pub ways_on: Vec<WayOn>,
    /// The reason as a sentence.
    pub words: String,
}

impl From<LockoutRefusal> for Refusal {
    fn from(refused: LockoutRefusal) -> Self {
        let ways: Vec<String> = refused.ways_on.iter().map(|way| way.words()).collect();
        Self::new(refused.rule, refused.words, ways.join(" "))
    }
}

/// Whether direct sales may engage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LockoutDecision {
    /// It may.
    Allowed(AllowedBecause),
    /// It may not.
    Refused(LockoutRefusal),
}

/// Decides whether direct sales may record an opportunity or activity at that instant. Rule DR-05.
///
/// A co-sell stands before a consent, a consent before a lapse, so that the reason given is the
/// one that lasts longest. Exclusivity against other partners is not touched by any of them.
pub fn decide(
    facts: &LockoutFacts<'_>,
    at: Timestamp,
    calendar: &BusinessCalendar,
) -> LockoutDecision {
    let live = facts.protection.filter(|protection| protection.holds_at(at, calendar));
    let Some(protection) = live else {
        return LockoutDecision::Allowed(AllowedBecause::NotProtected);
    };
    let standing = facts.follow_up.map(|follow_up| follow_up.standing);
    if let Some(FollowUpStanding::CoSell { since_on, .. }) = standing {
        return LockoutDecision::Allowed(AllowedBecause::CoSell { since_on });
    }
    let standing_consents = facts.consents.iter().filter(|consent| consent.stands_at(at, calendar));
    if let Some(consent) = standing_consents.min_by_key(|consent| (consent.given_at, &consent.id)) {
        let Consent { id, given_at, .. } = consent.clone();
        return LockoutDecision::Allowed(AllowedBecause::Consent { id, given_at });
    }
    if let Some(FollowUpStanding::Lapsed { from_on }) = standing {
        return LockoutDecision::Allowed(AllowedBecause::Lapsed { from_on });
    }
    LockoutDecision::Refused(refuse(protection.protected_until))
}

fn refuse(protected_until: Date) -> LockoutRefusal {
    let free_on = free_from(protected_until);
    LockoutRefusal {
        rule: DR_05,
        protected_until,
        ways_on: vec![WayOn::AskConsent, WayOn::CoSell, WayOn::WaitUntil { on: free_on }],
        words: format!(
            "A partner protects this account through {}; direct sales cannot engage.",
            day(protected_until)
        ),
    }
}

#[cfg(test)]
mod tests;
