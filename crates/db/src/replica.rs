//! A server that follows the one that takes writes, to read from: whether it is there, whether it is
//! of the same cluster, and how far behind it is.
//!
//! A watcher notes at short intervals how far the primary is. What the primary had reached at the
//! beginning of the allowed lag is what a replica must have replayed, and each read asks it in its own
//! snapshot. Nothing depends on clocks of other machines, and an idle primary makes nobody late.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};

use crate::action::Question;
use crate::clock::Stopwatch;
use crate::connection::{Connection, Purpose};
use crate::database::ended;
use crate::dialect::Target;
use crate::error::DbError;
use crate::options::Options;
use crate::queue::Queue;
use crate::threads::spawn;
use crate::tx::Tx;
use crate::value::NO_PARAMS;

/// Between two looks, at most and at least.
const INTERVAL: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));

/// How many looks fit into the allowed lag.
const LOOKS: u32 = 5;

/// How far a standby has replayed. A server that follows none is the primary itself, or was promoted:
/// what that one writes is not what the primary wrote, however far it is.
const POSITION: &str = "SELECT CAST(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() \
     ELSE pg_current_wal_lsn() END - '0/0' AS BIGINT), CASE WHEN pg_is_in_recovery() THEN '' \
     ELSE CAST(EXTRACT(EPOCH FROM pg_postmaster_start_time()) AS TEXT) END";

/// How far the primary is, and since when it runs.
const REACHED: &str = "SELECT CAST(pg_current_wal_lsn() - '0/0' AS BIGINT), \
     CAST(EXTRACT(EPOCH FROM pg_postmaster_start_time()) AS TEXT)";

/// Which cluster and database a session is in. Copies of a cluster's files share the first.
const IDENTITY: &str = "SELECT CAST(system_identifier AS TEXT), current_database() \
     FROM pg_control_system()";

/// What the address of a replica is called where it is set.
const KEY: &str = "database.read_url";

/// Why nothing is read from the replica.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Left {
    /// It cannot be reached, or is of another cluster.
    Away,
    /// It is further behind than allowed, or nobody knows how far.
    Behind,
    /// The read failed there, for example because it stood in the way of what was replayed.
    Failed,
}

/// The state of the replica as of the last look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It may be read from.
    Current,
    /// It is left alone: why, and in words.
    Left(Left, String),
}

pub(crate) struct Replica {
    target: Target,
    options: Options,
    lag: Duration,
    pub(crate) queue: Arc<Queue<Box<dyn Question>>>,
    identity: Mutex<Option<(String, String)>>,
    /// Since when the primary runs, in its own words; empty while nobody knows.
    primary_since: Mutex<String>,
    /// How far the primary was and when, the oldest first.
    looks: Mutex<VecDeque<(Stopwatch, i64)>>,
    standing: Mutex<Standing>,
    over: Mutex<bool>,
    ending: Condvar,
}

/// A replica, and the thread that watches it.
pub(crate) type Watched = (Arc<Replica>, JoinHandle<()>);

impl Replica {
    /// Starts to watch the replica that the options name, if they name one.
    ///
    /// It errs when that is no PostgreSQL server, or one of another cluster or database. A replica that
    /// is away is waited for.
    pub(crate) fn start(primary: &Target, options: &Options) -> Result<Option<Watched>, DbError> {
        let Some((url, lag)) = &options.replica else {
            return Ok(None);
        };
        let wrong = |error: DbError| DbError::other(format!("{KEY}: {error}"));
        let target = Target::parse(url, options).map_err(wrong)?;
        let (Target::Postgres(_), Target::Postgres(server)) = (primary, &target) else {
            let words = "a replica is a PostgreSQL server that follows another one";
            return Err(wrong(DbError::other(words)));
        };
        server.expect_pooler(options);
        let replica = Arc::new(Replica {
            target,
            options: options.clone(),
            lag: *lag,
            queue: Arc::new(Queue::new(options.max_queue)),
            identity: Mutex::new(None),
            primary_since: Mutex::new(String::new()),
            looks: Mutex::new(VecDeque::new()),
            standing: Mutex::new(Standing::Left(Left::Away, "not looked at yet".to_owned())),
            over: Mutex::new(false),
            ending: Condvar::new(),
        });
        let (looked, outcome) = sync_channel(1);
        let (watched, primary) = (Arc::clone(&replica), primary.clone());
        let watcher = spawn("db-replica", move || watched.watch(&primary, &looked))?;
        outcome.recv().unwrap_or_else(|_| Err(ended()))?;
        Ok(Some((replica, watcher)))
    }

    pub(crate) fn target(&self) -> &Target {
        &self.target
    }

    pub(crate) fn standing(&self) -> Standing {
        self.standing.lock().clone()
    }

    /// Why it is left alone now, if it is.
    pub(crate) fn left(&self) -> Option<Left> {
        match &*self.standing.lock() {
            Standing::Current => None,
            Standing::Left(left, _) => Some(*left),
        }
    }

    /// Leaves it alone until the watcher finds it well.
    pub(crate) fn leave(&self, left: Left, words: &str) {
        self.turn(Standing::Left(left, words.to_owned()));
    }

    /// Ends the watcher and lets no new question in.
    pub(crate) fn close(&self) {
        *self.over.lock() = true;
        self.ending.notify_all();
        self.queue.close();
    }

