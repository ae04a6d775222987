//! Money: whole minor units of one currency.

use std::fmt;

use serde::{Deserialize, Serialize};

mod currency;
pub use currency::Currency;

/// An amount in minor units, for example cents, of one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// The number of minor units; negative where money flows back.
    pub minor: i64,
    /// The currency, which says how many minor units make one.
    pub currency: Currency,
}

/// Why a text or a sum is not an amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Nothing was given.
    #[error("an amount is missing")]
    Empty,
    /// Something other than digits, one sign and one decimal point.
    #[error("enter an amount with digits and a decimal point, for example 12500.50")]
    NotANumber,
    /// More decimals than the currency has.
    #[error("{currency} has {allowed} decimals, {given} were given")]
    TooManyDecimals {
        /// The currency.
        currency: Currency,
        /// How many decimals it has.
        allowed: u32,
        /// How many were written.
        given: usize,
    },
    /// Beyond what 64 bits of minor units hold.
    #[error("the amount is too large")]
    TooLarge,
    /// No currency of ISO 4217 has this code.
    #[error("unknown currency {code}; use a code such as EUR or USD")]
    UnknownCurrency {
        /// The code, cut to a readable length.
        code: String,
    },
    /// Two amounts of different currencies cannot be added.
    #[error("{left} and {right} cannot be added")]
    Currencies {
        /// Currency of the first amount.
        left: Currency,
        /// Currency of the second amount.
        right: Currency,
    },
    /// There is nobody to share among.
    #[error("the shares of the amount add up to zero")]
    NoWeights,
}

impl Money {
    /// An amount of that many minor units.
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Reads digits with at most as many decimals as the currency has, and an optional minus.
    pub fn parse_decimal(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        let text = text.trim();
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
        if text.is_empty() {
            return Err(MoneyError::Empty);
        }
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let dangling = digits.ends_with('.');
        if whole.is_empty() || dangling || !all_digits(whole) || !all_digits(decimals) {
            return Err(MoneyError::NotANumber);
        }
        let (allowed, given) = (currency.exponent(), decimals.len());
        let missing = u32::try_from(given).ok().and_then(|given| allowed.checked_sub(given));
        let Some(missing) = missing else {
            return Err(MoneyError::TooManyDecimals { currency, allowed, given });
        };
        let magnitude = format!("{whole}{decimals}")
            .parse::<i64>()
            .ok()
            .zip(10_i64.checked_pow(missing))
            .and_then(|(units, scale)| units.checked_mul(scale))
            .ok_or(MoneyError::TooLarge)?;
        Ok(Self { minor: if negative { -magnitude } else { magnitude }, currency })
    }

    /// Reads an amount followed by its currency, as [`Money`] is displayed: `12.34 EUR`.
    pub fn parse(text: &str) -> Result<Self, MoneyError> {
        let (amount, code) = text.trim().rsplit_once(' ').ok_or(MoneyError::NotANumber)?;
        Self::parse_decimal(amount, Currency::parse(code)?)
    }

    /// The amount with all decimals of its currency and without its code: `12.34`.
    pub fn decimal(&self) -> String {
        let sign = if self.minor < 0 { "-" } else { "" };
        let width = usize::try_from(self.currency.exponent()).unwrap_or(0);
        let digits = format!("{:0>width$}", self.minor.unsigned_abs(), width = width + 1);
        let (whole, decimals) = digits.split_at(digits.len() - width);
        if decimals.is_empty() {
            format!("{sign}{whole}")
        } else {
            format!("{sign}{whole}.{decimals}")
        }
    }

