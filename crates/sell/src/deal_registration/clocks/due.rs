//! What happens when a clock is due, with the notifications.

use domain::deal_registration::{
    protection::free_from,
    rules::{DR_01, DR_04, DR_06, DR_09, DR_20},
    status::Step,
};
use jiff::{Timestamp, civil::Date};
use serde_json::json;

use super::Due;
use crate::deal_registration::{
    record::{Happening, happened},
    standing,
    store::Registration,
    tell::{self, Message, day},
    terms::{self, Terms},
};
use frame::{ctx::Cx, error::AppError};
use people::identity::links::LinkPurpose;

/// Does one thing that fell due at that instant.
pub(super) fn carry_out(
    cx: &mut Cx<'_, '_>,
    registration: &mut Registration,
    terms: &Terms,
    (at, due): (Timestamp, Due),
) -> Result<(), AppError> {
    match due {
        Due::RemindDecider => remind_decider(cx, registration, terms, at),
        Due::Breach => breach(cx, registration, at),
        Due::Escalate(step) => escalate(cx, registration, terms, (at, step)),
        Due::RemindExpiry { days, until } => remind_expiry(cx, registration, at, (days, until)),
        Due::RemindLapse { days, on } => remind_lapse(cx, registration, at, (days, on)),
        Due::Lapse { on } => lapse(cx, registration, at, on),
        Due::Expire { until } => expire(cx, registration, at, until),
    }
}

fn remind_decider(
    cx: &mut Cx<'_, '_>,
    registration: &Registration,
    terms: &Terms,
    at: Timestamp,
) -> Result<(), AppError> {
    let due_at = registration.decision_due_at.unwrap_or(at);
    let words = format!("Reminder: the decision is due on {}.", day(terms.day(due_at)));
    happened(
        cx,
        registration,
        &Happening::new("reminded", &words).by(DR_09).at(at).for_the_vendor(),
    )?;
    if due_at <= cx.now {
        return Ok(());
    }
    let Some(user_id) = tell::decider(cx, registration, terms)? else {
        return Ok(());
    };
    let name = &registration.details.account_name;
    let message = Message {
        kind: "decision_reminder",
        title: &format!("{} is waiting for a decision", registration.reference()),
        body: &format!(
            "{name}: {words} If you miss this, it escalates and counts as an SLA breach."
        ),
        action: "Decide",
        until: Some(due_at),
        link: None,
    };
    tell::vendor_person(cx, registration, &user_id, &message)
}

fn breach(
    cx: &mut Cx<'_, '_>,
    registration: &mut Registration,
    at: Timestamp,
) -> Result<(), AppError> {
    registration.breached_at = Some(at);
    let words = "The vendor missed the decision deadline; an SLA breach is recorded.";
    let change = Happening::new("breached", words).by(DR_09).at(at);
    happened(
        cx,
        registration,
        &change.change(json!(null), json!({ "breached_at": at.to_string() })),
    )
}

fn escalate(
    cx: &mut Cx<'_, '_>,
    registration: &mut Registration,
    terms: &Terms,
    (at, step): (Timestamp, u32),
) -> Result<(), AppError> {
    registration.escalation_level = step;
    let words = format!("The decision was escalated to level {}.", step.saturating_add(1));
    let change = Happening::new("escalated", &words)
        .by(DR_09)
        .at(at)
        .change(json!({ "escalation_level": step - 1 }), json!({ "escalation_level": step }));
    happened(cx, registration, &change)?;
    let name = &registration.details.account_name;
    let body = format!(
        "{name}: the decision deadline has passed. You are the next level; the partner is still \
         waiting."
    );
    for user_id in tell::escalation(cx, registration, terms, step)? {
        let message = Message {
            kind: "escalated",
            title: &format!("{} was escalated to you", registration.reference()),
            body: &body,
            action: "Decide",
            until: None,
            link: None,
        };
        tell::vendor_person(cx, registration, &user_id, &message)?;
    }
    Ok(())
}

