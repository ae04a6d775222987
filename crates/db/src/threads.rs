//! Starting and ending the database's threads.

use std::sync::mpsc::sync_channel;
use std::thread::{self, JoinHandle};

use crate::database::ended;
use crate::dialect::Target;
use crate::error::DbError;
use crate::writer::{Desk, Writer};

/// More lanes than this are never written at once.
const MOST_WRITERS: usize = 64;

/// Starts the threads that write. The first connects at once, so that an address that leads nowhere
/// is told.
pub(crate) fn start_writers(desk: Desk) -> Result<Vec<JoinHandle<()>>, DbError> {
    let further = match &desk.target {
        Target::Sqlite(_) => 0,
        Target::Postgres(_) => desk.options.writers.clamp(1, MOST_WRITERS) - 1,
    };
    let (opened, outcome) = sync_channel(1);
    let first = desk.clone();
    let writer = spawn("db-writer-0", move || {
        let found_out = match &first.target {
            Target::Sqlite(_) => Ok(()),
            Target::Postgres(server) => server.find_out(&first.options),
        };
        match found_out.and_then(|()| Writer::open(first)) {
            Ok(writer) => {
                drop(opened.send(Ok(())));
                writer.run();
            }
            Err(error) => drop(opened.send(Err(error))),
        }
    })?;
    outcome.recv().unwrap_or_else(|_| Err(ended()))?;
    let mut writers = vec![writer];
    for number in 1..=further {
        let desk = desk.clone();
        writers.push(spawn(&format!("db-writer-{number}"), move || desk.run_when_needed())?);
    }
    Ok(writers)
}

pub(crate) fn spawn(
    name: &str,
    work: impl FnOnce() + Send + 'static,
) -> Result<JoinHandle<()>, DbError> {
    thread::Builder::new()
        .name(name.to_owned())
        .spawn(work)
        .map_err(|error| DbError::unavailable(format!("no thread could be started: {error}")))
}

/// Waits for a thread, except for one's own: the last handle may go inside a closure.
pub(crate) fn join(handle: JoinHandle<()>) {
    if handle.thread().id() != thread::current().id() && handle.join().is_err() {
        tracing::error!("a database thread ended by a panic");
    }
}
