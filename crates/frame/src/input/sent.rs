//! What was sent: a form, or a body of the API.

use serde_json::{Map, Value};
use web::{FieldErrors, Form};

use super::Input;

/// The fields as they were sent.
#[derive(Debug)]
pub enum Sent<'a> {
    /// A form. Fields that it has besides are of the page and not looked at.
    Form(&'a Form),
    /// A body of the API.
    Body {
        /// Its fields.
        fields: &'a Map<String, Value>,
        /// The texts of the fields that a change leaves out; empty for a whole body.
        before: &'a [(&'static str, Vec<String>)],
    },
}

/// What was sent of one field.
#[derive(Debug)]
pub(super) enum Given<'a> {
    /// Texts: of a form, or of what stands there already.
    Texts(Vec<&'a str>),
    /// A value of a body.
    Json(&'a Value),
}

impl Sent<'_> {
    /// What was sent of the field of this name; nothing is no text.
    pub(super) fn given(&self, name: &str) -> Given<'_> {
        match self {
            Self::Form(form) => Given::Texts(form.all(name)),
            Self::Body { fields, before } => match fields.get(name) {
                Some(value) => Given::Json(value),
                None => {
                    let kept = before.iter().find(|(known, _)| *known == name);
                    Given::Texts(kept.map_or_else(Vec::new, |(_, texts)| {
                        texts.iter().map(String::as_str).collect()
                    }))
                }
            },
        }
    }
}

/// Names every field of a body that the input does not have.
pub(crate) fn check_names<I: Input>(fields: &Map<String, Value>, errors: &mut FieldErrors) {
    let names = I::names(fields);
    for name in fields.keys() {
        if !names.contains(&name.as_str()) {
            let known = names.join(", ");
            errors.add(name.as_str(), format!("Unknown field. Known fields: {known}"));
        }
    }
}
