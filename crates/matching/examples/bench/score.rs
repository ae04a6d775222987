//! Precision, recall, F1, and the choice of a threshold on one half.

use crate::data::Asked;

/// The best answer to one query.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Answer {
    pub(crate) row: usize,
    pub(crate) probability: f64,
}

/// Counts at a threshold.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counts {
    pub(crate) right: usize,
    pub(crate) wrong: usize,
    pub(crate) missed: usize,
    pub(crate) false_links: usize,
    pub(crate) without_match: usize,
}

impl Counts {
    pub(crate) fn precision(&self) -> f64 {
        self.right as f64 / ((self.right + self.wrong) as f64).max(1.0)
    }

    pub(crate) fn recall(&self) -> f64 {
        self.right as f64 / ((self.right + self.missed) as f64).max(1.0)
    }

    pub(crate) fn f1(&self) -> f64 {
        let (precision, recall) = (self.precision(), self.recall());
        2.0 * precision * recall / (precision + recall).max(1e-9)
    }
}

/// Counts answers at a threshold; a wrong row counts as wrong and as missed.
pub(crate) fn count(
    asked: &[Asked],
    answers: &[Option<Answer>],
    threshold: f64,
    of: impl Fn(usize) -> bool,
) -> Counts {
    let mut counts = Counts::default();
    for (at, (query, answer)) in asked.iter().zip(answers).enumerate().filter(|(at, _)| of(*at)) {
        let _ = at;
        let linked = answer.filter(|answer| answer.probability >= threshold);
        counts.without_match += usize::from(query.truth.is_none());
        match (linked, query.truth) {
            (Some(answer), Some(truth)) if answer.row == truth => counts.right += 1,
            (Some(_), Some(_)) => {
                counts.wrong += 1;
                counts.missed += 1;
            }
            (Some(_), None) => {
                counts.wrong += 1;
                counts.false_links += 1;
            }
            (None, Some(_)) => counts.missed += 1,
            (None, None) => {}
        }
    }
    counts
}

/// Whether a query belongs to the first half, by a seeded hash of its place.
pub(crate) fn in_first_half(at: usize, seed: u64) -> bool {
    let mut word = (at as u64).wrapping_add(seed).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    word ^= word >> 31;
    word = word.wrapping_mul(0xBF58_476D_1CE4_E5B9);
    word ^= word >> 29;
    word & 1 == 0
}

/// The threshold with the best F1 on the chosen queries.
pub(crate) fn best_threshold(
    asked: &[Asked],
    answers: &[Option<Answer>],
    of: impl Fn(usize) -> bool + Copy,
) -> f64 {
    let mut best = (0.0, 0.5);
    for step in 1..100 {
        let threshold = f64::from(step) / 100.0;
        let f1 = count(asked, answers, threshold, of).f1();
        if f1 > best.0 {
            best = (f1, threshold);
        }
    }
    best.1
}
