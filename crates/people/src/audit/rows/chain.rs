//! The chain of what rows said, and recomputing it. Rule AU-01.

use db::{DbError, Tx};

use crate::audit::verify::{Fault, Noted, Verified};
use frame::secrets;

/// A link, as its hash covers it.
pub(super) struct Link<'a> {
    pub(super) vendor_id: &'a str,
    pub(super) seq: i64,
    pub(super) at: i64,
    pub(super) kind: &'a str,
    pub(super) key: &'a str,
    pub(super) said: &'a str,
    pub(super) found: bool,
    /// Number and hash of the last entry of the audit trail before it.
    pub(super) audit: (i64, &'a str),
    pub(super) previous_hash: &'a str,
}

/// What is hashed of a link: none of its fields holds a line feed.
pub(super) fn text(link: &Link<'_>) -> String {
    format!(
        "entente row v1\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}",
        link.vendor_id,
        link.seq,
        link.at,
        link.kind,
        link.key,
        link.said,
        i64::from(link.found),
        link.audit.0,
        link.audit.1,
        link.previous_hash
    )
}

/// The number and hash of the chain's last link; 0 and nothing before the first.
pub fn head(tx: &mut Tx<'_>, vendor_id: &str) -> Result<(i64, String), DbError> {
    let head = tx.query_opt_as::<(i64, String), _>(
        "SELECT seq, hash FROM audit_row_heads WHERE vendor_id = $1",
        db::params![vendor_id],
    )?;
    Ok(head.unwrap_or_default())
}

/// The hash of a link; `None` when there is none of that number.
pub fn hash_at(tx: &mut Tx<'_>, vendor_id: &str, seq: i64) -> Result<Option<String>, DbError> {
    tx.query_opt_as::<String, _>(
        "SELECT hash FROM audit_rows WHERE vendor_id = $1 AND seq = $2",
        db::params![vendor_id, seq],
    )
}

/// Number and hash of the last link of a chain.
type Head = (i64, String);

/// Number and hash of the last link, and of the audit trail's last entry.
pub(super) fn heads(tx: &mut Tx<'_>, vendor_id: &str) -> Result<(Head, Head), DbError> {
    let heads = tx.query_opt_as(
        "SELECT COALESCE(r.seq, 0), COALESCE(r.hash, ''), a.seq, a.hash FROM audit_heads a \
         LEFT JOIN audit_row_heads r ON r.vendor_id = a.vendor_id WHERE a.vendor_id = $1",
        db::params![vendor_id],
    )?;
    match heads {
        Some(heads) => Ok(heads),
        // Nothing has been audited yet.
        None => Ok((head(tx, vendor_id)?, (0, String::new()))),
    }
}

/// Recomputes a vendor's chain of what rows said, from its first link, asks whether it holds what
/// was noted of it elsewhere, and whether the audit trail holds the entries that it names.
/// Rule AU-01.
pub fn verify_since(
    tx: &mut Tx<'_>,
    vendor_id: &str,
    noted: &[Noted],
) -> Result<Result<Verified, Fault>, DbError> {
    let mut walk = Walk { vendor_id, noted, last: (0, String::new()), audit_seq: 0, fault: None };
    tx.for_each(
        "SELECT r.seq, r.at, r.kind, r.key, r.said, r.found, r.audit_seq, r.audit_hash, \
         r.hash, e.hash FROM audit_rows r LEFT JOIN audit_entries e \
         ON e.vendor_id = r.vendor_id AND e.seq = r.audit_seq WHERE r.vendor_id = $1 \
         ORDER BY r.seq",
        db::params![vendor_id],
        |row| {
            if walk.fault.is_none() {
                walk.next(row.read()?);
            }
            Ok(())
        },
    )?;
    let head = head(tx, vendor_id)?;
    Ok(walk.end(&head))
}

db::row! {
    /// A link with the hash of the audit trail's entry that it names, `""` where that is gone.
    struct Walked {
        seq: i64,
        at: i64,
        kind: String,
        key: String,
        said: String,
        found: bool,
        audit_seq: i64,
        audit_hash: String,
        hash: String,
        audited: String => Option::unwrap_or_default,
    }
}

struct Walk<'a> {
    vendor_id: &'a str,
    noted: &'a [Noted],
    last: (i64, String),
    audit_seq: i64,
    fault: Option<Fault>,
}

impl Walk<'_> {
    fn next(&mut self, row: Walked) {
        let link = Link {
            vendor_id: self.vendor_id,
            seq: row.seq,
            at: row.at,
            kind: &row.kind,
            key: &row.key,
            said: &row.said,
            found: row.found,
            audit: (row.audit_seq, &row.audit_hash),
            previous_hash: &self.last.1,
        };
        let is_noted = |note: &Noted| note.seq == row.seq && note.hash != row.hash;
        let words = if row.seq != self.last.0 + 1 {
            Some(format!("link {} is missing", self.last.0 + 1))
        } else if secrets::hash(&text(&link)) != row.hash {
            Some("its fields were changed, or it does not follow the link before it".to_owned())
        } else if self.noted.iter().any(is_noted) {
            Some("it differs from the link recorded elsewhere: the chain was rewritten".to_owned())
        } else if row.audited != row.audit_hash || row.audit_seq < self.audit_seq {
            Some(format!(
                "it names entry {} of the audit trail, which is missing or different: the audit \
                 trail was truncated or rewritten",
                row.audit_seq
            ))
        } else {
            None
        };
        self.fault = words.map(|words| Fault { seq: row.seq, words });
        self.last = (row.seq, row.hash);
        self.audit_seq = row.audit_seq;
    }

    /// What is to be said of the whole, once every link was looked at.
    fn end(self, head: &(i64, String)) -> Result<Verified, Fault> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        let entries = self.last.0;
        if *head != self.last {
            let words =
                format!("the chain was truncated or extended: {entries} links, head at {}", head.0);
            return Err(Fault { seq: head.0.max(entries), words });
        }
        if let Some(note) = self.noted.iter().find(|note| !(1..=entries).contains(&note.seq)) {
            let words = format!("it was recorded elsewhere, but the chain ends at {entries}");
            return Err(Fault { seq: note.seq, words });
        }
        Ok(Verified { entries, erased: 0, head: self.last.1 })
    }
}
