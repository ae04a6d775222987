//! The PostgreSQL side: who writes in a lane is settled by locks, and nothing depends on a session.
//!
//! A pooler may give each transaction another session, so whatever has to hold is said inside the
//! transaction: its isolation, its limits, its locks. Only prepared statements belong to a session,
//! and behind a pooler none is kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use postgres::error::{Severity, SqlState};
use postgres::fallible_iterator::FallibleIterator;
use postgres::types::{ToSql, Type};
use postgres::{Client, RowIter, Statement};

use super::named::{is_broken, is_last_word, named, words};
use super::untyped::Untyped;
use super::{Each, Purpose};
use crate::error::{DbError, Fault};
use crate::lane::Lane;
use crate::options::{Durability, Options};
use crate::row::Row;
use crate::server::{ANSWER_LIMIT, Server, Standing, dial, is_silence, no_answer};
use crate::value::Value;

/// The table that every batch locks: together with others, or alone when it concerns everything.
/// It holds nothing.
pub(crate) const TURN: &str = "db_turn";

/// The beginning of the names of the tables that stand for lanes. They hold nothing.
pub(crate) const LANE: &str = "db_lane_";

/// Makes one node at a time create the tables above. The bytes read `db-write`.
const CREATING: i64 = 0x6462_2d77_7269_7465;

/// A node that stops in the middle of a batch must not keep the others waiting: the server ends
/// its session and with it the locks.
const LIMITS: &str =
    "SET LOCAL lock_timeout = '30s'; SET LOCAL idle_in_transaction_session_timeout = '60s'";

/// How far the transaction is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// None is open.
    Idle,
    /// One is open.
    Open,
    /// One is open, with a savepoint whose release is sent together with the next statement of
    /// control.
    Unreleased,
}

pub(crate) struct PostgresConnection {
    client: Client,
    server: Arc<Server>,
    purpose: Purpose,
    /// Which host of the address it leads to.
    at: usize,
    standing: Standing,
    durability: Durability,
    statements: BTreeMap<String, Statement>,
    statement_cache: usize,
    stage: Stage,
    /// The session is of no more use; the server's last words can arrive before its end does.
    ended: bool,
    /// A question is still waiting for its answer.
    silent: bool,
}

impl PostgresConnection {
    pub(crate) fn open(
        server: &Arc<Server>,
        options: &Options,
        purpose: Purpose,
    ) -> Result<PostgresConnection, DbError> {
        let dialled = dial(server, purpose)?;
        Ok(PostgresConnection {
            client: dialled.client,
            server: Arc::clone(server),
            purpose,
            at: dialled.at,
            standing: dialled.standing,
            durability: options.durability,
            statements: BTreeMap::new(),
            statement_cache: options.statement_cache.max(1),
            stage: Stage::Idle,
            ended: false,
            silent: false,
        })
    }

