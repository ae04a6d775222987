//! The way of a version from draft to force, and the notice that partners are given.

use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use super::diff::Change;
use super::version::{Version, version_in_force};
use crate::calendar::BusinessCalendar;
use crate::rule_id::RuleId;

/// Who took a step, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    /// The person, or the key of a program, as the audit trail refers to it.
    pub by: String,
    /// The instant.
    pub at: Timestamp,
}

/// How far a version has come. Only a draft can be edited. Rule PG-02.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Lifecycle {
    /// Being written.
    Draft,
    /// Waits for the person with the right to decide.
    InReview {
        /// Who asked for the review.
        submitted: Act,
    },
    /// Signed, and not yet told to partners.
    Approved {
        /// Who asked for the review.
        submitted: Act,
        /// Who signed the difference to the version before.
        approved: Act,
        /// When the council of partners saw it.
        council_saw_at: Option<Timestamp>,
    },
    /// Told to partners; holds from `effective_at` until a later version takes over.
    Announced {
        /// Who asked for the review.
        submitted: Act,
        /// Who signed the difference to the version before.
        approved: Act,
        /// When the council of partners saw it.
        council_saw_at: Option<Timestamp>,
        /// Who told the partners.
        announced: Act,
        /// The first instant at which it holds.
        effective_at: Timestamp,
    },
}

/// What partners are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// Who tells them, and when.
    pub act: Act,
    /// The first instant at which the version is to hold.
    pub effective_at: Timestamp,
    /// The earliest instant that notice allows, from [`earliest_effective_at`].
    pub earliest_at: Timestamp,
    /// Whether the council has members, who then have to have seen the version.
    pub council_has_members: bool,
}

/// Why a step was refused. Rule PG-02.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LifecycleRefusal {
    /// The version is not where the step begins.
    #[error("this version is {is}; only one that is {needed} can be {step}")]
    NotInState {
        /// Where it is.
        is: &'static str,
        /// Where the step begins.
        needed: &'static str,
        /// What was asked for.
        step: &'static str,
    },
    /// Members of the council have not seen the version.
    #[error("the partner council has not seen this version; show it to the council first")]
    CouncilHasNotSeen,
    /// The notice is too short for a change that worsens a partner's terms.
    #[error("the notice period is too short for a change that worsens a partner's terms")]
    NoticeTooShort {
        /// The earliest instant.
        earliest_at: Timestamp,
    },
}

impl LifecycleRefusal {
    /// The rule that refused.
    pub fn rule(&self) -> RuleId {
        RuleId::new("PG-02")
    }
}