fn remind_expiry(
    cx: &mut Cx<'_, '_>,
    registration: &Registration,
    at: Timestamp,
    (days, until): (u32, Date),
) -> Result<(), AppError> {
    let left = if days == 1 { "1 day".to_owned() } else { format!("{days} days") };
    let words = format!("Protection ends in {left}, after {}.", day(until));
    happened(cx, registration, &Happening::new("reminded", &words).by(DR_20).at(at))?;
    let terms = terms::of(cx, registration)?;
    let over_at = terms.calendar.end_of(until);
    if over_at <= cx.now {
        return Ok(());
    }
    let name = &registration.details.account_name;
    let renewable = registration.renewals < terms.policy.renewals;
    let advice = if renewable {
        "Renew it if you are still working the deal; this needs a recent activity."
    } else {
        "It cannot be renewed again; after that day the account is free."
    };
    let message = Message {
        kind: "expiry_reminder",
        title: &format!("{name}: protection ends in {left}"),
        body: &format!("{} {words} {advice}", registration.reference()),
        action: if renewable { "Renew" } else { "View registration" },
        until: Some(over_at),
        link: None,
    };
    tell::partner(cx, registration, &message)?;
    tell::manager(cx, registration, &message)
}

fn remind_lapse(
    cx: &mut Cx<'_, '_>,
    registration: &Registration,
    at: Timestamp,
    (days, on): (u32, Date),
) -> Result<(), AppError> {
    let words = format!("Without an activity the lockout lapses on {}.", day(on));
    happened(cx, registration, &Happening::new("reminded", &words).by(DR_20).at(at))?;
    let terms = terms::of(cx, registration)?;
    let lapse_at = terms.calendar.start_of(on);
    if lapse_at <= cx.now {
        return Ok(());
    }
    let name = &registration.details.account_name;
    let subject = registration.registration_id.as_str();
    let message = Message {
        kind: "lapse_reminder",
        title: &format!("{name}: log a follow-up within {days} days"),
        body: &format!(
            "{} {words} From then on direct sales may engage.",
            registration.reference()
        ),
        action: "Log activity",
        until: Some(lapse_at),
        link: Some((LinkPurpose::FollowUp, subject, "Log a follow-up without signing in")),
    };
    tell::partner(cx, registration, &message)?;
    tell::manager(cx, registration, &message)
}

fn lapse(
    cx: &mut Cx<'_, '_>,
    registration: &Registration,
    at: Timestamp,
    on: Date,
) -> Result<(), AppError> {
    let words = format!(
        "No activity for {} days: the lockout lapsed on {}.",
        terms::of(cx, registration)?.policy.follow_up_days,
        day(on)
    );
    let why = "Direct sales may engage until an activity is logged; other partners still may not.";
    happened(cx, registration, &Happening::new("lapsed", &words).by(DR_06).because(why).at(at))?;
    let name = &registration.details.account_name;
    let subject = registration.registration_id.as_str();
    let message = Message {
        kind: "lapsed",
        title: &format!("{name}: the lockout has lapsed"),
        body: &format!("{} {words} {why}", registration.reference()),
        action: "Log activity",
        until: None,
        link: Some((LinkPurpose::FollowUp, subject, "Log a follow-up without signing in")),
    };
    tell::partner(cx, registration, &message)?;
    tell::manager(cx, registration, &message)
}

fn expire(
    cx: &mut Cx<'_, '_>,
    registration: &mut Registration,
    at: Timestamp,
    until: Date,
) -> Result<(), AppError> {
    let before = registration.status;
    standing::step(registration, Step::Expire { on: free_from(until) })?;
    registration.holds_account = false;
    registration.lapses_on = None;
    registration.ended_at = Some(at);
    let words = format!("Protection ended after {}; the account is free.", day(until));
    let why = "A new registration ranks by its own submission time (DR-04).";
    let change = Happening::new("expired", &words)
        .by(DR_01)
        .because(why)
        .at(at)
        .change(json!({ "status": before.word() }), json!({ "status": "expired" }));
    happened(cx, registration, &change)?;
    let name = &registration.details.account_name;
    let message = Message {
        kind: "expired",
        title: &format!("{name}: protection has ended"),
        body: &format!(
            "{} {words} Register it again if you are still working the deal ({DR_04}).",
            registration.reference()
        ),
        action: "View registration",
        until: None,
        link: None,
    };
    tell::partner(cx, registration, &message)?;
    tell::manager(cx, registration, &message)
}
