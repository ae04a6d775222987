//! Counting attempts, so that guessing is slow however many nodes there are (ID-01).
//!
//! Anybody can have an attempt counted, so what is kept of it is little and short-lived: the hash
//! of whom it concerns, and a number a minute. Every count forgets some that are over, and one who
//! has reached a limit is not counted further.

use frame::{ctx::Cx, error::AppError, origin, secrets};

const MINUTE_MICROS: i64 = 60 * 1_000_000;
/// Attempts are counted over the last fifteen minutes, in buckets of one.
const WINDOW_MINUTES: i64 = 15;
/// How many counts that are over each new one forgets: more than it adds.
const FORGOTTEN_AT_ONCE: i64 = 8;

/// What is counted, and how often it may happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Limit {
    /// Wrong passwords for one address from one origin.
    SignInByBoth,
    /// Wrong passwords for one address from wherever.
    SignInByAddress,
    /// Wrong passwords from one origin.
    SignInByOrigin,
    /// Wrong passwords of one person in one browser known to be theirs.
    SignInByDevice,
    /// Wrong second-factor codes of one person.
    CodeByPerson,
    /// Wrong second-factor codes of one person in one browser known to be theirs.
    CodeByDevice,
    /// Mails with a link to one address, asked for from one origin.
    MailByBoth,
    /// Mails with a link to one address, asked for from wherever.
    MailByAddress,
    /// Mails with a link asked for from one origin.
    MailByOrigin,
    /// Mails with a link to one person, asked for in one browser known to be theirs.
    MailByDevice,
    /// Unknown links opened from one origin.
    LinkByOrigin,
    /// Invitations sent by one actor.
    InvitationByActor,
}

impl Limit {
    const fn word(self) -> &'static str {
        match self {
            Self::SignInByBoth => "sign_in_both",
            Self::SignInByAddress => "sign_in",
            Self::SignInByOrigin => "sign_in_origin",
            Self::SignInByDevice => "sign_in_device",
            Self::CodeByPerson => "code",
            Self::CodeByDevice => "code_device",
            Self::MailByBoth => "mail_both",
            Self::MailByAddress => "mail",
            Self::MailByOrigin => "mail_origin",
            Self::MailByDevice => "mail_device",
            Self::LinkByOrigin => "link",
            Self::InvitationByActor => "invitation",
        }
    }

    const fn most(self) -> i64 {
        match self {
            Self::MailByDevice => 1,
            Self::CodeByPerson | Self::CodeByDevice | Self::MailByBoth => 5,
            Self::SignInByBoth | Self::SignInByDevice | Self::MailByAddress => 10,
            Self::MailByOrigin | Self::LinkByOrigin => 30,
            Self::SignInByAddress | Self::SignInByOrigin => 50,
            Self::InvitationByActor => 200,
        }
    }

    /// Over how long it is counted.
    const fn minutes(self) -> i64 {
        match self {
            Self::MailByDevice => 5,
            Self::SignInByBoth
            | Self::SignInByAddress
            | Self::SignInByOrigin
            | Self::SignInByDevice
            | Self::CodeByPerson
            | Self::CodeByDevice
            | Self::MailByBoth
            | Self::MailByAddress
            | Self::MailByOrigin
            | Self::LinkByOrigin
            | Self::InvitationByActor => WINDOW_MINUTES,
        }
    }

    /// The name under which attempts of `whom` are counted; no address is kept as such.
    fn subject(self, whom: &str) -> String {
        format!("{}:{}", self.word(), secrets::hash(whom))
    }
}

/// The name of where this request comes from, as limits count it.
pub(super) fn origin(cx: &Cx<'_, '_>) -> String {
    origin::counted(&cx.origin)
}

/// The name of two things that are counted together.
pub(super) fn both(one: &str, other: &str) -> String {
    format!("{one}\n{other}")
}

/// Fails with the seconds to wait when `whom` has used up `limit`.
pub(super) fn check(cx: &mut Cx<'_, '_>, limit: Limit, whom: &str) -> Result<(), AppError> {
    match wait(cx, limit, whom)? {
        Some(seconds) => Err(AppError::too_many(seconds)),
        None => Ok(()),
    }
}

/// Seconds until `whom` may try again; `None` when it may now.
pub(super) fn wait(cx: &mut Cx<'_, '_>, limit: Limit, whom: &str) -> Result<Option<u32>, AppError> {
    let vendor_id = cx.vendor();
    let now = cx.now_micros();
    let window = limit.minutes() * MINUTE_MICROS;
    let (count, oldest) = cx.tx.query_one_as::<(i64, Option<i64>), _>(
        "SELECT CAST(COALESCE(SUM(attempts), 0) AS BIGINT), MIN(window_at) \
         FROM identity_attempts WHERE vendor_id = $1 AND subject = $2 AND window_at > $3",
        db::params![vendor_id.as_str(), limit.subject(whom), now - window],
    )?;
    if count < limit.most() {
        return Ok(None);
    }
    let until = oldest.unwrap_or(now) + window;
    let seconds = (until - now).max(0) / 1_000_000 + 1;
    Ok(Some(u32::try_from(seconds).unwrap_or(900)))
}

/// The longest wait of these limits, each for whom it counts; `None` when all let through.
pub(super) fn longest_wait(
    cx: &mut Cx<'_, '_>,
    limits: &[(Limit, &str)],
) -> Result<Option<u32>, AppError> {
    let mut longest = None;
    for (limit, whom) in limits {
        longest = longest.max(wait(cx, *limit, whom)?);
    }
    Ok(longest)
}

/// Counts one attempt of `whom`.
pub(super) fn count(cx: &mut Cx<'_, '_>, limit: Limit, whom: &str) -> Result<(), AppError> {
    let vendor_id = cx.vendor();
    let now = cx.now_micros();
    let bucket = now.div_euclid(MINUTE_MICROS) * MINUTE_MICROS;
    cx.tx.execute(
        "INSERT INTO identity_attempts (vendor_id, subject, window_at, attempts) \
         VALUES ($1, $2, $3, 1) ON CONFLICT (vendor_id, subject, window_at) \
         DO UPDATE SET attempts = identity_attempts.attempts + 1",
        db::params![vendor_id.as_str(), limit.subject(whom), bucket],
    )?;
    cx.tx.execute(
        "DELETE FROM identity_attempts WHERE vendor_id = $3 AND (subject, window_at) IN ( \
         SELECT subject, window_at FROM identity_attempts WHERE vendor_id = $3 AND window_at < $1 ORDER BY window_at LIMIT $2)",
        db::params![now - WINDOW_MINUTES * MINUTE_MICROS, FORGOTTEN_AT_ONCE, vendor_id.as_str()],
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
