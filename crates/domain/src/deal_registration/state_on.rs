//! "What was true on that day?"

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::facts::{DecisionOutcome, Ending, RegistrationFacts};
use super::follow_up::FollowUp;
use super::life::Life;
use super::lockout::{LockoutDecision, LockoutFacts, decide};
use super::policy_history::{PolicyHistory, UnknownVersion};
use super::stage::StageKind;
use super::status::StatusKind;
use crate::calendar::BusinessCalendar;
use crate::ids::{CaseId, PartnerId};
use crate::wording::day;

#[cfg(test)]
pub(super) mod tests;

/// What was true of a registration at the end of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateOn {
    /// The day, in the program's zone.
    pub on: Date,
    /// Where the registration stood; `None` before it was begun.
    pub status: Option<StatusKind>,
    /// The policy version that judged it: that of its approval, else of its latest submission.
    pub policy_version: Option<u32>,
    /// The sales stage, once one was named.
    pub stage: Option<StageKind>,
    /// Who held the account by this registration; `None` when it protected nothing.
    pub holder: Option<PartnerId>,
    /// The last protected day as it stood then, while it protected.
    pub protected_until: Option<Date>,
    /// Whether direct sales could have engaged, as far as this registration goes.
    pub lockout: LockoutDecision,
    /// The follow-up clock, while it protected.
    pub follow_up: Option<FollowUp>,
    /// The conflict case that was open, the earliest of several.
    pub in_dispute: Option<CaseId>,
    /// Whether the clocks stood still.
    pub clocks_frozen: bool,
    /// All of it as sentences.
    pub words: Vec<String>,
}

/// Answers for the end of a day in the program's zone. Rules DR-01, DR-05, DR-06, DR-07.
///
/// Facts count by when they happened: what came after the day is left out, but an activity that
/// was documented later and reaches back (DR-08) counts on the day on which it occurred.
pub fn state_on(
    facts: &RegistrationFacts,
    history: &PolicyHistory,
    calendar: &BusinessCalendar,
    on: Date,
) -> Result<StateOn, UnknownVersion> {
    let moment = SignedDuration::from_micros(1);
    let last = calendar.end_of(on).checked_sub(moment).unwrap_or(Timestamp::MIN);
    let life = Life::of(facts, history, calendar, last)?;
    let protection = life.as_ref().map(Life::protection);
    let holding = life.as_ref().filter(|life| life.protection().holds_at(last, calendar));
    let follow_up = holding.map(|life| life.follow_up(facts, (Timestamp::MAX, on), calendar));
    let lockout = LockoutFacts {
        protection: protection.as_ref(),
        consents: &facts.consents,
        follow_up: follow_up.as_ref(),
    };
    let disputes = facts.disputes.iter().filter(|dispute| {
        dispute.opened_at <= last && dispute.closed_at.is_none_or(|closed_at| last < closed_at)
    });
    let mut state = StateOn {
        on,
        status: status_at(facts, life.as_ref(), last, calendar),
        policy_version: policy_version_at(facts, life.as_ref(), last),
        stage: stage_at(facts, last),
        holder: holding.map(|_| facts.partner_id.clone()),
        protected_until: holding.map(|life| life.protected_until),
        lockout: decide(&lockout, last, calendar),
        in_dispute: disputes.min_by_key(|dispute| dispute.opened_at).map(|d| d.case_id.clone()),
        clocks_frozen: holding.is_some_and(|life| life.frozen.contains(on)),
        follow_up,
        words: Vec::new(),
    };
    state.words = words(&state, calendar);
    Ok(state)
}

fn status_at(
    facts: &RegistrationFacts,
    life: Option<&Life<'_>>,
    last: Timestamp,
    calendar: &BusinessCalendar,
) -> Option<StatusKind> {
    let Some(life) = life else {
        return status_before_approval(facts, last);
    };
    if let Some(ending) = life.ended {
        return Some(ended_status(ending.ending));
    }
    if life.expires_at(calendar).is_some_and(|expires_at| expires_at <= last) {
        return Some(StatusKind::Expired);
    }
    let renewed = facts.renewals.iter().any(|renewal| renewal.at <= last);
    Some(if renewed { StatusKind::Renewed } else { StatusKind::Approved })
}

/// The standing that the latest event left; of two at one instant, the one further on.
fn status_before_approval(facts: &RegistrationFacts, last: Timestamp) -> Option<StatusKind> {
    let mut events = vec![(facts.drafted_at, 0, StatusKind::Draft)];
    events.extend(facts.submissions.iter().map(|submission| {
        let returned = facts.returned_at.iter().filter(|at| **at < submission.at).max();
        let withdrawn = facts.endings.iter().map(|ending| &ending.at);
        let withdrawn = withdrawn.filter(|at| **at < submission.at).max();
        let resumes = returned.is_some() && returned > withdrawn;
        let status = if resumes { StatusKind::UnderReview } else { StatusKind::Submitted };
        (submission.at, 1, status)
    }));
    events.extend(facts.taken_up_at.iter().map(|at| (*at, 2, StatusKind::UnderReview)));
    events.extend(facts.returned_at.iter().map(|at| (*at, 3, StatusKind::Returned)));
    events.extend(facts.decision.iter().filter_map(|decision| match decision.outcome {
        DecisionOutcome::Rejected { .. } => Some((decision.at, 4, StatusKind::Rejected)),
        DecisionOutcome::Approved => None,
    }));
    events.extend(facts.endings.iter().map(|end| (end.at, 5, ended_status(end.ending))));
    let happened = events.into_iter().filter(|(at, _, _)| *at <= last);
    happened.max_by_key(|(at, order, _)| (*at, *order)).map(|(_, _, status)| status)
}

const fn ended_status(ending: Ending) -> StatusKind {
    match ending {
        Ending::Won => StatusKind::Won,
        Ending::Lost { .. } => StatusKind::Lost,
        Ending::Withdrawn => StatusKind::Withdrawn,
        Ending::Released => StatusKind::Released,
    }
}

fn policy_version_at(
    facts: &RegistrationFacts,
    life: Option<&Life<'_>>,
    last: Timestamp,
) -> Option<u32> {
    let submitted = facts.submissions.iter().filter(|submission| submission.at <= last);
    let latest = submitted.max_by_key(|submission| submission.at);
    life.map(|life| life.policy.version).or(latest.map(|submission| submission.policy_version))
}

fn stage_at(facts: &RegistrationFacts, last: Timestamp) -> Option<StageKind> {
    let named = facts.stages.iter().filter(|stage| stage.at <= last);
    named.max_by_key(|stage| (stage.at, stage.stage)).map(|stage| stage.stage)
}

fn words(state: &StateOn, calendar: &BusinessCalendar) -> Vec<String> {
    let on = day(state.on);
    let Some(status) = state.status else {
        return vec![format!("On {on} the registration did not exist yet.")];
    };
    let mut words = vec![format!("On {on} the registration was {}.", status.title())];
    if let Some(until) = state.protected_until {
        words.push(format!("It protected the account through {}.", day(until)));
    }
    if state.clocks_frozen {
        words.push("Its clocks were stopped by a conflict case.".to_owned());
    }
    words.extend(state.follow_up.as_ref().map(FollowUp::words));
    words.push(match &state.lockout {
        LockoutDecision::Allowed(because) => {
            format!("Direct sales could engage. {}", because.words(calendar))
        }
        LockoutDecision::Refused(_) => "Direct sales could not engage.".to_owned(),
    });
    words
}
