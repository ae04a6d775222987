//! Reading one row of an answer without copying what is not kept.

use std::error::Error;

use postgres::types::{FromSql, Type};
use rusqlite::types::ValueRef;

use crate::error::DbError;
use crate::record::FromRow;
use crate::value::Value;

/// One row of an answer; columns are counted from 0.
///
/// It borrows the driver's row. The `with_…` methods show a text or bytes in place.
pub struct Row<'a>(Inner<'a>);

enum Inner<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a postgres::Row),
}

/// A whole number of whatever width PostgreSQL chose.
struct AnyInt(i64);

impl<'a> FromSql<'a> for AnyInt {
    fn from_sql(column: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        if *column == Type::INT8 {
            i64::from_sql(column, raw).map(AnyInt)
        } else if *column == Type::INT4 {
            i32::from_sql(column, raw).map(|number| AnyInt(i64::from(number)))
        } else if *column == Type::INT2 {
            i16::from_sql(column, raw).map(|number| AnyInt(i64::from(number)))
        } else {
            bool::from_sql(column, raw).map(|truth| AnyInt(i64::from(truth)))
        }
    }

    fn accepts(column: &Type) -> bool {
        [Type::INT8, Type::INT4, Type::INT2, Type::BOOL].contains(column)
    }
}

/// Whatever a column holds that a [`Value`] can be.
struct AnyValue<'a>(Value<'a>);

impl<'a> FromSql<'a> for AnyValue<'a> {
    fn from_sql(column: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        if AnyInt::accepts(column) {
            AnyInt::from_sql(column, raw).map(|AnyInt(number)| AnyValue(Value::Int(number)))
        } else if *column == Type::BYTEA {
            Ok(AnyValue(Value::from(raw)))
        } else {
            <&str>::from_sql(column, raw).map(|text| AnyValue(Value::from(text)))
        }
    }

    fn accepts(column: &Type) -> bool {
        AnyInt::accepts(column) || *column == Type::BYTEA || <&str as FromSql<'_>>::accepts(column)
    }
}

