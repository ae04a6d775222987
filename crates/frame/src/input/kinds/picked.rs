//! What is chosen: words, ids, codes, and values that may be left out.

use std::{fmt::Display, marker::PhantomData, str::FromStr};

use domain::word::Word;
use serde_json::{Value, json};
use web::{Choice, Form};

use super::{
    super::{
        choices,
        field::{Field, Kind},
    },
    capital,
};

/// One of the words of an enum.
#[derive(Debug, Clone, Copy)]
pub struct OneOf<W> {
    usual: Option<W>,
    has_cards: bool,
}

impl<W: Word> OneOf<W> {
    /// One of the words; it must be chosen.
    pub fn new(label: &'static str) -> Field<Self> {
        Field::of(label, Self { usual: None, has_cards: false })
    }

    /// One of the words, with room to say what each means; it must be chosen.
    pub fn cards(label: &'static str) -> Field<Self> {
        Field::of(label, Self { usual: None, has_cards: true })
    }

    /// One of the words; `usual` when it is left out.
    pub fn or(label: &'static str, usual: W) -> Field<Self> {
        Field::of(label, Self { usual: Some(usual), has_cards: false })
    }
}

impl<W: Word> Kind for OneOf<W> {
    type Value = W;

    fn parse(&self, given: &str) -> Result<W, String> {
        W::of_word(given).map_err(|error| error.to_string())
    }

    fn absent(&self) -> Option<W> {
        self.usual
    }

    fn text(&self, value: &W) -> String {
        value.as_word().to_owned()
    }

    fn choices(&self) -> Vec<Choice> {
        choices::<W>()
    }

    fn has_cards(&self) -> bool {
        self.has_cards
    }

    fn control(&self, name: &str, label: &str, choices: Vec<Choice>) -> web::Field {
        web::Field::select(name, label, choices).short()
    }

    fn schema(&self) -> Value {
        let words: Vec<&str> = W::EVERY.iter().map(|one| one.as_word()).collect();
        json!({ "type": "string", "enum": words })
    }
}

/// A typed id; its choices come from [`Field::among`].
#[derive(Debug, Clone, Copy)]
pub struct IdOf<T>(PhantomData<fn() -> T>);

impl<T> IdOf<T>
where
    T: FromStr<Err: Display> + Display + 'static,
{
    /// The id of something that there is.
    pub fn new(label: &'static str) -> Field<Self> {
        Field::of(label, Self(PhantomData))
    }
}

impl<T> Kind for IdOf<T>
where
    T: FromStr<Err: Display> + Display + 'static,
{
    type Value = T;

    fn parse(&self, given: &str) -> Result<T, String> {
        given.parse().map_err(|error: T::Err| capital(&error))
    }

    fn text(&self, value: &T) -> String {
        value.to_string()
    }

    fn control(&self, name: &str, label: &str, choices: Vec<Choice>) -> web::Field {
        web::Field::select(name, label, choices)
    }

    fn schema(&self) -> Value {
        json!({ "type": "string" })
    }
}

/// Codes of a list, none or several.
#[derive(Debug, Clone, Copy)]
pub struct Codes {
    boxes: bool,
}

impl Codes {
    /// Codes that a form sends in one field, separated by blanks.
    pub fn new(label: &'static str) -> Field<Self> {
        Field::of(label, Self { boxes: false })
    }

    /// Codes for which a form has a checkbox each; the choices come from [`Field::among`]. Whoever
    /// carries the input out refuses those that it does not know.
    pub fn boxes(label: &'static str) -> Field<Self> {
        Field::of(label, Self { boxes: true })
    }
}

impl Kind for Codes {
    type Value = Vec<String>;

    fn parse(&self, given: &str) -> Result<Vec<String>, String> {
        Ok(given.split_whitespace().map(str::to_owned).collect())
    }

    fn absent(&self) -> Option<Vec<String>> {
        Some(Vec::new())
    }

    fn text(&self, value: &Vec<String>) -> String {
        value.join(" ")
    }

    fn parse_all(&self, texts: &[String]) -> Option<Result<Vec<String>, String>> {
        Some(self.parse(&texts.join(" ")))
    }

