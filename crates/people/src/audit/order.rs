//! A submission never ranks before one that was stored earlier, unless a person confirmed a clock that
//! was set back. Other entries may be up to 5 seconds older than the entry before them. Where the clock
//! is further behind, nothing is stored. Rule AU-01.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{Entry, chain};
use frame::{clock::from_micros, ctx::Cx, error::AppError};

/// How far a clock may lag behind the newest entry: so much differs between machines whose clocks are
/// kept, and is made up for. A clock that lags further is wrong, or was when that entry was written.
const TOLERATED: SignedDuration = SignedDuration::from_secs(5);

/// How far `now` lies behind the newest entry, where that is more than tolerated.
pub fn behind(now: Timestamp, newest: Option<Timestamp>) -> Option<SignedDuration> {
    newest.map(|newest| newest.duration_since(now)).filter(|behind| *behind > TOLERATED)
}

/// What people are told of a clock that lags so far.
pub fn words(behind: SignedDuration) -> String {
    let seconds = behind.as_secs();
    let far = match (seconds / 86_400, seconds / 3_600, seconds / 60) {
        (0, 0, 0) => format!("{seconds} seconds"),
        (0, 0, minutes) => format!("{minutes} min {} s", seconds % 60),
        (0, hours, minutes) => format!("{hours} h {} min", minutes % 60),
        (days, hours, _) => format!("{days} d {} h", hours % 24),
    };
    format!("The clock of this server is {far} behind the newest entry, so nothing is stored")
}

/// Moves the time of a submission behind the newest entry of its vendor, so that it never ranks before
/// one that was stored earlier by a machine whose clock is ahead. Refuses when the clock lags more than
/// is tolerated.
pub fn go_on(cx: &mut Cx<'_, '_>) -> Result<(), AppError> {
    let newest = chain::head(cx)?.at;
    refuse_behind(cx, newest)?;
    if let Some(newest) = newest.filter(|at| *at > cx.now && !cx.app.clock.tells_history()) {
        cx.now = from_micros(newest.as_microsecond() + 1);
    }
    Ok(())
}

/// Fails when the clock lags more than is tolerated.
pub(super) fn refuse_behind(cx: &Cx<'_, '_>, newest: Option<Timestamp>) -> Result<(), AppError> {
    match behind(cx.now, newest) {
        Some(_) if cx.app.clock.tells_history() => Ok(()),
        None => Ok(()),
        Some(behind) => {
            let words = words(behind);
            tracing::error!(now = %cx.now, "{words}; run `entente doctor`");
            Err(AppError::Unavailable(format!(
                "{words}. Ask the operator to correct it, or to confirm it with `entente doctor`"
            )))
        }
    }
}

/// Goes on from the time of this machine although entries are newer, for a reason that the chain keeps.
/// Where the clock is not behind there is nothing to confirm: false, and nothing is stored.
pub fn confirm_clock(cx: &mut Cx<'_, '_>, reason: &str) -> Result<bool, AppError> {
    let (head, vendor_id) = (chain::head(cx)?, cx.vendor());
    if behind(cx.now, head.at).is_none() {
        return Ok(false);
    }
    let entry = Entry {
        action: "operate.clock_confirmed",
        object_kind: "vendor",
        object_id: vendor_id.as_str(),
        before: json!({ "newest_entry_at": head.at.map(|at| at.to_string()) }),
        after: Value::from(reason),
    };
    chain::append(cx, &entry, &head)?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn au_01_a_clock_may_lag_five_seconds_and_no_more() {
        let newest: Timestamp = "2026-01-05T08:00:00Z".parse().unwrap();
        let now = |text: &str| text.parse::<Timestamp>().unwrap();
        assert_eq!(behind(now("2026-01-05T07:59:55Z"), Some(newest)), None);
        let far = behind(now("2026-01-05T07:59:54.999999Z"), Some(newest)).unwrap();
        assert!(words(far).contains("5 seconds behind"), "{}", words(far));
        assert_eq!(behind(now("2026-01-01T00:00:00Z"), None), None);
        for (seconds, said) in [(90, "1 min 30 s"), (7_260, "2 h 1 min"), (180_000, "2 d 2 h")] {
            assert!(words(SignedDuration::from_secs(seconds)).contains(said));
        }
    }
}
