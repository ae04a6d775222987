//! Choices: checkboxes and radio buttons.

use maud::{Markup, Render, html};

use super::{described_by, error_line, field_id};
use crate::form_data::{FieldErrors, Form};

/// One of several things to choose from.
#[must_use]
#[derive(Clone, Debug)]
pub struct Choice {
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) detail: Option<String>,
    pub(crate) disabled: bool,
}

impl Choice {
    /// A choice that sends `value` and reads `label`.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), detail: None, disabled: false }
    }

    /// Whether it stands for no choice.
    pub fn is_blank(&self) -> bool {
        self.value.is_empty()
    }

    /// Its label, when it sends `value`.
    pub fn reads(&self, value: &str) -> Option<&str> {
        (self.value == value).then_some(self.label.as_str())
    }

    /// The value that it sends.
    pub fn sends(&self) -> &str {
        &self.value
    }

    /// Its label.
    pub fn shows(&self) -> &str {
        &self.label
    }

    /// Whether it says what choosing it means.
    pub fn has_detail(&self) -> bool {
        self.detail.is_some()
    }

    /// What choosing it means. Shown by cards and radio buttons, not by lists.
    pub fn detail(mut self, text: impl Into<String>) -> Self {
        self.detail = Some(text.into());
        self
    }

    /// It can be seen and not chosen.
    pub fn disabled(mut self) -> Self {
        self.disabled = true;
        self
    }
}

impl<V: Into<String>, L: Into<String>> From<(V, L)> for Choice {
    fn from((value, label): (V, L)) -> Self {
        Self::new(value, label)
    }
}

/// A yes-or-no choice. Nothing is sent while it is not ticked.
#[must_use]
#[derive(Clone, Debug)]
pub struct Checkbox {
    name: String,
    label: String,
    value: String,
    checked: bool,
    hint: Option<String>,
    error: Option<String>,
}

impl Checkbox {
    /// A checkbox that sends `name=1`.
    pub fn new(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            label: label.into(),
            value: String::from("1"),
            checked: false,
            hint: None,
            error: None,
        }
    }

    /// What it sends in place of `1`.
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    /// Whether it is ticked.
    pub fn checked(mut self, checked: bool) -> Self {
        self.checked = checked;
        self
    }

    /// Ticked as `form` says.
    pub fn filled(mut self, form: &Form) -> Self {
        self.checked = form.ticked(&self.name);
        self
    }

    /// What ticking it means.
    pub fn hint(mut self, text: impl Into<String>) -> Self {
        self.hint = Some(text.into());
        self
    }

    /// What is wrong with it.
    pub fn error(mut self, message: Option<&str>) -> Self {
        self.error = message.map(String::from);
        self
    }

    /// What is wrong with it: the message of its name, if there is one.
    pub fn errors(self, errors: &FieldErrors) -> Self {
        let message = errors.get(&self.name).map(String::from);
        self.error(message.as_deref())
    }
}

impl Render for Checkbox {
    fn render(&self) -> Markup {
        let id = field_id(&self.name);
        let described = described_by(&id, self.hint.is_some(), self.error.is_some());
        let invalid = self.error.is_some().then_some("true");
        html! {
            div.field .field-bad[self.error.is_some()] {
                div.tick {
                    input type="checkbox" id=(id) name=(self.name) value=(self.value)
                        checked[self.checked] aria-describedby=[described] aria-invalid=[invalid];
                    label for=(id) { (self.label) }
                    @if let Some(hint) = &self.hint { p.hint id={ (id) "-hint" } { (hint) } }
                }
                (error_line(&id, self.error.as_deref()))
            }
        }
    }
}

/// The part that groups of radio buttons and of checkboxes share.
#[derive(Clone, Debug)]
struct Group {
    kind: &'static str,
    name: String,
    legend: String,
    choices: Vec<Choice>,
    selected: Vec<String>,
    hint: Option<String>,
    error: Option<String>,
    required: bool,
    compact: bool,
}

