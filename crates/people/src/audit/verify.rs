//! Recomputing the chain: which entry is the first that was tampered with. Rule AU-01.
//!
//! Whoever can write to the database can also write a chain anew from some entry on, or cut it and
//! move its head. That is found only with what was noted elsewhere: the number and hash of an
//! entry, as every backup keeps them in its manifest.

use std::collections::BTreeMap;

use db::{DbError, Tx};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::chain::{Entry, Linked, entry_hash, record};
use frame::{ctx::Cx, error::AppError, secrets};

/// The action of the entry that tells of erased details.
const ERASED: &str = "audit.details_erased";

/// An entry as it was noted elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noted {
    /// Its number.
    pub seq: i64,
    /// Its hash.
    pub hash: String,
}

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

impl Verified {
    /// The last entry, to be noted elsewhere; `None` while there is none.
    pub fn note(&self) -> Option<Noted> {
        (self.entries > 0).then(|| Noted { seq: self.entries, hash: self.head.clone() })
    }
}

/// The first fault of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The number of the entry.
    pub seq: i64,
    /// What is wrong with it.
    pub words: String,
}

db::row! {
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
}

/// Recomputes a vendor's chain from its first entry.
pub fn verify(tx: &mut Tx<'_>, vendor_id: &str) -> Result<Result<Verified, Fault>, DbError> {
    verify_since(tx, vendor_id, &[])
}

/// The same, and whether the chain still holds what was noted of it elsewhere. Rule AU-01.
pub fn verify_since(
    tx: &mut Tx<'_>,
    vendor_id: &str,
    noted: &[Noted],
) -> Result<Result<Verified, Fault>, DbError> {
    let mut state = State { expected: 1, noted, ..State::default() };
    tx.for_each(
        "SELECT e.seq, e.at, e.actor, e.action, e.object_kind, e.object_id, e.details_hash, \
         e.previous_hash, e.hash, d.salt, d.details FROM audit_entries e \
         LEFT JOIN audit_details d ON d.vendor_id = e.vendor_id AND d.seq = e.seq \
         WHERE e.vendor_id = $1 ORDER BY e.seq",
        db::params![vendor_id],
        |row| {
            if state.fault.is_none() {
                state.next(vendor_id, &row.read()?);
            }
            Ok(())
        },
    )?;
    let head = tx.query_opt_as::<(i64, String), _>(
        "SELECT seq, hash FROM audit_heads WHERE vendor_id = $1",
        db::params![vendor_id],
    )?;
    Ok(state.end(head.unwrap_or((0, String::new()))))
}

#[derive(Default)]
struct State<'a> {
    expected: i64,
    previous: String,
    erased: i64,
    /// Entries without details whose erasure was not told of yet, by object and actor.
    gone: BTreeMap<(String, String), i64>,
    noted: &'a [Noted],
    fault: Option<Fault>,
}

impl State<'_> {
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
        let words = if entry.seq != self.expected {
            Some(format!("entry {} is missing", self.expected))
        } else if entry.previous_hash != self.previous {
            Some("it does not follow the entry before it".to_owned())
        } else if entry_hash(&linked) != entry.hash {
            Some("its fields were changed".to_owned())
        } else if self.noted.iter().any(|note| note.seq == entry.seq && note.hash != entry.hash) {
            Some("it differs from the entry recorded elsewhere: the chain was rewritten".to_owned())
        } else if self.details_changed(entry) {
            Some("its details were changed".to_owned())
        } else {
            None
        };
        self.fault = words.map(|words| Fault { seq: entry.seq, words });
        self.expected = entry.seq + 1;
        self.previous.clone_from(&entry.hash);
    }

    fn details_changed(&mut self, entry: &Stored) -> bool {
        if entry.action == ERASED {
            let actor = format!("user:{}", entry.object_id);
            self.gone.retain(|(object, by), _| *object != entry.object_id && *by != actor);
        }
        match (&entry.salt, &entry.details) {
            (Some(salt), Some(details)) => {
                secrets::hash(&format!("{salt}\n{details}")) != entry.details_hash
            }
            (None, None) => {
                self.erased += 1;
                let whose = (entry.object_id.clone(), entry.actor.clone());
                self.gone.entry(whose).or_insert(entry.seq);
                false
            }
            (Some(_), None) | (None, Some(_)) => true,
        }
    }

    /// What is to be said of the whole, once every entry was looked at.
    fn end(self, (head_seq, head_hash): (i64, String)) -> Result<Verified, Fault> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        let entries = self.expected - 1;
        if (head_seq, head_hash.as_str()) != (entries, self.previous.as_str()) {
            let words = format!(
                "the chain was truncated or extended: {entries} entries, head at {head_seq}"
            );
            return Err(Fault { seq: head_seq.max(entries), words });
        }
        if let Some(note) = self.noted.iter().find(|note| !(1..=entries).contains(&note.seq)) {
            let words = format!("it was recorded elsewhere, but the chain ends at {entries}");
            return Err(Fault { seq: note.seq, words });
        }
        if let Some(seq) = self.gone.into_values().min() {
            let words = "its details are missing, and no entry records that they were erased";
            return Err(Fault { seq, words: words.to_owned() });
        }
        Ok(Verified { entries, erased: self.erased, head: self.previous })
    }
}

/// When the newest entry of the installation was made; `None` before the first.
pub fn last_entry_at(tx: &mut Tx<'_>) -> Result<Option<jiff::Timestamp>, DbError> {
    let at = tx.query_one_as::<Option<i64>, _>(
        "SELECT MAX(e.at) FROM audit_heads h \
         JOIN audit_entries e ON e.vendor_id = h.vendor_id AND e.seq = h.seq",
        &[],
    )?;
    Ok(at.map(frame::clock::from_micros))
}

/// Erases the details of every entry about or by a person, and tells of it in an entry; the chain
/// stays whole. Rule AU-01.
pub fn erase_person(cx: &mut Cx<'_, '_>, user_id: &str) -> Result<u64, AppError> {
    let vendor_id = cx.vendor();
    let erased = cx.tx.execute(
        "DELETE FROM audit_details WHERE vendor_id = $1 AND seq IN (SELECT seq FROM \
         audit_entries WHERE vendor_id = $1 AND (object_id = $2 OR actor = $3))",
        db::params![vendor_id.as_str(), user_id, format!("user:{user_id}")],
    )?;
    let told = Entry {
        action: ERASED,
        object_kind: "user",
        object_id: user_id,
        before: Value::Null,
        after: json!({ "entries": erased }),
    };
    record(cx, &told)?;
    Ok(erased)
}
