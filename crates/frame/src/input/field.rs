//! A field of an input: its label, whether it must be there, and its kind.

use serde_json::Value;
use web::{Choice, FieldErrors, Form, Markup};

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

    /// The texts that a form sends for the field of this name; kinds whose value stands in several
    /// fields override it.
    fn of_form(&self, name: &str, form: &Form) -> Vec<String> {
        form.all(name).into_iter().map(str::to_owned).collect()
    }

    /// The fields of a form that hold these texts: the other way of [`Kind::of_form`].
    fn in_form(&self, name: &str, texts: &[String]) -> Vec<(String, String)> {
        texts.iter().map(|text| (name.to_owned(), text.clone())).collect()
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

    /// What a form asks about each choice, below the checkboxes.
    fn about_each(&self, _: &[Choice], _: &Form) -> Markup {
        Markup::default()
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

/// Draws what stands below a control.
pub(super) type Below = fn(&mut Req<'_, '_>, &Form, &FieldErrors) -> Result<Markup, AppError>;

/// Whether a field is needed, beside what its kind and [`Field::required`] say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    /// It may be left out.
    Free,
    /// In the end it is; a draft may lack it.
    Wanted,
    /// It is, and whoever carries the input out says so.
    Expected,
}

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
    pub(super) fold: &'static str,
    pub(super) in_form: Option<&'static str>,
    pub(super) below: Option<Below>,
    pub(super) is_hidden: bool,
    pub(super) need: Need,
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
            fold: "",
            in_form: None,
            below: None,
            is_hidden: false,
            need: Need::Free,
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
        self.need = Need::Expected;
        self
    }

    /// A form shows that it is needed in the end; a draft may lack it.
    #[must_use]
    pub fn wanted(mut self) -> Self {
        self.need = Need::Wanted;
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
            fold: self.fold,
            in_form: self.in_form,
            below: self.below,
            is_hidden: self.is_hidden,
            need: self.need,
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

    /// It begins the part of the form that is folded while nothing stands in it, with this title.
    #[must_use]
    pub fn fold(mut self, title: &'static str) -> Self {
        self.fold = title;
        self
    }

    /// A form sends it under this name.
    #[must_use]
    pub fn sent_as(mut self, name: &'static str) -> Self {
        self.in_form = Some(name);
        self
    }

    /// What a form shows below it.
    #[must_use]
    pub fn below(mut self, below: Below) -> Self {
        self.below = Some(below);
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
        let in_form = self.in_form.unwrap_or(name);
        let texts: Vec<String> = match sent.given(name, in_form) {
            Given::Form(form) => self.kind.of_form(in_form, form),
            Given::Before(texts) => texts.to_vec(),
            Given::Json(value) => errors.take(name, self.kind.sent(value))?,
        };
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