impl<'a> Row<'a> {
    pub(crate) fn sqlite(row: &'a rusqlite::Row<'a>) -> Row<'a> {
        Row(Inner::Sqlite(row))
    }

    pub(crate) fn postgres(row: &'a postgres::Row) -> Row<'a> {
        Row(Inner::Postgres(row))
    }

    /// The row from its first column on, read by its type as [`Tx::query_as`](crate::Tx::query_as)
    /// does it.
    pub fn read<T: FromRow<By>, By>(&self) -> Result<T, DbError> {
        T::from_row(self, 0)
    }

    /// The whole number in a column that is never NULL.
    pub fn int(&self, column: usize) -> Result<i64, DbError> {
        self.opt_int(column)?.ok_or_else(|| self.unexpected_null(column))
    }

    /// The whole number in a column, `None` for NULL.
    pub fn opt_int(&self, column: usize) -> Result<Option<i64>, DbError> {
        match self.0 {
            Inner::Sqlite(row) => match self.sqlite_value(row, column)? {
                ValueRef::Null => Ok(None),
                ValueRef::Integer(number) => Ok(Some(number)),
                other @ (ValueRef::Real(_) | ValueRef::Text(_) | ValueRef::Blob(_)) => {
                    Err(self.mismatch(column, "a whole number", other))
                }
            },
            Inner::Postgres(row) => self
                .postgres_value::<AnyInt>(row, column)
                .map(|number| number.map(|AnyInt(number)| number)),
        }
    }

    /// The truth in a column that holds 0 or 1.
    pub fn flag(&self, column: usize) -> Result<bool, DbError> {
        match self.int(column)? {
            0 => Ok(false),
            1 => Ok(true),
            other => Err(self.mistyped(column, format!("0 or 1 was expected, not {other}"))),
        }
    }

    /// A copy of the text in a column that is never NULL.
    pub fn text(&self, column: usize) -> Result<String, DbError> {
        self.with_text(column, str::to_owned)
    }

    /// A copy of the text in a column, `None` for NULL.
    pub fn opt_text(&self, column: usize) -> Result<Option<String>, DbError> {
        self.opt_with_text(column, str::to_owned)
    }

    /// What `look` makes of the text in a column that is never NULL.
    pub fn with_text<R>(&self, column: usize, look: impl FnOnce(&str) -> R) -> Result<R, DbError> {
        self.opt_with_text(column, look)?.ok_or_else(|| self.unexpected_null(column))
    }

    /// What `look` makes of the text in a column, `None` for NULL.
    pub fn opt_with_text<R>(
        &self,
        column: usize,
        look: impl FnOnce(&str) -> R,
    ) -> Result<Option<R>, DbError> {
        match self.0 {
            Inner::Sqlite(row) => match self.sqlite_value(row, column)? {
                ValueRef::Null => Ok(None),
                ValueRef::Text(bytes) => match std::str::from_utf8(bytes) {
                    Ok(text) => Ok(Some(look(text))),
                    Err(error) => Err(self.mistyped(column, error.to_string())),
                },
                other @ (ValueRef::Integer(_) | ValueRef::Real(_) | ValueRef::Blob(_)) => {
                    Err(self.mismatch(column, "text", other))
                }
            },
            Inner::Postgres(row) => {
                self.postgres_value::<&str>(row, column).map(|text| text.map(look))
            }
        }
    }

    /// A copy of the bytes in a column that is never NULL.
    pub fn blob(&self, column: usize) -> Result<Vec<u8>, DbError> {
        self.opt_blob(column)?.ok_or_else(|| self.unexpected_null(column))
    }

    /// A copy of the bytes in a column, `None` for NULL.
    pub fn opt_blob(&self, column: usize) -> Result<Option<Vec<u8>>, DbError> {
        self.opt_with_blob(column, <[u8]>::to_vec)
    }

    /// What `look` makes of the bytes in a column, `None` for NULL.
    pub fn opt_with_blob<R>(
        &self,
        column: usize,
        look: impl FnOnce(&[u8]) -> R,
    ) -> Result<Option<R>, DbError> {
        match self.0 {
            Inner::Sqlite(row) => match self.sqlite_value(row, column)? {
                ValueRef::Null => Ok(None),
                ValueRef::Blob(bytes) => Ok(Some(look(bytes))),
                other @ (ValueRef::Integer(_) | ValueRef::Real(_) | ValueRef::Text(_)) => {
                    Err(self.mismatch(column, "bytes", other))
                }
            },
            Inner::Postgres(row) => {
                self.postgres_value::<&[u8]>(row, column).map(|bytes| bytes.map(look))
            }
        }
    }

    /// Whatever stands in a column, borrowed from the row.
    pub(crate) fn value(&self, column: usize) -> Result<Value<'_>, DbError> {
        match self.0 {
            Inner::Sqlite(row) => match self.sqlite_value(row, column)? {
                ValueRef::Null => Ok(Value::Null),
                ValueRef::Integer(number) => Ok(Value::Int(number)),
                ValueRef::Text(bytes) => match std::str::from_utf8(bytes) {
                    Ok(text) => Ok(Value::from(text)),
                    Err(error) => Err(self.mistyped(column, error.to_string())),
                },
                ValueRef::Blob(bytes) => Ok(Value::from(bytes)),
                other @ ValueRef::Real(_) => {
                    Err(self.mismatch(column, "a number, text or bytes", other))
                }
            },
            Inner::Postgres(row) => {
                let value = self.postgres_value::<AnyValue<'_>>(row, column)?;
                Ok(value.map_or(Value::Null, |AnyValue(value)| value))
            }
        }
    }

    /// The name of a column in the answer, `""` where there is no such column.
    pub(crate) fn name(&self, column: usize) -> &str {
        match self.0 {
            Inner::Sqlite(row) => row.as_ref().column_name(column).unwrap_or(""),
            Inner::Postgres(row) => row.columns().get(column).map_or("", postgres::Column::name),
        }
    }

    /// The error for a column that holds something else than what was asked for.
    pub(crate) fn mistyped(&self, column: usize, detail: String) -> DbError {
        let column = match self.name(column) {
            "" => column.to_string(),
            name => name.to_owned(),
        };
        DbError::Type { column, detail }
    }

    fn unexpected_null(&self, column: usize) -> DbError {
        self.mistyped(column, String::from("a value was expected, not NULL"))
    }

    fn mismatch(&self, column: usize, wanted: &str, found: ValueRef<'_>) -> DbError {
        self.mistyped(column, format!("{wanted} was expected, not {}", found.data_type()))
    }

    fn sqlite_value<'r>(
        &self,
        row: &'r rusqlite::Row<'_>,
        column: usize,
    ) -> Result<ValueRef<'r>, DbError> {
        row.get_ref(column).map_err(|error| self.mistyped(column, error.to_string()))
    }

    fn postgres_value<'r, T: FromSql<'r>>(
        &self,
        row: &'r postgres::Row,
        column: usize,
    ) -> Result<Option<T>, DbError> {
        row.try_get(column).map_err(|error| {
            let cause = error.source().map_or_else(|| error.to_string(), ToString::to_string);
            self.mistyped(column, cause)
        })
    }
}
