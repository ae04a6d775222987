//! Faults in the row of a registration.

use db::Value;

use super::{Change, Fault, Statement};

const TABLE: &str = "deal_registrations";

/// The change, where the statement writes a registration of that status.
fn when(
    one: &mut Statement,
    status: &str,
    change: impl FnOnce(&mut Statement) -> Option<Change>,
) -> Option<Change> {
    if one.is(TABLE) && one.text("status") == status { change(one) } else { None }
}

/// The change, where the statement writes a registration.
fn any(
    one: &mut Statement,
    change: impl FnOnce(&mut Statement) -> Option<Change>,
) -> Option<Change> {
    if one.is(TABLE) { change(one) } else { None }
}

/// At the approval itself, and not at a later save.
fn approved(one: &Statement) -> bool {
    one.text("status") == "approved" && one.number("approved_at") == one.number("changed_at")
}

fn text(value: &str) -> Value<'static> {
    Value::from(value.to_owned())
}

/// The faults.
pub(super) const ROWS: &[Fault] = &[
    Fault::writes("DR-01", "protection lasts a day too long", |s| {
        any(s, |s| if approved(s) { s.days("protected_until", 1) } else { None })
    }),
    Fault::writes("DR-01", "protection lasts a day too short", |s| {
        any(s, |s| if approved(s) { s.days("protected_until", -1) } else { None })
    }),
    Fault::writes("DR-01", "the day of approval is the day before", |s| {
        when(s, "approved", |s| s.days("approved_on", -1))
    }),
    Fault::writes("DR-01", "an expired registration holds on", |s| {
        when(s, "expired", |s| s.put("holds_account", Value::from(1)))
    }),
    Fault::writes("DR-01", "an expired registration keeps no end", |s| {
        when(s, "expired", |s| s.null("ended_at"))
    }),
    Fault::writes("DR-01", "a lost registration holds on", |s| {
        when(s, "lost", |s| s.put("holds_account", Value::from(1)))
    }),
    Fault::writes("DR-01", "a won registration holds on", |s| {
        when(s, "won", |s| s.put("holds_account", Value::from(1)))
    }),
    Fault::writes("DR-16", "a withdrawn registration stays as it was", |s| {
        when(s, "withdrawn", |s| s.put("status", text("returned")))
    }),
    Fault::writes("DR-02", "an approved registration does not hold its account", |s| {
        when(s, "approved", |s| s.put("holds_account", Value::from(0)))
    }),
    Fault::writes("DR-03", "a renewal is not counted", |s| {
        when(s, "renewed", |s| s.put("renewals", Value::from(0)))
    }),
    Fault::writes("DR-03", "a renewal adds a day too many", |s| {
        when(s, "renewed", |s| s.days("protected_until", 1))
    }),
    Fault::writes("DR-03", "the day of a renewal is not kept", |s| {
        when(s, "renewed", |s| s.empty("renewed_on"))
    }),
    Fault::writes("DR-16", "a resubmission is not counted", |s| {
        any(s, |s| match s.number("resubmissions") {
            0 => None,
            more => s.put("resubmissions", Value::from(more - 1)),
        })
    }),
    Fault::writes("DR-16", "a resubmission always ranks anew", |s| {
        when(s, "under_review", |s| {
            let at = s.number("submitted_at");
            if s.number("resubmissions") > 0 { s.put("ranked_at", Value::from(at)) } else { None }
        })
    }),
    Fault::writes("DR-04", "a withdrawn registration keeps its first rank", |s| {
        when(s, "submitted", |s| {
            let at = s.number("created_at");
            if s.number("resubmissions") > 0 { s.put("ranked_at", Value::from(at)) } else { None }
        })
    }),
    Fault::writes("DR-09", "a breach is not recorded", |s| any(s, |s| s.null("breached_at"))),
    Fault::writes("DR-09", "an escalation is not recorded", |s| {
        any(s, |s| s.put("escalation_level", Value::from(0)))
    }),
    Fault::writes("DR-09", "a decision is due a day late", |s| {
        any(s, |s| s.later("decision_due_at", 1))
    }),
    Fault::writes("DR-09", "a decided registration is still due", |s| {
        when(s, "rejected", |s| {
            let at = s.number("submitted_at");
            s.put("decision_due_at", Value::from(at))
        })
    }),
    Fault::writes("DR-20", "the clocks wake a day late", |s| {
        any(s, |s| s.later("attention_at", 1))
    }),
    Fault::writes("DR-20", "the clocks of approved registrations sleep", |s| {
        when(s, "approved", |s| s.null("attention_at"))
    }),
    Fault::writes("DR-20", "the clocks forget what they did", |s| any(s, |s| s.empty("reminders"))),
    Fault::writes("DR-06", "a lapse comes a day late", |s| any(s, |s| s.days("lapses_on", 1))),
    Fault::writes("DR-06", "a lapse never comes", |s| any(s, |s| s.empty("lapses_on"))),
    Fault::writes("DR-06", "the day of the last activity is not kept", |s| {
        any(s, |s| s.empty("last_activity_on"))
    }),
    Fault::writes("DR-07", "direct sales that engaged is forgotten", |s| {
        any(s, |s| s.null("co_sell_at"))
    }),
    Fault::writes("DR-14", "who decided is not kept", |s| any(s, |s| s.empty("decided_by"))),
    Fault::writes("DR-21", "an amendment moves the clock", |s| {
        any(s, |s| if s.text("need").is_empty() { None } else { s.days("protected_until", 1) })
    }),
    Fault::writes("DR-21", "the day of the end is the day after", |s| {
        any(s, |s| s.days("closed_on", 1))
    }),
    Fault::writes("DR-16", "a registration that is looked at is submitted again", |s| {
        when(s, "under_review", |s| s.put("status", text("submitted")))
    }),
    Fault::writes("DR-15", "a rejected registration counts as withdrawn", |s| {
        when(s, "rejected", |s| s.put("status", text("withdrawn")))
    }),
    Fault::writes("DR-11", "a registration is kept under another tier", |s| {
        when(s, "approved", |s| s.put("tier", text("platinum")))
    }),
    Fault::writes("CF-01", "a dispute is not marked", |s| {
        any(s, |s| s.put("in_dispute", Value::from(0)))
    }),
    Fault::writes("DR-01", "held clocks are not kept", |s| any(s, |s| s.empty("freezes"))),
];
