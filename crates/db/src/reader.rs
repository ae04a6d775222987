//! The threads that read, each with its own connection.

use std::sync::Arc;
use std::time::Duration;

use crate::action::Question;
use crate::clock::Stopwatch;
use crate::connection::{Connection, Purpose};
use crate::database::Shared;
use crate::dialect::Target;
use crate::error::DbError;
use crate::options::Options;
use crate::queue::Queue;
use crate::replica::Replica;
use crate::stats::Counters;
use crate::tx::Tx;

/// How long a host that takes no writes is read from before one that does is looked for again.
const SECOND_BEST: Duration = Duration::from_secs(2);

/// A connection, and when it was made.
struct Place {
    connection: Connection,
    epoch: u64,
    since: Stopwatch,
}

pub(crate) struct Reader {
    pub(crate) target: Target,
    pub(crate) options: Options,
    pub(crate) queue: Arc<Queue<Box<dyn Question>>>,
    pub(crate) shared: Arc<Shared>,
    /// The replica, where it is read from.
    pub(crate) replica: Option<Arc<Replica>>,
}

impl Reader {
    /// Works until the queue is closed and empty. The connection is made when it is first needed.
    pub(crate) fn run(self) {
        let mut place = None;
        while let Some(question) = self.queue.pop() {
            match self.begin(&mut place) {
                Ok(connection) => {
                    let broken = self.ask(question, connection);
                    if broken {
                        place = None;
                    }
                }
                Err(error) => question.refuse(&error),
            }
        }
    }

    /// Begins a snapshot; a connection that broke while it was idle is made again once, and so is
    /// one that may lead to the wrong host.
    fn begin<'p>(&self, place: &'p mut Option<Place>) -> Result<&'p mut Connection, DbError> {
        if let Some(mut kept) = place.take().filter(|kept| self.is_right(kept)) {
            match kept.connection.begin_read() {
                Ok(()) => return Ok(&mut place.insert(kept).connection),
                Err(fault) => {
                    tracing::info!(error = %fault.error, "a connection for reading is made again");
                    Counters::add(&self.shared.counters.reconnects, 1);
                    kept.connection.end();
                }
            }
        }
        let epoch = self.target.epoch();
        let purpose = if self.replica.is_some() { Purpose::Replica } else { Purpose::Read };
        let mut connection = Connection::open(&self.target, &self.options, purpose)?;
        connection.begin_read()?;
        if let Some(replica) = &self.replica {
            replica.recognise(&mut connection)?;
        }
        let since = Stopwatch::start();
        Ok(&mut place.insert(Place { connection, epoch, since }).connection)
    }

    /// Whether the connection still leads where one made now would lead.
    fn is_right(&self, kept: &Place) -> bool {
        let stale = kept.connection.is_second_best() && kept.since.elapsed() > SECOND_BEST;
        !stale && kept.epoch == self.target.epoch()
    }

    /// Runs one closure; true if the connection should not be used again.
    fn ask(&self, question: Box<dyn Question>, connection: &mut Connection) -> bool {
        let mut tx = Tx::new(connection).on_replica_if(self.replica.is_some());
        let answer = question.ask(&mut tx);
        let away =
            tx.fault().is_some_and(|fault| matches!(fault.error, DbError::Unavailable { .. }));
        connection.rollback();
        let counters = &self.shared.counters;
        let reads = if self.replica.is_some() { &counters.replica_reads } else { &counters.reads };
        Counters::add(reads, 1);
        answer();
        away || connection.is_lost()
    }
}
