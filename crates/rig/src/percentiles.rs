//! Percentiles of measured times, in whole microseconds.

use std::fmt;

/// Sorted measurements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Percentiles {
    sorted: Vec<u64>,
}

impl Percentiles {
    /// Of the given times in any order.
    pub fn of(mut micros: Vec<u64>) -> Percentiles {
        micros.sort_unstable();
        Percentiles { sorted: micros }
    }

    /// The smallest time that at least `percent` of 100 measurements do not exceed; 0 without
    /// any measurement.
    pub fn at(&self, percent: usize) -> u64 {
        let rank = (self.sorted.len() * percent).div_ceil(100).max(1);
        self.sorted.get(rank - 1).or(self.sorted.last()).copied().unwrap_or(0)
    }
}

impl fmt::Display for Percentiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = [("p50", 50), ("p95", 95), ("p99", 99), ("max", 100)];
        for (index, (name, percent)) in list.into_iter().enumerate() {
            let gap = if index == 0 { "" } else { ", " };
            write!(f, "{gap}{name} {}", shown(self.at(percent)))?;
        }
        Ok(())
    }
}

/// Microseconds as milliseconds with two decimals, below one millisecond as they are.
pub fn shown(micros: u64) -> String {
    if micros < 1_000 {
        format!("{micros} µs")
    } else {
        format!("{}.{:02} ms", micros / 1_000, micros % 1_000 / 10)
    }
}

#[cfg(test)]
mod tests {
    use super::{Percentiles, shown};

    #[test]
    fn ranks_are_the_nearest_from_above() {
        let times = Percentiles::of((1..=200).rev().collect());
        assert_eq!([times.at(0), times.at(50), times.at(99), times.at(100)], [1, 100, 198, 200]);
        assert_eq!(Percentiles::of(vec![7]).at(99), 7);
        assert_eq!(Percentiles::of(Vec::new()).at(50), 0);
    }

    #[test]
    fn times_are_shown_in_the_unit_that_fits() {
        assert_eq!(shown(999), "999 µs");
        assert_eq!(shown(12_345), "12.34 ms");
    }
}
