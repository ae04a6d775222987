//! Days, numbers, yes and no.

use domain::text;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde_json::{Value, json};
use web::Choice;

use super::{
    super::field::{Field, Kind},
    sentence,
};

/// A day.
#[derive(Debug, Clone, Copy)]
pub struct Day;

impl Day {
    /// A day: `2026-04-01` in the API; in a form and a file as people write it.
    pub fn new(label: &'static str) -> Field<Self> {
        Field::of(label, Self)
    }
}

impl Kind for Day {
    type Value = Date;

    fn parse(&self, given: &str) -> Result<Date, String> {
        text::typed_day(given).map_err(|error| sentence(&error))
    }

    fn sent(&self, value: &Value) -> Result<Vec<String>, String> {
        match value {
            Value::Null => Ok(Vec::new()),
            Value::String(given) if given.trim().is_empty() => Ok(Vec::new()),
            Value::String(given) => {
                let day = text::day(given).map_err(|error| sentence(&error))?;
                Ok(vec![day.to_string()])
            }
            Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                Err("Send a string".to_owned())
            }
        }
    }

    fn text(&self, value: &Date) -> String {
        value.to_string()
    }

    fn control(&self, name: &str, label: &str, _: Vec<Choice>) -> web::Field {
        web::Field::date(name, label)
    }

    fn schema(&self) -> Value {
        json!({ "type": "string", "format": "date" })
    }
}

/// An instant: RFC 3339 in the API; in a form a day, until the end of which (UTC) it is, or one of
/// the choices that [`Field::among`] finds.
#[derive(Debug, Clone, Copy)]
pub struct Instant;

impl Instant {
    /// An instant, as `2027-02-01T00:00:00Z`, or the last day before it, as `2027-01-31`.
    pub fn new(label: &'static str) -> Field<Self> {
        Field::of(label, Self)
    }
}

impl Kind for Instant {
    type Value = Timestamp;

    fn parse(&self, given: &str) -> Result<Timestamp, String> {
        if let Ok(instant) = given.parse() {
            return Ok(instant);
        }
        let day = text::typed_day(given).map_err(|error| sentence(&error))?;
        let end = day.tomorrow().and_then(|next| next.to_zoned(TimeZone::UTC));
        end.map(|end| end.timestamp()).map_err(|_| "Enter an earlier date".to_owned())
    }

    fn text(&self, value: &Timestamp) -> String {
        let zoned = value.to_zoned(TimeZone::UTC);
        let is_end_of_day = zoned.start_of_day().is_ok_and(|start| start == zoned);
        match zoned.date().yesterday() {
            Ok(day) if is_end_of_day => day.to_string(),
            Ok(_) | Err(_) => value.to_string(),
        }
    }

    fn sent(&self, value: &Value) -> Result<Vec<String>, String> {
        match value.as_str() {
            Some(text) if text.parse::<Timestamp>().is_ok() => Ok(vec![text.to_owned()]),
            None if value.is_null() => Ok(Vec::new()),
            Some(_) | None => Err("Enter a date and time such as 2027-01-31T00:00:00Z".to_owned()),
        }
    }

    fn control(&self, name: &str, label: &str, choices: Vec<Choice>) -> web::Field {
        if choices.is_empty() {
            return web::Field::date(name, label);
        }
        web::Field::select(name, label, choices).short()
    }

    fn schema(&self) -> Value {
        json!({ "type": "string", "format": "date-time" })
    }
}

/// A whole number within bounds.
#[derive(Debug, Clone, Copy)]
pub struct Number {
    least: i64,
    most: i64,
}

impl Number {
    /// A whole number from `least` to `most`.
    pub fn new(label: &'static str, least: i64, most: i64) -> Field<Self> {
        Field::of(label, Self { least, most })
    }
}

impl Kind for Number {
    type Value = i64;

