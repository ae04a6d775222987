//! Days, numbers, yes and no.

use domain::text;
use jiff::civil::Date;
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
    /// A day, as `2026-04-01`.
    pub fn new(label: &'static str) -> Field<Self> {
        Field::of(label, Self)
    }
}

impl Kind for Day {
    type Value = Date;

    fn parse(&self, given: &str) -> Result<Date, String> {
        text::day(given).map_err(|error| sentence(&error))
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
        number.ok_or_else(|| format!("Write a whole number from {} to {}", self.least, self.most))
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
