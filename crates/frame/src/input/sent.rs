//! What was sent: a form, or a body of the API.

use serde_json::{Map, Value};
use web::{FieldErrors, Form};

use super::Input;

/// The fields as they were sent.
#[derive(Debug)]
pub struct Sent<'a> {
    what: What<'a>,
    /// The texts of the fields that a change leaves out; empty for a whole body or form.
    before: &'a [(&'static str, Vec<String>)],
    /// Fields that are read as if they were left out.
    skipped: Vec<String>,
}

#[derive(Debug, Clone, Copy)]
enum What<'a> {
    /// A form. Fields that it has besides are of the page and not looked at.
    Form(&'a Form),
    /// The fields of a body of the API.
    Body(&'a Map<String, Value>),
}

/// What was sent of one field.
#[derive(Debug)]
pub(super) enum Given<'a> {
    /// A form that has the field.
    Form(&'a Form),
    /// A value of a body.
    Json(&'a Value),
    /// Nothing: the texts of what stands there already.
    Before(&'a [String]),
}

impl<'a> Sent<'a> {
    /// What a form sends; a field that it does not have stays as it is in `before`.
    pub fn form(form: &'a Form, before: &'a [(&'static str, Vec<String>)]) -> Self {
        Self { what: What::Form(form), before, skipped: Vec::new() }
    }

    /// What a body sends; a field that it does not have stays as it is in `before`.
    pub fn body(fields: &'a Map<String, Value>, before: &'a [(&'static str, Vec<String>)]) -> Self {
        Self { what: What::Body(fields), before, skipped: Vec::new() }
    }

    /// The same as if the fields with an error were left out.
    pub(crate) fn without(&self, errors: &FieldErrors) -> Self {
        let skipped = errors.iter().map(|(field, _)| field.to_owned()).collect();
        Self { what: self.what, before: self.before, skipped }
    }

    /// What was sent of the field of this name, which a form calls `in_form`.
    pub(super) fn given(&self, name: &str, in_form: &str) -> Given<'a> {
        let kept = self.before.iter().find(|(known, _)| *known == name);
        let before = Given::Before(kept.map_or(&[], |(_, texts)| texts.as_slice()));
        if self.skipped.iter().any(|skipped| skipped == name) {
            return before;
        }
        match self.what {
            What::Form(form) if form.ticked(in_form) => Given::Form(form),
            What::Form(_) => before,
            What::Body(fields) => fields.get(name).map_or(before, Given::Json),
        }
    }
}

/// So many unknown fields are named: more would make a long answer, and each costs time.
const MOST_NAMED: usize = 50;

/// Names the first fields of a body that the input does not have, and says how many more there are.
pub(crate) fn check_names<I: Input>(fields: &Map<String, Value>, errors: &mut FieldErrors) {
    let names = I::names(fields);
    let known = names.join(", ");
    let mut unknown = fields.keys().filter(|name| !names.contains(&name.as_str()));
    for name in unknown.by_ref().take(MOST_NAMED) {
        errors.add(name.as_str(), format!("Unknown field. Known fields: {known}"));
    }
    let more = unknown.count();
    if more > 0 {
        let more = web::number_text(i64::try_from(more).unwrap_or(i64::MAX));
        errors.add("body", format!("{more} more unknown fields are not named here"));
    }
}
