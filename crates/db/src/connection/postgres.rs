//! The PostgreSQL side: nodes take turns, statements are prepared once per connection.

use std::collections::BTreeMap;
use std::time::Duration;

use postgres::error::{Severity, SqlState};
use postgres::fallible_iterator::FallibleIterator;
use postgres::types::ToSql;
use postgres::{Client, NoTls, Statement};

use super::{Each, Purpose};
use crate::error::{DbError, Fault};
use crate::options::{Durability, Options};
use crate::row::Row;
use crate::value::Value;

/// The advisory lock held around each batch of writes. Advisory locks belong to one database of
/// a server, so one number serves every installation. The bytes read `db-write`.
const TURN: i64 = 0x6462_2d77_7269_7465;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const PEER_SILENCE: Duration = Duration::from_secs(10);

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
    statements: BTreeMap<String, Statement>,
    statement_cache: usize,
    stage: Stage,
    /// Whether this connection holds the nodes' write lock.
    has_turn: bool,
    /// The server has ended the session; its last words can arrive before the end itself does.
    ended: bool,
}

impl PostgresConnection {
    pub(crate) fn open(
        config: &postgres::Config,
        options: &Options,
        purpose: Purpose,
    ) -> Result<PostgresConnection, DbError> {
        let mut config = config.clone();
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_TIMEOUT);
        }
        config.keepalives_idle(PEER_SILENCE).tcp_user_timeout(PEER_SILENCE);
        let client = config.connect(NoTls).map_err(|error| {
            DbError::unavailable(format!("no connection to PostgreSQL: {}", words(&error)))
        })?;
        let mut connection = PostgresConnection {
            client,
            statements: BTreeMap::new(),
            statement_cache: options.statement_cache.max(1),
            stage: Stage::Idle,
            has_turn: false,
            ended: false,
        };
        connection.send("SET timezone = 'UTC'; SET client_min_messages = warning")?;
        if purpose == Purpose::Write {
            // A node that stops in the middle of a batch must not keep the others waiting: the
            // server ends its session and with it the lock.
            connection.send(
                "SET lock_timeout = '30s'; SET idle_in_transaction_session_timeout = '60s'",
            )?;
            connection.set_durability(options.durability)?;
        }
        Ok(connection)
    }

    pub(super) fn begin_read(&mut self) -> Result<(), Fault> {
        self.send("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
        self.stage = Stage::Open;
        Ok(())
    }

    /// The turn is taken before the transaction begins, so that its snapshot contains what the
    /// node before committed.
    pub(super) fn begin_write(&mut self) -> Result<(), Fault> {
        if !self.has_turn {
            self.send(&format!("SELECT pg_advisory_lock({TURN})"))?;
            self.has_turn = true;
        }
        self.send("BEGIN ISOLATION LEVEL SERIALIZABLE")?;
        self.stage = Stage::Open;
        Ok(())
    }

    pub(super) fn commit(&mut self) -> Result<(), Fault> {
        let outcome = if self.has_turn {
            self.send(&format!("COMMIT; SELECT pg_advisory_unlock({TURN})"))
        } else {
            self.send("COMMIT")
        };
        match outcome {
            Ok(()) => {
                self.stage = Stage::Idle;
                self.has_turn = false;
                Ok(())
            }
            Err(fault) => {
                self.rollback();
                Err(fault)
            }
        }
    }

    pub(super) fn rollback(&mut self) {
        if self.is_lost() {
            return;
        }
        let outcome = match (self.stage != Stage::Idle, self.has_turn) {
            (true, true) => self.send(&format!("ROLLBACK; SELECT pg_advisory_unlock({TURN})")),
            (true, false) => self.send("ROLLBACK"),
            (false, true) => self.send(&format!("SELECT pg_advisory_unlock({TURN})")),
            (false, false) => Ok(()),
        };
        if let Err(fault) = outcome {
            tracing::warn!(error = %fault.error, "a transaction could not be rolled back");
        }
        self.stage = Stage::Idle;
        self.has_turn = false;
    }

    pub(super) fn in_transaction(&self) -> bool {
        self.stage != Stage::Idle && !self.is_lost()
    }

    pub(super) fn is_lost(&self) -> bool {
        self.ended || self.client.is_closed()
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
        let statement = self.prepare(sql)?;
        let params = checked(params)?;
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
        let statement = self.prepare(sql)?;
        let params = checked(params)?;
        let mut failed = None;
        match self.client.query_raw(&statement, params) {
            Err(error) => failed = Some(error),
            Ok(mut rows) => loop {
                match rows.next() {
                    Ok(Some(row)) => {
                        if !each(&Row::postgres(&row)).map_err(Fault::caller)? {
                            break;
                        }
                    }
                    Ok(None) => break,
                    Err(error) => {
                        failed = Some(error);
                        break;
                    }
                }
            },
        }
        match failed {
            Some(error) => Err(self.fault(&error)),
            None => Ok(()),
        }
    }

    pub(super) fn set_durability(&mut self, durability: Durability) -> Result<(), Fault> {
        self.send(match durability {
            // The server's own setting may ask for more than `on`, as for a synchronous standby.
            Durability::Full => {
                "SELECT CASE WHEN current_setting('synchronous_commit') IN ('off', 'local') \
                 THEN set_config('synchronous_commit', 'on', false) END"
            }
            Durability::Normal | Durability::Off => "SET synchronous_commit = off",
        })
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
        // After the schema changed, plans that were made before it are refused once.
        if error.code() == Some(&SqlState::FEATURE_NOT_SUPPORTED) {
            self.statements.clear();
        }
        let severity = error.as_db_error().and_then(postgres::error::DbError::parsed_severity);
        self.ended |= matches!(severity, Some(Severity::Fatal | Severity::Panic));
        Fault::statement(named(error, self.client.is_closed()))
    }
}

