//! The values that go into a statement: what both databases store alike.

use std::borrow::Cow;
use std::error::Error;

use bytes::{BufMut, BytesMut};
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use rusqlite::types::{ToSqlOutput, ValueRef};

use crate::error::DbError;

/// One parameter of a statement.
///
/// Instants are microseconds in an `Int`, dates ISO text, truth 0 or 1, money minor units.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value<'a> {
    /// No value.
    Null,
    /// A whole number.
    Int(i64),
    /// Text in UTF-8 without U+0000.
    Text(Cow<'a, str>),
    /// Bytes.
    Blob(Cow<'a, [u8]>),
}

/// The parameters of a statement that has none.
pub const NO_PARAMS: &[Value<'static>] = &[];

/// Makes the parameters of a statement from anything that turns into a [`Value`].
///
/// ```
/// let name = String::from("Globex");
/// let params = db::params!["acc_1", &name, 42, None::<i64>, true];
/// assert_eq!(params.len(), 5);
/// ```
#[macro_export]
macro_rules! params {
    () => { $crate::NO_PARAMS };
    ($($value:expr),+ $(,)?) => { &[$($crate::Value::from($value)),+] };
}

impl Value<'_> {
    /// The same value, holding its own text or bytes.
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Value::Null => Value::Null,
            Value::Int(number) => Value::Int(number),
            Value::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Value::Blob(bytes) => Value::Blob(Cow::Owned(bytes.into_owned())),
        }
    }

    /// Refuses what one of the databases could not hold, so that both refuse it.
    pub(crate) fn check(&self) -> Result<(), DbError> {
        match self {
            Value::Text(text) if text.as_bytes().contains(&0) => Err(DbError::ZeroByte),
            Value::Null | Value::Int(_) | Value::Text(_) | Value::Blob(_) => Ok(()),
        }
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Value::Int(number)
    }
}

macro_rules! from_small_integers {
    ($($small:ty),+) => { $(
        impl From<$small> for Value<'_> {
            fn from(number: $small) -> Self {
                Value::Int(i64::from(number))
            }
        }
    )+ };
}
from_small_integers!(i8, i16, i32, u8, u16, u32, bool);

impl TryFrom<u64> for Value<'_> {
    type Error = std::num::TryFromIntError;

    fn try_from(number: u64) -> Result<Self, Self::Error> {
        i64::try_from(number).map(Value::Int)
    }
}

impl TryFrom<usize> for Value<'_> {
    type Error = std::num::TryFromIntError;

    fn try_from(number: usize) -> Result<Self, Self::Error> {
        i64::try_from(number).map(Value::Int)
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Value::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Value::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Value::Text(Cow::Owned(text))
    }
}

impl<'a> From<Cow<'a, str>> for Value<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        Value::Text(text)
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Value::Blob(Cow::Borrowed(bytes))
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Value<'a> {
    fn from(bytes: &'a [u8; N]) -> Self {
        Value::Blob(Cow::Borrowed(bytes))
    }
}

impl<'a> From<&'a Vec<u8>> for Value<'a> {
    fn from(bytes: &'a Vec<u8>) -> Self {
        Value::Blob(Cow::Borrowed(bytes))
    }
}

impl From<Vec<u8>> for Value<'_> {
    fn from(bytes: Vec<u8>) -> Self {
        Value::Blob(Cow::Owned(bytes))
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

impl<'a> From<&'a Option<String>> for Value<'a> {
    fn from(value: &'a Option<String>) -> Self {
        value.as_deref().map_or(Value::Null, Value::from)
    }
}

impl<'a> From<&'a Value<'a>> for Value<'a> {
    fn from(value: &'a Value<'a>) -> Self {
        match value {
            Value::Null => Value::Null,
            Value::Int(number) => Value::Int(*number),
            Value::Text(text) => Value::Text(Cow::Borrowed(text)),
            Value::Blob(bytes) => Value::Blob(Cow::Borrowed(bytes)),
        }
    }
}

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Int(number) => ValueRef::Integer(*number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

impl ToSql for Value<'_> {
    fn to_sql(
        &self,
        column: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Value::Null => return Ok(IsNull::Yes),
            Value::Int(number) => put_int(*number, column, out)?,
            Value::Text(text) => {
                if *column == Type::JSONB {
                    out.put_u8(1);
                } else if !is_text(column) {
                    return Err(format!("a text was given where {column} is expected").into());
                }
                out.extend_from_slice(text.as_bytes());
            }
            Value::Blob(bytes) if *column == Type::BYTEA => out.extend_from_slice(bytes),
            Value::Blob(_) => {
                return Err(format!("bytes were given where {column} is expected").into());
            }
        }
        Ok(IsNull::No)
    }

    // A NULL fits every type; what else does not fit is told with its type by `to_sql`.
    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

fn is_text(column: &Type) -> bool {
    [Type::TEXT, Type::VARCHAR, Type::BPCHAR, Type::NAME, Type::JSON, Type::UNKNOWN]
        .contains(column)
}

fn put_int(
    number: i64,
    column: &Type,
    out: &mut BytesMut,
) -> Result<(), Box<dyn Error + Sync + Send>> {
    if *column == Type::INT8 {
        out.put_i64(number);
    } else if *column == Type::INT4 {
        out.put_i32(i32::try_from(number)?);
    } else if *column == Type::INT2 {
        out.put_i16(i16::try_from(number)?);
    } else if *column == Type::BOOL && (number == 0 || number == 1) {
        out.put_u8(u8::from(number == 1));
    } else {
        return Err(format!("a number was given where {column} is expected").into());
    }
    Ok(())
}
