//! Whether writes are accepted.

use tokio::sync::watch;

/// The state of the write path, as readiness reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Health {
    /// Writes are accepted.
    Ready,
    /// The connection is away and being made again; the text is the last failure.
    Interrupted(String),
    /// The disk did not confirm a write. Nothing is acknowledged any more and the process should
    /// end: after a restart the database recovers what was confirmed.
    Failed(String),
}

/// The shared cell in which the writer keeps its health.
#[derive(Debug)]
pub(crate) struct HealthCell(watch::Sender<Health>);

impl HealthCell {
    pub(crate) fn new() -> HealthCell {
        HealthCell(watch::Sender::new(Health::Ready))
    }

    pub(crate) fn get(&self) -> Health {
        self.0.borrow().clone()
    }

    pub(crate) fn failure(&self) -> Option<String> {
        match &*self.0.borrow() {
            Health::Failed(detail) => Some(detail.clone()),
            Health::Ready | Health::Interrupted(_) => None,
        }
    }

    /// Sets the state; a failure is final.
    pub(crate) fn set(&self, health: Health) {
        self.0.send_if_modified(|current| {
            let changes = !matches!(*current, Health::Failed(_)) && *current != health;
            if changes {
                *current = health;
            }
            changes
        });
    }

    pub(crate) fn watched(&self) -> watch::Receiver<Health> {
        self.0.subscribe()
    }
}

/// Waits until the write path has failed for good and says why. It waits for ever when the
/// database is closed before.
pub(crate) async fn failed(mut watched: watch::Receiver<Health>) -> String {
    let outcome = watched.wait_for(|health| matches!(health, Health::Failed(_))).await;
    let failure = outcome.ok().map(|health| health.clone());
    match failure {
        Some(Health::Failed(detail)) => detail,
        Some(Health::Ready | Health::Interrupted(_)) | None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_failure_is_final_and_wakes_those_who_wait() {
        let cell = HealthCell::new();
        let waiting = tokio::spawn(failed(cell.watched()));
        cell.set(Health::Interrupted("away".to_owned()));
        cell.set(Health::Failed("no sync".to_owned()));
        cell.set(Health::Ready);
        assert_eq!(waiting.await.unwrap(), "no sync");
        assert_eq!(cell.failure(), Some("no sync".to_owned()));
    }
}
