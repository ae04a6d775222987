//! What is to be done in the story, and what it remembers of a deal.

use domain::ids::{CaseId, ConsentId, OpportunityId, RegistrationId};
use jiff::civil::Date;

use super::{cases::CaseStep, scenes::Scene};

/// Something to be done at a time.
#[derive(Debug, Clone)]
pub(super) enum Errand {
    /// A partner registers a deal; when a rule refuses, it looks for another account.
    Register {
        /// The partner's place in the story.
        partner: usize,
        /// How often it still tries.
        attempts: u32,
    },
    /// The vendor decides.
    Decide {
        /// The deal's place in the story.
        deal: usize,
    },
    /// The partner answers a returned registration.
    Answer {
        /// The deal's place in the story.
        deal: usize,
    },
    /// The partner documents what it did, or how it ended.
    Work {
        /// The deal's place in the story.
        deal: usize,
    },
    /// The partner renews.
    Renew {
        /// The deal's place in the story.
        deal: usize,
    },
    /// The partner takes it back.
    Withdraw {
        /// The deal's place in the story.
        deal: usize,
    },
    /// Direct sales wants to record an opportunity.
    Engage {
        /// The rep's place in the world.
        rep: usize,
    },
    /// The partner answers direct sales.
    AnswerConsent {
        /// The deal's place in the story.
        deal: usize,
        /// The consent that was asked for.
        consent_id: ConsentId,
    },
    /// A direct opportunity ends.
    CloseDirect {
        /// The opportunity.
        opportunity: OpportunityId,
    },
    /// Something in a conflict case.
    Case {
        /// The case.
        case_id: CaseId,
        /// How it goes, by its place in the list of stories.
        story: usize,
        /// What.
        step: CaseStep,
    },
    /// A step of what the demo's first day is to show.
    Scene(Scene),
}

/// Which company a deal is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// An account that the vendor knew, by its place in the world.
    Known(usize),
    /// A company that it did not know, by its place among the strangers.
    Stranger(usize),
}

/// How a deal is to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// With an order.
    Won,
    /// Without one.
    Lost,
    /// Nobody says; protection runs out.
    RunsOut,
    /// The partner forgets it after the first contacts.
    Forgotten,
}

/// A registration as the story remembers it.
#[derive(Debug, Clone)]
pub(super) struct Deal {
    /// The registration.
    pub registration_id: RegistrationId,
    /// The partner's place in the story.
    pub partner: usize,
    /// The seller's place among the partner's.
    pub seller: usize,
    /// The company.
    pub target: Target,
    /// How it is to end, from its approval on.
    pub fate: Fate,
    /// The day of that end.
    pub fate_on: Date,
    /// Activities documented so far.
    pub worked: u32,
    /// How often the vendor returned it.
    pub returned: u32,
    /// True for what the demo's first day shows: chance leaves it alone.
    pub staged: bool,
}
