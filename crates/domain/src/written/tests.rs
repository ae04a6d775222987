use super::{DecimalSign, DecimalSign::Comma, DecimalSign::Point, Written, decimal_sign_of};

fn money(text: &str, sign: DecimalSign, own: &str) -> Result<String, String> {
    let number = Written::parse(text).map_err(|error| error.to_string())?;
    let money = number.money(sign, (own, "EUR")).map_err(|error| error.to_string())?;
    Ok(money.to_string())
}

#[test]
fn im_01_signs_currencies_and_groups_are_read_wherever_they_stand() {
    for (text, sign, wanted) in [
        ("1,234.50", Point, "1234.50 EUR"),
        ("1.234,50 €", Comma, "1234.50 EUR"),
        ("12,50 €", Comma, "12.50 EUR"),
        ("€ 12.5", Point, "12.50 EUR"),
        ("-12.50", Point, "-12.50 EUR"),
        ("12,50-", Comma, "-12.50 EUR"),
        ("\u{2212}500.00", Point, "-500.00 EUR"),
        ("(1,234.50)", Point, "-1234.50 EUR"),
        ("$(1,234.50)", Point, "-1234.50 USD"),
        ("-$4514", Point, "-4514.00 USD"),
        ("$-4514", Point, "-4514.00 USD"),
        ("+7", Point, "7.00 EUR"),
        ("US$ 1,000,000", Point, "1000000.00 USD"),
        ("C$5", Point, "5.00 CAD"),
        ("JPY 12000", Point, "12000 JPY"),
        ("¥12000", Point, "12000 JPY"),
        ("12 345,60 zł", Comma, "12345.60 PLN"),
        ("12\u{202f}345,60\u{a0}EUR", Comma, "12345.60 EUR"),
        ("1'234'567.80 CHF", Point, "1234567.80 CHF"),
        ("1\u{2019}234.00", Point, "1234.00 EUR"),
        ("₹1,00,000", Point, "100000.00 INR"),
        ("₹12,34,567.50", Point, "1234567.50 INR"),
        ("512.770000", Point, "512.77 EUR"),
        ("4000.000", Point, "4000.00 EUR"),
        (".5", Point, "0.50 EUR"),
        ("12000.00 JPY", Point, "12000 JPY"),
    ] {
        assert_eq!(money(text, sign, ""), Ok(wanted.to_owned()), "{text}");
    }
}

#[test]
fn im_01_what_is_not_understood_is_refused_and_never_another_number() {
    for (text, sign) in [
        ("12,5", Point),
        ("1,2,3", Point),
        ("1,23,4", Point),
        ("1,2345", Point),
        ("12,345,67", Point),
        ("1.234.50", Point),
        ("1,234.50", Comma),
        ("12.345", Point),
        ("12.", Point),
        ("10 – 15", Point),
        ("10-15", Point),
        ("50%", Point),
        ("--5", Point),
        ("-5-", Point),
        ("(-5)", Point),
        ("(5", Point),
        ("€5$", Point),
        ("5 kr", Point),
        ("5 XYZ", Point),
        ("a lot", Point),
        ("1e5", Point),
        ("", Point),
        ("-", Point),
        ("€", Point),
        ("1 234,5 6", Comma),
        ("1,234 567", Point),
        ("٣", Point),
    ] {
        assert!(money(text, sign, "").is_err(), "{text}: {:?}", money(text, sign, ""));
    }
}

#[test]
fn im_01_the_currency_of_the_column_goes_before_an_ambiguous_sign() {
    assert_eq!(money("$1,234.50", Point, "CAD"), Ok("1234.50 CAD".into()));
    assert_eq!(money("$500", Point, "AUD"), Ok("500.00 AUD".into()));
    assert_eq!(money("¥500", Point, "CNY"), Ok("500.00 CNY".into()));
    assert_eq!(money("5 kr", Point, "NOK"), Ok("5.00 NOK".into()));
    assert!(money("€500", Point, "USD").unwrap_err().contains("marked €, but its currency is USD"));
    assert!(money("EUR 500", Point, "USD").is_err());
    assert!(money("5 kr", Point, "").unwrap_err().contains("several currencies"));
}

