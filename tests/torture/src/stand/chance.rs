//! Chance from a seed.

use std::time::Duration;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

/// A source of chance: the same seed gives the same row of numbers.
#[derive(Debug)]
pub(crate) struct Chance(ChaCha8Rng);

impl Chance {
    /// From a seed.
    pub(crate) fn of(seed: u64) -> Chance {
        Chance(ChaCha8Rng::seed_from_u64(seed))
    }

    /// A number from 0 to below `limit`; 0 when that is 0.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0.next_u64().checked_rem(limit).unwrap_or(0)
    }

    /// A time between the two, in whole microseconds.
    pub(crate) fn between(&mut self, from: Duration, to: Duration) -> Duration {
        let width = super::micros(to.saturating_sub(from));
        from + Duration::from_micros(self.below(width.saturating_add(1)))
    }

    /// True in so many of a hundred cases.
    pub(crate) fn is_one_of_hundred(&mut self, cases: u64) -> bool {
        self.below(100) < cases
    }
}
