//! The rows of programs that decisions rest on, as the audit trail keeps them (AU-01).

use domain::ids::ProgramId;

use frame::{ctx::Cx, error::AppError};
use people::audit::{
    self,
    Column::{Hash, Number, Text},
    Key, Table,
};

/// All of them.
pub static KEPT: &[&Table] = &[&VERSIONS];

/// Versions of documents: the text, who signed it and from when it holds.
pub(super) static VERSIONS: Table = Table {
    name: "program_versions",
    title: "program version",
    key: &[Key::Text("program_id"), Key::Number("number")],
    columns: &[
        Text("state"),
        Hash("document"),
        Text("fingerprint"),
        Text("drafted_by"),
        Number("drafted_at"),
        Text("proposed_by"),
        Number("proposed_at"),
        Text("approved_by"),
        Number("approved_at"),
        Number("approved_base"),
        Hash("approved_diff"),
        Number("council_saw_at"),
        Text("announced_by"),
        Number("announced_at"),
        Number("effective_at"),
    ],
};

/// A version is about to be changed.
pub(super) fn touch(
    cx: &mut Cx<'_, '_>,
    program_id: &ProgramId,
    number: i64,
) -> Result<(), AppError> {
    audit::touch(cx, &VERSIONS, &[program_id.as_str(), &number.to_string()])
}