#[test]
fn im_01_the_decimal_sign_is_that_of_the_column() {
    for (column, wanted) in [
        (vec!["12,50 €", "512,77 €"], Some((Comma, true))),
        (vec!["1,234", "1100.04"], Some((Point, true))),
        (vec!["12,5", "1,2,3", "10.25", "10.75", "11.25"], Some((Point, true))),
        (vec!["1.234,50", "3,5"], Some((Comma, true))),
        (vec!["1.234"], Some((Comma, false))),
        (vec!["1,234"], Some((Point, false))),
        (vec!["1.234.567"], Some((Comma, true))),
        (vec!["0.123"], Some((Point, true))),
        (vec!["4000.000"], Some((Point, true))),
        (vec!["12.5", "12,5"], None),
        (vec!["1200"], None),
        (vec![], None),
    ] {
        assert_eq!(decimal_sign_of(column.iter().copied()), wanted, "{column:?}");
    }
}

#[test]
fn im_01_counts_take_no_decimals() {
    let count = |text: &str| Written::parse(text).and_then(|number| number.count_of()).ok();
    for (text, wanted) in [
        ("1,100", Some(1100)),
        ("1.100", Some(1100)),
        ("1 100", Some(1100)),
        ("12.0", Some(12)),
        ("12", Some(12)),
        ("12.5", None),
        ("1,100.04", None),
        ("-5", None),
        ("5 EUR", None),
        ("1.1", None),
        ("99999999999999999999", None),
    ] {
        assert_eq!(count(text), wanted, "{text}");
    }
}

#[test]
fn ux_01_an_amount_that_is_typed_is_read_when_it_can_be_only_one() {
    let typed = |text: &str, own: &str| super::amount(text, own).map(|money| money.to_string());
    for (text, own, wanted) in [
        ("12500.50", "EUR", "12500.50 EUR"),
        ("150.000,00 €", "EUR", "150000.00 EUR"),
        ("150.000,00 €", "", "150000.00 EUR"),
        ("150k", "EUR", "150000.00 EUR"),
        ("1.5M", "USD", "1500000.00 USD"),
        ("1,5 Mio €", "", "1500000.00 EUR"),
        ("€0.25m", "EUR", "250000.00 EUR"),
        ("(2K)", "EUR", "-2000.00 EUR"),
        ("150 000", "EUR", "150000.00 EUR"),
        ("150'000.00", "CHF", "150000.00 CHF"),
        ("150,000", "EUR", "150000.00 EUR"),
        ("1,250,000", "JPY", "1250000 JPY"),
        ("12,5", "EUR", "12.50 EUR"),
        ("1.234", "BHD", "1.234 BHD"),
        ("0.1234", "CLF", "0.1234 CLF"),
    ] {
        assert_eq!(typed(text, own), Ok(wanted.to_owned()), "{text} {own}");
    }
    for (text, own) in [
        ("12.345", "EUR"),
        ("150.000 €", "EUR"),
        ("1,500k", "EUR"),
        ("1,234", "BHD"),
        ("12.3456", "EUR"),
        ("1.5", "JPY"),
        ("150k", ""),
        ("150 €", "USD"),
        ("5kk", "EUR"),
        ("much", "EUR"),
        ("k", "EUR"),
        ("5 kilo", "EUR"),
        ("", "EUR"),
    ] {
        assert!(typed(text, own).is_err(), "{text} {own}: {:?}", typed(text, own));
    }
    let words = super::amount("12.345", "EUR").unwrap_err().to_string();
    assert_eq!(words, "can be read as 12345 or 12.345; enter it without separators");
}
