//! What a process has used, as Linux tells it under `/proc`.

use std::fs;
use std::process::Command;
use std::time::Duration;

use crate::Outcome;

/// Processor time of all threads of `process` so far, its own and the kernel's on its behalf.
/// The kernel counts in ticks, mostly of 10 ms.
pub fn cpu_time(process: u32) -> Outcome<Duration> {
    let path = format!("/proc/{process}/stat");
    let text = fs::read_to_string(&path).map_err(|e| format!("{path}: {e}"))?;
    let ticks = ticks_in(&text).ok_or_else(|| format!("{path}: cannot be read"))?;
    let micros = u128::from(ticks) * 1_000_000 / u128::from(ticks_per_second());
    u64::try_from(micros).map(Duration::from_micros).map_err(|e| format!("{path}: {e}"))
}

/// Memory of `process` that is in use now, and the most it has used, in KiB.
pub fn memory_kib(process: u32) -> Outcome<(u64, u64)> {
    let path = format!("/proc/{process}/status");
    let text = fs::read_to_string(&path).map_err(|e| format!("{path}: {e}"))?;
    let value = |name: &str| field_kib(&text, name).ok_or_else(|| format!("{path}: no {name}"));
    Ok((value("VmRSS")?, value("VmHWM")?))
}

/// User and system ticks: the 14th and 15th field. The name in the second one may hold blanks
/// and brackets, so fields are counted behind its last bracket.
fn ticks_in(stat: &str) -> Option<u64> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

fn ticks_per_second() -> u64 {
    let output = Command::new("getconf").arg("CLK_TCK").output();
    let text = output.map_or(String::new(), |o| String::from_utf8_lossy(&o.stdout).into_owned());
    text.trim().parse().ok().filter(|ticks| *ticks > 0).unwrap_or(100)
}

fn field_kib(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find(|line| line.split(':').next() == Some(name))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{cpu_time, field_kib, memory_kib, ticks_in};

    #[test]
    fn a_name_with_brackets_does_not_shift_the_fields() {
        let stat = "42 (a) b) S 1 42 42 0 -1 4194560 100 0 0 0 17 25 0 0 20 0 1 0";
        assert_eq!(ticks_in(stat), Some(42));
    }

    #[test]
    fn a_field_is_found_by_its_whole_name() {
        let status = "VmHWM:\t   200 kB\nVmRSS:\t   100 kB\nRssAnon:\t 5 kB\n";
        assert_eq!(field_kib(status, "VmRSS"), Some(100));
        assert_eq!(field_kib(status, "Rss"), None);
    }

    #[test]
    fn this_process_can_be_read() {
        let process = std::process::id();
        assert!(cpu_time(process).is_ok());
        let (now, most) = memory_kib(process).unwrap();
        assert!(now > 0 && most >= now);
    }
}
