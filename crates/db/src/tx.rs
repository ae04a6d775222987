//! What a closure can do inside its transaction.

use std::any::Any;
use std::collections::BTreeSet;
use std::panic::Location;

use crate::connection::Connection;
use crate::dialect::Dialect;
use crate::error::{DbError, Fault};
use crate::lane::Lane;
use crate::record::FromRow;
use crate::row::Row;
use crate::seam::{Rewritten, Seam};
use crate::spoken;
use crate::value::Value;

/// The most values in one statement of `insert_many`.
const MOST_VALUES: usize = 2_000;

/// One open transaction.
///
/// After a statement failed, the transaction only accepts being rolled back: PostgreSQL demands
/// it, and SQLite is held to the same. Where a failure is an expected answer, as with a unique key
/// that may be taken, run the statement inside [`Tx::attempt`].
pub struct Tx<'c> {
    connection: &'c mut Connection,
    fault: Option<Fault>,
    seam: Option<&'c Seam>,
    last: Option<Last>,
    lane: Lane,
    number: Option<u64>,
    replica: bool,
}

type Finish = Box<dyn FnOnce(&mut Tx<'_>, Box<dyn Any>) -> Result<(), DbError>>;

/// What is done once, after the closure of a write and before its changes are kept.
struct Last {
    /// A set of subjects of one type.
    subjects: Box<dyn Any>,
    finish: Finish,
}

impl<'c> Tx<'c> {
    pub(crate) fn new(connection: &'c mut Connection) -> Tx<'c> {
        Tx {
            connection,
            fault: None,
            seam: None,
            last: None,
            lane: Lane::ALL,
            number: None,
            replica: false,
        }
    }

    /// The same with a harness's seam, for writes.
    pub(crate) fn through(self, seam: Option<&'c Seam>) -> Tx<'c> {
        Tx { seam, ..self }
    }

    /// The same for a write: its lane, and the number of the transaction.
    pub(crate) fn writing(self, lane: Lane, number: u64) -> Tx<'c> {
        Tx { lane, number: Some(number), ..self }
    }

    /// The same, when it reads on a replica.
    pub(crate) fn on_replica_if(self, replica: bool) -> Tx<'c> {
        Tx { replica, ..self }
    }

    /// Whether it reads on a replica, where the last that was acknowledged may be missing: what is
    /// learned here must not pass for the newest state.
    pub fn is_on_replica(&self) -> bool {
        self.replica
    }

    /// The lane that this write asked for; [`Lane::ALL`] in a read. A write that finds out that it
    /// concerns another one must not go on, but ask for that one instead.
    pub fn lane(&self) -> Lane {
        self.lane
    }

    /// Which of the transactions that this [`Db`](crate::Db) has begun in order to write this is;
    /// `None` in a read. Writes that share a commit share the number, and one that runs again has
    /// another. While it is open nothing else is committed in its lane, on whatever node.
    pub fn number(&self) -> Option<u64> {
        self.number
    }

    /// What failed inside this transaction and was not undone by [`Tx::attempt`].
    pub(crate) fn fault(&self) -> Option<&Fault> {
        self.fault.as_ref()
    }

    /// Which database this is, for the few statements that must differ.
    pub fn dialect(&self) -> Dialect {
        self.connection.dialect()
    }

    /// Runs `finish` once, after the closure of this write has succeeded and before its changes
    /// are kept, with every subject that was named until then; true when this one was not named
    /// before. A failure of `finish` undoes the write.
    ///
    /// The first caller's `finish` is the one that runs, so all callers of one transaction must
    /// mean the same; another type of subject is refused. In a read it never runs.
    pub fn at_the_end<S: Ord + Any>(
        &mut self,
        subject: S,
        finish: impl FnOnce(&mut Tx<'_>, BTreeSet<S>) -> Result<(), DbError> + 'static,
    ) -> Result<bool, DbError> {
        let last = self.last.get_or_insert_with(|| Last {
            subjects: Box::new(BTreeSet::<S>::new()),
            finish: Box::new(|tx, subjects| match subjects.downcast::<BTreeSet<S>>() {
                Ok(subjects) => finish(tx, *subjects),
                Err(_) => Err(DbError::other("a transaction ends in two ways")),
            }),
        });
        match last.subjects.downcast_mut::<BTreeSet<S>>() {
            Some(subjects) => Ok(subjects.insert(subject)),
            None => Err(DbError::other("a transaction ends in two ways")),
        }
    }

    /// Does what [`Tx::at_the_end`] was told.
    pub(crate) fn finish(&mut self) -> Result<(), DbError> {
        match self.last.take() {
            Some(last) => (last.finish)(self, last.subjects),
            None => Ok(()),
        }
    }

    /// What this transaction has added to the sums of rows so far, by the place of the table.
    pub(crate) fn pending_sums(&self) -> Vec<(usize, u128)> {
        self.connection.pending_sums()
    }

    /// Forgets what this transaction added to the sums of rows, which are computed anew.
    pub(crate) fn forget_sums(&mut self) {
        self.connection.forget_sums();
    }

    /// Runs a statement and returns how many rows it inserted, changed or removed.
    ///
    /// Parameters are written `$1`, `$2`, …; each must be used, and no other.
    #[track_caller]
    pub fn execute(&mut self, sql: &str, params: &[Value<'_>]) -> Result<u64, DbError> {
        spoken::keep(Location::caller(), sql);
        self.put(sql, params)
    }

    fn put(&mut self, sql: &str, params: &[Value<'_>]) -> Result<u64, DbError> {
        self.usable()?;
        if let Some(seam) = self.seam
            && let Rewritten::Instead(others) = seam.rewrite(sql, params)
        {
            return others.iter().try_fold(1, |_, (sql, params)| self.run(sql, params));
        }
        self.run(sql, params)
    }

    fn run(&mut self, sql: &str, params: &[Value<'_>]) -> Result<u64, DbError> {
        let outcome = self.connection.execute(sql, params);
        outcome.map_err(|fault| self.note(fault))
    }

    /// Inserts many rows with few statements. `insert` is everything up to and including
    /// `VALUES`, `columns` how many values make one row, `end` what follows the rows, for example
    /// `ON CONFLICT … DO NOTHING`. Returns how many rows were inserted.
    #[track_caller]
    pub fn insert_many(
        &mut self,
        insert: &str,
        end: &str,
        columns: usize,
        values: &[Value<'_>],
    ) -> Result<u64, DbError> {
        let columns = columns.max(1);
        let mut inserted = 0;
        spoken::keep_insert(Location::caller(), (insert, end), columns);
        for chunk in values.chunks(MOST_VALUES / columns * columns) {
            let mut sql = String::with_capacity(insert.len() + chunk.len() * 6 + end.len());
            sql.push_str(insert);
            for position in 0..chunk.len() {
                let before = match (position, position % columns) {
                    (0, _) => " (",
                    (_, 0) => "), (",
                    _ => ", ",
                };
                sql.push_str(before);
                sql.push('$');
                sql.push_str(&(position + 1).to_string());
            }
            sql.push_str(") ");
            sql.push_str(end);
            inserted += self.put(&sql, chunk)?;
        }
        Ok(inserted)
    }

    /// Runs statements without parameters, separated by semicolons.
    pub fn batch(&mut self, sql: &str) -> Result<(), DbError> {
        self.usable()?;
        let outcome = self.connection.batch(sql);
        outcome.map_err(|fault| self.note(fault))
    }

    /// Shows every row of the answer to `each`, in order, as it arrives.
    #[track_caller]
    pub fn for_each(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        mut each: impl FnMut(&Row<'_>) -> Result<(), DbError>,
    ) -> Result<(), DbError> {
        self.visit(sql, params, &mut |row| each(row).map(|()| true))
    }

    /// What `map` makes of every row, in order.
    #[track_caller]
    pub fn query<T>(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        mut map: impl FnMut(&Row<'_>) -> Result<T, DbError>,
    ) -> Result<Vec<T>, DbError> {
        let mut found = Vec::new();
        self.visit(sql, params, &mut |row| {
            found.push(map(row)?);
            Ok(true)
        })?;
        Ok(found)
    }

    /// What `map` makes of the first row, or `None` without one.
    #[track_caller]
    pub fn query_opt<T>(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        mut map: impl FnMut(&Row<'_>) -> Result<T, DbError>,
    ) -> Result<Option<T>, DbError> {
        let mut found = None;
        self.visit(sql, params, &mut |row| {
            found = Some(map(row)?);
            Ok(false)
        })?;
        Ok(found)
    }

    /// What `map` makes of the first row of which it makes something; the rows behind are not read.
    #[track_caller]
    pub fn find_map<T>(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        mut map: impl FnMut(&Row<'_>) -> Result<Option<T>, DbError>,
    ) -> Result<Option<T>, DbError> {
        let mut found = None;
        self.visit(sql, params, &mut |row| {
            found = map(row)?;
            Ok(found.is_none())
        })?;
        Ok(found)
    }

    /// What `map` makes of the first row; [`DbError::NotFound`] without one.
    #[track_caller]
    pub fn query_one<T>(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        map: impl FnMut(&Row<'_>) -> Result<T, DbError>,
    ) -> Result<T, DbError> {
        self.query_opt(sql, params, map)?.ok_or(DbError::NotFound)
    }

    /// Every row of the answer, in order, read by its type: one column, a record, or a tuple of
    /// these. No column is counted.
    ///
    /// ```
    /// # fn example(tx: &mut db::Tx<'_>) -> Result<(), db::DbError> {
    /// let sql = "SELECT name, balance, parent_id FROM accounts WHERE vendor_id = $1";
    /// let rows: Vec<(String, i64, Option<String>)> = tx.query_as(sql, db::params!["v"])?;
    /// // The same with the type in the call; the second part of it is always inferred.
    /// let again = tx.query_as::<(String, i64, Option<String>), _>(sql, db::params!["v"])?;
    /// # assert_eq!(rows, again);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn query_as<T: FromRow<By>, By>(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
    ) -> Result<Vec<T>, DbError> {
        self.query(sql, params, |row| T::from_row(row, 0))
    }

    /// The first row as [`Tx::query_as`] reads it, or `None` without one.
    #[track_caller]
    pub fn query_opt_as<T: FromRow<By>, By>(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
    ) -> Result<Option<T>, DbError> {
        self.query_opt(sql, params, |row| T::from_row(row, 0))
    }

    /// The first row as [`Tx::query_as`] reads it; [`DbError::NotFound`] without one.
    #[track_caller]
    pub fn query_one_as<T: FromRow<By>, By>(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
    ) -> Result<T, DbError> {
        self.query_one(sql, params, |row| T::from_row(row, 0))
    }

    /// Runs `part` so that its failure undoes only its own changes and the transaction can go on.
    pub fn attempt<T, E: From<DbError>>(
        &mut self,
        part: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.usable()?;
        self.control("SAVEPOINT attempt")?;
        let mut outcome = part(self);
        if outcome.is_ok() && self.fault.is_some() {
            outcome = Err(DbError::Spoiled.into());
        }
        if outcome.is_ok() {
            self.control("RELEASE SAVEPOINT attempt")?;
            return outcome;
        }
        let hopeless = match &self.fault {
            Some(fault) => fault.fatal || fault.error == DbError::Serialization,
            None => false,
        };
        if !hopeless && self.connection.in_transaction() {
            self.fault = None;
            self.control("ROLLBACK TO SAVEPOINT attempt")?;
            self.control("RELEASE SAVEPOINT attempt")?;
        }
        outcome
    }

    #[track_caller]
    fn visit(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        each: &mut dyn FnMut(&Row<'_>) -> Result<bool, DbError>,
    ) -> Result<(), DbError> {
        spoken::keep(Location::caller(), sql);
        self.usable()?;
        let outcome = self.connection.visit(sql, params, each);
        outcome.map_err(|fault| self.note(fault))
    }

    fn control(&mut self, sql: &'static str) -> Result<(), DbError> {
        let outcome = self.connection.control(sql);
        outcome.map_err(|fault| self.note(fault))
    }

    fn usable(&self) -> Result<(), DbError> {
        match &self.fault {
            Some(_) => Err(DbError::Spoiled),
            None => Ok(()),
        }
    }

    fn note(&mut self, fault: Fault) -> DbError {
        let error = fault.error.clone();
        if fault.spoils {
            self.fault = Some(fault);
        }
        error
    }
}
