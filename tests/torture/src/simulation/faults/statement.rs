//! A statement that writes one row, with the value of each column.

use std::collections::BTreeMap;

use db::Value;

use super::Change;
use crate::spec::days::plus;

/// Microseconds of a day.
const DAY_MICROS: i64 = 86_400_000_000;

/// `INSERT INTO table (…)` or `UPDATE table SET …`.
#[derive(Debug, Clone)]
pub struct Statement {
    sql: String,
    values: Vec<Value<'static>>,
    table: String,
    is_insert: bool,
    columns: BTreeMap<String, usize>,
}

impl Statement {
    /// Reads it; `None` for another kind of statement.
    pub fn read(sql: &str, values: &[Value<'_>]) -> Option<Statement> {
        let insert = sql.strip_prefix("INSERT INTO ");
        let update = sql.strip_prefix("UPDATE ");
        let rest = insert.or(update)?;
        let (table, rest) = rest.split_once(' ')?;
        let columns = match insert {
            Some(_) => inserted(rest)?,
            None => updated(rest),
        };
        Some(Statement {
            sql: sql.to_owned(),
            values: values.iter().map(|value| value.clone().into_owned()).collect(),
            table: table.to_owned(),
            is_insert: insert.is_some(),
            columns,
        })
    }

    /// The statement as it is now.
    pub fn written(&self) -> (String, Vec<Value<'static>>) {
        (self.sql.clone(), self.values.clone())
    }

    /// Whether it writes that table.
    pub fn is(&self, table: &str) -> bool {
        self.table == table
    }

    /// Whether it inserts into that table.
    pub fn inserts(&self, table: &str) -> bool {
        self.is_insert && self.table == table
    }

    fn value(&self, column: &str) -> Option<&Value<'static>> {
        self.columns.get(column).and_then(|place| self.values.get(*place))
    }

    /// The text of a column; empty when it has none.
    pub fn text(&self, column: &str) -> &str {
        match self.value(column) {
            Some(Value::Text(text)) => text,
            Some(Value::Null | Value::Int(_) | Value::Blob(_)) | None => "",
        }
    }

    /// The number of a column; 0 when it has none.
    pub fn number(&self, column: &str) -> i64 {
        match self.value(column) {
            Some(Value::Int(number)) => *number,
            Some(Value::Null | Value::Text(_) | Value::Blob(_)) | None => 0,
        }
    }

    /// Puts another value in; nothing when the column is not written or has it already.
    pub fn put(&mut self, column: &str, value: Value<'static>) -> Option<Change> {
        let place = self.columns.get(column)?;
        let kept = self.values.get_mut(*place)?;
        if *kept == value {
            return None;
        }
        *kept = value;
        Some(Change::Altered)
    }

    /// Moves a date by so many days.
    pub fn days(&mut self, column: &str, days: i64) -> Option<Change> {
        let on = self.text(column).parse().ok()?;
        self.put(column, Value::from(plus(on, days).to_string()))
    }

    /// Moves an instant by so many days.
    pub fn later(&mut self, column: &str, days: i64) -> Option<Change> {
        let at = self.number(column);
        if at == 0 { None } else { self.put(column, Value::from(at + days * DAY_MICROS)) }
    }

    /// Empties a text.
    pub fn empty(&mut self, column: &str) -> Option<Change> {
        self.put(column, Value::from(String::new()))
    }

    /// Takes a value out.
    pub fn null(&mut self, column: &str) -> Option<Change> {
        self.put(column, Value::Null)
    }
}

/// The place of the value of each column of an insert.
fn inserted(rest: &str) -> Option<BTreeMap<String, usize>> {
    let (columns, rest) = rest.strip_prefix('(')?.split_once(')')?;
    let rest = rest.trim_start();
    let source = match rest.strip_prefix("VALUES (") {
        Some(values) => values.split_once(')').map_or(values, |(values, _)| values),
        None => rest.strip_prefix("SELECT ")?,
    };
    let names = columns.split(',').map(|name| name.trim().to_owned());
    let places = names.zip(parts(source)).filter_map(|(name, part)| Some((name, marker(&part)?)));
    Some(places.collect())
}

/// The place of the value of each column that an update sets.
fn updated(rest: &str) -> BTreeMap<String, usize> {
    let sets = rest.strip_prefix("SET ").unwrap_or(rest);
    let sets = sets.split(" WHERE ").next().unwrap_or(sets);
    let each = parts(sets).into_iter().filter_map(|part| {
        let (name, value) = part.split_once(" = ")?;
        Some((name.trim().to_owned(), marker(value)?))
    });
    each.collect()
}

/// The parts of a list, at commas outside of parentheses.
fn parts(list: &str) -> Vec<String> {
    let (mut all, mut depth) = (vec![String::new()], 0_i32);
    for letter in list.chars() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                all.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = all.last_mut() {
            last.push(letter);
        }
    }
    all
}

/// The place that a marker such as `$3` stands for.
fn marker(text: &str) -> Option<usize> {
    let number: usize = text.trim().strip_prefix('$')?.parse().ok()?;
    number.checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inserts_and_updates_are_read_by_column() {
        let sql = "INSERT INTO t (a, b, c) SELECT $1, COALESCE((SELECT MAX(x) FROM t), 0) + 1, $2";
        let mut read = Statement::read(sql, db::params!["one", 7]).unwrap();
        assert_eq!((read.text("a"), read.number("b"), read.number("c")), ("one", 0, 7));
        assert_eq!(read.put("c", Value::from(8)), Some(Change::Altered));
        assert_eq!(read.put("b", Value::from(8)), None);
        let sql = "UPDATE t SET day = $2, n = n + 1, at = $1 WHERE k = $3";
        let mut read = Statement::read(sql, db::params![5, "2026-02-28", "k"]).unwrap();
        assert_eq!(read.days("day", 1), Some(Change::Altered));
        assert_eq!((read.text("day"), read.number("at")), ("2026-03-01", 5));
        assert!(Statement::read("DELETE FROM t", &[]).is_none());
    }
}
