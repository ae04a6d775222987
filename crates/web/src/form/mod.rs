//! Forms and their fields as they are shown.

mod choice;
mod field;
mod field_render;
mod secret;

pub use choice::{Checkbox, CheckboxGroup, Choice, RadioCards};
pub use field::Field;
pub use secret::Secret;

use maud::{Markup, Render, html};

use crate::button::Button;
use crate::form_data::FieldErrors;
use crate::icon::Icon;

/// The name of the hidden field with the session's form token.
pub const CSRF_FIELD: &str = "csrf";
/// The name of the hidden field with the key under which one sending of a form counts once.
pub const IDEMPOTENCY_FIELD: &str = "idempotency_key";

/// The id of the input of a field, for links and labels.
pub(crate) fn field_id(name: &str) -> String {
    format!("f-{name}")
}

/// A value that is sent along unseen.
pub fn hidden(name: &str, value: &str) -> Markup {
    html! { input type="hidden" name=(name) value=(value); }
}

/// The line under a field that says what is wrong with it.
fn error_line(id: &str, message: Option<&str>) -> Markup {
    html! {
        @if let Some(message) = message {
            p.field-error id={ (id) "-error" } { (Icon::Warning) span { (message) } }
        }
    }
}

/// The ids that describe an input: its hint and its error, where it has them.
fn described_by(id: &str, hint: bool, error: bool) -> Option<String> {
    match (hint, error) {
        (true, true) => Some(format!("{id}-hint {id}-error")),
        (true, false) => Some(format!("{id}-hint")),
        (false, true) => Some(format!("{id}-error")),
        (false, false) => None,
    }
}

/// Fields that belong together, under a legend.
pub fn field_group(legend: impl Render, intro: impl Render, body: impl Render) -> Markup {
    html! {
        fieldset.field-group {
            legend { (legend) }
            div.field-group-intro { (intro) }
            div.fields { (body) }
        }
    }
}

/// Fields beside each other where there is room.
pub fn columns(body: impl Render) -> Markup {
    html! { div.columns { (body) } }
}

/// Where the answer of a field's [`Field::live`] appears; read out when it changes.
pub fn live_target(id: &str) -> Markup {
    html! { div.live id=(id) role="status" {} }
}

/// A form that changes something: sent by POST, with the session's form token.
#[must_use]
#[derive(Clone, Debug)]
pub struct PostForm {
    action: String,
    csrf: String,
    idempotency: Option<String>,
    errors: Vec<(String, String)>,
    multipart: bool,
    id: Option<String>,
    keep: Option<String>,
    body: Markup,
    actions: Markup,
}

impl PostForm {
    /// A form that goes to `action` with the form token `csrf`.
    pub fn new(action: impl Into<String>, csrf: impl Into<String>) -> Self {
        Self {
            action: action.into(),
            csrf: csrf.into(),
            idempotency: None,
            errors: Vec::new(),
            multipart: false,
            id: None,
            keep: None,
            body: html! {},
            actions: html! {},
        }
    }

    /// A key made for this showing of the form, so that sending it twice counts once.
    pub fn idempotency(mut self, key: impl Into<String>) -> Self {
        self.idempotency = Some(key.into());
        self
    }

    /// Lists what is wrong at the top, each linked to its field.
    pub fn errors(mut self, errors: &FieldErrors) -> Self {
        self.errors =
            errors.iter().map(|(field, text)| (String::from(field), String::from(text))).collect();
        self
    }

    /// Lets it carry files.
    pub fn multipart(mut self) -> Self {
        self.multipart = true;
        self
    }

    /// Gives it an id, so that buttons elsewhere can send it.
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// Keeps what was typed in the browser's tab under `key` until the form is sent, so that leaving
    /// the page or signing in again loses nothing. Passwords and files are not kept.
    pub fn keep(mut self, key: impl Into<String>) -> Self {
        self.keep = Some(key.into());
        self
    }

    /// The fields.
    pub fn body(mut self, body: impl Render) -> Self {
        self.body = body.render();
        self
    }

    /// The buttons at the end.
    pub fn actions(mut self, actions: impl Render) -> Self {
        self.actions = actions.render();
        self
    }

    fn summary(&self) -> Markup {
        html! {
            @if !self.errors.is_empty() {
                div.error-summary role="alert" tabindex="-1" data-focus {
                    h2 { (Icon::Warning) span { "Nothing was saved" } }
                    ul {
                        @for (field, message) in &self.errors {
                            li {
                                @if field.is_empty() { (message) }
                                @else { a href={ "#" (field_id(field)) } { (message) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

impl Render for PostForm {
    fn render(&self) -> Markup {
        let encoding = self.multipart.then_some("multipart/form-data");
        html! {
            form.form method="post" action=(self.action) id=[self.id.as_deref()] enctype=[encoding]
                novalidate data-keep=[self.keep.as_deref()] {
                (hidden(CSRF_FIELD, &self.csrf))
                @if let Some(key) = &self.idempotency { (hidden(IDEMPOTENCY_FIELD, key)) }
                (self.summary())
                div.fields { (self.body) }
                @if !self.actions.0.is_empty() { div.form-actions { (self.actions) } }
            }
        }
    }
}

/// A form that asks for something and changes nothing: its fields end up in the address.
#[must_use]
#[derive(Clone, Debug)]
pub struct GetForm {
    action: String,
    body: Markup,
}

impl GetForm {
    /// A form that goes to `action`.
    pub fn new(action: impl Into<String>) -> Self {
        Self { action: action.into(), body: html! {} }
    }

    /// The fields and buttons.
    pub fn body(mut self, body: impl Render) -> Self {
        self.body = body.render();
        self
    }
}

impl Render for GetForm {
    fn render(&self) -> Markup {
        html! { form.form method="get" action=(self.action) { (self.body) } }
    }
}

/// A form of one button.
pub fn post_button(action: &str, csrf: &str, button: Button) -> Markup {
    post_button_with(action, csrf, &[], button)
}

/// A form of one button that sends some values.
pub fn post_button_with(
    action: &str,
    csrf: &str,
    values: &[(&str, &str)],
    button: impl Render,
) -> Markup {
    html! {
        form.inline method="post" action=(action) {
            (hidden(CSRF_FIELD, csrf))
            @for (name, value) in values { (hidden(name, value)) }
            (button)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_summed_up_and_linked_to_their_fields() {
        let mut errors = FieldErrors::new();
        errors.add("domain", "Enter the company's domain");
        errors.add("", "The program is closed");
        let shown = PostForm::new("/x", "tok")
            .idempotency("k1")
            .errors(&errors)
            .body(Field::text("domain", "Domain").errors(&errors).required().hint("globex.com"))
            .render()
            .into_string();
        assert!(shown.contains("<a href=\"#f-domain\">Enter the company's domain</a>"), "{shown}");
        assert!(shown.contains("aria-describedby=\"f-domain-hint f-domain-error\""), "{shown}");
        assert!(shown.contains("aria-invalid=\"true\""));
        assert!(shown.contains("name=\"csrf\" value=\"tok\""));
        assert!(shown.contains("name=\"idempotency_key\" value=\"k1\""));
    }
}
