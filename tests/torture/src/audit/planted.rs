//! The changes: what an attacker with the database in its hands would do to a trail.

use db::{DbError, Tx};
use frame::secrets;

/// Where is planted: two entries, one not the other, and the number of the last.
pub(super) struct Place<'a> {
    pub(super) vendor_id: &'a str,
    pub(super) one: i64,
    pub(super) other: i64,
    pub(super) last: i64,
}

/// A kind of change.
pub(super) struct Kind {
    /// What it does.
    pub(super) words: &'static str,
    /// Every link of the trail fits afterwards: only what was noted elsewhere tells.
    pub(super) fits_itself: bool,
    /// Does it.
    pub(super) plant: fn(&mut Tx<'_>, &Place<'_>) -> Result<(), DbError>,
}

/// No change at all, for the negative control.
pub(super) static NOTHING: Kind = plain("changes nothing", |tx, at| entry(tx, at, "actor = actor"));

/// All of them.
pub(super) static KINDS: [Kind; 24] = [
    plain("changes who did it", |tx, at| entry(tx, at, "actor = actor || 'x'")),
    plain("changes what was done", |tx, at| entry(tx, at, "action = action || 'x'")),
    plain("changes the kind of the thing", |tx, at| entry(tx, at, "object_kind = 'partner'")),
    plain("changes the thing", |tx, at| entry(tx, at, "object_id = object_id || '0'")),
    plain("moves it by a microsecond", |tx, at| entry(tx, at, "at = at + 1")),
    plain("changes the hash of the details", |tx, at| {
        entry(tx, at, "details_hash = previous_hash || details_hash || '0'")
    }),
    plain("changes the hash before", |tx, at| {
        entry(tx, at, "previous_hash = previous_hash || '0'")
    }),
    plain("changes the hash", |tx, at| entry(tx, at, "hash = hash || '0'")),
    plain("moves a letter between two fields", |tx, at| {
        entry(tx, at, "action = SUBSTR(action, 2), actor = actor || SUBSTR(action, 1, 1)")
    }),
    plain("gives it the number after the last", |tx, at| {
        tx.execute(
            "UPDATE audit_entries SET seq = $3 WHERE vendor_id = $1 AND seq = $2",
            db::params![at.vendor_id, at.one, at.last + 1],
        )?;
        Ok(())
    }),
    plain("changes the details", |tx, at| details(tx, at, "details = details || ' '")),
    plain("changes the salt", |tx, at| details(tx, at, "salt = salt || '0'")),
    plain("moves a letter from the details to the salt", |tx, at| {
        details(tx, at, "salt = salt || '\n{', details = SUBSTR(details, 2)")
    }),
    plain("deletes the details", delete_details),
    plain("swaps the details of two", swap_details),
    plain("deletes an entry", |tx, at| delete(tx, at, at.one, at.one)),
    plain("deletes an entry and closes the gap", close_gap),
    plain("swaps two entries", swap),
    plain("inserts an entry in between", insert_between),
    plain("appends an entry that fits", append),
    plain("cuts the end", |tx, at| delete(tx, at, at.one, at.last)),
    plain("sets the head back", |tx, at| {
        tx.execute(
            "UPDATE audit_heads SET seq = seq - 1 WHERE vendor_id = $1",
            db::params![at.vendor_id],
        )?;
        Ok(())
    }),
    Kind { words: "cuts the end and moves the head", fits_itself: true, plant: cut_with_head },
    Kind { words: "writes the trail anew from there", fits_itself: true, plant: write_anew },
];

const fn plain(
    words: &'static str,
    plant: fn(&mut Tx<'_>, &Place<'_>) -> Result<(), DbError>,
) -> Kind {
    Kind { words, fits_itself: false, plant }
}

fn entry(tx: &mut Tx<'_>, at: &Place<'_>, set: &str) -> Result<(), DbError> {
    let sql = format!("UPDATE audit_entries SET {set} WHERE vendor_id = $1 AND seq = $2");
    tx.execute(&sql, db::params![at.vendor_id, at.one]).map(|_| ())
}

/// The details of the entry, or of the next that has some.
fn details(tx: &mut Tx<'_>, at: &Place<'_>, set: &str) -> Result<(), DbError> {
    let seq = with_details(tx, at, at.one)?;
    let sql = format!("UPDATE audit_details SET {set} WHERE vendor_id = $1 AND seq = $2");
    tx.execute(&sql, db::params![at.vendor_id, seq]).map(|_| ())
}

fn with_details(tx: &mut Tx<'_>, at: &Place<'_>, from: i64) -> Result<i64, DbError> {
    tx.query_one(
        "SELECT MIN(seq) FROM audit_details WHERE vendor_id = $1 AND seq >= $2",
        db::params![at.vendor_id, from],
        |row| row.int(0),
    )
}

fn delete_details(tx: &mut Tx<'_>, at: &Place<'_>) -> Result<(), DbError> {
    let seq = with_details(tx, at, at.one)?;
    tx.execute(
        "DELETE FROM audit_details WHERE vendor_id = $1 AND seq = $2",
        db::params![at.vendor_id, seq],
    )
    .map(|_| ())
}

fn renumber(tx: &mut Tx<'_>, table: &str, vendor: &str, pair: (i64, i64)) -> Result<(), DbError> {
    let sql = format!("UPDATE {table} SET seq = $3 WHERE vendor_id = $1 AND seq = $2");
    for (from, to) in [(pair.0, -1), (pair.1, pair.0), (-1, pair.1)] {
        tx.execute(&sql, db::params![vendor, from, to])?;
    }
    Ok(())
}

