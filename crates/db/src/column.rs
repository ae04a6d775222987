//! What one column of a table is in the program: a number, a text, or a type of the caller's.

use crate::value::Value;

/// Marks the types that `db` itself can keep in a column.
#[derive(Debug, Clone, Copy)]
pub enum Plain {}

/// A type that one column can hold.
///
/// `By` says who taught `db` the type. It is inferred and never written where a column is read: a
/// type has one implementation, and so there is one answer. The parameter is there so that a crate
/// can implement the trait for types that it does not own, as ids and dates; Rust allows that only
/// where a type of its own takes part.
///
/// ```
/// use db::{Column, Value};
/// use std::net::Ipv4Addr;
///
/// /// What this crate teaches the database.
/// enum Ours {}
///
/// impl Column<Ours> for Ipv4Addr {
///     fn from_value(value: Value<'_>) -> Result<Self, String> {
///         let text = db::text_of(&value)?;
///         text.parse().map_err(|error| format!("“{text}”: {error}"))
///     }
///
///     fn to_value(&self) -> Value<'_> {
///         Value::from(self.to_string())
///     }
/// }
/// ```
///
/// Both directions have to agree: what `to_value` gives, `from_value` takes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be kept in a column",
    note = "implement `db::Column` for it, with a marker type of your own if neither is yours"
)]
pub trait Column<By = Plain>: Sized {
    /// The value of the type. The error says what was wrong with the value; the name of the column
    /// is added by the caller.
    fn from_value(value: Value<'_>) -> Result<Self, String>;

    /// What is stored for it.
    fn to_value(&self) -> Value<'_>;
}

/// The text of a value, for implementations of [`Column`]; the error names what was found.
pub fn text_of<'v>(value: &'v Value<'_>) -> Result<&'v str, String> {
    match value {
        Value::Text(text) => Ok(text),
        Value::Null | Value::Int(_) | Value::Blob(_) => Err(unexpected(value, "text")),
    }
}

/// The whole number of a value, for implementations of [`Column`]; the error names what was found.
pub fn int_of(value: &Value<'_>) -> Result<i64, String> {
    match value {
        Value::Int(number) => Ok(*number),
        Value::Null | Value::Text(_) | Value::Blob(_) => Err(unexpected(value, "a whole number")),
    }
}

/// Says that something else was expected, without quoting what was found.
fn unexpected(found: &Value<'_>, wanted: &str) -> String {
    let found = match found {
        Value::Null => return String::from("a value was expected, not NULL"),
        Value::Int(_) => "a whole number",
        Value::Text(_) => "text",
        Value::Blob(_) => "bytes",
    };
    format!("{wanted} was expected, not {found}")
}

impl Column for i64 {
    fn from_value(value: Value<'_>) -> Result<Self, String> {
        int_of(&value)
    }

    fn to_value(&self) -> Value<'_> {
        Value::Int(*self)
    }
}

macro_rules! small_integers {
    ($($small:ty),+) => { $(
        impl Column for $small {
            fn from_value(value: Value<'_>) -> Result<Self, String> {
                let number = int_of(&value)?;
                <$small>::try_from(number).map_err(|_| {
                    format!("{number} is not from {} to {}", <$small>::MIN, <$small>::MAX)
                })
            }

            fn to_value(&self) -> Value<'_> {
                Value::Int(i64::from(*self))
            }
        }
    )+ };
}
small_integers!(i8, i16, i32, u8, u16, u32);

impl Column for bool {
    fn from_value(value: Value<'_>) -> Result<Self, String> {
        match int_of(&value)? {
            0 => Ok(false),
            1 => Ok(true),
            other => Err(format!("0 or 1 was expected, not {other}")),
        }
    }

    fn to_value(&self) -> Value<'_> {
        Value::Int(i64::from(*self))
    }
}

impl Column for String {
    fn from_value(value: Value<'_>) -> Result<Self, String> {
        match value {
            Value::Text(text) => Ok(text.into_owned()),
            Value::Null | Value::Int(_) | Value::Blob(_) => Err(unexpected(&value, "text")),
        }
    }

    fn to_value(&self) -> Value<'_> {
        Value::from(self.as_str())
    }
}

impl Column for Vec<u8> {
    fn from_value(value: Value<'_>) -> Result<Self, String> {
        match value {
            Value::Blob(bytes) => Ok(bytes.into_owned()),
            Value::Null | Value::Int(_) | Value::Text(_) => Err(unexpected(&value, "bytes")),
        }
    }

    fn to_value(&self) -> Value<'_> {
        Value::from(self)
    }
}

/// `None` is NULL.
impl<By, T: Column<By>> Column<By> for Option<T> {
    fn from_value(value: Value<'_>) -> Result<Self, String> {
        match value {
            Value::Null => Ok(None),
            some @ (Value::Int(_) | Value::Text(_) | Value::Blob(_)) => {
                T::from_value(some).map(Some)
            }
        }
    }

    fn to_value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Null, T::to_value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_taken_at_both_ends_of_its_range_and_not_beyond() {
        assert_eq!(u8::from_value(Value::Int(255)), Ok(255));
        assert_eq!(u8::from_value(Value::Int(0)), Ok(0));
        assert_eq!(u8::from_value(Value::Int(256)), Err("256 is not from 0 to 255".to_owned()));
        assert!(u8::from_value(Value::Int(-1)).is_err());
        assert_eq!(bool::from_value(Value::Int(1)), Ok(true));
        assert!(bool::from_value(Value::Int(2)).is_err());
    }

    #[test]
    fn what_is_found_is_named_and_not_quoted() {
        assert_eq!(
            i64::from_value(Value::from("secret")),
            Err("a whole number was expected, not text".to_owned())
        );
        assert!(String::from_value(Value::Null).unwrap_err().contains("NULL"));
        assert_eq!(Option::<String>::from_value(Value::Null), Ok(None));
        assert!(Option::<String>::from_value(Value::Int(1)).is_err());
    }
}
