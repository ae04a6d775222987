//! Counting attempts, so that guessing is slow however many nodes there are (ID-01).

use crate::core::{ctx::Cx, error::AppError, secrets};

const MINUTE_MICROS: i64 = 60 * 1_000_000;
/// Attempts are counted over the last fifteen minutes, in buckets of one.
const WINDOW_MICROS: i64 = 15 * MINUTE_MICROS;

/// What is counted, and how often it may happen in fifteen minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Limit {
    /// Wrong passwords for one address.
    SignInByAddress,
    /// Wrong passwords from one origin.
    SignInByOrigin,
    /// Wrong second-factor codes of one person.
    CodeByPerson,
    /// Mails with a link to one address.
    MailByAddress,
    /// Mails with a link asked for from one origin.
    MailByOrigin,
    /// Unknown links opened from one origin.
    LinkByOrigin,
    /// Invitations sent by one actor.
    InvitationByActor,
}

impl Limit {
    const fn word(self) -> &'static str {
        match self {
            Self::SignInByAddress => "sign_in",
            Self::SignInByOrigin => "sign_in_origin",
            Self::CodeByPerson => "code",
            Self::MailByAddress => "mail",
            Self::MailByOrigin => "mail_origin",
            Self::LinkByOrigin => "link",
            Self::InvitationByActor => "invitation",
        }
    }

    const fn most(self) -> i64 {
        match self {
            Self::SignInByAddress => 10,
            Self::SignInByOrigin => 50,
            Self::CodeByPerson | Self::MailByAddress => 5,
            Self::MailByOrigin | Self::LinkByOrigin => 30,
            Self::InvitationByActor => 200,
        }
    }

    /// The name under which attempts of `whom` are counted; addresses are kept as hashes only.
    fn subject(self, whom: &str) -> String {
        match self {
            Self::SignInByAddress | Self::MailByAddress => {
                format!("{}:{}", self.word(), secrets::hash(whom))
            }
            Self::SignInByOrigin
            | Self::CodeByPerson
            | Self::MailByOrigin
            | Self::LinkByOrigin
            | Self::InvitationByActor => format!("{}:{whom}", self.word()),
        }
    }
}

/// Fails with the seconds to wait when `whom` has used up `limit`.
pub(super) fn check(cx: &mut Cx<'_, '_>, limit: Limit, whom: &str) -> Result<(), AppError> {
    match wait(cx, limit, whom)? {
        Some(seconds) => Err(AppError::TooMany(seconds)),
        None => Ok(()),
    }
}

/// Seconds until `whom` may try again; `None` when it may now.
pub(super) fn wait(cx: &mut Cx<'_, '_>, limit: Limit, whom: &str) -> Result<Option<u32>, AppError> {
    let vendor_id = cx.vendor();
    let now = cx.now_micros();
    let (count, oldest) = cx.tx.query_one(
        "SELECT CAST(COALESCE(SUM(attempts), 0) AS BIGINT), MIN(window_at) \
         FROM identity_attempts WHERE vendor_id = $1 AND subject = $2 AND window_at > $3",
        db::params![vendor_id.as_str(), limit.subject(whom), now - WINDOW_MICROS],
        |row| Ok((row.int(0)?, row.opt_int(1)?)),
    )?;
    if count < limit.most() {
        return Ok(None);
    }
    let until = oldest.unwrap_or(now) + WINDOW_MICROS;
    let seconds = (until - now).max(0) / 1_000_000 + 1;
    Ok(Some(u32::try_from(seconds).unwrap_or(900)))
}

/// Counts one attempt of `whom`.
pub(super) fn count(cx: &mut Cx<'_, '_>, limit: Limit, whom: &str) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    let bucket = cx.now_micros().div_euclid(MINUTE_MICROS) * MINUTE_MICROS;
    cx.tx.execute(
        "INSERT INTO identity_attempts (vendor_id, subject, window_at, attempts) \
         VALUES ($1, $2, $3, 1) ON CONFLICT (vendor_id, subject, window_at) \
         DO UPDATE SET attempts = identity_attempts.attempts + 1",
        db::params![vendor_id.as_str(), limit.subject(whom), bucket],
    )?;
    Ok(())
}

/// Forgets what was counted for `whom` under `limit`, after it got in rightly.
pub(super) fn forget(cx: &mut Cx<'_, '_>, limit: Limit, whom: &str) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    cx.tx.execute(
        "DELETE FROM identity_attempts WHERE vendor_id = $1 AND subject = $2",
        db::params![vendor_id.as_str(), limit.subject(whom)],
    )?;
    Ok(())
}
