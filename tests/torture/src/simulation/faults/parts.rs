//! Faults in what belongs to registrations, to direct sales and to cases, and in what is told.

use db::Value;

use super::{Change, Fault, Statement};

/// The change, where the statement inserts into that table.
fn new(
    one: &mut Statement,
    table: &str,
    change: impl FnOnce(&mut Statement) -> Option<Change>,
) -> Option<Change> {
    if one.inserts(table) { change(one) } else { None }
}

/// The change, where the statement updates that table.
fn old(
    one: &mut Statement,
    table: &str,
    change: impl FnOnce(&mut Statement) -> Option<Change>,
) -> Option<Change> {
    if one.is(table) && !one.inserts(table) { change(one) } else { None }
}

fn lost(one: &mut Statement, table: &str) -> Option<Change> {
    new(one, table, |_| Some(Change::Skipped))
}

fn of_kind(one: &Statement, column: &str, kind: &str, change: Change) -> Option<Change> {
    (one.text(column) == kind).then_some(change)
}

fn text(value: &str) -> Value<'static> {
    Value::from(value.to_owned())
}

const ACTIVITIES: &str = "deal_registration_activities";
const ENTRIES: &str = "deal_registration_entries";
const RECEIPTS: &str = "deal_registration_receipts";
const CONSENTS: &str = "deal_registration_consents";
const AUDIT: &str = "audit_entries";
const FEED: &str = "events_feed";
const CASES: &str = "conflict_cases";

