//! What happened to a registration is written three times in one transaction: for its reader
//! (the timeline), for whoever reacts (the feed), and for audit.

use domain::rule_id::RuleId;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::store::{self, NewEntry, Registration};
use frame::{ctx::Cx, error::AppError};
use people::{audit, events};

/// Something that happened to a registration.
#[derive(Debug)]
pub(super) struct Happening<'a> {
    /// What, as the verb of its event: `approved`.
    pub kind: &'static str,
    /// The rule that acted, where one did.
    pub rule: Option<RuleId>,
    /// One sentence for the timeline.
    pub words: &'a str,
    /// The reasons and the arithmetic.
    pub why: &'a str,
    /// A word for the rules, for example the new sales stage.
    pub detail: &'a str,
    /// True when the partner does not learn of it.
    pub vendor_only: bool,
    /// When it took effect; `None` for now.
    pub at: Option<Timestamp>,
    /// What changed: how it was.
    pub before: Value,
    /// What changed: how it is.
    pub after: Value,
}

impl<'a> Happening<'a> {
    /// Something that happened, told to both sides, without reasons so far.
    pub(super) fn new(kind: &'static str, words: &'a str) -> Self {
        Self {
            kind,
            rule: None,
            words,
            why: "",
            detail: "",
            vendor_only: false,
            at: None,
            before: Value::Null,
            after: Value::Null,
        }
    }

    /// By this rule.
    #[must_use]
    pub(super) fn by(mut self, rule: RuleId) -> Self {
        self.rule = Some(rule);
        self
    }

    /// For these reasons.
    #[must_use]
    pub(super) fn because(mut self, why: &'a str) -> Self {
        self.why = why;
        self
    }

    /// With this word for the rules.
    #[must_use]
    pub(super) fn detail(mut self, detail: &'a str) -> Self {
        self.detail = detail;
        self
    }

    /// With this change.
    #[must_use]
    pub(super) fn change(mut self, before: Value, after: Value) -> Self {
        self.before = before;
        self.after = after;
        self
    }

    /// In effect since then.
    #[must_use]
    pub(super) fn at(mut self, at: Timestamp) -> Self {
        self.at = Some(at);
        self
    }

    /// Told to the vendor alone.
    #[must_use]
    pub(super) fn for_the_vendor(mut self) -> Self {
        self.vendor_only = true;
        self
    }
}

/// Writes what happened, in the name of the one who acts. Audit and feed keep the time
/// of the record, the timeline the time at which it took effect.
pub(super) fn happened(
    cx: &mut Cx<'_, '_>,
    registration: &Registration,
    happening: &Happening<'_>,
) -> Result<(), AppError> {
    let r = registration;
    let entry = NewEntry {
        at: happening.at.unwrap_or(cx.now),
        kind: happening.kind,
        rule: happening.rule,
        words: happening.words,
        why: happening.why,
        detail: happening.detail,
        vendor_only: happening.vendor_only,
    };
    store::add_entry(cx, &r.registration_id, &entry)?;
    let kind = format!("deal_registration.{}", happening.kind);
    let event = events::Event {
        kind: &kind,
        object_kind: "deal_registration",
        object_id: r.registration_id.as_str(),
        partner_id: if happening.vendor_only { "" } else { r.partner_id.as_str() },
        data: json!({
            "reference": r.reference(),
            "partner_id": r.partner_id.as_str(),
            "account_name": r.details.account_name,
            "status": r.status.word(),
            "rule": happening.rule.map(RuleId::as_str),
            "words": happening.words,
            "effective_at": happening.at.map(|at| at.to_string()),
        }),
    };
    events::append(cx, &event)?;
    let entry = audit::Entry {
        action: &kind,
        object_kind: "deal_registration",
        object_id: r.registration_id.as_str(),
        before: happening.before.clone(),
        after: happening.after.clone(),
    };
    audit::record(cx, &entry)
}
