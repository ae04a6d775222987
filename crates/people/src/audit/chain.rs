//! Writing the chain.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::order;
use crate::events;
use frame::{clock::from_micros, ctx::Cx, error::AppError, lanes::keep_to_lane, secrets};

/// A change to be kept.
#[derive(Debug)]
pub struct Entry<'a> {
    /// What was done, as `capability.verb`, for example `deal_registration.approved`.
    pub action: &'a str,
    /// The kind of object.
    pub object_kind: &'a str,
    /// The id of the object.
    pub object_id: &'a str,
    /// How it was before; `Null` for something new.
    pub before: Value,
    /// How it is after; `Null` for something gone.
    pub after: Value,
}

/// Appends an entry to the vendor's chain, and an event of the same name and object to the feed:
/// the partner that may see it (`""` for the vendor alone), and what a reader needs to know. Rules
/// AU-01, AP-02.
pub fn tell(
    cx: &mut Cx<'_, '_>,
    entry: &Entry<'_>,
    (partner_id, data): (&str, Value),
) -> Result<(), AppError> {
    record(cx, entry)?;
    let (kind, object_kind, object_id) = (entry.action, entry.object_kind, entry.object_id);
    events::append(cx, &events::Event { kind, object_kind, object_id, partner_id, data })
}

/// Appends an entry to the vendor's chain. Fails when the clock lies far behind the newest one. Rule
/// AU-01.
pub fn record(cx: &mut Cx<'_, '_>, entry: &Entry<'_>) -> Result<(), AppError> {
    let head = head(cx)?;
    order::refuse_behind(cx, head.at)?;
    append(cx, entry, &head)
}

/// Appends an entry behind this head, whatever its time is.
pub(super) fn append(
    cx: &mut Cx<'_, '_>,
    entry: &Entry<'_>,
    Head { seq: last, hash: previous_hash, .. }: &Head,
) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    let seq = last + 1;
    let details = details(cx, entry);
    let salt = secrets::base62(cx.ids(), 22);
    let details_hash = secrets::hash(&format!("{salt}\n{details}"));
    let actor = cx.actor.reference();
    let hash = entry_hash(&Linked {
        vendor_id: vendor_id.as_str(),
        seq,
        at: cx.now_micros(),
        actor: &actor,
        action: entry.action,
        object: (entry.object_kind, entry.object_id),
        details_hash: &details_hash,
        previous_hash,
    });
    cx.tx.execute(
        "INSERT INTO audit_entries (vendor_id, seq, at, actor, action, object_kind, object_id, \
         details_hash, previous_hash, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        db::params![
            vendor_id.as_str(),
            seq,
            cx.now.as_microsecond(),
            &actor,
            entry.action,
            entry.object_kind,
            entry.object_id,
            &details_hash,
            previous_hash,
            &hash
        ],
    )?;
    cx.tx.execute(
        "INSERT INTO audit_details (vendor_id, seq, salt, details) VALUES ($1, $2, $3, $4)",
        db::params![vendor_id.as_str(), seq, &salt, &details],
    )?;
    cx.tx.execute(
        "INSERT INTO audit_heads (vendor_id, seq, hash) VALUES ($1, $2, $3) \
         ON CONFLICT (vendor_id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash",
        db::params![vendor_id.as_str(), seq, &hash],
    )?;
    Ok(())
}

/// The chain's last entry: its number, 0 before the first, its hash and when it was made.
#[derive(Debug, Default)]
pub(super) struct Head {
    seq: i64,
    hash: String,
    pub(super) at: Option<Timestamp>,
}

/// The last entry of the vendor's chain.
pub(super) fn head(cx: &mut Cx<'_, '_>) -> Result<Head, AppError> {
    let vendor_id = cx.vendor();
    keep_to_lane(cx.tx, vendor_id.as_str())?;
    let head = cx.tx.query_opt_as::<(i64, String, Option<i64>), _>(
        "SELECT h.seq, h.hash, e.at FROM audit_heads h LEFT JOIN audit_entries e \
         ON e.vendor_id = h.vendor_id AND e.seq = h.seq WHERE h.vendor_id = $1",
        db::params![vendor_id.as_str()],
    )?;
    let of =
        |(seq, hash, at): (i64, String, Option<i64>)| Head { seq, hash, at: at.map(from_micros) };
    Ok(head.map(of).unwrap_or_default())
}