    /// Fails on a connection to another cluster or database than the primary's.
    pub(crate) fn recognise(&self, connection: &mut Connection) -> Result<(), DbError> {
        let found = identity(connection)?;
        match &*self.identity.lock() {
            Some(known) if *known != found => {
                let words = format!(
                    "{KEY} points to another {} than database_url; a replica is a standby of the \
                     same server, created for example with pg_basebackup",
                    if known.0 == found.0 { "database" } else { "PostgreSQL cluster" }
                );
                self.leave(Left::Away, &words);
                Err(DbError::other(words))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Whether what this snapshot shows is older than allowed.
    pub(crate) fn is_behind(&self, tx: &mut Tx<'_>) -> Result<bool, DbError> {
        let (reached, runs_since): (Option<i64>, String) = tx.query_one_as(POSITION, NO_PARAMS)?;
        if !runs_since.is_empty() && *self.primary_since.lock() != runs_since {
            return Ok(true);
        }
        Ok(match (self.wanted(), reached) {
            (Some(wanted), Some(reached)) => reached < wanted,
            (None, _) | (_, None) => true,
        })
    }

    /// How far the primary was at the beginning of the allowed lag; `None` when it has not told.
    fn wanted(&self) -> Option<i64> {
        let looks = self.looks.lock();
        looks.iter().find(|(since, _)| since.elapsed() <= self.lag).map(|(_, reached)| *reached)
    }

    fn turn(&self, standing: Standing) {
        let before = std::mem::replace(&mut *self.standing.lock(), standing.clone());
        match (before, standing) {
            (Standing::Left(..), Standing::Current) => tracing::info!("the replica is in use"),
            (Standing::Current, Standing::Left(_, words)) => {
                tracing::warn!(words, "the replica is not used");
            }
            (Standing::Left(..), Standing::Left(..)) | (Standing::Current, Standing::Current) => {}
        }
    }

    fn watch(&self, primary: &Target, looked: &SyncSender<Result<(), DbError>>) {
        let mut eyes = Eyes { primary: None, replica: None };
        let first = eyes.look(self, primary);
        let mut is_wrong = false;
        drop(looked.send(match first {
            // Files that cannot be read, another cluster: waiting does not help.
            Err(DbError::Other(words)) => {
                is_wrong = true;
                let is_told = words.starts_with(KEY);
                Err(DbError::Other(if is_told { words } else { format!("{KEY}: {words}") }))
            }
            Err(error) => {
                tracing::warn!(%error, "the replica cannot be used yet");
                Ok(())
            }
            Ok(()) => Ok(()),
        }));
        let interval = (self.lag / LOOKS).clamp(INTERVAL.0, INTERVAL.1);
        let mut over = self.over.lock();
        while !is_wrong && !*over {
            if !self.ending.wait_for(&mut over, interval).timed_out() {
                continue;
            }
            drop(over);
            if let Err(error) = eyes.look(self, primary) {
                tracing::debug!(%error, "the replica or its primary is unreachable");
            }
            over = self.over.lock();
        }
    }

    fn note(&self, reached: i64) {
        let mut looks = self.looks.lock();
        looks.push_back((Stopwatch::start(), reached));
        while looks.front().is_some_and(|(since, _)| since.elapsed() > self.lag) {
            looks.pop_front();
        }
    }
}

/// The watcher's connections.
struct Eyes {
    primary: Option<Connection>,
    replica: Option<Connection>,
}

impl Eyes {
    /// Looks at both and says how the replica stands.
    fn look(&mut self, replica: &Replica, primary: &Target) -> Result<(), DbError> {
        // Without the primary it shows by itself: what it had reached becomes too old.
        let at_primary = self.look_at_primary(replica, primary);
        match self.look_at_replica(replica) {
            Ok(false) => replica.turn(Standing::Current),
            Ok(true) => {
                let words = "its lag exceeds database.read_lag, or it was promoted";
                replica.leave(Left::Behind, words);
            }
            Err(error) => {
                replica.leave(Left::Away, &error.to_string());
                return Err(error);
            }
        }
        at_primary
    }

    fn look_at_primary(&mut self, replica: &Replica, target: &Target) -> Result<(), DbError> {
        let open = || Connection::open(target, &replica.options, Purpose::Read);
        let reached = asked(&mut self.primary, open, |connection| {
            if replica.identity.lock().is_none() {
                let found = identity(connection)?;
                *replica.identity.lock() = Some(found);
            }
            // A host that is read from only because none takes writes says nothing.
            Tx::new(connection).query_one_as::<(i64, String), _>(REACHED, NO_PARAMS)
        })?;
        let (reached, runs_since) = reached;
        *replica.primary_since.lock() = runs_since;
        replica.note(reached);
        Ok(())
    }

    fn look_at_replica(&mut self, replica: &Replica) -> Result<bool, DbError> {
        let open = || Connection::open(&replica.target, &replica.options, Purpose::Replica);
        asked(&mut self.replica, open, |connection| {
            replica.recognise(connection)?;
            replica.is_behind(&mut Tx::new(connection))
        })
    }
}

/// Asks in a snapshot, on a connection that is made again after a failure.
fn asked<T>(
    place: &mut Option<Connection>,
    open: impl FnOnce() -> Result<Connection, DbError>,
    question: impl FnOnce(&mut Connection) -> Result<T, DbError>,
) -> Result<T, DbError> {
    let mut connection = match place.take() {
        Some(connection) => connection,
        None => open()?,
    };
    if let Err(fault) = connection.begin_read() {
        connection.end();
        return Err(fault.into());
    }
    let answer = question(&mut connection)?;
    connection.rollback();
    *place = Some(connection);
    Ok(answer)
}

fn identity(connection: &mut Connection) -> Result<(String, String), DbError> {
    Tx::new(connection).query_one_as(IDENTITY, NO_PARAMS)
}
