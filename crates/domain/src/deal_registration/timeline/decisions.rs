//! Submissions, the vendor's clock, and decisions.

use jiff::Timestamp;

use super::{EntryKind, Story};
use crate::deal_registration::decision_clock;
use crate::deal_registration::facts::{DecidedBy, DecisionOutcome, SubmissionFact};
use crate::deal_registration::policy_history::{PolicyHistory, UnknownVersion};
use crate::deal_registration::rules::{DR_09, DR_14, DR_15, DR_16, DR_19};
use crate::wording::{count, day};

/// Tells how the registration was submitted, looked at and decided.
pub(super) fn tell(story: &mut Story<'_>, history: &PolicyHistory) -> Result<(), UnknownVersion> {
    let facts = story.facts;
    let first_at = facts.submissions.iter().map(|submission| submission.at).min();
    for submission in &facts.submissions {
        tell_submission(story, submission, first_at == Some(submission.at));
        tell_clock(story, submission, history)?;
    }
    for at in &facts.taken_up_at {
        story.tell(*at, EntryKind::TakenUp, DR_09, "The vendor started the review.");
    }
    for at in &facts.returned_at {
        let words = "The vendor returned it with a question.";
        story.tell(*at, EntryKind::Returned, DR_16, words);
    }
    tell_decision(story);
    Ok(())
}

fn tell_submission(story: &mut Story<'_>, submission: &SubmissionFact, first: bool) {
    let version = submission.policy_version;
    if first {
        let words = format!("Submitted under version {version} of the program, with a receipt.");
        story.tell(submission.at, EntryKind::Submitted, DR_19, words);
        return;
    }
    let counted = day(story.calendar.date_of(submission.counts_from));
    let words = if submission.counts_from < submission.at {
        format!("Resubmitted; the earlier submission time of {counted} counts.")
    } else {
        "Resubmitted; this submission time counts.".to_owned()
    };
    story.tell(submission.at, EntryKind::SubmittedAgain, DR_16, words);
}

/// The first answer after a submission: a return, a decision, or the partner's own withdrawal.
fn answered_at(story: &Story<'_>, submitted_at: Timestamp) -> Option<Timestamp> {
    let facts = story.facts;
    let returned = facts.returned_at.iter().copied();
    let decided = facts.decision.iter().map(|decision| decision.at);
    let ended = facts.endings.iter().map(|ending| ending.at);
    returned.chain(decided).chain(ended).filter(|at| *at >= submitted_at).min()
}

fn tell_clock(
    story: &mut Story<'_>,
    submission: &SubmissionFact,
    history: &PolicyHistory,
) -> Result<(), UnknownVersion> {
    let policy = &history.version(submission.policy_version)?.policy;
    let answered_at = answered_at(story, submission.at);
    let facts = (submission.at, answered_at);
    let clock = decision_clock::compute(facts, story.as_of, policy, story.calendar);
    let stopped_at = answered_at.unwrap_or(Timestamp::MAX);
    if clock.remind_at < stopped_at && clock.remind_at < clock.due_at {
        let share = policy.decision_reminder_bp;
        let words = format!("{share} of the decision time had passed; the decider was reminded.");
        story.tell(clock.remind_at, EntryKind::OwnerReminded, DR_09, words);
    }
    if clock.due_at < stopped_at {
        let days = count(policy.decision_business_days, "business day");
        let words = format!("The vendor had not decided within {days}: SLA breach recorded.");
        story.tell(clock.due_at, EntryKind::DecisionOverdue, DR_09, words);
    }
    for (level, at) in (1..).zip(clock.escalates_at).filter(|(_, at)| *at < stopped_at) {
        let words = format!("The open decision was escalated to level {level}.");
        story.tell(at, EntryKind::Escalated, DR_09, words);
    }
    Ok(())
}

fn tell_decision(story: &mut Story<'_>) {
    let Some(decision) = &story.facts.decision else {
        return;
    };
    match decision.outcome {
        DecisionOutcome::Approved => {
            let words = match decision.by {
                DecidedBy::Policy => "Approved automatically: all checks passed.",
                DecidedBy::Person { .. } => "Approved by a person of the vendor.",
            };
            story.tell(decision.at, EntryKind::Approved, DR_14, words);
        }
        DecisionOutcome::Rejected { reason } => {
            let words = format!("Rejected: {}. {}", reason.label(), reason.what_would_change_it());
            story.tell(decision.at, EntryKind::Rejected, DR_15, words);
        }
    }
}