    pub(super) fn begin_read(&mut self) -> Result<(), Fault> {
        self.reach()?;
        self.send("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
        self.stage = Stage::Open;
        Ok(())
    }

    /// Asks whether there is a server behind the pooler, when another host could be taken instead. A
    /// transaction that is begun may wait for its lane, so how long that takes says nothing.
    fn reach(&mut self) -> Result<(), Fault> {
        if !self.server.may_wait_in_vain() {
            return Ok(());
        }
        let is_primary = !self.standing.read_only && self.purpose != Purpose::Replica;
        if is_primary && !self.server.is_favourite(self.at) {
            self.ended = true;
            return Err(Fault::statement(DbError::unavailable("another host takes writes now")));
        }
        let Err(error) = self.client.is_valid(ANSWER_LIMIT) else {
            return Ok(());
        };
        self.ended = true;
        self.silent = is_silence(&error);
        self.server.is_silent(self.at);
        let detail = if self.silent { no_answer() } else { words(&error) };
        Err(Fault::statement(DbError::unavailable(detail)))
    }

    /// Whether something is still to be answered, so that ending the connection takes its time.
    pub(super) fn is_silent(&self) -> bool {
        self.silent
    }

    /// The locks are taken inside the transaction, so that they end with it. `LOCK` is one of the
    /// few statements that do not fix the snapshot: it is taken by the first statement after it
    /// and contains what the batch before has committed. A function that takes an advisory lock
    /// would fix it before it waits.
    pub(super) fn begin_write(&mut self, lane: Lane) -> Result<(), Fault> {
        self.reach()?;
        let sql = self.beginning(lane);
        self.stage = Stage::Open;
        let Err(error) = self.client.batch_execute(&sql) else {
            return Ok(());
        };
        if error.code() != Some(&SqlState::UNDEFINED_TABLE) {
            return Err(self.not_begun(&error));
        }
        self.rollback();
        self.create_locks(lane)?;
        self.stage = Stage::Open;
        self.client.batch_execute(&sql).map_err(|error| self.not_begun(&error))
    }

    fn beginning(&self, lane: Lane) -> String {
        let waiting = match (self.durability, self.standing.lazy) {
            // The server's own setting may ask for more than `on`, as for a synchronous standby.
            (Durability::Full, false) => "",
            (Durability::Full, true) => "SET LOCAL synchronous_commit = on; ",
            (Durability::Normal | Durability::Off, _) => "SET LOCAL synchronous_commit = off; ",
        };
        // In a lane nothing runs at the same time, so a snapshot that is taken afterwards makes it
        // serial. What other lanes read is watched in vain: they share pages, not rows.
        let (isolation, locks) = match lane.number() {
            None => ("SERIALIZABLE", format!("LOCK TABLE {TURN} IN EXCLUSIVE MODE")),
            Some(number) => (
                "REPEATABLE READ",
                format!(
                    "LOCK TABLE {TURN} IN ROW SHARE MODE; \
                     LOCK TABLE {LANE}{number:02} IN EXCLUSIVE MODE"
                ),
            ),
        };
        format!("BEGIN ISOLATION LEVEL {isolation}; {LIMITS}; {waiting}{locks}")
    }

    /// What went wrong at the beginning. A server that has become a standby refuses to begin; the
    /// connection then is of no use, and another host may be.
    fn not_begun(&mut self, error: &postgres::Error) -> Fault {
        let fault = self.fault(error);
        let refused = [
            SqlState::FEATURE_NOT_SUPPORTED,
            SqlState::OBJECT_NOT_IN_PREREQUISITE_STATE,
            SqlState::READ_ONLY_SQL_TRANSACTION,
        ];
        if error.code().is_some_and(|code| refused.contains(code)) {
            self.ended = true;
            return Fault::statement(DbError::unavailable(words(error)));
        }
        self.rollback();
        fault
    }

    /// Creates the tables that the lane locks. Each statement of this transaction sees what others
    /// have committed, so the lock has its usual meaning here.
    fn create_locks(&mut self, lane: Lane) -> Result<(), Fault> {
        let of_lane = lane.number().map_or_else(String::new, |number| {
            format!("CREATE TABLE IF NOT EXISTS {LANE}{number:02} (); ")
        });
        let sql = format!(
            "BEGIN; SELECT pg_advisory_xact_lock({CREATING}); \
             CREATE TABLE IF NOT EXISTS {TURN} (); {of_lane}COMMIT"
        );
        self.stage = Stage::Open;
        if let Err(fault) = self.send(&sql) {
            self.rollback();
            return Err(fault);
        }
        self.stage = Stage::Idle;
        Ok(())
    }

    pub(super) fn commit(&mut self) -> Result<(), Fault> {
        match self.send("COMMIT") {
            Ok(()) => {
                self.stage = Stage::Idle;
                Ok(())
            }
            Err(fault) => {
                self.rollback();
                Err(fault)
            }
        }
    }

    pub(super) fn rollback(&mut self) {
        if self.stage != Stage::Idle
            && !self.is_lost()
            && let Err(fault) = self.send("ROLLBACK")
        {
            tracing::warn!(error = %fault.error, "a transaction could not be rolled back");
        }
        self.stage = Stage::Idle;
    }

    pub(super) fn in_transaction(&self) -> bool {
        self.stage != Stage::Idle && !self.is_lost()
    }

    pub(super) fn is_lost(&self) -> bool {
        self.ended || self.client.is_closed()
    }

    pub(super) fn is_second_best(&self) -> bool {
        self.standing.read_only && self.purpose != Purpose::Replica
    }

    /// The release of a savepoint travels with the statement of control that follows it: one
    /// message to the server less for each closure of a batch.
    pub(super) fn control(&mut self, sql: &'static str) -> Result<(), Fault> {
        if sql == "RELEASE SAVEPOINT action" {
            self.stage = Stage::Unreleased;
            return Ok(());
        }
        if self.stage == Stage::Unreleased {
            self.stage = Stage::Open;
            return self.send(&format!("RELEASE SAVEPOINT action; {sql}"));
        }
        self.send(sql)
    }

    pub(super) fn execute(&mut self, sql: &str, params: &[Value<'_>]) -> Result<u64, Fault> {
        checked(params)?;
        if self.server.is_pooled() {
            let values: Vec<Untyped<'_>> = params.iter().map(Untyped).collect();
            let typed: Vec<_> = values.iter().map(|v| (parameter(v), Type::UNKNOWN)).collect();
            return self.client.execute_typed(sql, &typed).map_err(|error| self.fault(&error));
        }
        let statement = self.prepare(sql)?;
        let params: Vec<_> = params.iter().map(parameter).collect();
        self.client.execute(&statement, &params).map_err(|error| self.fault(&error))
    }

    pub(super) fn batch(&mut self, sql: &str) -> Result<(), Fault> {
        self.send(sql)
    }

    pub(super) fn visit(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        each: Each<'_>,
    ) -> Result<(), Fault> {
        checked(params)?;
        let answer = if self.server.is_pooled() {
            let values: Vec<Untyped<'_>> = params.iter().map(Untyped).collect();
            let typed = values.iter().map(|value| (value, Type::UNKNOWN));
            self.client.query_typed_raw(sql, typed)
        } else {
            let statement = self.prepare(sql)?;
            self.client.query_raw(&statement, params)
        };
        match answer.map(|rows| show(rows, each)) {
            Ok(Ok(outcome)) => outcome.map_err(Fault::caller),
            Ok(Err(error)) | Err(error) => Err(self.fault(&error)),
        }
    }

    /// Later transactions survive what they should; the last of them, when this is raised, is on
    /// the disk on return, and with it all before.
    pub(super) fn set_durability(&mut self, durability: Durability) -> Result<(), Fault> {
        self.note_durability(durability);
        if durability != Durability::Full {
            return Ok(());
        }
        // A commit that waits for the disk waits for everything that was written before it.
        self.stage = Stage::Open;
        let sql = "BEGIN; SET LOCAL synchronous_commit = on; \
                   SELECT pg_logical_emit_message(true, 'db', ''); COMMIT";
        let outcome = self.send(sql);
        if outcome.is_err() {
            self.rollback();
        }
        self.stage = Stage::Idle;
        outcome
    }

    pub(super) fn note_durability(&mut self, durability: Durability) {
        self.durability = durability;
    }

    fn prepare(&mut self, sql: &str) -> Result<Statement, Fault> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql).map_err(|error| self.fault(&error))?;
        if self.statements.len() >= self.statement_cache {
            self.statements.clear();
        }
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    fn send(&mut self, sql: &str) -> Result<(), Fault> {
        self.client.batch_execute(sql).map_err(|error| self.fault(&error))
    }

    fn fault(&mut self, error: &postgres::Error) -> Fault {
        let code = error.code();
        let is = |states: &[SqlState]| code.is_some_and(|code| states.contains(code));
        // After the schema changed, plans that were made before it are refused once.
        if is(&[SqlState::FEATURE_NOT_SUPPORTED]) {
            self.statements.clear();
        }
        let severity = error.as_db_error().and_then(postgres::error::DbError::parsed_severity);
        self.ended |= matches!(severity, Some(Severity::Fatal | Severity::Panic));
        self.ended |= code.is_none() && is_broken(error);
        self.ended |= is_last_word(error);
        if is(&[SqlState::INVALID_SQL_STATEMENT_NAME, SqlState::DUPLICATE_PSTATEMENT]) {
            self.server.found_pooled();
            self.ended = true;
        }
        // The server behind this connection has become one that is only read from.
        if self.purpose == Purpose::Write && is(&[SqlState::READ_ONLY_SQL_TRANSACTION]) {
            self.ended = true;
        }
        if self.ended {
            return Fault::statement(DbError::unavailable(words(error)));
        }
        Fault::statement(named(error, self.client.is_closed()))
    }
}

/// Shows the rows of an answer one after the other; the inner error is the one of `each`.
fn show(mut rows: RowIter<'_>, each: Each<'_>) -> Result<Result<(), DbError>, postgres::Error> {
    while let Some(row) = rows.next()? {
        match each(&Row::postgres(&row)) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => return Ok(Err(error)),
        }
    }
    Ok(Ok(()))
}

fn parameter<'v, V: ToSql + Sync>(value: &'v V) -> &'v (dyn ToSql + Sync + 'v) {
    value
}

fn checked(params: &[Value<'_>]) -> Result<(), Fault> {
    params.iter().try_for_each(|value| value.check().map_err(Fault::statement))
}
