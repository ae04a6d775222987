//! A SQLite connection together with its prepared statements.
//!
//! The driver's own cache looks a statement up by a hash that withstands hostile keys, twice for
//! each use. The texts here are the program's own.

use rusqlite::{Connection, PrepFlags, Statement};
use rustc_hash::FxHashMap;
use self_cell::self_cell;

#[derive(Default)]
struct Kept<'c> {
    by_text: FxHashMap<Box<str>, Statement<'c>>,
}

self_cell!(
    struct Held {
        owner: Connection,
        #[covariant]
        dependent: Kept,
    }
);

/// A connection and the statements prepared on it.
pub(super) struct Statements {
    held: Held,
    /// With more than so many kept, all are forgotten: texts that are put together at run time
    /// would pile up.
    most: usize,
}

impl Statements {
    pub(super) fn new(connection: Connection, most: usize) -> Statements {
        connection.set_prepared_statement_cache_capacity(0);
        Statements { held: Held::new(connection, |_| Kept::default()), most }
    }

    pub(super) fn connection(&self) -> &Connection {
        self.held.borrow_owner()
    }

    /// Runs `each` with the statement of this text, prepared now or before. Values bound to it are
    /// let go afterwards.
    pub(super) fn with<T>(
        &mut self,
        sql: &str,
        each: impl FnOnce(&mut Statement<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        let most = self.most;
        self.held.with_dependent_mut(|connection, kept| {
            if let Some(statement) = kept.by_text.get_mut(sql) {
                return used(statement, each);
            }
            let text = numbered(sql);
            let flags = PrepFlags::SQLITE_PREPARE_PERSISTENT;
            let mut statement = connection.prepare_with_flags(&text, flags)?;
            let outcome = used(&mut statement, each);
            if kept.by_text.len() >= most {
                kept.by_text.clear();
            }
            kept.by_text.insert(sql.into(), statement);
            outcome
        })
    }
}

fn used<T>(
    statement: &mut Statement<'_>,
    each: impl FnOnce(&mut Statement<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    let outcome = each(statement);
    statement.clear_bindings();
    outcome
}

/// Writes `$1` as `?1` outside of quotes. SQLite reads `$1` as a name, which it would have to look
/// up for each value bound, and `?1` as the number that it says.
fn numbered(sql: &str) -> String {
    let mut text = String::with_capacity(sql.len());
    for (position, part) in sql.split('\'').enumerate() {
        if position > 0 {
            text.push('\'');
        }
        if position % 2 == 1 {
            text.push_str(part);
        } else {
            text.push_str(&part.replace('$', "?"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(statements: &mut Statements, sql: &str) -> i64 {
        statements.with(sql, |statement| statement.query_row([], |row| row.get(0))).unwrap()
    }

    #[test]
    fn parameters_are_numbered_outside_of_quotes_only() {
        let text = numbered("SELECT '$1', 'it''s $2', $10 FROM a WHERE b = $2");
        assert_eq!(text, "SELECT '$1', 'it''s $2', ?10 FROM a WHERE b = ?2");
    }

    #[test]
    fn statements_are_kept_up_to_the_limit_and_values_are_let_go() {
        let mut statements = Statements::new(Connection::open_in_memory().unwrap(), 2);
        let bound: i64 = statements
            .with("SELECT $1 + $2", |statement| statement.query_row([1, 2], |row| row.get(0)))
            .unwrap();
        assert_eq!(bound, 3);
        let left: Option<i64> = statements
            .with("SELECT $1 + $2", |statement| {
                statement.raw_query().next().map(|row| row.and_then(|row| row.get(0).ok()))
            })
            .unwrap();
        assert_eq!(left, None);
        for other in ["SELECT 1", "SELECT 2", "SELECT 3"] {
            let _ = number(&mut statements, other);
            assert!(statements.held.borrow_dependent().by_text.len() <= 2);
        }
        assert_eq!(number(&mut statements, "SELECT 2"), 2);
    }
}
