//! Where a registration stands, and the steps from one standing to the next.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::protection::free_from;
use super::rejection::RejectionReason;
use super::rules::{DR_01, DR_02, DR_03, DR_16};
use super::stage::LostReason;
use crate::ids::CaseId;
use crate::refusal::Refusal;
use crate::wording::day;

mod kind;
#[cfg(test)]
mod tests;

pub use kind::{StatusKind, StepKind, target};

/// Where a registration stands, with what is true of it there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Status {
    /// The partner is still writing.
    Draft,
    /// It waits to be looked at.
    Submitted {
        /// When it was submitted last.
        submitted_at: Timestamp,
    },
    /// Somebody of the vendor looks at it.
    UnderReview {
        /// When it was submitted last.
        submitted_at: Timestamp,
        /// Since when it is looked at.
        taken_up_at: Timestamp,
    },
    /// The vendor asked the partner for more.
    Returned {
        /// When.
        returned_at: Timestamp,
    },
    /// It protects its account.
    Approved {
        /// Since when.
        approved_at: Timestamp,
        /// The last protected day.
        protected_until: Date,
    },
    /// It protects its account, prolonged.
    Renewed {
        /// Since when it protects.
        approved_at: Timestamp,
        /// When it was renewed last.
        renewed_at: Timestamp,
        /// The last protected day.
        protected_until: Date,
    },
    /// The vendor said no.
    Rejected {
        /// When.
        rejected_at: Timestamp,
        /// Why.
        reason: RejectionReason,
    },
    /// The order came.
    Won {
        /// When that was recorded.
        won_at: Timestamp,
    },
    /// There will be no order.
    Lost {
        /// When that was recorded.
        lost_at: Timestamp,
        /// Why.
        reason: LostReason,
    },
    /// Its protection ran out.
    Expired {
        /// The last day it protected.
        protected_until: Date,
    },
    /// The partner took it back.
    Withdrawn {
        /// When.
        withdrawn_at: Timestamp,
        /// Whether it protected its account until then; only if it did not, it can be submitted again.
        was_live: bool,
    },
    /// The vendor ended its protection early, for example by a conflict case.
    Released {
        /// When.
        released_at: Timestamp,
    },
}

/// Something that happens to a registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Step {
    /// The partner submits it, for the first time or again.
    Submit {
        /// When.
        at: Timestamp,
    },
    /// Somebody of the vendor takes it up.
    TakeUp {
        /// When.
        at: Timestamp,
    },
    /// The vendor asks for more.
    Return {
        /// When.
        at: Timestamp,
    },
    /// The vendor, or the policy, says yes.
    Approve {
        /// When.
        at: Timestamp,
        /// The last protected day.
        protected_until: Date,
    },
    /// The vendor says no.
    Reject {
        /// When.
        at: Timestamp,
        /// Why.
        reason: RejectionReason,
    },
    /// Protection is prolonged.
    Renew {
        /// When.
        at: Timestamp,
        /// The new last protected day.
        protected_until: Date,
    },
    /// The order came.
    Win {
        /// When.
        at: Timestamp,
    },
    /// There will be no order.
    Lose {
        /// When.
        at: Timestamp,
        /// Why.
        reason: LostReason,
    },
    /// Protection ran out.
    Expire {
        /// The day, in the program's zone, on which that is found.
        on: Date,
    },
    /// The partner takes it back.
    Withdraw {
        /// When.
        at: Timestamp,
    },
    /// The vendor ends protection early.
    Release {
        /// When.
        at: Timestamp,
    },
}

/// A conflict case about a live registration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispute {
    /// The case.
    pub case_id: CaseId,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it was closed; `None` while it is open.
    pub closed_at: Option<Timestamp>,
    /// Whether the clocks stand still while it is open.
    pub freezes_clocks: bool,
}

impl Status {
    /// The name of the status.
    pub const fn kind(&self) -> StatusKind {
        match self {
            Self::Draft => StatusKind::Draft,
            Self::Submitted { .. } => StatusKind::Submitted,
            Self::UnderReview { .. } => StatusKind::UnderReview,
            Self::Returned { .. } => StatusKind::Returned,
            Self::Approved { .. } => StatusKind::Approved,
            Self::Renewed { .. } => StatusKind::Renewed,
            Self::Rejected { .. } => StatusKind::Rejected,
            Self::Won { .. } => StatusKind::Won,
            Self::Lost { .. } => StatusKind::Lost,
            Self::Expired { .. } => StatusKind::Expired,
            Self::Withdrawn { .. } => StatusKind::Withdrawn,
            Self::Released { .. } => StatusKind::Released,
        }
    }

    /// The last protected day, while it protects.
    pub const fn protected_until(&self) -> Option<Date> {
        match self {
            Self::Approved { protected_until, .. } | Self::Renewed { protected_until, .. } => {
                Some(*protected_until)
            }
            Self::Draft
            | Self::Submitted { .. }
            | Self::UnderReview { .. }
            | Self::Returned { .. }
            | Self::Rejected { .. }
            | Self::Won { .. }
            | Self::Lost { .. }
            | Self::Expired { .. }
            | Self::Withdrawn { .. }
            | Self::Released { .. } => None,
        }
    }
}

