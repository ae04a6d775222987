//! Amounts of money.

use domain::{
    money::{Currency, Money, MoneyError},
    written::{self, NumberError},
};
use serde_json::{Value, json};
use web::{Choice, Form};

use super::{
    super::field::{Field, Kind},
    capital,
};

/// The largest amount in minor units that is believed.
const LARGEST_MINOR: i64 = 100_000_000_000_000;

/// An amount with its currency. A form sends the currency in a field of its own.
#[derive(Debug, Clone, Copy)]
pub struct Amount {
    currency: &'static str,
    is_chosen_here: bool,
    is_positive: bool,
}

impl Amount {
    /// An amount; `currency` is the name of the form's field that holds the currency.
    pub fn new(label: &'static str, currency: &'static str) -> Field<Self> {
        Field::of(label, Self { currency, is_chosen_here: true, is_positive: false })
    }

    /// An amount in the currency that a form chooses at another one, in the field `currency`.
    pub fn in_chosen(label: &'static str, currency: &'static str) -> Field<Self> {
        Field::of(label, Self { currency, is_chosen_here: false, is_positive: false })
    }
}

impl Field<Amount> {
    /// It is above zero, and not larger than anybody believes.
    #[must_use]
    pub fn positive(mut self) -> Self {
        self.kind.is_positive = true;
        self
    }
}

impl Amount {
    /// What was typed, in the currency `own`; empty when the text names it.
    fn read(self, typed: &str, own: &str) -> Result<Money, String> {
        let money = written::amount(typed, own).map_err(|error| match error {
            NumberError::NotANumber | NumberError::Groups(_) | NumberError::NotWhole => {
                "Enter an amount such as 12500.50 or 150k".to_owned()
            }
            NumberError::TwoWays(..)
            | NumberError::OtherCurrency(..)
            | NumberError::WhichCurrency(_) => format!("“{}” {error}", typed.trim()),
            NumberError::Money(MoneyError::UnknownCurrency { code }) if code.is_empty() => {
                "Enter the currency as well, for example 12500.50 EUR".to_owned()
            }
            NumberError::Money(error) => capital(&error),
        })?;
        match money.minor {
            ..=0 if self.is_positive => Err("Enter an amount above zero".to_owned()),
            minor if self.is_positive && minor > LARGEST_MINOR => {
                Err("This amount is too large".to_owned())
            }
            _ => Ok(money),
        }
    }
}

impl Kind for Amount {
    type Value = Money;

    fn parse(&self, given: &str) -> Result<Money, String> {
        self.read(given, "")
    }

    fn text(&self, value: &Money) -> String {
        format!("{} {}", value.decimal(), value.currency)
    }

    fn all_texts(&self, value: &Money) -> Vec<String> {
        vec![value.decimal(), value.currency.to_string()]
    }

    fn parse_all(&self, texts: &[String]) -> Option<Result<Money, String>> {
        let amount = texts.first().map(|text| text.trim()).filter(|text| !text.is_empty())?;
        Some(self.read(amount, texts.get(1).map_or("", String::as_str)))
    }

    fn of_form(&self, name: &str, form: &Form) -> Vec<String> {
        [name, self.currency].map(|field| form.text(field).to_owned()).to_vec()
    }

    fn in_form(&self, name: &str, texts: &[String]) -> Vec<(String, String)> {
        let names = [name, self.currency].map(str::to_owned);
        names.into_iter().zip(texts.iter().cloned()).collect()
    }

    fn sent(&self, value: &Value) -> Result<Vec<String>, String> {
        if value.is_null() {
            return Ok(Vec::new());
        }
        let wrong = || "Send `minor` and `currency`".to_owned();
        let fields = value.as_object().filter(|fields| fields.len() == 2).ok_or_else(wrong)?;
        let minor = fields.get("minor").and_then(Value::as_i64).ok_or_else(wrong)?;
        let code = fields.get("currency").and_then(Value::as_str).ok_or_else(wrong)?;
        let currency = Currency::parse(code).map_err(|error| capital(&error))?;
        Ok(self.all_texts(&Money::new(minor, currency)))
    }

    fn control(&self, name: &str, label: &str, _: Vec<Choice>) -> web::Field {
        if !self.is_chosen_here {
            return web::Field::money_in_chosen(name, label, self.currency);
        }
        let mut all: Vec<&str> = Currency::all().map(Currency::as_str).collect();
        all.sort_unstable();
        web::Field::money_with_currency(name, label, self.currency, &all, "")
    }

    fn schema(&self) -> Value {
        let least = if self.is_positive { json!({ "minimum": 1 }) } else { json!({}) };
        let mut minor =
            json!({ "type": "integer", "description": "In minor units, for example cents" });
        if let (Some(minor), Value::Object(least)) = (minor.as_object_mut(), least) {
            minor.extend(least);
        }
        json!({
            "type": "object", "required": ["minor", "currency"], "additionalProperties": false,
            "properties": {
                "minor": minor,
                "currency": { "type": "string", "description": "ISO 4217" },
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ux_01_an_amount_is_read_from_two_fields_or_from_minor_units() {
        let kind = Amount::new("Amount", "currency").kind;
        let texts = |all: [&str; 2]| all.map(str::to_owned).to_vec();
        let money = Money::new(1234, Currency::parse("EUR").unwrap());
        assert_eq!(kind.parse_all(&texts(["12.34", "EUR"])), Some(Ok(money)));
        assert_eq!(kind.parse_all(&texts(["12,34 €", ""])), Some(Ok(money)));
        assert_eq!(kind.parse_all(&texts(["", "EUR"])), None);
        assert!(matches!(kind.parse_all(&texts(["12.345", "EUR"])), Some(Err(_))));
        assert!(matches!(kind.parse_all(&texts(["1", "EURO"])), Some(Err(_))));
        let sent = kind.sent(&json!({ "minor": -1234, "currency": "EUR" })).unwrap();
        assert_eq!(kind.parse_all(&sent), Some(Ok(Money::new(-1234, money.currency))));
        for bad in [json!(12), json!({ "minor": 1 }), json!({ "minor": "1", "currency": "EUR" })] {
            assert!(kind.sent(&bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn ux_01_what_a_form_shows_of_an_amount_is_read_as_the_same() {
        let kind = Amount::new("Amount", "currency").kind;
        for code in ["EUR", "JPY", "BHD", "CLF"] {
            let currency = Currency::parse(code).unwrap();
            for minor in [0, 1, -1, 12, 123, 1_234, 12_345, 123_456, 1_234_567, -98_765_432] {
                let money = Money::new(minor, currency);
                let form = Form::from_pairs(kind.in_form("amount", &kind.all_texts(&money)));
                let read = kind.parse_all(&kind.of_form("amount", &form));
                assert_eq!(read, Some(Ok(money)), "{money}");
            }
        }
    }

    #[test]
    fn dr_12_an_amount_that_must_be_positive_is_above_zero_and_believable() {
        let kind = Amount::new("Amount", "currency").positive().kind;
        assert!(kind.read("0.01", "EUR").is_ok() && kind.read("1000000M", "EUR").is_ok());
        for wrong in ["0", "-5", "1000001M"] {
            assert!(kind.read(wrong, "EUR").is_err(), "{wrong}");
        }
    }
}
