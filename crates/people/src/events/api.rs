//! Reading the feed.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use frame::{columns::json, error::AppError, reply::Reply, request::Req};

/// A page of the feed.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct EventPage {
    /// Events, oldest first.
    data: Vec<EventBody>,
    /// Send it as `cursor` to continue; unchanged when there is nothing new.
    next_cursor: String,
}

db::row! {
    /// One event.
    #[derive(Debug, Serialize, JsonSchema)]
    struct EventBody {
        /// Its number in the vendor's feed; a partner sees gaps where events are not its own.
        sequence: i64,
        /// What happened, for example `deal_registration.approved`.
        kind: String,
        /// When, in UTC.
        at: String => |at: Timestamp| at.to_string(),
        /// The kind of object.
        object_kind: String,
        /// The id of the object.
        object_id: String,
        /// The event's data.
        data: Value => json,
    }
}

/// `GET /api/v1/events`
pub(super) fn list(req: &mut Req<'_, '_>) -> Result<Reply, AppError> {
    let url = req.query();
    let after = match url.get("cursor") {
        None => 0,
        Some(text) => {
            text.strip_prefix('e').and_then(|n| n.parse::<i64>().ok()).ok_or_else(|| {
                AppError::field(
                    "cursor",
                    "this is not a cursor of this feed; omit it to start from the beginning",
                )
            })?
        }
    };
    let limit = req.limit(50, 200)?;
    let kind = url.get("kind").unwrap_or("").to_owned();
    let visibility = req.cx.actor.visibility();
    let data: Vec<EventBody> = req.cx.tx.query_as(
        "SELECT seq, kind, at, object_kind, object_id, data FROM events_feed \
         WHERE vendor_id = $1 AND seq > $2 AND ($3 = '' OR partner_id = $3) \
          AND ($4 = '' OR kind = $4) ORDER BY seq LIMIT $5",
        &[visibility.vendor(), after.into(), visibility.partner(), kind.into(), limit.into()],
    )?;
    let last = data.last().map_or(after, |event| event.sequence);
    Reply::json(&EventPage { data, next_cursor: format!("e{last}") })
}
