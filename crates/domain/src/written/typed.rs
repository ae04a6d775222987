//! Amounts that somebody types.

use super::{DecimalSign, NumberError, Written};
use crate::money::Money;

/// An amount that somebody types, with no column beside it that shows how numbers are written: it is
/// read when it can be read in one way only. `own` is the currency that was chosen for it; empty
/// when it names its own. Rule UX-01.
pub fn amount(text: &str, own: &str) -> Result<Money, NumberError> {
    let number = Written::parse(text)?;
    let read = |sign: DecimalSign| number.money(sign, (own, ""));
    let (Some(group), None) = (number.suggests(), number.shows()) else {
        return read(number.shows().unwrap_or(DecimalSign::Point));
    };
    let decimals = number.currency(own.trim(), "")?.exponent();
    match group {
        // Amounts are shown with a decimal point, also those of three decimals.
        DecimalSign::Comma if number.zeros == 0 && decimals >= 3 => read(DecimalSign::Point),
        // Nobody writes the third decimal of a currency that has two.
        DecimalSign::Point if number.zeros == 0 && decimals < 3 => read(DecimalSign::Point),
        DecimalSign::Comma | DecimalSign::Point => {
            let shown = |sign: DecimalSign| {
                let (whole, decimals) = number.digits(sign)?;
                let decimals = decimals.trim_end_matches('0');
                let point = if decimals.is_empty() { "" } else { "." };
                Ok::<_, NumberError>(format!("{whole}{point}{decimals}"))
            };
            let other = match group {
                DecimalSign::Comma => DecimalSign::Point,
                DecimalSign::Point => DecimalSign::Comma,
            };
            Err(NumberError::TwoWays(shown(group)?, shown(other)?))
        }
    }
}
