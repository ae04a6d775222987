//! What people do with programs and versions, one step each (PG-02).

pub(super) mod announce;
pub(super) mod approve;
pub(super) mod council;
pub(super) mod draft;
pub(super) mod found;
pub(super) mod propose;

use domain::{
    ids::ProgramId,
    program::{lifecycle::Act, lifecycle::LifecycleRefusal},
};
use serde_json::{Value, json};

use super::store::{State, VersionRow};
use frame::{ctx::Cx, error::AppError};
use people::audit;

/// The acting person or key, now.
pub(super) fn act(cx: &Cx<'_, '_>) -> Act {
    Act { by: cx.actor.reference(), at: cx.now }
}

/// A step that the way of a version does not allow, as an answer.
pub(super) fn refused(refusal: &LifecycleRefusal) -> AppError {
    AppError::refused(refusal.rule(), sentence(&refusal.to_string()))
}

/// A version that was withdrawn takes no further step.
pub(super) fn withdrawn() -> AppError {
    AppError::refused(
        domain::rule_id::RuleId::new("PG-02"),
        "This version was withdrawn; start a new draft from it instead.",
    )
}

fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => format!("{}{}.", first.to_uppercase(), letters.as_str()),
        None => String::new(),
    }
}

/// What a version is called in notices, audit and the feed.
pub(super) fn subject(program_id: &ProgramId, number: i64) -> String {
    format!("{program_id}/{number}")
}

/// Keeps that a version took a step, in audit and feed.
pub(super) fn record(
    cx: &mut Cx<'_, '_>,
    row: &VersionRow,
    (verb, before, after): (&str, State, State),
    more: Value,
) -> Result<(), AppError> {
    let subject = subject(&row.program_id, row.number);
    let action = format!("program.version_{verb}");
    let entry = audit::Entry {
        action: &action,
        object_kind: "program_version",
        object_id: &subject,
        before: json!({ "state": before.word() }),
        after: json!({ "state": after.word(), "fingerprint": row.fingerprint, "more": more }),
    };
    let data = json!({
        "program_id": row.program_id.as_str(), "number": row.number, "state": after.word(),
        "more": more,
    });
    audit::tell(cx, &entry, ("", data))
}

/// Fails with 412 when the version was changed since it was read as `expected`.
pub(super) fn unchanged(row: &VersionRow, expected: Option<i64>) -> Result<(), AppError> {
    match expected {
        Some(expected) if expected != row.version => Err(AppError::Stale),
        Some(_) | None => Ok(()),
    }
}
