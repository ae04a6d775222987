//! Numbers and money as people read them.

use maud::{Markup, html};

/// The sign for less than zero: a real minus, as wide as a digit.
const MINUS: char = '\u{2212}';

/// A whole number with thousands separated: `12,345`, `−1,000`.
pub fn number_text(value: i64) -> String {
    let digits = grouped(&value.unsigned_abs().to_string());
    if value < 0 { format!("{MINUS}{digits}") } else { digits }
}

/// Puts a comma before each group of three digits from the right.
fn grouped(digits: &str) -> String {
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && digits.len().saturating_sub(at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The number of an amount without its currency: `12,345.60` for 1234560 with exponent 2.
fn major_text(minor: i64, exponent: u8) -> String {
    let width = usize::from(exponent);
    let digits = format!("{:0>1$}", minor.unsigned_abs(), width.saturating_add(1));
    let (whole, part) = digits.split_at(digits.len().saturating_sub(width));
    let sign = if minor < 0 { MINUS.to_string() } else { String::new() };
    if part.is_empty() {
        format!("{sign}{}", grouped(whole))
    } else {
        format!("{sign}{}.{part}", grouped(whole))
    }
}

/// Money in words: `12,345.60 EUR`. `minor` counts the smallest unit, of which `exponent` decimals
/// make one whole.
pub fn amount_text(minor: i64, exponent: u8, currency: &str) -> String {
    format!("{} {currency}", major_text(minor, exponent))
}

/// Money for the page, in figures of equal width, with the currency after it.
pub fn amount(minor: i64, exponent: u8, currency: &str) -> Markup {
    html! { span.amount { (major_text(minor, exponent)) " " span.currency { (currency) } } }
}

/// Parts of a whole as a percentage with one decimal at most, without floating point.
pub(crate) fn percent_text(part: u64, whole: u64) -> String {
    let permille =
        u128::from(part).saturating_mul(1000).checked_div(u128::from(whole)).unwrap_or(0).min(1000);
    format!("{}.{}%", permille / 10, permille % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_has_separators_and_the_currency_s_decimals() {
        assert_eq!(amount_text(1_234_560, 2, "EUR"), "12,345.60 EUR");
        assert_eq!(amount_text(5, 2, "EUR"), "0.05 EUR");
        assert_eq!(amount_text(-123_456_789, 2, "USD"), "\u{2212}1,234,567.89 USD");
        assert_eq!(amount_text(1_000_000, 0, "JPY"), "1,000,000 JPY");
        assert_eq!(amount_text(1_234, 3, "BHD"), "1.234 BHD");
        assert_eq!(amount_text(i64::MIN, 2, "EUR"), "\u{2212}92,233,720,368,547,758.08 EUR");
    }

    #[test]
    fn numbers_group_by_three() {
        assert_eq!(number_text(0), "0");
        assert_eq!(number_text(999), "999");
        assert_eq!(number_text(1_000), "1,000");
        assert_eq!(number_text(-12_345_678), "\u{2212}12,345,678");
    }

    #[test]
    fn percentages_are_cut_to_the_whole() {
        assert_eq!(percent_text(1, 3), "33.3%");
        assert_eq!(percent_text(5, 3), "100.0%");
        assert_eq!(percent_text(1, 0), "0.0%");
    }
}
