//! Everything that happened to one registration, each with its time.
//!
//! A fact that a policy judges carries the number of the policy version that was in force when
//! it happened, so that a later change of the program never changes the past (PG-01). The order
//! of the lists does not matter to any function that reads them.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::activity::Activity;
use super::amendment::AmendedField;
use super::lockout::Consent;
use super::rejection::RejectionReason;
use super::roles::RoleGrant;
use super::stage::{LostReason, StageKind};
use super::status::Dispute;
use crate::ids::{PartnerId, RegistrationId, UserId};

/// A submission, the first or a later one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubmissionFact {
    /// When it was submitted.
    pub at: Timestamp,
    /// The time that counts for the order of claims: this one or an earlier one. Rule DR-16.
    pub counts_from: Timestamp,
    /// The policy that judges its checks and the vendor's clock.
    pub policy_version: u32,
}

/// Who decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum DecidedBy {
    /// The policy, with every check clean. Rule DR-14.
    Policy,
    /// A person of the vendor.
    Person {
        /// Who.
        user_id: UserId,
    },
}

/// How it was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum DecisionOutcome {
    /// It protects its account from then on.
    Approved,
    /// It does not.
    Rejected {
        /// Why.
        reason: RejectionReason,
    },
}

/// The decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionFact {
    /// When.
    pub at: Timestamp,
    /// The policy that judges protection and follow-up from then on.
    pub policy_version: u32,
    /// How.
    pub outcome: DecisionOutcome,
    /// Who.
    pub by: DecidedBy,
}

/// A renewal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenewalFact {
    /// When.
    pub at: Timestamp,
    /// The policy that judged it and says how many days it added.
    pub policy_version: u32,
}

/// How a registration came to its end before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ending", rename_all = "snake_case")]
pub enum Ending {
    /// The order came.
    Won,
    /// There will be no order.
    Lost {
        /// Why.
        reason: LostReason,
    },
    /// The partner took it back, before or after approval.
    Withdrawn,
    /// The vendor ended protection.
    Released,
}

/// An end before time. A withdrawal before approval may be followed by another submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndingFact {
    /// When.
    pub at: Timestamp,
    /// How.
    pub ending: Ending,
}

/// A change of the sales stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageFact {
    /// When.
    pub at: Timestamp,
    /// The new stage.
    pub stage: StageKind,
}

/// A change of terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AmendmentFact {
    /// When.
    pub at: Timestamp,
    /// What was changed.
    pub fields: BTreeSet<AmendedField>,
}

/// A partner taken in beside the holder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleFact {
    /// When.
    pub at: Timestamp,
    /// Who, as what.
    pub grant: RoleGrant,
}

/// Everything that happened to one registration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistrationFacts {
    /// Which registration.
    pub registration_id: RegistrationId,
    /// Whose.
    pub partner_id: PartnerId,
    /// When it was begun.
    pub drafted_at: Timestamp,
    /// Its submissions.
    pub submissions: Vec<SubmissionFact>,
    /// When somebody of the vendor took it up.
    pub taken_up_at: Vec<Timestamp>,
    /// When it was returned to the partner.
    pub returned_at: Vec<Timestamp>,
    /// The decision, once there is one.
    pub decision: Option<DecisionFact>,
    /// Its renewals.
    pub renewals: Vec<RenewalFact>,
    /// The partner's documented activities.
    pub activities: Vec<Activity>,
    /// The partner's consents.
    pub consents: Vec<Consent>,
    /// When direct sales was refused.
    pub direct_refused_at: Vec<Timestamp>,
    /// When direct sales engaged.
    pub direct_engaged_at: Vec<Timestamp>,
    /// Conflict cases about it.
    pub disputes: Vec<Dispute>,
    /// Changes of its sales stage.
    pub stages: Vec<StageFact>,
    /// Changes of its terms.
    pub amendments: Vec<AmendmentFact>,
    /// Partners beside the holder.
    pub roles: Vec<RoleFact>,
    /// Ends before time.
    pub endings: Vec<EndingFact>,
}

impl RegistrationFacts {
    /// A registration that was begun, and nothing more.
    pub const fn drafted(
        registration_id: RegistrationId,
        partner_id: PartnerId,
        drafted_at: Timestamp,
    ) -> Self {
        Self {
            registration_id,
            partner_id,
            drafted_at,
            submissions: Vec::new(),
            taken_up_at: Vec::new(),
            returned_at: Vec::new(),
            decision: None,
            renewals: Vec::new(),
            activities: Vec::new(),
            consents: Vec::new(),
            direct_refused_at: Vec::new(),
            direct_engaged_at: Vec::new(),
            disputes: Vec::new(),
            stages: Vec::new(),
            amendments: Vec::new(),
            roles: Vec::new(),
            endings: Vec::new(),
        }
    }

    /// The decision if it approved.
    pub fn approval(&self) -> Option<&DecisionFact> {
        self.decision.as_ref().filter(|decision| decision.outcome == DecisionOutcome::Approved)
    }
}
