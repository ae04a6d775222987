//! The work that is done by itself, and the clock it is done by.

use db::Tx;
use frame::AppError;
use jiff::{Timestamp, civil};
use jobs::{JobFilter, JobState};
use people::audit;
use run::operate;

use super::finding::Finding;

const CHECK: &str = "jobs";

/// No clock is right that shows a time before this program was written.
const WRITTEN_ON: civil::Date = civil::date(2026, 1, 1);

/// The clock, the queue, the dead letters, the schedules.
pub(super) fn findings(tx: &mut Tx<'_>, now: Timestamp) -> Result<Vec<Finding>, AppError> {
    let mut findings = vec![clock(now, audit::last_entry_at(tx)?)];
    let now_micros = now.as_microsecond();
    let gauges = jobs::gauges(tx, now_micros)?;
    match operate::queue_fault(&gauges) {
        Some(words) => findings.push(Finding::fault(
            CHECK,
            words,
            "Start a node with worker = true (ENTENTE_WORKER), or `entente work`; if one is \
             running, restart it and check its log",
        )),
        None => findings.push(Finding::good(
            CHECK,
            format!("{} wait, {} run, none is late", gauges.waiting, gauges.running),
        )),
    }
    if gauges.dead > 0 {
        findings.push(dead(tx, gauges.dead)?);
    }
    if jobs::schedules(tx)?.is_empty() {
        findings.push(Finding::note(
            CHECK,
            "no schedules exist yet",
            "They are created when a node starts",
        ));
    }
    Ok(findings)
}

fn dead(tx: &mut Tx<'_>, count: u64) -> Result<Finding, AppError> {
    let filter = JobFilter { state: Some(JobState::Dead), limit: 1, ..JobFilter::default() };
    let first = jobs::list(tx, &filter)?.into_iter().next();
    let example = first.map_or_else(String::new, |job| {
        format!("; the first is {}: {}", job.kind, job.last_error.unwrap_or_default())
    });
    Ok(Finding::warning(
        CHECK,
        format!("{count} failed too often and need attention{example}"),
        "Correct the cause, then retry or discard them under Run, Jobs and mail",
    ))
}

fn clock(now: Timestamp, last_entry: Option<Timestamp>) -> Finding {
    let written = WRITTEN_ON.at(0, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC);
    if written.is_ok_and(|written| now < written.timestamp()) {
        return Finding::fault(
            "clock",
            format!("this machine believes it is {now}"),
            "Set the clock and keep it synchronised, for example with systemd-timesyncd or chrony",
        );
    }
    if let Some(behind) = audit::behind(now, last_entry) {
        return Finding::fault(
            "clock",
            audit::behind_words(behind),
            "Correct the clock. If it is right and was wrong before, run `entente doctor \
             --accept-clock REASON`: what is stored from then on is older than those entries",
        );
    }
    Finding::good("clock", format!("{now}"))
}

#[cfg(test)]
mod tests {
    use super::{super::finding::Level, *};

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_clock_that_was_set_back_is_a_fault() {
        let now = at("2026-11-21T10:00:00Z");
        assert_eq!(clock(now, None).level, Level::Good);
        assert_eq!(clock(now, Some(at("2026-11-21T10:00:05Z"))).level, Level::Good);
        let fault = clock(now, Some(at("2026-11-21T10:05:00Z")));
        assert_eq!(fault.level, Level::Fault);
        assert!(fault.words.contains("5 min 0 s behind"), "{fault}");
    }

    #[test]
    fn a_clock_before_the_program_was_written_is_a_fault() {
        assert_eq!(clock(at("2025-12-31T23:59:59Z"), None).level, Level::Fault);
        assert_eq!(clock(at("2026-01-01T00:00:00Z"), None).level, Level::Good);
    }
}
