//! Cursors and limits of lists.

use db::{
    Value,
    keyset::{self, Kind},
};

use super::{error::AppError, request::Req};

const ORDINARY: i64 = 50;
const MOST: i64 = 200;

/// The `limit` of the query: 1 to 200, 50 when absent.
pub fn limit(req: &Req<'_, '_>) -> Result<i64, AppError> {
    req.limit(ORDINARY, MOST)
}

/// The `cursor` of the query, for the list named `scope`; `None` when absent.
pub fn cursor(
    req: &Req<'_, '_>,
    scope: &str,
    kinds: &[Kind],
) -> Result<Option<Vec<Value<'static>>>, AppError> {
    let query = req.query();
    let Some(given) = query.get("cursor") else {
        return Ok(None);
    };
    keyset::decode(scope, given, kinds).map(Some).map_err(|_| {
        AppError::field("cursor", "Send the next_cursor of the page before, with the same filter")
    })
}

/// The text at `index` of a cursor's values.
pub fn text_at(values: &[Value<'static>], index: usize) -> Option<String> {
    match values.get(index) {
        Some(Value::Text(text)) => Some(text.clone().into_owned()),
        Some(Value::Int(_) | Value::Null | Value::Blob(_)) | None => None,
    }
}

/// Cuts a list that was read one longer than `limit`; true when there is more.
pub fn cut<T>(rows: &mut Vec<T>, limit: i64) -> bool {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    more
}
