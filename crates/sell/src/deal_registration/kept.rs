//! The rows that decisions about registrations rest on, as the audit trail keeps them (AU-01).

use domain::ids::RegistrationId;

use frame::{ctx::Cx, error::AppError};
use people::audit::{
    self,
    Column::{Hash, Number, Text},
    Key, Table,
};

/// All of them.
pub static KEPT: &[&Table] = &[&REGISTRATIONS, &ACTIVITIES, &CONSENTS, &RECEIPTS, &ROLES, &FILES];

/// The registrations themselves. What the partner wrote of the company is compared with the
/// receipt too; the person at the company is left out.
pub(super) static REGISTRATIONS: Table = Table {
    name: "deal_registrations",
    title: "registration",
    key: &[Key::Text("registration_id")],
    columns: &[
        Number("number"),
        Text("partner_id"),
        Text("account_id"),
        Text("status"),
        Text("stage"),
        Number("amount_minor"),
        Text("currency"),
        Number("submitted_at"),
        Number("decision_due_at"),
        Text("protected_until"),
        Text("lapses_on"),
        Number("co_sell_at"),
        Number("in_dispute"),
        Number("escalation_level"),
        Number("holds_account"),
        Text("last_activity_on"),
        Text("program_id"),
        Number("policy_version"),
        Text("track"),
        Text("tier"),
        Text("source"),
        Text("submitted_by"),
        Number("created_at"),
        Number("ranked_at"),
        Number("returned_at"),
        Number("withdrawn_at"),
        Number("resubmissions"),
        Number("breached_at"),
        Number("decided_at"),
        Text("decided_by"),
        Text("decision_reason"),
        Number("approved_at"),
        Text("approved_on"),
        Text("renewed_on"),
        Number("renewals"),
        Number("ended_at"),
        Text("closed_on"),
        Text("lost_reason"),
        Text("freezes"),
        Hash("account_name"),
        Hash("account_domain"),
        Text("account_country"),
        Text("origin"),
        Hash("products"),
        Hash("checks"),
        Hash("evidence_note"),
        Text("first_meeting_on"),
    ],
};

/// What partners documented.
pub(super) static ACTIVITIES: Table = Table {
    name: "deal_registration_activities",
    title: "activity",
    key: &[Key::Text("registration_id"), Key::Text("activity_id")],
    columns: &[
        Text("kind"),
        Text("occurred_on"),
        Text("logged_by"),
        Number("logged_at"),
        Text("counts_from"),
        Hash("note"),
    ],
};

/// Consents to direct sales.
pub(super) static CONSENTS: Table = Table {
    name: "deal_registration_consents",
    title: "consent",
    key: &[Key::Text("consent_id")],
    columns: &[
        Text("registration_id"),
        Text("asked_by"),
        Number("asked_at"),
        Text("answer"),
        Text("answered_by"),
        Number("answered_at"),
        Text("answered_through"),
        Text("until_on"),
        Number("withdrawn_at"),
    ],
};

/// Receipts: each has its own chain, and here it is noted that it was issued.
pub(super) static RECEIPTS: Table = Table {
    name: "deal_registration_receipts",
    title: "receipt",
    key: &[Key::Text("program_id"), Key::Number("number")],
    columns: &[Text("registration_id"), Text("hash"), Text("key_id")],
};

/// Other partners on the deal.
pub(super) static ROLES: Table = Table {
    name: "deal_registration_roles",
    title: "role",
    key: &[Key::Text("registration_id"), Key::Text("partner_id"), Key::Text("role")],
    columns: &[Text("added_by"), Number("added_at")],
};

/// Files added as evidence.
pub(super) static FILES: Table = Table {
    name: "deal_registration_files",
    title: "file of a registration",
    key: &[Key::Text("registration_id"), Key::Text("file_id")],
    columns: &[Text("sha256"), Number("size"), Text("uploaded_by"), Number("uploaded_at")],
};

/// A registration is about to be changed.
pub(super) fn touch(cx: &mut Cx<'_, '_>, id: &RegistrationId) -> Result<(), AppError> {
    audit::touch(cx, &REGISTRATIONS, &[id.as_str()])
}
