//! How long a failed job waits before it is tried again.

use crate::SECOND;

/// Waiting times that double with each failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackOff {
    /// The wait after the first failure.
    pub first_seconds: u32,
    /// The longest wait, before the quarter of chance is added.
    pub cap_seconds: u32,
}

impl Default for BackOff {
    /// 2 seconds, doubling to one hour.
    fn default() -> BackOff {
        BackOff { first_seconds: 2, cap_seconds: 3_600 }
    }
}

impl BackOff {
    /// The wait after the given failed attempt, counted from 1, in microseconds: the doubled
    /// time, plus up to a quarter of it by chance, so that jobs that failed together do not come
    /// back together. The same seed gives the same wait.
    pub fn delay_micros(&self, attempt: u32, seed: u64) -> i64 {
        let doublings = attempt.saturating_sub(1);
        let seconds = self
            .first_seconds
            .saturating_mul(2_u32.saturating_pow(doublings))
            .min(self.cap_seconds);
        let base = i64::from(seconds) * SECOND;
        let quarter = u64::try_from(base / 4).unwrap_or(0);
        let chance = mixed(seed ^ u64::from(attempt)).checked_rem(quarter.max(1)).unwrap_or(0);
        base.saturating_add(i64::try_from(chance).unwrap_or(0))
    }
}

/// A well-mixed function of its input (the finaliser of splitmix64, Steele et al. 2014).
fn mixed(seed: u64) -> u64 {
    let a = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let b = (a ^ (a >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let c = (b ^ (b >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    c ^ (c >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_cap() {
        let back_off = BackOff { first_seconds: 2, cap_seconds: 60 };
        for (attempt, seconds) in [(1, 2), (2, 4), (3, 8), (5, 32), (6, 60), (7, 60), (99, 60)] {
            for seed in 0..50 {
                let wait = back_off.delay_micros(attempt, seed);
                let base = i64::from(seconds) * SECOND;
                assert!(base <= wait && wait < base + base / 4, "{attempt}: {wait}");
            }
        }
    }

    #[test]
    fn the_same_seed_waits_alike_and_others_differ() {
        let back_off = BackOff::default();
        assert_eq!(back_off.delay_micros(3, 7), back_off.delay_micros(3, 7));
        let waits: std::collections::BTreeSet<i64> =
            (0..20).map(|seed| back_off.delay_micros(3, seed)).collect();
        assert!(waits.len() > 15);
    }

    #[test]
    fn no_wait_at_all_is_allowed() {
        let none = BackOff { first_seconds: 0, cap_seconds: 0 };
        assert_eq!(none.delay_micros(4, 9), 0);
    }
}
