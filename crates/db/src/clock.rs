//! Elapsed time for statistics and limits. Nothing that is stored depends on it.

use std::time::{Duration, Instant};

/// A point in time from which a duration is measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    #[expect(
        clippy::disallowed_methods,
        reason = "the duration of a sync and the end of a wait are not business time"
    )]
    pub(crate) fn start() -> Stopwatch {
        Stopwatch(Instant::now())
    }

    pub(crate) fn elapsed(self) -> Duration {
        self.0.elapsed()
    }

    /// The instant `wait` after the start.
    pub(crate) fn after(self, wait: Duration) -> Instant {
        self.0 + wait
    }
}

/// Waits `base` doubled `attempt` times, at most `cap`, plus up to as much again, so that those who
/// collided do not meet again.
#[expect(clippy::disallowed_methods, reason = "a retry waits before it tries again")]
pub(crate) fn back_off(attempt: u32, base: Duration, cap: Duration, seed: u64) {
    let doubled = base.saturating_mul(2_u32.saturating_pow(attempt)).min(cap);
    let micros = u64::try_from(doubled.as_micros()).unwrap_or(u64::MAX);
    let jitter = scramble(seed ^ u64::from(attempt)).checked_rem(micros.max(1)).unwrap_or(0);
    std::thread::sleep(doubled.saturating_add(Duration::from_micros(jitter)));
}

/// A well-mixed function of its input (the finaliser of splitmix64, Steele et al. 2014).
fn scramble(seed: u64) -> u64 {
    let a = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let b = (a ^ (a >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let c = (b ^ (b >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    c ^ (c >> 31)
}
