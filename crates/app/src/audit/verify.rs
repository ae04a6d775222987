//! Recomputing the chain: which entry is the first that was tampered with. Rule AU-01.

use db::{DbError, Row, Tx};

use super::chain::{Linked, entry_hash};
use crate::core::{ctx::Cx, error::AppError, secrets};

/// A chain without a fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// How many entries it has.
    pub entries: i64,
    /// How many of them had their personal details erased.
    pub erased: i64,
    /// The hash of the last; keep it elsewhere to notice a chain that was rewritten as a whole.
    pub head: String,
}

/// The first fault of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The number of the entry.
    pub seq: i64,
    /// What is wrong with it.
    pub words: String,
}

struct Stored {
    seq: i64,
    at: i64,
    actor: String,
    action: String,
    object_kind: String,
    object_id: String,
    details_hash: String,
    previous_hash: String,
    hash: String,
    salt: Option<String>,
    details: Option<String>,
}

fn stored(row: &Row<'_>) -> Result<Stored, DbError> {
    Ok(Stored {
        seq: row.int(0)?,
        at: row.int(1)?,
        actor: row.text(2)?,
        action: row.text(3)?,
        object_kind: row.text(4)?,
        object_id: row.text(5)?,
        details_hash: row.text(6)?,
        previous_hash: row.text(7)?,
        hash: row.text(8)?,
        salt: row.opt_text(9)?,
        details: row.opt_text(10)?,
    })
}

/// Recomputes a vendor's chain from its first entry.
pub fn verify(tx: &mut Tx<'_>, vendor_id: &str) -> Result<Result<Verified, Fault>, DbError> {
    let mut state = State { expected: 1, previous: String::new(), erased: 0, fault: None };
    tx.for_each(
        "SELECT e.seq, e.at, e.actor, e.action, e.object_kind, e.object_id, e.details_hash, \
         e.previous_hash, e.hash, d.salt, d.details FROM audit_entries e \
         LEFT JOIN audit_details d ON d.vendor_id = e.vendor_id AND d.seq = e.seq \
         WHERE e.vendor_id = $1 ORDER BY e.seq",
        db::params![vendor_id],
        |row| {
            if state.fault.is_none() {
                state.next(vendor_id, &stored(row)?);
            }
            Ok(())
        },
    )?;
    if let Some(fault) = state.fault {
        return Ok(Err(fault));
    }
    let head = tx.query_opt(
        "SELECT seq, hash FROM audit_heads WHERE vendor_id = $1",
        db::params![vendor_id],
        |row| Ok((row.int(0)?, row.text(1)?)),
    )?;
    let entries = state.expected - 1;
    let (head_seq, head_hash) = head.unwrap_or((0, String::new()));
    if (head_seq, head_hash.as_str()) != (entries, state.previous.as_str()) {
        return Ok(Err(Fault {
            seq: head_seq.max(entries),
            words: format!("the chain was cut or extended: {entries} entries, head at {head_seq}"),
        }));
    }
    Ok(Ok(Verified { entries, erased: state.erased, head: state.previous }))
}

struct State {
    expected: i64,
    previous: String,
    erased: i64,
    fault: Option<Fault>,
}

impl State {
    fn next(&mut self, vendor_id: &str, entry: &Stored) {
        let linked = Linked {
            vendor_id,
            seq: entry.seq,
            at: entry.at,
            actor: &entry.actor,
            action: &entry.action,
            object: (&entry.object_kind, &entry.object_id),
            details_hash: &entry.details_hash,
            previous_hash: &entry.previous_hash,
        };
        let details_changed = match (&entry.salt, &entry.details) {
            (Some(salt), Some(details)) => {
                secrets::hash(&format!("{salt}\n{details}")) != entry.details_hash
            }
            (None, None) => {
                self.erased += 1;
                false
            }
            (Some(_), None) | (None, Some(_)) => true,
        };
        let words = if entry.seq != self.expected {
            Some(format!("entry {} is missing", self.expected))
        } else if entry.previous_hash != self.previous {
            Some("it does not follow the entry before it".to_owned())
        } else if entry_hash(&linked) != entry.hash {
            Some("its fields were changed".to_owned())
        } else if details_changed {
            Some("its details were changed".to_owned())
        } else {
            None
        };
        self.fault = words.map(|words| Fault { seq: entry.seq, words });
        self.expected = entry.seq + 1;
        self.previous.clone_from(&entry.hash);
    }
}

/// When the newest entry of the installation was made; `None` before the first.
pub fn last_entry_at(tx: &mut Tx<'_>) -> Result<Option<jiff::Timestamp>, DbError> {
    let at = tx.query_one(
        "SELECT MAX(e.at) FROM audit_heads h \
         JOIN audit_entries e ON e.vendor_id = h.vendor_id AND e.seq = h.seq",
        &[],
        |row| row.opt_int(0),
    )?;
    Ok(at.map(crate::core::clock::from_micros))
}

/// Erases the details of every entry about or by a person; the chain stays whole. Rule AU-01.
pub fn erase_person(cx: &mut Cx<'_, '_>, user_id: &str) -> Result<u64, AppError> {
    let vendor_id = cx.vendor();
    let erased = cx.tx.execute(
        "DELETE FROM audit_details WHERE vendor_id = $1 AND seq IN (SELECT seq FROM \
         audit_entries WHERE vendor_id = $1 AND (object_id = $2 OR actor = $3))",
        db::params![vendor_id.as_str(), user_id, format!("user:{user_id}")],
    )?;
    Ok(erased)
}
