//! A person's second factor: a secret shared with an authenticator program, and codes for the day
//! the device is lost (ID-01).

use domain::ids::UserId;
use serde_json::json;

use super::totp;
use crate::audit;
use frame::{ctx::Cx, error::AppError, secrets};

/// How a person's second factor stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Factor {
    /// There is none.
    Off,
    /// A secret was shown and no code of it was entered yet.
    Offered(String),
    /// A code is asked for at each sign-in.
    On(String),
}

/// How the person's second factor stands; an unknown person is not found.
pub(super) fn of(cx: &mut Cx<'_, '_>, user_id: &UserId) -> Result<Factor, AppError> {
    let vendor_id = cx.vendor();
    let row = cx.tx.query_opt_as::<(Option<String>, Option<i64>), _>(
        "SELECT totp_secret, totp_confirmed_at FROM identity_users \
         WHERE vendor_id = $1 AND user_id = $2",
        db::params![vendor_id.as_str(), user_id.as_str()],
    )?;
    let (secret, confirmed_at) = row.ok_or(AppError::NotFound)?;
    Ok(match (secret, confirmed_at) {
        (None, _) => Factor::Off,
        (Some(secret), None) => Factor::Offered(secret),
        (Some(secret), Some(_)) => Factor::On(secret),
    })
}

/// Makes a new secret to be shown; it counts only once a code of it was entered.
pub(super) fn offer(cx: &mut Cx<'_, '_>, user_id: &UserId) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    let secret = totp::new_secret(cx.ids());
    cx.tx.execute(
        "UPDATE identity_users SET totp_secret = $3, totp_last_step = 0 \
         WHERE vendor_id = $1 AND user_id = $2 AND totp_confirmed_at IS NULL",
        db::params![vendor_id.as_str(), user_id.as_str(), secret],
    )?;
    Ok(())
}

/// Takes a code of an offered secret; the recovery codes, or `None` when the code is not right.
pub(super) fn confirm(
    cx: &mut Cx<'_, '_>,
    user_id: &UserId,
    typed: &str,
) -> Result<Option<Vec<String>>, AppError> {
    let Factor::Offered(secret) = of(cx, user_id)? else {
        return Ok(None);
    };
    if !take_code(cx, user_id, &secret, typed)? {
        return Ok(None);
    }
    let (vendor_id, now) = (cx.vendor(), cx.now_micros());
    cx.tx.execute(
        "UPDATE identity_users SET totp_confirmed_at = $3, version = version + 1 \
         WHERE vendor_id = $1 AND user_id = $2",
        db::params![vendor_id.as_str(), user_id.as_str(), now],
    )?;
    let codes = new_codes(cx, user_id)?;
    record(cx, "identity.second_factor_on", user_id)?;
    Ok(Some(codes))
}

fn new_codes(cx: &mut Cx<'_, '_>, user_id: &UserId) -> Result<Vec<String>, AppError> {
    forget_codes(cx, user_id)?;
    let vendor_id = cx.vendor();
    let codes = totp::new_recovery_codes(cx.ids());
    for code in &codes {
        cx.tx.execute(
            "INSERT INTO identity_recovery_codes (vendor_id, user_id, code_hash) \
             VALUES ($1, $2, $3)",
            db::params![vendor_id.as_str(), user_id.as_str(), secrets::hash(code)],
        )?;
    }
    Ok(codes)
}

fn forget_codes(cx: &mut Cx<'_, '_>, user_id: &UserId) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "DELETE FROM identity_recovery_codes WHERE vendor_id = $1 AND user_id = $2",
        db::params![vendor_id.as_str(), user_id.as_str()],
    )?;
    Ok(())
}

/// How many recovery codes are left.
pub(super) fn codes_left(cx: &mut Cx<'_, '_>, user_id: &UserId) -> Result<i64, AppError> {
    let vendor_id = cx.vendor();
    Ok(cx.tx.query_one_as(
        "SELECT COUNT(*) FROM identity_recovery_codes \
         WHERE vendor_id = $1 AND user_id = $2 AND used_at IS NULL",
        db::params![vendor_id.as_str(), user_id.as_str()],
    )?)
}

/// True when `typed` is a code of the person's second factor or one of its recovery codes; each
/// works once. Rule ID-01.
pub(super) fn verify(cx: &mut Cx<'_, '_>, user_id: &UserId, typed: &str) -> Result<bool, AppError> {
    let Factor::On(secret) = of(cx, user_id)? else {
        return Ok(false);
    };
    Ok(take_code(cx, user_id, &secret, typed)? || take_recovery_code(cx, user_id, typed)?)
}

fn take_code(
    cx: &mut Cx<'_, '_>,
    user_id: &UserId,
    secret: &str,
    typed: &str,
) -> Result<bool, AppError> {
    let vendor_id = cx.vendor();
    let last = cx.tx.query_one_as::<i64, _>(
        "SELECT totp_last_step FROM identity_users WHERE vendor_id = $1 AND user_id = $2",
        db::params![vendor_id.as_str(), user_id.as_str()],
    )?;
    let Some(step) = totp::matching_step(secret, typed, cx.now, last) else {
        return Ok(false);
    };
    cx.tx.execute(
        "UPDATE identity_users SET totp_last_step = $3 WHERE vendor_id = $1 AND user_id = $2",
        db::params![vendor_id.as_str(), user_id.as_str(), step],
    )?;
    Ok(true)
}

fn take_recovery_code(
    cx: &mut Cx<'_, '_>,
    user_id: &UserId,
    typed: &str,
) -> Result<bool, AppError> {
    let vendor_id = cx.vendor();
    let hash = secrets::hash(&totp::normal_recovery_code(typed));
    let used = cx.tx.execute(
        "UPDATE identity_recovery_codes SET used_at = $4 \
         WHERE vendor_id = $1 AND user_id = $2 AND code_hash = $3 AND used_at IS NULL",
        db::params![vendor_id.as_str(), user_id.as_str(), hash, cx.now.as_microsecond()],
    )?;
    if used > 0 {
        record(cx, "identity.recovery_code_used", user_id)?;
    }
    Ok(used > 0)
}

/// No code is asked for any more.
pub(super) fn turn_off(cx: &mut Cx<'_, '_>, user_id: &UserId) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "UPDATE identity_users SET totp_secret = NULL, totp_confirmed_at = NULL, \
         totp_last_step = 0, version = version + 1 WHERE vendor_id = $1 AND user_id = $2",
        db::params![vendor_id.as_str(), user_id.as_str()],
    )?;
    forget_codes(cx, user_id)?;
    record(cx, "identity.second_factor_off", user_id)
}

fn record(cx: &mut Cx<'_, '_>, action: &str, user_id: &UserId) -> Result<(), AppError> {
    audit::record(
        cx,
        &audit::Entry {
            action,
            object_kind: "user",
            object_id: user_id.as_str(),
            before: json!(null),
            after: json!(null),
        },
    )
}
