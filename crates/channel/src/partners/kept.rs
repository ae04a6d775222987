//! The rows of partners that decisions rest on, as the audit trail keeps them (AU-01).

use people::audit::{
    Column::{Number, Text},
    Key, Table,
};

/// All of them.
pub static KEPT: &[&Table] = &[&PARTNERS, &ENROLMENTS, &CERTIFICATES];

/// How partners stand, and who looks after them.
pub(super) static PARTNERS: Table = Table {
    name: "partners",
    title: "partner",
    key: &[Key::Text("partner_id")],
    columns: &[Text("status"), Text("manager_user_id"), Number("created_at")],
};

/// How they stand in programs.
pub(super) static ENROLMENTS: Table = Table {
    name: "partner_enrolments",
    title: "enrolment",
    key: &[Key::Text("program_id"), Key::Text("partner_id")],
    columns: &[
        Text("track"),
        Text("tier"),
        Text("territories"),
        Text("segments"),
        Text("agreement_from"),
        Text("agreement_until"),
        Number("enrolled_at"),
        Number("ended_at"),
    ],
};

/// The certificates that tracks ask for.
pub(super) static CERTIFICATES: Table = Table {
    name: "partner_certificates",
    title: "certificate",
    key: &[Key::Text("partner_id"), Key::Text("certificate_id")],
    columns: &[Text("code"), Text("issued_on"), Text("expires_on")],
};