    /// The amount as it stands in a sentence, with thousands apart: `12,345.60 EUR`. It is not read
    /// back; files and programs take [`Money`] as it is displayed.
    pub fn words(&self) -> String {
        let decimal = self.decimal();
        let (sign, number) = decimal.strip_prefix('-').map_or(("", decimal.as_str()), |n| ("-", n));
        let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
        let mut text = sign.to_owned();
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at).is_multiple_of(3) {
                text.push(',');
            }
            text.push(digit);
        }
        if !decimals.is_empty() {
            text.push('.');
            text.push_str(decimals);
        }
        format!("{text} {}", self.currency)
    }

    /// The sum of two amounts of one currency.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::Currencies { left: self.currency, right: other.currency });
        }
        let minor = self.minor.checked_add(other.minor).ok_or(MoneyError::TooLarge)?;
        Ok(Self { minor, ..self })
    }

    /// The difference of two amounts of one currency.
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        let minor = other.minor.checked_neg().ok_or(MoneyError::TooLarge)?;
        self.checked_add(Self { minor, ..other })
    }

    /// Shares the amount by weights so that the parts sum to it exactly.
    ///
    /// Each part is rounded down; what remains goes, one minor unit each, to the parts with
    /// the largest remainders, earlier ones first. Parts come in the order of the weights.
    pub fn allocate(self, weights: &[u32]) -> Result<Vec<Self>, MoneyError> {
        let total: u128 = weights.iter().copied().map(u128::from).sum();
        if total == 0 {
            return Err(MoneyError::NoWeights);
        }
        let amount = u128::from(self.minor.unsigned_abs());
        let mut parts: Vec<(u128, u128)> = weights
            .iter()
            .map(|weight| {
                (amount * u128::from(*weight) / total, amount * u128::from(*weight) % total)
            })
            .collect();
        let given: u128 = parts.iter().map(|(part, _)| part).sum();
        let mut by_remainder: Vec<&mut (u128, u128)> = parts.iter_mut().collect();
        by_remainder.sort_by_key(|part| std::cmp::Reverse(part.1));
        let rest = usize::try_from(amount - given).map_err(|_| MoneyError::TooLarge)?;
        by_remainder.into_iter().take(rest).for_each(|part| part.0 += 1);
        parts.into_iter().map(|(part, _)| self.with_magnitude(part)).collect()
    }

    fn with_magnitude(self, magnitude: u128) -> Result<Self, MoneyError> {
        let magnitude = i128::try_from(magnitude).map_err(|_| MoneyError::TooLarge)?;
        let signed = if self.minor < 0 { -magnitude } else { magnitude };
        let minor = i64::try_from(signed).map_err(|_| MoneyError::TooLarge)?;
        Ok(Self { minor, ..self })
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.decimal(), self.currency)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn currency(code: &str) -> Currency {
        Currency::parse(code).unwrap()
    }

    #[test]
    fn dr_12_amounts_are_read_with_the_decimals_of_their_currency() {
        for (text, code, minor) in [
            ("12.34", "EUR", 1_234),
            ("12.3", "EUR", 1_230),
            (" -7 ", "EUR", -700),
            ("7", "JPY", 7),
            ("1.234", "BHD", 1_234),
            ("007", "EUR", 700),
        ] {
            let read = Money::parse_decimal(text, currency(code)).unwrap();
            assert_eq!(read.minor, minor, "{text} {code}");
        }
    }

    #[test]
    fn dr_12_one_decimal_too_many_is_refused_with_the_number_allowed() {
        let refused = Money::parse_decimal("1.5", currency("JPY")).unwrap_err();
        assert_eq!(refused.to_string(), "JPY has 0 decimals, 1 were given");
        assert!(Money::parse_decimal("1.23", currency("EUR")).is_ok());
        assert!(Money::parse_decimal("1.234", currency("EUR")).is_err());
    }

    #[test]
    fn dr_12_what_is_no_number_is_refused() {
        for text in
            ["", " ", "-", ".", "1.", ".5", "1,5", "1e5", "0x1", "١٢", "1.2.3", "--1", "+1", "1 2"]
        {
            assert!(Money::parse_decimal(text, currency("EUR")).is_err(), "{text:?}");
        }
        assert_eq!(
            Money::parse_decimal("92233720368547758.08", currency("EUR")),
            Err(MoneyError::TooLarge)
        );
        assert!(Money::parse_decimal("92233720368547758.07", currency("EUR")).is_ok());
    }

    #[test]
    fn dr_12_amounts_are_written_with_all_decimals() {
        let written = [("EUR", 5), ("EUR", -1_234), ("JPY", 7), ("BHD", 1)]
            .map(|(code, minor)| Money::new(minor, currency(code)).to_string());
        assert_eq!(written, ["0.05 EUR", "-12.34 EUR", "7 JPY", "0.001 BHD"]);
    }

    #[test]
    fn dr_12_amounts_stand_in_sentences_with_thousands_apart() {
        let words = [(3_020_000, "EUR"), (-99_999, "EUR"), (1_000_000, "JPY"), (5, "BHD")]
            .map(|(minor, code)| Money::new(minor, currency(code)).words());
        assert_eq!(words, ["30,200.00 EUR", "-999.99 EUR", "1,000,000 JPY", "0.005 BHD"]);
    }

    #[test]
    fn dr_12_different_currencies_are_not_added() {
        let sum = Money::new(1, currency("EUR")).checked_add(Money::new(1, currency("USD")));
        assert!(matches!(sum, Err(MoneyError::Currencies { .. })));
    }

    #[test]
    fn pg_01_the_odd_cent_goes_to_the_largest_remainder_then_to_the_first() {
        let parts = |minor, weights: &[u32]| {
            let parts = Money::new(minor, currency("EUR")).allocate(weights).unwrap();
            parts.into_iter().map(|part| part.minor).collect::<Vec<_>>()
        };
        assert_eq!(parts(100, &[1, 1, 1]), [34, 33, 33]);
        assert_eq!(parts(-100, &[1, 1, 1]), [-34, -33, -33]);
        assert_eq!(parts(5, &[3, 7]), [2, 3]);
        assert_eq!(parts(5, &[0, 7]), [0, 5]);
        assert!(Money::new(5, currency("EUR")).allocate(&[0, 0]).is_err());
    }

    proptest! {
        #[test]
        fn pg_01_shares_sum_to_the_whole(minor: i64, weights in prop::collection::vec(any::<u32>(), 1..20)) {
            prop_assume!(weights.iter().any(|weight| *weight > 0));
            let parts = Money::new(minor, currency("EUR")).allocate(&weights).unwrap();
            let sum: i128 = parts.iter().map(|part| i128::from(part.minor)).sum();
            prop_assert_eq!(sum, i128::from(minor));
        }

        #[test]
        fn dr_12_what_is_written_is_read_back(minor in -i64::MAX..i64::MAX, code in prop::sample::select(vec!["EUR", "JPY", "BHD", "CLF"])) {
            let money = Money::new(minor, currency(code));
            prop_assert_eq!(Money::parse(&money.to_string()), Ok(money));
        }
    }
}
