//! A hash over the feed, by which a copy elsewhere knows that nothing of it was changed.

use data_encoding::HEXLOWER;
use db::{DbError, Tx};
use sha2::{Digest as _, Sha256};

/// The feed up to some place, or where it breaks off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedDigest {
    /// The last place that was hashed.
    pub length: i64,
    /// SHA-256 over every event up to there.
    pub hash: String,
    /// The first place that is missing before it.
    pub gap: Option<i64>,
}

/// The hash over a vendor's feed, up to and with the place given; `None` for all of it.
pub fn digest(tx: &mut Tx<'_>, vendor_id: &str, upto: Option<i64>) -> Result<FeedDigest, DbError> {
    let mut digest = Sha256::new();
    let (mut length, mut gap) = (0, None);
    tx.for_each(
        "SELECT seq, at, kind, object_kind, object_id, partner_id, data FROM events_feed \
         WHERE vendor_id = $1 AND seq <= $2 ORDER BY seq",
        db::params![vendor_id, upto.unwrap_or(i64::MAX)],
        |row| {
            let (seq, at, texts): (i64, i64, [String; 5]) = row.read()?;
            if seq != length + 1 {
                gap = gap.or(Some(length + 1));
            }
            length = seq;
            digest.update(seq.to_be_bytes());
            digest.update(at.to_be_bytes());
            for text in &texts {
                digest.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
                digest.update(text.as_bytes());
            }
            Ok(())
        },
    )?;
    Ok(FeedDigest { length, hash: HEXLOWER.encode(&digest.finalize()), gap })
}
