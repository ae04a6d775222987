//! The beginning: an installation that is older than this chain has rows of which nothing was
//! kept. A job goes through them once and keeps what they say; from then on they are compared.

use std::sync::Arc;

use db::{DbError, Tx};
use jobs::{Handlers, Job, JobFailure, NewJob};
use serde::{Deserialize, Serialize};

use super::{
    ALL, Table,
    keep::{NewLink, append, is_complete},
    select,
};
use frame::{ctx::Cx, error::AppError, state::App};

/// The job that keeps what the rows of an older installation say.
const BEGIN: &str = "audit.begin_rows";
/// How many rows one run of the job takes.
const AT_ONCE: i64 = 500;
/// How long after the start it begins: until then nodes of the version before may still run, whose
/// writes are not kept.
const DELAY_MICROS: i64 = 3_600_000_000;

/// How far the job has come.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Begin {
    /// The place of the table in the list.
    table: usize,
    /// The key of the last row that was taken; empty before the first.
    after: Vec<String>,
}

impl Begin {
    fn enqueue(&self, tx: &mut Tx<'_>, vendor_id: &str, times: (i64, i64)) -> Result<(), AppError> {
        let (now_micros, run_at_micros) = times;
        let payload = serde_json::to_string(self).map_err(AppError::internal)?;
        let job = NewJob {
            vendor_id,
            kind: BEGIN,
            // A second start begins anew: what was kept already is not kept twice.
            key: Some(BEGIN),
            payload: &payload,
            run_at_micros,
            max_attempts: 10,
        };
        jobs::enqueue(tx, &job, now_micros)?;
        Ok(())
    }
}

/// From here on every row of the acting side's vendor is kept: it is new and has none.
pub fn begin(cx: &mut Cx<'_, '_>) -> Result<(), AppError> {
    let (vendor_id, at) = (cx.vendor(), cx.now_micros());
    Ok(end(cx.tx, vendor_id.as_str(), at)?)
}

fn end(tx: &mut Tx<'_>, vendor_id: &str, at: i64) -> Result<(), DbError> {
    let link = NewLink { kind: ALL, key: String::new(), said: "[]".to_owned(), found: false };
    append(tx, vendor_id, at, &[link])
}

/// Queues the job for each vendor whose rows are not all kept yet; harmless when repeated.
pub(in crate::audit) fn schedule(tx: &mut Tx<'_>, now_micros: i64) -> Result<(), AppError> {
    let vendors =
        tx.query_as::<String, _>("SELECT vendor_id FROM audit_heads ORDER BY vendor_id", &[])?;
    for vendor_id in vendors {
        if !is_complete(tx, &vendor_id)? {
            let times = (now_micros, now_micros.saturating_add(DELAY_MICROS));
            Begin::default().enqueue(tx, &vendor_id, times)?;
        }
    }
    Ok(())
}

/// The tables whose rows are kept.
#[derive(Debug)]
pub(in crate::audit) struct Tables(pub(in crate::audit) Vec<&'static Table>);

/// The job that goes through the rows of the kept tables.
pub(in crate::audit) fn jobs(app: &Arc<App>, handlers: Handlers) -> Handlers {
    let app = app.clone();
    handlers.transactional(BEGIN, move |tx, job, now_micros| {
        let done = app.shared().and_then(|tables: &Tables| step(tx, &tables.0, job, now_micros));
        done.map_err(|error| JobFailure::retry(error.to_string()))
    })
}

fn step(
    tx: &mut Tx<'_>,
    tables: &[&'static Table],
    job: &Job,
    now_micros: i64,
) -> Result<(), AppError> {
    let mut begun: Begin = serde_json::from_str(&job.payload).map_err(AppError::internal)?;
    let vendor_id = job.vendor_id.as_str();
    let Some(table) = tables.get(begun.table) else {
        return if is_complete(tx, vendor_id)? {
            Ok(())
        } else {
            Ok(end(tx, vendor_id, now_micros)?)
        };
    };
    let keys = table.keys_after(tx, vendor_id, (&begun.after, AT_ONCE))?;
    for some in keys.chunks(select::AT_ONCE) {
        let mut links: Vec<NewLink<'_>> = Vec::new();
        for row in table.rows(tx, vendor_id, some)? {
            if row.said.as_deref() != Some(row.says.as_str()) {
                links.push(NewLink {
                    kind: table.name,
                    key: row.key,
                    said: row.says,
                    found: false,
                });
            }
        }
        links.sort_by(|one, other| one.key.cmp(&other.key));
        append(tx, vendor_id, now_micros, &links)?;
    }
    match keys.last() {
        Some(last) => begun.after.clone_from(last),
        None => begun = Begin { table: begun.table + 1, after: Vec::new() },
    }
    begun.enqueue(tx, vendor_id, (now_micros, now_micros))
}
