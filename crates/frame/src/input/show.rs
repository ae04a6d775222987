//! The fields of an input as a form shows them.

use serde_json::Value;
use web::{
    CheckboxGroup, Choice, FieldErrors, Form, Markup, RadioCards, Render, columns, field_group,
    hidden, html,
};

use super::{
    Input,
    field::{Field, Kind},
};
use crate::{error::AppError, request::Req};

/// A field of any kind.
pub trait Shows {
    /// The control, filled from the form and with its error.
    fn show(
        &self,
        req: &mut Req<'_, '_>,
        name: &str,
        filled: (&Form, &FieldErrors),
    ) -> Result<Markup, AppError>;

    /// Its label.
    fn label(&self) -> &'static str;

    /// A value as people read it: the labels of what was chosen.
    fn spoken(&self, req: &mut Req<'_, '_>, texts: &[String]) -> Result<String, AppError>;

    /// Whether a form keeps its value without showing it.
    fn is_hidden(&self) -> bool;

    /// Its schema.
    fn property(&self) -> Value;

    /// Whether a whole body must have it.
    fn must_be_sent(&self) -> bool;

    /// Whether it stands beside the field before it.
    fn is_beside(&self) -> bool;

    /// The title of the group that it begins; empty when it begins none.
    fn begins(&self) -> &'static str;
}

impl<K: Kind> Shows for Field<K> {
    fn show(
        &self,
        req: &mut Req<'_, '_>,
        name: &str,
        (form, errors): (&Form, &FieldErrors),
    ) -> Result<Markup, AppError> {
        if self.is_hidden {
            return Ok(hidden(name, form.text(name)));
        }
        if self.shown_if.is_some_and(|holds| !holds(req)) {
            return Ok(Markup::default());
        }
        let choices = self.offered(req)?;
        if self.kind.has_boxes() {
            let boxes = CheckboxGroup::new(name, self.label).choices(choices).filled(form);
            let mut boxes = boxes.errors(errors);
            if !self.hint.is_empty() {
                boxes = boxes.hint(self.hint);
            }
            if self.must_be_sent() {
                boxes = boxes.required();
            }
            return Ok(boxes.render());
        }
        if self.kind.has_cards() {
            let is_plain = choices.iter().all(|choice| !choice.has_detail());
            let cards = RadioCards::new(name, self.label).choices(choices).required();
            let cards = if is_plain { cards.compact() } else { cards };
            return Ok(cards.filled(form).errors(errors).render());
        }
        let mut control = self.kind.control(name, self.label, choices).filled(form).errors(errors);
        if !self.hint.is_empty() {
            control = control.hint(self.hint);
        }
        if self.must_be_sent() {
            control = control.required();
        }
        if let Some(finish) = self.finish {
            control = finish(req, control)?;
        }
        Ok(control.render())
    }

    fn spoken(&self, req: &mut Req<'_, '_>, texts: &[String]) -> Result<String, AppError> {
        let choices = self.offered(req)?;
        let label = |text: &String| {
            choices.iter().find_map(|choice| choice.reads(text)).unwrap_or(text).to_owned()
        };
        Ok(texts.iter().map(label).collect::<Vec<_>>().join(", "))
    }

    fn label(&self) -> &'static str {
        self.label
    }

    fn is_hidden(&self) -> bool {
        self.is_hidden
    }

    fn property(&self) -> Value {
        self.kind.schema()
    }

    fn must_be_sent(&self) -> bool {
        self.is_required() || self.is_expected || self.kind.absent().is_none()
    }

    fn is_beside(&self) -> bool {
        self.beside
    }

    fn begins(&self) -> &'static str {
        self.group
    }
}

impl<K: Kind> Field<K> {
    fn offered(&self, req: &mut Req<'_, '_>) -> Result<Vec<Choice>, AppError> {
        match self.choices {
            Some(find) => find(req),
            None => Ok(self.kind.choices()),
        }
    }
}

/// The fields of `I` in their order, in the columns and groups that they ask for.
pub fn draw<I: Input>(
    req: &mut Req<'_, '_>,
    filled: (&Form, &FieldErrors),
) -> Result<Markup, AppError> {
    let mut groups: Vec<(&'static str, Vec<Vec<Markup>>)> = vec![("", Vec::new())];
    for (name, _, field) in I::fields() {
        let control = field.show(req, name, filled)?;
        if !field.begins().is_empty() {
            groups.push((field.begins(), Vec::new()));
        }
        let Some((_, lines)) = groups.last_mut() else { continue };
        match lines.last_mut() {
            Some(line) if field.is_beside() => line.push(control),
            Some(_) | None => lines.push(vec![control]),
        }
    }
    Ok(html! {
        @for (title, lines) in &groups {
            @let fields = html! { @for line in lines { (one_line(line)) } };
            @if title.is_empty() { (fields) } @else { (field_group(title, "", fields)) }
        }
    })
}

fn one_line(fields: &[Markup]) -> Markup {
    match fields {
        [one] => one.clone(),
        many => columns(html! { @for one in many { (one) } }),
    }
}
