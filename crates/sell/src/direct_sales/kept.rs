//! The rows of direct sales that decisions rest on, as the audit trail keeps them (AU-01).

use people::audit::{
    Column::{Hash, Number, Text},
    Key, Table,
};

/// All of them.
pub static KEPT: &[&Table] = &[&OPPORTUNITIES, &ACTIVITIES, &ATTEMPTS];

/// Opportunities.
pub(super) static OPPORTUNITIES: Table = Table {
    name: "direct_opportunities",
    title: "direct opportunity",
    key: &[Key::Text("opportunity_id")],
    columns: &[
        Text("account_id"),
        Text("owner_user_id"),
        Text("product"),
        Text("stage"),
        Number("amount_minor"),
        Text("currency"),
        Text("opened_on"),
        Text("close_on"),
        Text("closed_on"),
        Text("external_id"),
        Text("through"),
        Number("created_at"),
        Hash("permitted_by"),
    ],
};

/// Activities.
pub(super) static ACTIVITIES: Table = Table {
    name: "direct_activities",
    title: "direct activity",
    key: &[Key::Text("activity_id")],
    columns: &[
        Text("account_id"),
        Text("opportunity_id"),
        Text("kind"),
        Text("occurred_on"),
        Text("recorded_by"),
        Number("recorded_at"),
        Hash("permitted_by"),
    ],
};

/// Attempts that the lockout refused.
pub(super) static ATTEMPTS: Table = Table {
    name: "direct_refusals",
    title: "refused attempt",
    key: &[Key::Text("refusal_id")],
    columns: &[
        Text("account_id"),
        Text("registration_id"),
        Text("attempted_by"),
        Number("attempted_at"),
        Text("through"),
        Text("rule"),
        Text("protected_until"),
        Text("external_id"),
        Number("settled_at"),
        Text("settled_as"),
        Text("asked_for"),
        Text("case_id"),
    ],
};
