//! How far the sale itself has come, apart from the standing of the registration.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::policy::RegistrationPolicy;
use crate::percentage::BasisPoints;

/// The name of a sales stage.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum StageKind {
    /// The buyer is known.
    Identified,
    /// Need, means and authority are known.
    Qualified,
    /// They have met.
    Meeting,
    /// A proposal is out.
    Proposal,
    /// Terms are discussed.
    Negotiation,
    /// The order came.
    Won,
    /// There will be no order.
    Lost,
}

impl StageKind {
    /// Every stage in its order.
    pub const ALL: [Self; 7] = [
        Self::Identified,
        Self::Qualified,
        Self::Meeting,
        Self::Proposal,
        Self::Negotiation,
        Self::Won,
        Self::Lost,
    ];

    /// The word in tables and in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Identified => "identified",
            Self::Qualified => "qualified",
            Self::Meeting => "meeting",
            Self::Proposal => "proposal",
            Self::Negotiation => "negotiation",
            Self::Won => "won",
            Self::Lost => "lost",
        }
    }

    /// The word on a page.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Identified => "Identified",
            Self::Qualified => "Qualified",
            Self::Meeting => "Meeting",
            Self::Proposal => "Proposal",
            Self::Negotiation => "Negotiation",
            Self::Won => "Won",
            Self::Lost => "Lost",
        }
    }

    /// The stage of that word; `None` when there is none.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.as_str() == word)
    }

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

/// Why a deal was lost.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum LostReason {
    /// Another offer cost less.
    Price,
    /// A competitor or the incumbent was preferred.
    Competitor,
    /// The product lacks something that was needed.
    MissingFunction,
    /// No money was set aside.
    NoBudget,
    /// The buyer decided nothing.
    NoDecision,
    /// The project was put off or called off.
    ProjectStopped,
    /// The buyer no longer answers.
    ContactLost,
    /// None of these; a note says what.
    Other,
}

impl LostReason {
    /// Every reason in the order of a form.
    pub const ALL: [Self; 8] = [
        Self::Price,
        Self::Competitor,
        Self::MissingFunction,
        Self::NoBudget,
        Self::NoDecision,
        Self::ProjectStopped,
        Self::ContactLost,
        Self::Other,
    ];

    /// The word in tables and in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Price => "price",
            Self::Competitor => "competitor",
            Self::MissingFunction => "missing_function",
            Self::NoBudget => "no_budget",
            Self::NoDecision => "no_decision",
            Self::ProjectStopped => "project_stopped",
            Self::ContactLost => "contact_lost",
            Self::Other => "other",
        }
    }

    /// The words on a page.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Price => "Price",
            Self::Competitor => "Competitor or incumbent preferred",
            Self::MissingFunction => "Product lacks something needed",
            Self::NoBudget => "No budget",
            Self::NoDecision => "Buyer decided nothing",
            Self::ProjectStopped => "Project put off or called off",
            Self::ContactLost => "Buyer no longer answers",
            Self::Other => "Another reason",
        }
    }

    /// The reason of that word; `None` when there is none.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
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
            assert_eq!(StageKind::parse(stage.as_str()), Some(stage));
        }
        for reason in LostReason::ALL {
            assert_eq!(LostReason::parse(reason.as_str()), Some(reason));
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
        let open = StageKind::ALL.map(StageKind::default_probability);
        assert!(open[..6].is_sorted());
    }
}
