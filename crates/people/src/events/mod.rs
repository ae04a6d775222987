//! The event feed (AP-02): what happened, in order, never changed. It is written in the
//! transaction of the change, and read through the API and by other slices' jobs.

mod api;
mod digest;
mod read;

pub use digest::{FeedDigest, digest};
pub use read::{Happened, after, last};

use serde_json::Value;

use frame::{
    access::{Access, Permission},
    ctx::Cx,
    error::AppError,
    lanes::keep_to_lane,
    parts::Parts,
    routes::{Doc, Routes},
};

/// Something that happened.
#[derive(Debug)]
pub struct Event<'a> {
    /// What, as `capability.verb`, for example `deal_registration.approved`.
    pub kind: &'a str,
    /// The kind of object.
    pub object_kind: &'a str,
    /// The id of the object.
    pub object_id: &'a str,
    /// The partner that may see it; `""` for the vendor alone.
    pub partner_id: &'a str,
    /// What a reader needs to know; nothing that the partner may not see.
    pub data: Value,
}

/// Appends an event to the vendor's feed.
pub fn append(cx: &mut Cx<'_, '_>, event: &Event<'_>) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    keep_to_lane(cx.tx, vendor_id.as_str())?;
    let seq = last(cx)? + 1;
    cx.tx.execute(
        "INSERT INTO events_feed (vendor_id, seq, at, kind, object_kind, object_id, partner_id, \
         data) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        db::params![
            vendor_id.as_str(),
            seq,
            cx.now.as_microsecond(),
            event.kind,
            event.object_kind,
            event.object_id,
            event.partner_id,
            event.data.to_string()
        ],
    )?;
    Ok(())
}

/// Appends many events to the vendor's feed, in order, with few statements.
pub fn append_many(cx: &mut Cx<'_, '_>, events: &[Event<'_>]) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    keep_to_lane(cx.tx, vendor_id.as_str())?;
    let last = last(cx)?;
    let mut values: Vec<db::Value<'_>> = Vec::with_capacity(events.len() * 8);
    for (seq, event) in (last + 1..).zip(events) {
        values.extend([
            vendor_id.as_str().into(),
            seq.into(),
            cx.now.as_microsecond().into(),
            event.kind.into(),
            event.object_kind.into(),
            event.object_id.into(),
            event.partner_id.into(),
            event.data.to_string().into(),
        ]);
    }
    cx.tx.insert_many(
        "INSERT INTO events_feed (vendor_id, seq, at, kind, object_kind, object_id, partner_id, \
         data) VALUES",
        "",
        8,
        &values,
    )?;
    Ok(())
}

/// What this slice brings.
pub fn parts() -> Parts {
    Parts::of(routes())
}

/// The routes of this slice.
fn routes() -> Routes {
    Routes::of("events").api_get(
        "/api/v1/events",
        Access::Either(Permission::EventsRead),
        Doc::new("List events, oldest first; poll with the last cursor")
            .gives::<api::EventPage>()
            .query(&[
                ("cursor", "The cursor of the previous page; returns the events after it"),
                ("limit", "Page size, 1 to 200; 50 by default"),
                ("kind", "Only events of this kind, for example deal_registration.approved"),
            ]),
        api::list,
    )
}
