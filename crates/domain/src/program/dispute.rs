//! Conflicts and decisions: the ladder a case climbs, its times, and who decides what.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How conflicts are decided, and by when. Times are in business days of the program's calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Conflicts {
    /// Time of a whole case, over all levels (CF-02).
    #[schemars(range(min = 1, max = 60))]
    pub case_business_days: u32,
    /// Time after a decision in which it can be appealed, once (CF-07).
    #[schemars(range(min = 0, max = 60))]
    pub appeal_business_days: u32,
    /// Longest stop of the clock while evidence is awaited from a party (CF-08).
    #[schemars(range(min = 0, max = 30))]
    pub evidence_wait_business_days: u32,
    /// Most precedents that a case shows (CF-06).
    #[serde(default = "Conflicts::usual_precedents_shown")]
    #[schemars(range(min = 0, max = 50))]
    pub precedents_shown: u32,
    /// Time in which a remedy can be used (CF-05).
    #[serde(default = "Conflicts::usual_remedy_days")]
    #[schemars(range(min = 1, max = 1_000))]
    pub remedy_days: u32,
    /// Cases from which an account or a rep counts as repeatedly in conflict (CF-09).
    #[serde(default = "Conflicts::usual_repeated_cases")]
    #[schemars(range(min = 2, max = 100))]
    pub repeated_cases: u32,
    /// Time over which cases are measured (CF-09).
    #[serde(default = "Conflicts::usual_measured_days")]
    #[schemars(range(min = 1, max = 3_660))]
    pub measured_days: u32,
    /// The levels that decide, in order, the rule itself first (CF-02).
    #[schemars(length(min = 1, max = 10))]
    pub ladder: Vec<LadderLevel>,
}

/// One level of the ladder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LadderLevel {
    /// Number of the level; the first is 0 and is decided by rule.
    #[schemars(range(min = 0, max = 9))]
    pub level: u32,
    /// Name that the parties read.
    #[schemars(length(min = 1, max = 80))]
    pub name: String,
    /// Who decides on the level; nobody on level 0, where the rule does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 5))]
    pub roles: Vec<Role>,
    /// Time of the level; when it runs out the case moves up by itself.
    #[schemars(range(min = 0, max = 60))]
    pub business_days: u32,
}

/// Who decides one kind of question, who is asked before and who is told after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionRight {
    /// The kind of question.
    pub decision: DecisionKind,
    /// The role that decides.
    pub decides: Role,
    /// Roles that are asked before the decision.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 12))]
    pub consulted: Vec<Role>,
    /// Roles that are told after the decision.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 12))]
    pub informed: Vec<Role>,
}

/// A kind of question that someone has to decide.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum DecisionKind {
    /// A version of this document.
    ProgramChange,
    /// A submitted registration.
    DealRegistration,
    /// An exception from a rule of registrations.
    RegistrationException,
    /// Whether two records are the same account.
    AccountMatch,
    /// A conflict case on its first level with people.
    Conflict,
    /// An appeal against the decision of a case.
    Appeal,
    /// A company that wants to become a partner.
    PartnerAdmission,
    /// Terms of an agreement that depart from the template.
    AgreementTerms,
    /// The end of an agreement.
    PartnerTermination,
    /// A tier outside the yearly review.
    TierChange,
    /// The yearly review of tiers.
    TierReview,
    /// A request for marketing funds.
    MdfRequest,
    /// A run of payouts.
    Payout,
    /// Where the program's money goes next.
    Investment,
}

impl DecisionKind {
    /// The kind as a reader knows it.
    pub fn words(self) -> &'static str {
        match self {
            Self::ProgramChange => "a change of the program",
            Self::DealRegistration => "a deal registration",
            Self::RegistrationException => "an exception for a registration",
            Self::AccountMatch => "whether two records are one account",
            Self::Conflict => "a conflict",
            Self::Appeal => "an appeal",
            Self::PartnerAdmission => "the admission of a partner",
            Self::AgreementTerms => "terms outside the template",
            Self::PartnerTermination => "the end of an agreement",
            Self::TierChange => "a tier outside the review",
            Self::TierReview => "the yearly tier review",
            Self::MdfRequest => "a request for marketing funds",
            Self::Payout => "a payout run",
            Self::Investment => "an investment in the channel",
        }
    }
}

/// A part that a person of the vendor, or the council, plays in the program.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Owns the program.
    ChannelChief,
    /// The vendor's person for a partner, the PAM.
    PartnerManager,
    /// Keeps rules, tiers, data and payouts right; the neutral seat in a conflict.
    PartnerOperations,
    /// Content, courses, campaigns, marketing funds.
    PartnerMarketing,
    /// Sells to customers directly.
    DirectRep,
    /// Leads direct sales people.
    DirectManager,
    /// Answers technical questions.
    SalesEngineer,
    /// Approves accruals and payouts.
    Finance,
    /// Contracts and their wording.
    Legal,
    /// Stands for the program in the vendor's management.
    ExecutiveSponsor,
    /// The council of partners.
    PartnerCouncil,
}

impl Role {
    /// The role as a reader knows it.
    pub fn words(self) -> &'static str {
        match self {
            Self::ChannelChief => "channel chief",
            Self::PartnerManager => "partner manager",
            Self::PartnerOperations => "partner operations",
            Self::PartnerMarketing => "partner marketing",
            Self::DirectRep => "direct rep",
            Self::DirectManager => "direct manager",
            Self::SalesEngineer => "sales engineer",
            Self::Finance => "finance",
            Self::Legal => "legal",
            Self::ExecutiveSponsor => "executive sponsor",
            Self::PartnerCouncil => "partner council",
        }
    }
}

impl Conflicts {
    /// What holds where a document of an earlier release says nothing.
    const fn usual_precedents_shown() -> u32 {
        5
    }

    const fn usual_remedy_days() -> u32 {
        180
    }

    const fn usual_repeated_cases() -> u32 {
        3
    }

    const fn usual_measured_days() -> u32 {
        365
    }

    /// The level of that number; `None` when the ladder has none.
    pub fn level(&self, level: u32) -> Option<&LadderLevel> {
        self.ladder.iter().find(|step| step.level == level)
    }

    /// The level above `level`, where a case or an appeal goes next; `None` at the top.
    pub fn level_above(&self, level: u32) -> Option<&LadderLevel> {
        self.ladder.iter().find(|step| step.level > level)
    }
}
