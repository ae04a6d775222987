//! Values for statements that are not kept: sent as text, so that the server decides their types.

use std::error::Error;

use bytes::{BufMut as _, BytesMut};
use data_encoding::HEXLOWER;
use postgres::types::{Format, IsNull, ToSql, Type, to_sql_checked};

use crate::value::Value;

/// A value whose type the server infers from the statement, as it does for one that is kept.
#[derive(Debug)]
pub(super) struct Untyped<'v>(pub(super) &'v Value<'v>);

impl ToSql for Untyped<'_> {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self.0 {
            Value::Null => return Ok(IsNull::Yes),
            Value::Int(number) => out.extend_from_slice(number.to_string().as_bytes()),
            Value::Text(text) => out.extend_from_slice(text.as_bytes()),
            Value::Blob(bytes) => {
                out.put_slice(b"\\x");
                out.extend_from_slice(HEXLOWER.encode(bytes).as_bytes());
            }
        }
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn encode_format(&self, _: &Type) -> Format {
        Format::Text
    }

    to_sql_checked!();
}
