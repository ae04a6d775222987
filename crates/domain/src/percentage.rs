//! Shares, held as whole basis points so that no rounding hides in them.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A share in hundredths of a percent: 10,000 of them are the whole.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(transparent)]
pub struct BasisPoints(u32);

impl BasisPoints {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The whole, 100 %.
    pub const WHOLE: Self = Self(10_000);

    /// A share of that many hundredths of a percent; above 10,000 it is more than the whole.
    pub const fn new(basis_points: u32) -> Self {
        Self(basis_points)
    }

    /// A share of that many full percent; saturates far above any meaning.
    pub const fn percent(percent: u32) -> Self {
        Self(percent.saturating_mul(100))
    }

    /// The number of basis points.
    pub const fn get(self) -> u32 {
        self.0
    }

    /// What `part` is of `whole`, rounded down; `None` when there is no whole.
    pub fn ratio(part: u64, whole: u64) -> Option<Self> {
        let scaled = u128::from(part) * u128::from(Self::WHOLE.0);
        let share = scaled.checked_div(u128::from(whole))?;
        Some(Self(u32::try_from(share).unwrap_or(u32::MAX)))
    }

    /// This share of a number, rounded half to even; `None` when it does not fit.
    pub fn of(self, number: i64) -> Option<i64> {
        let whole = i128::from(Self::WHOLE.0);
        let product = i128::from(number) * i128::from(self.0);
        let (quotient, rest) = (product.div_euclid(whole), product.rem_euclid(whole));
        let up = match (rest * 2).cmp(&whole) {
            std::cmp::Ordering::Less => false,
            std::cmp::Ordering::Equal => quotient % 2 != 0,
            std::cmp::Ordering::Greater => true,
        };
        i64::try_from(quotient + i128::from(up)).ok()
    }

    /// The share as a page shows it, with one decimal at most: `23.1 %`. What is not nothing and not
    /// the whole never reads as if it were.
    pub fn rounded(self) -> String {
        let tenths = (self.0.saturating_add(5)) / 10;
        let tenths = match self.0 {
            1..5 => 1,
            9_995..10_000 => 999,
            _ => tenths,
        };
        match tenths % 10 {
            0 => format!("{} %", tenths / 10),
            rest => format!("{}.{rest} %", tenths / 10),
        }
    }

    /// This share of a number, rounded up, as days and counts are when a minimum is meant.
    pub fn of_rounded_up(self, number: u64) -> u64 {
        let product = u128::from(number) * u128::from(self.0);
        u64::try_from(product.div_ceil(u128::from(Self::WHOLE.0))).unwrap_or(u64::MAX)
    }
}

impl fmt::Display for BasisPoints {
    /// Percent with as many decimals as needed: `12.5 %`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (percent, rest) = (self.0 / 100, self.0 % 100);
        match rest {
            0 => write!(f, "{percent} %"),
            tenths if tenths % 10 == 0 => write!(f, "{percent}.{} %", tenths / 10),
            hundredths => write!(f, "{percent}.{hundredths:02} %"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn pg_01_percent_is_written_with_the_decimals_it_needs() {
        let written = [0, 5, 50, 1_250, 7_500, 10_000].map(|bp| BasisPoints::new(bp).to_string());
        assert_eq!(written, ["0 %", "0.05 %", "0.5 %", "12.5 %", "75 %", "100 %"]);
    }

    #[test]
    fn pg_01_pages_show_one_decimal_and_never_nothing_or_the_whole_by_rounding() {
        let written = [0, 1, 4, 5, 2_304, 2_307, 5_000, 9_994, 9_999, 10_000]
            .map(|bp| BasisPoints::new(bp).rounded());
        let wanted = [
            "0 %", "0.1 %", "0.1 %", "0.1 %", "23 %", "23.1 %", "50 %", "99.9 %", "99.9 %", "100 %",
        ];
        assert_eq!(written, wanted);
    }

    #[test]
    fn pg_01_halves_round_to_the_even_neighbour_on_both_sides_of_zero() {
        let half = BasisPoints::percent(50);
        let rounded = [1, 3, 5, -1, -3, -5].map(|number| half.of(number));
        assert_eq!(rounded, [0, 2, 2, 0, -2, -2].map(Some));
    }

    #[test]
    fn pg_01_no_whole_has_no_ratio() {
        assert_eq!(BasisPoints::ratio(1, 0), None);
        assert_eq!(BasisPoints::ratio(2, 3), Some(BasisPoints::new(6_666)));
    }

    proptest! {
        #[test]
        fn pg_01_the_whole_of_a_number_is_the_number(number: i64) {
            prop_assert_eq!(BasisPoints::WHOLE.of(number), Some(number));
        }

        #[test]
        fn pg_01_rounding_up_never_loses(number in 0u64..1_000_000, share in 0u32..20_000) {
            let up = BasisPoints::new(share).of_rounded_up(number);
            let exact = u64::from(share) * number;
            prop_assert!(up * 10_000 >= exact && (up == 0 || (up - 1) * 10_000 < exact));
        }
    }
}
