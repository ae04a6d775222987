//! The fields of an input as a form shows them.

use serde_json::Value;
use web::{
    CheckboxGroup, Choice, FieldErrors, Form, Markup, RadioCards, Render, columns, field_group,
    hidden, html,
};

use super::{
    Input,
    field::{Field, Kind, Need},
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

    /// The title of the folded part that it begins; empty when it begins none.
    fn folds(&self) -> &'static str;

    /// The name under which a form sends it.
    fn name_in_form(&self, name: &'static str) -> &'static str;

    /// The fields of a form that hold these texts.
    fn in_form(&self, name: &'static str, texts: &[String]) -> Vec<(String, String)>;

    /// What stands in the form, as [`Shows::in_form`] writes it; `None` when it cannot be read.
    fn normal(&self, name: &'static str, form: &Form) -> Option<Vec<(String, String)>>;

    /// Whether a form holds something else than what it means to leave the field out.
    fn is_filled(&self, name: &'static str, form: &Form) -> bool;
}

impl<K: Kind> Shows for Field<K> {
    fn show(
        &self,
        req: &mut Req<'_, '_>,
        name: &str,
        (form, errors): (&Form, &FieldErrors),
    ) -> Result<Markup, AppError> {
        let name = self.in_form.unwrap_or(name);
        if self.is_hidden {
            return Ok(hidden(name, form.text(name)));
        }
        if self.shown_if.is_some_and(|holds| !holds(req)) {
            return Ok(Markup::default());
        }
        let control = self.shown(req, name, (form, errors))?;
        let Some(below) = self.below else { return Ok(control) };
        Ok(html! { (control) (below(req, form, errors)?) })
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
        self.is_required() || self.need == Need::Expected || self.kind.absent().is_none()
    }

    fn is_beside(&self) -> bool {
        self.beside
    }

    fn begins(&self) -> &'static str {
        self.group
    }

    fn folds(&self) -> &'static str {
        self.fold
    }

    fn name_in_form(&self, name: &'static str) -> &'static str {
        self.in_form.unwrap_or(name)
    }

    fn in_form(&self, name: &'static str, texts: &[String]) -> Vec<(String, String)> {
        self.kind.in_form(self.name_in_form(name), texts)
    }

    fn normal(&self, name: &'static str, form: &Form) -> Option<Vec<(String, String)>> {
        let texts = self.kind.of_form(self.name_in_form(name), form);
        let read = self.kind.parse_all(&texts)?.ok()?;
        Some(self.in_form(name, &self.kind.all_texts(&read)))
    }

    fn is_filled(&self, name: &'static str, form: &Form) -> bool {
        let texts = self.kind.of_form(self.name_in_form(name), form);
        let absent = self.kind.absent().map(|absent| self.kind.all_texts(&absent));
        match self.kind.parse_all(&texts) {
            Some(Ok(read)) => Some(self.kind.all_texts(&read)) != absent,
            Some(Err(_)) => true,
            None => false,
        }
    }
}

impl<K: Kind> Field<K> {
    /// Its control, in a form that calls it `name`.
    fn shown(
        &self,
        req: &mut Req<'_, '_>,
        name: &str,
        (form, errors): (&Form, &FieldErrors),
    ) -> Result<Markup, AppError> {
        let choices = self.offered(req)?;
        if self.kind.has_boxes() {
            let boxes = CheckboxGroup::new(name, self.label).choices(choices.clone()).filled(form);
            let mut boxes = boxes.errors(errors);
            if !self.hint.is_empty() {
                boxes = boxes.hint(self.hint);
            }
            if self.must_be_sent() || self.need == Need::Wanted {
                boxes = boxes.required();
            }
            let about = self.kind.about_each(&choices, form);
            // An empty one says that the list is complete: what is not ticked is taken away.
            return Ok(html! { (hidden(name, "")) (boxes) (about) });
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
        if self.must_be_sent() || self.need == Need::Wanted {
            control = control.required();
        }
        if let Some(finish) = self.finish {
            control = finish(req, control)?;
        }
        Ok(control.render())
    }

    fn offered(&self, req: &mut Req<'_, '_>) -> Result<Vec<Choice>, AppError> {
        match self.choices {
            Some(find) => find(req),
            None => Ok(self.kind.choices()),
        }
    }
}

/// The fields of `I` in their order, in the columns, groups and fold that they ask for.
pub fn draw<I: Input>(
    req: &mut Req<'_, '_>,
    filled: (&Form, &FieldErrors),
) -> Result<Markup, AppError> {
    draw_without::<I>(req, filled, &[])
}

/// The same without these fields.
pub fn draw_without<I: Input>(
    req: &mut Req<'_, '_>,
    (form, errors): (&Form, &FieldErrors),
    hidden: &[&str],
) -> Result<Markup, AppError> {
    let mut parts = [Groups::default(), Groups::default()];
    let (mut title, mut is_open) = ("", false);
    let mut known = vec![""];
    for (name, _, field) in I::fields().into_iter().filter(|(name, ..)| !hidden.contains(name)) {
        if !field.folds().is_empty() {
            title = field.folds();
        }
        let is_folded = !title.is_empty();
        if is_folded {
            is_open |= !field.is_hidden() && field.is_filled(name, form);
        } else {
            known.push(field.name_in_form(name));
        }
        let control = field.show(req, name, (form, errors))?;
        let [first, folded] = &mut parts;
        let groups = if is_folded { folded } else { first };
        groups.add(control, (field.begins(), field.is_beside()));
    }
    let [first, folded] = parts;
    let is_open = is_open || errors.iter().any(|(field, _)| !known.contains(&field));
    Ok(html! {
        (first.drawn())
        @if !title.is_empty() {
            details.fold open[is_open] {
                summary { (title) " " span.quiet { "(optional)" } }
                div.fields { (folded.drawn()) }
            }
        }
    })
}

/// Fields in lines, and lines in groups with a title; the first group has none.
#[derive(Default)]
struct Groups(Vec<(&'static str, Vec<Vec<Markup>>)>);

impl Groups {
    fn add(&mut self, control: Markup, (begins, is_beside): (&'static str, bool)) {
        if !begins.is_empty() || self.0.is_empty() {
            self.0.push((begins, Vec::new()));
        }
        let Some((_, lines)) = self.0.last_mut() else { return };
        match lines.last_mut() {
            Some(line) if is_beside => line.push(control),
            Some(_) | None => lines.push(vec![control]),
        }
    }

    fn drawn(&self) -> Markup {
        html! {
            @for (title, lines) in &self.0 {
                @let fields = html! { @for line in lines { (one_line(line)) } };
                @if title.is_empty() { (fields) } @else { (field_group(title, "", fields)) }
            }
        }
    }
}

fn one_line(fields: &[Markup]) -> Markup {
    match fields {
        [one] => one.clone(),
        many => columns(html! { @for one in many { (one) } }),
    }
}

/// What was typed, with everything that can be read in its normal form.
pub fn normal<I: Input>(form: &Form) -> Form {
    let mut form = form.clone();
    for (name, _, field) in I::fields() {
        let pairs = field.normal(name, &form).unwrap_or_default();
        // Several values of one name stay as they are.
        let is_single = |at: &str| pairs.iter().filter(|(name, _)| name == at).count() == 1;
        let single: Vec<_> = pairs.iter().filter(|(name, _)| is_single(name)).cloned().collect();
        for (name, text) in single {
            form.set(name, text);
        }
    }
    form
}

/// The errors in the order of the fields, and under the names that the form has.
pub fn in_order<I: Input>(errors: &FieldErrors) -> FieldErrors {
    let (mut named, mut order) = (FieldErrors::new(), Vec::new());
    let fields = I::fields();
    for (name, _, field) in &fields {
        order.push(field.name_in_form(name));
    }
    for (field, message) in errors.iter() {
        let shown = fields.iter().find(|(name, ..)| *name == field);
        named.add(shown.map_or(field, |(name, _, shown)| shown.name_in_form(name)), message);
    }
    named.in_order_of(&order)
}

/// The errors as a summary lists them: each with the label of its field before it.
pub fn labelled<I: Input>(errors: &FieldErrors) -> FieldErrors {
    let fields = I::fields();
    let mut all = FieldErrors::new();
    for (field, message) in errors.iter() {
        let found = fields.iter().find(|(name, _, shown)| shown.name_in_form(name) == field);
        match found.map(|(_, _, shown)| shown.label()) {
            Some(label) if !message.contains(label) => {
                all.add(field, format!("{label}: {message}"));
            }
            Some(_) | None => all.add(field, message),
        }
    }
    all
}
