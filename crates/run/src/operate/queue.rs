//! The queue as an operator of a vendor sees it: the vendor's own jobs and those of the
//! installation, and what can be done about dead letters.

use db::keyset;
use jobs::{JobFilter, JobRow, JobState, LetterError};
use serde_json::json;

use frame::{ctx::Cx, error::AppError};
use people::audit;

/// Dead letters that one press of a button or one request may move.
pub(super) const AT_ONCE: u32 = 500;

/// The scope of cursors.
const SCOPE: &str = "jobs";

/// A job by its name in addresses: `12` for one of the vendor, `i12` for one of the installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct JobName {
    pub(super) of_installation: bool,
    pub(super) number: i64,
}

impl JobName {
    pub(super) fn of(row: &JobRow) -> Self {
        Self { of_installation: row.vendor_id.is_empty(), number: row.number }
    }

    fn vendor(self, own: &str) -> &str {
        if self.of_installation { "" } else { own }
    }
}

impl std::str::FromStr for JobName {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (of_installation, digits) = match text.strip_prefix('i') {
            Some(digits) => (true, digits),
            None => (false, text),
        };
        let number = digits.parse().map_err(|_| ())?;
        Ok(Self { of_installation, number })
    }
}

impl std::fmt::Display for JobName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let prefix = if self.of_installation { "i" } else { "" };
        write!(f, "{prefix}{}", self.number)
    }
}

/// The word for a state.
pub(super) fn word(state: JobState) -> &'static str {
    match state {
        JobState::Waiting => "waiting",
        JobState::Running => "running",
        JobState::Dead => "dead",
    }
}

/// The state of a word; `None` for an unknown one.
pub(super) fn state_of(text: &str) -> Option<JobState> {
    [JobState::Waiting, JobState::Running, JobState::Dead]
        .into_iter()
        .find(|state| word(*state) == text)
}

/// How many jobs were given up and wait for a person.
pub fn dead_letters(cx: &mut Cx<'_, '_>) -> Result<u64, AppError> {
    Ok(jobs::gauges(cx.tx, cx.now_micros())?.dead)
}

/// A page of jobs: the installation's first, then the vendor's own, each by number.
pub(super) struct JobPage {
    pub(super) rows: Vec<JobRow>,
    pub(super) next: Option<String>,
}

/// Reads a page of at most `limit` jobs after a cursor.
pub(super) fn page(
    cx: &mut Cx<'_, '_>,
    state: Option<JobState>,
    (field, cursor): (&str, Option<&str>),
    limit: u32,
) -> Result<JobPage, AppError> {
    let own = cx.vendor();
    let (from_own, after) = match cursor {
        None => (false, i64::MIN),
        Some(text) => position(field, text)?,
    };
    let mut rows: Vec<JobRow> = Vec::new();
    for vendor in ["", own.as_str()] {
        let left = limit.saturating_sub(u32::try_from(rows.len()).unwrap_or(u32::MAX));
        if left == 0 || (from_own && vendor.is_empty()) {
            continue;
        }
        let begins_here = from_own != vendor.is_empty();
        let after = if begins_here { after } else { i64::MIN };
        let filter =
            JobFilter { vendor_id: Some(vendor), state, after: Some((vendor, after)), limit: left };
        rows.extend(jobs::list(cx.tx, &filter)?);
    }
    let full = u32::try_from(rows.len()).is_ok_and(|count| count == limit);
    let next = rows.last().filter(|_| full).map(|row| {
        let of_own = i64::from(!row.vendor_id.is_empty());
        keyset::encode(SCOPE, db::params![of_own, row.number])
    });
    Ok(JobPage { rows, next })
}

fn position(field: &str, text: &str) -> Result<(bool, i64), AppError> {
    let values = keyset::decode(SCOPE, text, &[keyset::Kind::Int, keyset::Kind::Int])
        .map_err(|error| AppError::field(field, error.to_string()))?;
    match values.as_slice() {
        [db::Value::Int(of_own), db::Value::Int(number)] => Ok((*of_own != 0, *number)),
        _ => Err(AppError::field(
            field,
            "this is not a cursor of this list; omit it to start from the beginning",
        )),
    }
}

/// What becomes of a dead letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mending {
    /// It runs again, with all its attempts.
    Retry,
    /// It is given up.
    Discard,
}

/// How moving one dead letter ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mended {
    Done,
    /// A job with the same key was queued since and does the same work.
    Superseded,
}

/// Retries or discards one dead letter. One that is not there is not found.
pub(super) fn mend(
    cx: &mut Cx<'_, '_>,
    name: JobName,
    mending: Mending,
) -> Result<Mended, AppError> {
    let (own, now) = (cx.vendor(), cx.now_micros());
    let vendor = name.vendor(own.as_str());
    let outcome = match mending {
        Mending::Retry => jobs::retry(cx.tx, vendor, name.number, now),
        Mending::Discard => jobs::discard(cx.tx, vendor, name.number),
    };
    match outcome {
        Ok(()) => {}
        Err(LetterError::NotFound { .. }) => return Err(AppError::NotFound),
        Err(LetterError::Superseded) => return Ok(Mended::Superseded),
        Err(LetterError::Db(error)) => return Err(error.into()),
    }
    let action = match mending {
        Mending::Retry => "operate.job_retried",
        Mending::Discard => "operate.job_discarded",
    };
    audit::record(
        cx,
        &audit::Entry {
            action,
            object_kind: "job",
            object_id: &name.to_string(),
            before: json!({ "state": "dead" }),
            after: json!(null),
        },
    )?;
    Ok(Mended::Done)
}

/// What became of many dead letters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct MendedMany {
    pub(super) done: u32,
    pub(super) superseded: u32,
}

/// Retries or discards these dead letters, or the first 500 when none are named.
pub(super) fn mend_many(
    cx: &mut Cx<'_, '_>,
    names: Option<Vec<JobName>>,
    mending: Mending,
) -> Result<MendedMany, AppError> {
    let names = if let Some(names) = names {
        names
    } else {
        let page = page(cx, Some(JobState::Dead), ("cursor", None), AT_ONCE)?;
        page.rows.iter().map(JobName::of).collect()
    };
    let mut many = MendedMany::default();
    for name in names {
        match mend(cx, name, mending) {
            Ok(Mended::Done) => many.done += 1,
            Ok(Mended::Superseded) => many.superseded += 1,
            // Somebody else was faster.
            Err(AppError::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(many)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_is_named_by_its_number_and_whose_it_is() {
        for (text, of_installation, number) in [("12", false, 12), ("i3", true, 3)] {
            let name: JobName = text.parse().unwrap();
            assert_eq!(name, JobName { of_installation, number });
            assert_eq!(name.to_string(), text);
        }
        for odd in ["", "i", "x1", "1x"] {
            assert_eq!(odd.parse::<JobName>(), Err(()), "{odd}");
        }
    }
}
