//! Stakes that people gave up. A decision looks at who had a stake when its matter was submitted:
//! giving an account, an opportunity, a territory, a role or the care of a partner away afterwards
//! frees nobody to decide (DR-14, CF-03).

use std::collections::BTreeSet;

use domain::ids::UserId;
use jiff::Timestamp;

use frame::{ctx::Cx, error::AppError};

/// What people have a stake by, and what its subject is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stake {
    /// An account; its id.
    Account,
    /// An open opportunity of direct sales; the id of its account, since it counts there.
    Opportunity,
    /// A territory; its code.
    Territory,
    /// The care of a partner; its id.
    Partner,
    /// A role at the vendor; its word.
    Role,
}

impl Stake {
    const fn word(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Opportunity => "opportunity",
            Self::Territory => "territory",
            Self::Partner => "partner",
            Self::Role => "role",
        }
    }
}

/// Keeps that something was this person's until now; nothing for `""`, nobody. Rules DR-14, CF-03.
pub fn gave_up(
    cx: &mut Cx<'_, '_>,
    stake: Stake,
    subject: &str,
    user_id: &str,
) -> Result<(), AppError> {
    if user_id.is_empty() {
        return Ok(());
    }
    let (vendor_id, now) = (cx.vendor(), cx.now_micros());
    cx.tx.execute(
        "INSERT INTO identity_past_stakes (vendor_id, kind, subject_id, user_id, until_at) \
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        db::params![vendor_id.as_str(), stake.word(), subject, user_id, now],
    )?;
    Ok(())
}

/// Whose something was at any time since an instant, besides whose it is now: also who gave it up
/// at that very instant. Rules DR-14, CF-03.
pub fn past(
    cx: &mut Cx<'_, '_>,
    stake: Stake,
    subject: &str,
    since: Timestamp,
) -> Result<BTreeSet<UserId>, AppError> {
    let vendor_id = cx.vendor();
    let rows = cx.tx.query_as::<String, _>(
        "SELECT user_id FROM identity_past_stakes WHERE vendor_id = $1 AND kind = $2 \
         AND subject_id = $3 AND until_at >= $4",
        db::params![vendor_id.as_str(), stake.word(), subject, since.as_microsecond()],
    )?;
    Ok(rows.iter().filter_map(|id| UserId::parse(id).ok()).collect())
}

/// What was given up on one subject counts on another too: one account was taken in by the other.
pub fn carry_over(
    cx: &mut Cx<'_, '_>,
    stake: Stake,
    (from, to): (&str, &str),
) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "INSERT INTO identity_past_stakes (vendor_id, kind, subject_id, user_id, until_at) \
         SELECT vendor_id, kind, $4, user_id, until_at FROM identity_past_stakes \
         WHERE vendor_id = $1 AND kind = $2 AND subject_id = $3 ON CONFLICT DO NOTHING",
        db::params![vendor_id.as_str(), stake.word(), from, to],
    )?;
    Ok(())
}