impl Step {
    /// The name of the step.
    pub const fn kind(&self) -> StepKind {
        match self {
            Self::Submit { .. } => StepKind::Submit,
            Self::TakeUp { .. } => StepKind::TakeUp,
            Self::Return { .. } => StepKind::Return,
            Self::Approve { .. } => StepKind::Approve,
            Self::Reject { .. } => StepKind::Reject,
            Self::Renew { .. } => StepKind::Renew,
            Self::Win { .. } => StepKind::Win,
            Self::Lose { .. } => StepKind::Lose,
            Self::Expire { .. } => StepKind::Expire,
            Self::Withdraw { .. } => StepKind::Withdraw,
            Self::Release { .. } => StepKind::Release,
        }
    }
}

/// Takes a step, or says why it cannot be taken from here. Rules DR-01, DR-03, DR-16.
pub fn transition(status: &Status, step: Step) -> Result<Status, Refusal> {
    if target(status.kind(), step.kind()).is_none() {
        return Err(out_of_place(status.kind(), step.kind()));
    }
    Ok(match step {
        Step::Submit { at } => submitted(status, at)?,
        Step::TakeUp { at } => Status::UnderReview {
            submitted_at: status.submitted_at().unwrap_or(at),
            taken_up_at: at,
        },
        Step::Return { at } => Status::Returned { returned_at: at },
        Step::Approve { at, protected_until } => {
            Status::Approved { approved_at: at, protected_until }
        }
        Step::Reject { at, reason } => Status::Rejected { rejected_at: at, reason },
        Step::Renew { at, protected_until } => Status::Renewed {
            approved_at: status.approved_at().unwrap_or(at),
            renewed_at: at,
            protected_until,
        },
        Step::Win { at } => Status::Won { won_at: at },
        Step::Lose { at, reason } => Status::Lost { lost_at: at, reason },
        Step::Expire { on } => expired(status, on)?,
        Step::Withdraw { at } => {
            Status::Withdrawn { withdrawn_at: at, was_live: status.kind().is_live() }
        }
        Step::Release { at } => Status::Released { released_at: at },
    })
}

impl Status {
    const fn submitted_at(&self) -> Option<Timestamp> {
        if let Self::Submitted { submitted_at } = self { Some(*submitted_at) } else { None }
    }

    const fn approved_at(&self) -> Option<Timestamp> {
        match self {
            Self::Approved { approved_at, .. } | Self::Renewed { approved_at, .. } => {
                Some(*approved_at)
            }
            Self::Draft
            | Self::Submitted { .. }
            | Self::UnderReview { .. }
            | Self::Returned { .. }
            | Self::Rejected { .. }
            | Self::Won { .. }
            | Self::Lost { .. }
            | Self::Expired { .. }
            | Self::Withdrawn { .. }
            | Self::Released { .. } => None,
        }
    }
}

/// A returned registration goes back to whoever looks at it; any other waits its turn.
fn submitted(status: &Status, at: Timestamp) -> Result<Status, Refusal> {
    match status {
        Status::Returned { .. } => Ok(Status::UnderReview { submitted_at: at, taken_up_at: at }),
        Status::Withdrawn { was_live: true, .. } => Err(Refusal::new(
            DR_16,
            "A registration that has protected its account cannot be resubmitted.",
            "Register the account again; the new submission time counts.",
        )),
        Status::Draft
        | Status::Submitted { .. }
        | Status::UnderReview { .. }
        | Status::Approved { .. }
        | Status::Renewed { .. }
        | Status::Rejected { .. }
        | Status::Won { .. }
        | Status::Lost { .. }
        | Status::Expired { .. }
        | Status::Withdrawn { .. }
        | Status::Released { .. } => Ok(Status::Submitted { submitted_at: at }),
    }
}

/// Protection runs out on the day after its last and not before. Rule DR-01.
fn expired(status: &Status, on: Date) -> Result<Status, Refusal> {
    let protected_until = status.protected_until().unwrap_or(Date::MIN);
    if on <= protected_until {
        let words =
            format!("The registration protects its account through {}.", day(protected_until));
        let remedy = format!("It expires on {}.", day(free_from(protected_until)));
        return Err(Refusal::new(DR_01, words, remedy));
    }
    Ok(Status::Expired { protected_until })
}

fn out_of_place(from: StatusKind, step: StepKind) -> Refusal {
    let rule = match step {
        StepKind::Renew => DR_03,
        StepKind::Submit => DR_16,
        StepKind::Approve => DR_02,
        StepKind::TakeUp
        | StepKind::Return
        | StepKind::Reject
        | StepKind::Win
        | StepKind::Lose
        | StepKind::Expire
        | StepKind::Withdraw
        | StepKind::Release => DR_01,
    };
    let words = format!("A registration that is {} cannot be {}.", from.title(), step.done());
    let possible = kind::steps_from(from);
    let remedy = if possible.is_empty() {
        "Its status is final.".to_owned()
    } else {
        format!("It can be {}.", possible.join(", "))
    };
    Refusal::new(rule, words, remedy)
}
