//! A preview of a version: its changes, affected partners and earliest start (PG-02, PG-04).

use domain::{
    ids::ProgramId,
    program::{Change, Document, diff, earliest_effective_at},
};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use super::store::{self, Enrolled};
use frame::{ctx::Cx, error::AppError};

/// The most partners that a review names.
const PARTNERS: i64 = 10_000;

/// The difference of a document to the version it would follow.
#[derive(Debug)]
pub struct Review {
    /// The version it would follow: the announced one that begins last. `None` before the first.
    pub base: Option<i64>,
    /// When that version took or takes effect.
    pub base_effective_at: Option<Timestamp>,
    /// The changes in words.
    pub changes: Vec<Change>,
    /// The partners that some change touches, by id.
    pub touched: Vec<Touched>,
    /// The first instant at which it may take effect when it is announced now.
    pub earliest_at: Timestamp,
}

/// A partner that a version touches.
#[derive(Debug, Clone)]
pub struct Touched {
    /// The partner.
    pub partner: Enrolled,
    /// Which of the review's changes touch it, by position.
    pub changes: Vec<usize>,
    /// True if one of them worsens its terms.
    pub worse: bool,
}

impl Review {
    /// The number of the version it follows; 0 for none.
    pub fn base_number(&self) -> i64 {
        self.base.unwrap_or(0)
    }

    /// True when some change takes something from a partner.
    pub fn worsens(&self) -> bool {
        self.changes.iter().any(|change| change.worsens_partner_terms)
    }

    /// What an approver signs, as it is kept: each change with how many partners it touches.
    pub fn signed(&self) -> Value {
        let changes: Vec<Signed<'_>> = self
            .changes
            .iter()
            .enumerate()
            .map(|(index, change)| Signed {
                change,
                partners: self
                    .touched
                    .iter()
                    .filter(|partner| partner.changes.contains(&index))
                    .count(),
            })
            .collect();
        json!({ "base": self.base_number(), "changes": changes })
    }
}

#[derive(Serialize)]
struct Signed<'a> {
    #[serde(flatten)]
    change: &'a Change,
    partners: usize,
}

/// Compares a document with the version that it would follow. Rules PG-02, PG-04.
pub fn review(
    cx: &mut Cx<'_, '_>,
    program_id: &ProgramId,
    document: &Document,
) -> Result<Review, AppError> {
    let Some(base) = store::latest_announced(cx, program_id)? else {
        return Ok(Review {
            base: None,
            base_effective_at: None,
            changes: Vec::new(),
            touched: Vec::new(),
            earliest_at: cx.now,
        });
    };
    let before = base.document()?;
    let changes = diff(&before, document);
    let partners = store::enrolled(cx, program_id, "", PARTNERS)?;
    let touched = partners.into_iter().filter_map(|partner| touched(&changes, partner)).collect();
    let calendar = before.business_calendar(None);
    let notice = earliest_effective_at(cx.now, before.notice_days, &changes, &calendar);
    Ok(Review {
        base: Some(base.number),
        base_effective_at: base.effective_at,
        touched,
        earliest_at: base.effective_at.map_or(notice, |base_at| notice.max(base_at)),
        changes,
    })
}

/// What of the changes touches this partner; `None` when nothing does. Rule PG-04.
pub(super) fn touched(changes: &[Change], partner: Enrolled) -> Option<Touched> {
    let territories: Vec<&str> = partner.territories.iter().map(String::as_str).collect();
    let touching: Vec<(usize, &Change)> = changes
        .iter()
        .enumerate()
        .filter(|(_, change)| change.affects.touches(&partner.track, &partner.tier, &territories))
        .collect();
    if touching.is_empty() {
        return None;
    }
    let worse = touching.iter().any(|(_, change)| change.worsens_partner_terms);
    let changes = touching.into_iter().map(|(index, _)| index).collect();
    Some(Touched { partner, changes, worse })
}
