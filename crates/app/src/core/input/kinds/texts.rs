//! Texts, domains and countries.

use domain::{
    accounts::{Country, Domain},
    text::{self, TextError},
};
use serde_json::{Value, json};
use web::Choice;

use super::{
    super::field::{Field, Kind},
    sentence,
};

/// One line of text, without characters that deceive. Left out, it is empty.
#[derive(Debug, Clone, Copy)]
pub struct Line {
    most: usize,
    exact: bool,
}

impl Line {
    /// A line of at most `most` characters.
    pub fn new(label: &'static str, most: usize) -> Field<Self> {
        Field::of(label, Self { most, exact: false })
    }

    /// The same, which keeps several blanks within it as they are.
    pub fn exact(label: &'static str, most: usize) -> Field<Self> {
        Field::of(label, Self { most, exact: true })
    }
}

impl Kind for Line {
    type Value = String;

    fn parse(&self, given: &str) -> Result<String, String> {
        let one_space = given.split_whitespace().collect::<Vec<_>>().join(" ");
        let text = if self.exact { given } else { &one_space };
        text::line(text, self.most).map_err(|error| sentence(&error))
    }

    fn absent(&self) -> Option<String> {
        Some(String::new())
    }

    fn text(&self, value: &String) -> String {
        value.clone()
    }

    fn control(&self, name: &str, label: &str, _: Vec<Choice>) -> web::Field {
        web::Field::text(name, label).max_length(self.most)
    }

    fn schema(&self) -> Value {
        json!({ "type": "string", "maxLength": self.most })
    }
}

/// One line that a function of the domain checks. Left out, it is empty.
#[derive(Debug, Clone, Copy)]
pub struct Checked {
    most: usize,
    check: fn(&str) -> Result<String, TextError>,
}

impl Checked {
    /// A line of at most `most` characters that `check` accepts.
    pub fn new(
        label: &'static str,
        most: usize,
        check: fn(&str) -> Result<String, TextError>,
    ) -> Field<Self> {
        Field::of(label, Self { most, check })
    }
}

impl Kind for Checked {
    type Value = String;

    fn parse(&self, given: &str) -> Result<String, String> {
        (self.check)(given).map_err(|error| sentence(&error))
    }

    fn absent(&self) -> Option<String> {
        Some(String::new())
    }

    fn text(&self, value: &String) -> String {
        value.clone()
    }

    fn control(&self, name: &str, label: &str, _: Vec<Choice>) -> web::Field {
        web::Field::text(name, label).max_length(self.most)
    }

    fn schema(&self) -> Value {
        json!({ "type": "string", "maxLength": self.most })
    }
}

/// Several lines of text. Left out, they are empty.
#[derive(Debug, Clone, Copy)]
pub struct Lines {
    most: usize,
}

impl Lines {
    /// Lines of at most `most` characters in all.
    pub fn new(label: &'static str, most: usize) -> Field<Self> {
        Field::of(label, Self { most })
    }
}

impl Kind for Lines {
    type Value = String;

    fn parse(&self, given: &str) -> Result<String, String> {
        text::lines(given, self.most).map_err(|error| sentence(&error))
    }

    fn absent(&self) -> Option<String> {
        Some(String::new())
    }

    fn text(&self, value: &String) -> String {
        value.clone()
    }

    fn control(&self, name: &str, label: &str, _: Vec<Choice>) -> web::Field {
        web::Field::textarea(name, label).max_length(self.most)
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
        Domain::parse(given).map_err(|error| error.to_string())
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
    /// A country by its two letters; a form shows their names.
    pub fn new(label: &'static str) -> Field<Self> {
        Field::of(label, Self)
    }
}

impl Kind for Nation {
    type Value = Country;

    fn parse(&self, given: &str) -> Result<Country, String> {
        Country::parse(given).map_err(|error| error.to_string())
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
