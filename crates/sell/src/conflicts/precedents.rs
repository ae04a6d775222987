//! Decisions as precedents: searched, and shown beside a similar case (CF-06).

use domain::{
    conflicts::{
        kind::CaseKind,
        precedent::{Features, Likeness, likest},
    },
    ids::CaseId,
};

use super::{
    file::CaseFile,
    list::Precedents,
    store::{
        cases::reference,
        decisions::{COLUMNS, Decision},
    },
};
use frame::{columns::json, ctx::Cx, error::AppError, list::first};

/// Most precedents that are compared with a case, the latest.
const MOST: i64 = 1_000;

db::row! {
    /// A decision that stands.
    #[derive(Debug, Clone)]
    pub(super) struct Precedent {
        pub(super) decision: Decision,
        pub(super) case_id: CaseId,
        pub(super) number: i64,
        pub(super) kind: CaseKind,
        pub(super) features: Features => json,
    }
}

impl Precedent {
    pub(super) fn reference(&self) -> String {
        reference(self.number)
    }
}

/// Every decision with its case; a condition follows.
pub(super) fn select() -> String {
    format!(
        "SELECT {COLUMNS}, c.case_id, c.number, c.kind, c.features FROM conflict_decisions d \
         JOIN conflict_cases c ON c.vendor_id = d.vendor_id AND c.case_id = d.case_id"
    )
}

/// The condition of those that are precedents: the last decision of a case that is final.
pub(super) const STAND: &str = "c.phase = 'final' AND d.seq = (SELECT MAX(l.seq) \
     FROM conflict_decisions l WHERE l.vendor_id = $1 AND l.case_id = d.case_id)";

/// The precedents most like a case, the likest first. Rule CF-06.
pub(super) fn similar(
    cx: &mut Cx<'_, '_>,
    file: &CaseFile,
) -> Result<Vec<(Precedent, Likeness)>, AppError> {
    let case = &file.case;
    let mut known = first::<Precedents>(cx, &[("kind", case.kind.word())], MOST)?;
    known.retain(|one| one.case_id != case.case_id);
    known.reverse();
    let compared: Vec<(CaseKind, Features)> =
        known.iter().map(|one| (one.kind, one.features.clone())).collect();
    let most = file.terms.conflicts().precedents_shown;
    let found = likest((case.kind, &case.features), &compared, most);
    let each = |(place, likeness): (usize, Likeness)| Some((known.get(place)?.clone(), likeness));
    Ok(found.into_iter().filter_map(each).collect())
}