    fn parse(&self, given: &str) -> Result<i64, String> {
        let number = given.parse::<i64>().ok().filter(|n| (self.least..=self.most).contains(n));
        number.ok_or_else(|| format!("Enter a whole number from {} to {}", self.least, self.most))
    }

    fn text(&self, value: &i64) -> String {
        value.to_string()
    }

    fn sent(&self, value: &Value) -> Result<Vec<String>, String> {
        match value {
            Value::Number(number) => Ok(vec![number.to_string()]),
            Value::Null => Ok(Vec::new()),
            Value::Bool(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => {
                Err("Send a number".to_owned())
            }
        }
    }

    fn control(&self, name: &str, label: &str, _: Vec<Choice>) -> web::Field {
        web::Field::number(name, label).min(self.least.to_string()).max(self.most.to_string())
    }

    fn schema(&self) -> Value {
        json!({ "type": "integer", "minimum": self.least, "maximum": self.most })
    }
}

/// Yes or no. Left out, it is no.
#[derive(Debug, Clone, Copy)]
pub struct Flag;

impl Flag {
    /// A checkbox.
    pub fn new(label: &'static str) -> Field<Self> {
        Field::of(label, Self)
    }
}

impl Kind for Flag {
    type Value = bool;

    fn parse(&self, given: &str) -> Result<bool, String> {
        match given {
            "1" | "true" => Ok(true),
            "0" | "false" => Ok(false),
            _ => Err("Send true or false".to_owned()),
        }
    }

    fn absent(&self) -> Option<bool> {
        Some(false)
    }

    fn text(&self, value: &bool) -> String {
        if *value { "1".to_owned() } else { String::new() }
    }

    fn sent(&self, value: &Value) -> Result<Vec<String>, String> {
        match value {
            Value::Bool(yes) => Ok(vec![yes.to_string()]),
            Value::Null => Ok(Vec::new()),
            Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => {
                Err("Send true or false".to_owned())
            }
        }
    }

    fn control(&self, name: &str, label: &str, _: Vec<Choice>) -> web::Field {
        let words = [("", "No"), ("1", "Yes")];
        web::Field::select(name, label, words.map(Choice::from)).short()
    }

    fn schema(&self) -> Value {
        json!({ "type": "boolean" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ux_01_an_instant_is_sent_by_programs_and_is_the_end_of_the_day_that_people_choose() {
        let instant: Timestamp = "2027-02-01T00:00:00Z".parse().unwrap();
        assert_eq!(Instant.parse("2027-02-01T00:00:00Z"), Ok(instant));
        assert_eq!(Instant.parse("2027-02-01T01:00:00+01:00"), Ok(instant));
        assert_eq!(Instant.parse("2027-01-31"), Ok(instant));
        for bad in ["2027-02-31", "tomorrow", "2027-02-01T00:00:00", "9999-12-31"] {
            assert!(Instant.parse(bad).is_err(), "{bad}");
        }
        assert_eq!(Instant.sent(&json!("2027-02-01T00:00:00Z")).map(|all| all.len()), Ok(1));
        assert_eq!(Instant.sent(&json!(null)), Ok(Vec::new()));
        for bad in [json!("2027-01-31"), json!(1), json!(["2027-02-01T00:00:00Z"])] {
            assert!(Instant.sent(&bad).unwrap_err().contains("such as 2027"), "{bad}");
        }
    }

    #[test]
    fn ux_01_what_stands_in_a_form_is_read_as_the_same_instant() {
        let last: Timestamp = "2027-01-31T23:59:59.999999Z".parse().unwrap();
        let end: Timestamp = "2027-02-01T00:00:00Z".parse().unwrap();
        assert_eq!(Instant.text(&end), "2027-01-31");
        assert_eq!(Instant.text(&last), "2027-01-31T23:59:59.999999Z");
        for instant in [last, end, Timestamp::UNIX_EPOCH] {
            assert_eq!(Instant.parse(&Instant.text(&instant)), Ok(instant));
        }
    }
}
