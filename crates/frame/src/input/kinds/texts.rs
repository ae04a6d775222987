//! Texts, domains and countries.

use domain::{
    accounts::{Country, Domain},
    text::{self, TextError},
};
use serde_json::{Value, json};
use web::Choice;

use super::{
    super::field::{Field, Kind},
    capital, sentence,
};

/// A text that a rule accepts. Left out, it is empty.
#[derive(Debug, Clone, Copy)]
pub struct Text {
    most: usize,
    rule: Rule,
    look: Look,
}

/// What a text must be.
#[derive(Debug, Clone, Copy)]
enum Rule {
    /// Of bounded length, and without characters that deceive.
    Bounded(fn(&str, usize) -> Result<String, TextError>),
    /// What a function of the domain accepts.
    Domain(fn(&str) -> Result<String, TextError>),
}

/// How a form shows it.
#[derive(Debug, Clone, Copy)]
enum Look {
    Line,
    /// Of so many lines.
    Area(u16),
    Email,
    Phone,
    Select,
}

impl Text {
    /// A line of at most `most` characters, with one blank where there are several.
    pub fn line(label: &'static str, most: usize) -> Field<Self> {
        Field::of(label, Self { most, rule: Rule::Bounded(one_blank), look: Look::Line })
    }

    /// The same, which keeps several blanks within it as they are.
    pub fn exact_line(label: &'static str, most: usize) -> Field<Self> {
        Field::of(label, Self { most, rule: Rule::Bounded(text::line), look: Look::Line })
    }

    /// An e-mail address, which whoever carries the input out checks.
    pub fn email(label: &'static str) -> Field<Self> {
        Field::of(label, Self { most: 254, rule: Rule::Bounded(text::line), look: Look::Email })
    }

    /// A line of at most `most` characters that `check` accepts.
    pub fn checked(
        label: &'static str,
        most: usize,
        check: fn(&str) -> Result<String, TextError>,
    ) -> Field<Self> {
        Field::of(label, Self { most, rule: Rule::Domain(check), look: Look::Line })
    }

    /// Lines of at most `most` characters in all.
    pub fn lines(label: &'static str, most: usize) -> Field<Self> {
        Field::of(label, Self { most, rule: Rule::Bounded(text::lines), look: Look::Area(4) })
    }

    /// A code that something else gave, which whoever reads the input looks up; its choices come
    /// from [`Field::among`].
    pub fn picked(label: &'static str) -> Field<Self> {
        Field::of(label, Self { most: 200, rule: Rule::Bounded(text::line), look: Look::Select })
    }
}

impl Field<Text> {
    /// A form shows so many lines of it.
    #[must_use]
    pub fn rows(mut self, rows: u16) -> Self {
        self.kind.look = Look::Area(rows);
        self
    }

    /// A form takes it as an e-mail address.
    #[must_use]
    pub fn as_email(mut self) -> Self {
        self.kind.look = Look::Email;
        self
    }

    /// A form takes it as a telephone number.
    #[must_use]
    pub fn as_phone(mut self) -> Self {
        self.kind.look = Look::Phone;
        self
    }
}

fn one_blank(given: &str, most: usize) -> Result<String, TextError> {
    text::line(&given.split_whitespace().collect::<Vec<_>>().join(" "), most)
}

impl Kind for Text {
    type Value = String;

    fn parse(&self, given: &str) -> Result<String, String> {
        let read = match self.rule {
            Rule::Bounded(rule) => rule(given, self.most),
            Rule::Domain(rule) => rule(given),
        };
        read.map_err(|error| sentence(&error))
    }

    fn absent(&self) -> Option<String> {
        Some(String::new())
    }

    fn text(&self, value: &String) -> String {
        value.clone()
    }

    fn control(&self, name: &str, label: &str, choices: Vec<Choice>) -> web::Field {
        match self.look {
            Look::Line if choices.is_empty() => web::Field::text(name, label).max_length(self.most),
            Look::Email => web::Field::email(name, label).max_length(self.most),
            Look::Phone => web::Field::tel(name, label).max_length(self.most),
            Look::Area(rows) => web::Field::textarea(name, label).max_length(self.most).rows(rows),
            Look::Line | Look::Select => web::Field::select(name, label, choices),
        }
    }

    fn schema(&self) -> Value {
        json!({ "type": "string", "maxLength": self.most })
    }
}

/// An internet domain.
#[derive(Debug, Clone, Copy)]
pub struct Host;

impl Host {
    /// A domain such as `north.example`.
    pub fn new(label: &'static str) -> Field<Self> {
        Field::of(label, Self)
    }
}

impl Kind for Host {
    type Value = Domain;

    fn parse(&self, given: &str) -> Result<Domain, String> {
        Domain::parse(given).map_err(|error| capital(&error))
    }

    fn text(&self, value: &Domain) -> String {
        value.ascii().to_owned()
    }

    fn control(&self, name: &str, label: &str, _: Vec<Choice>) -> web::Field {
        web::Field::text(name, label).max_length(253)
    }

    fn schema(&self) -> Value {
        json!({ "type": "string", "maxLength": 253 })
    }
}

/// A country of ISO 3166-1.
#[derive(Debug, Clone, Copy)]
pub struct Nation;

impl Nation {
    /// A country: its two letters in the API, a name as well in a form and a file.
    pub fn new(label: &'static str) -> Field<Self> {
        Field::of(label, Self)
    }
}

impl Kind for Nation {
    type Value = Country;

    fn parse(&self, given: &str) -> Result<Country, String> {
        Country::called(given).map_err(|_| {
            let given: String = given.chars().take(60).collect();
            format!("“{given}” is no country. Enter its name or its two letters, for example DE")
        })
    }

    fn sent(&self, value: &Value) -> Result<Vec<String>, String> {
        match value {
            Value::Null => Ok(Vec::new()),
            Value::String(code) if code.trim().is_empty() => Ok(Vec::new()),
            Value::String(code) => {
                let found = Country::parse(code).map_err(|error| capital(&error))?;
                Ok(vec![found.code().to_owned()])
            }
            Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                Err("Send a string".to_owned())
            }
        }
    }

    fn text(&self, value: &Country) -> String {
        value.code().to_owned()
    }

    fn choices(&self) -> Vec<Choice> {
        Country::all().map(|country| Choice::new(country.code(), country.name())).collect()
    }

    fn control(&self, name: &str, label: &str, choices: Vec<Choice>) -> web::Field {
        web::Field::select(name, label, choices)
    }

    fn schema(&self) -> Value {
        json!({ "type": "string", "pattern": "^[A-Za-z]{2}$" })
    }
}
