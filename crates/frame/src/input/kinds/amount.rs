//! Amounts of money.

use domain::money::{Currency, Money};
use serde_json::{Value, json};
use web::Choice;

use super::super::field::{Field, Kind};

/// An amount with its currency. A form sends the currency in a field of its own.
#[derive(Debug, Clone, Copy)]
pub struct Amount {
    currency: &'static str,
}

impl Amount {
    /// An amount; `currency` is the name of the form's field that holds the currency.
    pub fn new(label: &'static str, currency: &'static str) -> Field<Self> {
        Field::of(label, Self { currency })
    }
}

impl Kind for Amount {
    type Value = Money;

    fn parse(&self, given: &str) -> Result<Money, String> {
        Money::parse(given).map_err(|error| error.to_string())
    }

    fn text(&self, value: &Money) -> String {
        format!("{} {}", value.decimal(), value.currency)
    }

    fn parse_all(&self, texts: &[String]) -> Option<Result<Money, String>> {
        let amount = texts.first().map(|text| text.trim()).filter(|text| !text.is_empty())?;
        Some(match texts.get(1) {
            Some(currency) => Currency::parse(currency)
                .and_then(|currency| Money::parse_decimal(amount, currency))
                .map_err(|error| error.to_string()),
            None => self.parse(amount),
        })
    }

    fn second(&self) -> Option<&'static str> {
        Some(self.currency)
    }

    fn sent(&self, value: &Value) -> Result<Vec<String>, String> {
        if value.is_null() {
            return Ok(Vec::new());
        }
        let wrong = || "Send `minor` and `currency`".to_owned();
        let fields = value.as_object().filter(|fields| fields.len() == 2).ok_or_else(wrong)?;
        let minor = fields.get("minor").and_then(Value::as_i64).ok_or_else(wrong)?;
        let code = fields.get("currency").and_then(Value::as_str).ok_or_else(wrong)?;
        let currency = Currency::parse(code).map_err(|error| error.to_string())?;
        Ok(vec![self.text(&Money::new(minor, currency))])
    }

    fn control(&self, name: &str, label: &str, _: Vec<Choice>) -> web::Field {
        let all: Vec<&str> = Currency::all().map(Currency::as_str).collect();
        web::Field::money_with_currency(name, label, self.currency, &all, "")
    }

    fn schema(&self) -> Value {
        json!({
            "type": "object", "required": ["minor", "currency"], "additionalProperties": false,
            "properties": {
                "minor": { "type": "integer", "description": "In minor units, for example cents" },
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
        let kind = Amount { currency: "currency" };
        let texts = |all: [&str; 2]| all.map(str::to_owned).to_vec();
        let money = Money::new(1234, Currency::parse("EUR").unwrap());
        assert_eq!(kind.parse_all(&texts(["12.34", "EUR"])), Some(Ok(money)));
        assert_eq!(kind.parse_all(&texts(["", "EUR"])), None);
        assert!(matches!(kind.parse_all(&texts(["12.345", "EUR"])), Some(Err(_))));
        assert!(matches!(kind.parse_all(&texts(["1", "XXXX"])), Some(Err(_))));
        let sent = kind.sent(&json!({ "minor": -1234, "currency": "EUR" })).unwrap();
        assert_eq!(kind.parse_all(&sent), Some(Ok(Money::new(-1234, money.currency))));
        for bad in [json!(12), json!({ "minor": 1 }), json!({ "minor": "1", "currency": "EUR" })] {
            assert!(kind.sent(&bad).is_err(), "{bad}");
        }
    }
}