impl Group {
    fn new(kind: &'static str, name: String, legend: String) -> Self {
        Self {
            kind,
            name,
            legend,
            choices: Vec::new(),
            selected: Vec::new(),
            hint: None,
            error: None,
            required: false,
            compact: false,
        }
    }

    fn render(&self) -> Markup {
        let id = field_id(&self.name);
        let described = described_by(&id, self.hint.is_some(), self.error.is_some());
        html! {
            fieldset.field.choices .choices-compact[self.compact] .field-bad[self.error.is_some()]
                aria-describedby=[described] {
                legend {
                    (self.legend)
                    @if !self.required { " " span.optional { "optional" } }
                }
                @if let Some(hint) = &self.hint { p.hint id={ (id) "-hint" } { (hint) } }
                div.choice-list {
                    @for (at, choice) in self.choices.iter().enumerate() {
                        // The first carries the field's id, so that the error summary leads there.
                        @let id = if at == 0 { id.clone() } else { format!("{id}-{at}") };
                        label.choice for=(id) {
                            input type=(self.kind) id=(id) name=(self.name) value=(choice.value)
                                checked[self.selected.contains(&choice.value)]
                                disabled[choice.disabled]
                                required[self.required && self.kind == "radio"];
                            span.choice-words {
                                span.choice-label { (choice.label) }
                                @if let Some(detail) = &choice.detail {
                                    span.choice-detail { (detail) }
                                }
                            }
                        }
                    }
                }
                (error_line(&id, self.error.as_deref()))
            }
        }
    }
}

/// One of a few choices, each with room to say what it means.
#[must_use]
#[derive(Clone, Debug)]
pub struct RadioCards(Group);

/// Any of a few choices.
#[must_use]
#[derive(Clone, Debug)]
pub struct CheckboxGroup(Group);

/// The builder's steps that both groups have.
macro_rules! group_steps {
    ($type:ident) => {
        impl $type {
            /// One more choice.
            pub fn choice(mut self, choice: impl Into<Choice>) -> Self {
                self.0.choices.push(choice.into());
                self
            }

            /// More choices.
            pub fn choices(mut self, choices: impl IntoIterator<Item = Choice>) -> Self {
                self.0.choices.extend(choices);
                self
            }

            /// Chosen as `form` says, if it says anything.
            pub fn filled(mut self, form: &Form) -> Self {
                let values = form.all(&self.0.name);
                if !values.is_empty() {
                    self.0.selected = values.into_iter().map(String::from).collect();
                }
                self
            }

            /// What the choice is about.
            pub fn hint(mut self, text: impl Into<String>) -> Self {
                self.0.hint = Some(text.into());
                self
            }

            /// What is wrong with the choice.
            pub fn error(mut self, message: Option<&str>) -> Self {
                self.0.error = message.map(String::from);
                self
            }

            /// What is wrong with it: the message of its name, if there is one.
            pub fn errors(self, errors: &FieldErrors) -> Self {
                let message = errors.get(&self.0.name).map(String::from);
                self.error(message.as_deref())
            }

            /// A choice must be made.
            pub fn required(mut self) -> Self {
                self.0.required = true;
                self
            }

            /// Without cards around the choices.
            pub fn compact(mut self) -> Self {
                self.0.compact = true;
                self
            }
        }

        impl Render for $type {
            fn render(&self) -> Markup {
                self.0.render()
            }
        }
    };
}

group_steps!(RadioCards);
group_steps!(CheckboxGroup);

impl RadioCards {
    /// A group that sends one `name=value`.
    pub fn new(name: impl Into<String>, legend: impl Into<String>) -> Self {
        Self(Group::new("radio", name.into(), legend.into()))
    }

    /// The choice that is made.
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.0.selected = vec![value.into()];
        self
    }
}

impl CheckboxGroup {
    /// A group that sends `name=value` for each tick.
    pub fn new(name: impl Into<String>, legend: impl Into<String>) -> Self {
        Self(Group::new("checkbox", name.into(), legend.into()))
    }

    /// The choices that are made.
    pub fn selected<V: AsRef<str>>(mut self, values: &[V]) -> Self {
        self.0.selected = values.iter().map(|value| String::from(value.as_ref())).collect();
        self
    }
}
