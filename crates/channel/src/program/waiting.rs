//! Versions that need a person's action, for home pages.

use domain::ids::ProgramId;

use super::actions::approve;
use frame::{ctx::Cx, error::AppError};

/// The most versions that are named.
const MOST: i64 = 8;

db::row! {
    /// A version that was written and does not count yet.
    #[derive(Debug, Clone)]
    pub struct VersionWaiting {
        /// Its program.
        pub program_id: ProgramId,
        /// The program's name.
        pub program_name: String,
        /// Its number.
        pub number: i64,
        /// What its author says about it; `""` for nothing.
        pub note: String,
        /// True when it is approved and waits to be announced; otherwise it waits for approval.
        pub approved: bool => |state: String| state == "approved",
        /// True when the acting person wrote it, or counts as one with its author, and so cannot
        /// approve it.
        pub own: bool = default,
    }
}

/// The versions that wait for approval or to be announced, by program and number, at most 8.
/// Rule PG-02.
pub fn versions_waiting(cx: &mut Cx<'_, '_>) -> Result<Vec<VersionWaiting>, AppError> {
    let vendor_id = cx.vendor();
    let found = cx.tx.query_as::<(VersionWaiting, String), _>(
        "SELECT v.program_id, p.name, v.number, v.note, v.state, v.drafted_by \
         FROM program_versions v JOIN programs p \
         ON p.vendor_id = v.vendor_id AND p.program_id = v.program_id \
         WHERE v.vendor_id = $1 AND v.state IN ('in_review', 'approved') \
         ORDER BY v.program_id, v.number LIMIT $2",
        db::params![vendor_id.as_str(), MOST],
    )?;
    let mut waiting = Vec::with_capacity(found.len());
    for (version, drafted_by) in found {
        let own = approve::own(cx, &drafted_by)?.is_some();
        waiting.push(VersionWaiting { own, ..version });
    }
    Ok(waiting)
}