fn swap_details(tx: &mut Tx<'_>, at: &Place<'_>) -> Result<(), DbError> {
    renumber(tx, "audit_details", at.vendor_id, (at.one, at.other))
}

fn swap(tx: &mut Tx<'_>, at: &Place<'_>) -> Result<(), DbError> {
    renumber(tx, "audit_entries", at.vendor_id, (at.one, at.other))?;
    renumber(tx, "audit_details", at.vendor_id, (at.one, at.other))
}

fn delete(tx: &mut Tx<'_>, at: &Place<'_>, first: i64, last: i64) -> Result<(), DbError> {
    for table in ["audit_details", "audit_entries"] {
        let sql = format!("DELETE FROM {table} WHERE vendor_id = $1 AND seq BETWEEN $2 AND $3");
        tx.execute(&sql, db::params![at.vendor_id, first, last])?;
    }
    Ok(())
}

/// Moves every entry from `from` on by `by`, over numbers that nothing has.
fn shift(tx: &mut Tx<'_>, at: &Place<'_>, from: i64, by: i64) -> Result<(), DbError> {
    const AWAY: i64 = 1_000_000;
    for table in ["audit_details", "audit_entries"] {
        let sql = format!("UPDATE {table} SET seq = seq + $3 WHERE vendor_id = $1 AND seq >= $2");
        tx.execute(&sql, db::params![at.vendor_id, from, AWAY])?;
        tx.execute(&sql, db::params![at.vendor_id, AWAY, by - AWAY])?;
    }
    Ok(())
}

fn close_gap(tx: &mut Tx<'_>, at: &Place<'_>) -> Result<(), DbError> {
    // Without its last entry a trail fits itself, which is another kind.
    let gap = at.one.min(at.last - 1);
    delete(tx, at, gap, gap)?;
    shift(tx, at, gap + 1, -1)?;
    head(tx, at, at.last - 1)
}

fn insert_between(tx: &mut Tx<'_>, at: &Place<'_>) -> Result<(), DbError> {
    shift(tx, at, at.one + 1, 1)?;
    tx.execute(
        "INSERT INTO audit_entries (vendor_id, seq, at, actor, action, object_kind, object_id, \
         details_hash, previous_hash, hash) SELECT vendor_id, seq + 1, at, actor, action, \
         object_kind, 'acc_new', details_hash, hash, hash FROM audit_entries \
         WHERE vendor_id = $1 AND seq = $2",
        db::params![at.vendor_id, at.one],
    )?;
    head(tx, at, at.last + 1)
}

/// Sets the head to the entry of that number.
fn head(tx: &mut Tx<'_>, at: &Place<'_>, seq: i64) -> Result<(), DbError> {
    tx.execute(
        "UPDATE audit_heads SET seq = $2, hash = COALESCE((SELECT hash FROM audit_entries \
         WHERE vendor_id = $1 AND seq = $2), '') WHERE vendor_id = $1",
        db::params![at.vendor_id, seq],
    )
    .map(|_| ())
}

fn append(tx: &mut Tx<'_>, at: &Place<'_>) -> Result<(), DbError> {
    let previous = tx.query_one(
        "SELECT hash FROM audit_entries WHERE vendor_id = $1 AND seq = $2",
        db::params![at.vendor_id, at.last],
        |row| row.text(0),
    )?;
    let seq = at.last + 1;
    let details = secrets::hash("salt\n{}");
    let hash = secrets::hash(&format!(
        "{}\n{seq}\n5\nsystem\nuser.removed\nuser\nusr_1\n{details}\n{previous}",
        at.vendor_id
    ));
    tx.execute(
        "INSERT INTO audit_entries (vendor_id, seq, at, actor, action, object_kind, object_id, \
         details_hash, previous_hash, hash) VALUES ($1, $2, 5, 'system', 'user.removed', 'user', \
         'usr_1', $3, $4, $5)",
        db::params![at.vendor_id, seq, &details, &previous, &hash],
    )?;
    tx.execute(
        "INSERT INTO audit_details (vendor_id, seq, salt, details) VALUES ($1, $2, 'salt', '{}')",
        db::params![at.vendor_id, seq],
    )
    .map(|_| ())
}

fn cut_with_head(tx: &mut Tx<'_>, at: &Place<'_>) -> Result<(), DbError> {
    let from = at.one.max(2);
    delete(tx, at, from, at.last)?;
    head(tx, at, from - 1)
}

/// Changes an entry and computes every hash after it anew, and the head.
fn write_anew(tx: &mut Tx<'_>, at: &Place<'_>) -> Result<(), DbError> {
    entry(tx, at, "actor = 'user:usr_else'")?;
    for seq in at.one..=at.last {
        let (text, previous) = tx.query_one(
            "SELECT e.at, e.actor, e.action, e.object_kind, e.object_id, e.details_hash, \
             COALESCE(p.hash, '') FROM audit_entries e LEFT JOIN audit_entries p \
             ON p.vendor_id = e.vendor_id AND p.seq = e.seq - 1 \
             WHERE e.vendor_id = $1 AND e.seq = $2",
            db::params![at.vendor_id, seq],
            |row| {
                let fields = [row.text(1)?, row.text(2)?, row.text(3)?, row.text(4)?, row.text(5)?];
                let at = row.int(0)?;
                Ok((format!("{at}\n{}", fields.join("\n")), row.text(6)?))
            },
        )?;
        let hash = secrets::hash(&format!("{}\n{seq}\n{text}\n{previous}", at.vendor_id));
        tx.execute(
            "UPDATE audit_entries SET previous_hash = $3, hash = $4 \
             WHERE vendor_id = $1 AND seq = $2",
            db::params![at.vendor_id, seq, &previous, &hash],
        )?;
    }
    head(tx, at, at.last)
}
