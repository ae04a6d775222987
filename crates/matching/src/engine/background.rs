//! How usual a word is among the company names of the world, so that a small list knows it too.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::pairs::hash_bytes;

/// Share of company names that have the word with this hash; 0 for the many that are not in the
/// table.
pub(super) fn background_share(hash: u64) -> f32 {
    TABLE.get(&hash).copied().unwrap_or(0.0)
}

/// A line is a word and the number of names of 100,000 that have it.
static TABLE: LazyLock<FxHashMap<u64, f32>> = LazyLock::new(|| {
    include_str!("background.txt")
        .lines()
        .filter_map(|line| line.split_once(' '))
        .filter_map(|(word, count)| {
            Some((hash_bytes(word.as_bytes()), count.parse::<f32>().ok()? / 100_000.0))
        })
        .collect()
});
