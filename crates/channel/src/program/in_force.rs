//! Which version of a program's document holds at an instant (PG-01). The text of a version never
//! changes once it left draft, so a parsed document is kept under its fingerprint, on each node
//! for itself; which version holds is always asked of the database.

use std::{collections::BTreeMap, sync::Arc};

use domain::{ids::ProgramId, program::Document};
use jiff::Timestamp;
use parking_lot::RwLock;

use frame::{ctx::Cx, error::AppError};

/// The most documents kept; beyond it all are read anew.
const MOST_KEPT: usize = 256;

/// A version of a program's document that was in force at some instant.
#[derive(Debug, Clone)]
pub struct InForce {
    /// The program.
    pub program_id: ProgramId,
    /// The version's number, from 1.
    pub number: i64,
    /// The document.
    pub document: Arc<Document>,
}

/// Parsed documents by fingerprint.
#[derive(Debug, Default)]
pub struct ProgramCache {
    parsed: RwLock<BTreeMap<String, Arc<Document>>>,
}

impl ProgramCache {
    /// The document of this fingerprint, parsed from `source` when it is not kept yet.
    fn document(
        &self,
        fingerprint: &str,
        source: impl FnOnce() -> Result<String, AppError>,
    ) -> Result<Arc<Document>, AppError> {
        if let Some(found) = self.parsed.read().get(fingerprint) {
            return Ok(found.clone());
        }
        let parsed = Document::parse_stored(&source()?).map_err(AppError::internal)?;
        let parsed = Arc::new(parsed);
        let mut kept = self.parsed.write();
        if kept.len() >= MOST_KEPT {
            kept.clear();
        }
        kept.insert(fingerprint.to_owned(), parsed.clone());
        Ok(parsed)
    }
}

/// The version of `program_id` in force at `at`; before the first came into force, the first.
/// Rule PG-01.
pub fn in_force(
    cx: &mut Cx<'_, '_>,
    program_id: &ProgramId,
    at: Timestamp,
) -> Result<InForce, AppError> {
    let found = match began_last(cx, program_id, at)? {
        Some(found) => Some(found),
        None => begins_first(cx, program_id)?,
    };
    let (number, fingerprint) = found.ok_or_else(|| {
        AppError::Unavailable(
            "No version of this program is in force yet: announce one under Run → Program".into(),
        )
    })?;
    let document = parsed(cx, program_id, number, &fingerprint)?;
    Ok(InForce { program_id: program_id.clone(), number, document })
}

type Numbered = (i64, String);

/// Of the announced versions that hold at `at`, the one that began last.
fn began_last(
    cx: &mut Cx<'_, '_>,
    program_id: &ProgramId,
    at: Timestamp,
) -> Result<Option<Numbered>, AppError> {
    let vendor_id = cx.vendor();
    Ok(cx.tx.query_opt_as(
        "SELECT number, fingerprint FROM program_versions WHERE vendor_id = $1 \
         AND program_id = $2 AND effective_at <= $3 AND state = 'announced' \
         ORDER BY effective_at DESC, number DESC LIMIT 1",
        db::params![vendor_id.as_str(), program_id.as_str(), at.as_microsecond()],
    )?)
}

fn begins_first(cx: &mut Cx<'_, '_>, program_id: &ProgramId) -> Result<Option<Numbered>, AppError> {
    let vendor_id = cx.vendor();
    Ok(cx.tx.query_opt_as(
        "SELECT number, fingerprint FROM program_versions WHERE vendor_id = $1 \
         AND program_id = $2 AND state = 'announced' ORDER BY effective_at, number DESC LIMIT 1",
        db::params![vendor_id.as_str(), program_id.as_str()],
    )?)
}

fn parsed(
    cx: &mut Cx<'_, '_>,
    program_id: &ProgramId,
    number: i64,
    fingerprint: &str,
) -> Result<Arc<Document>, AppError> {
    let vendor_id = cx.vendor();
    let (app, tx) = (cx.app, &mut *cx.tx);
    app.shared::<ProgramCache>()?.document(fingerprint, || {
        Ok(tx.query_one_as::<String, _>(
            "SELECT document FROM program_versions WHERE vendor_id = $1 AND program_id = $2 \
             AND number = $3",
            db::params![vendor_id.as_str(), program_id.as_str(), number],
        )?)
    })
}

/// The document of one announced version; 404 when there is none of that number.
pub fn document(
    cx: &mut Cx<'_, '_>,
    program_id: &ProgramId,
    number: i64,
) -> Result<Arc<Document>, AppError> {
    let vendor_id = cx.vendor();
    let fingerprint = cx.tx.query_opt_as::<String, _>(
        "SELECT fingerprint FROM program_versions WHERE vendor_id = $1 AND program_id = $2 \
         AND number = $3 AND state = 'announced'",
        db::params![vendor_id.as_str(), program_id.as_str(), number],
    )?;
    let fingerprint = fingerprint.ok_or(AppError::NotFound)?;
    parsed(cx, program_id, number, &fingerprint)
}

/// The vendor's program when it has exactly one, or the first made.
pub fn only_program(cx: &mut Cx<'_, '_>) -> Result<ProgramId, AppError> {
    let vendor_id = cx.vendor();
    let text = cx.tx.query_opt_as::<String, _>(
        "SELECT program_id FROM programs WHERE vendor_id = $1 ORDER BY created_at, program_id \
         LIMIT 1",
        db::params![vendor_id.as_str()],
    )?;
    let text = text.ok_or_else(|| {
        AppError::Unavailable("There is no program yet: create one under Run → Program".into())
    })?;
    ProgramId::parse(&text).map_err(AppError::internal)
}

/// The vendor's programs with their names, the oldest first, at most a hundred. Rule PG-05.
pub fn programs(cx: &mut Cx<'_, '_>) -> Result<Vec<(ProgramId, String)>, AppError> {
    let vendor_id = cx.vendor();
    let rows = cx.tx.query_as::<(String, String), _>(
        "SELECT program_id, name FROM programs WHERE vendor_id = $1 \
         ORDER BY created_at, program_id LIMIT 100",
        db::params![vendor_id.as_str()],
    )?;
    rows.into_iter()
        .map(|(id, name)| Ok((ProgramId::parse(&id).map_err(AppError::internal)?, name)))
        .collect()
}

/// The version in force of the vendor's first program; `None` before one is announced.
pub fn only_in_force(cx: &mut Cx<'_, '_>) -> Result<Option<InForce>, AppError> {
    let now = cx.now;
    let found = only_program(cx).and_then(|program_id| in_force(cx, &program_id, now));
    match found {
        Ok(found) => Ok(Some(found)),
        Err(AppError::Unavailable(_)) => Ok(None),
        Err(error) => Err(error),
    }
}
