//! A field of an input: its label, whether it must be there, and its kind.

use serde_json::Value;
use web::{Choice, FieldErrors};

use super::sent::{Given, Sent};
use crate::{error::AppError, request::Req};

/// How a field's value is read, shown and described.
pub trait Kind: 'static {
    /// What is read.
    type Value;

    /// The value of a text that is not blank, or what is wrong with it.
    fn parse(&self, text: &str) -> Result<Self::Value, String>;

    /// The value of a field that is left out; `None` when it must be there.
    fn absent(&self) -> Option<Self::Value> {
        None
    }

    /// The text that [`Kind::parse`] reads as this value; nothing for no value.
    fn text(&self, value: &Self::Value) -> String;

    /// The value of all texts sent; kinds that hold several override it.
    fn parse_all(&self, texts: &[String]) -> Option<Result<Self::Value, String>> {
        texts.iter().map(|text| text.trim()).find(|text| !text.is_empty()).map(|t| self.parse(t))
    }

    /// The field in which a form sends the rest of the value.
    fn second(&self) -> Option<&'static str> {
        None
    }

    /// All texts of a value; kinds that hold several override it.
    fn all_texts(&self, value: &Self::Value) -> Vec<String> {
        Some(self.text(value)).filter(|text| !text.is_empty()).into_iter().collect()
    }

    /// The texts of a value of a body, or what is wrong with its type.
    fn sent(&self, value: &Value) -> Result<Vec<String>, String> {
        match value {
            Value::String(text) => Ok(vec![text.clone()]),
            Value::Null => Ok(Vec::new()),
            Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                Err("Send a string".to_owned())
            }
        }
    }

    /// Whether a form has a checkbox for each choice, in place of one control.
    fn has_boxes(&self) -> bool {
        false
    }

    /// The control of a form, without its value.
    fn control(&self, name: &str, label: &str, choices: Vec<Choice>) -> web::Field;

    /// The choices that need no look-up.
    fn choices(&self) -> Vec<Choice> {
        Vec::new()
    }

    /// Whether its choices are shown as cards, each with what it means.
    fn has_cards(&self) -> bool {
        false
    }

    /// The schema of the value in a body.
    fn schema(&self) -> Value;
}

/// Finds the choices of a field.
pub(super) type Choices = fn(&mut Req<'_, '_>) -> Result<Vec<Choice>, AppError>;

/// Says whether the form of a request shows a field.
pub(super) type ShownIf = fn(&Req<'_, '_>) -> bool;

/// Adds to a control what depends on the request.
pub(super) type Finish = fn(&mut Req<'_, '_>, web::Field) -> Result<web::Field, AppError>;

/// A field: a kind with what is said about it.
#[derive(Clone)]
pub struct Field<K> {
    pub(super) kind: K,
    pub(super) label: &'static str,
    pub(super) hint: &'static str,
    /// What is said when it is left out; empty when it may be.
    missing: &'static str,
    pub(super) choices: Option<Choices>,
    pub(super) beside: bool,
    pub(super) group: &'static str,
    pub(super) is_hidden: bool,
    pub(super) is_expected: bool,
    pub(super) shown_if: Option<ShownIf>,
    pub(super) finish: Option<Finish>,
}

impl<K> std::fmt::Debug for Field<K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Field").field("label", &self.label).finish_non_exhaustive()
    }
}

impl<K: Kind> Field<K> {
    pub(super) fn of(label: &'static str, kind: K) -> Self {
        Self {
            kind,
            label,
            hint: "",
            missing: "",
            choices: None,
            beside: false,
            group: "",
            is_hidden: false,
            is_expected: false,
            shown_if: None,
            finish: None,
        }
    }

    /// It must be there; `message` says what to enter.
    #[must_use]
    pub fn required(mut self, message: &'static str) -> Self {
        self.missing = message;
        self
    }

    /// It must be there; whoever carries the input out says so, with what else is wrong.
    #[must_use]
    pub fn expected(mut self) -> Self {
        self.is_expected = true;
        self
    }

    /// The same with another kind, and nothing said of what is missing.
    pub(super) fn mapped<L>(self, kind: impl FnOnce(K) -> L) -> Field<L> {
        Field {
            kind: kind(self.kind),
            label: self.label,
            hint: self.hint,
            missing: "",
            choices: self.choices,
            beside: self.beside,
            group: self.group,
            is_hidden: self.is_hidden,
            is_expected: self.is_expected,
            shown_if: self.shown_if,
            finish: self.finish,
        }
    }

    /// A form keeps its value without showing it.
    #[must_use]
    pub fn hidden(mut self) -> Self {
        self.is_hidden = true;
        self
    }

    /// A form shows it only where this holds. Whoever carries the input out takes no value from a
    /// form that does not show it.
    #[must_use]
    pub fn shown_if(mut self, holds: fn(&Req<'_, '_>) -> bool) -> Self {
        self.shown_if = Some(holds);
        self
    }

    /// Its control gets what depends on the request, for example the last day that it offers.
    #[must_use]
    pub fn finished(mut self, finish: Finish) -> Self {
        self.finish = Some(finish);
        self
    }

    /// What the form says below it.
    #[must_use]
    pub fn hint(mut self, words: &'static str) -> Self {
        self.hint = words;
        self
    }

    /// One of the choices that this finds.
    #[must_use]
    pub fn among(mut self, choices: Choices) -> Self {
        self.choices = Some(choices);
        self
    }

    /// It stands beside the field before it.
    #[must_use]
    pub fn beside(mut self) -> Self {
        self.beside = true;
        self
    }

    /// It begins a group of fields with this title.
    #[must_use]
    pub fn group(mut self, title: &'static str) -> Self {
        self.group = title;
        self
    }

    pub(super) fn is_required(&self) -> bool {
        !self.missing.is_empty()
    }

    /// The value of what was sent; an error is noted under `name`.
    pub fn read(
        &self,
        name: &'static str,
        sent: &Sent<'_>,
        errors: &mut FieldErrors,
    ) -> Option<K::Value> {
        let mut texts: Vec<String> = match sent.given(name) {
            Given::Texts(texts) => texts.into_iter().map(str::to_owned).collect(),
            Given::Json(value) => errors.take(name, self.kind.sent(value))?,
        };
        if let (Some(second), Sent::Form(form)) = (self.kind.second(), sent) {
            texts.extend(form.all(second).into_iter().map(str::to_owned));
        }
        match self.kind.parse_all(&texts) {
            Some(result) => errors.take(name, result),
            None if self.is_required() => {
                errors.add(name, self.missing);
                None
            }
            None => {
                let absent = self.kind.absent();
                if absent.is_none() {
                    errors.add(name, "Fill this in");
                }
                absent
            }
        }
    }

    /// The texts of a value, as a form sends them.
    pub fn texts(&self, value: &K::Value) -> Vec<String> {
        self.kind.all_texts(value)
    }
}
