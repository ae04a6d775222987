//! Decisions as precedents: searched, and shown beside a similar case (CF-06).

use domain::{
    conflicts::{
        kind::CaseKind,
        precedent::{Features, Likeness, likest},
    },
    ids::CaseId,
};

use super::{
    store::{
        Case,
        cases::reference,
        decisions::{COLUMNS, Decision},
    },
    terms::Terms,
};
use frame::{columns::json, ctx::Cx, error::AppError};

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

/// Which precedents to list.
#[derive(Debug, Clone, Default)]
pub(super) struct Search {
    /// Part of reason or words; empty for all.
    pub(super) text: String,
    /// A kind's word; empty for all.
    pub(super) kind: String,
    /// An outcome's word; empty for all.
    pub(super) outcome: String,
    /// A rule; empty for all.
    pub(super) rule: String,
    /// Only cases with a smaller number.
    pub(super) before: Option<i64>,
    /// At most so many.
    pub(super) limit: i64,
}

/// Precedents, the latest case first; for the vendor, since they tell of every partner.
pub(super) fn search(cx: &mut Cx<'_, '_>, search: &Search) -> Result<Vec<Precedent>, AppError> {
    let vendor_id = cx.vendor();
    let sql = format!(
        "SELECT {COLUMNS}, c.case_id, c.number, c.kind, c.features FROM conflict_decisions d \
         JOIN conflict_cases c ON c.vendor_id = d.vendor_id AND c.case_id = d.case_id \
         WHERE d.vendor_id = $1 AND c.phase = 'final' AND d.seq = (SELECT MAX(l.seq) \
         FROM conflict_decisions l WHERE l.vendor_id = $1 AND l.case_id = d.case_id) \
         AND ($2 = '' OR LOWER(d.reason) LIKE $3 OR LOWER(d.words) LIKE $3) \
         AND ($4 = '' OR c.kind = $4) AND ($5 = '' OR d.outcome_word = $5) \
         AND ($6 = '' OR d.rule = $6) AND c.number < $7 ORDER BY c.number DESC LIMIT $8"
    );
    let text = search.text.trim().to_lowercase();
    let like = format!("%{}%", text.replace(['%', '_'], " "));
    let params = db::params![
        vendor_id.as_str(),
        &text,
        &like,
        &search.kind,
        &search.outcome,
        &search.rule,
        search.before.unwrap_or(i64::MAX),
        search.limit
    ];
    Ok(cx.tx.query_as(&sql, params)?)
}

/// The precedents most like a case, the likest first. Rule CF-06.
pub(super) fn similar(
    cx: &mut Cx<'_, '_>,
    case: &Case,
    terms: &Terms,
) -> Result<Vec<(Precedent, Likeness)>, AppError> {
    let kind = case.kind.word().to_owned();
    let mut known = search(cx, &Search { kind, limit: MOST, ..Search::default() })?;
    known.retain(|one| one.case_id != case.case_id);
    known.reverse();
    let compared: Vec<(CaseKind, Features)> =
        known.iter().map(|one| (one.kind, one.features.clone())).collect();
    let most = terms.conflicts().precedents_shown;
    let found = likest((case.kind, &case.features), &compared, most);
    let each = |(place, likeness): (usize, Likeness)| Some((known.get(place)?.clone(), likeness));
    Ok(found.into_iter().filter_map(each).collect())
}
