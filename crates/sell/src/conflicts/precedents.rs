//! Decisions as precedents: searched, and shown beside a similar case (CF-06).

use domain::{
    conflicts::{kind::CaseKind, precedent::Features},
    ids::CaseId,
};

use super::store::{
    cases::reference,
    decisions::{COLUMNS, Decision},
};
use frame::columns::json;

db::row! {
    /// A final decision.
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