impl Lifecycle {
    /// The word of the state, in tables and in the API.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::InReview { .. } => "in_review",
            Self::Approved { .. } => "approved",
            Self::Announced { .. } => "announced",
        }
    }

    /// Whether the document of the version can still be edited.
    pub fn is_editable(&self) -> bool {
        matches!(self, Self::Draft)
    }

    /// Asks for a review of a draft.
    pub fn submit(self, act: Act) -> Result<Self, LifecycleRefusal> {
        match self {
            Self::Draft => Ok(Self::InReview { submitted: act }),
            Self::InReview { .. } | Self::Approved { .. } | Self::Announced { .. } => {
                Err(self.not_in("draft", "submitted for review"))
            }
        }
    }

    /// Takes a version in review, or one that was approved and not announced, back to draft.
    pub fn send_back(self) -> Result<Self, LifecycleRefusal> {
        match self {
            Self::InReview { .. } | Self::Approved { .. } => Ok(Self::Draft),
            Self::Draft | Self::Announced { .. } => {
                Err(self.not_in("in review or approved", "sent back"))
            }
        }
    }

    /// Signs a version in review.
    pub fn approve(self, act: Act) -> Result<Self, LifecycleRefusal> {
        match self {
            Self::InReview { submitted } => {
                Ok(Self::Approved { submitted, approved: act, council_saw_at: None })
            }
            Self::Draft | Self::Approved { .. } | Self::Announced { .. } => {
                Err(self.not_in("in review", "approved"))
            }
        }
    }

    /// Notes that the council saw an approved version; the first time counts.
    pub fn show_to_council(self, at: Timestamp) -> Result<Self, LifecycleRefusal> {
        match self {
            Self::Approved { submitted, approved, council_saw_at } => {
                let council_saw_at = council_saw_at.or(Some(at));
                Ok(Self::Approved { submitted, approved, council_saw_at })
            }
            Self::Draft | Self::InReview { .. } | Self::Announced { .. } => {
                Err(self.not_in("approved", "shown to the council"))
            }
        }
    }

    /// Tells partners about an approved version. Refused while the council has not seen it, and
    /// when it would take effect before notice is over or before it is told. Rule PG-02.
    pub fn announce(self, announcement: Announcement) -> Result<Self, LifecycleRefusal> {
        let Announcement { act, effective_at, earliest_at, council_has_members } = announcement;
        match self {
            Self::Approved { council_saw_at: None, .. } if council_has_members => {
                Err(LifecycleRefusal::CouncilHasNotSeen)
            }
            Self::Approved { .. } if effective_at < earliest_at.max(act.at) => {
                Err(LifecycleRefusal::NoticeTooShort { earliest_at: earliest_at.max(act.at) })
            }
            Self::Approved { submitted, approved, council_saw_at } => Ok(Self::Announced {
                submitted,
                approved,
                council_saw_at,
                announced: act,
                effective_at,
            }),
            Self::Draft | Self::InReview { .. } | Self::Announced { .. } => {
                Err(self.not_in("approved", "announced"))
            }
        }
    }

    fn not_in(&self, needed: &'static str, step: &'static str) -> LifecycleRefusal {
        let is = match self {
            Self::Draft => "a draft",
            Self::InReview { .. } => "in review",
            Self::Approved { .. } => "approved",
            Self::Announced { .. } => "announced",
        };
        LifecycleRefusal::NotInState { is, needed, step }
    }
}

/// The earliest instant at which a change announced at `announced_at` may hold: at once when it
/// takes nothing from a partner, else the same time of day `notice_days` later in the program's
/// zone. The notice is that of the version before, so that no change can shorten its own.
/// Rule PG-02.
pub fn earliest_effective_at(
    announced_at: Timestamp,
    notice_days: u32,
    changes: &[Change],
    calendar: &BusinessCalendar,
) -> Timestamp {
    if !changes.iter().any(|change| change.worsens_partner_terms) {
        return announced_at;
    }
    let wall = announced_at.to_zoned(calendar.zone().tz().clone());
    wall.saturating_add(i64::from(notice_days).days()).timestamp()
}

/// What a version is on a given day: the states of [`Lifecycle`], and after its first instant in
/// force or superseded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Being written.
    Draft,
    /// Waits for a decision.
    InReview,
    /// Signed.
    Approved,
    /// Told, and not yet in force.
    Announced,
    /// Judges what happens now.
    InForce,
    /// A later version has taken over.
    Superseded,
}

impl Standing {
    /// The word in tables and in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::InReview => "in_review",
            Self::Approved => "approved",
            Self::Announced => "announced",
            Self::InForce => "in_force",
            Self::Superseded => "superseded",
        }
    }
}

/// What the version numbered `number` is at `at`, given all announced versions of its program.
/// Rules PG-01, PG-02.
pub fn standing<D>(
    lifecycle: &Lifecycle,
    number: u32,
    announced: &[Version<D>],
    at: Timestamp,
) -> Standing {
    match lifecycle {
        Lifecycle::Draft => Standing::Draft,
        Lifecycle::InReview { .. } => Standing::InReview,
        Lifecycle::Approved { .. } => Standing::Approved,
        Lifecycle::Announced { effective_at, .. } if at < *effective_at => Standing::Announced,
        Lifecycle::Announced { .. } => match version_in_force(announced, at) {
            Some(version) if version.number == number => Standing::InForce,
            Some(_) | None => Standing::Superseded,
        },
    }
}

#[cfg(test)]
mod tests;
