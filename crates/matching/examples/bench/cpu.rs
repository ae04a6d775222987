//! CPU time of this process.

use std::fs;

/// CPU seconds used so far, user and system together, to the nanosecond where the kernel tells.
pub(crate) fn seconds() -> f64 {
    // the scheduler's own count is exact; the clock ticks of `stat` serve where it is missing
    let exact = fs::read_to_string("/proc/self/schedstat").ok().and_then(|text| {
        let nanoseconds: u64 = text.split_whitespace().next()?.parse().ok()?;
        Some(nanoseconds as f64 / 1e9)
    });
    exact.filter(|seconds| *seconds > 0.0).or_else(ticks).unwrap_or(0.0)
}

fn ticks() -> Option<f64> {
    let text = fs::read_to_string("/proc/self/stat").ok()?;
    let rest = text.rsplit_once(')')?.1;
    let mut fields = rest.split_whitespace().skip(11);
    let user: f64 = fields.next()?.parse().ok()?;
    let system: f64 = fields.next()?.parse().ok()?;
    Some((user + system) / 100.0)
}

/// Runs and says how many CPU seconds it took.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let before = seconds();
    let result = work();
    (result, seconds() - before)
}

/// Resident memory in MB.
pub(crate) fn resident_megabytes() -> f64 {
    let text = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|value| value.parse::<f64>().ok()).unwrap_or(0.0)
        / 1024.0
}
