//! Limits of lists.

use super::{error::AppError, request::Req};

const ORDINARY: i64 = 50;
const MOST: i64 = 200;

/// The `limit` of the query: 1 to 200, 50 when absent.
pub fn limit(req: &Req<'_, '_>) -> Result<i64, AppError> {
    req.limit(ORDINARY, MOST)
}

/// Cuts a list that was read one longer than `limit`; true when there is more.
pub fn cut<T>(rows: &mut Vec<T>, limit: i64) -> bool {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    more
}
