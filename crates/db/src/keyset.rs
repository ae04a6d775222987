//! Cursors: an opaque text that names the last row a reader has seen.
//!
//! A cursor holds the sort values of that row. It is bound to a scope, the name of the list with
//! its sort and filter, so that a cursor of one list is refused by another. It is no secret and
//! grants nothing: what a reader may see is decided for each page anew.

use std::borrow::Cow;

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};

use crate::value::Value;

/// The layout's number, the first byte of each cursor.
const VERSION: u8 = 1;

/// Bytes of checksum: enough to notice any accidental change.
const CHECK_BYTES: usize = 6;

/// The longest accepted cursor, in characters.
const MAX_LENGTH: usize = 2_048;

/// What a cursor's value must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A whole number.
    Int,
    /// A whole number or NULL.
    OptInt,
    /// Text.
    Text,
    /// Text or NULL.
    OptText,
}

/// Why a cursor is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CursorError {
    /// It was altered, cut off, or never was a cursor.
    #[error("the cursor was altered; use it unchanged from the previous page")]
    Altered,
    /// It was given by another list, sort or filter.
    #[error("the cursor belongs to another list, sort or filter; start with the first page")]
    OtherList,
    /// It was made by a program with another layout.
    #[error("the cursor was created by another version; start with the first page")]
    OtherVersion,
}

/// The cursor behind a row with these sort values.
pub fn encode(scope: &str, values: &[Value<'_>]) -> String {
    let mut body = Vec::with_capacity(64);
    for value in values {
        match value {
            Value::Null => body.push(b'n'),
            Value::Int(number) => {
                body.push(b'i');
                body.extend_from_slice(&number.to_be_bytes());
            }
            Value::Text(text) => put(&mut body, b't', text.as_bytes()),
            Value::Blob(bytes) => put(&mut body, b'b', bytes),
        }
    }
    let mut whole = vec![VERSION];
    whole.extend_from_slice(&check(&[], &body));
    whole.extend_from_slice(&check(scope.as_bytes(), &body));
    whole.extend_from_slice(&body);
    BASE64URL_NOPAD.encode(&whole)
}

/// The sort values of a cursor, which must be of `kinds` in their order.
pub fn decode(
    scope: &str,
    cursor: &str,
    kinds: &[Kind],
) -> Result<Vec<Value<'static>>, CursorError> {
    if cursor.len() > MAX_LENGTH {
        return Err(CursorError::Altered);
    }
    let whole = BASE64URL_NOPAD.decode(cursor.as_bytes()).map_err(|_| CursorError::Altered)?;
    let mut rest = Reader(&whole);
    if rest.byte()? != VERSION {
        return Err(CursorError::OtherVersion);
    }
    let (sum, scoped) = (rest.take(CHECK_BYTES)?, rest.take(CHECK_BYTES)?);
    if sum != check(&[], rest.0) {
        return Err(CursorError::Altered);
    }
    if scoped != check(scope.as_bytes(), rest.0) {
        return Err(CursorError::OtherList);
    }
    let values = kinds.iter().map(|kind| rest.value(*kind)).collect::<Result<Vec<_>, _>>()?;
    if rest.0.is_empty() { Ok(values) } else { Err(CursorError::OtherList) }
}

fn put(body: &mut Vec<u8>, tag: u8, bytes: &[u8]) {
    body.push(tag);
    body.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
    body.extend_from_slice(bytes);
}

fn check(scope: &[u8], body: &[u8]) -> [u8; CHECK_BYTES] {
    let mut digest = Sha256::new();
    digest.update(u64::try_from(scope.len()).unwrap_or(u64::MAX).to_be_bytes());
    digest.update(scope);
    digest.update(body);
    let mut short = [0; CHECK_BYTES];
    for (to, from) in short.iter_mut().zip(digest.finalize()) {
        *to = from;
    }
    short
}

struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    fn take(&mut self, count: usize) -> Result<&'b [u8], CursorError> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(CursorError::Altered)?;
        self.0 = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8, CursorError> {
        self.take(1)?.first().copied().ok_or(CursorError::Altered)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], CursorError> {
        <[u8; N]>::try_from(self.take(N)?).map_err(|_| CursorError::Altered)
    }

    fn value(&mut self, kind: Kind) -> Result<Value<'static>, CursorError> {
        match (self.byte().map_err(|_| CursorError::OtherList)?, kind) {
            (b'n', Kind::OptInt | Kind::OptText) => Ok(Value::Null),
            (b'i', Kind::Int | Kind::OptInt) => Ok(Value::Int(i64::from_be_bytes(self.array()?))),
            (b't', Kind::Text | Kind::OptText) => {
                let length = u32::from_be_bytes(self.array()?);
                let length = usize::try_from(length).map_err(|_| CursorError::Altered)?;
                let bytes = self.take(length)?.to_vec();
                let text = String::from_utf8(bytes).map_err(|_| CursorError::Altered)?;
                Ok(Value::Text(Cow::Owned(text)))
            }
            _ => Err(CursorError::OtherList),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::params;

    const KINDS: &[Kind] = &[Kind::Int, Kind::Text, Kind::OptInt];

    #[test]
    fn a_cursor_gives_back_its_values() {
        let cursor = encode("deals:-submitted", params![7, "deal_1", None::<i64>]);
        let values = decode("deals:-submitted", &cursor, KINDS).unwrap();
        assert_eq!(values, params![7, "deal_1", None::<i64>]);
    }

    #[test]
    fn a_cursor_of_another_list_is_refused() {
        let cursor = encode("deals:-submitted", params![7, "deal_1", None::<i64>]);
        assert_eq!(decode("deals:name", &cursor, KINDS), Err(CursorError::OtherList));
        assert_eq!(decode("deals:-submitted", &cursor, &[Kind::Int]), Err(CursorError::OtherList));
        assert_eq!(
            decode("deals:-submitted", &cursor, &[Kind::Text, Kind::Text, Kind::OptInt]),
            Err(CursorError::OtherList)
        );
    }

    #[test]
    fn what_is_no_cursor_is_refused() {
        for text in ["", "x", "AQ", "!!!", &"A".repeat(MAX_LENGTH + 1)] {
            assert!(decode("s", text, KINDS).is_err(), "{text}");
        }
        assert_eq!(decode("s", "Ag", KINDS), Err(CursorError::OtherVersion));
    }

    proptest! {
        #[test]
        fn any_change_of_a_byte_is_noticed(
            number: i64,
            text in "[a-z]{0,12}",
            place: prop::sample::Index,
            flip in 1_u8..,
        ) {
            let cursor = encode("s", params![number, &text]);
            let mut bytes = BASE64URL_NOPAD.decode(cursor.as_bytes()).unwrap();
            let place = place.index(bytes.len());
            bytes[place] ^= flip;
            let altered = BASE64URL_NOPAD.encode(&bytes);
            prop_assert!(decode("s", &altered, &[Kind::Int, Kind::Text]).is_err());
        }

        #[test]
        fn no_text_makes_the_decoder_panic(text in ".{0,80}") {
            drop(decode("s", &text, KINDS));
        }
    }
}
