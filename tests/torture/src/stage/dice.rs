//! Chance from a seed.

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};

/// A source of numbers: equal seeds give equal sequences.
#[derive(Debug, Clone)]
pub struct Dice(ChaCha8Rng);

impl Dice {
    /// The numbers of a seed for one purpose.
    pub fn new(seed: u64, purpose: u64) -> Dice {
        Dice(ChaCha8Rng::seed_from_u64(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ purpose))
    }

    /// A number below the bound; 0 when that is 0.
    pub fn below(&mut self, bound: u32) -> u32 {
        let drawn = u64::from(self.0.next_u32());
        u32::try_from((drawn * u64::from(bound)) >> 32).unwrap_or(0)
    }

    /// A number from the least to the most.
    pub fn between(&mut self, least: u32, most: u32) -> u32 {
        least + self.below(most.saturating_sub(least) + 1)
    }

    /// True in so many cases of a hundred.
    pub fn percent(&mut self, chance: u32) -> bool {
        self.below(100) < chance
    }

    /// One of them; `None` when there are none.
    pub fn choose<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let place = self.below(u32::try_from(from.len()).unwrap_or(u32::MAX));
        from.get(usize::try_from(place).unwrap_or(usize::MAX))
    }

    /// A copy of one of them, or of the value given when there are none.
    pub fn pick<T: Copy>(&mut self, from: &[T], other: T) -> T {
        self.choose(from).copied().unwrap_or(other)
    }

    /// The place of one of these weights.
    pub fn weighted(&mut self, weights: &[u32]) -> usize {
        let mut drawn = self.below(weights.iter().sum());
        for (place, weight) in weights.iter().enumerate() {
            if drawn < *weight {
                return place;
            }
            drawn -= weight;
        }
        0
    }
}
