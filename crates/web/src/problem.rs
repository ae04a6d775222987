//! Problems (RFC 9457): what went wrong, as data and as a page.

use std::collections::BTreeMap;

use maud::{Markup, html};
use serde_json::{Map, Value, json};

use crate::button::{Button, button_row};
use crate::form_data::FieldErrors;
use crate::icon::Icon;
use crate::piece::Facts;
use crate::shell::Page;
use crate::tone::rule_chip;

/// The content type of a problem as data.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// What went wrong, to what, and what to do: one value for the page and for the API.
#[must_use]
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    kind: String,
    title: String,
    status: u16,
    detail: Option<String>,
    instance: Option<String>,
    rule: Option<String>,
    errors: Vec<(String, String)>,
    extras: BTreeMap<String, Value>,
    ways_on: Vec<(String, String)>,
    typed: Vec<(String, String)>,
}

impl Problem {
    /// A problem with an HTTP status and a title that is the same each time it happens.
    pub fn new(status: u16, title: impl Into<String>) -> Self {
        Self {
            kind: String::from("about:blank"),
            title: title.into(),
            status,
            detail: None,
            instance: None,
            rule: None,
            errors: Vec::new(),
            extras: BTreeMap::new(),
            ways_on: Vec::new(),
            typed: Vec::new(),
        }
    }

    /// The address that identifies this kind of problem, in place of `about:blank`.
    pub fn kind(mut self, url: impl Into<String>) -> Self {
        self.kind = url.into();
        self
    }

    /// What happened this time, and what to do about it.
    pub fn detail(mut self, text: impl Into<String>) -> Self {
        self.detail = Some(text.into());
        self
    }

    /// The address or number of this one occurrence, to ask about it.
    pub fn instance(mut self, id: impl Into<String>) -> Self {
        self.instance = Some(id.into());
        self
    }

    /// The id of the rule that refused.
    pub fn rule(mut self, id: impl Into<String>) -> Self {
        self.rule = Some(id.into());
        self
    }

    /// Every field that is not in order.
    pub fn errors(mut self, errors: &FieldErrors) -> Self {
        self.errors =
            errors.iter().map(|(field, text)| (String::from(field), String::from(text))).collect();
        self
    }

    /// One more member of the JSON; it cannot replace a member that the standard names.
    pub fn extra(mut self, key: impl Into<String>, value: Value) -> Self {
        self.extras.insert(key.into(), value);
        self
    }

    /// A link that the page offers next.
    pub fn way_on(mut self, label: impl Into<String>, href: impl Into<String>) -> Self {
        self.ways_on.push((label.into(), href.into()));
        self
    }

    /// What was typed into the form that was refused, label and value: the page repeats it, so that it
    /// is not lost.
    pub fn typed(mut self, fields: Vec<(String, String)>) -> Self {
        self.typed = fields;
        self
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The title.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What happened this time, if it was said.
    pub fn detail_text(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    /// The body of the answer as [`PROBLEM_JSON`].
    pub fn to_json(&self) -> Vec<u8> {
        let mut members: Map<String, Value> = self.extras.clone().into_iter().collect();
        members.insert(String::from("type"), json!(self.kind));
        members.insert(String::from("title"), json!(self.title));
        members.insert(String::from("status"), json!(self.status));
        let texts = [("detail", &self.detail), ("instance", &self.instance), ("rule", &self.rule)];
        for (name, text) in texts {
            if let Some(text) = text {
                members.insert(String::from(name), json!(text));
            }
        }
        if !self.errors.is_empty() {
            let errors: Vec<Value> = self
                .errors
                .iter()
                .map(|(field, text)| {
                    json!({ "field": field, "pointer": pointer(field), "detail": text })
                })
                .collect();
            members.insert(String::from("errors"), Value::Array(errors));
        }
        Value::Object(members).to_string().into_bytes()
    }

    /// The same for people, without the title, to be put in a page.
    pub fn body(&self) -> Markup {
        html! {
            div.problem {
                @if let Some(detail) = &self.detail { p.problem-detail { (detail) } }
                @if let Some(rule) = &self.rule {
                    p.problem-rule { "Rule " (rule_chip(rule)) }
                }
                @if !self.errors.is_empty() {
                    ul.problem-errors {
                        @for (field, text) in &self.errors {
                            li { @if !field.is_empty() { code { (field) } " " } (text) }
                        }
                    }
                }
                @if !self.ways_on.is_empty() {
                    (button_row(html! {
                        @for (at, (label, href)) in self.ways_on.iter().enumerate() {
                            @if at == 0 { (Button::primary(label).href(href)) }
                            @else { (Button::secondary(label).href(href)) }
                        }
                    }))
                }
                @if !self.typed.is_empty() {
                    section.problem-typed {
                        h2 { "What you entered" }
                        p { "It was not saved. Copy what you want to keep." }
                        (self.typed.iter().fold(Facts::new(), |facts, (label, value)| {
                            facts.row(label, value)
                        }))
                    }
                }
                p.problem-foot {
                    (Icon::Info) span {
                        "Error " (self.status)
                        @if let Some(instance) = &self.instance { " · " code { (instance) } }
                    }
                }
            }
        }
    }

    /// The same as a page of its own.
    pub fn page(&self) -> Page {
        Page::new(&self.title).narrow().body(self.body())
    }
}

/// A JSON pointer (RFC 6901) to a field, written as a fragment: `contact.email` is `#/contact/email`.
fn pointer(field: &str) -> String {
    let path: Vec<String> =
        field.split('.').map(|part| part.replace('~', "~0").replace('/', "~1")).collect();
    if field.is_empty() { String::from("#") } else { format!("#/{}", path.join("/")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_json_has_the_members_of_the_standard_and_ours() {
        let mut errors = FieldErrors::new();
        errors.add("contact.email", "Enter an e-mail address");
        let problem = Problem::new(422, "Some fields need attention")
            .detail("Mend the fields named and send it again.")
            .instance("req_1")
            .rule("DR-12")
            .errors(&errors)
            .extra("status", json!(200))
            .extra("free_on", json!("2026-04-02"));
        let value: Value = serde_json::from_slice(&problem.to_json()).unwrap();
        assert_eq!(
            value,
            json!({
                "type": "about:blank", "title": "Some fields need attention", "status": 422,
                "detail": "Mend the fields named and send it again.", "instance": "req_1",
                "rule": "DR-12", "free_on": "2026-04-02",
                "errors": [{ "field": "contact.email", "pointer": "#/contact/email",
                             "detail": "Enter an e-mail address" }],
            })
        );
    }

    #[test]
    fn the_page_escapes_and_offers_a_way_on() {
        let page = Problem::new(409, "Protected")
            .detail("<b>Globex</b> is protected until 1 Apr 2026.")
            .rule("DR-05")
            .way_on("Ask for consent", "/consents/new")
            .body()
            .into_string();
        assert!(page.contains("&lt;b&gt;Globex"), "{page}");
        assert!(page.contains("href=\"/rules#DR-05\""));
        assert!(page.contains("href=\"/consents/new\""));
    }
}
