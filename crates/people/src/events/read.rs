//! Reading the feed from another slice.

use jiff::Timestamp;
use serde_json::Value;

use frame::{columns::json, ctx::Cx, error::AppError};

db::row! {
    /// Something that happened, as the feed keeps it.
    #[derive(Debug, Clone)]
    pub struct Happened {
        /// Its place in the vendor's feed.
        pub seq: i64,
        /// When.
        pub at: Timestamp,
        /// What, as `capability.verb`.
        pub kind: String,
        /// The kind of object.
        pub object_kind: String,
        /// The id of the object.
        pub object_id: String,
        /// The event's data.
        pub data: Value => json,
    }
}

/// The place of the last event of the vendor's feed; 0 when it is empty.
pub fn last(cx: &mut Cx<'_, '_>) -> Result<i64, AppError> {
    let vendor_id = cx.vendor();
    Ok(cx.tx.query_one_as(
        "SELECT COALESCE(MAX(seq), 0) FROM events_feed WHERE vendor_id = $1",
        db::params![vendor_id.as_str()],
    )?)
}

/// What happened after a place in the feed and the actor may see, oldest first, at most `limit`.
pub fn after(cx: &mut Cx<'_, '_>, seq: i64, limit: i64) -> Result<Vec<Happened>, AppError> {
    let visibility = cx.actor.visibility();
    Ok(cx.tx.query_as(
        "SELECT seq, at, kind, object_kind, object_id, data FROM events_feed \
         WHERE vendor_id = $1 AND seq > $2 AND ($3 = '' OR partner_id = $3) \
         ORDER BY seq LIMIT $4",
        &[visibility.vendor(), seq.into(), visibility.partner(), limit.into()],
    )?)
}
