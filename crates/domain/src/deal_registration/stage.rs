//! How far the sale itself has come, apart from the standing of the registration.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::policy::RegistrationPolicy;
use crate::percentage::BasisPoints;

crate::words! {
    /// The name of a sales stage.
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "snake_case")]
    pub enum StageKind {
        /// The buyer is known.
        #[default]
        Identified = "identified", "Identified",
        /// Need, budget and authority are known.
        Qualified = "qualified", "Qualified",
        /// A meeting has taken place.
        Meeting = "meeting", "Meeting",
        /// A proposal has been sent.
        Proposal = "proposal", "Proposal",
        /// Terms are being negotiated.
        Negotiation = "negotiation", "Negotiation",
        /// The order came.
        Won = "won", "Won",
        /// There will be no order.
        Lost = "lost", "Lost",
    }
}

impl StageKind {
    /// The chance of winning where a program document names none.
    pub const fn default_probability(self) -> BasisPoints {
        match self {
            Self::Identified => BasisPoints::percent(10),
            Self::Qualified => BasisPoints::percent(25),
            Self::Meeting => BasisPoints::percent(40),
            Self::Proposal => BasisPoints::percent(60),
            Self::Negotiation => BasisPoints::percent(80),
            Self::Won => BasisPoints::WHOLE,
            Self::Lost => BasisPoints::ZERO,
        }
    }

    /// The chance of winning at this stage by the policy, or the default where the policy is silent.
    pub fn probability(self, policy: &RegistrationPolicy) -> BasisPoints {
        let named = policy.stage_probability_bp.get(&self).copied();
        named.unwrap_or_else(|| self.default_probability())
    }

    /// Whether the sale has come to its end.
    pub const fn is_final(self) -> bool {
        match self {
            Self::Won | Self::Lost => true,
            Self::Identified
            | Self::Qualified
            | Self::Meeting
            | Self::Proposal
            | Self::Negotiation => false,
        }
    }
}

crate::words! {
    /// Why a deal was lost.
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "snake_case")]
    pub enum LostReason {
        /// Another offer was cheaper.
        #[default]
        Price = "price", "Price",
        /// A competitor or the incumbent was preferred.
        Competitor = "competitor", "Competitor or incumbent preferred",
        /// The product lacks a required feature.
        MissingFunction = "missing_function", "Missing product feature",
        /// There was no budget.
        NoBudget = "no_budget", "No budget",
        /// The buyer made no decision.
        NoDecision = "no_decision", "No decision",
        /// The project was postponed or cancelled.
        ProjectStopped = "project_stopped", "Project postponed or cancelled",
        /// The buyer stopped responding.
        ContactLost = "contact_lost", "Buyer stopped responding",
        /// None of these; see the note.
        Other = "other", "Other",
    }
}

/// A sales stage with what is true in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub enum Stage {
    /// The sale is under way, at one of the stages before its end.
    Open {
        /// The stage; never won or lost.
        at: OpenStage,
    },
    /// The order came on that day.
    Won {
        /// The day of the order.
        closed_on: Date,
    },
    /// There will be no order, as was known on that day.
    Lost {
        /// The day on which it was known.
        closed_on: Date,
        /// Why.
        reason: LostReason,
    },
}

/// A sales stage before the end of the sale.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is explained at StageKind")]
pub enum OpenStage {
    Identified,
    Qualified,
    Meeting,
    Proposal,
    Negotiation,
}

impl From<OpenStage> for StageKind {
    fn from(stage: OpenStage) -> Self {
        match stage {
            OpenStage::Identified => Self::Identified,
            OpenStage::Qualified => Self::Qualified,
            OpenStage::Meeting => Self::Meeting,
            OpenStage::Proposal => Self::Proposal,
            OpenStage::Negotiation => Self::Negotiation,
        }
    }
}

impl Stage {
    /// The name of the stage.
    pub fn kind(self) -> StageKind {
        match self {
            Self::Open { at } => at.into(),
            Self::Won { .. } => StageKind::Won,
            Self::Lost { .. } => StageKind::Lost,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dr_21_each_stage_and_reason_is_read_back_by_its_word() {
        for stage in StageKind::ALL {
            assert_eq!(StageKind::from_word(stage.word()), Some(*stage));
        }
        for reason in LostReason::ALL {
            assert_eq!(LostReason::from_word(reason.word()), Some(*reason));
        }
    }

    #[test]
    fn dr_21_the_policy_names_the_chance_and_the_default_fills_its_gaps() {
        let policy = RegistrationPolicy {
            stage_probability_bp: [(StageKind::Meeting, BasisPoints::percent(33))].into(),
            ..RegistrationPolicy::default()
        };
        assert_eq!(StageKind::Meeting.probability(&policy), BasisPoints::percent(33));
        assert_eq!(StageKind::Proposal.probability(&policy), BasisPoints::percent(60));
    }

    #[test]
    fn dr_21_the_chance_never_falls_before_the_end() {
        let open =
            StageKind::ALL.iter().map(|stage| stage.default_probability()).collect::<Vec<_>>();
        assert!(open[..6].is_sorted());
    }
}