    fn all_texts(&self, value: &Vec<String>) -> Vec<String> {
        if self.boxes {
            return value.clone();
        }
        Some(self.text(value)).filter(|text| !text.is_empty()).into_iter().collect()
    }

    fn has_boxes(&self) -> bool {
        self.boxes
    }

    fn sent(&self, value: &Value) -> Result<Vec<String>, String> {
        let wrong = || "Send a list of strings".to_owned();
        match value {
            Value::Null => Ok(Vec::new()),
            Value::Array(all) => {
                all.iter().map(|one| one.as_str().map(str::to_owned).ok_or_else(wrong)).collect()
            }
            Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => Err(wrong()),
        }
    }

    fn control(&self, name: &str, label: &str, _: Vec<Choice>) -> web::Field {
        web::Field::text(name, label)
    }

    fn schema(&self) -> Value {
        json!({ "type": "array", "items": { "type": "string" } })
    }
}

/// A value of another kind that may be left out.
#[derive(Debug, Clone, Copy)]
pub struct Optional<K>(K);

/// A value of another kind that is kept as its text, which is empty for none.
#[derive(Debug, Clone, Copy)]
pub struct AsText<K>(Optional<K>);

impl<K: Kind> Field<K> {
    /// It may be left out, and is kept as its text.
    #[must_use]
    pub fn as_text(self) -> Field<AsText<K>> {
        self.mapped(|kind| AsText(Optional(kind)))
    }
}

impl<K: Kind> Kind for AsText<K> {
    type Value = String;

    fn parse(&self, given: &str) -> Result<String, String> {
        self.0.parse(given).map(|value| self.0.text(&value))
    }

    fn absent(&self) -> Option<String> {
        Some(String::new())
    }

    fn text(&self, value: &String) -> String {
        value.clone()
    }

    fn sent(&self, value: &Value) -> Result<Vec<String>, String> {
        self.0.sent(value)
    }

    fn choices(&self) -> Vec<Choice> {
        self.0.choices()
    }

    fn control(&self, name: &str, label: &str, choices: Vec<Choice>) -> web::Field {
        self.0.control(name, label, choices)
    }

    fn schema(&self) -> Value {
        self.0.schema()
    }
}

impl<K: Kind> Field<K> {
    /// It may be left out, and has no value then.
    #[must_use]
    pub fn optional(self) -> Field<Optional<K>> {
        self.mapped(Optional)
    }
}

impl<K: Kind> Kind for Optional<K> {
    type Value = Option<K::Value>;

    fn parse(&self, given: &str) -> Result<Self::Value, String> {
        self.0.parse(given).map(Some)
    }

    fn absent(&self) -> Option<Self::Value> {
        Some(None)
    }

    fn text(&self, value: &Self::Value) -> String {
        value.as_ref().map_or_else(String::new, |value| self.0.text(value))
    }

    fn parse_all(&self, texts: &[String]) -> Option<Result<Self::Value, String>> {
        self.0.parse_all(texts).map(|read| read.map(Some))
    }

    fn of_form(&self, name: &str, form: &Form) -> Vec<String> {
        self.0.of_form(name, form)
    }

    fn in_form(&self, name: &str, texts: &[String]) -> Vec<(String, String)> {
        self.0.in_form(name, texts)
    }

    fn all_texts(&self, value: &Self::Value) -> Vec<String> {
        value.as_ref().map_or_else(Vec::new, |value| self.0.all_texts(value))
    }

    fn sent(&self, value: &Value) -> Result<Vec<String>, String> {
        self.0.sent(value)
    }

    fn choices(&self) -> Vec<Choice> {
        self.0.choices()
    }

    fn control(&self, name: &str, label: &str, choices: Vec<Choice>) -> web::Field {
        let none = std::iter::once(Choice::new("", "None"));
        let named = choices.iter().any(Choice::is_blank);
        let choices = if named { choices } else { none.chain(choices).collect() };
        self.0.control(name, label, choices)
    }

    fn schema(&self) -> Value {
        let mut schema = self.0.schema();
        if let Some(kind) = schema.get_mut("type") {
            *kind = json!([kind.clone(), "null"]);
        }
        schema
    }
}