fn checked<'v>(params: &'v [Value<'v>]) -> Result<Vec<&'v (dyn ToSql + Sync)>, Fault> {
    let mut list: Vec<&(dyn ToSql + Sync)> = Vec::with_capacity(params.len());
    for value in params {
        value.check().map_err(Fault::statement)?;
        list.push(value);
    }
    Ok(list)
}

fn named(error: &postgres::Error, closed: bool) -> DbError {
    let detail = words(error);
    let Some(code) = error.code() else {
        return if closed || error.is_closed() {
            DbError::Unavailable { detail }
        } else {
            DbError::Other(detail)
        };
    };
    let is = |states: &[SqlState]| states.contains(code);
    if is(&[SqlState::UNIQUE_VIOLATION, SqlState::EXCLUSION_VIOLATION]) {
        DbError::UniqueViolation { detail }
    } else if is(&[SqlState::FOREIGN_KEY_VIOLATION, SqlState::RESTRICT_VIOLATION]) {
        DbError::ForeignKeyViolation { detail }
    } else if is(&[SqlState::CHECK_VIOLATION, SqlState::NOT_NULL_VIOLATION]) {
        DbError::CheckViolation { detail }
    } else if is(&[SqlState::RAISE_EXCEPTION]) {
        DbError::Refused { detail }
    } else if is(&[SqlState::T_R_SERIALIZATION_FAILURE, SqlState::T_R_DEADLOCK_DETECTED]) {
        DbError::Serialization
    } else if is(&[SqlState::READ_ONLY_SQL_TRANSACTION]) {
        DbError::ReadOnly
    } else if is(&[SqlState::DISK_FULL]) {
        DbError::DiskFull
    } else if is(&[SqlState::LOCK_NOT_AVAILABLE]) {
        DbError::Busy
    } else if is_away(code) {
        DbError::Unavailable { detail }
    } else {
        DbError::Other(detail)
    }
}

/// Classes 08 (connection), 53 (resources), 57 (operator) and 58 (system) of the SQL states.
fn is_away(code: &SqlState) -> bool {
    ["08", "53", "57", "58"].iter().any(|class| code.code().starts_with(class))
}

/// The server's message and state; never its detail, which quotes values of rows.
fn words(error: &postgres::Error) -> String {
    match error.as_db_error() {
        Some(cause) => format!("{} ({})", cause.message(), cause.code().code()),
        None => match std::error::Error::source(error) {
            Some(cause) => format!("{error}: {cause}"),
            None => error.to_string(),
        },
    }
}
