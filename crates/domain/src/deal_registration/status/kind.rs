//! The names of standings and steps, and which step leads where.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

crate::words! {
    /// The name of a status.
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "snake_case")]
    #[expect(missing_docs, reason = "each is explained at Status")]
    pub enum StatusKind {
        #[default]
        Draft = "draft", "Draft",
        Submitted = "submitted", "Submitted",
        UnderReview = "under_review", "Under review",
        Returned = "returned", "Returned",
        Approved = "approved", "Approved",
        Renewed = "renewed", "Renewed",
        Rejected = "rejected", "Rejected",
        Won = "won", "Won",
        Lost = "lost", "Lost",
        Expired = "expired", "Expired",
        Withdrawn = "withdrawn", "Withdrawn",
        Released = "released", "Released",
    }
}

/// The name of a step.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is explained at Step")]
pub enum StepKind {
    Submit,
    TakeUp,
    Return,
    Approve,
    Reject,
    Renew,
    Win,
    Lose,
    Expire,
    Withdraw,
    Release,
}

impl StatusKind {
    /// The words in a sentence.
    pub fn title(self) -> String {
        if self == Self::Draft { "a draft".to_owned() } else { self.label().to_lowercase() }
    }

    /// Whether it protects its account. Rule DR-02.
    pub const fn is_live(self) -> bool {
        match self {
            Self::Approved | Self::Renewed => true,
            Self::Draft
            | Self::Submitted
            | Self::UnderReview
            | Self::Returned
            | Self::Rejected
            | Self::Won
            | Self::Lost
            | Self::Expired
            | Self::Withdrawn
            | Self::Released => false,
        }
    }

    /// Whether the vendor owes an answer. Rule DR-09.
    pub const fn awaits_vendor(self) -> bool {
        match self {
            Self::Submitted | Self::UnderReview => true,
            Self::Draft
            | Self::Returned
            | Self::Approved
            | Self::Renewed
            | Self::Rejected
            | Self::Won
            | Self::Lost
            | Self::Expired
            | Self::Withdrawn
            | Self::Released => false,
        }
    }

    /// Whether everything of it can still be changed, the company as well: it is a draft, was returned,
    /// or was withdrawn before any approval, so that it can be submitted again (DR-16, DR-21).
    pub const fn is_being_written(self, was_approved: bool) -> bool {
        match self {
            Self::Draft | Self::Returned => true,
            Self::Withdrawn => !was_approved,
            Self::Submitted
            | Self::UnderReview
            | Self::Approved
            | Self::Renewed
            | Self::Rejected
            | Self::Won
            | Self::Lost
            | Self::Expired
            | Self::Released => false,
        }
    }

    /// Whether its life is over; a withdrawn one that never protected may still be submitted again.
    pub const fn is_final(self) -> bool {
        match self {
            Self::Rejected
            | Self::Won
            | Self::Lost
            | Self::Expired
            | Self::Withdrawn
            | Self::Released => true,
            Self::Draft
            | Self::Submitted
            | Self::UnderReview
            | Self::Returned
            | Self::Approved
            | Self::Renewed => false,
        }
    }

    /// Whether a conflict case can be about it.
    pub const fn may_be_disputed(self) -> bool {
        self.is_live() || self.awaits_vendor() || matches!(self, Self::Returned)
    }
}

impl StepKind {
    /// Every step, roughly in the order of a life.
    pub const ALL: [Self; 11] = [
        Self::Submit,
        Self::TakeUp,
        Self::Return,
        Self::Approve,
        Self::Reject,
        Self::Renew,
        Self::Win,
        Self::Lose,
        Self::Expire,
        Self::Withdraw,
        Self::Release,
    ];

    /// The word in tables and in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Submit => "submit",
            Self::TakeUp => "take_up",
            Self::Return => "return",
            Self::Approve => "approve",
            Self::Reject => "reject",
            Self::Renew => "renew",
            Self::Win => "win",
            Self::Lose => "lose",
            Self::Expire => "expire",
            Self::Withdraw => "withdraw",
            Self::Release => "release",
        }
    }

    /// What has happened after the step: it was …
    pub const fn done(self) -> &'static str {
        match self {
            Self::Submit => "submitted",
            Self::TakeUp => "taken under review",
            Self::Return => "returned",
            Self::Approve => "approved",
            Self::Reject => "rejected",
            Self::Renew => "renewed",
            Self::Win => "won",
            Self::Lose => "lost",
            Self::Expire => "expired",
            Self::Withdraw => "withdrawn",
            Self::Release => "released",
        }
    }
}

/// Where a step leads from a standing; `None` when it cannot be taken there.
///
/// Whether a withdrawn registration may be submitted again depends on its past as well (DR-16).
pub const fn target(from: StatusKind, step: StepKind) -> Option<StatusKind> {
    match step {
        StepKind::Submit => match from {
            StatusKind::Draft | StatusKind::Withdrawn => Some(StatusKind::Submitted),
            StatusKind::Returned => Some(StatusKind::UnderReview),
            StatusKind::Submitted
            | StatusKind::UnderReview
            | StatusKind::Approved
            | StatusKind::Renewed
            | StatusKind::Rejected
            | StatusKind::Won
            | StatusKind::Lost
            | StatusKind::Expired
            | StatusKind::Released => None,
        },
        StepKind::TakeUp => when(matches!(from, StatusKind::Submitted), StatusKind::UnderReview),
        StepKind::Return => when(matches!(from, StatusKind::UnderReview), StatusKind::Returned),
        StepKind::Approve => when(from.awaits_vendor(), StatusKind::Approved),
        StepKind::Reject => when(from.awaits_vendor(), StatusKind::Rejected),
        StepKind::Renew => when(from.is_live(), StatusKind::Renewed),
        StepKind::Win => when(from.is_live(), StatusKind::Won),
        StepKind::Lose => when(from.is_live(), StatusKind::Lost),
        StepKind::Expire => when(from.is_live(), StatusKind::Expired),
        StepKind::Withdraw => when(!from.is_final(), StatusKind::Withdrawn),
        StepKind::Release => when(from.is_live(), StatusKind::Released),
    }
}

const fn when(possible: bool, to: StatusKind) -> Option<StatusKind> {
    if possible { Some(to) } else { None }
}

/// What can happen to a registration in that standing, as words.
pub(super) fn steps_from(from: StatusKind) -> Vec<&'static str> {
    let possible = StepKind::ALL.into_iter().filter(|step| target(from, *step).is_some());
    possible.map(StepKind::done).collect()
}
