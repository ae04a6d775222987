//! The rows that the decision of a case rests on, as the audit trail keeps them (AU-01).

use people::audit::{
    Column::{Hash, Number, Text},
    Key, Table,
};

/// All of them.
pub static KEPT: &[&Table] =
    &[&CASES, &PARTIES, &DECISIONS, &APPEALS, &REMEDIES, &STATEMENTS, &REQUESTS, &FILES, &BUNDLES];

/// The cases and where they stand.
pub(super) static CASES: Table = Table {
    name: "conflict_cases",
    title: "conflict case",
    key: &[Key::Text("case_id")],
    columns: &[
        Number("number"),
        Text("kind"),
        Text("account_id"),
        Text("opened_by"),
        Number("opened_at"),
        Text("opened_partner_id"),
        Text("rep_user_id"),
        Number("due_at"),
        Text("state"),
        Text("phase"),
        Number("phase_at"),
        Number("level"),
        Number("level_due_at"),
        Number("appeal_until"),
        Text("decider_user_id"),
        Number("clocks_held"),
        Number("resolved_at"),
        Number("breached_at"),
        Number("closed_at"),
        Hash("asked"),
        Hash("asked_of_partners"),
        Hash("closing_note"),
        Hash("closing_words"),
    ],
};

/// Who is in a case.
pub(super) static PARTIES: Table = Table {
    name: "conflict_parties",
    title: "party of case",
    key: &[Key::Text("case_id"), Key::Number("seq")],
    columns: &[Text("partner_id"), Text("registration_id")],
};

/// Decisions.
pub(super) static DECISIONS: Table = Table {
    name: "conflict_decisions",
    title: "decision of case",
    key: &[Key::Text("case_id"), Key::Number("seq")],
    columns: &[
        Number("level"),
        Text("decided_by"),
        Number("decided_at"),
        Text("outcome"),
        Text("outcome_word"),
        Text("rule"),
        Hash("reason"),
        Hash("words"),
        Text("evidence_hash"),
        Number("evidence_items"),
        Number("reverses"),
    ],
};

/// Appeals.
pub(super) static APPEALS: Table = Table {
    name: "conflict_appeals",
    title: "appeal in case",
    key: &[Key::Text("case_id")],
    columns: &[Text("partner_id"), Number("appealed_at"), Hash("words")],
};

/// What the other side gets.
pub(super) static REMEDIES: Table = Table {
    name: "conflict_remedies",
    title: "remedy in case",
    key: &[Key::Text("case_id"), Key::Number("decision_seq"), Key::Number("seq")],
    columns: &[
        Text("remedy"),
        Text("partner_id"),
        Number("party"),
        Number("share_bp"),
        Text("until_on"),
    ],
};

/// Statements.
pub(super) static STATEMENTS: Table = Table {
    name: "conflict_statements",
    title: "statement in case",
    key: &[Key::Text("case_id"), Key::Text("partner_id")],
    columns: &[Text("by_ref"), Number("written_at"), Text("through"), Hash("words")],
};

/// Evidence that was asked of parties.
pub(super) static REQUESTS: Table = Table {
    name: "conflict_requests",
    title: "request for evidence in case",
    key: &[Key::Text("case_id"), Key::Text("request_id")],
    columns: &[
        Text("partner_id"),
        Number("asked_at"),
        Number("stops_until"),
        Number("answered_at"),
        Hash("words"),
        Hash("answer"),
    ],
};

/// Files of statements.
pub(super) static FILES: Table = Table {
    name: "conflict_files",
    title: "file of case",
    key: &[Key::Text("case_id"), Key::Text("file_id")],
    columns: &[Text("partner_id"), Text("sha256"), Number("size"), Number("added_at")],
};

/// The evidence of cases that ended.
pub(super) static BUNDLES: Table = Table {
    name: "conflict_bundles",
    title: "evidence of case",
    key: &[Key::Text("case_id"), Key::Text("reader")],
    columns: &[Number("sealed_at"), Hash("signed")],
};