/// Appends many entries to the vendor's chain, in order, with few statements. Rule AU-01.
pub fn record_many(cx: &mut Cx<'_, '_>, entries: &[Entry<'_>]) -> Result<(), AppError> {
    if entries.is_empty() {
        return Ok(());
    }
    let vendor_id = cx.vendor();
    let head = head(cx)?;
    order::refuse_behind(cx, head.at)?;
    let (mut seq, mut last_hash) = (head.seq, head.hash);
    let actor = cx.actor.reference();
    let at = cx.now_micros();
    let mut links: Vec<db::Value<'_>> = Vec::with_capacity(entries.len() * 10);
    let mut kept: Vec<db::Value<'_>> = Vec::with_capacity(entries.len() * 4);
    for entry in entries {
        seq += 1;
        let details = details(cx, entry);
        let salt = secrets::base62(cx.ids(), 22);
        let details_hash = secrets::hash(&format!("{salt}\n{details}"));
        let hash = entry_hash(&Linked {
            vendor_id: vendor_id.as_str(),
            seq,
            at,
            actor: &actor,
            action: entry.action,
            object: (entry.object_kind, entry.object_id),
            details_hash: &details_hash,
            previous_hash: &last_hash,
        });
        links.extend([
            vendor_id.as_str().into(),
            seq.into(),
            at.into(),
            actor.as_str().into(),
            entry.action.into(),
            entry.object_kind.into(),
            entry.object_id.into(),
            details_hash.into(),
            last_hash.into(),
            hash.clone().into(),
        ]);
        kept.extend([vendor_id.as_str().into(), seq.into(), salt.into(), details.into()]);
        last_hash = hash;
    }
    cx.tx.insert_many(
        "INSERT INTO audit_entries (vendor_id, seq, at, actor, action, object_kind, object_id, \
         details_hash, previous_hash, hash) VALUES",
        "",
        10,
        &links,
    )?;
    cx.tx.insert_many(
        "INSERT INTO audit_details (vendor_id, seq, salt, details) VALUES",
        "",
        4,
        &kept,
    )?;
    cx.tx.execute(
        "INSERT INTO audit_heads (vendor_id, seq, hash) VALUES ($1, $2, $3) \
         ON CONFLICT (vendor_id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash",
        db::params![vendor_id.as_str(), seq, &last_hash],
    )?;
    Ok(())
}

/// What can hold personal data, as it is kept beside the chain.
fn details(cx: &Cx<'_, '_>, entry: &Entry<'_>) -> String {
    let mut details = json!({
        "name": cx.actor.name,
        "origin": cx.origin,
        "before": entry.before,
        "after": entry.after,
    });
    // The entry names the person; the key or link by which it came stands beside it.
    let via = cx.actor.instrument();
    if via != cx.actor.reference()
        && let Some(members) = details.as_object_mut()
    {
        members.insert("via".to_owned(), via.into());
    }
    details.to_string()
}

/// What the hash of an entry covers.
pub(super) struct Linked<'a> {
    pub(super) vendor_id: &'a str,
    pub(super) seq: i64,
    pub(super) at: i64,
    pub(super) actor: &'a str,
    pub(super) action: &'a str,
    pub(super) object: (&'a str, &'a str),
    pub(super) details_hash: &'a str,
    pub(super) previous_hash: &'a str,
}

/// The hash of an entry over its fields and the hash of the one before.
pub(super) fn entry_hash(entry: &Linked<'_>) -> String {
    secrets::hash(&format!(
        "{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}",
        entry.vendor_id,
        entry.seq,
        entry.at,
        entry.actor,
        entry.action,
        entry.object.0,
        entry.object.1,
        entry.details_hash,
        entry.previous_hash
    ))
}
