//! `/healthz`, `/readyz`, `/metrics` (OP-03). They are answered without asking who calls, so that
//! they answer when the database does not.

use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use http::{StatusCode, header};
use jobs::Gauges;

use super::{SchemaNumber, disk::Space, gauges};
use people::audit;

use frame::{error::AppError, openapi, reply::Reply, request::Input, request::Req, state::App};

const TEXT: &str = "text/plain; charset=utf-8";

/// A database that has not answered a small question by then is not well.
const PATIENCE: Duration = Duration::from_secs(2);

/// A due job that has waited longer shows that no worker runs, or that all of them hang.
pub const LONGEST_WAIT_MICROS: i64 = 15 * 60 * 1_000_000;

type Answer = Pin<Box<dyn Future<Output = Reply> + Send>>;

/// `/healthz`: the process answers.
pub(super) fn alive(_app: Arc<App>, _input: Arc<Input>) -> Answer {
    Box::pin(async { plain(StatusCode::OK, "alive\n".into()) })
}

fn plain(status: StatusCode, text: String) -> Reply {
    Reply::new(status, TEXT, text).header(header::CACHE_CONTROL, "no-store")
}

/// `/readyz`: the database is migrated, answers and takes writes, the disk has room, and a worker
/// is at work.
pub(super) fn ready(app: Arc<App>, _input: Arc<Input>) -> Answer {
    Box::pin(async move {
        let faults = faults(&app).await;
        if faults.is_empty() {
            return plain(StatusCode::OK, "ready\n".into());
        }
        let text = format!("not ready: {}\n", faults.join("; "));
        plain(StatusCode::SERVICE_UNAVAILABLE, text)
    })
}

/// Everything that keeps this node from being ready, in words. Rule OP-03.
async fn faults(app: &Arc<App>) -> Vec<String> {
    let mut faults = Vec::new();
    match app.db.health() {
        db::Health::Ready => {}
        db::Health::Interrupted(words) | db::Health::Failed(words) => faults.push(words),
    }
    match look(app).await {
        Ok(seen) => {
            faults.extend(seen.schema.err());
            faults.extend(queue_fault(&seen.gauges));
            faults.extend(audit::behind(app.clock.now(), seen.newest).map(audit::behind_words));
        }
        Err(words) => faults.push(words),
    }
    if let Some(folder) = &app.config.data_dir {
        match Space::of(folder) {
            Ok(space) => faults.extend(space.fault()),
            Err(error) => {
                faults.push(format!("the disk of the data directory cannot be read: {error}"));
            }
        }
    }
    faults
}

struct Seen {
    schema: Result<(), String>,
    gauges: Gauges,
    /// When the newest entry of the audit trail was made.
    newest: Option<jiff::Timestamp>,
}

/// One small read.
async fn look(app: &Arc<App>) -> Result<Seen, String> {
    let now = app.clock.now().as_microsecond();
    let needed = app.shared::<SchemaNumber>().map_err(|error| error.to_string())?.0;
    let reading = app.db.read(move |tx| {
        let schema = schema(db::schema_version(tx)?, needed);
        // Before the first migration there is no queue to ask.
        if schema.is_err() {
            return Ok(Seen { schema, gauges: Gauges::default(), newest: None });
        }
        let (gauges, newest) = (jobs::gauges(tx, now)?, audit::last_entry_at(tx)?);
        Ok::<_, db::DbError>(Seen { schema, gauges, newest })
    });
    match tokio::time::timeout(PATIENCE, reading).await {
        Ok(outcome) => outcome.map_err(|error| format!("the database does not answer: {error}")),
        Err(_) => Err(format!("the database has not answered for {} s", PATIENCE.as_secs())),
    }
}

/// A newer schema is no fault of a running node: during an upgrade old and new ones run together.
fn schema(version: u32, needed: u32) -> Result<(), String> {
    if version >= needed {
        return Ok(());
    }
    Err(format!("the database has schema {version}, but {needed} is required: run entente migrate"))
}

/// What is wrong with the queue, if something due has waited too long. Rule OP-03.
pub fn queue_fault(gauges: &Gauges) -> Option<String> {
    (gauges.oldest_due_age_micros > LONGEST_WAIT_MICROS).then(|| {
        format!(
            "the oldest due job has waited for {} minutes: is a worker running?",
            gauges.oldest_due_age_micros / 60_000_000
        )
    })
}

/// `/metrics`: for Prometheus.
pub(super) fn metrics(app: Arc<App>, input: Arc<Input>) -> Answer {
    Box::pin(async move {
        if !may_measure(&app, &input) {
            let text = "send the configured metrics_token as Authorization: Bearer\n";
            return plain(StatusCode::UNAUTHORIZED, text.into())
                .header(header::WWW_AUTHENTICATE, "Bearer");
        }
        let seen = look(&app).await.ok();
        let space = app.config.data_dir.as_deref().and_then(|folder| Space::of(folder).ok());
        let mut text = app.metrics.text();
        gauges::append(&mut text, &app.db, seen.as_ref().map(|seen| &seen.gauges), space);
        Reply::new(
            StatusCode::OK,
            "application/openmetrics-text; version=1.0.0; charset=utf-8",
            text,
        )
        .header(header::CACHE_CONTROL, "no-store")
    })
}

fn may_measure(app: &App, input: &Input) -> bool {
    let Some(token) = &app.config.metrics_token else {
        return true;
    };
    input
        .header(&header::AUTHORIZATION)
        .and_then(|value| value.strip_prefix("Bearer "))
        .is_some_and(|given| web::constant_time_eq(given.as_bytes(), token.as_bytes()))
}

/// `/api/v1/openapi.json`
pub(super) fn openapi(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    Reply::json(&openapi::document(&req.cx.app.table))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn op_03_a_due_job_may_wait_a_quarter_of_an_hour() {
        let at = |oldest_due_age_micros| {
            queue_fault(&Gauges { oldest_due_age_micros, ..Gauges::default() })
        };
        assert_eq!(at(LONGEST_WAIT_MICROS), None);
        assert!(at(LONGEST_WAIT_MICROS + 1).unwrap().contains("15 minutes"));
    }

    #[test]
    fn op_03_a_schema_that_is_behind_is_not_ready_and_a_newer_one_is() {
        assert!(schema(11, 12).unwrap_err().contains("entente migrate"));
        assert_eq!(schema(12, 12), Ok(()));
        assert_eq!(schema(13, 12), Ok(()));
    }
}
