//! Who had a stake in an account before it changed: its owner, and through its address whoever has
//! the territory. What was submitted before the change is judged with them (DR-14, CF-03).

use domain::ids::AccountId;
use jiff::Timestamp;

use super::store::{AccountView, NewAccount};
use frame::{ctx::Cx, error::AppError};
use people::identity::stakes::{Stake, carry_over, gave_up};

/// Keeps owner and address of an account that has others from now on.
pub(super) fn changes(
    cx: &mut Cx<'_, '_>,
    before: &AccountView,
    after: &NewAccount,
) -> Result<(), AppError> {
    if before.owner_user_id != after.owner_user_id {
        gave_up(cx, Stake::Account, before.account_id.as_str(), &before.owner_user_id)?;
    }
    if (&before.country, &before.postal_code) != (&after.country, &after.postal_code) {
        keep_address(cx, &before.account_id, before)?;
    }
    Ok(())
}

/// What is kept of an account that was taken in counts on the account that took it in.
pub(super) fn merges(
    cx: &mut Cx<'_, '_>,
    kept: &AccountView,
    merged: &AccountView,
) -> Result<(), AppError> {
    let ids = (merged.account_id.as_str(), kept.account_id.as_str());
    carry_over(cx, Stake::Account, ids)?;
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "INSERT INTO account_past_addresses (vendor_id, account_id, country, postal_code, \
         until_at) SELECT vendor_id, $3, country, postal_code, until_at \
         FROM account_past_addresses WHERE vendor_id = $1 AND account_id = $2 \
         ON CONFLICT DO NOTHING",
        db::params![vendor_id.as_str(), ids.0, ids.1],
    )?;
    had(cx, &kept.account_id, merged)
}

/// A merge is undone: what was the kept account's until now counts on both.
pub(super) fn parts(
    cx: &mut Cx<'_, '_>,
    kept: &AccountView,
    merged: &AccountId,
) -> Result<(), AppError> {
    had(cx, merged, kept)?;
    had(cx, &kept.account_id, kept)
}

/// Owner and address of `was` were those of the account until now.
fn had(cx: &mut Cx<'_, '_>, account_id: &AccountId, was: &AccountView) -> Result<(), AppError> {
    gave_up(cx, Stake::Account, account_id.as_str(), &was.owner_user_id)?;
    keep_address(cx, account_id, was)
}

fn keep_address(
    cx: &mut Cx<'_, '_>,
    account_id: &AccountId,
    was: &AccountView,
) -> Result<(), AppError> {
    if was.country.is_empty() {
        return Ok(());
    }
    let (vendor_id, now) = (cx.vendor(), cx.now_micros());
    cx.tx.execute(
        "INSERT INTO account_past_addresses (vendor_id, account_id, country, postal_code, \
         until_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        db::params![vendor_id.as_str(), account_id.as_str(), &was.country, &was.postal_code, now],
    )?;
    Ok(())
}

/// Where an account lay at any time since an instant, besides where it lies now: country and
/// postal code, at most 100.
pub fn past_addresses(
    cx: &mut Cx<'_, '_>,
    account_id: &AccountId,
    since: Timestamp,
) -> Result<Vec<(String, String)>, AppError> {
    let vendor_id = cx.vendor();
    Ok(cx.tx.query_as(
        "SELECT DISTINCT country, postal_code FROM account_past_addresses WHERE vendor_id = $1 \
         AND account_id = $2 AND until_at >= $3 LIMIT 100",
        db::params![vendor_id.as_str(), account_id.as_str(), since.as_microsecond()],
    )?)
}
