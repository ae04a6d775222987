//! What is wrong with the fields of a form, all of it at once.

use std::fmt::Display;

use serde::{Serialize, Serializer};

use super::Form;

/// One message for each bad field, by the field's name. The empty name stands for the form as a
/// whole. Iterates in the order in which they were added, unless [`FieldErrors::in_order_of`] gave
/// another.
#[must_use]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldErrors {
    messages: Vec<(String, String)>,
}

impl Serialize for FieldErrors {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl FieldErrors {
    /// No errors yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes what is wrong with `field`. The first message of a field stays.
    pub fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        let field = field.into();
        if self.get(&field).is_none() {
            self.messages.push((field, message.into()));
        }
    }

    /// These as well; fields that have a message keep it.
    pub fn add_all(&mut self, more: &Self) {
        more.iter().for_each(|(field, message)| self.add(field, message));
    }

    /// The same in the order of these fields: those of the form as a whole first, others last.
    pub fn in_order_of(mut self, fields: &[&str]) -> Self {
        self.messages.sort_by_key(|(field, _)| {
            let place = fields.iter().position(|known| known == field);
            place.map_or(if field.is_empty() { 0 } else { usize::MAX }, |place| place + 1)
        });
        self
    }

    /// What is wrong with `field`, if anything.
    pub fn get(&self, field: &str) -> Option<&str> {
        self.iter().find(|(known, _)| *known == field).map(|(_, message)| message)
    }

    /// Whether every field is in order.
    pub fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    /// How many fields are not in order.
    pub fn len(&self) -> usize {
        self.messages.len()
    }

    /// Field and message.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.messages.iter().map(|(field, message)| (field.as_str(), message.as_str()))
    }

    /// The value of `result`; its error becomes the message of `field` and gives `None`.
    pub fn take<T, E: Display>(&mut self, field: &str, result: Result<T, E>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(error) => {
                self.add(field, error.to_string());
                None
            }
        }
    }

    /// The text of a field that must not be blank; a blank one gets `message` and gives `None`.
    pub fn required(&mut self, form: &Form, field: &str, message: &str) -> Option<String> {
        let value = form.opt(field).map(String::from);
        if value.is_none() {
            self.add(field, message);
        }
        value
    }

    /// `Ok(())` when every field is in order, else these errors.
    ///
    /// # Errors
    ///
    /// When there is any message.
    pub fn check(self) -> Result<(), Self> {
        if self.is_empty() { Ok(()) } else { Err(self) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bad_field_is_kept_with_its_first_message() {
        let form = Form::from_pairs([("name", "  "), ("count", "x")]);
        let mut errors = FieldErrors::new();
        assert_eq!(errors.required(&form, "name", "Enter the name"), None);
        errors.add("name", "Too short");
        let count = errors.take("count", form.text("count").parse::<u32>());
        assert_eq!(count, None);
        assert_eq!(errors.len(), 2);
        assert_eq!(errors.get("name"), Some("Enter the name"));
        assert_eq!(errors.check().unwrap_err().iter().count(), 2);
    }

    #[test]
    fn errors_come_in_the_order_of_the_fields() {
        let mut errors = FieldErrors::new();
        for field in ["other", "amount", "", "name"] {
            errors.add(field, "wrong");
        }
        let ordered = errors.in_order_of(&["name", "domain", "amount"]);
        let fields: Vec<&str> = ordered.iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["", "name", "amount", "other"]);
    }
}
