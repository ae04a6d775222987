//! Two kinds of pairs, same and not, told apart without labels.

use super::levels::{ABSENT, FIELDS, level};

/// How often each level occurs among pairs of a kind, and how many pairs are the same person.
#[derive(Debug, Clone)]
pub(super) struct Mixture {
    same: [[f64; 4]; FIELDS],
    other: [[f64; 4]; FIELDS],
    share: f64,
}

const ROUNDS: usize = 25;

/// Learns from patterns; at most `most` of the pairs are the same person.
pub(super) fn learn(patterns: &[u32], most: usize) -> Mixture {
    let mut sorted = patterns.to_vec();
    sorted.sort_unstable();
    let mut counted: Vec<(u32, f64)> = Vec::new();
    for pattern in sorted {
        match counted.last_mut() {
            Some((last, count)) if *last == pattern => *count += 1.0,
            Some(_) | None => counted.push((pattern, 1.0)),
        }
    }
    let bound = (most as f64 / (patterns.len() as f64).max(1.0)).min(0.95);
    let mut mixture = Mixture {
        same: [[0.0, 0.86, 0.1, 0.04]; FIELDS],
        other: [[0.0, 0.05, 0.05, 0.9]; FIELDS],
        share: (bound * 0.5).max(0.01),
    };
    for _ in 0..ROUNDS {
        mixture = mixture.refined(&counted, bound);
    }
    mixture
}

impl Mixture {
    /// Probability that a pair with this pattern is the same person.
    pub(super) fn probability(&self, pattern: u32) -> f64 {
        let mut score = (self.share / (1.0 - self.share)).ln();
        for field in 0..FIELDS {
            let at = level(pattern, field);
            if at != ABSENT as usize
                && let (Some(same), Some(other)) = (self.same.get(field), self.other.get(field))
                && let (Some(same), Some(other)) = (same.get(at), other.get(at))
            {
                score += (same / other).ln();
            }
        }
        1.0 / (1.0 + (-score).exp())
    }

    fn refined(&self, counted: &[(u32, f64)], bound: f64) -> Self {
        // one pair of each kind beforehand keeps small lists from running to certainty
        let mut same = [[0.0, 2.0, 0.4, 0.2]; FIELDS];
        let mut other = [[0.0, 0.2, 0.2, 2.0]; FIELDS];
        let (mut all, mut matched) = (0.0, 0.0);
        for (pattern, count) in counted {
            let share = self.probability(*pattern);
            all += count;
            matched += share * count;
            for (field, (same, other)) in same.iter_mut().zip(other.iter_mut()).enumerate() {
                let at = level(*pattern, field);
                if at == ABSENT as usize {
                    continue;
                }
                if let (Some(same), Some(other)) = (same.get_mut(at), other.get_mut(at)) {
                    *same += share * count;
                    *other += (1.0 - share) * count;
                }
            }
        }
        for table in same.iter_mut().chain(other.iter_mut()) {
            let total: f64 = table.iter().sum();
            for cell in table.iter_mut() {
                *cell /= total;
            }
        }
        let share = (matched / f64::max(all, 1.0)).clamp(0.001, bound.max(0.002));
        Self { same, other, share }
    }
}
