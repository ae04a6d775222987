//! Where a registration stands: from its row to the values of the rules about status, protection
//! and follow-up, and the steps from one standing to the next.

use domain::calendar::{BusinessCalendar, days_after, days_between};
use domain::conflicts::rules::CF_05;
use domain::deal_registration::{
    activity::Activity,
    follow_up::{self, DirectEngagement, FollowUp, FollowUpFacts},
    freeze::{Freeze, FrozenDays},
    lockout::Consent,
    protection::Protection,
    rejection::RejectionReason,
    stage::LostReason,
    status::{self, Status, StatusKind, Step},
};
use domain::refusal::Refusal;
use jiff::{Timestamp, civil::Date};

use super::{
    store::{ActivityView, ConsentView, Registration},
    terms::Terms,
};
use frame::error::AppError;

/// The documented activities as the clocks take them.
pub(super) fn activities(views: &[ActivityView]) -> Vec<Activity> {
    views
        .iter()
        .map(|view| Activity {
            id: view.activity_id.clone(),
            kind: view.kind,
            occurred_on: view.occurred_on,
            logged_at: view.logged_at,
        })
        .collect()
}

/// The consents that were given.
pub(super) fn consents(views: &[ConsentView]) -> Vec<Consent> {
    views
        .iter()
        .filter(|view| view.given() == Some(true))
        .filter_map(|view| {
            Some(Consent {
                id: view.consent_id.clone(),
                given_at: view.answered_at?,
                ends_on: view.until_on,
                withdrawn_at: view.withdrawn_at,
            })
        })
        .collect()
}

/// The protection of a registration as seen at an instant; `None` when it was never approved.
/// Rule DR-01.
pub(super) fn protection(
    registration: &Registration,
    terms: &Terms,
    as_of: Timestamp,
) -> Option<Protection> {
    Some(Protection {
        approved_at: registration.approved_at?,
        protected_until: protected_until(registration, terms, as_of)?,
        ended_at: registration.ended_at,
    })
}

/// The last protected day as seen at an instant: while a case holds the clocks, it moves on with
/// each day that does not count. Rule DR-01.
pub(super) fn protected_until(
    registration: &Registration,
    terms: &Terms,
    as_of: Timestamp,
) -> Option<Date> {
    let until = registration.protected_until?;
    if registration.freezes.last().is_none_or(|freeze| freeze.until_at.is_some()) {
        return Some(until);
    }
    Some(days_after(until, newly_frozen(&registration.freezes, &terms.calendar, as_of)))
}

/// How many days the latest of these freezes holds the clocks, without those that an earlier one held
/// already; a day that a freeze touches is held in full. Rule DR-01.
pub(super) fn newly_frozen(
    freezes: &[Freeze],
    calendar: &BusinessCalendar,
    as_of: Timestamp,
) -> u32 {
    let Some((latest, earlier)) = freezes.split_last() else {
        return 0;
    };
    let before = FrozenDays::from_freezes(earlier, as_of, calendar);
    let from = calendar.date_of(latest.from_at);
    let stopped = days_between(from, calendar.date_of(as_of));
    let days = (0..=u32::try_from(stopped).unwrap_or(0)).map(|day| days_after(from, day));
    u32::try_from(days.filter(|on| !before.contains(*on)).count()).unwrap_or(u32::MAX)
}

/// Where a registration stands, with what is true of it there.
pub(super) fn status(r: &Registration) -> Status {
    let at = |instant: Option<Timestamp>| instant.unwrap_or(r.changed_at);
    let until = r.protected_until.unwrap_or(Date::MIN);
    match r.status {
        StatusKind::Draft => Status::Draft,
        StatusKind::Submitted => Status::Submitted { submitted_at: at(r.submitted_at) },
        StatusKind::UnderReview => Status::UnderReview {
            submitted_at: at(r.submitted_at),
            taken_up_at: at(r.submitted_at),
        },
        StatusKind::Returned => Status::Returned { returned_at: at(r.returned_at) },
        StatusKind::Approved => {
            Status::Approved { approved_at: at(r.approved_at), protected_until: until }
        }
        StatusKind::Renewed => Status::Renewed {
            approved_at: at(r.approved_at),
            renewed_at: at(r.approved_at),
            protected_until: until,
        },
        StatusKind::Rejected => Status::Rejected {
            rejected_at: at(r.decided_at),
            reason: r.decision_reason.unwrap_or(RejectionReason::NotQualified),
        },
        StatusKind::Won => Status::Won { won_at: at(r.ended_at) },
        StatusKind::Lost => Status::Lost {
            lost_at: at(r.ended_at),
            reason: r.lost_reason.unwrap_or(LostReason::Other),
        },
        StatusKind::Expired => Status::Expired { protected_until: until },
        StatusKind::Withdrawn => Status::Withdrawn {
            withdrawn_at: at(r.withdrawn_at),
            was_live: r.approved_at.is_some(),
        },
        StatusKind::Released => Status::Released { released_at: at(r.ended_at) },
    }
}

/// Refuses what only the holder of the account can do. Rule CF-05.
pub(super) fn holds(r: &Registration) -> Result<(), Refusal> {
    if r.holds_account || !r.status.is_live() {
        return Ok(());
    }
    Err(Refusal::new(
        CF_05,
        "This registration does not hold the account, by the decision in a conflict case.",
        "An appeal can still change that while its time runs.",
    ))
}

/// Takes a step, or answers with the rule that does not allow it from here.
pub(super) fn step(registration: &mut Registration, step: Step) -> Result<(), AppError> {
    let next = status::transition(&status(registration), step)?;
    registration.status = next.kind();
    Ok(())
}

/// The days on which the clocks of a registration stand still, as seen at `as_of`.
pub(super) fn frozen(registration: &Registration, terms: &Terms, as_of: Timestamp) -> FrozenDays {
    if registration.freezes.is_empty() {
        return FrozenDays::none();
    }
    FrozenDays::from_freezes(&registration.freezes, as_of, &terms.calendar)
}

/// The follow-up clock of a registration at an instant; `None` when it was never approved.
/// Rules DR-06, DR-07.
pub(super) fn follow_up(
    registration: &Registration,
    activities: &[Activity],
    terms: &Terms,
    as_of: Timestamp,
) -> Option<FollowUp> {
    let protection = protection(registration, terms, as_of)?;
    let ended_on = protection.ended_at.map(|at| terms.day(at));
    let ends_on =
        ended_on.map_or(protection.protected_until, |on| on.min(protection.protected_until));
    let engagements: Vec<DirectEngagement> = registration
        .co_sell_at
        .map(|at| DirectEngagement { at, by_consent: false })
        .into_iter()
        .collect();
    let frozen = frozen(registration, terms, as_of);
    let facts = FollowUpFacts {
        approved_at: protection.approved_at,
        ends_on,
        activities,
        engagements: &engagements,
        frozen: &frozen,
    };
    Some(follow_up::compute(&facts, as_of, &terms.policy, &terms.calendar))
}