/// The faults.
pub(super) const PARTS: &[Fault] = &[
    Fault::writes("DR-08", "a late activity counts backwards", |s| {
        new(s, ACTIVITIES, |s| {
            let on = s.text("occurred_on").to_owned();
            s.put("counts_from", text(&on))
        })
    }),
    Fault::writes("DR-08", "an activity is kept a day later", |s| {
        new(s, ACTIVITIES, |s| s.days("occurred_on", 1))
    }),
    Fault::writes("DR-08", "an activity is lost", |s| lost(s, ACTIVITIES)),
    Fault::writes("DR-20", "a reminder leaves no trace", |s| {
        new(s, ENTRIES, |s| of_kind(s, "kind", "reminded", Change::Skipped))
    }),
    Fault::writes("DR-20", "a reminder is told twice", |s| {
        new(s, ENTRIES, |s| of_kind(s, "kind", "reminded", Change::Doubled))
    }),
    Fault::writes("DR-06", "a lapse is not told", |s| {
        new(s, ENTRIES, |s| of_kind(s, "kind", "lapsed", Change::Skipped))
    }),
    Fault::writes("DR-09", "a breach is told of another day", |s| {
        new(s, ENTRIES, |s| if s.text("kind") == "breached" { s.later("at", 1) } else { None })
    }),
    Fault::writes("AU-01", "an approval has no audit row", |s| {
        new(s, AUDIT, |s| of_kind(s, "action", "deal_registration.approved", Change::Skipped))
    }),
    Fault::writes("AU-01", "a case that is decided has no audit row", |s| {
        new(s, AUDIT, |s| of_kind(s, "action", "conflict.decided", Change::Skipped))
    }),
    Fault::writes("AU-01", "audit does not say who", |s| new(s, AUDIT, |s| s.empty("actor"))),
    Fault::writes("AU-01", "the chain of audit is not a chain", |s| {
        new(s, AUDIT, |s| s.empty("previous_hash"))
    }),
    Fault::writes("AU-01", "audit says another time", |s| new(s, AUDIT, |s| s.later("at", 1))),
    Fault::writes("AP-02", "a renewal has no event", |s| {
        new(s, FEED, |s| of_kind(s, "kind", "deal_registration.renewed", Change::Skipped))
    }),
    Fault::writes("AP-02", "an expiry has no event", |s| {
        new(s, FEED, |s| of_kind(s, "kind", "deal_registration.expired", Change::Skipped))
    }),
    Fault::writes("AP-02", "an approval has two events", |s| {
        new(s, FEED, |s| of_kind(s, "kind", "deal_registration.approved", Change::Doubled))
    }),
    Fault::writes("AC-05", "a partner reads of another's registration", |s| {
        new(s, FEED, |s| {
            let is = s.text("kind") == "deal_registration.account_taken";
            if is { s.put("partner_id", text("par_somebody")) } else { None }
        })
    }),
    Fault::writes("DR-19", "a submission has no receipt", |s| lost(s, RECEIPTS)),
    Fault::writes("DR-19", "a receipt is not signed", |s| {
        new(s, RECEIPTS, |s| s.put("signature", text(&"0".repeat(128))))
    }),
    Fault::writes("DR-19", "receipts are not chained", |s| {
        new(s, RECEIPTS, |s| s.put("previous_hash", text(&"0".repeat(64))))
    }),
    Fault::writes("DR-19", "a receipt says another time", |s| {
        new(s, RECEIPTS, |s| s.later("submitted_at", 1))
    }),
    Fault::writes("DR-05", "a refusal is kept as a consent", |s| {
        old(s, CONSENTS, |s| {
            if s.text("answer") == "refused" { s.put("answer", text("given")) } else { None }
        })
    }),
    Fault::writes("DR-05", "a consent never ends", |s| {
        if s.is(CONSENTS) { s.empty("until_on") } else { None }
    }),
    Fault::writes("DR-05", "a consent cannot be taken back", |s| {
        old(s, CONSENTS, |s| s.null("withdrawn_at"))
    }),
    Fault::writes("DR-05", "a refused attempt is not kept", |s| lost(s, "direct_refusals")),
    Fault::writes("DR-05", "a direct opportunity is lost", |s| lost(s, "direct_opportunities")),
    Fault::writes("DR-13", "a closed direct opportunity stays open", |s| {
        old(s, "direct_opportunities", |s| s.put("stage", text("open")))
    }),
    Fault::writes("DR-13", "a customer is not known as one", |s| {
        old(s, "accounts", |s| {
            if s.text("status") == "customer" { s.put("status", text("prospect")) } else { None }
        })
    }),
    Fault::writes("CF-01", "a case forgets its parties", |s| lost(s, "conflict_parties")),
    Fault::writes("CF-04", "a statement is lost", |s| lost(s, "conflict_statements")),
    Fault::writes("CF-07", "an appeal leaves no trace", |s| lost(s, "conflict_appeals")),
    Fault::writes("CF-07", "an appeal has a day more", |s| {
        old(s, CASES, |s| s.later("appeal_until", 1))
    }),
    Fault::writes("CF-02", "a level has a day more", |s| {
        old(s, CASES, |s| s.later("level_due_at", 1))
    }),
    Fault::writes("CF-02", "a case wakes a day late", |s| {
        old(s, CASES, |s| s.later("attention_at", 1))
    }),
    Fault::writes("CF-02", "a case stays on its level", |s| {
        old(s, CASES, |s| if s.number("level") > 1 { s.put("level", Value::from(1)) } else { None })
    }),
    Fault::writes("CF-02", "a case that ran out of time is not marked", |s| {
        old(s, CASES, |s| s.null("breached_at"))
    }),
    Fault::writes("CF-03", "a case lies with nobody", |s| {
        old(s, CASES, |s| s.empty("decider_user_id"))
    }),
    Fault::writes("CF-05", "a decision is kept as another", |s| {
        new(s, "conflict_decisions", |s| s.put("outcome_word", text("release")))
    }),
    Fault::writes("CF-05", "held clocks are not noted in the case", |s| {
        old(s, CASES, |s| s.put("clocks_held", Value::from(0)))
    }),
    Fault::writes("CF-08", "a request for evidence is lost", |s| lost(s, "conflict_requests")),
];
